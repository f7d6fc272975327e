//! What the columns of an uploaded file mean: what was found out about it, what people make of it, and the mapping
//! that is kept of that.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::imports::{attachment, frame, refuse, try_out};
use super::upload::Upload;
use super::{Done, unit_choices};
use crate::db;
use crate::import::choices::Choices;
use crate::import::look::{self, Column, Look};
use crate::import::mapping::{ConsentRule, Field, Kind, Mapping};
use crate::import::source::Encoding;
use crate::import::{ImportError, mappings, words};
use crate::kernel::language::Language;
use crate::staff::Action;
use crate::units::{self, Purpose};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show_with};
use crate::web::parts::{Choice, Input, Select};
use crate::web::session::SignedIn;

/// A mapping that a file can be read with.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// How forms name it: a preset's short name, or the number of a stored one.
    pub(super) reference: String,
    pub(super) mapping: Mapping,
    pub(super) toml: String,
    /// Its number, if staff made it.
    pub(super) stored: Option<i64>,
}

impl Known {
    /// The columns that must be there and are not.
    fn lacking(&self, look: &Look) -> impl Iterator<Item = Field> {
        let found = self.mapping.places(&look.table.columns);
        let required = self.mapping.columns.keys().filter(|field| !self.mapping.optional.contains(field));
        required.copied().filter(move |field| !found.contains_key(field))
    }

    fn lacks_some(&self, look: &Look) -> bool {
        self.lacking(look).next().is_some()
    }
}

/// Every mapping there is, those that staff made first.
pub(super) async fn known(state: &State) -> Result<Vec<Known>, PageError> {
    let stored = state.db.read(mappings::all).await?.into_iter();
    let stored = stored.map(|stored| (stored.id.to_string(), stored.toml, Some(stored.id)));
    let presets = Mapping::PRESETS.iter().map(|(name, toml)| ((*name).to_owned(), (*toml).to_owned(), None));
    let read = |(reference, toml, stored): (String, String, Option<i64>)| match Mapping::from_toml(&toml) {
        Ok(mapping) => Some(Known { reference, mapping, toml, stored }),
        Err(error) => {
            // One that cannot be used must not stop the others from being used.
            tracing::error!(%error, reference, "a stored mapping cannot be read");
            None
        }
    };
    Ok(stored.chain(presets).filter_map(read).collect())
}

/// The mapping that a form names.
pub(super) fn named<'a>(known: &'a [Known], reference: &str) -> Option<&'a Known> {
    known.iter().find(|known| known.reference == reference)
}

#[derive(Template)]
#[template(path = "staff/imports/columns.html")]
struct ColumnsPage {
    page: Page,
    upload: Upload,
    base: Option<Known>,
    look: Look,
    choices: Choices,
    purposes: Vec<Purpose>,
    units: Vec<Choice>,
    problem: Option<String>,
}

/// The words of a column with a fixed set of values.
struct Words {
    label: String,
    field: Field,
    /// Place, the file's word, and ours to choose from.
    rows: Vec<(usize, String, Vec<Choice>)>,
}

impl ColumnsPage {
    fn reference(&self) -> &str {
        self.base.as_ref().map_or("", |base| &base.reference)
    }

    fn facts(&self) -> Vec<(String, String)> {
        let (page, table) = (&self.page, &self.look.table);
        let encoding = match table.encoding {
            Encoding::Workbook => page.t("columns-workbook"),
            encoding => encoding.to_string(),
        };
        let mut facts = vec![(page.t("columns-encoding"), encoding)];
        if let Some(delimiter) = table.delimiter {
            let name = match delimiter {
                ';' => page.t("columns-semicolon"),
                ',' => page.t("columns-comma"),
                _ => page.t("columns-tab"),
            };
            facts.push((page.t("columns-delimiter"), name));
        }
        facts.push((page.t("columns-header-row"), page.number(table.header_row)));
        facts.push((page.t("columns-count"), page.number(self.look.columns.len() as u64)));
        let fits =
            self.base.as_ref().map_or_else(|| page.t("columns-fits-none"), |base| base.mapping.name.clone());
        facts.push((page.t("columns-fits"), fits));
        facts
    }

