//! The JSON API: every call of openapi.json is there, asks for a token and for the scope that it names, and says
//! what is wrong with its place.

use brevduva::kernel::clock::Clock;
use brevduva::staff::Scope;
use chrono::{TimeZone, Utc};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::builders::{campaign, degree, person, unit};

/// Calls with one token.
struct Api<'a> {
    app: &'a TestApp,
    token: String,
}

impl<'a> Api<'a> {
    async fn with(app: &'a TestApp, scopes: &[Scope]) -> Self {
        Self { app, token: app.token(scopes).await }
    }

    async fn with_everything(app: &'a TestApp) -> Self {
        Self::with(app, Scope::ALL).await
    }

    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.app.client.request(method, self.app.url(&format!("/api/v1{path}"))).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Value {
        expect(self.call(Method::GET, path).send().await.unwrap(), 200).await
    }

    async fn post(&self, path: &str, body: &Value) -> Response {
        self.call(Method::POST, path).json(body).send().await.unwrap()
    }

    async fn put(&self, path: &str, body: &Value) -> Response {
        self.call(Method::PUT, path).json(body).send().await.unwrap()
    }
}

async fn expect(answer: Response, status: u16) -> Value {
    let (got, text) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert_eq!(got, status, "{text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}"))
}

/// Problem details of this status; each place that is wrong.
async fn problem(answer: Response, status: u16) -> Vec<(String, String)> {
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    let body = expect(answer, status).await;
    assert_eq!(kind, "application/problem+json", "{body}");
    assert_eq!(body["type"], "about:blank");
    assert_eq!(body["status"], status);
    assert!(body["title"].as_str().is_some_and(|title| !title.is_empty()));
    assert!(body["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = body["errors"].as_array().unwrap();
    errors.iter().map(|error| (text(&error["path"]), text(&error["message"]))).collect()
}

/// One operation of openapi.json.
struct Operation {
    method: Method,
    path: String,
    value: Value,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Its path with every number 1.
    fn of_the_first(&self) -> String {
        let parts = self.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
        parts.collect::<Vec<_>>().join("/")
    }

    /// The lists of scopes that let the call through; none: it needs no token.
    fn alternatives(&self) -> Vec<Vec<Scope>> {
        let requirements =
            self.value["security"].as_array().unwrap_or_else(|| panic!("{}: no security", self.name()));
        requirements
            .iter()
            .filter_map(|requirement| requirement.get("token"))
            .map(|scopes| {
                scopes
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|scope| scope.as_str().unwrap().parse().unwrap())
                    .collect()
            })
            .collect()
    }

    fn request(&self, app: &TestApp, token: Option<&str>) -> RequestBuilder {
        let mut request = app.client.request(self.method.clone(), app.url(&self.of_the_first()));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if self.takes_json() { request.json(&json!({ "no_such_field": 1 })) } else { request }
    }

    fn takes_json(&self) -> bool {
        !self.value["requestBody"]["content"]["application/json"].is_null()
    }
}

async fn document(app: &TestApp) -> Value {
    expect(app.get("/api/v1/openapi.json").await, 200).await
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, value) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse() else { continue };
            operations.push(Operation { method, path: path.clone(), value: value.clone() });
        }
    }
    assert!(operations.len() > 30, "{} operations are few", operations.len());
    operations
}

#[tokio::test]
async fn the_document_spells_values_as_the_api_does() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let spelt: Vec<(&String, &str)> = schemas
        .iter()
        .flat_map(|(name, schema)| {
            let words = schema["enum"].as_array().into_iter().flatten();
            words.map(move |word| (name, word.as_str().unwrap()))
        })
        .collect();
    assert!(spelt.contains(&(&"ContactKind".to_owned(), "alumn")), "{spelt:?}");
    let of_the_code: Vec<_> = spelt.iter().filter(|(_, word)| word.contains(char::is_uppercase)).collect();
    assert!(of_the_code.is_empty(), "{of_the_code:?}");
    // Two types of one name would be one here: this is the one that every refusal carries.
    assert_eq!(schemas["Fault"]["required"], json!(["path", "message"]));
    // A campaign is this and more fields beside it.
    assert!(schemas["CampaignContent"]["additionalProperties"].is_null());
    // No page before: the first one.
    let token = app.token(Scope::ALL).await;
    let list = app.client.get(app.url("/api/v1/units?cursor=")).bearer_auth(&token).send().await.unwrap();
    assert_eq!(list.status(), 200);
    // A parameter that cannot be used is told by its name, on every call.
    let wrong = app.client.get(app.url("/api/v1/campaigns/1/recipients?domain=")).bearer_auth(&token);
    let wrong = problem(wrong.send().await.unwrap(), 400).await;
    assert_eq!(wrong[0].0, "?domain");
    app.stop().await;
}

