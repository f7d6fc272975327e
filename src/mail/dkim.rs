//! Signs finished mails (DKIM, RFC 6376): relaxed/relaxed, with every key of the sender's domain.
//!
//! What mail providers ask for is covered, both List-Unsubscribe headers among it (RFC 8058 section 4).
//! Content-Type and Content-Transfer-Encoding are not: relays may write them anew. Headers that occur once by
//! RFC 5322 are named once more than they occur, so that nobody can add a second one to a signed mail.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use crate::config::{DkimAlgorithm, DkimKey, DkimKeys};
use crate::kernel::email_address::EmailAddress;

/// Named once more than they occur.
const ONCE: [&str; 6] = ["from", "to", "subject", "date", "message-id", "reply-to"];
/// Named where they occur.
const COVERED: [&str; 7] = [
    "mime-version",
    "content-language",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "feedback-id",
    "auto-submitted",
];
/// Characters of a signature on one line.
const LINE: usize = 72;

/// Why a mail was not signed.
#[derive(Debug, thiserror::Error)]
pub enum DkimError {
    /// The library failed.
    #[error("the mail could not be signed: {0}")]
    Library(#[from] openssl::error::ErrorStack),
    /// The mail has no empty line, or the work broke off.
    #[error("the mail could not be signed: {0}")]
    Broken(String),
}

/// Signs what goes out. Cloning shares the keys.
#[derive(Debug, Clone, Default)]
pub struct DkimSigner(DkimKeys);

impl DkimSigner {
    /// Signs with these keys.
    #[must_use]
    pub const fn new(keys: DkimKeys) -> Self {
        Self(keys)
    }

    /// The mail with a signature by each key of the sender's domain before it; as it was when there is none. It works
    /// on a thread that may block: an RSA signature takes a quarter to half of a millisecond.
    ///
    /// # Errors
    /// When the library fails.
    pub async fn sign(
        &self,
        from: &EmailAddress,
        at: DateTime<Utc>,
        mail: Vec<u8>,
    ) -> Result<Vec<u8>, DkimError> {
        if self.0.of(from.domain()).next().is_none() {
            return Ok(mail);
        }
        let (keys, domain) = (self.0.clone(), from.domain().to_owned());
        tokio::task::spawn_blocking(move || {
            let mut mail = mail;
            let signatures = signatures(keys.of(&domain), at, &mail)?;
            mail.splice(0..0, signatures.into_bytes());
            Ok(mail)
        })
        .await
        .map_err(|error| DkimError::Broken(error.to_string()))?
    }
}

/// The DKIM-Signature headers of a mail, one for each key.
///
/// # Errors
/// When the mail has no headers, and when the library fails.
pub fn signatures<'a>(
    keys: impl Iterator<Item = &'a DkimKey>,
    at: DateTime<Utc>,
    mail: &[u8],
) -> Result<String, DkimError> {
    // Ours are 7-bit, or UTF-8 where an address has no ASCII form (RFC 6532).
    let mail = std::str::from_utf8(mail).map_err(|error| DkimError::Broken(error.to_string()))?;
    let end = mail.find("\r\n\r\n").ok_or_else(|| DkimError::Broken("it has no empty line".to_owned()))?;
    let fields = fields(&mail[..end + 2]);
    let (mut names, mut signed) = (Vec::new(), String::with_capacity(2 * 1024));
    for name in ONCE.into_iter().chain(COVERED) {
        // From the bottom up, as verifiers take them (RFC 6376 section 5.4.2).
        for field in fields.iter().rev().filter(|field| field_name(field).eq_ignore_ascii_case(name)) {
            names.push(name);
            relaxed_header(field, &mut signed);
        }
        if ONCE.contains(&name) {
            names.push(name);
        }
    }
    let body_hash = STANDARD.encode(openssl::sha::sha256(relaxed_body(&mail[end + 4..]).as_bytes()));
    let names = folded(&names);
    let mut headers = String::new();
    for key in keys {
        let algorithm = match key.algorithm() {
            DkimAlgorithm::Rsa => "rsa-sha256",
            DkimAlgorithm::Ed25519 => "ed25519-sha256",
        };
        let open = format!(
            "DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed;\r\n d={};\r\n s={}; t={};\r\n h={names};\r\n \
             bh={body_hash};\r\n b=",
            key.domain(),
            key.selector(),
            at.timestamp(),
        );
        let mut octets = signed.clone();
        relaxed_header(&open, &mut octets);
        // The signature's own header comes last and without its line end (RFC 6376 section 3.7).
        let signature = key.sign(octets.trim_end().as_bytes())?;
        headers.push_str(&open);
        let text = STANDARD.encode(signature);
        for (place, part) in text.as_bytes().chunks(LINE).enumerate() {
            headers.push_str(if place == 0 { "" } else { "\r\n " });
            headers.extend(part.iter().copied().map(char::from));
        }
        headers.push_str("\r\n");
    }
    Ok(headers)
}

