//! Bundles the browser assets of `src/web/ui` into `$OUT_DIR/ui`, from where `src/web/assets.rs` embeds them.
//!
//! The npm packages are installed under `OUT_DIR`, and only when their lock file has changed: nothing is
//! written in the source tree, and a build without changes starts no npm.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs, io};

const UI: &str = "src/web/ui";
/// What decides which packages are installed.
const PACKAGE_FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
const ENTRY_POINTS: [&str; 2] = ["src/main.ts", "src/styles.css"];
const INSTALL_NODE: &str =
    "npm was not found: install Node.js 20 or newer with npm (https://nodejs.org), then build again";

fn main() {
    watch();
    if let Err(message) = build() {
        // Cargo prints this line and stops the build.
        println!("cargo::error={message}");
    }
}

/// Tells cargo what to look at. Macros embed the files of the last three folders; they notice a changed
/// file by themselves, but not a new one.
fn watch() {
    for file in PACKAGE_FILES.iter().chain(&["src", "static"]) {
        println!("cargo::rerun-if-changed={UI}/{file}");
    }
    for folder in ["migrations", "email_templates", "src/web/i18n"] {
        if Path::new(folder).exists() {
            println!("cargo::rerun-if-changed={folder}");
        }
    }
}

fn build() -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: run this through cargo")?);
    let npm = out.join("npm");
    install_packages(&npm).map_err(|error| error.to_string())?;
    bundle(&npm, &out.join("ui")).map_err(|error| error.to_string())
}

fn install_packages(npm: &Path) -> io::Result<()> {
    // Written last: an install that was cut short counts as none.
    let stamp = npm.join("installed");
    let mut wanted = Vec::new();
    for file in PACKAGE_FILES {
        wanted.extend(fs::read(Path::new(UI).join(file))?);
    }
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    check_node()?;
    fs::create_dir_all(npm)?;
    for file in PACKAGE_FILES {
        fs::copy(Path::new(UI).join(file), npm.join(file))?;
    }
    // No package may run a script of its own on the machine that builds.
    let install = ["ci", "--omit=dev", "--ignore-scripts", "--no-progress", "--loglevel=error"];
    succeed(
        "npm ci, which fetches the packages once from the npm registry,",
        Command::new(program("npm")).args(install).current_dir(npm),
    )?;
    fs::write(stamp, wanted)
}

fn check_node() -> io::Result<()> {
    let too_old = || io::Error::other(INSTALL_NODE);
    Command::new(program("npm")).arg("--version").output().map_err(|_| too_old())?;
    let output = Command::new("node").arg("--version").output().map_err(|_| too_old())?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major =
        version.trim_start_matches('v').split('.').next().and_then(|number| number.parse::<u32>().ok());
    if major.is_some_and(|major| major >= 20) {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "Node.js {version} is too old: install Node.js 20 or newer with npm, then build again"
    )))
}

fn bundle(npm: &Path, ui: &Path) -> io::Result<()> {
    // What an earlier build left behind would be embedded too.
    if ui.exists() {
        fs::remove_dir_all(ui)?;
    }
    fs::create_dir_all(ui)?;
    let modules = npm.join("node_modules");
    let mut outdir = OsString::from("--outdir=");
    outdir.push(ui);
    succeed(
        "esbuild",
        Command::new("node")
            .arg(modules.join("esbuild/bin/esbuild"))
            .args(ENTRY_POINTS.map(|entry| format!("{UI}/{entry}")))
            .args(["--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=warning"])
            .args(["--legal-comments=inline", "--entry-names=[name]"])
            .arg(outdir)
            .env("NODE_PATH", &modules),
    )?;
    for file in fs::read_dir(Path::new(UI).join("static"))? {
        let file = file?;
        fs::copy(file.path(), ui.join(file.file_name()))?;
    }
    Ok(())
}

/// The name under which a program of Node.js is started here.
fn program(name: &str) -> String {
    if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() }
}

/// Runs a command to its end; what it said is part of the error if it fails.
fn succeed(name: &str, command: &mut Command) -> io::Result<()> {
    let Output { status, stdout, stderr } = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => io::Error::other(INSTALL_NODE),
        _ => error,
    })?;
    if status.success() {
        return Ok(());
    }
    let said = [stderr, stdout].concat();
    // A message to cargo is one line, and the cause stands at its beginning.
    let said = String::from_utf8_lossy(&said).split_whitespace().collect::<Vec<_>>().join(" ");
    let said = said.chars().take(400).collect::<String>();
    Err(io::Error::other(format!("{name} failed ({status}): {said}")))
}