    /// What the mapping reads and the file lacks.
    fn lacking(&self) -> String {
        let Some(base) = &self.base else { return String::new() };
        let names = base.lacking(&self.look).map(|field| self.page.word("column", field));
        names.collect::<Vec<_>>().join(", ")
    }

    fn rows(&self) -> impl Iterator<Item = (usize, &Column, Vec<Choice>)> {
        self.look.columns.iter().zip(&self.choices.fields).enumerate().map(|(place, (column, field))| {
            let none = Choice::new("", self.page.t("columns-unread"), field.is_none());
            let choice = |one: &Field| Choice::new(one, self.page.word("column", one), *field == Some(*one));
            (place, column, std::iter::once(none).chain(Field::ALL.iter().map(choice)).collect())
        })
    }

    /// The words of each column with a fixed set of values, with ours to choose from.
    fn values(&self) -> Vec<Words> {
        let word = |field: Field, ours: &str| match field {
            Field::Language => self.page.word("tongue", ours),
            _ => self.page.word("word", ours),
        };
        let choices = |field: Field, chosen: Option<&str>| {
            let none = Choice::new("", self.page.t("columns-word-unknown"), chosen.is_none());
            let choice = |ours: &'static str| Choice::new(ours, word(field, ours), chosen == Some(ours));
            std::iter::once(none).chain(words::of_field(field).into_iter().map(choice)).collect()
        };
        let of_field = |(field, said): (&Field, &BTreeMap<String, Option<String>>)| Words {
            label: self.page.word("column", field),
            field: *field,
            rows: said
                .iter()
                .enumerate()
                .map(|(place, (theirs, ours))| (place, theirs.clone(), choices(*field, ours.as_deref())))
                .collect(),
        };
        self.choices.values.iter().map(of_field).collect()
    }

    fn settings(&self) -> Vec<String> {
        let (page, choices) = (&self.page, &self.choices);
        let select = |name: &str, label: &str, hint: &str, choices| {
            let (name, label) = (name.to_owned(), page.t(label));
            Select { name, label, hint: if hint.is_empty() { String::new() } else { page.t(hint) }, choices }
                .render()
        };
        let languages = Language::ALL
            .iter()
            .map(|one| Choice::new(one, page.word("tongue", one), *one == choices.language));
        let kinds = Kind::ALL
            .iter()
            .map(|one| Choice::new(one, page.word("columns-kind", one), *one == choices.kind));
        let mut parts = vec![
            Input::text("name", page.t("columns-name"), &choices.name)
                .hint(page.t("columns-name-hint"))
                .render(),
            Input::text("source", page.t("columns-source"), &choices.source)
                .hint(page.t("columns-source-hint"))
                .render(),
            select("kind", "columns-kind", "", kinds.collect()),
            select("language", "columns-language", "columns-language-hint", languages.collect()),
            Input::text("country", page.t("columns-country"), &choices.country)
                .hint(page.t("columns-country-hint"))
                .render(),
        ];
        if choices.has_consent() {
            let rule = &choices.consent;
            let purposes = self.purposes.iter().map(|purpose| {
                Choice::new(&purpose.code, purpose.name(page.0), purpose.code == rule.without_topic)
            });
            parts.extend([
                select("consent_unit", "columns-consent-unit", "", self.units.clone()),
                Input::text("consent_separator", page.t("columns-consent-separator"), &rule.separator)
                    .render(),
                select("consent_topic", "columns-consent-topic", "", purposes.collect()),
            ]);
        }
        parts.into_iter().filter_map(Result::ok).collect()
    }
}

