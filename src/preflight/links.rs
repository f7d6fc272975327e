//! Whether a link works, asked without ever being led into a private network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Method, StatusCode, header, redirect};
use url::{Host, Url};

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a link may lead on.
const MOST_REDIRECTS: usize = 5;
/// The ports of web servers: we try no others on behalf of whoever writes a link.
const PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// What became of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It answered, or refused us alone.
    Works,
    /// There is nothing there (404, 410), or the server fails.
    Gone,
    /// Nobody answered.
    Silent,
    /// It leads, or was led, into a private network.
    Internal,
}

/// Tries links.
pub trait Fetch: Send + Sync {
    /// What becomes of one.
    fn fetch(&self, link: String) -> BoxFuture<'_, Answer>;
}

/// Tries links in the public web.
pub struct Web(Option<Client>);

impl Web {
    /// A client that resolves to public addresses alone, follows nothing by itself and asks no proxy, which could be
    /// led where we are not.
    #[must_use]
    pub fn new() -> Self {
        let client = Client::builder()
            .dns_resolver(Arc::new(PublicOnly))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .user_agent(concat!("Brevduva/", env!("CARGO_PKG_VERSION"), " (link check)"))
            .build();
        Self(client.inspect_err(|error| tracing::error!(%error, "links cannot be tried")).ok())
    }

    async fn try_link(&self, link: &str) -> Answer {
        let Some(client) = &self.0 else { return Answer::Silent };
        let Ok(mut url) = Url::parse(link) else { return Answer::Gone };
        for _ in 0..=MOST_REDIRECTS {
            if !matches!(url.scheme(), "http" | "https") {
                return Answer::Works; // mailto: and tel: are nobody's to try.
            }
            if !may_be_public(&url) {
                return Answer::Internal;
            }
            let (status, to) = match ask(client, &url).await {
                Ok(answer) => answer,
                Err(answer) => return answer,
            };
            match to.and_then(|to| url.join(&to).ok()).filter(|_| status.is_redirection()) {
                Some(next) => url = next,
                None if status == StatusCode::NOT_FOUND || status == StatusCode::GONE => return Answer::Gone,
                None if status.is_server_error() => return Answer::Gone,
                None => return Answer::Works,
            }
        }
        Answer::Gone
    }
}

impl Default for Web {
    fn default() -> Self {
        Self::new()
    }
}

impl Fetch for Web {
    fn fetch(&self, link: String) -> BoxFuture<'_, Answer> {
        Box::pin(async move { self.try_link(&link).await })
    }
}

/// The status and where it leads on. Some servers answer a HEAD with an error and a GET with the page.
async fn ask(client: &Client, url: &Url) -> Result<(StatusCode, Option<String>), Answer> {
    let mut last = Err(Answer::Silent);
    for method in [Method::HEAD, Method::GET] {
        last = match client.request(method, url.clone()).header(header::RANGE, "bytes=0-0").send().await {
            Ok(response) => {
                let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
                Ok((response.status(), to.map(str::to_owned)))
            }
            Err(error) if is_internal(&error) => return Err(Answer::Internal),
            Err(_) => Err(Answer::Silent),
        };
        if last.as_ref().is_ok_and(|(status, _)| status.is_success() || status.is_redirection()) {
            break;
        }
    }
    last
}

/// Names are judged when they are resolved; addresses and ports here.
fn may_be_public(url: &Url) -> bool {
    let port = url.port_or_known_default().is_some_and(|port| PORTS.contains(&port));
    let host = match url.host() {
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name.contains('.') && ![".localhost", ".local", ".internal"].iter().any(|end| name.ends_with(end))
        }
        None => false,
    };
    port && host
}

/// Resolves names to public addresses alone, at the moment of the request, so that a name cannot change in between.
struct PublicOnly;

/// A name of a private network.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
struct Internal;

fn is_internal(error: &reqwest::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<Internal>() {
            return true;
        }
        cause = error.source();
    }
    false
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let all: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if all.is_empty() || !all.iter().all(|address| is_public(address.ip())) {
                return Err(Internal.into());
            }
            Ok(Box::new(all.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public internet: not to this machine, a private or special network, or one of
/// the ways to write such an address in IPv6 (RFC 6890, and the registries of IANA).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b)) // shared address space (RFC 6598)
        || (a == 192 && b == 0 && c == 0) // special purposes (RFC 6890)
        || (a == 192 && b == 88 && c == 99) // 6to4 relays (RFC 7526)
        || (a == 198 && (b == 18 || b == 19))) // benchmarks (RFC 2544)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(address) = address.to_ipv4_mapped() {
        return is_public_v4(address);
    }
    let parts = address.segments();
    // 2000::/3 is what is given out; the rest is special: loopback, link-local, unique local, multicast, NAT64.
    let given_out = parts[0] & 0xe000 == 0x2000;
    // Documentation (RFC 3849, 9637), Teredo and other special purposes (2001::/23), 6to4 (2002::/16).
    let special = (parts[0] == 0x2001 && (parts[1] < 0x200 || parts[1] == 0xdb8))
        || matches!(parts[0], 0x2002 | 0x3fff);
    given_out && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_special_addresses_are_not_public() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2001::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in
            ["130.235.52.5", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:6b0:8::1", "2a00:1450::1"]
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[tokio::test]
    async fn nothing_inside_is_asked() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let web = Web::new();
        for link in [
            format!("http://127.0.0.1:{port}/"),
            format!("http://localhost:{port}/"),
            "http://localhost/".to_owned(),
            "http://localhost./".to_owned(),
            "http://127.1/".to_owned(),
            "http://0x7f000001/".to_owned(),
            "http://[::1]/".to_owned(),
            "http://[::ffff:127.0.0.1]/".to_owned(),
            "http://169.254.169.254/latest/meta-data/".to_owned(),
            "http://printer.local/".to_owned(),
            "http://intranet/".to_owned(),
            "http://130.235.52.5:22/".to_owned(),
        ] {
            assert_eq!(web.fetch(link.clone()).await, Answer::Internal, "{link}");
        }
        let asked = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(asked.is_err(), "the server inside was asked");
        assert_eq!(web.fetch("mailto:eva@example.org".to_owned()).await, Answer::Works);
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_this_machine_is_refused_when_it_is_resolved() {
        let client = Client::builder().dns_resolver(Arc::new(PublicOnly)).no_proxy().build().unwrap();
        let error = client.get("http://localhost:1/").send().await.unwrap_err();
        assert!(is_internal(&error), "{error:?}");
    }
}
