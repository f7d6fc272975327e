//! A person as one side of a comparison: everything that may differ, in lines.

use chrono::NaiveDate;

use super::relations;
use crate::contacts::{self, Contact, Degree, Employment, Participation};
use crate::db::Conn;
use crate::web::error::PageError;
use crate::web::i18n::Texts;

/// What the register holds of a person in any number.
pub(in crate::web::staff) struct Held {
    /// Every e-mail address, the primary one first.
    pub(in crate::web::staff) emails: Vec<String>,
    pub(in crate::web::staff) kinds: Vec<String>,
    /// Each degree in parts, of which a row of a file may tell some.
    pub(in crate::web::staff) degrees: Vec<Vec<String>>,
    /// Each place of work in parts.
    pub(in crate::web::staff) employments: Vec<Vec<String>>,
    pub(in crate::web::staff) took_part: Vec<String>,
    /// Those to people with protected identity without their names.
    pub(in crate::web::staff) relations: Vec<String>,
}

impl Held {
    pub(in crate::web::staff) fn of(
        conn: &mut Conn,
        texts: Texts,
        contact: &Contact,
        today: NaiveDate,
    ) -> Result<Self, PageError> {
        let ids = [contact.id];
        let others = contacts::other_addresses(conn, &ids)?.into_iter().map(|other| other.address);
        let mut kinds: Vec<String> =
            contacts::kinds(conn, &ids)?.into_iter().map(|(_, kind)| texts.word("kind", kind)).collect();
        kinds.sort_unstable();
        let degrees = contacts::degrees(conn, &ids)?;
        let employments = contacts::employments(conn, &ids)?;
        let took_part = contacts::participations(conn, &ids)?;
        let tie = |tie: relations::Tie| {
            let period = Some(tie.period).filter(|period| !period.is_empty());
            let text = format!("{}: {}", tie.role, tie.name);
            period.map_or(text.clone(), |period| format!("{text} ({period})"))
        };
        let ties = relations::ties(conn, texts, contact.id, false, today)?;
        Ok(Self {
            emails: contact.email.clone().into_iter().chain(others).collect(),
            kinds,
            degrees: degrees.iter().map(|(_, degree)| degree_parts(texts, degree)).collect(),
            employments: employments.iter().map(|(_, work)| employment_parts(texts, work)).collect(),
            took_part: took_part.iter().map(|(_, one)| took_part_text(one)).collect(),
            relations: ties.into_iter().map(tie).collect(),
        })
    }
}

/// A list of parts as one text.
pub(in crate::web::staff) fn line(parts: &[String]) -> String {
    parts.join(", ")
}

/// Everything that is known of a degree.
pub(in crate::web::staff) fn degree_parts(texts: Texts, degree: &Degree) -> Vec<String> {
    let named = |column: &str, value: Option<String>| {
        value.map(|value| format!("{}: {value}", texts.word("column", column)))
    };
    let code = (!degree.programme_code.is_empty()).then(|| format!("({})", degree.programme_code));
    let programme =
        [Some(degree.programme_name.clone()), code].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let parts = [
        Some(programme),
        degree.degree_title.clone(),
        degree.graduation_year.map(|year| year.to_string()),
        degree.level.map(|level| texts.word("level", level)),
        degree.faculty.clone(),
        named("start_year", degree.start_year.map(|year| year.to_string())),
        named("credits", degree.credits.map(|credits| credits.to_string())),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect()
}

/// Everything that is known of a place of work.
pub(in crate::web::staff) fn employment_parts(texts: Texts, work: &Employment) -> Vec<String> {
    let named = |column: &str, value: Option<&String>| {
        value.map(|value| format!("{}: {value}", texts.word("column", column)))
    };
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let period = format!("{}–{}", day(work.from_date), day(work.to_date));
    let parts = [
        work.job_title.clone(),
        work.employer.clone(),
        named("profession_code", work.profession_code.as_ref()),
        named("industry_code", work.industry_code.as_ref()),
        work.sector.map(|sector| texts.word("sector", sector)),
        Some(period).filter(|period| period != "–"),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect()
}

fn took_part_text(one: &Participation) -> String {
    occasion(&one.event_name, one.attended_on)
}

/// An event or a project with its day.
pub(in crate::web::staff) fn occasion(name: &str, day: Option<NaiveDate>) -> String {
    day.map_or_else(|| name.to_owned(), |day| format!("{name} ({day})"))
}
