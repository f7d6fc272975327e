use chrono::TimeZone;
use mail_parser::{HeaderValue, MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::*;
use crate::content::{Body, CampaignContent, LanguageContent, LayoutName, Layouts, compile};

fn content(subject: &str, markdown: &str) -> CompiledLanguage {
    let language = LanguageContent {
        subject: subject.to_owned(),
        preheader: None,
        body: Body::Markdown(markdown.to_owned()),
    };
    let campaign = CampaignContent {
        layout: LayoutName::parse("letter").unwrap(),
        default_language: Language::Swedish,
        languages: [(Language::Swedish, language)].into(),
    };
    let compiled = compile(&campaign, &Layouts::embedded().unwrap(), &|_, _, _| None, true).unwrap();
    compiled.choose(Language::Swedish).clone()
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn filled(template: &MessageTemplate, to_name: &str, values: &MergeValues<'_>) -> String {
    let mut out = Vec::new();
    let message = PerMessage {
        date: Utc.with_ymd_and_hms(2026, 11, 3, 8, 5, 0).unwrap(),
        message_id: "12.345@alumn.example.se",
        to_name,
        to_address: &address("asa@example.se"),
        list_unsubscribe_url: "https://b.example.se/u/TOKEN",
        values,
    };
    template.fill(&message, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn template(content: &CompiledLanguage) -> MessageTemplate {
    let headers = CampaignHeaders {
        from_name: "Alumn, Göteborgs universitet",
        from_address: &address("alumn@example.se"),
        reply_to: Some(&address("svar@example.se")),
        list_name: "Nyhetsbrev från Alumn",
        list_id: "alumn.example.se",
        feedback_id: "7:alumn:newsletter:example",
    };
    MessageTemplate::compile(&headers, content).unwrap()
}

fn values<'a>(given_name: &'a str) -> MergeValues<'a> {
    MergeValues {
        given_name,
        family_name: "Öberg",
        unit_name: "Alumn",
        preferences_url: "https://b.example.se/p/TOKEN",
        unsubscribe_url: "https://b.example.se/u/TOKEN",
        web_version_url: "https://b.example.se/v/TOKEN",
        pixel_url: "https://b.example.se/o/TOKEN.gif",
        trap_url: "",
        links: &[],
        ..MergeValues::default()
    }
}

/// What holds for every mail that we make.
fn assert_well_formed(mail: &str) {
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    assert!(mail.ends_with("\r\n") && mail.is_ascii());
    assert!(!mail.replace("\r\n", "").contains(['\r', '\n']), "a lone CR or LF");
    for line in body.split("\r\n") {
        assert!(line.len() <= 76, "{line}");
        assert!(!line.starts_with('.'), "{line}");
    }
    for line in head.split("\r\n") {
        assert!(line.len() <= 998 && !line.trim().is_empty(), "{line}");
        let name = line.split(':').next().unwrap();
        assert!(
            line.starts_with(' ') || name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
            "{line}"
        );
    }
}

#[test]
fn a_campaign_mail_has_every_header_once() {
    let content = content("Välkommen {{given_name}}", "Hej **{{full_name}}**!\n\n.Punkt");
    let mail = filled(&template(&content), "Öberg, Åsa", &values("Åsa"));
    assert_well_formed(&mail);
    let (head, rest) = mail.split_once("\r\n\r\n").unwrap();
    insta::assert_snapshot!(head.replace("\r\n", "\n"));
    let (text_headers, _) = rest.split_once("\r\n\r\n").unwrap();
    assert_eq!(
        text_headers,
        "--=_brevduva\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"
    );
}

#[test]
fn a_parser_reads_back_what_was_written() {
    let content =
        content("Välkommen till jubileet, {{given_name}} – vi ses på fredag", "Hej **{{full_name}}**!");
    let values = values("Åsa \"Ås\" <b>");
    let mail = filled(&template(&content), "Öberg, Åsa \"Ås\"", &values);
    let parsed = MessageParser::default().parse(&mail).unwrap();
    assert_eq!(parsed.subject(), Some("Välkommen till jubileet, Åsa \"Ås\" <b> – vi ses på fredag"));
    let from = parsed.from().unwrap().first().unwrap();
    assert_eq!(
        (from.name(), from.address()),
        (Some("Alumn, Göteborgs universitet"), Some("alumn@example.se"))
    );
    let to = parsed.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("Öberg, Åsa \"Ås\""), Some("asa@example.se")));
    assert_eq!(parsed.date().unwrap().to_rfc3339(), "2026-11-03T08:05:00Z");
    assert_eq!(parsed.message_id(), Some("12.345@alumn.example.se"));
    assert_eq!(parsed.text_body_count(), 1);
    assert_eq!(parsed.html_body_count(), 1);
    assert_eq!(parsed.parts.len(), 3);
    assert_eq!(parsed.text_part(0).unwrap().content_type().unwrap().subtype(), Some("plain"));
    assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), content.text.filled(&values));
    assert_eq!(parsed.body_html(0).unwrap().replace("\r\n", "\n"), content.html.filled(&values));
    assert!(matches!(parsed.header("List-Unsubscribe"), Some(HeaderValue::Address(_))));
}

