//! A campaign's form: what was written in it, and how it is shown again.

use std::collections::BTreeMap;

use crate::campaign::{CampaignFile, CampaignKind, Fault, Problem, Sender, Stored, Tracking};
use crate::content::{Body, CampaignContent, LanguageContent, LayoutName};
use crate::db::Conn;
use crate::invitations::Network;
use crate::kernel::language::Language;
use crate::preferences::LegalBasis;
use crate::segment::{Rule, Segment};
use crate::staff::Action;
use crate::units;
use crate::units::{Purpose, Topic, UnitTree};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::parts::{Choice, Input, Select};
use crate::web::session::SignedIn;
use crate::web::staff::segments;

/// The value of the segment field that keeps the rule as it is.
const PRESENT_RULE: &str = "present";
/// The value of the segment field that takes everyone in the register.
const EVERYONE: &str = "everyone";

/// The value of the segment field that takes those for whom a new invitation is.
const NEW_GRADUATES: &str = "new-graduates";

/// How a text is written, as the form's words have it.
const KINDS: [&str; 3] = ["markdown", "html", "mjml"];

/// Everything that was written in the form, unchecked.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) unit: String,
    pub(super) topic: String,
    pub(super) purpose: String,
    pub(super) legal_basis: String,
    pub(super) from_name: String,
    pub(super) from_address: String,
    pub(super) segment: String,
    pub(super) tracking: String,
    pub(super) important: bool,
    pub(super) layout: String,
    pub(super) default_language: String,
    pub(super) texts: BTreeMap<Language, WrittenText>,
    pub(super) version: i32,
}

/// The text in one language.
#[derive(Debug, Clone, Default)]
pub(super) struct WrittenText {
    pub(super) subject: String,
    pub(super) preheader: String,
    pub(super) kind: String,
    pub(super) body: String,
}

impl WrittenText {
    fn is_empty(&self) -> bool {
        self.subject.is_empty() && self.body.is_empty() && self.preheader.is_empty()
    }
}

impl Written {
    /// As sent.
    pub(super) fn read(form: &Form) -> Self {
        let get = |name: &str| form.get(name).to_owned();
        let text = |language: &Language| WrittenText {
            subject: get(&format!("subject_{language}")),
            preheader: get(&format!("preheader_{language}")),
            kind: get(&format!("kind_{language}")),
            body: get(&format!("body_{language}")).replace("\r\n", "\n"),
        };
        Self {
            name: get("name"),
            kind: get("kind"),
            unit: get("unit"),
            topic: get("topic"),
            purpose: get("purpose"),
            legal_basis: get("legal_basis"),
            from_name: get("from_name"),
            from_address: get("from_address"),
            segment: get("segment"),
            tracking: get("tracking"),
            important: form.has("important"),
            layout: get("layout"),
            default_language: get("default_language"),
            texts: Language::ALL.iter().map(|language| (*language, text(language))).collect(),
            version: form.get("version").parse().unwrap_or_default(),
        }
    }

    /// What a new campaign begins with.
    pub(super) fn new(state: &State, who: &SignedIn) -> Self {
        Self {
            kind: CampaignKind::Mailing.to_string(),
            from_name: state.config.office_name.clone(),
            from_address: who.email.clone(),
            topic: "newsletter".to_owned(),
            purpose: "newsletter".to_owned(),
            legal_basis: LegalBasis::PublicInterest.to_string(),
            tracking: Tracking::Aggregate.to_string(),
            layout: "newsletter".to_owned(),
            default_language: who.language.to_string(),
            ..Self::default()
        }
    }

    /// What an invitation of new graduates begins with: everything but who sends.
    pub(super) fn invitation(state: &State, who: &SignedIn) -> Self {
        let general = "general".to_owned();
        let mut written = Self {
            name: Texts(who.language).t("campaign-start-invitation"),
            kind: CampaignKind::Invitation.to_string(),
            topic: general.clone(),
            purpose: general,
            segment: NEW_GRADUATES.to_owned(),
            ..Self::new(state, who)
        };
        if let Some(content) = state.layouts.start("invitation") {
            written.layout = content.layout.to_string();
            written.texts = texts_of(content);
        }
        written
    }

