//! What people are to organisations and to each other (product P5): employee, member, donor, mentor.

mod store;

pub use store::{
    NewRelation, Relation, insert_relation, relations, relations_of_organisation, remove_relation,
    update_relation,
};
pub(super) use store::{RelationRows, give_back_relations, move_relations, relation_rows};

crate::text_enum! {
    /// What somebody is there.
    RelationRole {
        Employee = "employee",
        Member = "member",
        Donor = "donor",
        Mentor = "mentor",
        BoardMember = "board_member",
        Other = "other",
    }
}

/// The other end of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationTo {
    /// An organisation.
    Organisation(i64),
    /// A person.
    Person(i64),
}

impl Relation {
    /// The other end, as seen from this person; `None` for a relation between two entries of one person.
    #[must_use]
    pub fn seen_from(&self, contact: i64) -> Option<RelationTo> {
        match (self.organisation_id, self.other_contact_id) {
            (Some(organisation), _) => Some(RelationTo::Organisation(organisation)),
            (None, Some(other)) if other != contact => Some(RelationTo::Person(other)),
            (None, Some(_)) if self.contact_id != contact => Some(RelationTo::Person(self.contact_id)),
            _ => None,
        }
    }

    /// Whether the role is this person's, and not that of the other one.
    #[must_use]
    pub const fn is_role_of(&self, contact: i64) -> bool {
        self.contact_id == contact
    }
}
