//! Small types that everything else trusts: time, randomness, languages, addresses, identity numbers.

pub mod channel;
pub mod clock;
pub mod email_address;
pub mod history;
pub mod identity_number;
pub mod language;
pub mod local_time;
pub mod organisation_number;
pub mod phone;
pub mod spreadsheet;
pub mod text_enum;
