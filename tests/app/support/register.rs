//! Register files, imported as the worker does it.

use std::ops::ControlFlow;
use std::time::Duration;

use brevduva::import::{self, ImportError, ImportState, Importer, Mapping, Summary};

use super::app::TestApp;

/// The heading of an extract of Ladok.
const LADOK: &str = "Personnummer;Efternamn;Förnamn;E-postadress;Telefon;Gatuadress;Postnr;Ort;Land;Programkod;\
                     Programnamn;Fakultet;Startår;Examensår;Examen;Poäng;Sekretess;Avliden\n";

/// Valid made-up numbers of two people.
pub const ONE: &str = "19640823-3234";
pub const OTHER: &str = "19121212-1212";

/// One row of an extract.
pub fn ladok_row(number: &str, given: &str, family: &str, email: &str, phone: &str) -> String {
    format!(
        "{number};{family};{given};{email};{phone};Storgatan 1;39231;Kalmar;Sverige;SJURI;Juristprogrammet;J;2000;2004;Juristexamen;270,0;;\n"
    )
}

/// An extract of Ladok.
pub fn ladok(rows: &[String]) -> String {
    format!("{LADOK}{}", rows.concat())
}

/// Answers of the newsletter form.
pub fn form(rows: &[&str]) -> String {
    let heading = "first_name,last_name,email,language,employer,job_title,ssyk,industry,topics,consented_at,consent_text";
    format!("{heading}\n{}\n", rows.join("\n"))
}

/// Waits until somebody else has imported it.
fn finished(importer: &Importer, id: i64) -> Summary {
    for _ in 0..1_000 {
        let import = importer.database.read_blocking(|conn| import::find(conn, id)).unwrap().unwrap();
        match import.state {
            ImportState::Finished => return Summary::from(&import),
            ImportState::Failed => panic!("{:?}", import.error),
            ImportState::Queued | ImportState::Running => std::thread::sleep(Duration::from_millis(10)),
        }
    }
    panic!("import {id} does not end");
}

/// Imports a file into the app's database.
pub async fn import(app: &TestApp, preset: &str, text: &str) -> Summary {
    let importer = Importer {
        database: app.database.db.clone(),
        keys: app.config.secret_keys.clone(),
        clock: app.clock.clone(),
    };
    let (preset, text) = (preset.to_owned(), text.to_owned());
    let folder = app.database.folder.path().to_owned();
    tokio::task::spawn_blocking(move || {
        let path = folder.join("register.csv");
        std::fs::write(&path, text).unwrap();
        let toml = Mapping::toml_by_name_or_file(&preset).unwrap();
        let id = importer.enqueue(&Importer::describe(&path, &toml, None).unwrap()).unwrap();
        match importer.run(id, "test", &mut |_| ControlFlow::Continue(())) {
            // The app's own worker was faster.
            Err(ImportError::Busy | ImportError::NotWaiting(_)) => finished(&importer, id),
            result => result.unwrap(),
        }
    })
    .await
    .unwrap()
}
