use proptest::prelude::*;

use super::super::{Body, MergeValues};
use super::*;

const MARKDOWN: &str = "# Välkommen, {{fallback given_name \"vän\"}}!

Du tog examen {{graduation_year}} från **{{programme}}**. Läs mer hos
[universitetet](https://www.gu.se/alumn?a=1&b=2), och [hantera dina val]({{preferences_url}}).

[Anmäl dig](https://www.gu.se/jubileum){.button}

## Program

- Mingel
- Tal av [rektor](https://www.gu.se/alumn?a=1&b=2)

![Huvudbyggnaden](https://www.gu.se/bild.jpg)
";

fn values() -> MergeValues<'static> {
    MergeValues {
        given_name: "Åsa & <Co>",
        family_name: "Öberg",
        programme: "Juristprogrammet",
        graduation_year: "1999",
        unit_name: "Juridiska institutionen",
        preferences_url: "https://b.example/p/T",
        unsubscribe_url: "https://b.example/u/T",
        web_version_url: "https://b.example/v/T",
        accept_url: "https://b.example/i/T/accept",
        decline_url: "https://b.example/i/T/decline",
        pixel_url: "https://b.example/o/T.gif",
        trap_url: "",
        links: &[],
    }
}

fn campaign(bodies: &[(Language, Body)]) -> CampaignContent {
    let languages = bodies.iter().map(|(language, body)| {
        let content = LanguageContent {
            subject: "Nyheter för {{given_name}}".to_owned(),
            preheader: Some("Jubileum i {{unit_name}}".to_owned()),
            body: body.clone(),
        };
        (*language, content)
    });
    CampaignContent {
        layout: LayoutName::parse("newsletter").unwrap(),
        default_language: bodies[0].0,
        languages: languages.collect(),
    }
}

fn compiled(content: &CampaignContent) -> Result<CompiledCampaign, Vec<String>> {
    let rewrite = |language: Language, index: usize, _: &str| {
        Some(LinkTo::Everyone(format!("https://b.example/c/{language}{index}")))
    };
    compile(content, &Layouts::embedded().unwrap(), &rewrite, true)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn one(body: Body) -> CompiledLanguage {
    compiled(&campaign(&[(Language::Swedish, body)])).unwrap().choose(Language::Swedish).clone()
}

#[test]
fn the_newsletter_in_three_languages() {
    let body = Body::Markdown(MARKDOWN.to_owned());
    let campaign = compiled(&campaign(&[
        (Language::Swedish, body.clone()),
        (Language::Norwegian, body.clone()),
        (Language::English, body),
    ]))
    .unwrap();
    for compiled in campaign.languages() {
        let language = compiled.language;
        assert_eq!(compiled.links, ["https://www.gu.se/alumn?a=1&b=2", "https://www.gu.se/jubileum"]);
        assert_eq!(compiled.subject.filled(&values()), "Nyheter för Åsa & <Co>");
        let html = compiled.html.filled(&values());
        assert!(html.contains(&format!("<html dir=\"ltr\" lang=\"{language}\"")));
        assert!(html.contains("<title>Nyheter för Åsa &amp; &lt;Co&gt;</title>"));
        assert_eq!(html.matches(&format!("https://b.example/c/{language}0")).count(), 2);
        assert!(!html.contains("fonts.googleapis") && !html.contains("slot0x"));
        assert!(html.len() < 20_000, "{}", html.len());
        insta::assert_snapshot!(format!("text_{language}"), compiled.text.filled(&values()));
        insta::assert_snapshot!(format!("html_{language}"), html);
    }
}

#[test]
fn who_speaks_another_language_gets_the_default_one() {
    let body = Body::Markdown("Text".to_owned());
    let campaign =
        compiled(&campaign(&[(Language::English, body.clone()), (Language::Swedish, body)])).unwrap();
    assert_eq!(campaign.choose(Language::Swedish).language, Language::Swedish);
    assert_eq!(campaign.choose(Language::Norwegian).language, Language::English);
}

#[test]
fn every_body_has_a_way_to_leave_the_pixel_and_the_preheader() {
    for body in [
        Body::Markdown("Hej {{given_name}}".to_owned()),
        Body::Html("<p>Hej {{given_name}}</p>".to_owned()),
        Body::Html("<!DOCTYPE html><html><head><title>x</title></head><body><p>Hej {{given_name}}</p></body></html>".to_owned()),
        Body::Html("<html><body><p>Hej {{given_name}}</p><a href='{{unsubscribe_url}}'>x</a>".to_owned()),
        Body::Mjml("<mj-section><mj-column><mj-text>Hej {{given_name}}</mj-text></mj-column></mj-section>".to_owned()),
        Body::Mjml("<mjml><mj-body><mj-section><mj-column><mj-text>Hej {{given_name}}</mj-text></mj-column></mj-section></mj-body></mjml>".to_owned()),
    ] {
        let compiled = one(body);
        let html = compiled.html.filled(&values());
        assert_eq!(html.matches("Hej Åsa &amp; &lt;Co&gt;").count(), 1, "{html}");
        assert_eq!(html.matches("https://b.example/u/T").count(), 1, "{html}");
        assert_eq!(html.matches("https://b.example/o/T.gif").count(), 1, "{html}");
        assert_eq!(html.matches(">Jubileum i Juridiska institutionen").count(), 1, "{html}");
        assert_eq!(html.matches("<body").count(), 1, "{html}");
        let pixel = html.find("o/T.gif").unwrap();
        assert!(pixel < html.find("</body>").unwrap_or(html.len()), "{html}");
        let text = compiled.text.filled(&values());
        assert!(text.starts_with("Hej Åsa & <Co>\n"), "{text}");
        assert_eq!(text.matches("https://b.example/u/T").count(), 1, "{text}");
    }
}

#[test]
fn without_tracking_nothing_is_rewritten_or_added() {
    let campaign = campaign(&[(Language::Swedish, Body::Markdown(MARKDOWN.to_owned()))]);
    let compiled = compile(&campaign, &Layouts::embedded().unwrap(), &|_, _, _| None, false).unwrap();
    let html = compiled.choose(Language::Swedish).html.filled(&values());
    assert!(html.contains("https://www.gu.se/alumn?a=1&amp;b=2"));
    assert!(!html.contains("/o/T.gif"));
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let mut content = campaign(&[
        (Language::Swedish, Body::Markdown("Hej\n\n<b>x</b>".to_owned())),
        (Language::English, Body::Mjml("<mj-section>\n<mj-nothing /></mj-section>".to_owned())),
    ]);
    content.languages.get_mut(&Language::Swedish).unwrap().subject = " ".to_owned();
    content.languages.get_mut(&Language::English).unwrap().preheader = Some("{{nme}}".to_owned());
    content.default_language = Language::Norwegian;
    let errors = compiled(&content).map(|_| ()).unwrap_err();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn an_unknown_layout_is_named_with_those_that_there_are() {
    let mut content = campaign(&[(Language::Swedish, Body::Markdown("Hej".to_owned()))]);
    content.layout = LayoutName::parse("nyhetsbrev").unwrap();
    let errors = compiled(&content).map(|_| ()).unwrap_err();
    assert_eq!(errors, ["sv, layout: there is no layout \"nyhetsbrev\"; the layouts are letter, newsletter"]);
}

#[test]
fn every_layout_says_why_and_how_to_leave() {
    let layouts = Layouts::embedded().unwrap();
    for name in layouts.names() {
        for &language in Language::ALL {
            let mut content = campaign(&[(language, Body::Markdown("Hej".to_owned()))]);
            content.layout = name.clone();
            let campaign = compiled(&content).unwrap();
            let compiled = campaign.choose(language);
            for field in [Field::UnsubscribeUrl, Field::PreferencesUrl, Field::WebVersionUrl, Field::UnitName]
            {
                assert!(compiled.html.uses(field), "{name} {language} {field:?}");
                assert!(compiled.text.uses(field), "{name} {language} {field:?}");
            }
        }
    }
}

#[test]
fn hostile_mjml_is_an_error() {
    for mjml in [
        "<mj-include path=\"/etc/passwd\" />".to_owned(),
        "<mj-raw><script>alert(1)</script></mj-raw>".to_owned(),
        "<mj-section>".repeat(100_000),
        format!("<mj-raw>{}", "<a>".repeat(9_900)),
        format!("<mj-raw>{}{}</mj-raw><mj-nothing />", "<a>".repeat(4_900), "</a>".repeat(4_900)),
        "<mj-raw><![endif]</mj-raw>".to_owned(),
        "<mj-section".to_owned(),
    ] {
        assert!(compiled(&campaign(&[(Language::Swedish, Body::Mjml(mjml))])).is_err());
    }
}

/// Scraps that make trouble when they meet.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "<",
        ">",
        "</",
        "/>",
        "<!--",
        "-->",
        "<![endif]",
        "[if mso]>",
        "\"",
        "'",
        "=",
        "&",
        "&amp;",
        ";",
        "{{",
        "}}",
        "{{given_name}}",
        "{{fallback given_name \"x\"}}",
        "{{unsubscribe_url}}",
        "<p>",
        "<a href=\"",
        "<a href=",
        "<img src=",
        "<style>",
        "</style>",
        "<title>",
        "<body>",
        "</body>",
        "<pre>",
        "<li>",
        "<ul>",
        "<h1>",
        "</h1>",
        "</a>",
        "[",
        "](",
        ")",
        "{.button}",
        "*",
        "_",
        "`",
        "#",
        "- ",
        "1. ",
        "> ",
        "\n",
        "\n\n",
        " ",
        "  ",
        "å",
        "\u{a0}",
        "\u{200b}",
        "https://x.example/",
        "mailto:",
        "x",
        "slot0x",
        "000000",
        "<mj-section>",
        "</mj-section>",
        "<mj-column>",
        "</mj-column>",
        "<mj-text>",
        "</mj-text>",
        "<mj-button href=",
        "<mj-image width=",
        "<mj-raw>",
        "<noscript>",
    ]);
    prop::collection::vec(scrap, 1..40).prop_map(|scraps| scraps.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_makes_the_compiler_panic(source in scraps()) {
        for body in [Body::Markdown(source.clone()), Body::Html(source.clone()), Body::Mjml(source)] {
            let mut content = campaign(&[(Language::Swedish, body)]);
            content.layout = LayoutName::parse("letter").unwrap();
            if let Ok(campaign) = compiled(&content) {
                let html = campaign.choose(Language::Swedish).html.filled(&MergeValues {
                    given_name: "<zzz onload='x' style=\"",
                    ..values()
                });
                prop_assert!(!html.contains("<zzz"), "{html}");
            }
        }
    }
}

#[test]
fn the_ready_invitation_in_three_languages() {
    let layouts = Layouts::embedded().unwrap();
    let content = layouts.start("invitation").unwrap();
    let compiled = compile(content, &layouts, &|_, _, _| None, false).unwrap();
    for &language in Language::ALL {
        let mail = compiled.choose(language);
        assert_eq!(mail.language, language);
        for field in Field::OF_INVITATIONS {
            assert!(mail.html.uses(field) && mail.text.uses(field), "{language}: {}", field.name());
        }
        let (subject, text) = (mail.subject.filled(&values()), mail.text.filled(&values()));
        insta::assert_snapshot!(format!("invitation_{language}"), format!("{subject}\n\n{text}"));
        insta::assert_snapshot!(format!("invitation_html_{language}"), mail.html.filled(&values()));
    }
}
