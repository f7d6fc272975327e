//! E-mail addresses (RFC 5321 section 4.1.2, RFC 6531 for non-ASCII ones).

use std::fmt;

/// A valid address, as the person wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    written: String,
    key: String,
}

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an e-mail address; it should look like name@example.org")]
pub struct InvalidEmailAddress(pub String);

impl EmailAddress {
    /// Parses an address; surrounding space is forgiven, everything else is not.
    ///
    /// # Errors
    /// When the text is not an RFC 5321 mailbox with a domain that has a dot, or is longer than 254 octets.
    pub fn parse(text: &str) -> Result<Self, InvalidEmailAddress> {
        let written = text.trim();
        let invalid = || InvalidEmailAddress(written.to_owned());
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        if written.len() > 254 || written.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(invalid());
        }
        let parsed =
            email_address::EmailAddress::parse_with_options(written, options).map_err(|_| invalid())?;
        let domain = idna::domain_to_ascii(parsed.domain()).map_err(|_| invalid())?;
        // Local parts differ by case in theory only (RFC 5321 section 2.4 advises against it); comparing
        // without case keeps one person from being two.
        let key = format!("{}@{domain}", parsed.local_part().to_lowercase());
        Ok(Self { written: written.to_owned(), key })
    }

    /// As the person wrote it: for headers and the SMTP envelope.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Lower case with the domain in its ASCII form: for comparison, uniqueness and suppression.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether only servers with SMTPUTF8 (RFC 6531) take it: the part before the @ has no ASCII form.
    #[must_use]
    pub fn needs_smtputf8(&self) -> bool {
        self.written.rsplit_once('@').is_some_and(|(local, _)| !local.is_ascii())
    }

    /// The domain in its ASCII form.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.key.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::EmailAddress;

    #[test]
    fn compares_without_case_and_with_ascii_domains() {
        let address = EmailAddress::parse(" Åsa.Öberg@Räksmörgås.example ").unwrap();
        assert_eq!(address.as_str(), "Åsa.Öberg@Räksmörgås.example");
        assert_eq!(address.key(), "åsa.öberg@xn--rksmrgs-5wao1o.example");
        assert_eq!(address.domain(), "xn--rksmrgs-5wao1o.example");
        assert!(address.needs_smtputf8());
        assert!(!EmailAddress::parse("asa@Räksmörgås.example").unwrap().needs_smtputf8());
    }

    #[test]
    fn refuses_what_could_break_a_header_or_an_envelope() {
        for bad in [
            "",
            "a",
            "a@",
            "@b.se",
            "a@b",
            "a b@c.se",
            "a@b.se\r\nBcc: x@y.se",
            "<a@b.se>",
            "a@b..se",
            "a,b@c.se",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
    }
}