/// What the form says of the columns, laid over what the base says; words that it does not speak of are added.
fn read(form: &Form, base: Option<&Mapping>, known: &[Mapping], look: &Look) -> Result<Choices, PageError> {
    let mut choices = Choices::of(base, known, look);
    if !form.has("meaning-0") {
        return Ok(choices);
    }
    for (place, field) in choices.fields.iter_mut().enumerate() {
        *field = match form.get(&format!("meaning-{place}")) {
            "" => None,
            word => Some(word.parse().map_err(|_| PageError::Unreadable)?),
        };
    }
    choices.name = form.get("name").to_owned();
    choices.source = form.get("source").to_owned();
    choices.country = form.get("country").to_uppercase();
    choices.kind = form.get("kind").parse().map_err(|_| PageError::Unreadable)?;
    choices.language = form.get("language").parse().map_err(|_| PageError::Unreadable)?;
    if form.has("consent_unit") {
        choices.consent = ConsentRule {
            unit: form.get("consent_unit").to_owned(),
            separator: form.get("consent_separator").to_owned(),
            without_topic: form.get("consent_topic").to_owned(),
        };
    }
    choices.values.clear();
    for field in Field::ALL {
        let ours = words::of_field(*field);
        for place in 0.. {
            let name = format!("word-{field}-{place}");
            if !form.has(&name) {
                break;
            }
            let chosen = form.get(&format!("value-{field}-{place}"));
            if !chosen.is_empty() && !ours.contains(&chosen) {
                return Err(PageError::Unreadable);
            }
            let word = Some(chosen.to_owned()).filter(|word| !word.is_empty());
            choices.values.entry(*field).or_default().insert(form.get(&name).to_owned(), word);
        }
    }
    choices.offer_words(base, look);
    Ok(choices)
}

/// What is wrong with the name of a mapping that is to be kept, if anything.
async fn wrong_name(
    state: &State,
    texts: Texts,
    name: &str,
    base: Option<&Known>,
) -> Result<Option<String>, PageError> {
    let length = name.chars().count();
    if length == 0 || length > mappings::LONGEST_NAME || name.chars().any(char::is_control) {
        return Ok(Some(texts.t("columns-name-missing")));
    }
    if mappings::is_preset(name) {
        return Ok(Some(texts.t1("columns-name-preset", "name", name.to_owned())));
    }
    let wanted = name.to_owned();
    let holder = state.db.read(move |conn| mappings::by_name(conn, &wanted)).await?;
    let own = base.and_then(|base| base.stored);
    let is_taken = holder.is_some_and(|holder| Some(holder.id) != own);
    Ok(is_taken.then(|| texts.t1("columns-name-taken", "name", name.to_owned())))
}

/// Shows what was found out about a file, filled in by the mapping `reference`, or by the one that fits best.
pub(super) async fn ask(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    upload: Upload,
    form: &Form,
) -> Result<HttpResponse, PageError> {
    let mut known = known(state).await?;
    let chosen = form.get("mapping");
    let path = upload.path(state);
    if !path.is_file() {
        return Err(PageError::NotFound);
    }
    let candidates: Vec<Mapping> = known.iter().map(|known| known.mapping.clone()).collect();
    let looked = web::block(move || {
        let look = look::look(&path, &candidates)?;
        let best = look::best(&look.table, &candidates);
        Ok::<_, ImportError>((look, best, candidates))
    })
    .await
    .map_err(|error| PageError::Fault(error.to_string()))?;
    let (look, best, candidates) = match looked {
        Ok(looked) => looked,
        Err(error) => return refuse(request, state, who, error.to_string()).await,
    };
    let base = match known.iter().position(|known| known.reference == chosen) {
        Some(place) => Some(known.swap_remove(place)),
        // "None" is an answer too, given on the page itself.
        None if form.has("meaning-0") => None,
        None => best.map(|place| known.swap_remove(place)),
    };
    let base_mapping = base.as_ref().map(|base| &base.mapping);
    let mut choices = read(form, base_mapping, &candidates, &look)?;
    if !form.has("meaning-0")
        && base.as_ref().is_some_and(|base| base.stored.is_none() && base.lacks_some(&look))
    {
        // What comes out is not that preset any more.
        choices.name.clear();
    }
    let mut problem = None;
    if form.get("step") == "try" {
        match choices.mapping(base_mapping, &look) {
            Err(error) => problem = Some(error.to_string()),
            Ok(mapping) => {
                if let Some(base) = base.as_ref().filter(|base| base.mapping == mapping) {
                    return try_out(request, state, who, upload, base).await;
                }
                match wrong_name(state, Texts(who.language), &mapping.name, base.as_ref()).await? {
                    Some(wrong) => problem = Some(wrong),
                    None => {
                        let kept = keep(state, who, mapping).await?;
                        return try_out(request, state, who, upload, &kept).await;
                    }
                }
            }
        }
    }
    let (tree, purposes) =
        state.db.read(|conn| Ok::<_, db::Error>((units::tree(conn)?, units::purposes(conn)?))).await?;
    let units = unit_choices(&tree, who, Action::ImportRegister, &choices.consent.unit);
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = frame(request, state, who);
    show_with(status, &ColumnsPage { page, upload, base, look, choices, purposes, units, problem })
}

