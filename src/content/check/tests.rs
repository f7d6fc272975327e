use super::*;
use crate::content::{Body, LayoutName, Layouts, compile};

fn content(bodies: &[(Language, Body)]) -> CampaignContent {
    let text = |(language, body): &(Language, Body)| {
        let text = LanguageContent { subject: "Hej".to_owned(), preheader: None, body: body.clone() };
        (*language, text)
    };
    CampaignContent {
        layout: LayoutName::parse("newsletter").unwrap(),
        default_language: bodies[0].0,
        languages: bodies.iter().map(text).collect(),
    }
}

fn found_in(content: &CampaignContent) -> Vec<Found> {
    let layouts = Layouts::embedded().unwrap();
    check(content, &compile(content, &layouts, &|_, _, _| None, false).unwrap())
}

/// What is found in an HTML body, with what it is about.
fn of(html: &str) -> Vec<(Finding, String)> {
    let found = found_in(&content(&[(Language::Swedish, Body::Html(html.to_owned()))]));
    found.into_iter().map(|one| (one.finding, one.what)).collect()
}

#[test]
fn shipped_layouts_and_ready_texts_have_no_findings() {
    let layouts = Layouts::embedded().unwrap();
    let plain = "# Rubrik\n\n## Mindre\n\nLäs om [jubileet](https://example.se/a).\n\n[Anmäl dig](https://example.se/b){.button}";
    assert_eq!(found_in(&content(&[(Language::Swedish, Body::Markdown(plain.to_owned()))])), []);
    let invitation = layouts.start("invitation").unwrap();
    let errors: Vec<Found> = found_in(invitation).into_iter().filter(Found::is_error).collect();
    assert_eq!(errors, []);
}

#[test]
fn pictures_need_a_description() {
    assert_eq!(
        of("<p>x</p><img src=\"https://e.se/a.png\">"),
        [(Finding::NoAlt, "https://e.se/a.png".to_owned())]
    );
    assert_eq!(
        of("<img src=\"https://e.se/a.png\" alt=\"\">"),
        [(Finding::EmptyAlt, "https://e.se/a.png".to_owned())]
    );
    assert_eq!(of("<img src=\"https://e.se/a.png\" alt=\"En fest\">"), []);
    assert_eq!(Finding::NoAlt.level(), Level::Error);
    assert_eq!(Finding::EmptyAlt.level(), Level::Warning);
}

#[test]
fn links_say_where_they_lead() {
    let to = |words: &str| of(&format!("<p><a href=\"https://e.se/a\">{words}</a></p>"));
    for vague in ["Klicka här!", " les  mer ", "<b>Here</b>", "Läs mer »"] {
        assert_eq!(to(vague)[0].0, Finding::VagueLink, "{vague}");
    }
    for empty in ["", " ", "<img src=\"https://e.se/a.png\" alt=\"\">"] {
        assert_eq!(to(empty), [(Finding::EmptyLink, "https://e.se/a".to_owned())], "{empty}");
    }
    assert_eq!(to("Programmet för jubileet"), []);
    assert_eq!(to("<img src=\"https://e.se/a.png\" alt=\"Programmet\">"), []);
    assert_eq!(of("<a href=\"#\">Hem</a>"), [(Finding::NowhereLink, "Hem".to_owned())]);
}

#[test]
fn text_can_be_read_on_its_ground() {
    let on = |style: &str| of(&format!("<div style=\"{style}\">Text</div>"));
    assert_eq!(on("color:#999999;background:#ffffff"), [(Finding::Contrast, "Text".to_owned())]);
    assert_eq!(on("color:#767676;background-color:#FFF"), []);
    assert_eq!(on("color:#888;background:#fff;font-size:24px"), [], "large text needs less");
    assert_eq!(on("color:#888;background:#fff;font-size:19px;font-weight:700"), []);
    assert_eq!(on("color:#888;background:#fff;font-size:19px")[0].0, Finding::Contrast);
    assert_eq!(on("color:#fff;display:none"), [], "nobody reads what is hidden");
    assert_eq!(on("color:rgb(255, 255, 255);background:url(x.png)"), [], "what is not known is not judged");
    assert_eq!(of("<table bgcolor=\"#000000\"><tr><td>Text</td></tr></table>").len(), 1, "black on black");
}

#[test]
fn headings_leave_no_level_out() {
    assert_eq!(of("<h1>A</h1><h3>B</h3>"), [(Finding::HeadingOrder, "B".to_owned())]);
    assert_eq!(of("<h2>A</h2><h3>B</h3><h1>C</h1><h2>D</h2>"), []);
    assert_eq!(of("<h2> </h2>"), [(Finding::EmptyHeading, String::new())]);
}

#[test]
fn what_is_too_long_is_told_with_its_length() {
    let long = format!("<p>{}</p>", "ord ".repeat(30_000));
    assert_eq!(of(&long)[0].0, Finding::Clipped);
    let mut wordy = content(&[(Language::Swedish, Body::Markdown("Hej".to_owned()))]);
    wordy.languages.get_mut(&Language::Swedish).unwrap().subject = "ä".repeat(61);
    assert_eq!(found_in(&wordy)[0].amount, 61);
}

#[test]
fn languages_that_lack_something_are_named() {
    let mut two = content(&[
        (Language::Swedish, Body::Markdown("Hej".to_owned())),
        (Language::English, Body::Markdown("Hi".to_owned())),
    ]);
    two.languages.get_mut(&Language::Swedish).unwrap().preheader = Some("Nytt".to_owned());
    let told: Vec<_> = found_in(&two).into_iter().map(|one| (one.finding, one.language.unwrap())).collect();
    assert_eq!(told, [(Finding::NoLanguage, Language::Norwegian), (Finding::NoPreheader, Language::English)]);
}

#[test]
fn a_finding_knows_its_line() {
    let body = Body::Markdown("Hej\n\nSe [här](https://e.se/a)".to_owned());
    let found = found_in(&content(&[(Language::Swedish, body)]));
    assert_eq!(found[0].place, Some(Whereabouts::Line { line: 3 }));
}

#[test]
fn fields_without_fallback_are_known() {
    let body = Body::Markdown("Hej {{given_name}} och {{fallback programme \"program\"}}".to_owned());
    let content = content(&[(Language::Swedish, body)]);
    let compiled = compile(&content, &Layouts::embedded().unwrap(), &|_, _, _| None, false).unwrap();
    assert_eq!(without_fallback(compiled.choose(Language::Swedish)), [Field::GivenName]);
}
