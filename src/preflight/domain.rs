//! What a sender's domain says of who may send for it: SPF, DKIM, DMARC. Providers distrust mail without them.

use std::time::Duration;

use futures_util::future::BoxFuture;
use hickory_resolver::TokioResolver;

use crate::config::DkimKeys;
use crate::content::check::{Finding, Found};

/// The name server does not answer, or answers with a failure of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoAnswer;

/// Looks up names.
pub trait Names: Send + Sync {
    /// The TXT records of a name; none when it has none or does not exist.
    fn txt<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Vec<String>, NoAnswer>>;
}

/// The name servers of this machine.
pub struct Dns(TokioResolver);

impl Dns {
    /// Those of the system's settings; `None` when there are none.
    #[must_use]
    pub fn of_this_machine() -> Option<Self> {
        let mut builder = TokioResolver::builder_tokio()
            .inspect_err(|error| tracing::info!(%error, "no name server: senders' domains are not checked"))
            .ok()?;
        let options = builder.options_mut();
        options.timeout = Duration::from_secs(3);
        options.attempts = 2;
        Some(Self(builder.build()))
    }
}

impl Names for Dns {
    fn txt<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Vec<String>, NoAnswer>> {
        Box::pin(async move {
            match self.0.txt_lookup(format!("{}.", name.trim_end_matches('.'))).await {
                Ok(records) => Ok(records.iter().map(ToString::to_string).collect()),
                Err(error) if error.is_no_records_found() || error.is_nx_domain() => Ok(Vec::new()),
                Err(_) => Err(NoAnswer),
            }
        })
    }
}

/// What a domain lacks. A name server that does not answer is not held against it.
pub(super) async fn check(names: &dyn Names, domain: &str, keys: &DkimKeys) -> Vec<Found> {
    let mut found = Vec::new();
    let begins = |records: &[String], tag: &str| {
        records.iter().any(|record| record.trim_start().to_ascii_lowercase().starts_with(tag))
    };
    let mut lacks = |finding: Finding| found.push(Found::new(finding, None, domain));
    if let Ok(records) = names.txt(domain).await
        && !begins(&records, "v=spf1")
    {
        lacks(Finding::NoSpf);
    }
    let mut has_key = Ok(false);
    for key in keys.of(domain) {
        match names.txt(&key.record_name()).await {
            // Its version is optional (RFC 6376, 3.6.1); the key is not.
            Ok(records) if records.iter().any(|record| record.replace(' ', "").contains("p=")) => {
                has_key = Ok(true)
            }
            Ok(_) => {}
            Err(NoAnswer) => has_key = has_key.and(Err(NoAnswer)),
        }
    }
    if has_key == Ok(false) {
        lacks(Finding::NoDkim);
    }
    if let Ok(false) = has_dmarc(names, domain).await {
        lacks(Finding::NoDmarc);
    }
    found
}

/// A domain without a record of its own has that of the one above it (RFC 7489, 6.6.3).
async fn has_dmarc(names: &dyn Names, domain: &str) -> Result<bool, NoAnswer> {
    let mut rest = domain;
    while rest.contains('.') {
        let records = names.txt(&format!("_dmarc.{rest}")).await?;
        if records.iter().any(|record| record.trim_start().to_ascii_lowercase().starts_with("v=dmarc1")) {
            return Ok(true);
        }
        rest = rest.split_once('.').map_or("", |(_, above)| above);
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct Zone(BTreeMap<&'static str, Result<Vec<&'static str>, NoAnswer>>);

    impl Names for Zone {
        fn txt<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Vec<String>, NoAnswer>> {
            let records = self.0.get(name).cloned().unwrap_or_else(|| Ok(Vec::new()));
            Box::pin(async move { records.map(|records| records.iter().map(ToString::to_string).collect()) })
        }
    }

    async fn of(zone: &[(&'static str, Result<Vec<&'static str>, NoAnswer>)]) -> Vec<Finding> {
        let zone = Zone(zone.iter().cloned().collect());
        let found = check(&zone, "alumn.example.se", &DkimKeys::default()).await;
        found.into_iter().map(|one| one.finding).collect()
    }

    #[tokio::test]
    async fn what_a_domain_lacks_is_told() {
        assert_eq!(of(&[]).await, [Finding::NoSpf, Finding::NoDkim, Finding::NoDmarc]);
        let spf = ("alumn.example.se", Ok(vec!["google-site=1", "v=spf1 -all"]));
        assert_eq!(of(std::slice::from_ref(&spf)).await, [Finding::NoDkim, Finding::NoDmarc]);
        // The domain above speaks for it.
        let dmarc = ("_dmarc.example.se", Ok(vec!["v=DMARC1; p=none"]));
        assert_eq!(of(&[spf, dmarc]).await, [Finding::NoDkim]);
    }

    #[tokio::test]
    async fn a_silent_name_server_is_not_held_against_the_domain() {
        let silent = [("alumn.example.se", Err(NoAnswer)), ("_dmarc.alumn.example.se", Err(NoAnswer))];
        assert_eq!(of(&silent).await, [Finding::NoDkim], "that we sign nothing is known without asking");
    }
}
