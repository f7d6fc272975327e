//! The office's colour and logo on public pages and in mails, and the settings that stop the start.

use brevduva::catcher::smtp::{Options, SmtpServer};
use brevduva::config::{Colours, Config, Logo};
use brevduva::kernel::clock::Clock;
use brevduva::staff::Role;

use crate::support::app::TestApp;
use crate::support::builders::{campaign, person};
use crate::support::campaigns::{self, finished};
use crate::support::cli;
use crate::support::db::TestDatabase;

const PICTURE: &[u8] =
    br#"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><circle r="5"/></svg>"#;

fn dressed(config: &mut Config) {
    config.office_name = "Alumnkontoret".to_owned();
    config.look.colours =
        Some(Colours { office: "#7a1f2b".parse().unwrap(), text: "#ffffff".parse().unwrap() });
    config.look.logo = Some(Logo {
        bytes: PICTURE.into(),
        media_type: "image/svg+xml",
        alt: "Sigillet".to_owned(),
        version: "0123".to_owned(),
    });
}

#[tokio::test]
async fn public_pages_wear_the_office_and_staff_pages_do_not() {
    let app = TestApp::build().settings(dressed).start().await;
    let page = app.get("/accessibility").await.text().await.unwrap();
    assert!(page.contains(r#"src="/office/logo?v=0123" alt="Sigillet""#) && page.contains("Alumnkontoret"));
    let styles = page.split("href=\"").find(|part| part.starts_with("/office.css")).unwrap();
    let styles = app.get(styles.split('"').next().unwrap()).await;
    assert_eq!(styles.headers()["content-type"], "text/css; charset=utf-8");
    assert!(styles.text().await.unwrap().contains("--tblr-primary: #7a1f2b;"));
    let logo = app.get("/office/logo?v=0123").await;
    assert_eq!(logo.headers()["content-type"], "image/svg+xml");
    assert!(logo.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    assert_eq!(logo.headers()["x-content-type-options"], "nosniff");
    assert_eq!(logo.bytes().await.unwrap(), PICTURE);
    let staff = app.sign_in(Role::Editor).await.get("/").await.text().await.unwrap();
    assert!(!staff.contains("/office.css"));
    app.stop().await;

    let app = TestApp::start().await;
    assert!(!app.get("/accessibility").await.text().await.unwrap().contains("/office"));
    assert_eq!(app.get("/office/logo").await.status(), 404);
    assert_eq!(app.get("/office.css").await.status(), 404);
    app.stop().await;
}

#[tokio::test]
async fn mails_wear_the_office() {
    let database = TestDatabase::new();
    database.write(|conn| person().email("asa@example.org").save(conn)).await;
    let id = campaigns::launch(&database, &Clock::system(), campaign().json()).await;
    let relay = SmtpServer::start(Options::default()).await.unwrap();
    let app = TestApp::build().relay(&relay.url()).settings(dressed).start_on(database).await;
    finished(&app.database, id).await;
    let mail = relay.mailbox().messages().pop().unwrap();
    // Quoted-printable: an equals sign is =3D, and lines are broken anywhere.
    let text = String::from_utf8_lossy(&mail.data).replace("=\r\n", "");
    assert!(text.contains("#7a1f2b") && !text.contains("#1f4e79"), "{text}");
    assert!(text.contains("/office/logo?v=3D0123") && text.contains("Sigillet"), "{text}");
    app.stop().await;
}

#[test]
fn a_colour_that_cannot_be_read_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let start = |lines: &str| {
        std::fs::write(folder.path().join("office.toml"), lines).unwrap();
        cli::finish(cli::bare(folder.path(), &["--config", "office.toml", "migrate"]).spawn().unwrap())
    };
    let refused = start("office_colour = \"#ffcc00\"\n");
    let said = refused.error_line(1);
    assert!(said.contains("BREVDUVA_OFFICE_COLOUR: #ffcc00") && said.contains("4.5 to 1"), "{said}");
    std::fs::write(folder.path().join("logo.png"), "not a picture").unwrap();
    assert!(start("office_logo = \"logo.png\"\n").stderr.contains("PNG, JPEG, GIF, WebP or SVG"));
    std::fs::write(folder.path().join("logo.png"), PICTURE).unwrap();
    let fine = start("office_colour = \"#1f4e79\"\noffice_logo = \"logo.png\"\n");
    assert_eq!(fine.status, 0, "{}", fine.stderr);
}
