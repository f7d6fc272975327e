//! `/f/SLUG`: a sign-up form, and `/confirm/TOKEN`: its confirmation (product P45). Both work without cookie and
//! script. A form may stand on another site, as HTML that posts here or in a frame: posting changes nothing before it
//! is confirmed, so nothing is won by making somebody else's browser post it.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::forms::{self, Form as SignUpForm, FormText, Mailing, Outcome, Request};
use crate::kernel::language::Language;
use crate::links::Token;
use crate::units::{self, Topic};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::{Locale, Texts};
use crate::web::page::{Page, show, show_with};
use crate::web::parts::{Choice, Select};

/// The policy of the page that other sites may show in a frame. It has no session that could be misused.
const FRAMED: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors *";
/// Nobody writes two names and an address in less, in seconds.
const SHORTEST: i64 = 2;

impl From<forms::Error> for PageError {
    fn from(error: forms::Error) -> Self {
        match error {
            forms::Error::Database(error) => Self::Database(error),
            other => Self::Fault(other.to_string()),
        }
    }
}

/// The page of a form. Staff see the same one before it is open.
#[derive(Template)]
#[template(path = "public/sign_up.html")]
pub(in crate::web) struct SignUpPage {
    pub page: Page,
    pub action: String,
    pub unit: String,
    pub text: FormText,
    pub topics: Vec<Choice>,
    pub language: Select,
    pub given_name: String,
    pub family_name: String,
    pub email: String,
    pub token: String,
    pub problems: Vec<String>,
    /// Shown to staff: it cannot be sent.
    pub preview: bool,
}

#[derive(Template)]
#[template(path = "public/sign_up_confirm.html")]
struct ConfirmPage {
    page: Page,
    unit: String,
    address: String,
    topics: Vec<String>,
    text: FormText,
}

#[derive(Template)]
#[template(path = "public/invitation_done.html")]
struct DonePage {
    page: Page,
    heading: String,
    text: String,
    preferences: Option<String>,
}

/// What somebody wrote who has to correct something.
#[derive(Default)]
struct Draft {
    names: [String; 2],
    email: String,
    language: Option<Language>,
    topics: Vec<i64>,
    token: Option<String>,
    problems: Vec<String>,
}

impl Draft {
    fn of(form: &Form) -> Self {
        Self {
            names: ["given_name", "family_name"].map(|name| form.get(name).to_owned()),
            email: form.get("email").to_owned(),
            language: form.get("language").parse().ok(),
            topics: form.all("topic").filter_map(|topic| topic.parse().ok()).collect(),
            token: Some(form.get("form").to_owned()).filter(|token| !token.is_empty()),
            problems: Vec::new(),
        }
    }
}

/// A form, its unit's name and the topics that it offers.
#[derive(Clone)]
pub(in crate::web) struct Shown {
    pub form: SignUpForm,
    pub unit: String,
    pub topics: Vec<Topic>,
}

impl Shown {
    pub(in crate::web) fn read(conn: &mut crate::db::Conn, form: SignUpForm) -> Result<Self, PageError> {
        let unit = units::tree(conn)?.get(form.unit_id).map(|unit| unit.name.clone()).unwrap_or_default();
        let topics =
            units::topics(conn)?.into_iter().filter(|topic| form.topics.contains(&topic.id)).collect();
        Ok(Self { form, unit, topics })
    }

    /// The page as somebody sees it who has not written anything.
    pub(in crate::web) fn preview(
        self,
        request: &HttpRequest,
        state: &State,
        wanted: Language,
    ) -> SignUpPage {
        SignUpPage { preview: true, ..self.page(request, state, wanted, Draft::default(), "") }
    }

