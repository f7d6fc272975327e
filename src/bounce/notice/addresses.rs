//! Finds e-mail addresses in text that people and machines wrote.

/// The addresses of a text in their order, each as it is written, with its place.
pub(super) fn found_in(text: &str) -> Vec<(usize, &str)> {
    let bytes = text.as_bytes();
    let mut found: Vec<(usize, &str)> = Vec::new();
    let mut after = 0;
    for (at, _) in text.match_indices('@') {
        if at < after {
            continue;
        }
        let begin = local_part(bytes, at, after);
        let end = domain(bytes, at + 1);
        if begin < at && end > at + 1 && text.is_char_boundary(begin) && text.is_char_boundary(end) {
            found.push((begin, &text[begin..end]));
            after = end;
        }
    }
    found
}

/// The first address of a text.
pub(super) fn first_in(text: &str) -> Option<&str> {
    found_in(text).first().map(|(_, address)| *address)
}

/// Where the local part that ends before `at` begins; never before `floor`.
fn local_part(bytes: &[u8], at: usize, floor: usize) -> usize {
    if at > floor && bytes[at - 1] == b'"' {
        // "Quoted words"@example.se
        let open = bytes[floor..at - 1].iter().rposition(|byte| matches!(byte, b'"' | b'\n'));
        return match open {
            Some(open) if bytes[floor + open] == b'"' => floor + open,
            _ => at,
        };
    }
    // Between angle brackets letters of every alphabet belong to the address (RFC 6531); in running text they
    // are words around it, which Japanese writes without a space.
    let plain = run(bytes, at, floor, |byte| !byte.is_ascii());
    if plain > floor && bytes[plain - 1] == b'<' {
        return trimmed(bytes, plain, at);
    }
    trimmed(bytes, run(bytes, at, floor, |_| false), at)
}

fn run(bytes: &[u8], at: usize, floor: usize, also: impl Fn(u8) -> bool) -> usize {
    let mut begin = at;
    while begin > floor && (is_of_local_part(bytes[begin - 1]) || also(bytes[begin - 1])) {
        begin -= 1;
    }
    begin
}

/// Without what stands before an address rather than in it.
fn trimmed(bytes: &[u8], mut begin: usize, at: usize) -> usize {
    while begin < at && matches!(bytes[begin], b'\'' | b'.' | b'*' | b'-' | b'=' | b'`' | b'/' | b'|' | b'{')
    {
        begin += 1;
    }
    // X.400 systems write "dda:SMTP=anna@example.se".
    if bytes[begin..at].len() > 5 && bytes[begin..begin + 5].eq_ignore_ascii_case(b"smtp=") {
        begin += 5;
    }
    begin
}

/// Where the domain that begins at `from` ends.
fn domain(bytes: &[u8], from: usize) -> usize {
    if bytes.get(from) == Some(&b'[') {
        // An address literal: anna@[192.0.2.1]
        let close = bytes[from..].iter().take(60).position(|byte| *byte == b']');
        return close.map_or(from, |close| from + close + 1);
    }
    let angle = bytes[from..].iter().take(255).find(|byte| matches!(byte, b'>' | b'<' | b' ' | b'\n'));
    let international = angle == Some(&b'>');
    let mut end = from;
    while end < bytes.len()
        && (bytes[end].is_ascii_alphanumeric()
            || matches!(bytes[end], b'-' | b'.' | b'_')
            || (international && !bytes[end].is_ascii()))
    {
        end += 1;
    }
    while end > from && matches!(bytes[end - 1], b'.' | b'-' | b'_') {
        end -= 1;
    }
    end
}

fn is_of_local_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte)
}

/// The address in a recipient field: `rfc822; anna@example.se`, `utf-8; …` (RFC 6533), or without a type. The
/// bare text when it is no address.
pub(super) fn of_field(value: &str) -> Option<String> {
    let (mut kind, mut rest) = (String::new(), value.trim());
    // Some write the type twice.
    while let Some((first, after)) = rest.split_once(';').filter(|(first, _)| !first.contains('@')) {
        kind = first.trim().to_ascii_lowercase();
        rest = after.trim();
    }
    let bare = rest.trim_matches(|c: char| matches!(c, '<' | '>' | '"' | '\'') || c.is_whitespace());
    if kind == "utf-8" {
        let decoded = decoded_utf8_address(bare);
        return (!decoded.is_empty()).then_some(decoded);
    }
    if bare.contains('@') && !bare.contains([' ', '<', '>', ',', '"']) {
        return Some(bare.to_owned());
    }
    first_in(rest).map(str::to_owned).or_else(|| (!bare.is_empty()).then(|| bare.to_owned()))
}

/// `\x{E5}` is how RFC 6533 section 3 writes a letter where only ASCII passes.
fn decoded_utf8_address(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\x{") {
        decoded.push_str(&rest[..at]);
        let after = &rest[at + 3..];
        let letter = after
            .split_once('}')
            .filter(|(digits, _)| digits.len() <= 6)
            .and_then(|(digits, tail)| Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, tail)));
        match letter {
            Some((letter, tail)) => {
                decoded.push(letter);
                rest = tail;
            }
            None => {
                decoded.push_str("\\x{");
                rest = after;
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

/// Whether it names a mail system or a role that sends bounces rather than a person.
pub(super) fn is_of_a_system(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let local: String = local.chars().filter(|c| !matches!(c, '-' | '_' | '.' | '"')).collect();
    [
        "mailerdaemon",
        "maildaemon",
        "postmaster",
        "postmast",
        "mailadministrator",
        "mailadmin",
        "maildeliverysubsystem",
        "mdaemon",
        "maildelivery",
        "bouncehandler",
        "undeliverable",
        "smtpdaemon",
        "root",
        "uucp",
        "x400",
        "mmdf",
    ]
    .contains(&local.as_str())
        || ["mailerdaemon", "postmaster", "microsoftexchange"].iter().any(|known| local.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::{first_in, found_in, of_field};

    #[test]
    fn addresses_are_found_in_running_text() {
        let text =
            "To <anna@example.se>: no. bo.ek@mail.example.no, 宛先はkei@example.jpです \"a b\"@example.fi.";
        let all: Vec<&str> = found_in(text).into_iter().map(|(_, address)| address).collect();
        assert_eq!(all, ["anna@example.se", "bo.ek@mail.example.no", "kei@example.jp", "\"a b\"@example.fi"]);
        assert_eq!(first_in("<åsa@exämple.se>"), Some("åsa@exämple.se"));
        assert_eq!(first_in("at @ nothing"), None);
    }

    #[test]
    fn recipient_fields_have_types() {
        assert_eq!(of_field("rfc822; <anna@example.se>").as_deref(), Some("anna@example.se"));
        assert_eq!(of_field("utf-8; \\x{E5}sa@example.se").as_deref(), Some("åsa@example.se"));
        assert_eq!(of_field("anna@example.se").as_deref(), Some("anna@example.se"));
        assert_eq!(of_field("rfc822; anna").as_deref(), Some("anna"));
        assert_eq!(of_field("rfc822;").as_deref(), None);
    }
}
