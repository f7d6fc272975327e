//! A few bytes over HTTPS, for certificates: no redirect is followed, nothing long is read.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::time::Duration;

use openssl::ssl::{SslConnector, SslMethod};
use url::Url;

/// How long each step may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// More than a certificate needs.
const LONGEST: u64 = 64 * 1024;

/// Where systems keep the certificates that they trust.
const TRUSTED: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
];

/// Fetches an address; blocks.
///
/// # Errors
/// What went wrong, in words for the log.
pub fn over_https(address: &Url) -> Result<Vec<u8>, String> {
    let host = address.host_str().filter(|_| address.scheme() == "https").ok_or("no address of a server")?;
    let failed = |error: &dyn std::fmt::Display| format!("{host}: {error}");
    let mut builder = SslConnector::builder(SslMethod::tls()).map_err(|error| failed(&error))?;
    if let Some(file) = TRUSTED.iter().find(|file| Path::new(file).is_file()) {
        builder.set_ca_file(file).map_err(|error| failed(&error))?;
    }
    let places = (host, address.port_or_known_default().unwrap_or(443)).to_socket_addrs();
    let place = places.map_err(|error| failed(&error))?.next().ok_or("the host has no address")?;
    let stream = TcpStream::connect_timeout(&place, PATIENCE).map_err(|error| failed(&error))?;
    let timeouts = stream.set_read_timeout(Some(PATIENCE)).and(stream.set_write_timeout(Some(PATIENCE)));
    timeouts.map_err(|error| failed(&error))?;
    let mut stream = builder.build().connect(host, stream).map_err(|error| failed(&error))?;
    let target = &address[url::Position::BeforePath..url::Position::AfterQuery];
    // HTTP/1.0 (RFC 1945): the answer ends where the connection does.
    let request = format!("GET {target} HTTP/1.0\r\nHost: {host}\r\nAccept: */*\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(|error| failed(&error))?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).map_err(|error| failed(&error))?;
    body(&answer).map(<[u8]>::to_vec).ok_or_else(|| format!("{host}: no answer of status 200"))
}

/// The body of an answer of status 200.
fn body(answer: &[u8]) -> Option<&[u8]> {
    let status = answer.strip_prefix(b"HTTP/1.")?.get(1..5)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    (status == b" 200").then(|| &answer[end + 4..])
}

#[cfg(test)]
mod tests {
    use super::body;

    #[test]
    fn only_an_answer_of_status_200_has_a_body() {
        assert_eq!(body(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nhello"), Some(&b"hello"[..]));
        for answer in [&b"HTTP/1.1 302 Found\r\n\r\nx"[..], b"HTTP/1.1 200 OK\r\nA: b", b"", b"hello"] {
            assert_eq!(body(answer), None);
        }
    }
}
