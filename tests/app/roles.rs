//! Who may open what: every page for staff, walked by every role.

use std::collections::BTreeSet;

use brevduva::staff::Role;

use super::support::app::TestApp;
use super::support::builders;

/// What a role may do, for the table below.
#[derive(Clone, Copy)]
enum Needs {
    /// To be signed in.
    Nothing,
    SeeCampaigns,
    Compose,
    Send,
    SeeContacts,
    RecordPreferences,
    EditContacts,
    EraseContacts,
    Import,
    ManageUnits,
}

impl Needs {
    fn has(self, role: Role) -> bool {
        use Role::{Admin, Approver, DataProtectionOfficer, Editor};
        match self {
            Self::Nothing | Self::SeeCampaigns => true,
            Self::Compose | Self::Import => matches!(role, Admin | Editor),
            Self::Send => matches!(role, Admin | Editor | Approver),
            Self::ManageUnits => matches!(role, Admin),
            Self::EraseContacts => matches!(role, Admin | DataProtectionOfficer),
            Self::SeeContacts | Self::RecordPreferences | Self::EditContacts => {
                matches!(role, Admin | Editor | DataProtectionOfficer)
            }
        }
    }
}

/// Method, path, what it needs. `{c}` is a campaign, `{p}` a person, `{s}` a segment,
/// `{f}` a sign-up form, `{m}` a picture.
const PAGES: &[(&str, &str, Needs)] = &[
    ("GET", "/", Needs::Nothing),
    ("GET", "/account", Needs::Nothing),
    ("GET", "/campaigns", Needs::SeeCampaigns),
    ("GET", "/campaigns/new", Needs::Compose),
    ("POST", "/campaigns", Needs::Compose),
    ("POST", "/campaigns/count", Needs::Compose),
    ("GET", "/campaigns/{c}", Needs::SeeCampaigns),
    ("GET", "/campaigns/{c}/edit", Needs::Compose),
    ("POST", "/campaigns/{c}/edit", Needs::Compose),
    ("POST", "/campaigns/{c}/count", Needs::Compose),
    ("GET", "/campaigns/{c}/preview?person=sv", Needs::SeeCampaigns),
    ("GET", "/campaigns/{c}/preview?person={p}", Needs::SeeContacts),
    ("GET", "/campaigns/{c}/review", Needs::SeeCampaigns),
    ("POST", "/campaigns/{c}/review", Needs::SeeCampaigns),
    ("POST", "/campaigns/{c}/copy", Needs::Compose),
    ("GET", "/campaigns/{c}/versions", Needs::SeeCampaigns),
    ("GET", "/campaigns/{c}/versions/1", Needs::SeeCampaigns),
    ("POST", "/campaigns/{c}/versions/1", Needs::Compose),
    ("POST", "/campaigns/{c}/check", Needs::SeeCampaigns),
    ("POST", "/campaigns/{c}/test", Needs::Compose),
    ("GET", "/campaigns/{c}/launch", Needs::Send),
    ("POST", "/campaigns/{c}/launch", Needs::Send),
    ("GET", "/campaigns/{c}/trial", Needs::Compose),
    ("POST", "/campaigns/{c}/trial", Needs::Compose),
    ("GET", "/campaigns/{c}/trial/0", Needs::SeeCampaigns),
    ("POST", "/campaigns/{c}/winner", Needs::Send),
    ("GET", "/campaigns/{c}/progress", Needs::SeeCampaigns),
    ("GET", "/campaigns/{c}/report", Needs::SeeCampaigns),
    ("GET", "/campaigns/{c}/report.csv", Needs::SeeCampaigns),
    ("GET", "/campaigns/{c}/report.xlsx", Needs::SeeCampaigns),
    ("GET", "/campaigns/{c}/recipients", Needs::SeeContacts),
    ("GET", "/campaigns/{c}/recipients.csv", Needs::SeeContacts),
    ("GET", "/campaigns/{c}/retry", Needs::Send),
    ("POST", "/campaigns/{c}/retry", Needs::Send),
    ("POST", "/campaigns/{c}/pause", Needs::Send),
    ("POST", "/campaigns/{c}/resume", Needs::Send),
    ("GET", "/campaigns/{c}/cancel", Needs::Send),
    ("POST", "/campaigns/{c}/cancel", Needs::Send),
    ("POST", "/campaigns/{c}/overlap", Needs::SeeCampaigns),
    ("POST", "/campaigns/{c}/archive", Needs::Send),
    ("GET", "/archives", Needs::SeeCampaigns),
    ("POST", "/archives", Needs::ManageUnits),
    ("GET", "/reports", Needs::SeeCampaigns),
    ("GET", "/pressure", Needs::SeeCampaigns),
    ("POST", "/pressure", Needs::ManageUnits),
    ("GET", "/segments", Needs::SeeCampaigns),
    ("GET", "/segments/new", Needs::Compose),
    ("POST", "/segments", Needs::Compose),
    ("POST", "/segments/count", Needs::SeeCampaigns),
    ("POST", "/segments/rule", Needs::Compose),
    ("POST", "/segments/values", Needs::SeeCampaigns),
    ("GET", "/segments/compare", Needs::SeeCampaigns),
    ("GET", "/segments/{s}", Needs::SeeCampaigns),
    ("POST", "/segments/{s}", Needs::Compose),
    ("GET", "/segments/{s}/explain", Needs::SeeContacts),
    ("POST", "/segments/{s}/explain", Needs::SeeContacts),
    ("GET", "/segments/{s}/delete", Needs::Compose),
    ("POST", "/segments/{s}/delete", Needs::Compose),
    ("GET", "/contacts", Needs::SeeContacts),
    ("POST", "/contacts", Needs::SeeContacts),
    ("POST", "/contacts/search", Needs::SeeContacts),
    ("GET", "/requests", Needs::SeeContacts),
    ("GET", "/requests/new", Needs::RecordPreferences),
    ("POST", "/requests", Needs::RecordPreferences),
    ("GET", "/requests/1", Needs::SeeContacts),
    ("POST", "/requests/1", Needs::EraseContacts),
    ("GET", "/suppressions", Needs::SeeContacts),
    ("POST", "/suppressions", Needs::SeeContacts),
    ("GET", "/suppressions/1", Needs::SeeContacts),
    ("POST", "/suppressions/1", Needs::RecordPreferences),
    ("GET", "/bounces", Needs::SeeContacts),
    ("GET", "/lost", Needs::SeeContacts),
    ("POST", "/lost", Needs::SeeContacts),
    ("GET", "/contacts/{p}", Needs::SeeContacts),
    ("POST", "/contacts/{p}/confirmed", Needs::RecordPreferences),
    ("GET", "/contacts/{p}/wishes", Needs::RecordPreferences),
    ("POST", "/contacts/{p}/wishes", Needs::RecordPreferences),
    ("GET", "/contacts/{p}/consents", Needs::RecordPreferences),
    ("POST", "/contacts/{p}/consents", Needs::RecordPreferences),
    ("GET", "/contacts/{p}/edit", Needs::EditContacts),
    ("POST", "/contacts/{p}/edit", Needs::EditContacts),
    ("GET", "/contacts/{p}/erase", Needs::EraseContacts),
    ("POST", "/contacts/{p}/erase", Needs::EraseContacts),
    ("GET", "/contacts/{p}/merge", Needs::EditContacts),
    ("POST", "/contacts/{p}/merge", Needs::EditContacts),
    ("GET", "/contacts/{p}/merge/1", Needs::EditContacts),
    ("POST", "/contacts/{p}/merge/1", Needs::EditContacts),
    ("GET", "/contacts/{p}/unmerge/1", Needs::EditContacts),
    ("POST", "/contacts/{p}/unmerge/1", Needs::EditContacts),
    ("GET", "/contacts/{p}/timeline", Needs::SeeContacts),
    ("GET", "/contacts/{p}/addresses", Needs::EditContacts),
    ("POST", "/contacts/{p}/addresses", Needs::EditContacts),
    ("POST", "/contacts/{p}/addresses/1/primary", Needs::EditContacts),
    ("GET", "/contacts/{p}/addresses/1/remove", Needs::EditContacts),
    ("POST", "/contacts/{p}/addresses/1/remove", Needs::EditContacts),
    ("GET", "/contacts/{p}/participations", Needs::EditContacts),
    ("POST", "/contacts/{p}/participations", Needs::EditContacts),
    ("GET", "/contacts/{p}/participations/1/remove", Needs::EditContacts),
    ("POST", "/contacts/{p}/participations/1/remove", Needs::EditContacts),
    ("GET", "/contacts/{p}/relations/new", Needs::EditContacts),
    ("POST", "/contacts/{p}/relations/new", Needs::EditContacts),
    ("POST", "/contacts/{p}/relations/search", Needs::EditContacts),
    ("GET", "/contacts/{p}/relations/add", Needs::EditContacts),
    ("POST", "/contacts/{p}/relations/add", Needs::EditContacts),
    ("GET", "/contacts/{p}/relations/1", Needs::EditContacts),
    ("POST", "/contacts/{p}/relations/1", Needs::EditContacts),
    ("GET", "/contacts/{p}/relations/1/remove", Needs::EditContacts),
    ("POST", "/contacts/{p}/relations/1/remove", Needs::EditContacts),
    ("GET", "/organisations", Needs::SeeContacts),
    ("POST", "/organisations", Needs::SeeContacts),
    ("POST", "/organisations/search", Needs::SeeContacts),
    ("GET", "/organisations/new", Needs::EditContacts),
    ("POST", "/organisations/new", Needs::EditContacts),
    ("GET", "/organisations/1", Needs::SeeContacts),
    ("GET", "/organisations/1/edit", Needs::EditContacts),
    ("POST", "/organisations/1/edit", Needs::EditContacts),
    ("GET", "/organisations/1/delete", Needs::EditContacts),
    ("POST", "/organisations/1/delete", Needs::EditContacts),
    ("GET", "/media", Needs::SeeCampaigns),
    ("POST", "/media", Needs::Compose),
    ("GET", "/media/choices", Needs::SeeCampaigns),
    ("GET", "/media/{m}", Needs::SeeCampaigns),
    ("POST", "/media/{m}", Needs::Compose),
    ("GET", "/media/{m}/delete", Needs::Compose),
    ("POST", "/media/{m}/delete", Needs::Compose),
    ("GET", "/forms", Needs::Compose),
    ("GET", "/forms/new", Needs::Compose),
    ("POST", "/forms", Needs::Compose),
    ("GET", "/forms/{f}", Needs::Compose),
    ("POST", "/forms/{f}", Needs::Compose),
    ("GET", "/forms/{f}/preview", Needs::Compose),
    ("GET", "/consents", Needs::SeeCampaigns),
    ("GET", "/consents/new", Needs::ManageUnits),
    ("POST", "/consents", Needs::ManageUnits),
    ("GET", "/consents/1", Needs::SeeCampaigns),
    ("POST", "/consents/1", Needs::ManageUnits),
    ("GET", "/imports", Needs::Import),
    ("POST", "/imports", Needs::Import),
    ("POST", "/imports/columns", Needs::Import),
    ("GET", "/imports/mappings/1", Needs::Import),
    ("POST", "/imports/mappings/1", Needs::Import),
    ("POST", "/imports/start", Needs::Import),
    ("GET", "/imports/1", Needs::Import),
    ("GET", "/imports/1/progress", Needs::Import),
    ("GET", "/imports/1/rejects", Needs::Import),
    ("GET", "/reviews", Needs::Import),
    ("GET", "/reviews/1", Needs::Import),
    ("POST", "/reviews/1", Needs::Import),
];

