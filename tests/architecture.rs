//! The rules of the house, kept by reading the source. lib.rs and each module's own comment say what they are:
//! the order of modules, and which table belongs to whom.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A file of the program: its path under src, and its lines without comments and unit tests.
struct Source {
    path: String,
    text: String,
    /// With comments.
    whole: String,
}

impl Source {
    /// The module that the file belongs to.
    fn module(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    /// The lines that hold one of these words, as `path: line`.
    fn lines_with(&self, words: &[&str]) -> Vec<String> {
        self.text
            .lines()
            .filter(|line| words.iter().any(|word| line.contains(word)))
            .map(|line| format!("{}: {}", self.path, line.trim()))
            .collect()
    }
}

/// Everything that is compiled into the program.
fn sources() -> Vec<Source> {
    fn collect(folder: &Path, root: &Path, found: &mut Vec<Source>) {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let of_tests = name.split('/').any(|part| part == "tests" || part.ends_with("tests.rs"));
            if path.is_dir() && !of_tests {
                collect(&path, root, found);
            } else if name.ends_with(".rs") && !of_tests {
                let whole = fs::read_to_string(&path).unwrap();
                found.push(Source { path: name, text: code_of(&whole), whole });
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 50, "the source was not found");
    found
}

/// The code without comments, without the inline module of unit tests at the end and without what is compiled
/// for tests alone.
fn code_of(whole: &str) -> String {
    let end = whole.find("#[cfg(test)]\nmod tests {").unwrap_or(whole.len());
    whole[..end]
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

fn report(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}. Broken here:\n{}", broken.join("\n"));
}

/// The place of each module in the order of lib.rs: `a < b, c < d` gives a 0, b 1, c 1, d 2.
fn order() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let lines: Vec<&str> = text.lines().map(|line| line.trim_start_matches("//!").trim()).collect();
    let begin = lines
        .iter()
        .position(|line| line.starts_with("kernel <"))
        .expect("lib.rs begins the order with kernel");
    let chain: String = lines[begin..].iter().take_while(|line| !line.starts_with("```")).copied().collect();
    let mut places = BTreeMap::new();
    for (place, modules) in chain.split('<').enumerate() {
        for module in modules.split(',') {
            places.insert(module.trim().to_owned(), place);
        }
    }
    places
}

/// The modules that a text names behind `crate::`, in lists too.
fn imported(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        if at > 0 && text.as_bytes()[at - 1] == b'$' {
            continue; // Inside a macro: it counts where the macro is used.
        }
        let rest = &text[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let (mut depth, mut word) = (0, String::new());
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.insert(std::mem::take(&mut word));
                    }
                    c if depth == 0 && !c.is_whitespace() => word.push(c),
                    _ => {}
                }
            }
            found.insert(word);
        } else {
            found.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    found.into_iter().filter_map(|path| path.split("::").next().map(str::to_owned)).collect()
}

#[test]
fn left_never_imports_right() {
    let order = order();
    let modules: BTreeSet<String> = sources()
        .iter()
        .map(|source| source.module().to_owned())
        .filter(|name| name != "lib" && name != "main")
        .collect();
    let missing: Vec<String> =
        modules.iter().filter(|module| !order.contains_key(*module)).cloned().collect();
    report("Every module has its place in the order of lib.rs", &missing);

    let mut broken = BTreeSet::new();
    let mut siblings = BTreeSet::new();
    for source in sources() {
        let Some(place) = order.get(source.module()) else { continue };
        for other in imported(&source.text).iter().filter(|other| *other != source.module()) {
            match order.get(other) {
                Some(theirs) if theirs > place => {
                    broken.insert(format!("{} imports {other}", source.path));
                }
                Some(theirs) if theirs == place => {
                    siblings.insert((source.module().to_owned(), other.clone()));
                }
                _ => {}
            }
        }
    }
    let each_other = siblings.iter().filter(|(a, b)| a < b && siblings.contains(&(b.clone(), a.clone())));
    broken.extend(each_other.map(|(a, b)| format!("{a} and {b} import each other")));
    report("Data flows one way: a module imports only modules to its left", &Vec::from_iter(broken));
}

/// Lines with one of these words outside the files that `allowed` accepts.
fn outside(allowed: impl Fn(&Source) -> bool, words: &[&str]) -> Vec<String> {
    sources().iter().filter(|source| !allowed(source)).flat_map(|source| source.lines_with(words)).collect()
}