    /// Whether it is an invitation.
    pub(super) fn is_invitation(&self) -> bool {
        self.kind == CampaignKind::Invitation.as_str()
    }

    /// A draft as stored.
    pub(super) fn of(stored: &Stored, tree: &UnitTree, topics: &[Topic]) -> Self {
        let campaign = &stored.campaign;
        Self {
            name: campaign.name().to_owned(),
            kind: campaign.kind().to_string(),
            unit: tree.get(campaign.unit_id()).map(|unit| unit.slug.clone()).unwrap_or_default(),
            topic: topics
                .iter()
                .find(|topic| topic.id == campaign.topic_id())
                .map(|topic| topic.code.clone())
                .unwrap_or_default(),
            purpose: campaign.purpose().to_owned(),
            legal_basis: campaign.legal_basis().to_string(),
            from_name: campaign.from_name().to_owned(),
            from_address: campaign.from_address().to_string(),
            segment: PRESENT_RULE.to_owned(),
            tracking: campaign.tracking().to_string(),
            important: campaign.is_important(),
            layout: campaign.content().layout.to_string(),
            default_language: campaign.content().default_language.to_string(),
            texts: texts_of(campaign.content()),
            version: stored.version,
        }
    }

    /// The rule that is meant: that of a saved segment, the one that the draft has, or a ready one.
    pub(super) fn rule(
        &self,
        conn: &mut Conn,
        who: &SignedIn,
        year: i32,
        present: Option<&Rule>,
    ) -> Result<Option<Rule>, PageError> {
        if self.segment == PRESENT_RULE {
            return Ok(present.cloned());
        }
        if self.segment == EVERYONE {
            return Ok(Some(Rule::everyone()));
        }
        if self.segment == NEW_GRADUATES {
            return Ok(Rule::parse(&new_graduates(year)).ok());
        }
        let Ok(id) = self.segment.parse() else { return Ok(None) };
        match segments::find(conn, who, id) {
            Ok(segment) => Ok(Some(segment.rule)),
            Err(PageError::NotFound | PageError::NotAllowed) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// As a campaign file, which the same check judges as any other.
    pub(super) fn file(&self, rule: Option<&Rule>) -> Result<CampaignFile, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut wrong = |path: &str, fault: Fault| problems.push(Problem::at(path, fault));
        let kind = self.kind.parse();
        let legal_basis = self.legal_basis.parse();
        let tracking = self.tracking.parse();
        let default_language = self.default_language.parse();
        let layout = LayoutName::parse(&self.layout);
        for (path, unknown) in [
            ("$.kind", kind.is_err()),
            ("$.legal_basis", legal_basis.is_err()),
            ("$.tracking", tracking.is_err()),
            ("$.default_language", default_language.is_err()),
            ("$.layout", layout.is_err()),
        ] {
            if unknown {
                wrong(path, Fault::NotChosen);
            }
        }
        if rule.is_none() {
            wrong("$.segment", Fault::NoSegment);
        }
        let languages: BTreeMap<Language, LanguageContent> = self
            .texts
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(tag, text)| (*tag, text.content()))
            .collect();
        if languages.is_empty() {
            wrong("$.content", Fault::NoText);
        }
        match (kind, legal_basis, tracking, default_language, layout, rule) {
            (Ok(kind), Ok(legal_basis), Ok(tracking), Ok(default_language), Ok(layout), Some(rule))
                if problems.is_empty() =>
            {
                Ok(CampaignFile {
                    name: self.name.clone(),
                    kind,
                    unit: self.unit.clone(),
                    topic: self.topic.clone(),
                    purpose: self.purpose.clone(),
                    legal_basis,
                    from: Sender { name: self.from_name.clone(), address: self.from_address.clone() },
                    segment: rule.to_json(),
                    tracking,
                    important: self.important,
                    variants: None,
                    content: CampaignContent { layout, default_language, languages },
                })
            }
            _ => Err(problems),
        }
    }
}