struct Things {
    campaign: i64,
    person: i64,
    segment: i64,
    form: i64,
    picture: i64,
}

impl Things {
    async fn make(app: &TestApp) -> Self {
        app.write(|conn| {
            use brevduva::campaign::{CampaignFile, NewCampaign, insert};
            use brevduva::content::Layouts;
            let now = builders::some_time();
            let file = CampaignFile::parse(builders::campaign().json()).unwrap();
            let checked = NewCampaign::check(conn, file, &Layouts::embedded().unwrap(), true).unwrap();
            let unit = builders::office(conn);
            // The name is free: some tests make things several times.
            let slug = format!("form-{}", brevduva::forms::page(conn, None, 0, 100).unwrap().len());
            Self {
                form: builders::form(conn, unit, &slug),
                picture: builders::picture(conn, unit, &slug),
                campaign: insert(conn, &checked, now).unwrap(),
                person: builders::person().email("eva@example.org").save(conn),
                segment: brevduva::segment::insert(
                    conn,
                    unit,
                    "Alla",
                    &brevduva::segment::Rule::everyone(),
                    now,
                )
                .unwrap(),
            }
        })
        .await
    }

    fn fill(&self, path: &str) -> String {
        path.replace("{c}", &self.campaign.to_string())
            .replace("{p}", &self.person.to_string())
            .replace("{s}", &self.segment.to_string())
            .replace("{f}", &self.form.to_string())
            .replace("{m}", &self.picture.to_string())
    }
}

