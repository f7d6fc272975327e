//! What the parts of a segment promise together.

mod agreement;
pub(crate) mod arbitrary;
pub(crate) mod errors;
mod logic;
mod people;
mod round_trip;

/// The contract's example, every condition in it.
pub(crate) const EXAMPLE: &str = r#"{"all":[
  {"degree":{"programme":{"in":["SJURI"]},"faculty":{"in":["Handelshögskolan"]},"level":{"in":["master"]},
             "graduation_year":{"between":[1998,2003]},"graduated":true}},
  {"lives":{"region":{"in":["SE-M"]},"municipality":{"in":["1280"]},"country":{"in":["SE"]},
            "within_km":{"place":"Malmö","km":50}}},
  {"works":{"profession":{"under":["261"],"called":["jurister"]},"industry":{"under":["69"]},
            "employer":{"contains":"region"},"sector":{"in":["public"]},"current":true}},
  {"person":{"kind":{"in":["alumn"]},"language":{"in":["sv"]}}},
  {"attended":{"event":{"in":["jubileum-2025"]},"since":"2024-01-01"}},
  {"engaged":{"did":"opened","within_days":365}},
  {"received":{"campaign":{"in":[12]}}},
  {"not":{"consented":{"purpose":"events"}}}]}"#;

/// The rule, or every fault one a line.
fn rule(text: &str) -> super::Rule {
    super::Rule::parse_text(text).unwrap_or_else(|errors| panic!("{}", lines(&errors)))
}

fn lines(errors: &[super::RuleError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
