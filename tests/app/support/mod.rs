//! What the tests share.
#![allow(dead_code, reason = "every test takes what it needs")]

pub mod app;
pub mod browser;
pub mod builders;
pub mod campaigns;
pub mod cli;
pub mod db;
pub mod forms;
pub mod register;

/// A variable of the test run; an empty one counts as missing.
#[expect(clippy::disallowed_methods, reason = "tests find their services in the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The value of a variable that names a service. Without it a test that needs the service fails under
/// `make test`; in a plain `cargo test` it says that it was not run, and gets `None`.
pub fn service(variable_name: &str, needed_by: &str) -> Option<String> {
    let found = variable(variable_name);
    if found.is_none() {
        let message = format!(
            "{needed_by} was not run: {variable_name} is not set; \"make test\" starts what it needs"
        );
        assert!(variable("BREVDUVA_TEST_REQUIRE_SERVICES").as_deref() != Some("1"), "{message}");
        // Written past the capture of cargo test, so that nobody takes the test for passed.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{message}\n"));
    }
    found
}