/// Pages that ask for no account, and those that act on the account itself.
const OTHERS: &[&str] = &[
    "/health",
    "/live",
    "/metrics",
    "/office.css",
    "/office/logo",
    "/u/{token}",
    "/p/{token}",
    "/p/{token}/link",
    "/link",
    "/d/{token}",
    "/d/{token}/address",
    "/d/{token}/correct",
    "/d/{token}/erase",
    "/d/{token}/{format}",
    "/i/{token}",
    "/i/{token}/{choice}",
    "/o/{token}.gif",
    "/c/{token}",
    "/t/{token}",
    "/v/{token}",
    "/address/{token}",
    "/confirm/{token}",
    "/f/{slug}",
    "/f/{slug}/embed",
    "/media/{id}/{hash}.{kind}",
    "/accessibility",
    "/archive/{unit}",
    "/archive/{unit}/feed",
    "/archive/{unit}/{campaign}",
    "/webhooks/{provider}",
    "/login",
    "/login/{secret}",
    "/logout",
    "/account/password",
    "/account/language",
];

#[test]
fn the_table_has_every_page() {
    let source = include_str!("../../src/web/routes.rs");
    let end = source.find("default_service").unwrap();
    let routes: BTreeSet<String> = source[..end]
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.starts_with('/'))
        .map(str::to_owned)
        .collect();
    assert!(routes.len() > 30, "the form of routes.rs has changed: {routes:?}");
    let general = |path: &str| {
        let path = path.split('?').next().unwrap_or_default();
        let path = ["{c}", "{p}", "{s}", "{f}", "{m}"]
            .iter()
            .fold(path.to_owned(), |path, name| path.replace(name, "{id}"));
        path.replace("/imports/1", "/imports/{id}")
            .replace("/reviews/1", "/reviews/{id}")
            .replace("/merge/1", "/merge/{other}")
            .replace("/unmerge/1", "/unmerge/{merge}")
            .replace("/mappings/1", "/mappings/{id}")
            .replace("/addresses/1", "/addresses/{address}")
            .replace("/participations/1", "/participations/{participation}")
            .replace("/relations/1", "/relations/{relation}")
            .replace("/organisations/1", "/organisations/{id}")
            .replace("/requests/1", "/requests/{id}")
            .replace("/consents/1", "/consents/{id}")
            .replace("/trial/0", "/trial/{variant}")
            .replace("/versions/1", "/versions/{version}")
            .replace("/suppressions/1", "/suppressions/{id}")
    };
    let known: BTreeSet<String> = PAGES
        .iter()
        .map(|(_, path, _)| general(path))
        .chain(OTHERS.iter().map(|path| (*path).to_owned()))
        .collect();
    assert_eq!(routes, known);
}

