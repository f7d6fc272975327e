//! Topics and ways of one unit after the other: the narrow choices beneath the wide ones. Any "no" wins, so a box that a
//! wider "no" overrules says which; it keeps its own answer, which holds again once the wider one is taken back.

use super::Situation;
use crate::preferences::{Channel, RefusalScope};
use crate::units::{Topic, Unit};
use crate::web::i18n::Texts;

/// What one unit offers.
pub(super) struct Part {
    pub name: String,
    /// Whether there is an answer of its own inside.
    pub open: bool,
    /// Which "no" overrules all of it.
    pub overruled: Option<String>,
    /// Ways that are overruled everywhere, each with the name by which its boxes refer to it.
    pub notes: Vec<(String, String)>,
    pub rows: Vec<Row>,
}

/// One topic of a unit.
pub(super) struct Row {
    pub name: String,
    pub overruled: Option<String>,
    pub boxes: Vec<Way>,
}

/// One topic of a unit in one way.
pub(super) struct Way {
    pub scope: String,
    pub name: String,
    pub wanted: bool,
    /// The note of its part that says why it makes no difference.
    pub note: Option<String>,
    /// Why it alone makes none.
    pub overruled: Option<String>,
}

/// The parts of the units that a person has met.
pub(super) fn parts(texts: Texts, situation: &Situation, channels: &[Channel]) -> Vec<Part> {
    let units = situation.tree.all().into_iter().filter(|unit| situation.units.contains(&unit.id));
    units.map(|unit| part(texts, situation, channels, unit)).filter(|part| !part.rows.is_empty()).collect()
}

fn part(texts: Texts, situation: &Situation, channels: &[Channel], unit: &Unit) -> Part {
    let overruled = situation.overrules_all(texts).or_else(|| {
        let left =
            situation.line(unit.id).find(|unit| situation.refused.contains(&RefusalScope::Unit(*unit)))?;
        Some(texts.t1("preferences-overruled", "what", &situation.tree.get(left)?.name))
    });
    let rows: Vec<Row> = situation
        .topics
        .iter()
        .filter(|topic| situation.offers(unit.id, topic))
        .map(|topic| row(texts, situation, channels, unit, topic, overruled.is_some()))
        .collect();
    let own =
        |scope: &RefusalScope| matches!(scope, RefusalScope::Offer { unit: one, .. } if *one == unit.id);
    let refused = |channel: &&Channel| situation.refused.contains(&RefusalScope::Channel(**channel));
    let notes = channels.iter().filter(refused).map(|channel| {
        let why = texts.t1("preferences-overruled", "what", texts.word("channel", channel));
        (note_name(unit, *channel), why)
    });
    Part {
        name: unit.name.clone(),
        open: situation.refused.iter().any(own),
        notes: if overruled.is_some() { Vec::new() } else { notes.collect() },
        overruled,
        rows,
    }
}

fn note_name(unit: &Unit, channel: Channel) -> String {
    format!("no-{}-{channel}", unit.id)
}

/// What overrules the whole part is not said again.
fn row(
    texts: Texts,
    situation: &Situation,
    channels: &[Channel],
    unit: &Unit,
    topic: &Topic,
    told: bool,
) -> Row {
    let name = topic.name(texts.0).to_owned();
    let refused = situation.refused.contains(&RefusalScope::Topic(topic.id));
    let overruled = (refused && !told).then(|| texts.t1("preferences-overruled", "what", &name));
    let told = told || refused;
    let boxes = channels.iter().map(|channel| {
        let offer = |unit| RefusalScope::Offer { unit, topic: topic.id, channel: *channel };
        let above = situation.line(unit.id).skip(1).find(|unit| situation.refused.contains(&offer(*unit)));
        let noted = situation.refused.contains(&RefusalScope::Channel(*channel));
        let wider = above.filter(|_| !told && !noted).and_then(|unit| situation.tree.get(unit));
        Way {
            scope: offer(unit.id).to_string(),
            name: texts.word("channel", channel),
            wanted: !situation.refused.contains(&offer(unit.id)),
            note: (noted && !told).then(|| note_name(unit, *channel)),
            overruled: wider.map(|unit| texts.t1("preferences-overruled", "what", &unit.name)),
        }
    });
    Row { boxes: boxes.collect(), name, overruled }
}
