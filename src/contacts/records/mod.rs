//! What a person is and has done: kinds, degrees, employments.

mod store;

pub use store::{
    add_kinds, degrees, delete_degrees, delete_employments, employments, insert_degrees, insert_employments,
    kinds, remove_kind,
};
