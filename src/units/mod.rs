//! The organisation's parts as a tree (in truth a forest: the office is a unit beside the faculties, not
//! their root), and the topics and purposes that mailings have.
//!
//! Owns the tables `units`, `topics` and `purposes`.

mod store;
mod tree;

pub use store::{
    NewTopic, NewUnit, Purpose, Topic, insert_topic, insert_unit, purpose_by_code, purposes, topic_by_code,
    topics, tree, unit_by_slug,
};
pub use tree::{Unit, UnitTree, is_short_name};
