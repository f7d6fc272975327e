//! Segment rules as JSON; one that is taken is written as it was read.
#![no_main]

use brevduva::segment::Rule;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(rule) = Rule::parse_text(text) {
        let written = rule.to_json().to_string();
        assert_eq!(Rule::parse_text(&written).expect("what was written can be read"), rule);
    }
});