/// Who graduated this year or last and was never invited: registers tell the year alone.
fn new_graduates(year: i32) -> serde_json::Value {
    serde_json::json!({ "all": [
        { "degree": { "graduation_year": { "between": [year - 1, year] } } },
        { "person": { "network": { "in": [Network::NotInvited] } } },
    ] })
}

/// Every language as the form has it.
fn texts_of(content: &CampaignContent) -> BTreeMap<Language, WrittenText> {
    let text = |content: &LanguageContent| WrittenText {
        subject: content.subject.clone(),
        preheader: content.preheader.clone().unwrap_or_default(),
        kind: match content.body {
            Body::Markdown(_) => KINDS[0],
            Body::Html(_) => KINDS[1],
            Body::Mjml(_) => KINDS[2],
        }
        .to_owned(),
        body: content.body.source().to_owned(),
    };
    content.languages.iter().map(|(tag, content)| (*tag, text(content))).collect()
}

impl WrittenText {
    fn content(&self) -> LanguageContent {
        let body = match self.kind.as_str() {
            "html" => Body::Html(self.body.clone()),
            "mjml" => Body::Mjml(self.body.clone()),
            _ => Body::Markdown(self.body.clone()),
        };
        let preheader = Some(self.preheader.clone()).filter(|text| !text.is_empty());
        LanguageContent { subject: self.subject.clone(), preheader, body }
    }
}

/// What the form offers to choose from.
pub(super) struct Offered {
    tree: UnitTree,
    topics: Vec<Topic>,
    purposes: Vec<Purpose>,
    segments: Vec<Segment>,
}

impl Offered {
    pub(super) fn read(conn: &mut Conn, who: &SignedIn) -> Result<Self, PageError> {
        let tree = units::tree(conn)?;
        Ok(Self {
            topics: units::topics(conn)?,
            purposes: units::purposes(conn)?,
            segments: segments::seen(conn, who, &tree)?,
            tree,
        })
    }

