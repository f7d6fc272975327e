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
    pub rows: Vec<Row>,
}

/// One topic of a unit.
pub(super) struct Row {
    pub name: String,
    pub overruled: Option<String>,
    pub boxes: Vec<Box>,
}

/// One topic of a unit in one way.
pub(super) struct Box {
    pub scope: String,
    pub name: String,
    pub wanted: bool,
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
    Part { name: unit.name.clone(), open: situation.refused.iter().any(own), overruled, rows }
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
        let wider = if situation.refused.contains(&RefusalScope::Channel(*channel)) {
            Some(texts.word("channel", channel))
        } else {
            above.and_then(|unit| situation.tree.get(unit)).map(|unit| unit.name.clone())
        };
        Box {
            scope: offer(unit.id).to_string(),
            name: texts.word("channel", channel),
            wanted: !situation.refused.contains(&offer(unit.id)),
            overruled: wider.filter(|_| !told).map(|what| texts.t1("preferences-overruled", "what", what)),
        }
    });
    Row { boxes: boxes.collect(), name, overruled }
}