#[test]
fn http_is_spoken_under_web_and_started_by_app() {
    report(
        "actix_web is used under web and app alone",
        &outside(|source| matches!(source.module(), "web" | "app"), &["actix_web", "actix_multipart"]),
    );
}

#[test]
fn mail_is_spoken_in_one_place() {
    report(
        "lettre is used under mail alone",
        &outside(|source| source.module() == "mail", &["lettre::", "use lettre"]),
    );
}

#[test]
fn macs_are_made_in_two_places() {
    report(
        "hmac is used in links and in kernel/identity_number.rs alone",
        &outside(
            |source| source.module() == "links" || source.path == "kernel/identity_number.rs",
            &["hmac::", "Hmac<", "Hmac::"],
        ),
    );
}

#[test]
fn time_and_randomness_come_from_the_kernel() {
    report(
        "Time and randomness come from kernel/clock.rs",
        &outside(
            |source| source.path == "kernel/clock.rs",
            &[
                "Utc::now",
                "Local::now",
                "SystemTime::now",
                "rand::",
                "OsRng",
                "getrandom",
                "CURRENT_TIMESTAMP",
            ],
        ),
    );
}

#[test]
fn the_environment_is_read_in_config() {
    report(
        "The environment is read in config alone",
        &outside(|source| source.module() == "config", &["env::var", "env::vars", "figment", "env ="]),
    );
}

#[test]
fn queries_stand_in_few_files() {
    const FILES: [&str; 5] = [
        "segment/compile.rs",
        "preferences/predicate.rs",
        "delivery/freeze.rs",
        "delivery/ledger.rs",
        "mail/outbox.rs",
    ];
    let allowed = |source: &Source| {
        source.module() == "db" || source.path.ends_with("/store.rs") || FILES.contains(&source.path.as_str())
    };
    report(
        "diesel's query language is used in stores, in db and in five named files",
        &outside(
            allowed,
            &[
                "::table.",
                "::table,",
                "::table)",
                "::table>",
                "diesel::insert_into",
                "diesel::update(",
                "diesel::delete(",
                "diesel::select",
                "diesel::sql_query",
                "diesel::dsl",
                "insert_returning_id!",
                "RunQueryDsl",
                "batch_execute",
            ],
        ),
    );
}

/// Which module says of each table that it owns it: "Owns the tables `a`, `b` and `c`" in a module's comment.
fn owners() -> BTreeMap<String, BTreeSet<String>> {
    let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources() {
        let comment: String = source
            .whole
            .lines()
            .filter_map(|line| line.strip_prefix("//!"))
            .fold(String::new(), |text, line| text + line + "\n");
        for (at, _) in comment.match_indices("Owns the table") {
            let sentence = &comment[at..];
            let end = sentence.find(['.', ';']).unwrap_or(sentence.len());
            for table in sentence[..end].split('`').skip(1).step_by(2) {
                owners.entry(table.to_owned()).or_default().insert(source.module().to_owned());
            }
        }
    }
    owners
}

/// The tables of src/db/schema.rs.
fn tables() -> BTreeSet<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/schema.rs")).unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines
        .windows(2)
        .filter(|pair| pair[0] == "diesel::table! {")
        .filter_map(|pair| pair[1].split_once(" (").map(|(name, _)| name.to_owned()))
        .collect()
}

#[test]
fn every_table_has_one_owner() {
    let owners = owners();
    let tables = tables();
    assert!(tables.len() > 20, "the form of schema.rs has changed");
    let mut broken: Vec<String> = tables
        .iter()
        .filter_map(|table| match owners.get(table) {
            None => Some(format!("nobody owns {table}")),
            Some(several) if several.len() > 1 => Some(format!("{several:?} all own {table}")),
            Some(_) => None,
        })
        .collect();
    broken.extend(
        owners
            .keys()
            .filter(|table| !tables.contains(*table))
            .map(|table| format!("there is no table {table}")),
    );
    report("Every table is owned by one module, whose comment says so: Owns the tables `a`, `b`", &broken);
}

