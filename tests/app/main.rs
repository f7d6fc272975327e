//! Black-box tests: the real app on port 0, a database of its own for each test, an SMTP server that follows a
//! script. `BREVDUVA_TEST_ENGINE` chooses the engine; `make test` runs everything on both.

mod support;

mod database;
mod permission;
mod process;
mod schema;
mod sign_in;