#[test]
fn a_subject_for_everyone_is_encoded_once() {
    let content = content("Nyheter i november", "Hej!");
    let template = template(&content);
    assert_eq!(template.fixed_subject.as_deref(), Some("Subject: Nyheter i november\r\n"));
    assert!(
        filled(&template, "", &values("Åsa"))
            .contains("\r\nTo: asa@example.se\r\nSubject: Nyheter i november\r\n")
    );
}

#[test]
fn what_could_break_a_header_is_refused() {
    let template = template(&content("Hej", "Hej"));
    let address = address("a@b.se");
    let good = PerMessage {
        date: DateTime::UNIX_EPOCH,
        message_id: "1@b.se",
        to_name: "",
        to_address: &address,
        list_unsubscribe_url: "https://b.se/u/T",
        values: &MergeValues::default(),
    };
    let mut out = b"before".to_vec();
    for bad in [
        PerMessage { message_id: "1@b.se>\r\nBcc: x@y.se", ..good },
        PerMessage { list_unsubscribe_url: "https://b.se/u/T\r\nBcc: x@y.se", ..good },
    ] {
        assert!(template.fill(&bad, &mut out).is_err());
        assert_eq!(out, b"before");
    }
    template.fill(&PerMessage { to_name: "A\r\nBcc: x@y.se", ..good }, &mut out).unwrap();
    assert!(!String::from_utf8(out).unwrap().contains("\r\nBcc"));
}

#[test]
fn a_system_mail_says_that_it_is_automatic() {
    let message = SystemMessage {
        from_name: "Brevduva",
        from_address: &address("brevduva@example.se"),
        to_name: "",
        to_address: &address("asa@example.se"),
        subject: "Din inloggningslänk",
        text: "Hej!\r\n\nhttps://b.example.se/login?x=1\n",
        html: None,
        language: Language::Swedish,
        date: DateTime::UNIX_EPOCH,
        message_id: "1@example.se",
    };
    let plain = String::from_utf8(message.build().unwrap()).unwrap();
    assert_well_formed(&plain);
    insta::assert_snapshot!(plain.replace("\r\n", "\n"));
    let both = SystemMessage { html: Some("<p>Hej å</p>"), ..message }.build().unwrap();
    let parsed = MessageParser::default().parse(&both).unwrap();
    assert_eq!(parsed.body_html(0).as_deref(), Some("<p>Hej å</p>"));
    assert_eq!(parsed.body_text(0).unwrap(), "Hej!\r\n\r\nhttps://b.example.se/login?x=1\r\n");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn every_mail_comes_back_as_it_was(
        subject in "[\\PC\r\n\t]{0,120}|[ -~]{1,200}",
        name in "[\\PC\"\\\\,.]{0,90}|[ -~]{0,80}",
        text in "(?s)[ -~\n]{0,400}|.{0,200}|[.\nFrom ]{0,60}",
    ) {
        let message = SystemMessage {
            from_name: &name,
            from_address: &address("brevduva@example.se"),
            to_name: &name,
            to_address: &address("asa@example.se"),
            subject: &subject,
            text: &text,
            html: Some(&text),
            language: Language::English,
            date: DateTime::UNIX_EPOCH,
            message_id: "1@example.se",
        };
        let mail = String::from_utf8(message.build().unwrap()).unwrap();
        assert_well_formed(&mail);
        let parsed = MessageParser::default().parse(&mail).unwrap();
        let visible = |text: &str| {
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
        };
        prop_assert_eq!(parsed.subject().unwrap_or_default(), visible(&subject));
        prop_assert_eq!(parsed.from().unwrap().first().unwrap().name().unwrap_or_default(), visible(&name));
        prop_assert_eq!(parsed.to().unwrap().first().unwrap().address(), Some("asa@example.se"));
        let lines = lines(&text).into_owned();
        prop_assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), &*lines);
        prop_assert_eq!(parsed.body_html(0).unwrap().replace("\r\n", "\n"), &*lines);
    }

    #[test]
    fn every_header_of_a_campaign_comes_back_in_short_lines(
        names in proptest::array::uniform3("[\\PC\"\\\\,.;:<>@()]{0,90}|[ -~]{0,120}|([A-Za-zåäöÅÄÖ]{1,40}[ ,]){0,12}"),
        given_name in "[\\PC]{0,60}|[a-zåäö ]{0,200}",
        from in any_address("[a-z0-9]{1,12}([.+_-][a-z0-9]{1,8}){0,3}"),
        to in any_address("[a-zA-Zåäö0-9!#$%&'*/=?^`{|}~]{1,14}([.+_-][a-z0-9]{1,14}){0,3}"),
        path in "[a-zA-Z0-9_/-]{1,400}",
    ) {
        let [from_name, list_name, to_name] = &names;
        let headers = CampaignHeaders {
            from_name,
            from_address: &from,
            reply_to: Some(&from),
            list_name,
            list_id: "alumn.example.se",
            feedback_id: "7:alumn:newsletter:example",
        };
        let template = MessageTemplate::compile(&headers, content_once()).unwrap();
        let message_id = format!("7.12.abcdefghijklm@{}", from.domain());
        let url = format!("https://alumni.example.se/u/{path}");
        let values = values(&given_name);
        let message = PerMessage {
            date: DateTime::UNIX_EPOCH,
            message_id: &message_id,
            to_name,
            to_address: &to,
            list_unsubscribe_url: &url,
            values: &values,
        };
        let mut mail = Vec::new();
        template.fill(&message, &mut mail).unwrap();
        // Only an address that no ASCII can write makes a mail that needs 8BITMIME and SMTPUTF8.
        prop_assert_eq!(mail.is_ascii(), !to.needs_smtputf8());
        let mail = String::from_utf8(mail).unwrap();
        assert_lines_are_short(mail.split_once("\r\n\r\n").unwrap().0);
        let visible = |text: &str| {
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
        };
        let in_ascii = |address: &EmailAddress| {
            format!("{}@{}", address.as_str().rsplit_once('@').unwrap().0, address.domain())
        };
        let parsed = MessageParser::default().parse(&mail).unwrap();
        for (header, name, address) in [(parsed.from(), from_name, &from), (parsed.to(), to_name, &to)] {
            let read = header.unwrap().first().unwrap();
            prop_assert_eq!(read.name().unwrap_or_default(), visible(name));
            prop_assert_eq!(read.address().unwrap(), in_ascii(address));
        }
        prop_assert_eq!(parsed.subject().unwrap_or_default(), visible(&content_once().subject.filled(&values)));
        prop_assert_eq!(parsed.message_id().unwrap(), &message_id);
        prop_assert_eq!(read_name(&mail, "List-Id"), visible(list_name));
        prop_assert_eq!(parsed.header_raw("List-Unsubscribe").unwrap().trim(), format!("<{url}>"));
        prop_assert_eq!(parsed.header_raw("List-Unsubscribe-Post").unwrap().trim(), "List-Unsubscribe=One-Click");
        prop_assert_eq!(parsed.header_raw("Feedback-ID").unwrap().trim(), "7:alumn:newsletter:example");
        prop_assert!(parsed.header_raw("Auto-Submitted").is_none(), "it is for system mails alone");
    }

    #[test]
    fn any_name_fits_between_its_soft_breaks(name in "\\PC{0,300}|[ -~]{0,300}") {
        let content = content_once();
        let mail = filled(&template(content), &name, &values(&name));
        assert_well_formed(&mail);
        let parsed = MessageParser::default().parse(&mail).unwrap();
        prop_assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), content.text.filled(&values(&name)));
        prop_assert_eq!(parsed.body_html(0).unwrap().replace("\r\n", "\n"), content.html.filled(&values(&name)));
    }
}

