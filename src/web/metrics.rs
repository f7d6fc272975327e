//! `GET /metrics`, in the text format of Prometheus, behind a token of the settings. No name of a person in it.

use std::fmt::Write as _;

use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use subtle::ConstantTimeEq as _;

use super::State;
use super::error::PageError;
use crate::delivery::{self, Metrics, RelayCondition};

/// `GET /metrics`
pub async fn metrics(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, PageError> {
    let shown = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let allowed = state
        .config
        .metrics_token
        .as_ref()
        .is_some_and(|token| bool::from(token.as_bytes().ct_eq(shown.as_bytes())));
    if !allowed {
        return Err(PageError::NotFound);
    }
    let now = state.clock.now().naive_utc();
    let metrics = state.db.read(move |conn| delivery::metrics(conn, now)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .body(text(&metrics)))
}

fn text(metrics: &Metrics) -> String {
    let mut out = String::new();
    let mut family = |name: &str, kind: &str, help: &str, lines: Vec<(String, f64)>| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# HELP brevduva_{name} {help}\n# TYPE brevduva_{name} {kind}");
        for (labels, value) in lines {
            let _ = writeln!(out, "brevduva_{name}{labels} {value}");
        }
    };
    let label = |name: &str, value: &str| format!("{{{name}=\"{}\"}}", value.replace(['\\', '"'], ""));
    let campaigns = metrics.campaigns.iter().map(|(state, n)| (label("state", state.as_str()), *n as f64));
    family("campaigns", "gauge", "Campaigns by state.", campaigns.collect());
    let messages = metrics.messages.iter().map(|(state, n)| (label("state", state), *n as f64));
    family("messages", "gauge", "Messages of campaigns that are not over, by state.", messages.collect());
    family(
        "messages_per_second",
        "gauge",
        "Messages sent per second, lately.",
        vec![(String::new(), metrics.rate)],
    );
    family("workers", "gauge", "Processes that send.", vec![(String::new(), metrics.workers as f64)]);
    let slow = vec![(String::new(), metrics.slow_domains as f64)];
    family("slow_domains", "gauge", "Recipient domains that asked for less and are left alone.", slow);
    let mut relays = |name: &str, kind: &str, help: &str, value: &dyn Fn(&delivery::RelayNow) -> f64| {
        let lines = metrics.relays.iter().map(|relay| (label("relay", &relay.name), value(relay)));
        family(name, kind, help, lines.collect());
    };
    let is =
        |condition: RelayCondition| move |relay: &delivery::RelayNow| f64::from(relay.condition == condition);
    relays("relay_connections", "gauge", "Open connections.", &|relay| relay.connections as f64);
    relays("relay_sent_total", "counter", "Messages taken since the workers started.", &|relay| {
        relay.sent as f64
    });
    let help = "Connections and messages refused by the relay's own fault since the workers started.";
    relays("relay_faults_total", "counter", help, &|relay| relay.refused as f64);
    let help = "1 while the relay fails and is left alone.";
    relays("relay_resting", "gauge", help, &is(RelayCondition::Resting));
    let help = "1 while the relay has had as much as it may be given.";
    relays("relay_exhausted", "gauge", help, &is(RelayCondition::Exhausted));
    out
}