/// Stores a mapping under its name.
async fn keep(state: &State, who: &SignedIn, mapping: Mapping) -> Result<Known, PageError> {
    let toml = mapping.to_toml().map_err(|error| PageError::Fault(error.to_string()))?;
    let (name, text) = (mapping.name.clone(), toml.clone());
    let (actor, now) = (who.actor, state.clock.now().naive_utc());
    let id = state
        .db
        .write(move |conn| {
            let id = mappings::save(conn, &name, &text, actor.id, now)?;
            Done::to("import.mapping", "import_mapping", id).record(conn, now, actor)?;
            Ok::<_, db::Error>(id)
        })
        .await?;
    Ok(Known { reference: id.to_string(), mapping, toml, stored: Some(id) })
}

/// `POST /imports/columns`: shows the columns of an uploaded file, or keeps what was said of them and tries it out.
pub async fn columns(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::ImportRegister, None)?;
    let upload = Upload::known(form.get("upload"), form.get("file_name")).ok_or(PageError::Unreadable)?;
    ask(&request, &state, &who, upload, &form).await
}

/// `GET /imports/mappings/{id}`: a mapping as a TOML file, for `brevduva import --mapping`.
pub async fn download(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::ImportRegister, None)?;
    let id = id.into_inner();
    let stored = state.db.read(move |conn| mappings::find(conn, id)).await?.ok_or(PageError::NotFound)?;
    let name = format!("{}.toml", stored.name.replace(['/', '\\'], "-"));
    Ok(HttpResponse::Ok()
        .content_type("application/toml; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, attachment(&name)))
        .body(stored.toml))
}

/// `POST /imports/mappings/{id}`: gives a mapping another name, or forgets it.
pub async fn change(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::ImportRegister, None)?;
    let reference = id.to_string();
    let known = known(&state).await?;
    let mapping = named(&known, &reference).cloned().ok_or(PageError::NotFound)?;
    let (id, actor, now) = (id.into_inner(), who.actor, state.clock.now().naive_utc());
    if form.get("step") == "delete" {
        state
            .db
            .write(move |conn| {
                mappings::delete(conn, id)?;
                Done::to("import.mapping.delete", "import_mapping", id).record(conn, now, actor)
            })
            .await?;
        return Ok(go_to("/imports?notice=deleted"));
    }
    let name = form.get("name").trim().to_owned();
    if let Some(wrong) = wrong_name(&state, Texts(who.language), &name, Some(&mapping)).await? {
        return refuse(&request, &state, &who, wrong).await;
    }
    let renamed = Mapping { name: name.clone(), ..mapping.mapping };
    let toml = renamed.to_toml().map_err(|error| PageError::Fault(error.to_string()))?;
    state
        .db
        .write(move |conn| {
            mappings::rename(conn, id, &name, &toml, now)?;
            Done::to("import.mapping.rename", "import_mapping", id).record(conn, now, actor)
        })
        .await?;
    Ok(go_to("/imports?notice=saved"))
}
