//! The table itself.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Actor, AuditEvent, Deed};
use crate::db::schema::audit_events::dsl;
use crate::db::{Conn, Error};

pub(super) fn insert(
    conn: &mut Conn,
    now: NaiveDateTime,
    actor: Actor,
    deed: &Deed<'_>,
) -> Result<(), Error> {
    diesel::insert_into(dsl::audit_events)
        .values((
            dsl::happened_at.eq(now),
            dsl::actor_kind.eq(actor.kind),
            dsl::actor_id.eq(actor.id),
            dsl::action.eq(deed.action),
            dsl::subject_kind.eq(deed.subject_kind),
            dsl::subject_id.eq(deed.subject_id),
            dsl::unit_id.eq(deed.unit_id),
            dsl::detail.eq(deed.detail.to_string()),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn latest(conn: &mut Conn, limit: i64) -> Result<Vec<AuditEvent>, Error> {
    Ok(dsl::audit_events.order(dsl::id.desc()).limit(limit).select(AuditEvent::as_select()).load(conn)?)
}
