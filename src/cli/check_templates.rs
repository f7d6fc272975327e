//! `brevduva check-templates`.

use std::collections::BTreeMap;

use crate::content::{self, Body, CampaignContent, LanguageContent, Layouts, MergeValues};
use crate::kernel::language::Language;

const SAMPLE: &str = "# Välkommen, {{fallback given_name \"vän\"}}\n\nEn rad med [en länk](https://example.se/) \
                      och en lista:\n\n- {{programme}}\n- {{graduation_year}}\n\n[Anmäl dig](https://example.se/a){.button}\n";

/// Renders every layout in every language, and every ready-made campaign, with sample values.
pub(super) fn run() -> anyhow::Result<()> {
    let layouts = Layouts::embedded()?;
    let values = MergeValues {
        given_name: "Åsa <&>",
        family_name: "Öberg",
        programme: "Juristprogrammet",
        graduation_year: "1998",
        unit_name: "Alumn",
        preferences_url: "https://example.se/p/x",
        unsubscribe_url: "https://example.se/u/x",
        web_version_url: "https://example.se/v/x",
        accept_url: "https://example.se/i/x/accept",
        decline_url: "https://example.se/i/x/decline",
        pixel_url: "https://example.se/o/x.gif",
        trap_url: "",
        links: &[],
    };
    for layout in layouts.names() {
        for &language in Language::ALL {
            let body = LanguageContent {
                subject: "Hej {{given_name}}".to_owned(),
                preheader: Some("{{unit_name}}".to_owned()),
                body: Body::Markdown(SAMPLE.to_owned()),
            };
            let content = CampaignContent {
                layout: layout.clone(),
                default_language: language,
                languages: BTreeMap::from([(language, body)]),
            };
            let compiled = content::compile(&content, &layouts, &|_, _, _| None, true).map_err(|errors| {
                let list: Vec<_> = errors.iter().map(ToString::to_string).collect();
                anyhow::anyhow!("layout {} in {language}: {}", layout.as_str(), list.join("; "))
            })?;
            let html = compiled.choose(language).html.filled(&values);
            println!("{:<12} {language}  {:>6} bytes of HTML", layout.as_str(), html.len());
        }
    }
    for (name, content) in layouts.starts() {
        let compiled = content::compile(content, &layouts, &|_, _, _| None, true).map_err(|errors| {
            let list: Vec<_> = errors.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("ready-made campaign {name}: {}", list.join("; "))
        })?;
        for text in compiled.languages() {
            println!("{name:<12} {}  {:>6} bytes of HTML", text.language, text.html.filled(&values).len());
        }
    }
    Ok(())
}