#[tokio::test]
async fn every_form_of_another_site_is_refused() {
    let app = TestApp::start().await;
    let things = Things::make(&app).await;
    let admin = app.sign_in(Role::Admin).await;
    let posts = PAGES.iter().filter(|(method, ..)| *method == "POST").map(|(_, path, _)| things.fill(path));
    let own = ["/logout", "/login", "/account/password", "/account/language"].map(str::to_owned);
    for path in posts.chain(own) {
        for foreign in [
            Some(("Sec-Fetch-Site", "cross-site")),
            Some(("Sec-Fetch-Site", "same-site")),
            Some(("Origin", "null")),
            Some(("Origin", "https://evil.example")),
            None,
        ] {
            let mut request = admin.client.post(app.url(&path)).form(&[("x", "1")]);
            if let Some((name, value)) = foreign {
                request = request.header(name, value);
            }
            assert_eq!(request.send().await.unwrap().status(), 403, "{path} with {foreign:?}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn every_page_opens_for_those_who_may_and_for_nobody_else() {
    let app = TestApp::start().await;
    for role in Role::ALL {
        // Some forms take things away.
        let things = Things::make(&app).await;
        let who = app.sign_in(*role).await;
        for (method, path, needs) in PAGES {
            let path = things.fill(path);
            let answer = match *method {
                "GET" => who.get(&path).await,
                _ => who.post_form(&path, &[]).await,
            };
            let status = answer.status().as_u16();
            assert!(status < 500, "{role} {method} {path}: {status}");
            if needs.has(*role) {
                assert_ne!(status, 403, "{role} may {method} {path}");
            } else {
                assert_eq!(status, 403, "{role} may not {method} {path}");
            }
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn nobody_is_sent_to_sign_in_and_comes_back() {
    let app = TestApp::start().await;
    let things = Things::make(&app).await;
    for (method, path, _) in PAGES {
        let path = things.fill(path);
        let answer = match *method {
            "GET" => app.get(&path).await,
            _ => app.post_form(&path, &[]).await,
        };
        assert_eq!(answer.status(), 303, "{method} {path}");
        let to = answer.headers()["location"].to_str().unwrap();
        assert!(to.starts_with("/login?next="), "{method} {path} leads to {to}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_member_of_one_unit_does_not_see_what_another_does() {
    let app = TestApp::start().await;
    let things = Things::make(&app).await;
    app.write(|conn| builders::unit(conn, "law", None)).await;
    let local = app.sign_in_to(Role::Editor, Some("law")).await;
    for path in [
        "/campaigns/{c}",
        "/campaigns/{c}/launch",
        "/campaigns/{c}/preview?person=sv",
        "/campaigns/{c}/report",
        "/campaigns/{c}/report.csv",
    ] {
        assert_eq!(local.get(&things.fill(path)).await.status(), 404, "{path}");
    }
    assert_eq!(local.get(&things.fill("/segments/{s}")).await.status(), 403);
    assert_eq!(local.get("/imports").await.status(), 403, "the register belongs to no unit");
    assert_eq!(local.get("/contacts").await.status(), 403, "the register belongs to no unit");
    assert_eq!(local.get("/campaigns/new").await.status(), 200);
    app.stop().await;
}

#[tokio::test]
async fn pages_forbid_foreign_scripts_and_forms() {
    let app = TestApp::start().await;
    let who = app.sign_in(Role::Admin).await;
    let page = who.get("/").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"));
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    let text = page.text().await.unwrap();
    assert!(!text.contains("<style") && !text.contains(" style=") && !text.contains("<script>"), "{text}");

    let foreign = reqwest::Client::new()
        .post(app.url("/logout"))
        .header("Origin", "https://evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), 403);
    app.stop().await;
}

#[tokio::test]
async fn names_cannot_bring_html() {
    let app = TestApp::start().await;
    let person = app
        .write(|conn| {
            builders::person()
                .named("<script>alert(1)</script>", "\"><img src=x>")
                .email("x@example.org")
                .save(conn)
        })
        .await;
    let who = app.sign_in(Role::Admin).await;
    let page = who.get(&format!("/contacts/{person}")).await.text().await.unwrap();
    assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"), "the name is shown");
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x"));
    app.stop().await;
}
