//! Erasing a person: everybody forgets them, nothing brings them back.

use std::collections::BTreeMap;
use std::time::Duration;

use brevduva::app::Parts;
use brevduva::campaign;
use brevduva::catcher::smtp::{Fault, Options, Rule, Script, SmtpServer, Step};
use brevduva::contacts::{self, IdentifierScheme};
use brevduva::db::schema::{contact_merges, deliveries, import_rejects, outbox as outbox_table};
use brevduva::db::{Conn, Error};
use brevduva::import;
use brevduva::kernel::email_address::EmailAddress;
use brevduva::links::SecretKeys;
use brevduva::mail::outbox::{self, OutboxKind};
use brevduva::privacy::{Cause, erase};
use brevduva::staff::{Role, Scope};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Text};
use serde_json::{Value, json};

use crate::support::app::{SECRET_KEYS, TestApp};
use crate::support::builders::{campaign as mailing, person, some_time};
use crate::support::campaigns::{PATIENCE, finished, invitation, launch, skipped, wait_until};
use crate::support::db::{Engine, TestDatabase};
use crate::support::register::{ONE, OTHER, form, import as import_file, ladok, ladok_row};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_staff_erase_while_a_campaign_runs_gets_nothing_more() {
    let script = Script::default().on(Step::FinalDot, Fault::stall(Duration::from_millis(200)));
    let relay = SmtpServer::start(Options { script, ..Options::default() }).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start().await;
    let last = app
        .write(|conn| {
            let save = |number| person().email(&format!("p{number}@example.org")).save(conn);
            (0..30).map(save).last().unwrap()
        })
        .await;
    let staff = app.sign_in(Role::DataProtectionOfficer).await;
    let id = launch(&app.database, &app.clock, mailing().json()).await;
    relay.mailbox().wait_for(2, PATIENCE).await.unwrap();
    let path = format!("/contacts/{last}/erase");
    assert!(staff.get(&path).await.text().await.unwrap().contains(&last.to_string()));
    assert_eq!(staff.post_form(&path, &[("number", "1")]).await.status(), 422);
    let erased = staff.post_form(&path, &[("number", &last.to_string())]).await;
    assert_eq!(erased.headers()["location"], "/contacts?done=erased");
    let end = finished(&app.database, id).await;
    assert_eq!((end.counts.sent, end.recipients), (29, 30), "{end:?}");
    assert_eq!(skipped(&end), BTreeMap::from([("erased", 1)]));
    assert!(relay.mailbox().messages_to("p29@example.org").is_empty());
    let orphans: i64 = app
        .database
        .read(|conn| {
            let erased = deliveries::table.filter(deliveries::reason.eq("erased"));
            erased.filter(deliveries::contact_id.is_null()).count().get_result(conn).unwrap()
        })
        .await;
    assert_eq!(orphans, 1);
    assert_eq!(staff.get(&format!("/contacts/{last}")).await.status(), 404);
    app.stop().await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_on_the_wire_of_somebody_erased_that_comes_back_is_skipped() {
    let slow = Rule::at(Step::Body).times(1).then(Fault::stall(Duration::from_millis(700)));
    let later = Rule::at(Step::FinalDot).times(1).then(Fault::reply(451, "4.3.0 later"));
    let options = Options { script: Script::default().rule(slow).rule(later), ..Options::default() };
    let relay = SmtpServer::start(options).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).start().await;
    let contact = app.write(|conn| person().email("a@example.org").save(conn)).await;
    let id = launch(&app.database, &app.clock, invitation()).await;
    wait_until(&app.database, id, |status| status.counts.sending == 1).await;
    let token = app.token(&[Scope::Manage]).await;
    let path = app.url(&format!("/api/v1/contacts/{contact}"));
    assert_eq!(app.client.delete(path).bearer_auth(token).send().await.unwrap().status(), 204);
    let end = finished(&app.database, id).await;
    assert_eq!(skipped(&end), BTreeMap::from([("erased", 1)]));
    app.stop().await;
    relay.stop().await;
}

