//! The main job from the shell alone, and what the shell is told when something is wrong.

use std::time::{Duration, Instant};

use brevduva::catcher::smtp::{Options, SmtpServer};
use serde_json::{Value, json};

use crate::support::builders::{campaign, degree, person};
use crate::support::cli::{self, Answer, command, run, run_with_input};
use crate::support::db::TestDatabase;

const LADOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ladok_utdata.csv");

fn count(database: &TestDatabase, rule: &Value, options: &[&str]) -> Answer {
    let arguments = [&["segment", "count", "-"][..], options].concat();
    run_with_input(database, &arguments, rule.to_string().as_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_main_job_from_the_shell_alone() {
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let database = TestDatabase::new();
    let rejects = database.folder.path().join("rejected.csv");
    let rejects = rejects.to_str().unwrap();

    let import = ["import", LADOK, "--mapping", "ladok", "--json", "--rejects", rejects];
    let dry = run(&database, &[&import[..], &["--dry-run"]].concat()).json();
    assert_eq!(run(&database, &["segment", "count", "-"]).status, 1, "no rule on standard input");
    let everyone = json!({ "everyone": true });
    assert_eq!(count(&database, &everyone, &["--json"]).json()["matched"], 0, "a dry run changes nothing");

    let answer = run(&database, &import);
    assert_eq!(answer.stderr, "", "no progress in a pipe");
    let summary = answer.json();
    assert_eq!(summary, dry, "the dry run says what happens");
    let rows = |name: &str| summary[name].as_u64().unwrap();
    let parts = ["created", "updated", "unchanged", "merged", "to_review", "rejected"];
    assert_eq!(rows("read"), parts.map(rows).iter().sum::<u64>());
    assert!(rows("created") > 1000 && rows("rejected") > 0);
    let text = std::fs::read_to_string(rejects).unwrap();
    assert_eq!(text.trim_end().lines().count() as u64, rows("rejected") + 1);
    let again = run(&database, &import).json();
    assert_eq!((&again["created"], &again["updated"], &again["merged"]), (&json!(0), &json!(0), &json!(0)));

    let rule = json!({ "degree": { "graduation_year": { "between": [1998, 2000] }, "graduated": true } });
    let options = [
        "--unit",
        "alumn",
        "--topic",
        "newsletter",
        "--purpose",
        "newsletter",
        "--legal-basis",
        "public_interest",
        "--json",
    ];
    let counted = count(&database, &rule, &options).json();
    let number = |value: &Value| value.as_u64().unwrap();
    let left_out: u64 = counted["left_out"].as_object().unwrap().values().map(number).sum();
    assert_eq!(number(&counted["matched"]), number(&counted["reachable"]) + left_out);
    assert!(number(&counted["reachable"]) > 50, "{counted}");

    let file = database.folder.path().join("reunion.json");
    std::fs::write(&file, campaign().to(rule).json().to_string()).unwrap();
    let created = run(&database, &["campaign", "create", file.to_str().unwrap(), "--json"]).json();
    let id = created["id"].to_string();
    assert_eq!(run(&database, &["campaign", "launch", &id]).status, 0);
    let launched = Instant::now();
    let worker = command(&database, &["worker"]).env("BREVDUVA_SMTP_URL", relay.url()).spawn().unwrap();
    let status = loop {
        let status = run(&database, &["campaign", "status", &id, "--json"]).json();
        if status["state"] == "finished" {
            break status;
        }
        assert!(launched.elapsed() < Duration::from_secs(60), "{status}");
        std::thread::sleep(Duration::from_millis(50));
    };
    for field in [
        "id",
        "name",
        "state",
        "recipients",
        "counts",
        "skipped",
        "repeated",
        "started_at",
        "finished_at",
        "rate",
    ] {
        assert!(!status[field].is_null(), "{field} is missing: {status}");
    }
    assert_eq!(status["recipients"], counted["matched"]);
    assert_eq!(status["counts"]["sent"], counted["reachable"]);
    assert_eq!(status["skipped"], counted["left_out"]);
    assert_eq!(relay.mailbox().messages().len() as u64, number(&counted["reachable"]));
    // In another process that runs already, a launch takes half a second at most (contract).
    let created = run(&database, &["campaign", "create", file.to_str().unwrap(), "--json"]).json();
    let second = created["id"].to_string();
    assert_eq!(run(&database, &["campaign", "launch", &second]).status, 0);
    let launched = Instant::now();
    let before = number(&counted["reachable"]);
    relay.mailbox().wait_for(before + 1, Duration::from_secs(20)).await.unwrap();
    assert!(
        launched.elapsed() < Duration::from_secs(3),
        "the launch was noticed after {:?}",
        launched.elapsed()
    );
    stop(worker);
    relay.stop().await;
}

fn stop(child: std::process::Child) {
    std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert_eq!(cli::finish(child).status, 0);
}

#[test]
fn a_segment_is_counted_for_people_and_for_scripts() {
    let database = TestDatabase::new();
    database
        .db
        .write_blocking(|conn| {
            person().email("a@example.se").with(degree("SJURI", 2001)).save(conn);
            person().named("Bo", "Ek").with(degree("SJURI", 2001)).save(conn);
            Ok::<_, brevduva::db::Error>(())
        })
        .unwrap();
    let rule = json!({ "degree": { "programme": { "in": ["SJURI"] } } });
    let counted = count(&database, &rule, &["--json"]).json();
    assert_eq!(counted, json!({ "matched": 2, "reachable": 1, "left_out": { "no_address": 1 } }));
    let letters = count(&database, &rule, &["--channel", "letter", "--json"]).json();
    assert_eq!(letters["left_out"], json!({ "no_address": 2 }));
    let consent = count(&database, &rule, &["--legal-basis", "consent", "--json"]).json();
    assert_eq!(consent["left_out"], json!({ "no_address": 1, "no_legal_basis": 1 }));
    let table = count(&database, &rule, &[]);
    assert_eq!(table.status, 0);
    assert!(table.stdout.contains("matched") && table.stdout.contains("no_address"), "{}", table.stdout);
}

#[test]
fn what_is_wrong_with_a_rule_or_a_campaign_is_one_line_and_nothing_is_stored() {
    let database = TestDatabase::new();
    for (rule, said) in [
        ("{", "JSON"),
        ("{}", "$"),
        (r#"{"all":[]}"#, "$.all"),
        (r#"{"all":[{"degree":{"programm":{"in":["X"]}}}]}"#, "$.all[0].degree.programm"),
        (r#"{"degree":{"graduation_year":{"between":["x",1]}}}"#, "$.degree.graduation_year.between"),
        (r#"{"everyone":true,"everyone":true}"#, "everyone"),
    ] {
        let line =
            run_with_input(&database, &["segment", "count", "-"], rule.as_bytes()).error_line(1).to_owned();
        assert!(line.contains(said), "{rule}: {line}");
    }
    let everyone = json!({ "everyone": true });
    for (options, said) in [
        (&["--unit", "nowhere"][..], "\"nowhere\""),
        (&["--topic", "nothing"][..], "\"nothing\""),
        (&["--purpose", "nothing"][..], "\"nothing\""),
        (&["--legal-basis", "legitimate_interest"][..], "6(1)"),
    ] {
        assert!(count(&database, &everyone, options).error_line(1).contains(said), "{options:?}");
    }
    assert_eq!(count(&database, &everyone, &["--channel", "pigeon"]).status, 2);
    for (file, said) in [
        ("{".to_owned(), "JSON"),
        ("[]".to_owned(), "$"),
        (campaign().set("colour", json!(1)).json().to_string(), "colour"),
        (campaign().set("unit", json!("nowhere")).json().to_string(), "$.unit"),
        (
            campaign()
                .set("content", json!({ "sv": { "subject": "{{nmae}}", "markdown": "x" } }))
                .json()
                .to_string(),
            "nmae",
        ),
        (
            campaign().set("content", json!({ "sv": { "subject": "x", "blocks": [] } })).json().to_string(),
            "blocks",
        ),
    ] {
        let line =
            run_with_input(&database, &["campaign", "create", "-"], file.as_bytes()).error_line(1).to_owned();
        assert!(line.contains(said), "{file}: {line}");
    }
    assert_eq!(run(&database, &["campaign", "list", "--json"]).json(), json!([]));
    for step in ["launch", "status", "pause", "resume", "cancel"] {
        let line = run(&database, &["campaign", step, "7"]).error_line(1).to_owned();
        assert!(line.contains("campaign 7"), "{step}: {line}");
    }
    let line = run(&database, &["campaign", "create", "no-such-file.json"]).error_line(1).to_owned();
    assert!(line.contains("no-such-file.json"), "{line}");
    assert_eq!(run(&database, &["campaign", "launch", "7", "--at", "tomorrow"]).status, 2);
}

#[test]
fn a_file_that_cannot_be_imported_is_one_line_and_changes_nothing() {
    let database = TestDatabase::new();
    let folder = database.folder.path();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let empty = file("empty.csv", b"");
    let columns = file("columns.csv", b"Namn;Adress\nEva;Lund\n");
    let broken = file("broken.xlsx", b"PK\x03\x04nothing");
    let mapping = file("mapping.toml", b"columns = 3");
    for (arguments, said) in [
        (["import", "no-such.csv", "--mapping", "ladok"], "no-such.csv"),
        (["import", &empty, "--mapping", "ladok"], "empty"),
        (["import", &columns, "--mapping", "ladok"], "column"),
        (["import", &broken, "--mapping", "ladok"], "the workbook cannot be opened"),
        (["import", LADOK, "--mapping", "nonsense"], "nonsense"),
        (["import", LADOK, "--mapping", &mapping], "line 1"),
    ] {
        let line = run(&database, &arguments).error_line(1).to_owned();
        assert!(line.contains(said), "{arguments:?}: {line}");
    }
    assert_eq!(run(&database, &["import", LADOK]).status, 2, "the mapping is not guessed");
    let counted = count(&database, &json!({ "everyone": true }), &["--json"]).json();
    assert_eq!(counted["matched"], 0);
}

#[test]
fn commands_of_later_versions_say_so() {
    let database = TestDatabase::new();
    for arguments in [&["retention", "run", "--dry-run"][..], &["backup", "out"][..], &["restore", "in"][..]]
    {
        let line = run(&database, arguments).error_line(2).to_owned();
        assert!(line.contains("not there yet"), "{line}");
    }
}

#[test]
fn templates_are_checked_without_settings() {
    let folder = tempfile::tempdir().unwrap();
    let child =
        cli::bare(folder.path(), &["check-templates"]).env_remove("BREVDUVA_SECRET_KEYS").spawn().unwrap();
    let answer = cli::finish(child);
    assert_eq!(answer.status, 0, "{answer:?}");
}

#[test]
fn units_are_added_and_listed() {
    let database = TestDatabase::new();
    assert_eq!(run(&database, &["unit", "add", "law", "Juridiska fakulteten"]).status, 0);
    assert_eq!(run(&database, &["unit", "add", "law-lund", "Lund", "--under", "law"]).status, 0);
    let list = run(&database, &["unit", "list"]);
    assert!(list.stdout.contains("law-lund") && list.stdout.contains("(under law)"), "{}", list.stdout);
    for (arguments, said) in [
        (&["unit", "add", "Law", "x"][..], "\"Law\""),
        (&["unit", "add", "law-", "x"][..], "\"law-\""),
        (&["unit", "add", "x", "x", "--under", "nowhere"][..], "\"nowhere\""),
        (&["unit", "add", "law", "again"][..], "law"),
    ] {
        let line = run(&database, arguments).error_line(1).to_owned();
        assert!(line.contains(said), "{arguments:?}: {line}");
    }
}

#[test]
fn a_login_link_and_a_token_are_all_that_is_printed() {
    let database = TestDatabase::new();
    let staff = run(&database, &["staff", "add", "eva@example.se", "--role", "editor", "--unit", "alumn"]);
    assert_eq!(staff.status, 0);
    assert!(staff.stdout.trim().starts_with("http") && staff.stdout.contains("/login/"), "{}", staff.stdout);
    assert_eq!(staff.stdout.lines().count(), 1);
    let token = run(&database, &["token", "create", "website", "--scope", "read", "--scope", "send"]);
    assert_eq!(token.stdout.lines().count(), 1);
    assert!(token.stdout.starts_with("bdv_"), "{}", token.stdout);
    assert_eq!(run(&database, &["token", "create", "x", "--scope", "everything"]).status, 2);
}