/// Names joined by colons, on lines of at most 78 characters.
fn folded(names: &[&str]) -> String {
    let mut text = String::new();
    let mut column = 3;
    for (place, name) in names.iter().enumerate() {
        if place > 0 {
            text.push(':');
            column += 1;
        }
        if column + name.len() + 1 > 77 {
            text.push_str("\r\n ");
            column = 1;
        }
        text.push_str(name);
        column += name.len();
    }
    text
}

/// The header fields, each with its line ends.
fn fields(head: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut begin = 0;
    for (at, _) in head.match_indices("\r\n") {
        let next = at + 2;
        if !head[next..].starts_with([' ', '\t']) {
            found.push(&head[begin..next]);
            begin = next;
        }
    }
    found
}

fn field_name(field: &str) -> &str {
    field.split(':').next().unwrap_or_default().trim_end()
}

/// RFC 6376 section 3.4.2.
fn relaxed_header(field: &str, out: &mut String) {
    let (name, value) = field.split_once(':').unwrap_or((field, ""));
    out.push_str(&name.trim_end().to_ascii_lowercase());
    out.push(':');
    let words = value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
    for (place, word) in words.enumerate() {
        out.push_str(if place == 0 { "" } else { " " });
        out.push_str(word);
    }
    out.push_str("\r\n");
}

/// RFC 6376 section 3.4.4. Line ends are CRLF. Most lines need no change, and are copied whole.
fn relaxed_body(body: &str) -> String {
    const SPACE: [char; 2] = [' ', '\t'];
    let mut out = String::with_capacity(body.len() + 2);
    let mut end = 0;
    for line in body.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line).trim_end_matches(SPACE);
        if line.contains("  ") || line.contains('\t') {
            for (place, word) in line.split(SPACE).filter(|word| !word.is_empty()).enumerate() {
                out.push_str(if place > 0 || line.starts_with(SPACE) { " " } else { "" });
                out.push_str(word);
            }
        } else {
            out.push_str(line);
        }
        out.push_str("\r\n");
        if !line.is_empty() {
            end = out.len();
        }
    }
    out.truncate(end);
    out
}

#[cfg(test)]
mod tests {
    use openssl::hash::MessageDigest;
    use openssl::pkey::{Id, PKey};
    use openssl::sign::Verifier;
    use proptest::prelude::*;

    use super::*;

    /// The mail of RFC 8463 appendix A, and the Ed25519 key that signed it there.
    const MAIL: &str = "From: Joe SixPack <joe@football.example.com>\r\n\
        To: Suzie Q <suzie@shopping.example.net>\r\n\
        Subject: Is dinner ready?\r\n\
        Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
        Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\
        \r\n\
        Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
    const SEED: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

