//! The media library: from the upload to the picture in a mail program, who may do what, and what keeps a picture.

use std::io::Cursor;

use brevduva::app::Parts;
use brevduva::staff::{Role, Scope};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::Response;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::support::app::{SignedIn, TestApp, same_origin};
use crate::support::builders;

/// A picture file of this size and colour.
fn picture(width: u32, height: u32, shade: u8, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixels = RgbImage::from_pixel(width, height, Rgb([shade, 80, 120]));
    DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn form(file: Vec<u8>, name: &str) -> Form {
    Form::new().part("file", Part::bytes(file).file_name(name.to_owned()))
}

async fn upload(app: &TestApp, who: &SignedIn<'_>, form: Form) -> Response {
    let request = who.client.post(app.url("/media")).header("Accept", "application/json");
    same_origin(request, app).multipart(form).send().await.unwrap()
}

fn path(url: &Value) -> String {
    url::Url::parse(url.as_str().unwrap()).unwrap().path().to_owned()
}

#[tokio::test]
async fn a_picture_is_uploaded_once_and_served_to_everybody() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    let editor = app.sign_in(Role::Editor).await;
    let file = picture(1600, 20, 10, ImageFormat::Png);
    let sent = form(file.clone(), "C:\\bilder\\Fest.PNG").text("alt_sv", "En fest").text("unit", "alumn");
    let answer = upload(&app, &editor, sent).await;
    assert_eq!(answer.status(), 201);
    let told: Value = answer.json().await.unwrap();
    assert_eq!((&told["width"], &told["height"]), (&json!(1200), &json!(15)));
    assert_eq!((&told["name"], &told["alt"]), (&json!("Fest.PNG"), &json!({"sv": "En fest"})));

    // The same file again is the same picture, and another description joins the first.
    let again = upload(&app, &editor, form(file, "igen.png").text("alt_nb", "En fest i Norge")).await;
    let again: Value = again.json().await.unwrap();
    assert_eq!((&again["id"], &again["url"]), (&told["id"], &told["url"]));
    assert_eq!(again["alt"], json!({"sv": "En fest", "nb": "En fest i Norge"}));

    let served = app.get(&path(&told["url"])).await;
    assert_eq!(served.status(), 200);
    let header = |name: &str| served.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(served.headers().get("set-cookie").is_none());
    let bytes = served.bytes().await.unwrap();
    assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 1200);
    for wrong in ["/media/1/00.png", "/media/99/00.png", "/media/1/../../Cargo.png"] {
        assert_eq!(app.get(wrong).await.status(), 404, "{wrong}");
    }
    let other_kind = path(&told["url"]).replace(".png", ".gif");
    assert_eq!(app.get(&other_kind).await.status(), 404);
    app.stop().await;
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_the_readers_words() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    let editor = app.sign_in(Role::Editor).await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
    let answer = upload(&app, &editor, form(svg, "logo.png")).await;
    assert_eq!(answer.status(), 422);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    assert!(problem["detail"].as_str().unwrap().contains("PNG, JPEG, GIF or WebP"), "{problem}");
    assert_eq!(upload(&app, &editor, Form::new().text("alt_sv", "x")).await.status(), 422);
    let large = form(vec![0; 12 * 1024 * 1024 + 1], "large.png");
    assert_eq!(upload(&app, &editor, large).await.status(), 422);
    let long = form(picture(4, 4, 1, ImageFormat::Png), "a.png").text("alt_sv", "x".repeat(301));
    assert_eq!(upload(&app, &editor, long).await.status(), 422);
    let page = editor.get("/media").await.text().await.unwrap();
    assert!(page.contains("No pictures yet"), "nothing was kept: {page}");
    app.stop().await;
}