#[tokio::test]
async fn a_shared_address_bars_newcomers_and_an_old_key_is_still_known() {
    let mut app = TestApp::start().await;
    let rows = [
        ladok_row(ONE, "Eva", "Ek", "home@example.org", ""),
        ladok_row(OTHER, "Bo", "Ek", "home@example.org", ""),
    ];
    assert_eq!(import_file(&app, "ladok", &ladok(&rows)).await.created, 2);
    let people = app
        .database
        .read(|conn| contacts::by_email_keys(conn, &["home@example.org".to_owned()]).unwrap())
        .await;
    let eva = people.iter().find(|person| person.given_name == "Eva").unwrap().id;
    let (keys, now) = (app.config.secret_keys.clone(), app.clock.now().naive_utc());
    app.write(move |conn| {
        erase(conn, &keys, eva, Cause::Asked, now).unwrap();
    })
    .await;
    // The keys have been changed since.
    let new = format!("k1:{},{}", "ab".repeat(32), SECRET_KEYS);
    app.config.secret_keys = new.parse().unwrap();
    let moved = [rows[0].clone(), rows[1].replace("Storgatan 1", "Storgatan 2")];
    let again = import_file(&app, "ladok", &ladok(&moved)).await;
    assert_eq!((again.read, again.updated, again.rejected), (2, 1, 1), "{again:?}");
    let newcomer = import_file(&app, "form", &form(&["Ny,Person,home@example.org,sv,,,,,,,"])).await;
    assert_eq!((newcomer.read, newcomer.rejected), (1, 1), "{newcomer:?}");
    let stored = app
        .database
        .read(|conn| {
            let hash = contacts::identifiers(conn, &[1, 2]).unwrap();
            hash.iter().filter(|one| one.scheme == IdentifierScheme::IdentityNumber).count()
        })
        .await;
    assert_eq!(stored, 1);
    app.stop().await;
}

#[tokio::test]
async fn erasing_reaches_what_a_repeated_call_would_answer() {
    let app = TestApp::start().await;
    let token = app.token(&[Scope::Import, Scope::Manage]).await;
    let body = json!({ "given_name": "Hemlig", "family_name": "Person", "email": "hemlig@example.org",
                       "language": "sv", "kinds": ["alumn"] });
    let create = async || {
        let request = app.client.post(app.url("/api/v1/contacts")).bearer_auth(&token);
        request.header("Idempotency-Key", "one").json(&body).send().await.unwrap()
    };
    let made: Value = create().await.json().await.unwrap();
    let path = app.url(&format!("/api/v1/contacts/{}", made["id"]));
    assert_eq!(create().await.status(), 201, "the same call answers the same");
    assert_eq!(app.client.delete(&path).bearer_auth(&token).send().await.unwrap().status(), 204);
    assert_eq!(app.client.delete(&path).bearer_auth(&token).send().await.unwrap().status(), 404);
    let again = create().await;
    assert_eq!(again.status(), 409);
    assert!(!again.text().await.unwrap().contains("hemlig"));
    app.stop().await;
}

#[tokio::test]
async fn erasing_empties_what_a_merge_remembered() {
    let app = TestApp::start().await;
    let (keys, now) = (app.config.secret_keys.clone(), app.clock.now().naive_utc());
    let left = app
        .write(move |conn| {
            let from = person().named("Hemlig", "Förut").email("old@example.org").save(conn);
            let into = person().email("new@example.org").save(conn);
            import::join(conn, from, into, now).unwrap();
            erase(conn, &keys, into, Cause::Asked, now).unwrap();
            let snapshots: Vec<String> =
                contact_merges::table.select(contact_merges::snapshot).load(conn).unwrap();
            (snapshots, contacts::by_ids(conn, &[from, into]).unwrap())
        })
        .await;
    assert_eq!(left.0, ["{}"]);
    assert!(left.1.iter().all(|person| person.erased_at.is_some() && person.given_name.is_empty()));
    app.stop().await;
}

