//! Settings: read once from a TOML file and the environment (which wins), checked, then trusted.
//! Nothing else in the program reads the environment.

mod dkim;
mod look;
mod media;
mod relay_url;
mod relays;
mod webhooks;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::db::DatabaseUrl;
use crate::kernel::channel::Channel;
use crate::kernel::email_address::{EmailAddress, InvalidEmailAddress};
use crate::links::SecretKeys;
pub use dkim::{DkimAlgorithm, DkimKey, DkimKeys};
use look::WrittenLook;
pub use look::{Colour, Colours, Logo, Look};
pub use media::{Bucket, MediaPlace};
pub use relay_url::{InvalidRelayUrl, RelaySecurity, RelayUrl};
pub use relays::{DomainLimits, Domains, Period, QuietHours, RelaySettings, WarmUp, Window};
use relays::{WrittenDomain, WrittenRelay};
pub use webhooks::Webhooks;

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BREVDUVA_DATABASE_URL`
    pub database_url: DatabaseUrl,
    /// `BREVDUVA_BIND`: where the web server listens.
    pub bind: SocketAddr,
    /// `BREVDUVA_BASE_URL`: how recipients and staff reach the web server, without a slash at the end.
    pub base_url: url::Url,
    /// `[[relay]]`, or the one of `BREVDUVA_SMTP_URL` with `BREVDUVA_SMTP_CONNECTIONS`; never empty.
    pub relays: Vec<RelaySettings>,
    /// `[[domain]]`: what recipient domains may be given.
    pub domains: Domains,
    /// `BREVDUVA_TIME_ZONE`: the office's, for quiet hours, schedules and days of a warm-up.
    pub time_zone: Tz,
    /// `BREVDUVA_QUIET_HOURS`: hours in which no mail of a campaign starts.
    pub quiet_hours: Option<QuietHours>,
    /// `BREVDUVA_SECRET_KEYS` or `BREVDUVA_SECRET_KEYS_FILE`.
    pub secret_keys: SecretKeys,
    /// `BREVDUVA_RETURN_PATH`: the domain of bounce addresses; without it the sender's own address is the envelope sender.
    pub return_path: Option<String>,
    /// `[[dkim]]`, in the file alone: the keys that sign mails, by the sender's domain.
    pub dkim: DkimKeys,
    /// `BREVDUVA_SOFT_BOUNCES`: so many soft bounces in a row stop the use of an address, 1 to 100.
    pub soft_bounces: u16,
    /// `BREVDUVA_SOFT_BOUNCE_DAYS`: over at least so many days, 0 to 365.
    pub soft_bounce_days: u16,
    /// `BREVDUVA_BOUNCE_LMTP`: where a mail server hands over bounces; without it nobody listens.
    pub bounce_lmtp: Option<SocketAddr>,
    /// `BREVDUVA_WEBHOOK_…`: which mail providers may tell what came back, and how they show who they are.
    pub webhooks: Webhooks,
    /// `BREVDUVA_PUBLIC_AUTHORITY`: a public authority may not rely on legitimate interest (GDPR article 6(1), last sentence).
    pub public_authority: bool,
    /// `BREVDUVA_CHANNELS`: the ways in which the office reaches people, of which they choose on their page.
    pub channels: Vec<Channel>,
    /// `BREVDUVA_OFFICE_NAME`: shown on pages and in system mails.
    pub office_name: String,
    /// `BREVDUVA_OFFICE_COLOUR`, `BREVDUVA_OFFICE_TEXT_COLOUR`, `BREVDUVA_OFFICE_LOGO` and `BREVDUVA_OFFICE_LOGO_ALT`:
    /// how the office looks on public pages and in mails.
    pub look: Look,
    /// `BREVDUVA_SYSTEM_ADDRESS`: the sender of mails that answer what somebody did, such as a link asked for.
    /// Without it, `alumn@` and the host of the base URL: see [`Config::sender`].
    pub system_address: Option<EmailAddress>,
    /// `BREVDUVA_DATA_DIR`: uploaded register files wait here until they are imported.
    pub data_dir: PathBuf,
    /// `BREVDUVA_MEDIA_URL`, `BREVDUVA_MEDIA_ACCESS_KEY` and `BREVDUVA_MEDIA_SECRET_KEY`: where pictures are kept; a
    /// folder of the data directory unless told.
    pub media: MediaPlace,
    /// `BREVDUVA_APPROVAL_ABOVE`: a campaign to more people than this needs the approval of another person.
    pub approval_above: Option<u32>,
    /// `BREVDUVA_CHECK_OUTSIDE`: whether the links of a campaign and its sender's domain are tried in the network before
    /// its launch.
    pub check_outside: bool,
    /// `BREVDUVA_METRICS_TOKEN`: whoever shows it as a bearer token may read /metrics; without it nobody may.
    pub metrics_token: Option<String>,
    /// `BREVDUVA_LOG`: a tracing filter such as `info` or `brevduva=debug`.
    pub log: String,
    /// `BREVDUVA_LOG_FORMAT`: text or json.
    pub log_format: LogFormat,
}

crate::text_enum! {
    /// How logs are written.
    LogFormat {
        Text = "text",
        Json = "json",
    }
}

/// A setting that is wrong, with what would be right. The value is shown unless it is a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// One setting does not hold.
    #[error("setting {name}: {shown} is not usable; {right}")]
    Setting {
        /// The setting's name in the environment.
        name: String,
        /// The value, or a word in its place.
        shown: String,
        /// What would be right.
        right: String,
    },
    /// The file or a value in it could not be read at all.
    #[error("the settings could not be read: {0}; see docs/configure.md for every setting and its form")]
    Unreadable(String),
}

/// The settings as written, before they are checked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    database_url: String,
    bind: String,
    base_url: Option<String>,
    smtp_url: Option<String>,
    smtp_connections: usize,
    relay: Vec<WrittenRelay>,
    domain: Vec<WrittenDomain>,
    time_zone: String,
    quiet_hours: Option<String>,
    secret_keys: Option<String>,
    secret_keys_file: Option<PathBuf>,
    return_path: Option<String>,
    dkim: Vec<dkim::Written>,
    soft_bounces: u16,
    soft_bounce_days: u16,
    bounce_lmtp: Option<String>,
    webhook_ses_topic: Option<String>,
    webhook_postmark_token: Option<String>,
    webhook_mailgun_key: Option<String>,
    webhook_sendgrid_key: Option<String>,
    public_authority: bool,
    channels: String,
    office_name: String,
    office_colour: Option<String>,
    office_text_colour: Option<String>,
    office_logo: Option<PathBuf>,
    office_logo_alt: Option<String>,
    system_address: Option<String>,
    data_dir: Option<PathBuf>,
    media_url: Option<String>,
    media_access_key: Option<String>,
    media_secret_key: Option<String>,
    check_outside: bool,
    approval_above: Option<u32>,
    metrics_token: Option<String>,
    log: String,
    log_format: String,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            database_url: "sqlite://brevduva.sqlite".to_owned(),
            bind: "127.0.0.1:8080".to_owned(),
            base_url: None,
            smtp_url: None,
            smtp_connections: 20,
            relay: Vec::new(),
            domain: Vec::new(),
            time_zone: "Europe/Stockholm".to_owned(),
            quiet_hours: None,
            secret_keys: None,
            secret_keys_file: None,
            return_path: None,
            dkim: Vec::new(),
            soft_bounces: 5,
            soft_bounce_days: 14,
            bounce_lmtp: None,
            webhook_ses_topic: None,
            webhook_postmark_token: None,
            webhook_mailgun_key: None,
            webhook_sendgrid_key: None,
            public_authority: true,
            channels: "email,sms,letter,phone".to_owned(),
            office_name: "Alumn".to_owned(),
            office_colour: None,
            office_text_colour: None,
            office_logo: None,
            office_logo_alt: None,
            system_address: None,
            data_dir: None,
            media_url: None,
            media_access_key: None,
            media_secret_key: None,
            check_outside: true,
            approval_above: None,
            metrics_token: None,
            log: "info".to_owned(),
            log_format: "text".to_owned(),
        }
    }
}

impl Config {
    /// Reads `brevduva.toml` (or `file`) and the environment.
    ///
    /// # Errors
    /// Names the setting that does not hold, its value unless secret, and what would be right.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        if let Some(file) = file
            && !file.is_file()
        {
            return Err(wrong("--config", &file.display().to_string(), "name a file that exists"));
        }
        let path = file.unwrap_or_else(|| Path::new("brevduva.toml"));
        // The test harness has variables of its own under the same prefix.
        let environment =
            Env::prefixed("BREVDUVA_").filter(|name| !name.starts_with("test_")).lowercase(true);
        let written: Written = Figment::from(Serialized::defaults(Written::default()))
            .merge(Toml::file(path))
            .merge(Strings(environment))
            .extract()
            .map_err(|error| ConfigError::Unreadable(describe(error)))?;
        Self::check(written)
    }

    fn check(written: Written) -> Result<Self, ConfigError> {
        let database_url: DatabaseUrl =
            written.database_url.parse().map_err(|error: crate::db::InvalidDatabaseUrl| {
                let shown =
                    if written.database_url.contains('@') { "the value" } else { &written.database_url };
                wrong("BREVDUVA_DATABASE_URL", shown, &error.to_string())
            })?;
        let bind: SocketAddr = written.bind.parse().map_err(|_| {
            wrong("BREVDUVA_BIND", &written.bind, "write an address and a port, like 127.0.0.1:8080")
        })?;
        let base_url = match &written.base_url {
            Some(text) => base_url(text)?,
            None => base_url(&format!("http://{}", reachable(bind)))?,
        };
        if !(1..=1000).contains(&written.smtp_connections) {
            return Err(wrong(
                "BREVDUVA_SMTP_CONNECTIONS",
                &written.smtp_connections.to_string(),
                "write a number from 1 to 1000",
            ));
        }
        let relays = relays_of(&written)?;
        let domains = relays::domains(written.domain.clone())?;
        let time_zone: Tz = written.time_zone.parse().map_err(|_| {
            wrong("BREVDUVA_TIME_ZONE", &written.time_zone, "write a name like Europe/Stockholm")
        })?;
        let quiet_hours =
            written.quiet_hours.as_ref().map(|text| relays::quiet_hours(text, time_zone)).transpose()?;
        let secret_keys = secret_keys(&written)?;
        if let Some(domain) = &written.return_path
            && idna::domain_to_ascii_strict(domain).is_err()
        {
            return Err(wrong(
                "BREVDUVA_RETURN_PATH",
                domain,
                "write the domain of the bounce addresses, like bounce.example.se",
            ));
        }
        let dkim = DkimKeys::read(&written.dkim)?;
        let bounce_lmtp = written.bounce_lmtp.as_ref().filter(|text| !text.is_empty());
        let bounce_lmtp = bounce_lmtp
            .map(|text| {
                text.parse().map_err(|_| {
                    wrong("BREVDUVA_BOUNCE_LMTP", text, "write an address and a port, like 127.0.0.1:2424")
                })
            })
            .transpose()?;
        for (name, value, range) in [
            ("BREVDUVA_SOFT_BOUNCES", written.soft_bounces, 1..=100),
            ("BREVDUVA_SOFT_BOUNCE_DAYS", written.soft_bounce_days, 0..=365),
        ] {
            if !range.contains(&value) {
                let right = format!("write a number from {} to {}", range.start(), range.end());
                return Err(wrong(name, &value.to_string(), &right));
            }
        }
        let log_format = written
            .log_format
            .parse()
            .map_err(|_| wrong("BREVDUVA_LOG_FORMAT", &written.log_format, "write text or json"))?;
        if tracing_subscriber::EnvFilter::try_new(&written.log).is_err() {
            return Err(wrong(
                "BREVDUVA_LOG",
                &written.log,
                "write a level like info, or a filter like brevduva=debug",
            ));
        }
        let data_dir = written.data_dir.clone().unwrap_or_else(|| match &database_url {
            DatabaseUrl::Sqlite(path) => {
                path.parent().map_or_else(PathBuf::new, Path::to_path_buf).join("brevduva-data")
            }
            DatabaseUrl::Postgres(_) => PathBuf::from("brevduva-data"),
        });
        let media = media::place(
            written.media_url.as_deref(),
            written.media_access_key.as_deref(),
            written.media_secret_key.as_deref(),
            &data_dir,
        );
        let media = media.map_err(|(name, shown, right)| wrong(name, &shown, &right))?;
        let address = |address: &String| {
            EmailAddress::parse(address).ok().filter(|address| !address.needs_smtputf8()).ok_or_else(|| {
                wrong("BREVDUVA_SYSTEM_ADDRESS", address, "write an e-mail address like alumn@example.se")
            })
        };
        let system_address = written.system_address.as_ref().map(address).transpose()?;
        let channels = channels(&written.channels)?;
        let look = WrittenLook {
            colour: written.office_colour.as_deref(),
            text_colour: written.office_text_colour.as_deref(),
            logo: written.office_logo.as_deref(),
            logo_alt: written.office_logo_alt.as_deref(),
            office_name: &written.office_name,
        };
        let look = look.check().map_err(|(name, shown, right)| wrong(name, &shown, &right))?;
        Ok(Self {
            look,
            database_url,
            bind,
            base_url,
            relays,
            domains,
            time_zone,
            quiet_hours,
            secret_keys,
            return_path: written.return_path,
            dkim,
            soft_bounces: written.soft_bounces,
            soft_bounce_days: written.soft_bounce_days,
            bounce_lmtp,
            webhooks: Webhooks {
                ses_topic: written.webhook_ses_topic,
                postmark_token: written.webhook_postmark_token,
                mailgun_key: written.webhook_mailgun_key,
                sendgrid_key: written.webhook_sendgrid_key,
            }
            .check()
            .map_err(|(name, right)| wrong(name, "the value", right))?,
            public_authority: written.public_authority,
            channels,
            office_name: written.office_name,
            system_address,
            data_dir,
            media,
            check_outside: written.check_outside,
            approval_above: written.approval_above,
            metrics_token: written.metrics_token.filter(|token| !token.is_empty()),
            log: written.log,
            log_format,
        })
    }

    /// Who sends mails that answer what somebody did. On a machine without a name it is an address that no mail comes
    /// from (RFC 2606).
    ///
    /// # Errors
    /// When the base URL's host cannot stand in an address.
    pub fn sender(&self) -> Result<EmailAddress, InvalidEmailAddress> {
        match (&self.system_address, self.base_url.domain()) {
            (Some(address), _) => Ok(address.clone()),
            (None, Some(host)) if host.contains('.') => EmailAddress::parse(&format!("alumn@{host}")),
            (None, _) => EmailAddress::parse("alumn@localhost.invalid"),
        }
    }

    /// Where the office's logo is found from outside, when it has one.
    #[must_use]
    pub fn logo_url(&self) -> Option<String> {
        let logo = self.look.logo.as_ref()?;
        self.base_url.join(&format!("office/logo?v={}", logo.version)).ok().map(String::from)
    }

    /// Settings for a program that starts itself: the demo, and tests.
    #[must_use]
    pub fn local(
        database_url: DatabaseUrl,
        bind: SocketAddr,
        base_url: url::Url,
        smtp: RelayUrl,
        secret_keys: SecretKeys,
        data_dir: PathBuf,
    ) -> Self {
        let written = Written::default();
        Self {
            database_url,
            bind,
            base_url,
            relays: vec![RelaySettings::plain("relay", smtp, 4)],
            domains: Domains::default(),
            time_zone: chrono_tz::Europe::Stockholm,
            quiet_hours: None,
            secret_keys,
            return_path: None,
            dkim: DkimKeys::default(),
            soft_bounces: written.soft_bounces,
            soft_bounce_days: written.soft_bounce_days,
            bounce_lmtp: None,
            webhooks: Webhooks::default(),
            public_authority: written.public_authority,
            channels: Channel::ALL.to_vec(),
            office_name: written.office_name,
            look: Look { colours: None, logo: None },
            system_address: None,
            media: MediaPlace::Folder(data_dir.join("media")),
            // Invented campaigns link to nothing that is there.
            check_outside: false,
            approval_above: None,
            data_dir,
            metrics_token: None,
            log: written.log,
            log_format: LogFormat::Text,
        }
    }
}

/// The relays of the file, or the one of the address.
fn relays_of(written: &Written) -> Result<Vec<RelaySettings>, ConfigError> {
    if written.relay.is_empty() {
        let url = written.smtp_url.as_deref().unwrap_or("smtp://127.0.0.1:25");
        let url = url
            .parse()
            .map_err(|error: InvalidRelayUrl| wrong("BREVDUVA_SMTP_URL", "the value", &error.to_string()))?;
        return Ok(vec![RelaySettings::plain("relay", url, written.smtp_connections)]);
    }
    if written.smtp_url.is_some() {
        return Err(wrong("smtp_url", "the value", "write smtp_url or [[relay]], not both"));
    }
    relays::relays(written.relay.clone(), written.smtp_connections)
}

fn wrong(name: &str, shown: &str, right: &str) -> ConfigError {
    ConfigError::Setting { name: name.to_owned(), shown: shown.to_owned(), right: right.to_owned() }
}

/// In the program's own order, each once.
fn channels(text: &str) -> Result<Vec<Channel>, ConfigError> {
    let right = "write some of email, sms, letter and phone with commas between them";
    let written = text.split(',').map(|word| word.trim().parse::<Channel>());
    let written =
        written.collect::<Result<Vec<_>, _>>().map_err(|_| wrong("BREVDUVA_CHANNELS", text, right))?;
    Ok(Channel::ALL.iter().copied().filter(|channel| written.contains(channel)).collect())
}

fn base_url(text: &str) -> Result<url::Url, ConfigError> {
    let right = "write the address that recipients will see, like https://alumn.example.se";
    let url = url::Url::parse(text).map_err(|_| wrong("BREVDUVA_BASE_URL", text, right))?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.path() == "/"
        && url.query().is_none();
    if plain { Ok(url) } else { Err(wrong("BREVDUVA_BASE_URL", text, right)) }
}

/// An address that a browser can open for one that a server listens on.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}

fn secret_keys(written: &Written) -> Result<SecretKeys, ConfigError> {
    let text = match (&written.secret_keys, &written.secret_keys_file) {
        (Some(keys), _) => keys.clone(),
        (None, Some(file)) => std::fs::read_to_string(file).map_err(|error| {
            wrong(
                "BREVDUVA_SECRET_KEYS_FILE",
                &file.display().to_string(),
                &format!("the file cannot be read ({error})"),
            )
        })?,
        (None, None) => {
            return Err(wrong(
                "BREVDUVA_SECRET_KEYS",
                "nothing",
                "write k0: and at least 64 hexadecimal digits, for instance from: openssl rand -hex 32",
            ));
        }
    };
    text.trim().parse().map_err(|error: crate::links::InvalidSecretKeys| {
        wrong("BREVDUVA_SECRET_KEYS", "the value", &error.to_string())
    })
}

fn describe(error: figment::Error) -> String {
    // figment's own text names the key and the kind of value; a secret's value must not follow it.
    match error.path.as_slice() {
        [key] => format!("BREVDUVA_{}: {}", key.to_uppercase(), error.kind_without_value()),
        [] => error.kind_without_value(),
        path => format!("{}: {}", path.join("."), error.kind_without_value()),
    }
}

trait KindWithoutValue {
    fn kind_without_value(&self) -> String;
}

impl KindWithoutValue for figment::Error {
    fn kind_without_value(&self) -> String {
        match &self.kind {
            figment::error::Kind::InvalidType(_, expected) => format!("expected {expected}"),
            figment::error::Kind::InvalidValue(_, expected) => format!("expected {expected}"),
            figment::error::Kind::UnknownField(field, _) => format!("there is no setting \"{field}\""),
            other => other.to_string(),
        }
    }
}

/// The environment with every value kept as text where the setting is text: a password of digits is no number.
struct Strings(Env);

impl figment::Provider for Strings {
    fn metadata(&self) -> figment::Metadata {
        self.0.metadata()
    }

    fn data(&self) -> Result<figment::value::Map<figment::Profile, figment::value::Dict>, figment::Error> {
        let mut dict = figment::value::Dict::new();
        for (key, value) in self.0.iter() {
            let key = key.into_string();
            let value = match key.as_str() {
                "smtp_connections" | "approval_above" | "soft_bounces" | "soft_bounce_days" => {
                    value.trim().parse::<usize>().map_or_else(|_| value.clone().into(), Into::into)
                }
                "public_authority" | "check_outside" => {
                    value.trim().parse::<bool>().map_or_else(|_| value.clone().into(), Into::into)
                }
                _ => figment::value::Value::from(value),
            };
            if key == "smtp_url" {
                // The environment wins: its relay is the only one.
                dict.insert(
                    "relay".to_owned(),
                    figment::value::Value::from(Vec::<figment::value::Value>::new()),
                );
            }
            dict.insert(key, value);
        }
        Ok(figment::Profile::Default.collect(dict))
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, Written};

    fn with(change: impl FnOnce(&mut Written)) -> Result<Config, String> {
        let mut written =
            Written { secret_keys: Some(format!("k0:{}", "ab".repeat(32))), ..Written::default() };
        change(&mut written);
        Config::check(written).map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_hold() {
        let config = with(|_| ()).unwrap();
        assert_eq!(config.base_url.as_str(), "http://127.0.0.1:8080/");
    }

    #[test]
    fn a_wrong_setting_is_named_with_what_would_be_right() {
        let message = with(|written| written.bind = "8080".into()).unwrap_err();
        assert_eq!(
            message,
            "setting BREVDUVA_BIND: 8080 is not usable; write an address and a port, like 127.0.0.1:8080"
        );
        assert!(with(|written| written.smtp_connections = 0).unwrap_err().contains("1 to 1000"));
        assert!(with(|written| written.database_url = "mysql://x".into()).unwrap_err().contains("sqlite://"));
        assert!(
            with(|written| written.channels = "email,fax".into()).unwrap_err().contains("letter and phone")
        );
        assert_eq!(with(|written| written.channels = "letter, email".into()).unwrap().channels.len(), 2);
    }

    #[test]
    fn secrets_are_not_repeated() {
        let message = with(|written| written.secret_keys = Some("k0:s3cret".into())).unwrap_err();
        assert!(!message.contains("s3cret"), "{message}");
        let message = with(|written| written.database_url = "postgre://u:s3cret@h/d".into()).unwrap_err();
        assert!(!message.contains("s3cret"), "{message}");
    }
}
