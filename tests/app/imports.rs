//! Register files on the pages: what is found out about them, mappings that are made there, the dry run, the import.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use brevduva::staff::Role;
use diesel::RunQueryDsl;
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use crate::support::app::{SignedIn, TestApp, same_origin};
use crate::support::cli::{command, finish, run};
use crate::support::db::TestDatabase;

/// A file that no preset fits, with a title above its header and somebody with protected identity in it.
const FILE: &str = "Utdrag 2026;;;;;;;\n\
    Pnr;Namn;Efternamn;Mejl;Mobilnr;Utb;Slut;Skyddad\n\
    19640823-3234;Eva;Ek;eva@example.se;0701234567;MASTER;1990;nej\n\
    19121212-1212;Hemlig;Person;hemlig@example.se;;GRUND;1935;ja\n\
    ;Bo;Berg;bo@example.se;;GRUND;1999;nej\n\
    ;Fel;Rad;ingen adress;;GRUND;1999;nej\n\
    19640823-3235;Fel;Nummer;fel@example.se;;MASTER;1999;nej\n";

/// What the page's form would send: every named field with the value that it shows.
fn fields(page: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&#38;", "&").replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<"))
    };
    let form = page.split("action=\"/imports/columns\"").nth(1).expect("the form of the columns");
    let form = form.split("</form>").next().unwrap();
    let mut fields: Vec<(String, String)> = Vec::new();
    for tag in form.split('<') {
        let tag = tag.split('>').next().unwrap_or_default();
        if tag.starts_with("input ") {
            fields.push((attribute(tag, "name").unwrap(), attribute(tag, "value").unwrap_or_default()));
        } else if tag.starts_with("select ") {
            fields.push((attribute(tag, "name").unwrap(), String::new()));
        } else if tag.starts_with("option ") && tag.ends_with(" selected") {
            fields.last_mut().unwrap().1 = attribute(tag, "value").unwrap();
        }
    }
    fields
}

fn set(fields: &mut [(String, String)], name: &str, value: &str) {
    let field = fields.iter_mut().find(|(field, _)| field == name);
    value.clone_into(&mut field.unwrap_or_else(|| panic!("no field {name}")).1);
}

fn get<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    &fields.iter().find(|(field, _)| field == name).unwrap_or_else(|| panic!("no field {name}")).1
}

