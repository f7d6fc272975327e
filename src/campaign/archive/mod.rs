//! The public archive of a unit's mailings: for everybody, without a link of one's own, and without anybody's data.
//!
//! There is none until somebody who manages the unit opens it. It holds mailings that began after that moment, so that
//! nothing becomes public that was written while nobody could know; single ones can be taken out. Invitations to the
//! network are never in it. Owns the tables `public_archives` and `archive_exceptions`.

mod store;

pub use store::{close, entries, entry, hide, is_hidden, open, opened, show, since};
