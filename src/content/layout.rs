//! Layouts: the look around a text. Each is a file `email_templates/layouts/NAME.mjml`, in MJML with
//! handlebars; the words they need are in `email_templates/texts/LANGUAGE.toml`.

use std::collections::{BTreeMap, HashMap};

use handlebars::Handlebars;
use mrml::prelude::parser::{Error as MjmlError, ParserOptions};
use mrml::prelude::render::RenderOptions;
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::kernel::language::Language;

use super::error::Problem;
use super::source::{CampaignContent, LayoutName};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/email_templates"]
struct Files;

/// The most tags of an MJML document; a long newsletter has a thousand.
const MOST_TAGS: usize = 10_000;
/// The octets of stack for that many tags nested in each other. Only what is used is taken.
const STACK: usize = 256 << 20;

/// Every layout there is, with the words for each language.
pub struct Layouts {
    registry: Handlebars<'static>,
    names: Vec<LayoutName>,
    texts: BTreeMap<Language, LayoutTexts>,
    starts: BTreeMap<String, CampaignContent>,
    office: OfficeLook,
}

/// The office's colours and logo, where a layout shows them.
#[derive(Debug, Clone, Serialize)]
pub(super) struct OfficeLook {
    pub office_colour: String,
    pub office_text_colour: String,
    pub logo_url: Option<String>,
    pub logo_alt: String,
}

impl Default for OfficeLook {
    fn default() -> Self {
        Self {
            office_colour: "#1f4e79".to_owned(),
            office_text_colour: "#ffffff".to_owned(),
            logo_url: None,
            logo_alt: String::new(),
        }
    }
}

/// A mail of the system itself, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemText {
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub text: String,
}

/// Why the layouts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    /// A template that handlebars cannot read.
    #[error("{file} cannot be read: {reason}; mend the template")]
    Template {
        /// Which file.
        file: String,
        /// What handlebars says.
        reason: String,
    },
    /// A file of words that is not there or not right.
    #[error("email_templates/texts/{language}.toml cannot be read: {reason}; mend the file")]
    Texts {
        /// Whose words.
        language: Language,
        /// What is wrong.
        reason: String,
    },
}

/// The words of the layouts in one language. They may hold merge fields.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayoutTexts {
    /// Why the reader gets this.
    pub why: String,
    /// The link that leaves the unit's mailings.
    pub unsubscribe: String,
    /// The link to the preference page.
    pub preferences: String,
    /// The link to the web version.
    pub web_version: String,
}

/// What a layout is filled with; merge fields are marks already.
#[derive(Serialize)]
pub(super) struct LayoutContext<'a> {
    pub language: Language,
    pub subject: &'a str,
    /// A body of HTML, for a text block of the layout. Exactly one of this and `mjml` is there.
    pub html: Option<&'a str>,
    /// A body of MJML sections.
    pub mjml: Option<&'a str>,
    pub texts: &'a LayoutTexts,
    #[serde(flatten)]
    pub office: &'a OfficeLook,
    /// The merge fields by name.
    #[serde(flatten)]
    pub fields: BTreeMap<&'static str, String>,
}

impl Layouts {
    /// The layouts that are built into the program.
    ///
    /// # Errors
    /// When one of them is broken, which a test of every build excludes.
    pub fn embedded() -> Result<Self, LayoutError> {
        let mut layouts = Self {
            registry: Handlebars::new(),
            names: Vec::new(),
            texts: BTreeMap::new(),
            starts: BTreeMap::new(),
            office: OfficeLook::default(),
        };
        layouts.registry.set_strict_mode(true);
        for file in Files::iter() {
            let Some(contents) = Files::get(&file) else { continue };
            let source = String::from_utf8_lossy(&contents.data);
            layouts.add(&file, &source)?;
        }
        for &language in Language::ALL {
            if !layouts.texts.contains_key(&language) {
                return Err(LayoutError::Texts { language, reason: "it is missing".to_owned() });
            }
        }
        layouts.names.sort();
        Ok(layouts)
    }