/// A table that is added one day and not forgotten fails here.
#[test]
fn no_table_keeps_a_row_of_somebody_erased() {
    #[derive(QueryableByName)]
    struct Column {
        #[diesel(sql_type = Text)]
        in_table: String,
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        kind: String,
        #[diesel(sql_type = Bool)]
        needed: bool,
    }
    #[derive(QueryableByName)]
    struct Amount {
        #[diesel(sql_type = BigInt)]
        amount: i64,
    }
    // What the columns hold is the same on both engines; SQLite lets foreign keys wait.
    let database = TestDatabase::on(Engine::Sqlite);
    let now = some_time();
    let result = database.db.write_blocking(|conn| {
        let id = person().email("one@example.org").save(conn);
        sql_query("PRAGMA defer_foreign_keys = ON").execute(conn).unwrap();
        let columns: Vec<Column> = sql_query(
            "SELECT t.name AS in_table, c.name AS name, c.type AS kind, \
                    c.\"notnull\" AND c.dflt_value IS NULL AND c.name <> 'id' AS needed \
             FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY t.name, c.cid",
        )
        .load(conn)
        .unwrap();
        let mut held = Vec::new();
        for of_table in columns.chunk_by(|one, other| one.in_table == other.in_table) {
            let table = &of_table[0].in_table;
            for person in of_table.iter().filter(|column| column.name.ends_with("contact_id")) {
                let given: Vec<&Column> =
                    of_table.iter().filter(|column| column.needed || column.name == person.name).collect();
                let names: Vec<&str> = given.iter().map(|column| column.name.as_str()).collect();
                let values: Vec<String> = given.iter().map(|column| sample(&column.name, &column.kind, id)).collect();
                let (names, values) = (names.join(", "), values.join(", "));
                sql_query(format!("INSERT OR IGNORE INTO {table} ({names}) VALUES ({values})")).execute(conn).unwrap();
                held.push((table.clone(), person.name.clone()));
            }
        }
        let mut count = |(table, column): &(String, String)| {
            let count = format!("SELECT count(*) AS amount FROM {table} WHERE {column} = {id}");
            sql_query(count).get_result::<Amount>(conn).unwrap().amount
        };
        assert!(held.len() > 15 && held.iter().all(|place| count(place) > 0), "{held:?}");
        let keys: SecretKeys = SECRET_KEYS.parse().unwrap();
        erase(conn, &keys, id, Cause::Asked, now).unwrap();
        let mut count = |(table, column): &(String, String)| {
            let count = format!("SELECT count(*) AS amount FROM {table} WHERE {column} = {id}");
            sql_query(count).get_result::<Amount>(conn).unwrap().amount
        };
        let left: Vec<_> = held.iter().filter(|place| count(place) > 0).collect();
        assert!(left.is_empty(), "somebody erased is still in {left:?}");
        // The invented rows point nowhere: nothing of this is kept.
        Err::<(), _>(Error::from(diesel::result::Error::RollbackTransaction))
    });
    assert!(result.is_err());
}

/// A value for a column that must have one; the person's own number where a person is meant.
fn sample(name: &str, kind: &str, person: i64) -> String {
    match (name, kind) {
        ("kind", _) => "'alumn'".to_owned(),
        ("scheme", _) => "'other'".to_owned(),
        ("state", _) => "'skipped'".to_owned(),
        ("source", _) => "'staff'".to_owned(),
        ("scope", _) => "'everything'".to_owned(),
        ("channel", _) => "'email'".to_owned(),
        ("language", _) => "'sv'".to_owned(),
        (name, _) if name.ends_with("contact_id") => person.to_string(),
        (_, "TEXT") => "'x'".to_owned(),
        (_, "TIMESTAMP") => "'2026-01-01 00:00:00'".to_owned(),
        (_, "DATE") => "'2026-01-01'".to_owned(),
        _ => "1".to_owned(),
    }
}

