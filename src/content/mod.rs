//! What a campaign says: from the text that staff wrote to pieces that are filled per person.
//!
//! ```text
//! source (JSON) -> merge (fields become slots) -> markdown or MJML -> layout -> html, text -> Pieces
//! ```
//!
//! A campaign is compiled once by [`compile`], per language. What comes out is literal text with
//! [`Slot`]s, each knowing how its value is escaped where it stands, so that filling them for a person is
//! little more than copying. Whatever is wrong with the text shows at compile time, as a list of
//! [`ContentError`]s with their places, never in somebody's inbox.

pub mod check;
mod compile;
mod error;
mod html;
mod layout;
mod markdown;
mod merge;
mod pieces;
mod source;
mod text;

pub use compile::{CompiledCampaign, CompiledLanguage, LinkTo, compile};
pub use error::{ContentError, Part, Place, Problem};
pub use layout::{LayoutError, Layouts, SystemText};
pub use pieces::{Escape, Field, MergeValues, Piece, Pieces, Slot};
pub use source::{Body, CampaignContent, InvalidContent, InvalidLayoutName, LanguageContent, LayoutName};
