//! The tables as diesel sees them; tests/app/schema.rs compares them with both databases.
#![allow(missing_docs, reason = "the migrations document the tables")]

diesel::table! {
    units (id) {
        id -> BigInt,
        parent_id -> Nullable<BigInt>,
        slug -> Text,
        name -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    topics (id) {
        id -> BigInt,
        unit_id -> Nullable<BigInt>,
        code -> Text,
        name_sv -> Text,
        name_nb -> Text,
        name_en -> Text,
    }
}

diesel::table! {
    staff_accounts (id) {
        id -> BigInt,
        email -> Text,
        email_key -> Text,
        language -> Text,
        password_hash -> Nullable<Text>,
        disabled_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    staff_roles (id) {
        id -> BigInt,
        account_id -> BigInt,
        unit_id -> Nullable<BigInt>,
        role -> Text,
    }
}

diesel::table! {
    staff_sessions (id) {
        id -> BigInt,
        account_id -> BigInt,
        token_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    staff_login_links (id) {
        id -> BigInt,
        account_id -> BigInt,
        token_hash -> Text,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    login_attempts (id) {
        id -> BigInt,
        subject_key -> Text,
        failures -> Integer,
        window_started_at -> Timestamp,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> BigInt,
        name -> Text,
        unit_id -> Nullable<BigInt>,
        token_hash -> Text,
        scopes -> Text,
        created_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    idempotency_keys (id) {
        id -> BigInt,
        token_id -> BigInt,
        idempotency_key -> Text,
        request_hash -> Text,
        response_status -> Integer,
        response_body -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    audit_events (id) {
        id -> BigInt,
        happened_at -> Timestamp,
        actor_kind -> Text,
        actor_id -> Nullable<BigInt>,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Nullable<BigInt>,
        unit_id -> Nullable<BigInt>,
        detail -> Text,
    }
}

diesel::table! {
    key_uses (key_id) {
        key_id -> Integer,
        first_used_at -> Timestamp,
    }
}

diesel::table! {
    contacts (id) {
        id -> BigInt,
        given_name -> Text,
        family_name -> Text,
        name_key -> Text,
        language -> Text,
        birth_date -> Nullable<Date>,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        address_shared -> Bool,
        phone -> Nullable<Text>,
        street -> Nullable<Text>,
        postcode -> Nullable<Text>,
        place -> Nullable<Text>,
        place_key -> Nullable<Text>,
        municipality -> Nullable<Text>,
        region -> Nullable<Text>,
        country -> Nullable<Text>,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        deceased -> Bool,
        protected -> Bool,
        merged_into -> Nullable<BigInt>,
        erased_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        family_key -> Text,
        point_x -> Nullable<Double>,
        point_y -> Nullable<Double>,
        point_z -> Nullable<Double>,
    }
}

diesel::table! {
    contact_words (contact_id, word) {
        contact_id -> BigInt,
        word -> Text,
    }
}

diesel::table! {
    contact_kinds (contact_id, kind) {
        contact_id -> BigInt,
        kind -> Text,
    }
}

diesel::table! {
    contact_identifiers (id) {
        id -> BigInt,
        contact_id -> BigInt,
        scheme -> Text,
        value -> Text,
        key_id -> Nullable<Integer>,
        temporary -> Bool,
    }
}

diesel::table! {
    contact_provenance (contact_id, field) {
        contact_id -> BigInt,
        field -> Text,
        source -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    contact_merges (id) {
        id -> BigInt,
        from_id -> BigInt,
        into_id -> BigInt,
        source -> Text,
        snapshot -> Text,
        merged_at -> Timestamp,
        undone_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    degrees (id) {
        id -> BigInt,
        contact_id -> BigInt,
        programme_code -> Text,
        programme_name -> Text,
        faculty -> Nullable<Text>,
        faculty_key -> Nullable<Text>,
        level -> Nullable<Text>,
        start_year -> Nullable<Integer>,
        graduation_year -> Nullable<Integer>,
        degree_title -> Nullable<Text>,
        credits -> Nullable<Double>,
        source -> Text,
    }
}

diesel::table! {
    employments (id) {
        id -> BigInt,
        contact_id -> BigInt,
        employer -> Nullable<Text>,
        employer_key -> Nullable<Text>,
        job_title -> Nullable<Text>,
        job_title_key -> Nullable<Text>,
        profession_code -> Nullable<Text>,
        industry_code -> Nullable<Text>,
        sector -> Nullable<Text>,
        from_date -> Nullable<Date>,
        to_date -> Nullable<Date>,
        current -> Bool,
        source -> Text,
    }
}

diesel::table! {
    participations (id) {
        id -> BigInt,
        contact_id -> BigInt,
        event_code -> Text,
        event_name -> Text,
        attended_on -> Nullable<Date>,
        source -> Text,
        kind -> Text,
        recorded_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    contact_addresses (id) {
        id -> BigInt,
        contact_id -> BigInt,
        address -> Text,
        address_key -> Text,
        source -> Text,
        system -> Nullable<Text>,
        recorded_at -> Timestamp,
        removed_at -> Nullable<Timestamp>,
        confirmed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    address_requests (id) {
        id -> BigInt,
        contact_id -> BigInt,
        address -> Text,
        address_key -> Text,
        make_primary -> Bool,
        asked_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    digests (contact_id, month) {
        contact_id -> BigInt,
        month -> Date,
        email_key -> Nullable<Text>,
        outbox_id -> Nullable<BigInt>,
        made_at -> Timestamp,
    }
}

diesel::table! {
    digest_months (month) {
        month -> Date,
        finished_at -> Timestamp,
    }
}

diesel::table! {
    organisations (id) {
        id -> BigInt,
        kind -> Text,
        name -> Text,
        name_key -> Text,
        number -> Nullable<Text>,
        place -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    organisation_words (organisation_id, word) {
        organisation_id -> BigInt,
        word -> Text,
    }
}

diesel::table! {
    relations (id) {
        id -> BigInt,
        contact_id -> BigInt,
        organisation_id -> Nullable<BigInt>,
        other_contact_id -> Nullable<BigInt>,
        role -> Text,
        from_date -> Nullable<Date>,
        to_date -> Nullable<Date>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    import_changes (id) {
        id -> BigInt,
        import_id -> BigInt,
        created -> Bool,
        first_contact -> BigInt,
        last_contact -> BigInt,
        happened_at -> Timestamp,
    }
}

diesel::table! {
    refusals (id) {
        id -> BigInt,
        contact_id -> Nullable<BigInt>,
        address_key -> Nullable<Text>,
        scope -> Text,
        created_at -> Timestamp,
        ends_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    preference_events (id) {
        id -> BigInt,
        contact_id -> Nullable<BigInt>,
        scope -> Text,
        refused -> Bool,
        source -> Text,
        campaign_id -> Nullable<BigInt>,
        happened_at -> Timestamp,
    }
}

diesel::table! {
    suppressions (id) {
        id -> BigInt,
        channel -> Text,
        address_key -> Text,
        reason -> Text,
        detail -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    consents (id) {
        id -> BigInt,
        contact_id -> BigInt,
        purpose -> Text,
        channel -> Text,
        unit_id -> Nullable<BigInt>,
        given -> Bool,
        consent_text -> Text,
        text_version -> Text,
        language -> Text,
        source -> Text,
        happened_at -> Timestamp,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    standing_consents (id) {
        id -> BigInt,
        contact_id -> BigInt,
        purpose -> Text,
        channel -> Text,
        unit_id -> Nullable<BigInt>,
        since -> Timestamp,
    }
}

diesel::table! {
    recorded_wishes (id) {
        id -> BigInt,
        contact_id -> BigInt,
        event_id -> Nullable<BigInt>,
        consent_id -> Nullable<BigInt>,
        arrived_on -> Date,
        way -> Text,
        note -> Nullable<Text>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    purposes (id) {
        id -> BigInt,
        code -> Text,
        name_sv -> Text,
        name_nb -> Text,
        name_en -> Text,
    }
}

diesel::table! {
    imports (id) {
        id -> BigInt,
        account_id -> Nullable<BigInt>,
        file_name -> Text,
        file_path -> Text,
        file_hash -> Text,
        mapping -> Text,
        layout -> Nullable<Text>,
        state -> Text,
        next_row -> BigInt,
        file_bytes -> BigInt,
        done_bytes -> BigInt,
        read_rows -> BigInt,
        created_rows -> BigInt,
        updated_rows -> BigInt,
        unchanged_rows -> BigInt,
        merged_rows -> BigInt,
        review_rows -> BigInt,
        rejected_rows -> BigInt,
        error -> Nullable<Text>,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    import_mappings (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        toml -> Text,
        account_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    import_rejects (id) {
        id -> BigInt,
        import_id -> BigInt,
        row_number -> BigInt,
        reason -> Text,
        cells -> Text,
    }
}

diesel::table! {
    import_reject_words (word, import_id, row_number) {
        word -> Text,
        import_id -> BigInt,
        row_number -> BigInt,
    }
}

diesel::table! {
    import_reviews (id) {
        id -> BigInt,
        import_id -> BigInt,
        row_number -> BigInt,
        contact_id -> BigInt,
        fingerprint -> Text,
        reason -> Text,
        record -> Text,
        state -> Text,
        created_at -> Timestamp,
        superseded -> Bool,
        other_names -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    segments (id) {
        id -> BigInt,
        unit_id -> BigInt,
        name -> Text,
        rule -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        shared -> Bool,
    }
}

diesel::table! {
    campaigns (id) {
        id -> BigInt,
        name -> Text,
        unit_id -> BigInt,
        topic_id -> BigInt,
        purpose -> Text,
        legal_basis -> Text,
        from_name -> Text,
        from_address -> Text,
        rule -> Text,
        tracking -> Text,
        content -> Text,
        state -> Text,
        version -> Integer,
        scheduled_at -> Nullable<Timestamp>,
        started_at -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        kind -> Text,
        weight -> Text,
    }
}

diesel::table! {
    invitations (id) {
        id -> BigInt,
        contact_id -> Nullable<BigInt>,
        campaign_id -> BigInt,
        invited_at -> Timestamp,
        answer -> Nullable<Text>,
        answered_at -> Nullable<Timestamp>,
        copy_of -> Nullable<BigInt>,
    }
}

diesel::table! {
    erased_hashes (hash) {
        hash -> Text,
        key_id -> Integer,
        erased_on -> Date,
    }
}

diesel::table! {
    requests (id) {
        id -> BigInt,
        contact_id -> Nullable<BigInt>,
        kind -> Text,
        how -> Text,
        received_at -> Timestamp,
        done_at -> Nullable<Timestamp>,
        due_on -> Nullable<Date>,
        extended_at -> Nullable<Timestamp>,
        extension_reason -> Nullable<Text>,
        handler_id -> Nullable<BigInt>,
        recorded_by -> Nullable<BigInt>,
        outcome -> Nullable<Text>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    link_requests (id) {
        id -> BigInt,
        address_hash -> Text,
        asked_at -> Timestamp,
    }
}

diesel::table! {
    workers (id) {
        id -> Text,
        started_at -> Timestamp,
        alive_until -> Timestamp,
        counted -> Integer,
    }
}

diesel::table! {
    leases (name) {
        name -> Text,
        owner -> Text,
        until -> Timestamp,
    }
}

diesel::table! {
    relay_usage (relay, period, bucket) {
        relay -> Text,
        period -> Text,
        bucket -> Timestamp,
        used -> BigInt,
    }
}

diesel::table! {
    relay_states (worker, relay) {
        worker -> Text,
        relay -> Text,
        state -> Text,
        until -> Nullable<Timestamp>,
        connections -> Integer,
        sent -> BigInt,
        refused -> BigInt,
        fault -> Nullable<Text>,
        fault_at -> Nullable<Timestamp>,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    domain_states (domain) {
        domain -> Text,
        level -> Integer,
        until -> Timestamp,
        reply -> Text,
    }
}

diesel::table! {
    delivery_flows (campaign_id, writer, kind, name) {
        campaign_id -> BigInt,
        writer -> Text,
        kind -> Text,
        name -> Text,
        sent -> BigInt,
        deferred -> BigInt,
        failed -> BigInt,
        rate -> Double,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    delivery_refusals (id) {
        id -> BigInt,
        delivery_id -> BigInt,
        code -> Text,
        refused_at -> Timestamp,
    }
}

diesel::table! {
    deliveries (id) {
        id -> BigInt,
        campaign_id -> BigInt,
        contact_id -> Nullable<BigInt>,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        state -> Text,
        reason -> Nullable<Text>,
        attempts -> Integer,
        repeated -> Integer,
        next_attempt_at -> Nullable<Timestamp>,
        lease_owner -> Nullable<Text>,
        reply -> Nullable<Text>,
        updated_at -> Timestamp,
        first_tried_at -> Nullable<Timestamp>,
        variant -> Nullable<Integer>,
    }
}

diesel::table! {
    public_archives (unit_id) {
        unit_id -> BigInt,
        since -> Timestamp,
    }
}

diesel::table! {
    archive_exceptions (campaign_id) {
        campaign_id -> BigInt,
        hidden_at -> Timestamp,
    }
}

diesel::table! {
    campaign_trials (campaign_id) {
        campaign_id -> BigInt,
        plan -> Text,
        ends_at -> Nullable<Timestamp>,
        winner -> Nullable<Integer>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    delivery_tallies (campaign_id, writer, state, reason) {
        campaign_id -> BigInt,
        writer -> Text,
        state -> Text,
        reason -> Text,
        amount -> BigInt,
    }
}

diesel::table! {
    bounces (id) {
        id -> BigInt,
        fingerprint -> Text,
        source -> Text,
        kind -> Text,
        known_by -> Text,
        delivery_id -> Nullable<BigInt>,
        campaign_id -> Nullable<BigInt>,
        address -> Nullable<Text>,
        address_key -> Nullable<Text>,
        class -> Text,
        reason -> Text,
        status -> Nullable<Text>,
        diagnostic -> Text,
        received_at -> Timestamp,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        kind -> Text,
        mail_from -> Text,
        rcpt_to -> Text,
        message -> Binary,
        state -> Text,
        attempts -> Integer,
        next_attempt_at -> Timestamp,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        reply -> Nullable<Text>,
        created_at -> Timestamp,
        contact_id -> Nullable<BigInt>,
        rcpt_key -> Nullable<Text>,
    }
}

diesel::table! {
    tracking_tallies (campaign_id, language, link, hour) {
        campaign_id -> BigInt,
        language -> Text,
        link -> Integer,
        hour -> Timestamp,
        amount -> BigInt,
    }
}

diesel::table! {
    tracking_signals (campaign_id, language, link, day, family, sign, age) {
        campaign_id -> BigInt,
        language -> Text,
        link -> Integer,
        day -> Date,
        family -> Text,
        sign -> Text,
        age -> Text,
        amount -> BigInt,
    }
}

diesel::table! {
    engagements (id) {
        id -> BigInt,
        contact_id -> BigInt,
        campaign_id -> BigInt,
        did -> Text,
        language -> Text,
        link -> Integer,
        happened_at -> Timestamp,
    }
}

diesel::table! {
    campaign_groups (campaign_id, kept, dimension, value, measure) {
        campaign_id -> BigInt,
        kept -> Bool,
        dimension -> Text,
        value -> Text,
        measure -> Text,
        amount -> BigInt,
    }
}

diesel::table! {
    campaign_counts (campaign_id) {
        campaign_id -> BigInt,
        fingerprint -> Text,
        erasures -> BigInt,
        counted_at -> Timestamp,
        milliseconds -> BigInt,
    }
}

diesel::table! {
    register_surveys (day, gauge, value) {
        day -> Date,
        gauge -> Text,
        value -> Text,
        amount -> BigInt,
    }
}

diesel::table! {
    campaign_links (campaign_id, language, link) {
        campaign_id -> BigInt,
        language -> Text,
        link -> Integer,
        address -> Text,
    }
}

diesel::table! {
    postcode_lists (id) {
        id -> BigInt,
        country -> Text,
        file_name -> Text,
        file_date -> Date,
        source -> Text,
        licence -> Text,
        postcodes -> BigInt,
        loaded_at -> Timestamp,
    }
}

diesel::table! {
    postcodes (list_id, postcode) {
        list_id -> BigInt,
        postcode -> Text,
        place -> Text,
        municipality -> Nullable<Text>,
        municipality_name -> Nullable<Text>,
        region -> Nullable<Text>,
        latitude -> Double,
        longitude -> Double,
    }
}

diesel::table! {
    profession_synonyms (id) {
        id -> BigInt,
        unit_id -> Nullable<BigInt>,
        word -> Text,
        word_key -> Text,
        code -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    classification_lists (id) {
        id -> BigInt,
        kind -> Text,
        language -> Text,
        version -> Text,
        file_name -> Text,
        source -> Text,
        licence -> Text,
        names -> BigInt,
        loaded_at -> Timestamp,
    }
}

diesel::table! {
    classification_names (list_id, code) {
        list_id -> BigInt,
        code -> Text,
        name -> Text,
    }
}

diesel::table! {
    sign_up_forms (id) {
        id -> BigInt,
        unit_id -> BigInt,
        slug -> Text,
        name -> Text,
        topics -> Text,
        from_address -> Text,
        version -> Integer,
        enabled -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    sign_up_texts (form_id, version) {
        form_id -> BigInt,
        version -> Integer,
        purpose -> Text,
        texts -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    sign_ups (id) {
        id -> BigInt,
        form_id -> BigInt,
        version -> Integer,
        language -> Text,
        topics -> Text,
        given_name -> Text,
        family_name -> Text,
        email -> Text,
        email_key -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    sign_up_attempts (subject_key) {
        subject_key -> Text,
        amount -> Integer,
        window_started_at -> Timestamp,
    }
}

diesel::table! {
    contact_caps (id) {
        id -> BigInt,
        unit_id -> Nullable<BigInt>,
        mailings -> Integer,
        days -> Integer,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    campaign_overlaps (campaign_id) {
        campaign_id -> BigInt,
        version -> Integer,
        days -> Integer,
        people -> Nullable<BigInt>,
        by_unit -> Text,
        counted_at -> Timestamp,
    }
}

diesel::table! {
    unconfirmed_contacts (contact_id) {
        contact_id -> BigInt,
        since -> Timestamp,
    }
}

diesel::table! {
    consent_texts (id) {
        id -> BigInt,
        unit_id -> Nullable<BigInt>,
        purpose -> Text,
        channel -> Text,
        version -> Integer,
        texts -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        published_by -> Nullable<BigInt>,
        published_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    campaign_reviews (id) {
        id -> BigInt,
        campaign_id -> BigInt,
        step -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<BigInt>,
        digest -> Text,
        note -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    campaign_versions (campaign_id, version) {
        campaign_id -> BigInt,
        version -> Integer,
        actor_kind -> Nullable<Text>,
        actor_id -> Nullable<BigInt>,
        file -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    campaign_checks (campaign_id) {
        campaign_id -> BigInt,
        version -> Integer,
        found -> Text,
        checked_at -> Timestamp,
    }
}

diesel::table! {
    media (id) {
        id -> BigInt,
        unit_id -> BigInt,
        hash -> Text,
        kind -> Text,
        width -> Integer,
        height -> Integer,
        size -> Integer,
        name -> Text,
        alt -> Text,
        search -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    campaign_media (campaign_id, media_id) {
        campaign_id -> BigInt,
        media_id -> BigInt,
    }
}

diesel::joinable!(unconfirmed_contacts -> contacts (contact_id));
diesel::joinable!(consent_texts -> units (unit_id));
diesel::joinable!(contact_caps -> units (unit_id));
diesel::joinable!(campaign_overlaps -> campaigns (campaign_id));
diesel::joinable!(campaign_checks -> campaigns (campaign_id));
diesel::joinable!(postcodes -> postcode_lists (list_id));
diesel::joinable!(classification_names -> classification_lists (list_id));
diesel::joinable!(profession_synonyms -> units (unit_id));
diesel::joinable!(topics -> units (unit_id));
diesel::joinable!(sign_up_forms -> units (unit_id));
diesel::joinable!(sign_up_texts -> sign_up_forms (form_id));
diesel::joinable!(sign_ups -> sign_up_forms (form_id));
diesel::joinable!(staff_roles -> staff_accounts (account_id));
diesel::joinable!(staff_roles -> units (unit_id));
diesel::joinable!(staff_sessions -> staff_accounts (account_id));
diesel::joinable!(staff_login_links -> staff_accounts (account_id));
diesel::joinable!(api_tokens -> units (unit_id));
diesel::joinable!(idempotency_keys -> api_tokens (token_id));
diesel::joinable!(contact_kinds -> contacts (contact_id));
diesel::joinable!(contact_identifiers -> contacts (contact_id));
diesel::joinable!(contact_provenance -> contacts (contact_id));
diesel::joinable!(degrees -> contacts (contact_id));
diesel::joinable!(employments -> contacts (contact_id));
diesel::joinable!(participations -> contacts (contact_id));
diesel::joinable!(contact_addresses -> contacts (contact_id));
diesel::joinable!(relations -> contacts (contact_id));
diesel::joinable!(relations -> organisations (organisation_id));
diesel::joinable!(import_changes -> imports (import_id));
diesel::joinable!(refusals -> contacts (contact_id));
diesel::joinable!(preference_events -> contacts (contact_id));
diesel::joinable!(consents -> contacts (contact_id));
diesel::joinable!(consents -> units (unit_id));
diesel::joinable!(standing_consents -> contacts (contact_id));
diesel::joinable!(standing_consents -> units (unit_id));
diesel::joinable!(recorded_wishes -> contacts (contact_id));
diesel::joinable!(imports -> staff_accounts (account_id));
diesel::joinable!(import_mappings -> staff_accounts (account_id));
diesel::joinable!(import_rejects -> imports (import_id));
diesel::joinable!(import_reviews -> imports (import_id));
diesel::joinable!(import_reviews -> contacts (contact_id));
diesel::joinable!(segments -> units (unit_id));
diesel::joinable!(campaigns -> units (unit_id));
diesel::joinable!(campaigns -> topics (topic_id));
diesel::joinable!(invitations -> contacts (contact_id));
diesel::joinable!(invitations -> campaigns (campaign_id));
diesel::joinable!(requests -> contacts (contact_id));
diesel::joinable!(deliveries -> campaigns (campaign_id));
diesel::joinable!(deliveries -> contacts (contact_id));
diesel::joinable!(bounces -> deliveries (delivery_id));
diesel::joinable!(bounces -> campaigns (campaign_id));
diesel::joinable!(delivery_tallies -> campaigns (campaign_id));
diesel::joinable!(delivery_flows -> campaigns (campaign_id));
diesel::joinable!(delivery_refusals -> deliveries (delivery_id));
diesel::joinable!(tracking_tallies -> campaigns (campaign_id));
diesel::joinable!(tracking_signals -> campaigns (campaign_id));
diesel::joinable!(campaign_groups -> campaigns (campaign_id));
diesel::joinable!(campaign_counts -> campaigns (campaign_id));
diesel::joinable!(campaign_links -> campaigns (campaign_id));
diesel::joinable!(campaign_trials -> campaigns (campaign_id));
diesel::joinable!(engagements -> contacts (contact_id));
diesel::joinable!(engagements -> campaigns (campaign_id));

diesel::allow_tables_to_appear_in_same_query!(
    units,
    archive_exceptions,
    campaign_trials,
    public_archives,
    topics,
    staff_accounts,
    staff_roles,
    staff_sessions,
    staff_login_links,
    login_attempts,
    api_tokens,
    idempotency_keys,
    audit_events,
    key_uses,
    contacts,
    contact_words,
    contact_kinds,
    contact_identifiers,
    contact_provenance,
    contact_merges,
    degrees,
    employments,
    participations,
    contact_addresses,
    address_requests,
    digests,
    digest_months,
    organisations,
    organisation_words,
    relations,
    import_changes,
    refusals,
    preference_events,
    suppressions,
    contact_caps,
    unconfirmed_contacts,
    consent_texts,
    campaign_overlaps,
    consents,
    standing_consents,
    recorded_wishes,
    purposes,
    import_mappings,
    imports,
    import_rejects,
    import_reject_words,
    import_reviews,
    segments,
    campaigns,
    invitations,
    erased_hashes,
    requests,
    link_requests,
    workers,
    deliveries,
    delivery_tallies,
    leases,
    relay_usage,
    relay_states,
    domain_states,
    delivery_flows,
    delivery_refusals,
    bounces,
    outbox,
    sign_up_forms,
    sign_up_texts,
    sign_ups,
    sign_up_attempts,
    tracking_tallies,
    tracking_signals,
    campaign_groups,
    campaign_counts,
    register_surveys,
    engagements,
    campaign_links,
    media,
    campaign_media,
    campaign_checks,
    campaign_reviews,
    campaign_versions,
    classification_lists,
    classification_names,
    postcode_lists,
    postcodes,
    profession_synonyms,
);