    /// The same in the office's looks; its logo is loaded from the web server.
    #[must_use]
    pub fn of_office(mut self, config: &Config) -> Self {
        if let Some(colours) = config.look.colours {
            self.office.office_colour = colours.office.to_string();
            self.office.office_text_colour = colours.text.to_string();
        }
        if let Some(logo) = &config.look.logo {
            self.office.logo_url = config.logo_url();
            self.office.logo_alt.clone_from(&logo.alt);
        }
        self
    }

    pub(super) const fn office(&self) -> &OfficeLook {
        &self.office
    }

    /// The names of all layouts, in order.
    #[must_use]
    pub fn names(&self) -> &[LayoutName] {
        &self.names
    }

    /// A ready-made campaign to begin with, by its name under `email_templates/starts/`.
    #[must_use]
    pub fn start(&self, name: &str) -> Option<&CampaignContent> {
        self.starts.get(name)
    }

    /// Every ready-made campaign with its name.
    pub fn starts(&self) -> impl Iterator<Item = (&str, &CampaignContent)> {
        self.starts.iter().map(|(name, content)| (name.as_str(), content))
    }

    /// A mail of the system by its name under `email_templates/system/`, with values in their places.
    ///
    /// # Errors
    /// When there is no such mail or it asks for another value.
    pub fn system(
        &self,
        name: &str,
        language: Language,
        values: &BTreeMap<&str, &str>,
    ) -> Result<SystemText, LayoutError> {
        let part = |part: &str| {
            let template = format!("{name}.{language}.{part}");
            self.registry.render(&template, values).map_err(|error| LayoutError::Template {
                file: format!("email_templates/system/{name}.toml"),
                reason: error.to_string(),
            })
        };
        Ok(SystemText { subject: part("subject")?, text: part("text")? })
    }

    /// Adds one file by its path under `email_templates/`.
    fn add(&mut self, file: &str, source: &str) -> Result<(), LayoutError> {
        let broken =
            |reason: String| LayoutError::Template { file: format!("email_templates/{file}"), reason };
        if let Some(language) = file.strip_prefix("texts/").and_then(|name| name.strip_suffix(".toml")) {
            let language: Language =
                language.parse().map_err(|_| broken("its name is not a language".to_owned()))?;
            let texts = toml::from_str(source)
                .map_err(|error| LayoutError::Texts { language, reason: error.message().to_owned() })?;
            self.texts.insert(language, texts);
        } else if let Some(name) = file.strip_prefix("layouts/").and_then(|name| name.strip_suffix(".mjml")) {
            let name = LayoutName::parse(name).map_err(|error| broken(error.to_string()))?;
            self.register(name.as_str(), source).map_err(broken)?;
            self.names.push(name);
        } else if let Some(name) = file.strip_prefix("starts/").and_then(|name| name.strip_suffix(".toml")) {
            let start = toml::from_str(source).map_err(|error| broken(error.message().to_owned()))?;
            self.starts.insert(name.to_owned(), start);
        } else if let Some(name) = file.strip_prefix("system/").and_then(|name| name.strip_suffix(".toml")) {
            let texts: BTreeMap<Language, SystemText> =
                toml::from_str(source).map_err(|error| broken(error.message().to_owned()))?;
            for &language in Language::ALL {
                let words = texts.get(&language).ok_or_else(|| broken(format!("{language} is missing")))?;
                self.register(&format!("{name}.{language}.subject"), &words.subject).map_err(broken)?;
                self.register(&format!("{name}.{language}.text"), &words.text).map_err(broken)?;
            }
        } else if file == FOOTER_FILE {
            self.register(FOOTER_FILE, source).map_err(broken)?;
        }
        Ok(())
    }

    fn register(&mut self, name: &str, source: &str) -> Result<(), String> {
        self.registry.register_template_string(name, source).map_err(|error| error.reason().to_string())
    }

