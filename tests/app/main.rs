//! Black-box tests: the real app on port 0, a database of its own for each test, an SMTP server that follows a
//! script. `BREVDUVA_TEST_ENGINE` chooses the engine; `make test` runs everything on both.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

mod support;

mod api;
mod approval;
mod archive;
mod bounces;
mod commands;
mod consents;
mod database;
mod digest;
mod editor;
mod erasure;
mod forms;
mod imports;
mod invitations;
mod kinds;
mod leaving;
mod links;
mod look;
mod machines;
mod measuring;
mod media;
mod messages;
mod my_data;
mod nothing_after_no;
mod people;
mod permission;
mod preflight;
mod pressure;
mod process;
mod relays;
mod relays_tried;
mod reports;
mod requests;
mod reviews;
mod roles;
mod rule_language;
mod schema;
mod search;
mod segments;
mod sending;
mod sign_in;
mod story;
mod trials;
mod webhooks;
mod whole_person;
mod wishes;
mod wishes_in_browser;
mod wishes_told;
