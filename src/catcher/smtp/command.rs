//! What a client says (RFC 5321 section 4.1).

/// A command, understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// EHLO (true) or HELO.
    Hello {
        extended: bool,
    },
    StartTls,
    Auth,
    Mail(MailFrom),
    Rcpt(String),
    Data,
    Rset,
    Noop,
    Vrfy,
    Help,
    Quit,
}

/// MAIL FROM with its parameters.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct MailFrom {
    /// Empty for the null sender.
    pub address: String,
    pub size: Option<u64>,
    pub eight_bit: bool,
    pub smtputf8: bool,
}

/// Why a command was not understood: the answer to give.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub u16, pub &'static str);

const SYNTAX: Refusal = Refusal(501, "5.5.4 Syntax error in parameters");
const BAD_ADDRESS: Refusal = Refusal(501, "5.1.3 Bad address syntax");
const UNKNOWN_PARAMETER: Refusal = Refusal(555, "5.5.4 Parameter not recognised");
const NEEDS_SMTPUTF8: Refusal = Refusal(553, "5.6.7 Non-ASCII address needs SMTPUTF8");

/// RFC 5321 section 4.5.3.1.3: a path has at most 256 octets, its angle brackets among them.
const MAX_PATH: usize = 254;

impl Command {
    /// Understands one line, without its end. `smtputf8` tells whether that extension was announced.
    pub(super) fn parse(line: &[u8], smtputf8: bool) -> Result<Self, Refusal> {
        let line = std::str::from_utf8(line).map_err(|_| Refusal(500, "5.5.2 Not UTF-8"))?;
        if line.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
            return Err(Refusal(500, "5.5.2 Control character in command"));
        }
        let (verb, argument) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        let argument = argument.trim();
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" if argument.is_empty() => Err(SYNTAX),
            "EHLO" => Ok(Self::Hello { extended: true }),
            "HELO" => Ok(Self::Hello { extended: false }),
            "AUTH" => Ok(Self::Auth),
            "STARTTLS" => Ok(Self::StartTls),
            "MAIL" => mail(after_keyword(argument, "FROM:")?, smtputf8),
            "RCPT" => recipient(after_keyword(argument, "TO:")?),
            "DATA" if argument.is_empty() => Ok(Self::Data),
            "RSET" if argument.is_empty() => Ok(Self::Rset),
            "QUIT" if argument.is_empty() => Ok(Self::Quit),
            "DATA" | "RSET" | "QUIT" => Err(SYNTAX),
            "NOOP" => Ok(Self::Noop),
            "VRFY" => Ok(Self::Vrfy),
            "HELP" => Ok(Self::Help),
            "EXPN" | "TURN" | "ETRN" | "BDAT" => Err(Refusal(502, "5.5.1 Command not implemented")),
            _ => Err(Refusal(500, "5.5.2 Command not recognised")),
        }
    }
}

fn mail(argument: &str, announced_utf8: bool) -> Result<Command, Refusal> {
    let (address, parameters) = path(argument)?;
    let mut mail = MailFrom { address: address.to_owned(), ..MailFrom::default() };
    for parameter in parameters.split_ascii_whitespace() {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match (key.to_ascii_uppercase().as_str(), value.to_ascii_uppercase().as_str()) {
            ("SIZE", size) => mail.size = Some(size.parse().map_err(|_| SYNTAX)?),
            ("BODY", "7BIT") => {}
            ("BODY", "8BITMIME") => mail.eight_bit = true,
            ("SMTPUTF8", "") if announced_utf8 => mail.smtputf8 = true,
            _ => return Err(UNKNOWN_PARAMETER),
        }
    }
    if !mail.address.is_ascii() && !mail.smtputf8 {
        return Err(NEEDS_SMTPUTF8);
    }
    if mail.address.is_empty() || is_mailbox(&mail.address) {
        Ok(Command::Mail(mail))
    } else {
        Err(BAD_ADDRESS)
    }
}

fn recipient(argument: &str) -> Result<Command, Refusal> {
    let (address, parameters) = path(argument)?;
    if !parameters.trim().is_empty() {
        return Err(UNKNOWN_PARAMETER);
    }
    if is_mailbox(address) || address.eq_ignore_ascii_case("postmaster") {
        Ok(Command::Rcpt(address.to_owned()))
    } else {
        Err(BAD_ADDRESS)
    }
}

/// What follows "FROM:" or "TO:", which no space may part from the path; many do so all the same.
fn after_keyword<'a>(argument: &'a str, keyword: &str) -> Result<&'a str, Refusal> {
    match argument.split_at_checked(keyword.len()) {
        Some((found, rest)) if found.eq_ignore_ascii_case(keyword) => Ok(rest.trim_start()),
        _ => Err(SYNTAX),
    }
}

