//! Events and projects that people took part in (product P5).

mod store;

pub use store::{
    Participation, ParticipationKind, delete_participations, insert_participations, participations,
    remove_participation,
};

use super::person::search_key;

/// The code of an event that is known by its name alone: `Jubileum 2025` is `jubileum-2025`.
#[must_use]
pub fn code_of_name(name: &str) -> String {
    search_key(name).replace(' ', "-")
}

/// Whether both are one occasion: the same event or project, unless two dates tell them apart.
#[must_use]
pub fn is_same_participation(one: &Participation, other: &Participation) -> bool {
    one.kind == other.kind
        && one.event_code == other.event_code
        && (one.attended_on.is_none() || other.attended_on.is_none() || one.attended_on == other.attended_on)
}