    #[test]
    fn the_example_of_rfc_8463_comes_out() {
        let (head, body) = MAIL.split_once("\r\n\r\n").unwrap();
        let hash = STANDARD.encode(openssl::sha::sha256(relaxed_body(body).as_bytes()));
        assert_eq!(hash, "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
        let head = format!("{head}\r\n");
        let fields = fields(&head);
        assert_eq!(fields.len(), 5);
        let mut signed = String::new();
        for name in ["from", "to", "subject", "date", "message-id"] {
            let field = fields.iter().find(|field| field_name(field).eq_ignore_ascii_case(name)).unwrap();
            relaxed_header(field, &mut signed);
        }
        let own = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; \
                   i=@football.example.com;\r\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n subject : date : \
                   message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=";
        relaxed_header(own, &mut signed);
        let key = PKey::private_key_from_raw_bytes(&STANDARD.decode(SEED).unwrap(), Id::ED25519).unwrap();
        let key = DkimKey::new("football.example.com", "brisbane", &key.private_key_to_pem_pkcs8().unwrap());
        // Ed25519 signs the same octets the same way, so this is the signature that the RFC prints.
        assert_eq!(
            STANDARD.encode(key.unwrap().sign(signed.trim_end().as_bytes()).unwrap()),
            "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="
        );
    }

    #[test]
    fn every_key_of_the_domain_signs_and_lines_stay_short() {
        let rsa = PKey::from_rsa(openssl::rsa::Rsa::generate(2048).unwrap()).unwrap();
        let edwards = PKey::generate_ed25519().unwrap();
        let key = |selector: &str, key: &PKey<openssl::pkey::Private>| {
            DkimKey::new("football.example.com", selector, &key.private_key_to_pem_pkcs8().unwrap()).unwrap()
        };
        let keys = [key("rsa", &rsa), key("edwards", &edwards)];
        let headers = signatures(keys.iter(), DateTime::UNIX_EPOCH, MAIL.as_bytes()).unwrap();
        assert!(headers.split("\r\n").all(|line| line.len() <= 78), "{headers}");
        let found = fields(&headers);
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("a=rsa-sha256") && found[1].contains("a=ed25519-sha256"));
        let flat = found[0].replace("\r\n ", "");
        let names = "h=from:from:to:to:subject:subject:date:date:message-id:message-id:reply-to;";
        assert!(flat.contains(names), "{flat}");

        // Verified again from what stands in the mail.
        let (before, signature) = found[0].split_once(" b=").unwrap();
        let mut signed = String::new();
        for field in fields(&format!("{}\r\n", MAIL.split_once("\r\n\r\n").unwrap().0)) {
            relaxed_header(field, &mut signed);
        }
        relaxed_header(&format!("{before} b="), &mut signed);
        let mut verifier = Verifier::new(MessageDigest::sha256(), &rsa).unwrap();
        let signature = STANDARD.decode(signature.replace("\r\n", "").replace(' ', "")).unwrap();
        assert!(verifier.verify_oneshot(&signature, signed.trim_end().as_bytes()).unwrap());
    }

    #[test]
    fn bodies_are_relaxed() {
        for (body, relaxed) in [
            ("", ""),
            ("\r\n\r\n", ""),
            (" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n"),
            ("a", "a\r\n"),
            ("\r\na  \t b\t\r\n \r\nc", "\r\na b\r\n\r\nc\r\n"),
        ] {
            assert_eq!(relaxed_body(body), relaxed, "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn relaxing_twice_changes_nothing_and_space_does_not_matter(words in "[a .\t\r\n=]{0,80}") {
            let lines = words.replace('\r', "").replace('\n', "\r\n");
            let once = relaxed_body(&lines);
            prop_assert_eq!(&relaxed_body(&once), &once);
            let wider = lines.replace(' ', " \t ").replace("\r\n", "  \r\n") + "\r\n \r\n";
            prop_assert_eq!(&relaxed_body(&wider), &once);
        }
    }
}