/// `<address> parameters`; a source route in front of the address is dropped (RFC 5321 appendix C).
fn path(argument: &str) -> Result<(&str, &str), Refusal> {
    let inside = argument.strip_prefix('<').ok_or(BAD_ADDRESS)?;
    let (mut quoted, mut escaped) = (false, false);
    let end = inside.find(|c| {
        let ends = c == '>' && !quoted;
        if !escaped && c == '"' {
            quoted = !quoted;
        }
        escaped = quoted && !escaped && c == '\\';
        ends
    });
    let (address, rest) = inside.split_at(end.ok_or(BAD_ADDRESS)?);
    let parameters = &rest[1..];
    if address.len() > MAX_PATH || !(parameters.is_empty() || parameters.starts_with(' ')) {
        return Err(BAD_ADDRESS);
    }
    let address = match address.strip_prefix('@') {
        Some(route) => route.split_once(':').ok_or(BAD_ADDRESS)?.1,
        None => address,
    };
    Ok((address, parameters))
}

/// Local part and domain, nothing that could not be in either. The server is no judge of finer points: senders are.
fn is_mailbox(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let plain =
        |c: char| !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | '(' | ')' | ',' | ';' | '@' | '\\');
    !local.is_empty()
        && local.len() <= 64
        && (quoted || local.chars().all(plain))
        && !domain.is_empty()
        && domain.chars().all(plain)
        && !domain.starts_with('.')
        && !domain.contains("..")
}

#[cfg(test)]
mod tests {
    use super::{Command, MailFrom};

    fn parse(line: &str) -> Result<Command, u16> {
        Command::parse(line.as_bytes(), true).map_err(|refusal| refusal.0)
    }

    #[test]
    fn understands_what_clients_say() {
        assert_eq!(parse("ehlo [127.0.0.1]"), Ok(Command::Hello { extended: true }));
        assert_eq!(parse("HELO x"), Ok(Command::Hello { extended: false }));
        let from = |address: &str| MailFrom { address: address.into(), ..MailFrom::default() };
        assert_eq!(parse("MAIL FROM:<>"), Ok(Command::Mail(from(""))));
        assert_eq!(parse("mail from: <a@b.se>  "), Ok(Command::Mail(from("a@b.se"))));
        assert_eq!(
            parse("MAIL FROM:<a@b.se> SIZE=123 BODY=8BITMIME smtputf8"),
            Ok(Command::Mail(MailFrom {
                size: Some(123),
                eight_bit: true,
                smtputf8: true,
                ..from("a@b.se")
            }))
        );
        assert_eq!(parse("MAIL FROM:<å@b.se> SMTPUTF8").map(|_| ()), Ok(()));
        assert_eq!(parse("RCPT TO:<\"a > b\"@c.se>"), Ok(Command::Rcpt("\"a > b\"@c.se".into())));
        assert_eq!(parse("RCPT TO:<@relay.se,@x.se:a@b.se>"), Ok(Command::Rcpt("a@b.se".into())));
        assert_eq!(parse("RCPT TO:<Postmaster>"), Ok(Command::Rcpt("Postmaster".into())));
        assert_eq!(parse("NOOP anything"), Ok(Command::Noop));
    }

    #[test]
    fn refuses_with_the_codes_of_the_standards() {
        for (line, code) in [
            ("", 500),
            ("HALO x", 500),
            ("EHLO", 501),
            ("MAIL", 501),
            ("MAIL FROM", 501),
            ("MAIL FROM:a@b.se", 501),
            ("MAIL FROM:<a@b.se", 501),
            ("MAIL FROM:<a b@c.se>", 501),
            ("MAIL FROM:<a@b.se> SIZE=x", 501),
            ("MAIL FROM:<a@b.se>SIZE=1", 501),
            ("MAIL FROM:<a@b.se> RET=HDRS", 555),
            ("MAIL FROM:<a@b.se> BODY=BINARYMIME", 555),
            ("MAIL FROM:<å@b.se>", 553),
            ("RCPT TO:<>", 501),
            ("RCPT TO:<a>", 501),
            ("RCPT TO:<a@b.se> NOTIFY=NEVER", 555),
            ("DATA now", 501),
            ("BDAT 10 LAST", 502),
            ("TURN", 502),
            ("NOOP \u{7}", 500),
        ] {
            assert_eq!(parse(line), Err(code), "{line}");
        }
        assert_eq!(Command::parse(b"MAIL FROM:<a@b.se> SMTPUTF8", false).unwrap_err().0, 555);
        assert_eq!(Command::parse(b"MAIL FROM:<\xe5@b.se>", true).unwrap_err().0, 500);
        let long = format!("RCPT TO:<a@{}.se>", "b".repeat(300));
        assert_eq!(parse(&long), Err(501));
    }
}