    /// The fields with what was written in them.
    pub(super) fn fields(
        &self,
        state: &State,
        texts: Texts,
        who: &SignedIn,
        written: &Written,
        has_rule: bool,
    ) -> Fields {
        let select = |name: &str, key: &str, hint: &str, choices: Vec<Choice>| Select {
            name: name.to_owned(),
            label: texts.t(key),
            hint: if hint.is_empty() { String::new() } else { texts.t(hint) },
            choices,
        };
        let mut segments = Vec::new();
        if has_rule {
            segments.push(Choice::new(
                PRESENT_RULE,
                texts.t("campaign-segment-present"),
                written.segment == PRESENT_RULE,
            ));
        }
        for segment in &self.segments {
            segments.push(Choice::new(segment.id, &segment.name, written.segment == segment.id.to_string()));
        }
        if written.is_invitation() {
            segments.push(Choice::new(
                NEW_GRADUATES,
                texts.t("campaign-segment-new-graduates"),
                written.segment == NEW_GRADUATES,
            ));
        }
        // The last, so that nobody writes to everyone by not choosing.
        segments.push(Choice::new(
            EVERYONE,
            texts.t("campaign-segment-everyone"),
            written.segment == EVERYONE,
        ));
        let topics = self
            .topics
            .iter()
            .map(|topic| Choice::new(&topic.code, topic.name(texts.0), topic.code == written.topic))
            .collect();
        let purposes = self
            .purposes
            .iter()
            .map(|purpose| Choice::new(&purpose.code, purpose.name(texts.0), purpose.code == written.purpose))
            .collect();
        let bases = LegalBasis::ALL
            .iter()
            .filter(|basis| !(state.config.public_authority && **basis == LegalBasis::LegitimateInterest))
            .map(|basis| {
                Choice::new(basis, texts.word("basis", basis), basis.as_str() == written.legal_basis)
            })
            .collect();
        // Measuring people one by one needs their consent, which nobody can give yet.
        let tracking = [Tracking::Aggregate, Tracking::Off]
            .iter()
            .map(|way| Choice::new(way, texts.word("tracking", way), way.as_str() == written.tracking))
            .collect();
        let layouts = state
            .layouts
            .names()
            .iter()
            .map(|layout| Choice::new(layout, layout.to_string(), layout.as_str() == written.layout))
            .collect();
        let languages = Language::ALL
            .iter()
            .map(|tag| Choice::new(tag, texts.word("tongue", tag), tag.as_str() == written.default_language))
            .collect();
        Fields {
            name: Input::text("name", texts.t("name"), &written.name).hint(texts.t("campaign-name-hint")),
            unit: select(
                "unit",
                "unit",
                "campaign-unit-hint",
                super::super::unit_choices(&self.tree, who, Action::Compose, &written.unit),
            ),
            topic: select("topic", "topic", "campaign-topic-hint", topics),
            purpose: select("purpose", "purpose", "", purposes),
            legal_basis: select("legal_basis", "legal-basis", "", bases),
            from_name: Input::text("from_name", texts.t("campaign-from-name"), &written.from_name),
            from_address: Input::text(
                "from_address",
                texts.t("campaign-from-address"),
                &written.from_address,
            )
            .kind("email"),
            segment: select("segment", "segment", "", segments),
            tracking: select("tracking", "tracking", "campaign-tracking-hint", tracking),
            layout: select("layout", "campaign-layout", "", layouts),
            default_language: select(
                "default_language",
                "campaign-default-language",
                "campaign-default-language-hint",
                languages,
            ),
            texts: Language::ALL.iter().map(|tag| TextFields::new(texts, *tag, written)).collect(),
            important: who.must_somewhere(Action::MarkImportant).is_ok().then_some(written.important),
            kind: written.kind.clone(),
            is_invitation: written.is_invitation(),
            version: written.version,
        }
    }
}

/// The form's fields, ready to be written.
pub(super) struct Fields {
    pub(super) name: Input,
    pub(super) unit: Select,
    pub(super) topic: Select,
    pub(super) purpose: Select,
    pub(super) legal_basis: Select,
    pub(super) from_name: Input,
    pub(super) from_address: Input,
    pub(super) segment: Select,
    pub(super) tracking: Select,
    /// `None` for those who may not say so.
    pub(super) important: Option<bool>,
    pub(super) layout: Select,
    pub(super) default_language: Select,
    pub(super) texts: Vec<TextFields>,
    pub(super) kind: String,
    pub(super) is_invitation: bool,
    pub(super) version: i32,
}

/// The fields of one language.
pub(super) struct TextFields {
    pub(super) tag: Language,
    pub(super) name: String,
    pub(super) open: bool,
    pub(super) subject: Input,
    pub(super) preheader: Input,
    pub(super) kind: Select,
    pub(super) body: String,
}

impl TextFields {
    fn new(texts: Texts, tag: Language, written: &Written) -> Self {
        let text = written.texts.get(&tag).cloned().unwrap_or_default();
        let kinds =
            KINDS.iter().map(|kind| Choice::new(kind, texts.word("body-kind", kind), *kind == text.kind));
        Self {
            tag,
            name: texts.word("tongue", tag),
            open: !text.is_empty() || tag.as_str() == written.default_language,
            subject: Input::text(&format!("subject_{tag}"), texts.t("campaign-subject"), &text.subject)
                .optional(),
            preheader: Input::text(
                &format!("preheader_{tag}"),
                texts.t("campaign-preheader"),
                &text.preheader,
            )
            .hint(texts.t("campaign-preheader-hint"))
            .optional(),
            kind: Select {
                name: format!("kind_{tag}"),
                label: texts.t("body-kind"),
                hint: String::new(),
                choices: kinds.collect(),
            },
            body: text.body,
        }
    }
}
