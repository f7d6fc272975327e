//! People, units and campaigns with sensible defaults; they are stored through the same functions that the
//! program uses.

use brevduva::contacts::person::{DegreeLevel, Sector};
use brevduva::contacts::{self, ContactKind, Degree, Employment, NewContact, search_key};
use brevduva::db::Conn;
use brevduva::db::schema::{campaigns, deliveries};
use brevduva::forms::{self, FormInput, FormText, NewForm};
use brevduva::kernel::email_address::EmailAddress;
use brevduva::kernel::language::Language;
use brevduva::media::{self, Alt, Kind, NewPicture, Prepared};
use brevduva::units::{self, NewUnit};
use chrono::{DateTime, NaiveDateTime};
use diesel::prelude::*;
use serde_json::{Value, json};

/// The moment at which everything that a test builds came to be: 2026-01-02 03:04:05 UTC.
pub fn some_time() -> NaiveDateTime {
    DateTime::from_timestamp(1_767_323_045, 0).unwrap().naive_utc()
}

/// Åsa Öberg, an alumna who reads Swedish.
pub fn person() -> PersonBuilder {
    PersonBuilder {
        contact: NewContact {
            given_name: "Åsa".to_owned(),
            family_name: "Öberg".to_owned(),
            name_key: String::new(),
            language: Language::Swedish,
            birth_date: None,
            email: None,
            email_key: None,
            phone: None,
            street: None,
            postcode: None,
            place: None,
            place_key: None,
            municipality: None,
            region: None,
            country: None,
            latitude: None,
            longitude: None,
            deceased: false,
            protected: false,
            updated_at: some_time(),
        },
        kinds: vec![ContactKind::Alumn],
        degrees: Vec::new(),
        employments: Vec::new(),
    }
}

/// See [`person`].
#[derive(Debug, Clone)]
pub struct PersonBuilder {
    pub contact: NewContact,
    kinds: Vec<ContactKind>,
    degrees: Vec<Degree>,
    employments: Vec<Employment>,
}

impl PersonBuilder {
    pub fn named(mut self, given_name: &str, family_name: &str) -> Self {
        self.contact.given_name = given_name.to_owned();
        self.contact.family_name = family_name.to_owned();
        self
    }

    pub fn email(mut self, address: &str) -> Self {
        let address = EmailAddress::parse(address).unwrap();
        self.contact.email = Some(address.as_str().to_owned());
        self.contact.email_key = Some(address.key().to_owned());
        self
    }

    pub fn phone(mut self, number: &str) -> Self {
        self.contact.phone = Some(number.to_owned());
        self
    }

    pub fn speaking(mut self, language: Language) -> Self {
        self.contact.language = language;
        self
    }

    pub fn region(mut self, region: &str) -> Self {
        self.contact.region = Some(region.to_owned());
        self.contact.country = Some(region[..2].to_owned());
        self
    }

    pub fn living_at(mut self, street: &str, place: &str) -> Self {
        self.contact.street = Some(street.to_owned());
        self.contact.place = Some(place.to_owned());
        self.contact.place_key = Some(search_key(place));
        self
    }

    pub fn kind(mut self, kind: ContactKind) -> Self {
        self.kinds = vec![kind];
        self
    }

    pub fn deceased(mut self) -> Self {
        self.contact.deceased = true;
        self
    }

    pub fn protected(mut self) -> Self {
        self.contact.protected = true;
        self
    }

    pub fn with(mut self, degree: Degree) -> Self {
        self.degrees.push(degree);
        self
    }

    pub fn working(mut self, employment: Employment) -> Self {
        self.employments.push(employment);
        self
    }

    /// Stores the person and returns their number.
    pub fn save(self, conn: &mut Conn) -> i64 {
        let mut contact = self.contact;
        contact.name_key = search_key(&format!("{} {}", contact.given_name, contact.family_name));
        let id = contacts::insert(conn, vec![contact]).unwrap()[0];
        let kinds: Vec<_> = self.kinds.into_iter().map(|kind| (id, kind)).collect();
        let degrees: Vec<_> =
            self.degrees.into_iter().map(|degree| Degree { contact_id: id, ..degree }).collect();
        let employments: Vec<_> =
            self.employments.into_iter().map(|work| Employment { contact_id: id, ..work }).collect();
        contacts::add_kinds(conn, &kinds).unwrap();
        contacts::insert_degrees(conn, &degrees).unwrap();
        contacts::insert_employments(conn, &employments).unwrap();
        id
    }
}

/// A master's degree of a programme.
pub fn degree(programme: &str, graduation_year: i32) -> Degree {
    Degree {
        contact_id: 0,
        programme_code: programme.to_owned(),
        programme_name: format!("Programmet {programme}"),
        faculty: None,
        faculty_key: None,
        level: Some(DegreeLevel::Master),
        start_year: Some(graduation_year - 5),
        graduation_year: Some(graduation_year),
        degree_title: None,
        credits: None,
        source: "test".to_owned(),
    }
}

/// A current employment with this profession code.
pub fn employment(profession_code: &str) -> Employment {
    Employment {
        contact_id: 0,
        employer: Some("Region Skåne".to_owned()),
        employer_key: Some(search_key("Region Skåne")),
        job_title: None,
        job_title_key: None,
        profession_code: Some(profession_code.to_owned()),
        industry_code: None,
        sector: Some(Sector::Public),
        from_date: None,
        to_date: None,
        current: true,
        source: "test".to_owned(),
    }
}

