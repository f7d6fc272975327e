//! Who looked at, changed, sent or approved what. Append-only: there is no function that changes a record.
//!
//! Owns the table `audit_events`.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::Conn;

mod store;

crate::text_enum! {
    /// Who did it.
    ActorKind {
        Staff = "staff",
        ApiToken = "api_token",
        Person = "person",
        System = "system",
        CommandLine = "command_line",
    }
}

/// Somebody or something that acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Which kind.
    pub kind: ActorKind,
    /// The number of the account or token, where there is one.
    pub id: Option<i64>,
}

impl Actor {
    /// Whoever typed a command on the server.
    pub const COMMAND_LINE: Self = Self { kind: ActorKind::CommandLine, id: None };
    /// The program by itself.
    pub const SYSTEM: Self = Self { kind: ActorKind::System, id: None };
}

/// One thing that was done. `detail` is JSON without personal data.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = crate::db::schema::audit_events)]
#[allow(missing_docs, reason = "the fields are the columns")]
pub struct AuditEvent {
    pub id: i64,
    pub happened_at: NaiveDateTime,
    pub actor_kind: ActorKind,
    pub actor_id: Option<i64>,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: Option<i64>,
    pub unit_id: Option<i64>,
    pub detail: String,
}

/// What was done to what.
#[derive(Debug, Clone)]
pub struct Deed<'a> {
    /// A verb and its object, `campaign.launch` for instance.
    pub action: &'static str,
    /// The kind of thing that it was done to.
    pub subject_kind: &'static str,
    /// Its number.
    pub subject_id: Option<i64>,
    /// The unit whose business it is.
    pub unit_id: Option<i64>,
    /// More, without personal data.
    pub detail: &'a serde_json::Value,
}

/// Records a deed in the transaction that does it.
///
/// # Errors
/// Those of the database.
pub fn record(
    conn: &mut Conn,
    now: NaiveDateTime,
    actor: Actor,
    deed: &Deed<'_>,
) -> Result<(), crate::db::Error> {
    store::insert(conn, now, actor, deed)
}

/// The latest records, newest first.
///
/// # Errors
/// Those of the database.
pub fn latest(conn: &mut Conn, limit: i64) -> Result<Vec<AuditEvent>, crate::db::Error> {
    store::latest(conn, limit)
}
