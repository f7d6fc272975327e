//! The mail catcher: takes every mail over SMTP, shows it in the browser, passes none on.
//!
//! * [`smtp`] is the server: complete enough for any client, and scriptable, so that tests use it as the relay that
//!   refuses, stalls and drops;
//! * [`store`] reads the mails it keeps for the pages of `web::catcher`.

pub mod smtp;
pub mod store;