    fn page(
        self,
        request: &HttpRequest,
        state: &State,
        wanted: Language,
        draft: Draft,
        action: &str,
    ) -> SignUpPage {
        let language = self.form.language_for(wanted);
        let texts = Texts(language);
        let only_one = self.topics.len() == 1;
        let topic = |topic: &Topic| {
            Choice::new(topic.id, topic.name(language), only_one || draft.topics.contains(&topic.id))
        };
        let spoken = draft.language.unwrap_or(language);
        let tongue = |one: &Language| Choice::new(one, texts.word("tongue", one), *one == spoken);
        let shown_at = state.clock.now().timestamp();
        let (form, version) = (self.form.id, i64::from(self.form.version));
        let fresh = || state.urls.signer().sign(Token::SignUpForm { form, version, shown_at });
        let [given_name, family_name] = draft.names;
        SignUpPage {
            page: Page::public(request, texts, &state.config.office_name)
                .in_languages(self.form.texts.keys()),
            action: format!("{action}?lang={language}"),
            topics: self.topics.iter().map(topic).collect(),
            language: Select {
                name: "language".to_owned(),
                label: texts.t("sign-up-language"),
                hint: String::new(),
                choices: self.form.texts.keys().map(tongue).collect(),
            },
            text: self.form.texts.get(&language).cloned().unwrap_or_default(),
            unit: self.unit,
            given_name,
            family_name,
            email: draft.email,
            token: draft.token.unwrap_or_else(fresh),
            problems: draft.problems,
            preview: false,
        }
    }
}

/// The form at an address, if it is open.
async fn open(state: &State, slug: String) -> Result<Shown, PageError> {
    state
        .db
        .read(move |conn| {
            let form = forms::by_slug(conn, &slug)?.filter(|form| form.enabled).ok_or(PageError::NotFound)?;
            Shown::read(conn, form)
        })
        .await
}

fn framed(mut response: HttpResponse) -> HttpResponse {
    let policy = actix_web::http::header::HeaderValue::from_static(FRAMED);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}

/// `GET /f/{slug}`
pub async fn ask(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    slug: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let action = request.path().to_owned();
    let shown = open(&state, slug.into_inner()).await?;
    show(&shown.page(&request, &state, locale.0, Draft::default(), &action))
}

/// `GET /f/{slug}/embed`: the same page, which other sites may show in a frame.
pub async fn ask_framed(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    slug: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    Ok(framed(ask(request, state, locale, slug).await?))
}

