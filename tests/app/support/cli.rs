//! The program itself, as a shell runs it.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use super::app::SECRET_KEYS;
use super::db::TestDatabase;

/// What a command answered.
#[derive(Debug)]
pub struct Answer {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Answer {
    /// What `--json` printed; the command must have succeeded.
    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.status, 0, "{}", self.stderr);
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("--json printed no JSON ({error}): {}", self.stdout))
    }

    /// The one line on standard error of a command that failed with this status.
    pub fn error_line(&self, status: i32) -> &str {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.stdout, "", "a failed command prints nothing on standard output");
        let lines: Vec<&str> = self.stderr.lines().collect();
        assert_eq!(lines.len(), 1, "not one line: {}", self.stderr);
        lines[0]
    }
}

/// The program with the settings of a test database and nothing else from the environment.
pub fn command(database: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = bare(database.folder.path(), arguments);
    command
        .env("BREVDUVA_DATABASE_URL", database.url_text())
        .env("BREVDUVA_DATA_DIR", database.folder.path().join("data"));
    command
}

/// The program without a database.
pub fn bare(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brevduva"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("BREVDUVA_SECRET_KEYS", SECRET_KEYS)
        .env("BREVDUVA_BIND", "127.0.0.1:0")
        .env("BREVDUVA_SMTP_URL", "smtp://127.0.0.1:1")
        .env("BREVDUVA_LOG", "error")
        // Tests ask no network.
        .env("BREVDUVA_CHECK_OUTSIDE", "false")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs to the end.
pub fn run(database: &TestDatabase, arguments: &[&str]) -> Answer {
    finish(command(database, arguments).spawn().unwrap())
}

/// Runs to the end with this on standard input.
pub fn run_with_input(database: &TestDatabase, arguments: &[&str], input: &[u8]) -> Answer {
    let mut child = command(database, arguments).stdin(Stdio::piped()).spawn().unwrap();
    // A command that does not want the input closes it; that is for the answer to tell.
    let _ = child.stdin.take().unwrap().write_all(input);
    finish(child)
}

/// Waits for the end of a command.
pub fn finish(child: Child) -> Answer {
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Answer {
        status: status.code().expect("the command ended by itself"),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}
