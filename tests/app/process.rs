//! Starting and stopping: what is wrong is said in one line, and a stop is graceful.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use brevduva::db::keys;

use crate::support::app::TestApp;
use crate::support::builders::some_time;
use crate::support::cli::{self, command, run};
use crate::support::db::{Engine, TestDatabase, fresh_name, postgres_server};

#[tokio::test]
async fn health_is_200_while_the_relay_is_away() {
    let app = TestApp::start().await;
    let answer = app.get("/health").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["status"], "ok");
    let answer = app.get("/live").await;
    assert_eq!((answer.status(), answer.text().await.unwrap()), (reqwest::StatusCode::OK, String::new()));
    app.stop().await;
}

#[test]
fn serve_runs_until_sigterm() {
    let database = TestDatabase::new();
    let mut child = command(&database, &["serve"]).env("BREVDUVA_LOG", "info").spawn().unwrap();
    let log = BufReader::new(child.stderr.as_mut().unwrap()).lines().map(Result::unwrap);
    let ready = log.into_iter().find(|line| line.contains("serving")).expect("the start is logged");
    assert!(!ready.contains('\u{1b}'), "colours are for terminals: {ready}");
    let began = Instant::now();
    let killed = std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success());
    assert_eq!(cli::finish(child).status, 0);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_new_database_is_made_by_migrate_and_an_old_one_is_refused() {
    let database = TestDatabase::new();
    let server = (Engine::of_run() == Engine::Postgres).then(postgres_server);
    let url = match &server {
        None => format!("sqlite://{}", database.folder.path().join("new.sqlite").display()),
        Some(server) => {
            let name = fresh_name();
            use diesel::Connection;
            use diesel::connection::SimpleConnection;
            let mut conn = diesel::PgConnection::establish(server).unwrap();
            conn.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
            let mut url = url::Url::parse(server).unwrap();
            url.set_path(&name);
            url.to_string()
        }
    };
    let start = |arguments: &[&str]| {
        cli::finish(command(&database, arguments).env("BREVDUVA_DATABASE_URL", &url).spawn().unwrap())
    };
    let refused = start(&["serve"]);
    assert!(refused.error_line(1).contains("run: brevduva migrate"), "{refused:?}");
    let refused = start(&["worker"]);
    assert!(refused.error_line(1).contains("run: brevduva migrate"), "{refused:?}");
    assert_eq!(start(&["migrate"]).status, 0);
    let again = start(&["migrate"]);
    assert_eq!((again.status, again.stdout.trim()), (0, "The database is up to date."));
    assert_eq!(start(&["staff", "add", "eva@example.se", "--role", "admin"]).status, 0);
}

#[test]
fn a_taken_port_and_a_missing_key_stop_the_start() {
    let database = TestDatabase::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = cli::finish(command(&database, &["serve"]).env("BREVDUVA_BIND", &address).spawn().unwrap());
    let line = refused.error_line(1);
    assert!(line.contains(&address) && line.contains("BREVDUVA_BIND"), "{line}");

    database.db.write_blocking(|conn| keys::remember(conn, 7, some_time())).unwrap();
    let line = run(&database, &["serve"]).error_line(1).to_owned();
    assert!(line.contains("k7") && line.contains("BREVDUVA_SECRET_KEYS"), "{line}");
}

#[test]
fn a_wrong_setting_is_named() {
    let database = TestDatabase::new();
    for (name, value, right) in [
        ("BREVDUVA_BIND", "8080", "127.0.0.1:8080"),
        ("BREVDUVA_SMTP_CONNECTIONS", "0", "1 to 1000"),
        ("BREVDUVA_DATABASE_URL", "mysql://root:hemligt@db/x", "sqlite://"),
        ("BREVDUVA_SECRET_KEYS", "k0:hemligt", "hex"),
        ("BREVDUVA_BASE_URL", "example.se", "https://"),
        ("BREVDUVA_NO_SUCH_THING", "1", "no_such_thing"),
    ] {
        let refused = cli::finish(command(&database, &["serve"]).env(name, value).spawn().unwrap());
        let line = refused.error_line(1);
        assert!(line.contains(name) || line.contains(right), "{line}");
        assert!(line.contains(right), "{line}");
        assert!(!line.contains("hemligt"), "a secret was repeated: {line}");
    }
}

#[test]
fn a_wrong_relay_is_named_and_the_environment_has_the_last_word() {
    let database = TestDatabase::new();
    let file = database.folder.path().join("relays.toml");
    let path = file.display().to_string();
    let start = |text: &str, url: Option<&str>| {
        std::fs::write(&file, text).unwrap();
        let mut command = command(&database, &["--config", &path, "campaign", "list"]);
        match url {
            Some(url) => command.env("BREVDUVA_SMTP_URL", url),
            None => command.env_remove("BREVDUVA_SMTP_URL"),
        };
        cli::finish(command.spawn().unwrap())
    };
    let relay = "[[relay]]\nname = \"main\"\nurl = \"smtp://us:hemligt@mail.example.se\"\n";
    assert_eq!(start(relay, None).status, 0);
    for (text, right) in [
        ("tls = \"maybe\"", "none, starttls or required"),
        ("conections = 3", "conections"),
        ("connections = \"many\"", "connections"),
        ("windows = [\"often\"]", "10000/hour"),
    ] {
        let refused = start(&format!("{relay}{text}"), None);
        let line = refused.error_line(1);
        assert!(line.contains("relay") && line.contains(right), "{line}");
        assert!(!line.contains("hemligt"), "a secret was repeated: {line}");
    }
    let both = start(&format!("smtp_url = \"smtp://127.0.0.1\"\n{relay}"), None);
    assert!(both.error_line(1).contains("not both"), "{both:?}");
    // The file's relays are not looked at when the environment names one.
    let wrong = format!("{relay}tls = \"maybe\"");
    assert_eq!(start(&wrong, Some("smtp://127.0.0.1:1")).status, 0);
    let line = start("quiet_hours = \"night\"", None).error_line(1).to_owned();
    assert!(line.contains("BREVDUVA_QUIET_HOURS") && line.contains("22:00-07:00"), "{line}");
    let line = start("time_zone = \"Uppsala\"", None).error_line(1).to_owned();
    assert!(line.contains("BREVDUVA_TIME_ZONE") && line.contains("Europe/Stockholm"), "{line}");
}

#[test]
fn wrong_usage_is_status_2() {
    let database = TestDatabase::new();
    for arguments in [&[][..], &["fly"][..], &["staff", "add"][..], &["token", "create", "x"][..]] {
        assert_eq!(run(&database, arguments).status, 2, "{arguments:?}");
    }
}

#[test]
fn bad_input_of_staff_and_token_is_one_line() {
    let database = TestDatabase::new();
    let line =
        run(&database, &["staff", "add", "not an address", "--role", "admin"]).error_line(1).to_owned();
    assert!(line.contains("not an address") && line.contains("name@example.org"), "{line}");
    let line = run(&database, &["staff", "add", "a@example.se", "--role", "admin", "--unit", "nowhere"])
        .error_line(1)
        .to_owned();
    assert!(line.contains("\"nowhere\""), "{line}");
    let refused = run(&database, &["staff", "add", "a@example.se", "--role", "king"]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("data_protection_officer"), "{}", refused.stderr);
}