#[tokio::test]
async fn the_document_describes_every_call_whole() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    for operation in operations(&document) {
        let name = operation.name();
        assert!(operation.value["operationId"].is_string(), "{name}");
        assert!(
            operation.value["summary"].as_str().is_some_and(|text| !text.is_empty()),
            "{name}: no summary"
        );
        let responses = operation.value["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name}: no success");
        assert!(responses.contains_key("500"), "{name}: no error");
        for (status, response) in responses {
            let empty = status == "204";
            assert_eq!(response["content"].is_null(), empty, "{name} {status}: no schema");
        }
    }
    // Every reference leads somewhere.
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer} is not there");
    }
    app.stop().await;
}

#[tokio::test]
async fn every_call_asks_for_a_token_and_for_its_scope() {
    let app = TestApp::start().await;
    let mut tokens = Vec::new();
    for scope in Scope::ALL {
        tokens.push((*scope, app.token(&[*scope]).await));
    }
    for operation in operations(&document(&app).await) {
        let name = operation.name();
        let alternatives = operation.alternatives();
        let without = operation.request(&app, None).send().await.unwrap();
        if alternatives.is_empty() {
            assert_eq!(without.status(), 200, "{name}");
            continue;
        }
        assert_eq!(without.headers()["www-authenticate"], "Bearer realm=\"brevduva\"", "{name}");
        problem(without, 401).await;
        let unknown = operation.request(&app, Some("bdv_unknown")).send().await.unwrap();
        problem(unknown, 401).await;

        let mut lets_through = 0;
        for (scope, token) in &tokens {
            let answer = operation.request(&app, Some(token)).send().await.unwrap();
            let status = answer.status();
            let enough = alternatives.iter().any(|needed| needed.iter().all(|needed| needed == scope));
            if enough {
                lets_through += 1;
                assert!(
                    !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
                        && !status.is_server_error(),
                    "{name} with the scope {scope}: {status}"
                );
                assert!(
                    operation.value["responses"].get(status.as_str()).is_some(),
                    "{name}: {status} is undocumented"
                );
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{name} with the scope {scope}");
                problem(answer, 403).await;
            }
        }
        for needed in alternatives.iter().filter(|needed| needed.len() > 1) {
            lets_through += 1;
            let answer = operation.request(&app, Some(&app.token(needed).await)).send().await.unwrap();
            assert_ne!(answer.status(), StatusCode::FORBIDDEN, "{name}");
        }
        assert_eq!(
            lets_through,
            alternatives.len(),
            "{name}: the document names other scopes than the call takes"
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn every_body_is_read_strictly() {
    let app = TestApp::start().await;
    let api = Api::with_everything(&app).await;
    for operation in operations(&document(&app).await).iter().filter(|operation| operation.takes_json()) {
        let name = operation.name();
        let request = || {
            let request = app.client.request(operation.method.clone(), app.url(&operation.of_the_first()));
            request.bearer_auth(&api.token).header("If-Match", "\"1\"")
        };
        let errors = problem(request().json(&json!({ "no_such_field": 1 })).send().await.unwrap(), 422).await;
        assert!(errors.iter().any(|(path, _)| path.contains("no_such_field")), "{name}: {errors:?}");
        let json = "application/json";
        let errors =
            problem(request().header("Content-Type", json).body("{").send().await.unwrap(), 400).await;
        assert_eq!(errors[0].0, "$", "{name}");
        problem(request().body("{}").header("Content-Type", "text/plain").send().await.unwrap(), 415).await;
        let large = format!("{{\"x\":\"{}\"}}", "x".repeat(5 << 20));
        problem(request().header("Content-Type", json).body(large).send().await.unwrap(), 413).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn addresses_and_methods_that_are_not_there_are_problems_too() {
    let app = TestApp::start().await;
    let api = Api::with_everything(&app).await;
    problem(api.call(Method::GET, "/nowhere").send().await.unwrap(), 404).await;
    problem(api.call(Method::GET, "/contacts/twelve").send().await.unwrap(), 404).await;
    problem(api.call(Method::GET, "/contacts/12").send().await.unwrap(), 404).await;
    let answer = api.call(Method::PATCH, "/contacts").send().await.unwrap();
    assert!(answer.headers()["allow"].to_str().unwrap().contains("POST"));
    problem(answer, 405).await;
    for query in ["limit=0", "limit=501", "limit=x", "cursor=x", "colour=red"] {
        let errors =
            problem(api.call(Method::GET, &format!("/units?{query}")).send().await.unwrap(), 400).await;
        assert!(errors[0].0.starts_with('?'), "{errors:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_session_does_not_open_the_api() {
    let app = TestApp::start().await;
    let admin = app.sign_in(brevduva::staff::Role::Admin).await;
    problem(admin.get("/api/v1/units").await, 401).await;
    app.stop().await;
}

#[tokio::test]
async fn lists_go_on_where_they_were() {
    let app = TestApp::start().await;
    let api = Api::with_everything(&app).await;
    let mut expected = app
        .write(|conn| {
            (0..5).map(|n| person().email(&format!("p{n}@example.se")).save(conn)).collect::<Vec<i64>>()
        })
        .await;
    let protected = app.write(|conn| person().email("p9@example.se").protected().save(conn)).await;
    expected.sort_unstable();
    let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = api.get(&format!("/contacts?limit=2{cursor}")).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()));
        pages += 1;
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((seen, pages), (expected, 3));
    // Product P8.
    problem(api.call(Method::GET, &format!("/contacts/{protected}")).send().await.unwrap(), 404).await;
    let found = expect(api.post("/contacts/search", &json!({ "email": "P9@example.se" })).await, 200).await;
    assert_eq!(found["items"], json!([]));
    let found = expect(api.post("/contacts/search", &json!({ "email": "P3@Example.se" })).await, 200).await;
    assert_eq!(found["items"][0]["email"], "p3@example.se");
    app.stop().await;
}

#[tokio::test]
async fn the_same_key_creates_once() {
    let app = TestApp::start().await;
    let api = Api::with_everything(&app).await;
    let ada = json!({ "given_name": "Ada", "family_name": "Ek", "email": "ada@example.se", "language": "sv",
                      "kinds": ["interested"] });
    let create = |key: &'static str, body: Value| {
        api.call(Method::POST, "/contacts").header("Idempotency-Key", key).json(&body).send()
    };
    let first = create("k1", ada.clone()).await.unwrap();
    let location = first.headers()["location"].to_str().unwrap().to_owned();
    let first = expect(first, 201).await;
    assert_eq!(location, format!("/api/v1/contacts/{}", first["id"]));
    assert_eq!(expect(create("k1", ada.clone()).await.unwrap(), 201).await, first);
    let errors = problem(
        create(
            "k1",
            json!({ "given_name": "Bo", "family_name": "Ek", "language": "sv",
        "kinds": ["interested"] }),
        )
        .await
        .unwrap(),
        422,
    )
    .await;
    assert_eq!(errors[0].0, "Idempotency-Key");
    // Another key is another call, which finds the person there.
    problem(create("k2", ada.clone()).await.unwrap(), 409).await;
    // Another token has keys of its own.
    let other = Api::with_everything(&app).await;
    let answer =
        other.call(Method::POST, "/contacts").header("Idempotency-Key", "k1").json(&ada).send().await;
    problem(answer.unwrap(), 409).await;
    assert_eq!(api.get("/contacts").await["items"].as_array().unwrap().len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn calls_at_the_same_moment_with_one_key_create_once() {
    let app = TestApp::start().await;
    let api = Api::with_everything(&app).await;
    let unit = json!({ "slug": "law", "name": "Law" });
    let calls =
        (0..8).map(|_| api.call(Method::POST, "/units").header("Idempotency-Key", "same").json(&unit).send());
    let answers = futures_util::future::join_all(calls).await;
    let statuses: Vec<u16> = answers.into_iter().map(|answer| answer.unwrap().status().as_u16()).collect();
    assert!(statuses.contains(&201), "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409)), "{statuses:?}");
    assert_eq!(api.get("/units").await["items"].as_array().unwrap().len(), 2);
    app.stop().await;
}

#[tokio::test]
async fn what_a_person_wants_is_recorded() {
    let app = TestApp::start().await;
    let api = Api::with(&app, &[Scope::Contacts]).await;
    let (id, other) = app
        .write(|conn| {
            unit(conn, "law", None);
            (
                person().email("a@example.se").save(conn),
                person().named("Bo", "Ek").email("A@example.se").save(conn),
            )
        })
        .await;
    let path = format!("/contacts/{id}/preferences");
    assert_eq!(api.get(&path).await, json!({ "refused": [] }));
    let wanted = json!({ "refused": ["unit:law", "topic:surveys", "channel:letter"] });
    expect(api.put(&path, &wanted).await, 200).await;
    let mut refused: Vec<String> = serde_json::from_value(api.get(&path).await["refused"].clone()).unwrap();
    refused.sort();
    assert_eq!(refused, ["channel:letter", "topic:surveys", "unit:law"]);
    // The address is bound too.
    assert_eq!(
        api.get(&format!("/contacts/{other}/preferences")).await["refused"].as_array().unwrap().len(),
        3
    );
    let wrong = json!({ "refused": ["everything", "unit:nowhere", "colour:red"] });
    let errors = problem(api.put(&path, &wrong).await, 422).await;
    assert_eq!(
        errors.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(),
        ["$.refused[1]", "$.refused[2]"]
    );
    expect(api.put(&path, &json!({ "refused": [] })).await, 200).await;
    assert_eq!(api.get(&path).await, json!({ "refused": [] }));
    app.stop().await;
}

#[tokio::test]
async fn suppressed_addresses_are_left_out_until_they_are_lifted() {
    let app = TestApp::start().await;
    let api = Api::with_everything(&app).await;
    app.write(|conn| person().email("a@example.se").save(conn)).await;
    let count = || async {
        expect(api.post("/segments/count", &json!({ "rule": { "everyone": true } })).await, 200).await
    };
    assert_eq!(count().await, json!({ "matched": 1, "reachable": 1, "left_out": {} }));
    let body = json!({ "channel": "email", "address": "A@Example.SE", "detail": "asked by letter" });
    let suppression = expect(api.post("/suppressions", &body).await, 201).await;
    assert_eq!(suppression["address"], "a@example.se");
    assert_eq!(count().await, json!({ "matched": 1, "reachable": 0, "left_out": { "suppressed": 1 } }));
    assert_eq!(api.get("/suppressions").await["items"][0], suppression);
    let path = format!("/suppressions/{}", suppression["id"]);
    assert_eq!(api.call(Method::DELETE, &path).send().await.unwrap().status(), 204);
    problem(api.call(Method::DELETE, &path).send().await.unwrap(), 404).await;
    assert_eq!(count().await["reachable"], 1);
    for (body, path) in [
        (json!({ "channel": "email", "address": "nobody" }), "$.address"),
        (json!({ "channel": "sms", "address": "070-123 45 67" }), "$.address"),
        (json!({ "channel": "letter", "address": "Storgatan 1" }), "$.channel"),
        (json!({ "channel": "pigeon", "address": "x" }), "$.channel"),
    ] {
        assert_eq!(problem(api.post("/suppressions", &body).await, 422).await[0].0, path, "{body}");
    }
    app.stop().await;
}

#[tokio::test]
async fn segments_are_saved_counted_and_refused_with_their_place() {
    let app = TestApp::start().await;
    let api = Api::with(&app, &[Scope::Compose]).await;
    app.write(|conn| {
        person().email("a@example.se").with(degree("SJURI", 2001)).save(conn);
        person().named("Bo", "Ek").with(degree("SJURI", 2002)).save(conn);
        person().named("Cia", "Al").email("c@example.se").with(degree("STEKN", 2001)).save(conn);
    })
    .await;
    let rule = json!({ "degree": { "programme": { "in": ["SJURI"] } } });
    let segment = json!({ "unit": "alumn", "name": "Jurister", "rule": rule });
    let saved = expect(api.post("/segments", &segment).await, 201).await;
    let path = format!("/segments/{}", saved["id"]);
    assert_eq!(api.get(&path).await, saved);
    assert_eq!(api.get("/segments").await["items"], json!([saved]));
    let asked = json!({ "rule": rule, "unit": "alumn", "topic": "newsletter", "purpose": "newsletter",
                        "legal_basis": "consent" });
    let count = expect(api.post("/segments/count", &asked).await, 200).await;
    assert_eq!(
        count,
        json!({ "matched": 2, "reachable": 0, "left_out": { "no_address": 1, "no_legal_basis": 1 } })
    );

    let change = json!({ "name": "Alla", "rule": { "everyone": true } });
    let changed = expect(api.put(&path, &change).await, 200).await;
    assert_eq!((&changed["name"], &changed["rule"]), (&json!("Alla"), &json!({ "everyone": true })));
    assert_eq!(api.call(Method::DELETE, &path).send().await.unwrap().status(), 204);
    problem(api.call(Method::GET, &path).send().await.unwrap(), 404).await;

    for (body, expected) in [
        (json!({ "unit": "alumn", "name": "x", "rule": { "all": [{ "degre": {} }] } }), "$.rule.all[0]"),
        (json!({ "unit": "alumn", "name": "x", "rule": { "all": [] } }), "$.rule.all"),
        (json!({ "unit": "nowhere", "name": "x", "rule": { "everyone": true } }), "$.unit"),
        (json!({ "unit": "alumn", "name": " ", "rule": { "everyone": true } }), "$.name"),
    ] {
        let errors = problem(api.post("/segments", &body).await, 422).await;
        assert!(errors[0].0.starts_with(expected), "{body}: {errors:?}");
    }
    let wrong = json!({ "rule": rule, "unit": "x", "topic": "y", "purpose": "z", "legal_basis": "legitimate_interest" });
    let errors = problem(api.post("/segments/count", &wrong).await, 422).await;
    let places: Vec<&str> = errors.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(places, ["$.unit", "$.topic", "$.purpose", "$.legal_basis"]);
    app.stop().await;
}

#[tokio::test]
async fn a_token_of_one_unit_acts_there_and_beneath() {
    let app = TestApp::start().await;
    let (law, _) = app
        .write(|conn| {
            let law = unit(conn, "law", None);
            (law, unit(conn, "law-stockholm", Some(law)))
        })
        .await;
    assert!(law > 0);
    let api = Api { app: &app, token: app.token_in(Some("law"), Scope::ALL).await };
    let everything = Api::with_everything(&app).await;
    let rule = json!({ "everyone": true });
    let segment = |unit: &str| json!({ "unit": unit, "name": unit, "rule": rule });
    expect(api.post("/segments", &segment("law")).await, 201).await;
    expect(api.post("/segments", &segment("law-stockholm")).await, 201).await;
    problem(api.post("/segments", &segment("alumn")).await, 403).await;
    let foreign = expect(everything.post("/segments", &segment("alumn")).await, 201).await;
    let foreign = format!("/segments/{}", foreign["id"]);
    problem(api.call(Method::GET, &foreign).send().await.unwrap(), 403).await;
    problem(api.call(Method::DELETE, &foreign).send().await.unwrap(), 403).await;
    problem(api.put(&foreign, &json!({ "name": "x", "rule": rule })).await, 403).await;
    assert_eq!(api.get("/segments").await["items"].as_array().unwrap().len(), 2);
    assert_eq!(everything.get("/segments").await["items"].as_array().unwrap().len(), 3);
    // What a unit shares is seen by all and changed by itself alone.
    let shared = json!({ "name": "x", "rule": rule, "shared": true });
    assert_eq!(expect(everything.put(&foreign, &shared).await, 200).await["shared"], json!(true));
    assert_eq!(api.get(&foreign).await["name"], json!("x"));
    assert_eq!(api.get("/segments").await["items"].as_array().unwrap().len(), 3);
    problem(api.put(&foreign, &json!({ "name": "y", "rule": rule })).await, 403).await;

    expect(api.post("/campaigns", &campaign().sent_by("law").json()).await, 201).await;
    problem(api.post("/campaigns", &campaign().json()).await, 403).await;
    let foreign = expect(everything.post("/campaigns", &campaign().json()).await, 201).await;
    for step in ["launch", "pause", "resume", "cancel"] {
        problem(api.post(&format!("/campaigns/{}/{step}", foreign["id"]), &json!({})).await, 403).await;
    }
    for part in ["", "/report", "/preview", "/recipients"] {
        let path = format!("/campaigns/{}{part}", foreign["id"]);
        problem(api.call(Method::GET, &path).send().await.unwrap(), 403).await;
    }
    // The register belongs to no unit.
    problem(api.call(Method::GET, "/contacts").send().await.unwrap(), 403).await;
    expect(api.post("/units", &json!({ "slug": "law-lund", "name": "Lund", "parent": "law" })).await, 201)
        .await;
    problem(api.post("/units", &json!({ "slug": "top", "name": "Top" })).await, 403).await;
    app.stop().await;
}

#[tokio::test]
async fn units_and_topics_are_added() {
    let app = TestApp::start().await;
    let api = Api::with(&app, &[Scope::Manage, Scope::Read]).await;
    let law = expect(
        api.post("/units", &json!({ "slug": "law", "name": "Juridik", "parent": "alumn" })).await,
        201,
    )
    .await;
    assert_eq!(law["parent"], "alumn");
    problem(api.post("/units", &json!({ "slug": "law", "name": "Igen" })).await, 409).await;
    let errors =
        problem(api.post("/units", &json!({ "slug": "Å", "name": "", "parent": "x" })).await, 422).await;
    assert_eq!(
        errors.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(),
        ["$.slug", "$.name", "$.parent"]
    );
    let names = json!({ "sv": "Jubileum", "nb": "Jubileum", "en": "Jubilee" });
    let topic = json!({ "code": "jubilee", "unit": "law", "names": names });
    let topic = expect(api.post("/topics", &topic).await, 201).await;
    assert_eq!((&topic["unit"], &topic["names"]), (&json!("law"), &names));
    let codes: Vec<String> = api.get("/topics").await["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|topic| topic["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(codes.last().unwrap(), "jubilee");
    assert_eq!(codes.len(), 7);
    assert_eq!(api.get("/purposes").await["items"].as_array().unwrap().len(), 6);
    app.stop().await;
}

#[tokio::test]
async fn a_campaign_is_stored_changed_previewed_and_refused_with_its_place() {
    let clock = Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 4, 5, 6, 7).unwrap(), 1);
    let app = TestApp::build().clock(clock).parts(brevduva::app::Parts::Web).start().await;
    let api = Api::with_everything(&app).await;
    let id = app.write(|conn| person().email("a@example.se").with(degree("SJURI", 2001)).save(conn)).await;
    let file = campaign().json();
    let stored = expect(api.post("/campaigns", &file).await, 201).await;
    let path = format!("/campaigns/{}", stored["id"]);
    for (member, value) in file.as_object().unwrap() {
        assert_eq!(&stored[member], value, "{member}");
    }
    assert_eq!((&stored["state"], &stored["version"]), (&json!("draft"), &json!(1)));
    assert_eq!(api.get(&path).await, stored);

    let preview = api.get(&format!("{path}/preview?contact={id}")).await;
    assert_eq!((&preview["language"], &preview["subject"]), (&json!("sv"), &json!("Välkommen, Åsa")));
    assert!(preview["text"].as_str().unwrap().contains("Hej Åsa"));
    let preview = api.get(&format!("{path}/preview?language=en")).await;
    assert!(preview["html"].as_str().unwrap().contains(" lang=\"en\""));
    // The links of a preview do nothing in the person's name.
    let urls = app.urls();
    let preview = api.get(&format!("{path}/preview?contact={id}")).await.to_string();
    assert!(!preview.contains(&urls.unsubscribe(id, 1, stored["id"].as_i64().unwrap())));
    assert!(!preview.contains(&urls.preferences(id)));
    // Nor are they counted, before anybody was sent to.
    assert!(
        preview.contains("https://example.se/jubileum")
            && !preview.contains("/c/")
            && !preview.contains("/o/")
    );

    let changed = campaign().set("name", json!("Nytt namn")).json();
    problem(api.put(&path, &changed).await, 400).await;
    let put = |version: &'static str| {
        api.call(Method::PUT, &path).header("If-Match", version).json(&changed).send()
    };
    let answer = expect(put("\"1\"").await.unwrap(), 200).await;
    assert_eq!((&answer["name"], &answer["version"]), (&json!("Nytt namn"), &json!(2)));
    problem(put("\"1\"").await.unwrap(), 409).await;

    for (body, place) in [
        (campaign().set("unit", json!("nowhere")), "$.unit"),
        (campaign().set("topic", json!("nothing")), "$.topic"),
        (campaign().set("legal_basis", json!("legitimate_interest")), "$.legal_basis"),
        (campaign().set("from", json!({ "name": "x", "address": "not an address" })), "$.from.address"),
        (campaign().set("segment", json!({ "all": [{ "lives": { "land": {} } }] })), "$.segment.all[0]"),
        (campaign().set("layout", json!("no-such")), "$.content"),
        (campaign().set("content", json!({ "sv": { "subject": "{{nmae}}", "markdown": "x" } })), "$.content"),
        (campaign().set("colour", json!("red")), "$.colour"),
    ] {
        let body = body.json();
        let errors = problem(api.post("/campaigns", &body).await, 422).await;
        assert!(errors[0].0.starts_with(place), "{place}: {errors:?}");
    }
    assert_eq!(api.get("/campaigns").await["items"].as_array().unwrap().len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn a_campaign_takes_only_the_steps_of_its_state() {
    let clock = Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 4, 5, 6, 7).unwrap(), 1);
    let app = TestApp::build().clock(clock).parts(brevduva::app::Parts::Web).start().await;
    let api = Api::with_everything(&app).await;
    let stored = expect(api.post("/campaigns", &campaign().json()).await, 201).await;
    let path = format!("/campaigns/{}", stored["id"]);
    for step in ["pause", "resume", "cancel"] {
        problem(api.post(&format!("{path}/{step}"), &json!({})).await, 409).await;
    }
    let at = json!({ "at": "2026-12-01T09:00:00+01:00" });
    let status = expect(api.post(&format!("{path}/launch"), &at).await, 200).await;
    assert_eq!((&status["state"], &status["recipients"]), (&json!("scheduled"), &json!(0)));
    assert_eq!(api.get(&path).await["scheduled_at"], "2026-12-01T08:00:00Z");
    problem(api.post(&format!("{path}/launch"), &at).await, 409).await;
    let answer =
        api.call(Method::PUT, &path).header("If-Match", "2").json(&campaign().json()).send().await.unwrap();
    problem(answer, 409).await;
    assert_eq!(
        expect(api.post(&format!("{path}/cancel"), &json!({})).await, 200).await["state"],
        "cancelled"
    );
    assert_eq!(api.get(&format!("{path}/report")).await["state"], "cancelled");
    for step in ["launch", "pause", "resume", "cancel", "test", "report"] {
        let path = format!("/campaigns/999/{step}");
        let answer = match step {
            "report" => api.call(Method::GET, &path).send().await.unwrap(),
            "test" => api.post(&path, &json!({ "to": "a@example.se" })).await,
            _ => api.post(&path, &json!({})).await,
        };
        problem(answer, 404).await;
    }
    app.stop().await;
}

const REGISTER: &str = "Personnummer;Förnamn;Efternamn;E-post\n";

#[tokio::test]
async fn a_register_file_is_imported() {
    let app = TestApp::start().await;
    let api = Api::with(&app, &[Scope::Import, Scope::Contacts]).await;
    let file =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/nyhetsbrev_anmalan.csv")).unwrap();
    let part = reqwest::multipart::Part::bytes(file.clone()).file_name("../../nyhetsbrev.csv");
    let form = reqwest::multipart::Form::new().text("mapping", "form").part("file", part);
    let answer = api.call(Method::POST, "/imports").multipart(form).send().await.unwrap();
    let import = expect(answer, 202).await;
    assert_eq!(import["file_name"], "nyhetsbrev.csv");
    let path = format!("/imports/{}", import["id"]);
    let done = finished(&api, &path).await;
    let rows = |name: &str| done["rows"][name].as_u64().unwrap();
    assert_eq!(rows("read"), 1000);
    assert_eq!(
        rows("read"),
        ["created", "updated", "unchanged", "merged", "to_review", "rejected"].map(rows).iter().sum::<u64>()
    );
    assert!(rows("created") > 500, "{done}");
    let rejects = api.call(Method::GET, &format!("{path}/rejects")).send().await.unwrap();
    assert_eq!(rejects.headers()["content-type"], "text/csv; charset=utf-8");
    let text = rejects.text().await.unwrap();
    assert_eq!(text.trim_end().lines().count() as u64, rows("rejected") + 1, "{text}");

    // The same file as a bare body changes nothing.
    let answer =
        api.call(Method::POST, "/imports?mapping=form&file_name=again.csv").body(file).send().await.unwrap();
    let again = expect(answer, 202).await;
    let done = finished(&api, &format!("/imports/{}", again["id"])).await;
    assert_eq!((&done["rows"]["created"], &done["rows"]["updated"]), (&json!(0), &json!(0)), "{done}");
    assert_eq!(api.get("/imports").await["items"].as_array().unwrap().len(), 2);
    app.stop().await;
}

async fn finished(api: &Api<'_>, path: &str) -> Value {
    for _ in 0..600 {
        let import = api.get(path).await;
        match import["state"].as_str().unwrap() {
            "queued" | "running" => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            "finished" => return import,
            other => panic!("the import {other}: {import}"),
        }
    }
    panic!("the import was not finished within 30 s");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_and_not_kept() {
    let app = TestApp::start().await;
    let api = Api::with(&app, &[Scope::Import]).await;
    let form = |mapping: Option<&'static str>, file: Option<&'static [u8]>| {
        let mut form = reqwest::multipart::Form::new();
        if let Some(mapping) = mapping {
            form = form.text("mapping", mapping);
        }
        if let Some(file) = file {
            form = form.part("file", reqwest::multipart::Part::bytes(file).file_name("x.csv"));
        }
        api.call(Method::POST, "/imports").multipart(form).send()
    };
    let file = Some(REGISTER.as_bytes());
    for (answer, place) in [
        (form(None, file).await, "$.mapping"),
        (form(Some("form"), None).await, "$.file"),
        (form(Some("form"), Some(b"")).await, "$.file"),
        (form(Some("nonsense"), file).await, "$.mapping"),
        (form(Some("/etc/passwd"), file).await, "$.mapping"),
        (form(Some("columns = 3"), file).await, "$.mapping"),
        (form(Some("form"), Some(b"Namn\nEva\n")).await, "$.file"),
        (form(Some("form"), Some(b"PK\x03\x04 no workbook")).await, "$.file"),
    ] {
        let errors = problem(answer.unwrap(), 422).await;
        assert_eq!(errors[0].0, place, "{errors:?}");
    }
    problem(api.call(Method::POST, "/imports").body("x").send().await.unwrap(), 400).await;
    let left: Vec<_> = std::fs::read_dir(app.config.data_dir.join("uploads")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(api.get("/imports").await["items"], json!([]));
    app.stop().await;
}

#[tokio::test]
async fn what_a_token_does_stands_in_the_audit_log() {
    let app = TestApp::start().await;
    let api = Api::with_everything(&app).await;
    expect(api.post("/campaigns", &campaign().json()).await, 201).await;
    let id = app.write(|conn| person().save(conn)).await;
    expect(api.put(&format!("/contacts/{id}/preferences"), &json!({ "refused": ["everything"] })).await, 200)
        .await;
    let events = app.database.read(|conn| brevduva::audit::latest(conn, 10).unwrap()).await;
    let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(actions, ["preferences.record", "campaign.create"]);
    assert!(events.iter().all(|event| event.actor_kind == brevduva::audit::ActorKind::ApiToken));
    assert!(events.iter().all(|event| event.actor_id.is_some()));
    app.stop().await;
}