/// Stores a unit beneath another (or beneath none) and returns its number.
pub fn unit(conn: &mut Conn, slug: &str, parent: Option<i64>) -> i64 {
    let unit = NewUnit {
        parent_id: parent,
        slug: slug.to_owned(),
        name: format!("Enheten {slug}"),
        created_at: some_time(),
    };
    units::insert_unit(conn, &unit).unwrap()
}

/// The office itself, which every new database has.
pub fn office(conn: &mut Conn) -> i64 {
    units::unit_by_slug(conn, "alumn").unwrap().unwrap().id
}

/// A campaign of a unit that reached this person alone, or tried to; returns its number. It ended with that mail.
pub fn mailed(conn: &mut Conn, unit: i64, contact: i64, state: &str, at: NaiveDateTime) -> i64 {
    let topic = units::topics(conn).unwrap()[0].id;
    let row = (
        campaigns::name.eq("Tidigare"),
        campaigns::unit_id.eq(unit),
        campaigns::topic_id.eq(topic),
        campaigns::purpose.eq("newsletter"),
        campaigns::legal_basis.eq("public_interest"),
        campaigns::from_name.eq("Alumn"),
        campaigns::from_address.eq("alumn@example.se"),
        campaigns::rule.eq(r#"{"everyone":true}"#),
        campaigns::tracking.eq("off"),
        campaigns::content.eq("{}"),
        campaigns::state.eq("finished"),
        campaigns::version.eq(1),
        campaigns::kind.eq("mailing"),
        campaigns::started_at.eq(at),
        campaigns::finished_at.eq(at),
        campaigns::created_at.eq(at),
        campaigns::updated_at.eq(at),
    );
    diesel::insert_into(campaigns::table).values(row).execute(conn).unwrap();
    let id: i64 = campaigns::table.order(campaigns::id.desc()).select(campaigns::id).first(conn).unwrap();
    diesel::insert_into(deliveries::table)
        .values((
            deliveries::campaign_id.eq(id),
            deliveries::contact_id.eq(contact),
            deliveries::state.eq(state),
            deliveries::updated_at.eq(at),
        ))
        .execute(conn)
        .unwrap();
    id
}

/// What a sign-up form says in three languages.
pub fn form_input(slug: &str) -> FormInput {
    let text = |language: &Language| {
        let say = |part: &str| format!("{part} ({language}) för <b>alla</b>");
        let text = FormText {
            heading: say("Nyhetsbrev"),
            purpose: say("Ändamål"),
            storage: say("Lagras tills du tar tillbaka"),
            consent: say("Jag samtycker"),
        };
        (*language, text)
    };
    FormInput {
        slug: slug.to_owned(),
        name: "Anmälan".to_owned(),
        topics: vec!["newsletter".to_owned(), "events".to_owned()],
        purpose: "newsletter".to_owned(),
        from_address: "alumn@example.se".to_owned(),
        enabled: true,
        texts: Language::ALL.iter().map(text).collect(),
    }
}

/// Stores a sign-up form of a unit and returns its number.
pub fn form(conn: &mut Conn, unit: i64, slug: &str) -> i64 {
    let new = NewForm::check(conn, &form_input(slug)).unwrap().unwrap();
    forms::insert(conn, unit, &new, some_time()).unwrap()
}

/// Stores a picture of a unit, whose file is nowhere, and returns its number.
pub fn picture(conn: &mut Conn, unit: i64, hash: &str) -> i64 {
    let picture = Prepared { kind: Kind::Png, bytes: vec![0; 10], width: 4, height: 3 };
    let new = NewPicture {
        unit_id: unit,
        hash: hash.to_owned(),
        picture,
        name: "fest.png".to_owned(),
        alt: Alt::new(),
    };
    media::insert(conn, &new, some_time()).unwrap()
}

/// A campaign file to everyone, in Swedish and English (contract "Campaign file").
pub fn campaign() -> CampaignBuilder {
    CampaignBuilder(json!({
        "name": "Jubileum",
        "unit": "alumn",
        "topic": "newsletter",
        "purpose": "newsletter",
        "legal_basis": "public_interest",
        "from": { "name": "Alumn", "address": "alumn@example.se" },
        "segment": { "everyone": true },
        "tracking": "aggregate",
        "layout": "newsletter",
        "content": {
            "sv": {
                "subject": "Välkommen, {{given_name}}",
                "preheader": "Vi ses",
                "markdown": "# Hej {{given_name}}\n\nLäs mer på [vår sida](https://example.se/jubileum)."
            },
            "en": {
                "subject": "Welcome, {{given_name}}",
                "markdown": "# Hello {{given_name}}\n\nRead more on [our page](https://example.se/jubilee)."
            }
        },
        "default_language": "sv"
    }))
}

/// See [`campaign`].
#[derive(Debug, Clone)]
pub struct CampaignBuilder(Value);

impl CampaignBuilder {
    /// Sets one member of the file.
    pub fn set(mut self, member: &str, value: Value) -> Self {
        self.0[member] = value;
        self
    }

    pub fn sent_by(self, slug: &str) -> Self {
        self.set("unit", json!(slug))
    }

    pub fn to(self, rule: Value) -> Self {
        self.set("segment", rule)
    }

    /// The file.
    pub fn json(self) -> Value {
        self.0
    }
}
