//! A real browser without a window, and axe-core inside it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use url::Url;

use super::{service, variable};

/// How long a test waits for a page.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// A browser with a profile of its own.
pub struct Browser {
    pub client: Client,
    profile: TempDir,
}

impl Browser {
    /// Starts one; `None` in a plain `cargo test` without chromedriver.
    pub async fn start(needed_by: &str) -> Option<Self> {
        Self::start_with(needed_by, json!({})).await
    }

    /// One in which no page runs scripts.
    pub async fn start_without_scripts(needed_by: &str) -> Option<Self> {
        Self::start_with(needed_by, json!({ "webkit.webprefs.javascript_enabled": false })).await
    }

    async fn start_with(needed_by: &str, preferences: Value) -> Option<Self> {
        let driver = service("BREVDUVA_TEST_CHROMEDRIVER_URL", needed_by)?;
        let profile = tempfile::tempdir().unwrap();
        let mut options = json!({
            "prefs": preferences,
            "args": [
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--window-size=1280,1000",
                format!("--user-data-dir={}", profile.path().display()),
            ],
        });
        if let Some(program) = variable("BREVDUVA_TEST_CHROMIUM") {
            options["binary"] = json!(program);
        }
        // Two providers are compiled in, so one has to be named; a second test finds it named already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let capabilities = Map::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let client = ClientBuilder::rustls()
            .expect("TLS of the system works")
            .capabilities(capabilities)
            .connect(&driver)
            .await
            .expect("chromedriver at BREVDUVA_TEST_CHROMEDRIVER_URL starts Chromium");
        Some(Self { client, profile })
    }

    /// Fails when the page that is open breaks WCAG 2.0 or 2.1 at level A or AA, and says where.
    pub async fn axe(&self) {
        let source = axe_source();
        let (address, result) = patiently("axe-core", async || self.run_axe(&source).await).await;
        assert!(result["error"].is_null(), "axe-core failed on {address}: {}", result["error"]);
        assert!(result["passes"].as_u64() > Some(0), "axe-core looked at nothing on {address}");
        let mut found = Vec::new();
        for violation in result["violations"].as_array().unwrap() {
            for node in violation["nodes"].as_array().unwrap() {
                found.push(format!(
                    "{}: {} at {}",
                    text(&violation["id"]),
                    text(&violation["help"]),
                    node["html"]
                ));
            }
        }
        assert!(found.is_empty(), "{address} breaks WCAG 2.1 A/AA:\n{}", found.join("\n"));
    }

    /// What axe-core says of the page that is open, and the page's address.
    async fn run_axe(&self, source: &str) -> Result<(Url, Value), CmdError> {
        let address = self.client.current_url().await?;
        // The driver runs scripts past the page's content security policy.
        self.client.execute(source, vec![]).await?;
        let result = self
            .client
            .execute_async(
                "const done = arguments[arguments.length - 1];
                 // A mail's preview is in a frame where no script runs, so axe-core cannot look inside.
                 axe.run(document, { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })
                    .then((result) => done({ violations: result.violations, passes: result.passes.length }))
                    .catch((error) => done({ error: String(error) }));",
                vec![],
            )
            .await?;
        Ok((address, result))
    }

    /// Opens a page and looks at it with axe-core.
    pub async fn open(&self, address: &str) {
        self.client.goto(address).await.unwrap();
        self.axe().await;
    }

    /// Writes into a field that is emptied first.
    pub async fn fill(&self, css: &str, text: &str) {
        patiently(css, async || {
            let field = self.client.find(Locator::Css(css)).await?;
            field.clear().await?;
            field.send_keys(text).await
        })
        .await;
    }

    /// Presses a button or a link.
    pub async fn press(&self, css: &str) {
        // Pages scroll softly, and a button that still moves cannot be pressed.
        let still =
            "document.querySelector(arguments[0]).scrollIntoView({ block: 'center', behavior: 'instant' })";
        patiently(css, async || {
            let button = self.client.find(Locator::Css(css)).await?;
            self.client.execute(still, vec![json!(css)]).await?;
            button.click().await
        })
        .await;
    }

    /// Presses a button or a link on a page that runs no scripts.
    pub async fn press_without_scripts(&self, css: &str) {
        patiently(css, async || self.client.find(Locator::Css(css)).await?.click().await).await;
    }

    /// What a script returns.
    pub async fn script(&self, script: &str) -> Value {
        patiently(script, async || self.client.execute(script, vec![]).await).await
    }

    /// Waits until a script's answer is true.
    pub async fn until(&self, script: &str) {
        let started = Instant::now();
        while self.script(script).await != true {
            assert!(started.elapsed() < PATIENCE, "it never became true: {script}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Waits until the page says something, and then looks at it with axe-core.
    pub async fn wait_for_text(&self, wanted: &str) {
        let started = Instant::now();
        loop {
            // The page may be replaced between finding its body and reading it.
            if let Ok(body) = self.client.find(Locator::Css("body")).await
                && let Ok(text) = body.text().await
                && text.contains(wanted)
            {
                break;
            }
            let shown = self.client.source().await.unwrap_or_default();
            assert!(started.elapsed() < PATIENCE, "the page never said {wanted:?}:\n{shown}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.axe().await;
    }

    /// Closes the browser.
    pub async fn stop(self) {
        let _ = self.client.close().await;
        drop(self.profile);
    }
}

/// Does something again until the driver does not refuse it: a page may be replaced by the next one between finding an
/// element and using it, or amid a script, and then nothing was done.
pub async fn patiently<Answer>(what: &str, mut act: impl AsyncFnMut() -> Result<Answer, CmdError>) -> Answer {
    let started = Instant::now();
    loop {
        match act().await {
            Ok(answer) => return answer,
            Err(error) => assert!(started.elapsed() < PATIENCE, "{what}: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn axe_source() -> String {
    let path: PathBuf = variable("BREVDUVA_TEST_AXE")
        .expect("a browser test needs BREVDUVA_TEST_AXE, the path of axe-core's axe.min.js; \"make test\" sets it")
        .into();
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