/// Every table that says one of these texts in a column of text or bytes.
fn places_that_say(conn: &mut Conn, words: &[&str]) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Column {
        #[diesel(sql_type = Text)]
        in_table: String,
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Bool)]
        is_binary: bool,
    }
    #[derive(QueryableByName)]
    struct Amount {
        #[diesel(sql_type = BigInt)]
        amount: i64,
    }
    let columns = match conn {
        Conn::Sqlite(_) => {
            "SELECT t.name AS in_table, c.name AS name, c.type = 'BLOB' AS is_binary \
             FROM sqlite_master t JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND c.type IN ('TEXT', 'BLOB') ORDER BY 1, 2"
        }
        Conn::Postgres(_) => {
            "SELECT table_name::text AS in_table, column_name::text AS name, data_type = 'bytea' AS is_binary \
             FROM information_schema.columns WHERE table_schema = 'public' AND data_type IN ('text', 'bytea') \
             ORDER BY 1, 2"
        }
    };
    let columns: Vec<Column> = sql_query(columns).load(conn).unwrap();
    assert!(columns.len() > 50, "the tables were not found");
    let mut found = Vec::new();
    for column in columns {
        let Column { in_table, name, is_binary } = column;
        let value = match (is_binary, &mut *conn) {
            (true, Conn::Sqlite(_)) => format!("CAST(\"{name}\" AS TEXT)"),
            (true, Conn::Postgres(_)) => format!("encode(\"{name}\", 'escape')"),
            (false, _) => format!("\"{name}\""),
        };
        for word in words {
            let count =
                format!("SELECT count(*) AS amount FROM \"{in_table}\" WHERE {value} LIKE '%{word}%'");
            if sql_query(count).get_result::<Amount>(conn).unwrap().amount > 0 {
                found.push(format!("{in_table}.{name} says {word}"));
            }
        }
    }
    found
}

/// What tells of Hedda Hemlig, who is erased below.
const TRACES: [&str; 5] = ["Hedda", "Hemlig", "hedda", "hemlig", "+46701112233"];

#[tokio::test]
async fn erasing_reaches_rejected_rows_and_mails_that_wait_or_were_sent() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    // A good row makes her; others of the same and of another file are rejected, one with its cells shifted.
    let good = ladok_row(ONE, "Hedda", "Hemlig", "hedda@example.org", "+46701112233");
    let wrong = |row: &str| row.replace(";2004;", ";1000;");
    let shifted = format!("{};en;två", wrong(&good).trim_end().replace(ONE, "")) + "\n";
    let other = wrong(&ladok_row(OTHER, "Bo", "Ek", "bo@example.org", "")).replace("2000;", "2001;");
    let first = import_file(&app, "ladok", &ladok(&[good.clone(), other])).await;
    assert_eq!((first.created, first.rejected), (1, 1), "{first:?}");
    let again = import_file(&app, "ladok", &ladok(&[wrong(&good), shifted])).await;
    assert_eq!(again.rejected, 2, "{again:?}");
    let names_alone =
        wrong(&good).replace("hedda@example.org", "").replace("+46701112233", "").replace(ONE, "12");
    assert_eq!(import_file(&app, "ladok", &ladok(&[names_alone])).await.rejected, 1);

    // Mails: a test as she would get it, sent to staff; one to herself; and a login link that is staff's.
    let (keys, now) = (app.config.secret_keys.clone(), app.clock.now().naive_utc());
    let id = app
        .database
        .read(|conn| contacts::by_email_keys(conn, &["hedda@example.org".to_owned()]).unwrap()[0].id)
        .await;
    let staff = app.sign_in(Role::Admin).await;
    let made = app.token(&[Scope::Compose, Scope::Contacts]).await;
    let campaign: Value = app
        .client
        .post(app.url("/api/v1/campaigns"))
        .bearer_auth(&made)
        .json(&mailing().json())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let test = [("to", "staff@example.se"), ("person", &id.to_string())];
    let path = format!("/campaigns/{}/test", campaign["id"]);
    assert_eq!(staff.post_form(&path, &test).await.status(), 303);
    let by_program = json!({ "to": "staff@example.se", "contact": id });
    let path = app.url(&format!("/api/v1/campaigns/{}/test", campaign["id"]));
    let sent = app.client.post(path).bearer_auth(&made).json(&by_program).send().await.unwrap();
    assert_eq!(sent.status(), 202);
    app.write(move |conn| {
        let address = |text: &str| EmailAddress::parse(text).unwrap();
        let (from, to) = (address("alumn@example.se"), address("Hedda@example.org"));
        outbox::enqueue(conn, OutboxKind::MyData, &from, &to, b"Hedda, your link", now).unwrap();
        outbox::enqueue(conn, OutboxKind::LoginLink, &from, &to, b"staff, your link", now).unwrap();
    })
    .await;
    let before = app.write(|conn| places_that_say(conn, &TRACES)).await;
    for place in
        ["import_rejects.cells says Hedda", "outbox.message says Hedda", "contacts.given_name says Hedda"]
    {
        assert!(before.contains(&place.to_owned()), "{place}: {before:#?}");
    }

    let keys_too = keys.clone();
    app.write(move |conn| erase(conn, &keys_too, id, Cause::Asked, now).unwrap()).await;
    let after = app.write(|conn| places_that_say(conn, &TRACES)).await;
    // The login link is the account's, whoever has the same address in the register.
    assert!(after.iter().all(|place| place.starts_with("outbox.rcpt_")), "{after:#?}");
    let (rejected, bo, login_links) = app
        .database
        .read(|conn| {
            let cells: Vec<String> = import_rejects::table.select(import_rejects::cells).load(conn).unwrap();
            let waiting = outbox_table::table.filter(outbox_table::kind.eq(OutboxKind::LoginLink));
            let links: i64 = waiting.count().get_result(conn).unwrap();
            (cells.len(), cells.iter().any(|cells| cells.contains("bo@example.org")), links)
        })
        .await;
    assert_eq!((rejected, bo, login_links), (4, true, 1), "the rows still count, and others' stay");

    // A later file that is wrong in another way leaves nothing behind either.
    let later = import_file(&app, "ladok", &ladok(&[wrong(&good)])).await;
    assert_eq!(later.rejected, 1, "{later:?}");
    let after = app.write(|conn| places_that_say(conn, &TRACES)).await;
    assert!(after.iter().all(|place| place.starts_with("outbox.rcpt_")), "{after:#?}");
    app.stop().await;
}