/// The tables that a file writes: the argument of diesel's and SQL's writing words.
fn written(text: &str) -> BTreeSet<String> {
    let identifier = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect()
    };
    let mut found = BTreeSet::new();
    for word in ["insert_into(", "diesel::update(", "diesel::delete(", "copy_from("] {
        for (at, _) in text.match_indices(word) {
            let path = identifier(&text[at + word.len()..]);
            let table = path.trim_end_matches("::table").rsplit("::").next().unwrap_or_default();
            found.insert(table.to_owned());
        }
    }
    for (at, _) in text.match_indices("insert_returning_id!(") {
        let arguments = &text[at + "insert_returning_id!(".len()..];
        if let Some((_, rest)) = arguments.split_once(',') {
            found.insert(identifier(rest));
        }
    }
    for word in ["INSERT INTO ", "UPDATE ", "DELETE FROM "] {
        for (at, _) in text.match_indices(word) {
            found.insert(identifier(&text[at + word.len()..]));
        }
    }
    found
}

#[test]
fn a_table_is_written_by_its_owner_alone() {
    let owners = owners();
    let mut broken = Vec::new();
    let mut seen = 0;
    for source in sources() {
        for table in written(&source.text) {
            let Some(theirs) = owners.get(&table) else { continue };
            seen += 1;
            if !theirs.contains(source.module()) {
                broken.push(format!("{} writes {table}, which {theirs:?} owns", source.path));
            }
        }
    }
    assert!(seen > 20, "the form of writing has changed");
    report("A table is written by its owner alone", &broken);
}

#[test]
fn stores_open_no_transaction() {
    let broken: Vec<String> = sources()
        .iter()
        .filter(|source| source.path.ends_with("/store.rs"))
        .flat_map(|source| {
            source.lines_with(&[".transaction(", "write_blocking(", "read_blocking(", "begin_transaction"])
        })
        .collect();
    report("Store functions take a connection and open no transaction", &broken);
}

#[test]
fn siblings_never_call_a_store() {
    let mut broken = Vec::new();
    for source in sources() {
        for (at, _) in source.text.match_indices("::store::") {
            let before = &source.text[..at];
            let module: String =
                before.chars().rev().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let module: String = module.chars().rev().collect();
            if module != source.module() && !matches!(module.as_str(), "super" | "self") {
                broken.push(format!("{} calls {module}::store", source.path));
            }
        }
    }
    broken.dedup();
    report("A feature's face is its mod.rs; siblings never call its store", &broken);
}

#[test]
fn a_lint_is_set_aside_with_a_reason() {
    let mut broken = Vec::new();
    for source in sources() {
        for word in [
            "allow(clippy::unwrap_used",
            "allow(clippy::expect_used",
            "expect(clippy::unwrap_used",
            "expect(clippy::expect_used",
            "allow(clippy::disallowed_methods",
            "expect(clippy::disallowed_methods",
        ] {
            for (at, _) in source.text.match_indices(word) {
                let attribute = source.text[at..].split(']').next().unwrap_or_default();
                if word.starts_with("allow") || !attribute.contains("reason") {
                    broken.push(format!("{}: {}", source.path, attribute.trim()));
                }
            }
        }
    }
    report("unwrap, expect and disallowed methods stand only under #[expect(…, reason = …)]", &broken);
}

#[test]
fn whatever_sends_asks_for_permission() {
    // Who counts, freezes and sends asks the one place that answers.
    let mut broken = Vec::new();
    for (path, asks) in [
        ("delivery/freeze.rs", "preferences::reason_of"),
        ("delivery/ledger.rs", "preferences::"),
        ("cli/segment.rs", "preferences::"),
    ] {
        match sources().into_iter().find(|source| source.path == path) {
            Some(source) if source.text.contains(asks) || source.text.contains("use crate::preferences") => {}
            Some(_) => broken.push(format!("{path} does not use {asks}")),
            None => broken.push(format!("{path} is gone: say here who does its work now")),
        }
    }
    // Nobody else puts a message on the wire; the worker sends the outbox: tests and login links.
    broken.extend(outside(
        |source| matches!(source.module(), "mail" | "delivery" | "worker"),
        &["mail::relay", "mail::Relay", "Relay::connect"],
    ));
    report("Everything that sends asks preferences", &broken);
}