/// `POST /f/{slug}`: answers the same whether or not the address is known.
pub async fn take(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    slug: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let slug = slug.into_inner();
    let action = request.path().to_owned();
    let shown = open(&state, slug).await?;
    let language = shown.form.language_for(locale.0);
    let texts = Texts(language);
    // A field that nobody sees and only a program fills in.
    if !form.get("website").is_empty() {
        return look_in_your_inbox(&request, &state, texts, &shown);
    }
    let mut draft = Draft::of(&form);
    let token = draft.token.as_deref().map(|token| state.urls.signer().verify(token));
    let (version, shown_at) = match token {
        Some(Ok(Token::SignUpForm { form, version, shown_at })) if form == shown.form.id => {
            (version, shown_at)
        }
        // Not our form, or one that has lost its hidden field: shown anew, for one more press.
        _ => {
            draft.token = None;
            draft.problems.push(texts.t("sign-up-again"));
            let page = shown.page(&request, &state, language, draft, &action);
            return show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let names = [draft.names[0].as_str(), draft.names[1].as_str()];
    let checked = Request::check(&shown.form, names, &draft.email, draft.language, &draft.topics, language);
    let asked = match checked {
        Ok(asked) if state.clock.now().timestamp() - shown_at >= SHORTEST => asked,
        Ok(_) => {
            draft.problems.push(texts.t("sign-up-again"));
            let page = shown.page(&request, &state, language, draft, &action);
            return show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        Err(wrong) => {
            draft.problems = wrong.iter().map(|wrong| texts.word("sign-up-wrong", wrong.key())).collect();
            let page = shown.page(&request, &state, language, draft, &action);
            return show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let version = i32::try_from(version).unwrap_or(shown.form.version);
    let (sender, writing) = (state.clone(), shown.clone());
    let outcome = state
        .db
        .write(move |conn| {
            let mailing = Mailing {
                layouts: &sender.layouts,
                urls: &sender.urls,
                keys: &sender.config.secret_keys,
                clock: &sender.clock,
                unit: &writing.unit,
                office: &sender.config.office_name,
            };
            Ok::<_, PageError>(forms::sign_up(conn, &mailing, &writing.form, version, &asked)?)
        })
        .await?;
    match outcome {
        Outcome::Taken => look_in_your_inbox(&request, &state, texts, &shown),
        Outcome::Busy => {
            draft.problems.push(texts.t("sign-up-busy"));
            let page = shown.page(&request, &state, language, draft, &action);
            show_with(StatusCode::TOO_MANY_REQUESTS, &page)
        }
    }
}

/// `POST /f/{slug}/embed`
pub async fn take_framed(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    slug: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    Ok(framed(take(request, state, locale, slug, form).await?))
}

fn look_in_your_inbox(
    request: &HttpRequest,
    state: &State,
    texts: Texts,
    shown: &Shown,
) -> Result<HttpResponse, PageError> {
    show(&DonePage {
        page: Page::public(request, texts, &state.config.office_name).in_languages(shown.form.texts.keys()),
        heading: texts.t("sign-up-sent"),
        text: texts.t1("sign-up-sent-text", "days", forms::VALID_DAYS),
        preferences: None,
    })
}

/// The sign-up that a link confirms; `None` when the link is ours and its time is over.
fn link_of(state: &State, token: &str) -> Result<Option<i64>, PageError> {
    match state.urls.signer().verify(token) {
        Ok(Token::ConfirmSignUp { sign_up, expires }) => {
            Ok(Some(sign_up).filter(|_| expires > state.clock.now().timestamp()))
        }
        _ => Err(PageError::InvalidLink),
    }
}

fn gone(request: &HttpRequest, state: &State, texts: Texts) -> Result<HttpResponse, PageError> {
    let page = DonePage {
        page: Page::public(request, texts, &state.config.office_name),
        heading: texts.t("sign-up-gone"),
        text: texts.t("sign-up-gone-text"),
        preferences: None,
    };
    show_with(StatusCode::GONE, &page)
}

/// `GET /confirm/{token}`: a button, and nothing changes, because mail scanners follow links.
pub async fn ask_confirmation(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Some(id) = link_of(&state, &token)? else { return gone(&request, &state, Texts(locale.0)) };
    let now = state.clock.now().naive_utc();
    let found = state
        .db
        .read(move |conn| {
            let Some(sign_up) = forms::pending(conn, id, now)? else { return Ok(None) };
            let text = forms::text_of(conn, sign_up.form_id, sign_up.version, sign_up.language)?;
            let form = forms::find(conn, sign_up.form_id)?;
            let (Some((_, text)), Some(form)) = (text, form) else { return Ok(None) };
            Ok::<_, PageError>(Some((Shown::read(conn, form)?, sign_up, text)))
        })
        .await?;
    let Some((shown, sign_up, text)) = found else { return gone(&request, &state, Texts(locale.0)) };
    let texts = Texts(Locale::for_person(&request, Some(sign_up.language)).0);
    let chosen = shown.topics.iter().filter(|topic| sign_up.topics.contains(&topic.id));
    show(&ConfirmPage {
        page: Page::public(&request, texts, &state.config.office_name),
        topics: chosen.map(|topic| topic.name(texts.0).to_owned()).collect(),
        unit: shown.unit,
        // Whoever forwards the mail must not give the whole address away.
        address: masked(&sign_up.email),
        text,
    })
}

fn masked(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or(("", address));
    format!("{}•••@{domain}", local.chars().next().map(String::from).unwrap_or_default())
}

/// `POST /confirm/{token}`: the person is found or made, and the consent recorded.
pub async fn confirm(
    request: HttpRequest,
    state: web::Data<State>,
    locale: Locale,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Some(id) = link_of(&state, &token)? else { return gone(&request, &state, Texts(locale.0)) };
    let now = state.clock.now().naive_utc();
    let confirmed = state
        .db
        .write(move |conn| {
            let Some(confirmed) = forms::confirm(conn, id, now)? else { return Ok(None) };
            let unit = units::tree(conn)?.get(confirmed.form.unit_id).map(|unit| unit.name.clone());
            Ok::<_, PageError>(Some((confirmed, unit.unwrap_or_default())))
        })
        .await?;
    let Some((confirmed, unit)) = confirmed else { return gone(&request, &state, Texts(locale.0)) };
    let texts = Texts(Locale::for_person(&request, Some(confirmed.sign_up.language)).0);
    show(&DonePage {
        page: Page::public(&request, texts, &state.config.office_name),
        heading: texts.t("sign-up-done"),
        text: texts.t1("sign-up-done-text", "unit", unit),
        preferences: Some(state.urls.preferences(confirmed.contact)),
    })
}