/// Runs `work` in a transaction that stays open for a while after it says so, and `beside` meanwhile.
fn beside_each_other(
    database: &TestDatabase,
    work: impl FnOnce(&mut Conn) + Send,
    beside: impl FnOnce(&mut Conn) + Send,
) {
    let (begun, wait) = std::sync::mpsc::channel();
    let other = database.second_handle();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            database
                .db
                .write_blocking(|conn| {
                    work(conn);
                    begun.send(()).unwrap();
                    std::thread::sleep(Duration::from_millis(300));
                    Ok::<_, Error>(())
                })
                .unwrap();
        });
        scope.spawn(move || {
            wait.recv().unwrap();
            other
                .write_blocking(|conn| {
                    beside(conn);
                    Ok::<_, Error>(())
                })
                .unwrap();
        });
    });
}

#[test]
fn whoever_is_erased_while_recipients_are_fixed_is_among_none() {
    let now = some_time();
    for erasing_first in [false, true] {
        let database = TestDatabase::new();
        let (person_id, campaign_id) = database
            .db
            .write_blocking(|conn| {
                let id = person().named("Hedda", "Hemlig").email("hedda@example.org").save(conn);
                person().named("Bo", "Ek").email("bo@example.org").save(conn);
                let file = campaign::CampaignFile::parse(mailing().json()).unwrap();
                let layouts = brevduva::content::Layouts::embedded().unwrap();
                let checked = campaign::NewCampaign::check(conn, file, &layouts, true).unwrap();
                let campaign_id = campaign::insert(conn, &checked, now).unwrap();
                campaign::launch(conn, campaign_id, now, now).unwrap();
                Ok::<_, Error>((id, campaign_id))
            })
            .unwrap();
        let keys: SecretKeys = SECRET_KEYS.parse().unwrap();
        let erasing = move |conn: &mut Conn| erase(conn, &keys, person_id, Cause::Asked, now).unwrap();
        // As the sending engine does it: claimed in one transaction, fixed in another.
        let claiming = |conn: &mut Conn| {
            let lease = now + chrono::TimeDelta::minutes(1);
            campaign::claim_due(conn, "test", now, lease).unwrap().unwrap();
        };
        let fixing = move |conn: &mut Conn| {
            let stored = campaign::find(conn, campaign_id).unwrap();
            assert!(campaign::set_sending(conn, campaign_id, now).unwrap());
            brevduva::delivery::freeze(conn, &stored, now).unwrap();
        };
        if erasing_first {
            // It becomes due while the erasure is on its way, and has committed nothing.
            let due = database.second_handle();
            let second = move |conn: &mut Conn| fixing(conn);
            let first = move |conn: &mut Conn| {
                erasing(conn);
                if matches!(conn, Conn::Postgres(_)) {
                    due.write_blocking(|conn| {
                        claiming(conn);
                        Ok::<_, Error>(())
                    })
                    .unwrap();
                }
            };
            if Engine::of_run() == Engine::Sqlite {
                database
                    .db
                    .write_blocking(|conn| {
                        claiming(conn);
                        Ok::<_, Error>(())
                    })
                    .unwrap();
            }
            beside_each_other(&database, first, second);
        } else {
            database
                .db
                .write_blocking(|conn| {
                    claiming(conn);
                    Ok::<_, Error>(())
                })
                .unwrap();
            beside_each_other(&database, fixing, erasing);
        }
        let (left, named, all) = database
            .db
            .write_blocking(|conn| {
                let theirs = deliveries::table.filter(deliveries::contact_id.eq(person_id));
                let named: i64 = theirs
                    .filter(deliveries::state.ne("skipped").or(deliveries::email.is_not_null()))
                    .count()
                    .get_result(conn)
                    .unwrap();
                let all: i64 = deliveries::table.count().get_result(conn).unwrap();
                Ok::<_, Error>((places_that_say(conn, &TRACES[..4]), named, all))
            })
            .unwrap();
        assert!(left.is_empty() && named == 0, "erasing first: {erasing_first}: {left:#?} {named}");
        assert_eq!(all, 2, "the campaign has its rows");
    }
}