/// What makes recipients, counts, lists, files or messages, and the files that may do it. Each either asks
/// `preferences`, which the word shows, or has a reason not to. docs/permission.md says the same for people.
const PLACES: &[(&str, &[(&str, Why)])] = &[
    // Recipients of a campaign.
    ("INSERT INTO deliveries", &[("delivery/freeze.rs", Why::Asks("reason_of(&question"))]),
    (
        "reason_of(",
        &[
            ("delivery/freeze.rs", Why::Asks("with_caps(")),
            ("bounce/store.rs", Why::Asks("Channel::Letter")),
            ("preferences/predicate.rs", Why::Asks("Reason::ALL")),
            ("segment/store.rs", Why::Asks("reason_of(question")),
        ],
    ),
    // Each message, just before it goes.
    ("fn mark_sending", &[("delivery/ledger.rs", Why::Asks("not(preferences::refused(&asked))"))]),
    // Messages that are no campaign.
    (
        "outbox::enqueue",
        &[
            (
                "forms/sign_up.rs",
                Why::Not("the question whether a sign-up was meant, to the address that was given"),
            ),
            ("delivery/digest/mod.rs", Why::Asks("preferences::decide(&facts, &run.question)")),
            (
                "privacy/mail.rs",
                Why::Not(
                    "links that a person asked for: to their own data, a right, or to confirm an address",
                ),
            ),
            (
                "web/api/campaigns.rs",
                Why::Not("a test, to an address that the caller writes; no person is looked up for it"),
            ),
            ("web/staff/campaigns/preview.rs", Why::Not("a test, to an address that the sender writes")),
        ],
    ),
    // Counts of people by reason.
    (
        "segment::count(",
        &[
            ("campaign/review/mod.rs", Why::Asks("with_caps(")),
            ("cli/segment.rs", Why::Asks("preferences::with_caps(")),
            ("reports/register.rs", Why::Asks("Question::new(channel)")),
            ("web/api/segments.rs", Why::Asks("preferences::with_caps(")),
            ("web/staff/campaigns/preview.rs", Why::Asks("preferences::with_caps(")),
            ("web/staff/segments/editor.rs", Why::Asks("preferences::with_caps(")),
        ],
    ),
    // Names beside a count, for those who may see people.
    (
        "segment::sample(",
        &[
            ("web/staff/campaigns/preview.rs", Why::Asks("protected")),
            (
                "web/staff/segments/editor.rs",
                Why::Not("people of a rule, mailed or not; segment/store.rs leaves out the protected"),
            ),
        ],
    ),
    // Files that leave the program.
    (
        "text/csv",
        &[
            ("web/api/imports.rs", Why::Not("the rows of a file that staff sent, back to them")),
            ("web/public/my_data/export.rs", Why::Not("a person's own data, to that person")),
            ("web/staff/imports.rs", Why::Not("the rows of a file that staff sent, back to them")),
            ("web/staff/bounces.rs", Why::Asks("bounce::lost(")),
            ("web/staff/campaigns/results.rs", Why::Not("numbers of groups of five people or more")),
            (
                "web/staff/campaigns/recipients.rs",
                Why::Not("what became of a mailing; delivery/recipients leaves out the protected"),
            ),
        ],
    ),
];

/// Whether a place asks for permission.
#[derive(Clone, Copy)]
enum Why {
    /// With these words.
    Asks(&'static str),
    /// It need not.
    Not(&'static str),
}

#[test]
fn nothing_goes_round_permission() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/permission.md");
    let document = fs::read_to_string(document).unwrap();
    let sources = sources();
    let mut broken = Vec::new();
    for (word, files) in PLACES {
        for source in sources.iter().filter(|source| source.text.contains(word)) {
            match files.iter().find(|(path, _)| *path == source.path) {
                None => {
                    broken.push(format!("{} says {word}: list it in PLACES, with how it asks", source.path))
                }
                Some((_, Why::Asks(asks))) if !source.text.contains(asks) => {
                    broken.push(format!("{} says {word} and does not ask by {asks}", source.path));
                }
                Some((_, Why::Not(""))) => broken.push(format!("{} needs a reason not to ask", source.path)),
                Some(_) => {}
            }
        }
        for (path, _) in *files {
            if !sources.iter().any(|source| source.path == *path && source.text.contains(word)) {
                broken.push(format!("{path} does not say {word} any more: take it out of PLACES"));
            }
            if !document.contains(&format!("`{path}`")) {
                broken.push(format!("docs/permission.md does not name `{path}`"));
            }
        }
    }
    report("Whatever makes recipients, lists, files or messages asks preferences", &broken);
}