    /// The words in a language.
    pub(super) fn texts(&self, language: Language) -> Result<&LayoutTexts, Problem> {
        let missing = || Problem::Layout(format!("email_templates/texts/{language}.toml is missing"));
        self.texts.get(&language).ok_or_else(missing)
    }

    /// A layout with everything in its place, as a whole MJML document.
    pub(super) fn render(&self, name: &LayoutName, context: &LayoutContext<'_>) -> Result<String, Problem> {
        if !self.names.contains(name) {
            return Err(Problem::UnknownLayout {
                name: name.to_string(),
                available: self.names.iter().map(ToString::to_string).collect(),
            });
        }
        self.fill(name.as_str(), context)
    }

    /// The footer for documents that bring their own look but no way to unsubscribe, as HTML.
    pub(super) fn footer(&self, context: &LayoutContext<'_>) -> Result<String, Problem> {
        self.fill(FOOTER_FILE, context)
    }

    fn fill(&self, template: &str, context: &LayoutContext<'_>) -> Result<String, Problem> {
        self.registry.render(template, context).map_err(|error| Problem::Layout(error.to_string()))
    }
}

const FOOTER_FILE: &str = "footer.html";

/// Why MJML cannot be turned into HTML, with the octet where it goes wrong if that is known.
pub(super) struct BadMjml {
    pub at: Option<usize>,
    pub problem: Problem,
}

/// Turns an MJML document into HTML. No other file and no web font is drawn in.
///
/// The parser panics on some malformed comments, and follows nested elements by recursion: it works on a
/// thread of its own with a stack that [`MOST_TAGS`] nested elements fit into.
pub(super) fn mjml_to_html(source: &str) -> Result<String, BadMjml> {
    let unknown = |problem| BadMjml { at: None, problem };
    if source.matches('<').count() > MOST_TAGS {
        return Err(unknown(Problem::TooManyTags { limit: MOST_TAGS }));
    }
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || {
            let parsed =
                mrml::parse_with_options(source, &ParserOptions::default()).map_err(|error| bad(&error))?;
            let options = RenderOptions { fonts: HashMap::new(), ..RenderOptions::default() };
            parsed.element.render(&options).map_err(|error| unknown(Problem::Mjml(error.to_string())))
        });
        let worker = worker.map_err(|error| unknown(Problem::Mjml(error.to_string())))?;
        worker.join().unwrap_or_else(|_| {
            let reason = "a comment or conditional comment in it is malformed";
            Err(unknown(Problem::Mjml(reason.to_owned())))
        })
    })
}

fn bad(error: &MjmlError) -> BadMjml {
    let (at, reason) = match error {
        MjmlError::UnexpectedElement { position, .. } => (Some(position), "this element cannot stand here"),
        MjmlError::UnexpectedToken { position, .. } => (Some(position), "this was not expected here"),
        MjmlError::MissingAttribute { position, name, .. } => {
            let problem = Problem::Mjml(format!("the attribute {name} is missing"));
            return BadMjml { at: Some(position.start), problem };
        }
        MjmlError::InvalidAttribute { position, .. } => (Some(position), "this attribute is not valid"),
        MjmlError::InvalidFormat { position, .. } => (Some(position), "this cannot be read"),
        MjmlError::IncludeLoaderError { position, .. } => (Some(position), "mj-include cannot be used"),
        MjmlError::EndOfStream { .. } => (None, "an element is not closed"),
        MjmlError::SizeLimit { .. } => (None, "it is too long"),
        MjmlError::NoRootNode => (None, "there is no <mjml> element"),
        MjmlError::ParserError { source, .. } => {
            return BadMjml { at: None, problem: Problem::Mjml(source.to_string()) };
        }
    };
    BadMjml { at: at.map(|span| span.start), problem: Problem::Mjml(reason.to_owned()) }
}
