//! Pages for staff. Every handler asks [`crate::staff::may`] before it does anything, and every write records
//! itself in the audit log.

pub mod account;
pub mod archives;
pub mod bounces;
pub mod campaigns;
pub mod consents;
pub mod contacts;
pub mod forms;
pub mod imports;
pub mod mappings;
pub mod media;
pub mod organisations;
pub mod over_time;
pub mod overview;
pub mod pressure;
pub mod requests;
pub mod reviews;
mod rule_form;
pub mod segments;
pub mod sign_in;
mod upload;

use chrono::NaiveDateTime;

use super::page::Section;
use super::parts::Choice;
use super::session::SignedIn;
use crate::audit::{self, Actor, Deed};
use crate::db::Conn;
use crate::staff::Action;
use crate::units::UnitTree;

/// What was done to what.
struct Done {
    action: &'static str,
    subject: &'static str,
    id: Option<i64>,
    unit: Option<i64>,
    detail: serde_json::Value,
}

impl Done {
    fn to(action: &'static str, subject: &'static str, id: i64) -> Self {
        Self { action, subject, id: Some(id), unit: None, detail: serde_json::json!({}) }
    }

    const fn in_unit(mut self, unit: i64) -> Self {
        self.unit = Some(unit);
        self
    }

    fn with(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }

    /// Writes it down, in the transaction that does it.
    fn record(&self, conn: &mut Conn, now: NaiveDateTime, actor: Actor) -> Result<(), crate::db::Error> {
        let deed = Deed {
            action: self.action,
            subject_kind: self.subject,
            subject_id: self.id,
            unit_id: self.unit,
            detail: &self.detail,
        };
        audit::record(conn, now, actor, &deed)
    }
}

/// The units in which somebody may do something, to choose from.
fn unit_choices(tree: &UnitTree, who: &SignedIn, action: Action, chosen: &str) -> Vec<Choice> {
    tree.all()
        .into_iter()
        .filter(|unit| who.may(action, Some(unit.id)))
        .map(|unit| Choice::new(&unit.slug, &unit.name, unit.slug == chosen))
        .collect()
}

/// The number in `?name=`; anything else counts as not given.
fn number_in_query(request: &actix_web::HttpRequest, name: &str) -> Option<i64> {
    text_in_query(request, name)?.parse().ok()
}

/// The text in `?name=`, unless it is empty.
fn text_in_query(request: &actix_web::HttpRequest, name: &str) -> Option<String> {
    url::form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}