#[test]
fn whoever_is_erased_while_an_import_writes_them_is_gone() {
    let database = TestDatabase::new();
    let keys: SecretKeys = SECRET_KEYS.parse().unwrap();
    let clock = brevduva::kernel::clock::Clock::system();
    let importer =
        import::Importer { database: database.db.clone(), keys: keys.clone(), clock: clock.clone() };
    let path = database.folder.path().join("register.csv");
    let enqueue = |street: &str| {
        let row = ladok_row(ONE, "Hedda", "Hemlig", "hedda@example.org", "+46701112233");
        std::fs::write(&path, ladok(&[row.replace("Storgatan 1", street)])).unwrap();
        let toml = import::Mapping::toml_by_name_or_file("ladok").unwrap();
        importer.enqueue(&import::Importer::describe(&path, &toml, None).unwrap()).unwrap()
    };
    let go_on = &mut |_: import::Progress| std::ops::ControlFlow::Continue(());
    importer.run(enqueue("Storgatan 1"), "test", go_on).unwrap();
    let id = database
        .db
        .read_blocking(|conn| contacts::by_email_keys(conn, &["hedda@example.org".to_owned()]))
        .unwrap()[0]
        .id;
    // Another street and another address: the import has written both when it stops for a while.
    let second = enqueue("Hemliga gatan 2");
    let other = database.second_handle();
    let (keys, other, clock) = (&keys, &other, &clock);
    let mut erasing = false;
    let summary = std::thread::scope(|scope| {
        importer
            .run(second, "test", &mut |progress| {
                // Called with the transaction open once rows are written: the erasure must wait for it.
                if progress.summary.read > 0 && !std::mem::replace(&mut erasing, true) {
                    let thread = scope.spawn(move || {
                        let now = clock.now().naive_utc();
                        other.write_blocking(|conn| erase(conn, keys, id, Cause::Asked, now)).unwrap();
                    });
                    std::thread::sleep(Duration::from_millis(300));
                    assert!(!thread.is_finished(), "the erasure did not wait for the import");
                }
                std::ops::ControlFlow::Continue(())
            })
            .unwrap()
    });
    assert!(erasing && summary.read == 1, "{summary:?}");
    let left = database
        .db
        .write_blocking(|conn| {
            Ok::<_, Error>(places_that_say(conn, &[&TRACES[..], &["Hemliga gatan"]].concat()))
        })
        .unwrap();
    assert!(left.is_empty(), "{left:#?}");
}
