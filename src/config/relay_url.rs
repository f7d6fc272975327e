//! The address of an SMTP relay.

use std::fmt;
use std::str::FromStr;

/// How the connection to a relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelaySecurity {
    /// `smtp://`: STARTTLS when the relay offers it.
    Opportunistic,
    /// `smtp://…?tls=required`: STARTTLS or nothing.
    Required,
    /// `smtps://`: TLS from the first byte (RFC 8314).
    Implicit,
    /// `smtp://…?tls=none`, and the default towards this same machine.
    None,
}

/// `smtp://[user:password@]host[:port][?tls=required|none]` or `smtps://…`.
#[derive(Clone, PartialEq, Eq)]
pub struct RelayUrl {
    host: String,
    port: u16,
    security: RelaySecurity,
    credentials: Option<(String, String)>,
}

/// A text that names no relay. Never repeats the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write smtp://host:port or smtps://user:password@host, with ?tls=required to insist on STARTTLS")]
pub struct InvalidRelayUrl;

impl RelayUrl {
    /// The relay's name or address.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The relay's port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// How the connection is protected.
    #[must_use]
    pub const fn security(&self) -> RelaySecurity {
        self.security
    }

    /// User and password.
    #[must_use]
    pub fn credentials(&self) -> Option<(&str, &str)> {
        self.credentials.as_ref().map(|(user, password)| (user.as_str(), password.as_str()))
    }

    pub(super) fn with_security(self, security: RelaySecurity) -> Self {
        Self { security, ..self }
    }

    pub(super) fn with_credentials(self, user: String, password: String) -> Self {
        Self { credentials: Some((user, password)), ..self }
    }
}

impl FromStr for RelayUrl {
    type Err = InvalidRelayUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = url::Url::parse(text).map_err(|_| InvalidRelayUrl)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(InvalidRelayUrl)?.to_owned();
        let local = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
        let mut wanted = None;
        for (name, value) in url.query_pairs() {
            wanted = match (&*name, &*value) {
                ("tls", "required") => Some(RelaySecurity::Required),
                ("tls", "none") => Some(RelaySecurity::None),
                _ => return Err(InvalidRelayUrl),
            };
        }
        let (security, default_port) = match (url.scheme(), wanted) {
            ("smtp", Some(security)) => (security, 587),
            ("smtp", None) if local => (RelaySecurity::None, 25),
            ("smtp", None) => (RelaySecurity::Opportunistic, 587),
            ("smtps", None | Some(RelaySecurity::Required)) => (RelaySecurity::Implicit, 465),
            _ => return Err(InvalidRelayUrl),
        };
        let decode = |part: &str| {
            url::form_urlencoded::parse(format!("x={}", part.replace('+', "%2B")).as_bytes())
                .next()
                .map_or_else(String::new, |(_, value)| value.into_owned())
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => Some((decode(user), decode(password))),
            _ => return Err(InvalidRelayUrl),
        };
        Ok(Self { host, port: url.port().unwrap_or(default_port), security, credentials })
    }
}

impl fmt::Debug for RelayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ({:?})", self.host, self.port, self.security)
    }
}

#[cfg(test)]
mod tests {
    use super::{RelaySecurity, RelayUrl};

    #[test]
    fn reads_the_usual_forms() {
        let relay: RelayUrl = "smtps://us%40er:p%2Bw+@mail.example.se".parse().unwrap();
        assert_eq!(
            (relay.host(), relay.port(), relay.security()),
            ("mail.example.se", 465, RelaySecurity::Implicit)
        );
        assert_eq!(relay.credentials(), Some(("us@er", "p+w+")));
        assert!(!format!("{relay:?}").contains("p+w"));
        let relay: RelayUrl = "smtp://127.0.0.1:2525".parse().unwrap();
        assert_eq!((relay.port(), relay.security()), (2525, RelaySecurity::None));
        assert_eq!(
            "smtp://mail.example.se?tls=required".parse::<RelayUrl>().unwrap().security(),
            RelaySecurity::Required
        );
        for bad in ["", "mail.example.se", "http://x", "smtp://", "smtp://x?tls=maybe", "smtps://x?tls=none"]
        {
            assert!(bad.parse::<RelayUrl>().is_err(), "{bad}");
        }
    }
}
