//! The real app on a free port.

use brevduva::app::{App, Parts};
use brevduva::config::{Config, RelayUrl};
use brevduva::db::Conn;
use brevduva::kernel::clock::Clock;
use brevduva::kernel::email_address::EmailAddress;
use brevduva::kernel::language::Language;
use brevduva::links::{Signer, Urls};
use brevduva::staff::{self, Role, Scope};
use reqwest::{Client, RequestBuilder, Response, redirect};

use super::db::TestDatabase;

/// The secret keys of every test: links look the same in each run.
pub const SECRET_KEYS: &str = "k0:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A running app with a database of its own.
pub struct TestApp {
    app: Option<App>,
    pub database: TestDatabase,
    pub config: Config,
    pub clock: Clock,
    /// Follows no redirects and keeps no cookies: a test says what it sends.
    pub client: Client,
    /// `http://127.0.0.1:PORT`
    pub base: String,
}

/// How the app of a test is started.
pub struct Start {
    clock: Clock,
    parts: Parts,
    smtp: RelayUrl,
    change: Box<dyn FnOnce(&mut Config)>,
}

impl TestApp {
    /// Web server and worker on the system's clock, with a relay that does not answer.
    pub async fn start() -> Self {
        Self::build().start().await
    }

    /// Something else than [`TestApp::start`].
    pub fn build() -> Start {
        Start {
            clock: Clock::system(),
            parts: Parts::WebAndWorker,
            // Port 1 of this machine: connections are refused at once.
            smtp: "smtp://127.0.0.1:1".parse().unwrap(),
            change: Box::new(|_| ()),
        }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The links that this app signs.
    pub fn urls(&self) -> Urls {
        Urls::new(&self.base.parse().unwrap(), Signer::new(self.config.secret_keys.clone()))
    }

    /// `GET` without cookies.
    pub async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    /// A form sent from a page of the app itself.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        form(&self.client, self, path, fields).await
    }

    /// Somebody with this role in every unit, signed in by a one-time link.
    pub async fn sign_in(&self, role: Role) -> SignedIn<'_> {
        self.sign_in_to(role, None).await
    }

    /// Somebody with this role in one unit, signed in by a one-time link.
    pub async fn sign_in_to(&self, role: Role, unit: Option<&str>) -> SignedIn<'_> {
        let secret = self.login_secret(role, unit).await;
        let client = Client::builder().cookie_store(true).redirect(redirect::Policy::none()).build().unwrap();
        let signed_in = SignedIn { app: self, client };
        let answer = signed_in.post_form(&format!("/login/{secret}"), &[]).await;
        assert!(answer.status().is_redirection(), "signing in by link answered {}", answer.status());
        signed_in
    }

    /// The secret of a one-time login link for somebody with this role.
    pub async fn login_secret(&self, role: Role, unit: Option<&str>) -> String {
        let (clock, unit) = (self.clock.clone(), unit.map(str::to_owned));
        let email =
            EmailAddress::parse(&format!("{role}@{}.example", unit.as_deref().unwrap_or("office"))).unwrap();
        self.database
            .write(move |conn| {
                let now = clock.now().naive_utc();
                let account =
                    staff::add_account(conn, now, &email, Language::English, role, unit.as_deref()).unwrap();
                staff::sign_in::create_link(conn, &clock, account).unwrap()
            })
            .await
    }

    /// A token with these scopes in every unit.
    pub async fn token(&self, scopes: &[Scope]) -> String {
        self.token_in(None, scopes).await
    }

    /// A token with these scopes, in one unit or in all.
    pub async fn token_in(&self, unit: Option<&str>, scopes: &[Scope]) -> String {
        let (clock, unit, scopes) = (self.clock.clone(), unit.map(str::to_owned), scopes.to_vec());
        self.database
            .write(move |conn| staff::tokens::create(conn, &clock, "test", unit.as_deref(), &scopes).unwrap())
            .await
    }

    /// Writes to the database of the app.
    pub async fn write<T: Send + 'static>(&self, work: impl FnOnce(&mut Conn) -> T + Send + 'static) -> T {
        self.database.write(work).await
    }

    /// Stops gracefully, as on SIGTERM, and hands the database back.
    pub async fn stop(mut self) -> TestDatabase {
        if let Some(app) = self.app.take() {
            app.stop().await;
        }
        self.database
    }
}

impl Start {
    /// A clock that the test moves.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Only some parts of the program.
    pub fn parts(mut self, parts: Parts) -> Self {
        self.parts = parts;
        self
    }

    /// Sends to this relay.
    pub fn relay(mut self, url: &str) -> Self {
        self.smtp = url.parse().unwrap();
        self
    }

    /// Other settings.
    pub fn settings(mut self, change: impl FnOnce(&mut Config) + 'static) -> Self {
        self.change = Box::new(change);
        self
    }

    /// Starts on a new database.
    pub async fn start(self) -> TestApp {
        self.start_on(TestDatabase::new()).await
    }

    /// Starts on a database that is there.
    pub async fn start_on(self, database: TestDatabase) -> TestApp {
        let mut config = Config::local(
            database.db.url().clone(),
            "127.0.0.1:0".parse().unwrap(),
            "http://127.0.0.1:0".parse().unwrap(),
            self.smtp,
            SECRET_KEYS.parse().unwrap(),
            database.folder.path().join("data"),
        );
        (self.change)(&mut config);
        let app = App::start_with(config.clone(), database.db.clone(), self.clock.clone(), self.parts)
            .await
            .unwrap();
        let base = app.port().map_or_else(String::new, |port| format!("http://127.0.0.1:{port}"));
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        TestApp { app: Some(app), database, config, clock: self.clock, client, base }
    }
}

/// Somebody with a session.
pub struct SignedIn<'a> {
    app: &'a TestApp,
    pub client: Client,
}

impl SignedIn<'_> {
    /// `GET` with the session.
    pub async fn get(&self, path: &str) -> Response {
        self.client.get(self.app.url(path)).send().await.unwrap()
    }

    /// A form sent from a page of the app itself, with the session.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        form(&self.client, self.app, path, fields).await
    }
}

async fn form(client: &Client, app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Response {
    same_origin(client.post(app.url(path)), app).form(fields).send().await.unwrap()
}

/// What a browser adds to a request that a page of the same site makes.
pub fn same_origin(request: RequestBuilder, app: &TestApp) -> RequestBuilder {
    request.header("Origin", &app.base).header("Sec-Fetch-Site", "same-origin")
}
