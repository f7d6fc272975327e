//! Charts as SVG that the server draws: no script, no colour that means something alone, and every number stands in the
//! table beneath.

use askama::Template;

use super::i18n::Texts;

/// The plane of the chart, in its own units.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 160.0;
/// Room on the left for the numbers of the scale.
const LEFT: f64 = 80.0;

/// One kind of columns.
#[derive(Debug, Clone)]
pub struct Series {
    /// What is counted.
    pub name: String,
    /// One number for each label.
    pub values: Vec<i64>,
}

/// Columns over labels, with the table of all numbers.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/chart.html")]
pub struct Chart {
    texts: Texts,
    /// Where it stands in the page: unique there.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// What its labels are.
    pub of: String,
    labels: Vec<String>,
    series: Vec<Series>,
    top: i64,
}

/// A column.
struct Column {
    series: usize,
    x: String,
    y: String,
    width: String,
    height: String,
}

/// A line of the scale.
struct Line {
    y: String,
    /// Where its number stands.
    text: String,
    number: String,
}

impl Chart {
    /// Of at most three series, each with a number for each label.
    #[must_use]
    pub fn new(
        texts: Texts,
        id: &str,
        title: String,
        of: String,
        labels: Vec<String>,
        series: Vec<Series>,
    ) -> Self {
        let highest = series.iter().flat_map(|one| &one.values).copied().max().unwrap_or_default();
        Self { texts, id: id.to_owned(), title, of, labels, series, top: round_up(highest) }
    }

    /// Whether there is anything to see.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.iter().all(|one| one.values.iter().all(|value| *value == 0))
    }

    fn columns(&self) -> Vec<Column> {
        let slot = (WIDTH - LEFT) / self.labels.len().max(1) as f64;
        let width = (slot * 0.8 / self.series.len().max(1) as f64).min(48.0);
        let mut columns = Vec::new();
        for (series, one) in self.series.iter().enumerate() {
            for (place, value) in one.values.iter().enumerate().filter(|(_, value)| **value > 0) {
                let height = *value as f64 / self.top as f64 * HEIGHT;
                let group = width * self.series.len() as f64;
                let x = LEFT + slot * place as f64 + (slot - group) / 2.0 + width * series as f64;
                columns.push(Column {
                    series: series + 1,
                    x: format!("{x:.1}"),
                    y: format!("{:.1}", 8.0 + HEIGHT - height),
                    width: format!("{:.1}", width.max(1.0)),
                    height: format!("{height:.1}"),
                });
            }
        }
        columns
    }

    fn lines(&self) -> Vec<Line> {
        let at = |part: f64| {
            let y = 8.0 + HEIGHT * (1.0 - part);
            let number = self.texts.number((self.top as f64 * part).round() as i64);
            Line { y: format!("{y:.1}"), text: format!("{:.1}", y + 4.0), number }
        };
        if self.top >= 2 { vec![at(0.0), at(0.5), at(1.0)] } else { vec![at(0.0), at(1.0)] }
    }

    fn first(&self) -> &str {
        self.labels.first().map_or("", String::as_str)
    }

    fn last(&self) -> &str {
        self.labels.last().filter(|_| self.labels.len() > 1).map_or("", String::as_str)
    }

    /// Each label with its numbers.
    fn rows(&self) -> Vec<(&str, Vec<i64>)> {
        let labels = self.labels.iter().enumerate();
        labels
            .map(|(place, label)| {
                let of = |one: &Series| one.values.get(place).copied().unwrap_or_default();
                (label.as_str(), self.series.iter().map(of).collect())
            })
            .collect()
    }
}

/// An even number of one or two figures that is not less, so that the scale reads well.
fn round_up(number: i64) -> i64 {
    let mut unit = 1;
    while number / unit >= 20 {
        unit *= 10;
    }
    let steps = (number + unit - 1) / unit;
    let even = if steps > 1 { steps + steps % 2 } else { 1 };
    even * unit
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::{Chart, Series, round_up};
    use crate::kernel::language::Language;
    use crate::web::i18n::Texts;

    #[test]
    fn scales_end_in_round_numbers() {
        for (number, top) in [(0, 1), (1, 1), (3, 4), (19, 20), (21, 40), (101, 120), (1_000_000, 1_000_000)]
        {
            assert_eq!(round_up(number), top, "{number}");
        }
    }

    #[test]
    fn every_number_is_in_the_table_and_nothing_of_a_name_is_markup() {
        let series = Series { name: "<b>Sent".to_owned(), values: vec![1_200, 0] };
        let labels = vec!["Monday".to_owned(), "Tuesday".to_owned()];
        let (title, of) = ("Over time".to_owned(), "Day".to_owned());
        let chart = Chart::new(Texts(Language::English), "x", title, of, labels, vec![series]);
        let html = chart.render().unwrap();
        assert_eq!(html.matches("<rect").count(), 1, "{html}");
        assert!(html.contains("1,200") && html.contains("Tuesday") && !html.contains("<b>"));
        assert!(!html.contains("style="), "no inline style: {html}");
    }
}
