//! What every page has around its content: language, office, who is signed in, where in the site one is.

use std::ops::Deref;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::State;
use super::assets;
use super::error::PageError;
use super::i18n::Texts;
use super::session::SignedIn;
use crate::kernel::language::Language;
use crate::staff::{Account, Action};

/// The parts of the staff pages, as the navigation shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What is going on.
    Overview,
    /// Campaigns.
    Campaigns,
    /// The register over time.
    Reports,
    /// Segments.
    Segments,
    /// People.
    Contacts,
    /// Sign-up forms.
    Forms,
    /// Register files.
    Imports,
    /// One's own account.
    Account,
}

/// The frame of a page. Gives templates every text through [`Texts`].
#[derive(Debug, Clone)]
pub struct Page {
    texts: Texts,
    /// The languages that it can be read in.
    spoken: Vec<Language>,
    /// The office's name.
    pub office: String,
    /// The address of the style sheet with the office's colours, on public pages.
    pub office_styles: Option<String>,
    /// The office's logo, on public pages: its address and what it shows.
    pub logo: Option<(String, String)>,
    /// Who is signed in, on staff pages.
    pub staff: Option<Viewer>,
    /// What happened just now, such as "Saved".
    pub notice: Option<String>,
    /// The page's own path.
    pub path: String,
}

/// Who looks at a staff page.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// Their address.
    pub email: String,
    /// Where they are.
    pub section: Section,
    /// The parts that they may open.
    pub navigation: Vec<Link>,
}

impl Viewer {
    /// Whether the page is about one's own account.
    #[must_use]
    pub fn on_account(&self) -> bool {
        self.section == Section::Account
    }
}

/// An entry of the navigation.
#[derive(Debug, Clone)]
pub struct Link {
    /// Where to.
    pub href: &'static str,
    /// The message with its name.
    pub key: &'static str,
    /// Whether one is there already.
    pub active: bool,
}

/// A language of the page.
#[derive(Debug, Clone, Copy)]
pub struct Tongue {
    /// Its tag.
    pub tag: &'static str,
    /// What it calls itself.
    pub name: &'static str,
    /// Whether the page is in it.
    pub current: bool,
}

impl Deref for Page {
    type Target = Texts;

    fn deref(&self) -> &Texts {
        &self.texts
    }
}

impl Page {
    /// The frame of a page for people outside the office.
    #[must_use]
    pub fn public(request: &HttpRequest, texts: Texts, office: &str) -> Self {
        let look = request.app_data::<Data<State>>().map(|state| &state.config.look);
        let logo = look.and_then(|look| look.logo.as_ref());
        Self {
            texts,
            spoken: Language::ALL.to_vec(),
            office: office.to_owned(),
            office_styles: look
                .and_then(|look| look.colours)
                .map(|colours| format!("/office.css?v={}{}", colours.office, colours.text).replace('#', "")),
            logo: logo.map(|logo| (format!("/office/logo?v={}", logo.version), logo.alt.clone())),
            staff: None,
            notice: None,
            path: request.path().to_owned(),
        }
    }

    /// A page that is there in these languages only.
    #[must_use]
    pub fn in_languages<'a>(mut self, languages: impl Iterator<Item = &'a Language>) -> Self {
        self.spoken = languages.copied().collect();
        self
    }

    /// The frame of a staff page.
    #[must_use]
    pub fn staff(request: &HttpRequest, who: &SignedIn, office: &str, section: Section) -> Self {
        let texts = Texts(who.language);
        Self {
            texts,
            spoken: Language::ALL.to_vec(),
            office: office.to_owned(),
            office_styles: None,
            logo: None,
            staff: Some(Viewer { email: who.email.clone(), section, navigation: navigation(who, section) }),
            notice: notice(request, texts),
            path: request.path().to_owned(),
        }
    }

    /// The languages in which the page can be read.
    #[must_use]
    pub fn languages(&self) -> Vec<Tongue> {
        let tongue = |language: &Language| Tongue {
            tag: language.as_str(),
            name: own_name(*language),
            current: *language == self.texts.0,
        };
        self.spoken.iter().map(tongue).collect()
    }

    /// The address of an embedded file.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }
}

const fn own_name(language: Language) -> &'static str {
    match language {
        Language::Swedish => "Svenska",
        Language::Norwegian => "Norsk",
        Language::English => "English",
    }
}

/// The parts of the site, with the permission that opens each.
const PARTS: [(&str, &str, Section, Option<Action>); 7] = [
    ("/", "nav-overview", Section::Overview, None),
    ("/campaigns", "nav-campaigns", Section::Campaigns, Some(Action::SeeCampaigns)),
    ("/reports", "nav-reports", Section::Reports, Some(Action::SeeCampaigns)),
    ("/segments", "nav-segments", Section::Segments, Some(Action::SeeCampaigns)),
    ("/forms", "nav-forms", Section::Forms, Some(Action::Compose)),
    ("/contacts", "nav-contacts", Section::Contacts, Some(Action::SeeContacts)),
    ("/imports", "nav-imports", Section::Imports, Some(Action::ImportRegister)),
];

fn navigation(account: &Account, here: Section) -> Vec<Link> {
    PARTS
        .iter()
        .filter(|(_, _, section, action)| match (section, action) {
            (_, None) => true,
            // The register belongs to no unit.
            (Section::Contacts | Section::Imports, Some(action)) => crate::staff::may(account, *action, None),
            (_, Some(action)) => account.units_for(*action).is_none_or(|units| !units.is_empty()),
        })
        .map(|(href, key, section, _)| Link { href, key, active: *section == here })
        .collect()
}

/// What a redirect says happened, in `?done=`; any other word says nothing.
pub(super) const NOTICES: [&str; 17] = [
    "saved",
    "created",
    "deleted",
    "signed-out",
    "password",
    "test-sent",
    "launched",
    "scheduled",
    "retried",
    "paused",
    "resumed",
    "cancelled",
    "recorded",
    "decided",
    "merged",
    "unmerged",
    "erased",
];

fn notice(request: &HttpRequest, texts: Texts) -> Option<String> {
    let (_, word) =
        url::form_urlencoded::parse(request.query_string().as_bytes()).find(|(name, _)| name == "done")?;
    NOTICES.contains(&word.as_ref()).then(|| texts.word("notice", word))
}

/// Writes a page.
///
/// # Errors
/// When the template fails, which only a fault of ours causes.
pub fn show(template: &impl Template) -> Result<HttpResponse, PageError> {
    show_with(StatusCode::OK, template)
}

/// Writes a page with a status of its own, such as 422 for a form that must be corrected.
///
/// # Errors
/// As [`show`].
pub fn show_with(status: StatusCode, template: &impl Template) -> Result<HttpResponse, PageError> {
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(template.render()?))
}

/// Sends the browser on after a form was acted on, so that reloading does not act again.
#[must_use]
pub fn go_to(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((actix_web::http::header::LOCATION, address)).finish()
}