async fn upload(app: &TestApp, who: &SignedIn<'_>, mapping: &str, name: &str, bytes: Vec<u8>) -> String {
    let file = Part::bytes(bytes).file_name(name.to_owned());
    let form = Form::new().text("mapping", mapping.to_owned()).part("file", file);
    let request = same_origin(who.client.post(app.url("/imports")), app).multipart(form);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

async fn send(who: &SignedIn<'_>, path: &str, fields: &[(String, String)], step: &str) -> (u16, String) {
    let mut sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    sent.push(("step", step));
    let answer = who.post_form(path, &sent).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The figure beside a label.
fn figure(page: &str, label: &str) -> u64 {
    let after = page.split(&format!("<dt>{label}</dt><dd>")).nth(1).unwrap_or_else(|| panic!("no {label}"));
    after.split('<').next().unwrap().replace(',', "").parse().unwrap()
}

async fn finished(who: &SignedIn<'_>, path: &str) -> String {
    let started = Instant::now();
    loop {
        let page = who.get(path).await.text().await.unwrap();
        if page.contains(">Finished<") || page.contains(">Failed<") {
            return page;
        }
        assert!(page.contains("data-progress"), "the page follows the import: {page}");
        assert!(started.elapsed() < Duration::from_secs(30), "{page}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn uploads(app: &TestApp) -> usize {
    std::fs::read_dir(app.config.data_dir.join("uploads")).map_or(0, Iterator::count)
}

#[tokio::test]
async fn a_mapping_made_on_the_page_serves_the_command_line_too() {
    let app = TestApp::start().await;
    let who = app.sign_in(Role::Admin).await;
    let page = upload(&app, &who, "", "utdrag.csv", FILE.as_bytes().to_vec()).await;
    for shown in ["UTF-8", "Semicolon", "no known kind of file", "Mejl", "19640823…", "eva@example.se"] {
        assert!(page.contains(shown), "{shown} is missing: {page}");
    }
    assert!(
        page.contains("<dt>Row of the header</dt><dd>2</dd>") && page.contains("<dt>Columns</dt><dd>8</dd>")
    );
    for hidden in ["3234", "1212-", "Hemlig", "hemlig@"] {
        assert!(!page.contains(hidden), "{hidden} is shown: {page}");
    }

    // What is known is filled in; a column that is given a meaning shows its words.
    let mut form = fields(&page);
    assert_eq!((get(&form, "meaning-2"), get(&form, "meaning-1")), ("family_name", ""));
    let meanings = [
        "identity_number",
        "given_name",
        "family_name",
        "email",
        "phone",
        "level",
        "graduation_year",
        "protected",
    ];
    for (place, meaning) in meanings.iter().enumerate() {
        set(&mut form, &format!("meaning-{place}"), meaning);
    }
    let (status, page) = send(&who, "/imports/columns", &form, "show").await;
    assert_eq!(status, 200);
    let mut form = fields(&page);
    assert_eq!(get(&form, "meaning-3"), "email");
    assert_eq!((get(&form, "word-level-0"), get(&form, "value-level-0")), ("GRUND", ""));
    assert_eq!((get(&form, "word-level-1"), get(&form, "value-level-1")), ("MASTER", "master"));
    assert_eq!((get(&form, "word-protected-0"), get(&form, "value-protected-0")), ("ja", "yes"));

    // It needs a name of its own and a source.
    let (status, page) = send(&who, "/imports/columns", &form, "try").await;
    assert_eq!(status, 422);
    assert!(page.contains("`source`"), "{page}");
    set(&mut form, "source", "utdrag");
    let (status, page) = send(&who, "/imports/columns", &form, "try").await;
    assert!(status == 422 && page.contains("Give the mapping a name"), "{page}");
    set(&mut form, "name", "LADOK");
    let (status, page) = send(&who, "/imports/columns", &form, "try").await;
    assert!(status == 422 && page.contains("built-in"), "{page}");
    set(&mut form, "name", "Våra utdrag");
    set(&mut form, "value-level-0", "bachelor");
    let (status, dry) = send(&who, "/imports/columns", &form, "try").await;
    assert_eq!(status, 200, "{dry}");
    let figures = |page: &str| {
        ["Rows read", "Created", "Updated", "Unchanged", "Merged", "To review", "Rejected"]
            .map(|label| figure(page, label))
    };
    assert_eq!(figures(&dry), [5, 3, 0, 0, 0, 0, 2]);
    assert!(dry.contains("eva@example.se") && dry.contains("<ins>new</ins>") && dry.contains("1964-08-23"));
    assert!(!dry.contains("3234") && !dry.contains("Hemlig") && !dry.contains("hemlig@"), "{dry}");
    assert!(dry.contains("Protected identity"));

    // Downloaded, it does on the command line what it did here.
    let link = dry.split("href=\"/imports/mappings/").nth(1).unwrap().split('"').next().unwrap();
    let answer = who.get(&format!("/imports/mappings/{link}")).await;
    assert_eq!(answer.headers()["content-type"], "application/toml; charset=utf-8");
    let toml = answer.text().await.unwrap();
    let start = [("upload", get(&form, "upload")), ("file_name", "utdrag.csv"), ("mapping", link)];
    let answer = who.post_form("/imports/start", &start).await;
    assert_eq!(answer.status(), 303);
    let import = answer.headers()["location"].to_str().unwrap().to_owned();
    let done = finished(&who, &import).await;
    assert_eq!(figures(&done), figures(&dry), "the dry run told the truth");

    let other = TestDatabase::new();
    let (file, mapping) = (other.folder.path().join("utdrag.csv"), other.folder.path().join("own.toml"));
    std::fs::write(&file, FILE).unwrap();
    std::fs::write(&mapping, &toml).unwrap();
    let arguments = ["import", file.to_str().unwrap(), "--mapping", mapping.to_str().unwrap(), "--json"];
    let summary = run(&other, &arguments).json();
    let names = ["read", "created", "updated", "unchanged", "merged", "to_review", "rejected"];
    assert_eq!(names.map(|name| summary[name].as_u64().unwrap()), figures(&dry));
    // Where it was made, its name will do.
    let child =
        command(&app.database, &["import", file.to_str().unwrap(), "--mapping", "våra utdrag", "--json"]);
    let again = finish({ child }.spawn().unwrap()).json();
    assert_eq!((&again["unchanged"], &again["rejected"]), (&Value::from(3), &Value::from(2)));

    // Next time it fits by itself, and nothing has to be said again.
    let page = upload(&app, &who, "", "nästa.csv", FILE.as_bytes().to_vec()).await;
    let form = fields(&page);
    assert_eq!((get(&form, "mapping"), get(&form, "name")), (link, "Våra utdrag"));
    let (status, dry) = send(&who, "/imports/columns", &form, "try").await;
    assert_eq!(status, 200);
    assert_eq!(figures(&dry), [5, 0, 0, 3, 0, 0, 2]);
    let list = who.get("/imports").await.text().await.unwrap();
    assert_eq!(list.matches("href=\"/imports/mappings/").count(), 1, "it was not stored twice");

    // It is called something else, refused a preset's name, and is known to the API by its new one.
    let path = format!("/imports/mappings/{link}");
    let renamed = who.post_form(&path, &[("step", "rename"), ("name", "ladok")]).await;
    assert_eq!(renamed.status(), 422);
    let renamed = who.post_form(&path, &[("step", "rename"), ("name", "Utdrag från fakulteten")]).await;
    assert_eq!(renamed.status(), 303);
    assert!(who.get(&path).await.text().await.unwrap().contains("name = \"Utdrag från fakulteten\""));
    let token = app.token(&[brevduva::staff::Scope::Import]).await;
    let by_api = |mapping: &str| {
        let url = url::Url::parse_with_params(&app.url("/api/v1/imports"), [("mapping", mapping)]).unwrap();
        let sent = app.client.post(url).bearer_auth(&token).body(FILE);
        sent.header("Content-Type", "application/octet-stream").send()
    };
    assert_eq!(by_api("våra utdrag").await.unwrap().status(), 422);
    assert_eq!(by_api("utdrag från fakulteten").await.unwrap().status(), 202);
    who.post_form(&path, &[("step", "rename"), ("name", "Våra utdrag")]).await;

    // Somebody else's mapping of that name is not written over.
    let page = upload(&app, &who, "ladok", "tredje.csv", FILE.as_bytes().to_vec()).await;
    let mut form = fields(&page);
    assert_eq!(get(&form, "name"), "", "what comes out is not the preset");
    for (place, meaning) in meanings.iter().enumerate() {
        set(&mut form, &format!("meaning-{place}"), meaning);
    }
    set(&mut form, "name", "VÅRA UTDRAG");
    let (status, page) = send(&who, "/imports/columns", &form, "try").await;
    assert!(status == 422 && page.contains("already a mapping"), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn a_known_file_needs_no_answers_and_its_upload_is_removed_in_the_end() {
    let app = TestApp::start().await;
    let who = app.sign_in(Role::Admin).await;
    let samples = [
        ("ladok_utdata.csv", "Windows-1252", "Semicolon", "Ladok"),
        ("fs_eksport.txt", "UTF-8", "Tab", "FS"),
        ("nyhetsbrev_anmalan.csv", "UTF-8", "Comma", "Newsletter form"),
        ("yrkesregister.xlsx", "Workbook", "", "Employment"),
    ];
    for (name, encoding, delimiter, mapping) in samples {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
        let page = upload(&app, &who, "", name, std::fs::read(path).unwrap()).await;
        for shown in [encoding, delimiter, mapping] {
            assert!(page.contains(shown), "{name}: {shown}");
        }
        if name.starts_with("ladok") || name.starts_with("yrke") {
            // Ten or twelve digits that begin with a date are cut after it.
            let samples = page.split("class=\"sample\">").skip(1).map(|rest| rest.split('<').next().unwrap());
            let cut = samples.filter(|sample| sample.ends_with('…') && sample.starts_with(['1', '2']));
            assert!(cut.count() > 0, "{name} shows no cut number: {page}");
        }
        let form = fields(&page);
        let (status, dry) = send(&who, "/imports/columns", &form, "try").await;
        assert_eq!(status, 200, "{name}: {dry}");
        assert!(!dry.contains("/imports/mappings/"), "{name}: the preset is not stored anew");
        let reference = dry.split("name=\"mapping\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let start = [("upload", get(&form, "upload")), ("file_name", name), ("mapping", reference)];
        let answer = who.post_form("/imports/start", &start).await;
        let import = answer.headers()["location"].to_str().unwrap().to_owned();
        let done = finished(&who, &import).await;
        assert_eq!(figure(&done, "Created"), figure(&dry, "Created"), "{name}");
    }
    let started = Instant::now();
    while uploads(&app) > 0 {
        assert!(started.elapsed() < Duration::from_secs(10), "uploaded files stay");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn an_upload_stays_as_long_as_its_import_may_go_on() {
    use brevduva::import::uploads::sweep;
    // No worker: the import waits for ever.
    let app = TestApp::build().parts(brevduva::app::Parts::Web).start().await;
    let who = app.sign_in(Role::Admin).await;
    let page = upload(&app, &who, "", "utdrag.csv", FILE.as_bytes().to_vec()).await;
    let tried =
        upload(&app, &who, "", "form.csv", std::fs::read("tests/data/nyhetsbrev_anmalan.csv").unwrap()).await;
    let form = fields(&tried);
    let start = [("upload", get(&form, "upload")), ("file_name", "form.csv"), ("mapping", "form")];
    assert_eq!(who.post_form("/imports/start", &start).await.status(), 303);
    assert_eq!(who.post_form("/imports/start", &start).await.status(), 303, "the same file waits once");
    assert_eq!(uploads(&app), 2);
    let (db, data, clock) = (app.database.db.clone(), app.config.data_dir.clone(), app.clock.clone());
    let sweep_after = move |hours: i64| {
        let (db, data, now) = (db.clone(), data.clone(), clock.now() + chrono::TimeDelta::hours(hours));
        tokio::task::spawn_blocking(move || sweep(&db, &data, now.into()).unwrap())
    };
    assert_eq!(sweep_after(0).await.unwrap(), 0, "a file that was tried out waits for an answer");
    assert_eq!(sweep_after(25).await.unwrap(), 1, "but not for ever");
    assert_eq!(uploads(&app), 1, "what an import needs stays");
    let form = fields(&page);
    let (status, _) = send(&who, "/imports/columns", &form, "try").await;
    assert_eq!(status, 404, "the file is gone");
    app.stop().await;
}

#[tokio::test]
async fn an_import_whose_process_died_says_so_and_goes_on() {
    use brevduva::app::Parts;
    use brevduva::import::Importer;
    use brevduva::kernel::clock::Clock;
    let clock = Clock::fixed("2026-11-22T12:00:00Z".parse().unwrap(), 1);
    let app = TestApp::build().parts(Parts::Web).clock(clock.clone()).start().await;
    let who = app.sign_in(Role::Admin).await;
    let bytes = std::fs::read("tests/data/ladok_utdata.csv").unwrap();
    let form = fields(&upload(&app, &who, "", "ladok.csv", bytes).await);
    let start = [("upload", get(&form, "upload")), ("file_name", "ladok.csv"), ("mapping", "ladok")];
    let answer = who.post_form("/imports/start", &start).await;
    let path = answer.headers()["location"].to_str().unwrap().to_owned();
    let page = who.get(&path).await.text().await.unwrap();
    assert!(page.contains(">Waiting<") && page.contains("data-progress"), "{page}");

    // A process works on it, and dies: its lease is all that it leaves.
    let keys = app.config.secret_keys.clone();
    let importer = Importer { database: app.database.second_handle(), keys, clock: clock.clone() };
    let dying = importer.clone();
    let stopped = tokio::task::spawn_blocking(move || {
        dying.run_next("the dead", &mut |progress| {
            if progress.done == 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
    });
    assert!(stopped.await.unwrap().is_err());
    let lease =
        "UPDATE imports SET state = 'running', lease_owner = 'the dead', lease_until = '2026-11-22 12:00:15'";
    app.write(move |conn| brevduva::each!(conn, engine => diesel::sql_query(lease).execute(engine)).unwrap())
        .await;
    let page = who.get(&path).await.text().await.unwrap();
    let done = figure(&page, "Rows read");
    assert!(done > 0 && page.contains(">Running<") && page.contains("You may leave the page"), "{page}");
    clock.advance(chrono::TimeDelta::seconds(16));
    let page = who.get(&path).await.text().await.unwrap();
    assert!(page.contains("goes on where it was") && page.contains("data-progress"), "{page}");

    let living = tokio::task::spawn_blocking(move || {
        importer.run_next("the living", &mut |_| ControlFlow::Continue(()))
    });
    assert!(living.await.unwrap().unwrap().is_some());
    let page = finished(&who, &path).await;
    assert_eq!(figure(&page, "Created"), 4954);
    assert!(!page.contains("data-progress"));
    app.stop().await;
}