#[tokio::test]
async fn a_picture_that_a_campaign_shows_stays() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    let admin = app.sign_in(Role::Admin).await;
    let told: Value = upload(&app, &admin, form(picture(8, 8, 9, ImageFormat::Jpeg), "fest.jpg"))
        .await
        .json()
        .await
        .unwrap();
    let (id, url) = (told["id"].as_i64().unwrap(), told["url"].as_str().unwrap().to_owned());
    let token = app.token(&[Scope::Read, Scope::Compose]).await;
    let shown = builders::campaign()
        .set("content", json!({"sv": {"subject": "Hej", "markdown": format!("Se ![En fest]({url})")}}))
        .json();
    let call = |request: reqwest::RequestBuilder| request.bearer_auth(&token).send();
    let made: Value =
        call(app.client.post(app.url("/api/v1/campaigns")).json(&shown)).await.unwrap().json().await.unwrap();
    let campaign = made["id"].as_i64().unwrap();

    let page = admin.get(&format!("/media/{id}")).await.text().await.unwrap();
    assert!(page.contains(&format!("href=\"/campaigns/{campaign}\"")), "{page}");
    assert_eq!(admin.post_form(&format!("/media/{id}/delete"), &[]).await.status(), 422);
    let picture = app.url(&format!("/api/v1/media/{id}"));
    assert_eq!(call(app.client.delete(&picture)).await.unwrap().status(), 409);
    let told: Value = call(app.client.get(&picture)).await.unwrap().json().await.unwrap();
    assert_eq!(told["campaigns"], json!([campaign]));

    // Out of the campaign, and out of the library.
    let without = builders::campaign().json();
    let changed = call(
        app.client
            .put(app.url(&format!("/api/v1/campaigns/{campaign}")))
            .header("If-Match", "\"1\"")
            .json(&without),
    );
    assert_eq!(changed.await.unwrap().status(), 200);
    assert_eq!(call(app.client.delete(&picture)).await.unwrap().status(), 204);
    assert_eq!(app.get(&path(&told["url"])).await.status(), 404);
    let files = walk(&app.config.data_dir.join("media"));
    assert!(files.is_empty(), "the file is gone too: {files:?}");
    app.stop().await;
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_unit_sees_and_changes_its_own_pictures_alone() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    app.write(|conn| builders::unit(conn, "law", None)).await;
    let office = app.write(builders::office).await;
    let theirs = app.write(move |conn| builders::picture(conn, office, "00")).await;
    let local = app.sign_in_to(Role::Editor, Some("law")).await;
    assert_eq!(local.get(&format!("/media/{theirs}")).await.status(), 404);
    assert_eq!(local.post_form(&format!("/media/{theirs}/delete"), &[]).await.status(), 404);
    let foreign = form(picture(4, 4, 1, ImageFormat::Png), "a.png").text("unit", "alumn");
    assert_eq!(upload(&app, &local, foreign).await.status(), 403);
    // Without a unit it is their own.
    let own: Value = upload(&app, &local, form(picture(4, 4, 1, ImageFormat::Png), "egen.png"))
        .await
        .json()
        .await
        .unwrap();
    let id = own["id"].as_i64().unwrap();
    let choices = local.get("/media/choices?q=EGEN").await.text().await.unwrap();
    assert!(choices.contains(&format!("data-media=\"{id}\"")) && !choices.contains("fest.png"), "{choices}");
    assert!(local.get("/media/choices?q=%25").await.text().await.unwrap().contains("No pictures found"));

    let saved =
        local.post_form(&format!("/media/{id}"), &[("name", "Egen bild"), ("alt_en", "Our \"house\"")]).await;
    assert_eq!(saved.status(), 303);
    let choices = local.get("/media/choices?q=house").await.text().await.unwrap();
    assert!(choices.contains("data-alt-en=\"Our &#34;house&#34;\""), "{choices}");

    let viewer = app.sign_in_to(Role::Viewer, Some("law")).await;
    assert_eq!(viewer.get(&format!("/media/{id}")).await.status(), 200);
    assert_eq!(upload(&app, &viewer, form(picture(4, 4, 2, ImageFormat::Png), "b.png")).await.status(), 403);
    app.stop().await;
}

#[tokio::test]
async fn programs_upload_and_describe_pictures() {
    let app = TestApp::build().parts(Parts::Web).start().await;
    let token = app.token(&[Scope::Compose]).await;
    let post =
        |form: Form| app.client.post(app.url("/api/v1/media")).bearer_auth(&token).multipart(form).send();
    let sent =
        form(picture(4, 4, 3, ImageFormat::WebP), "a.webp").text("unit", "alumn").text("alt_en", "A house");
    let answer = post(sent).await.unwrap();
    assert_eq!(answer.status(), 201);
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let told: Value = answer.json().await.unwrap();
    assert_eq!((&told["kind"], &told["unit"]), (&json!("jpg"), &json!("alumn")));
    let change = json!({"name": "Hus", "alt": {"sv": "Ett hus"}});
    let changed = app.client.put(app.url(&location)).bearer_auth(&token).json(&change).send().await.unwrap();
    assert_eq!(changed.json::<Value>().await.unwrap()["alt"], json!({"sv": "Ett hus"}));
    let list: Value = app
        .client
        .get(app.url("/api/v1/media"))
        .bearer_auth(&token)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(list["items"][0]["name"], "Hus");

    let no_unit = post(form(picture(4, 4, 3, ImageFormat::Png), "a.png")).await.unwrap();
    assert_eq!(no_unit.json::<Value>().await.unwrap()["errors"][0]["path"], "$.unit");
    let no_file = post(Form::new().text("unit", "alumn")).await.unwrap();
    assert_eq!(no_file.json::<Value>().await.unwrap()["errors"][0]["path"], "$.file");
    let bare = app.client.post(app.url("/api/v1/media")).bearer_auth(&token).body("x").send().await.unwrap();
    assert_eq!(bare.status(), 415);
    let reader = app.token(&[Scope::Read]).await;
    let refused = app.client.delete(app.url(&location)).bearer_auth(&reader).send().await.unwrap();
    assert_eq!(refused.status(), 403);
    app.stop().await;
}