/// Any address that the register takes: international domains, plus signs, dots, letters of any kind.
fn any_address(local: &'static str) -> impl Strategy<Value = EmailAddress> {
    (local, "[a-zåäöü0-9]{1,12}(-[a-z0-9]{1,8})?", "(\\.[a-zé]{1,12}){0,3}\\.[a-z]{2,6}")
        .prop_filter_map("an address", |(local, name, rest)| {
            EmailAddress::parse(&format!("{local}@{name}{rest}")).ok()
        })
}

/// What holds for the header lines of every mail (RFC 5322 section 2.1.1, RFC 2047 section 2).
fn assert_lines_are_short(head: &str) {
    for line in head.split("\r\n") {
        let value = line.split_once(": ").map_or(line, |(_, value)| value).trim();
        assert!(line.len() <= 78 || !value.contains(' '), "it could have been folded: {line}");
        assert!(line.len() <= 998, "{line}");
        for word in line.split(' ').filter(|word| word.starts_with("=?") && word.ends_with("?=")) {
            assert!(word.len() <= 75 && line.len() <= 76, "{line}");
        }
    }
}

/// A header with a name in it, read by the parser as it reads From.
fn read_name(mail: &str, header: &str) -> String {
    let parsed = MessageParser::default().parse(mail).unwrap();
    let raw = format!("From:{}\r\n\r\n", parsed.header_raw(header).unwrap().trim_end());
    let read = MessageParser::default().parse(&raw).unwrap();
    read.from().unwrap().first().unwrap().name().unwrap_or_default().to_owned()
}

fn content_once() -> &'static CompiledLanguage {
    static CONTENT: std::sync::OnceLock<CompiledLanguage> = std::sync::OnceLock::new();
    CONTENT.get_or_init(|| {
        content("Hej {{given_name}}", "Hej {{given_name}}. {{given_name}}\n\n{{given_name}}{{given_name}}.")
    })
}
