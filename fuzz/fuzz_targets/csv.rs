//! Delimited text, from the bytes to the records.
#![no_main]

use std::sync::LazyLock;

use brevduva::import::{Mapping, Parser, Reject, Source};
use libfuzzer_sys::fuzz_target;

/// Each preset with a header that it reads.
static PRESETS: LazyLock<Vec<(Mapping, String)>> = LazyLock::new(|| {
    let preset = |(_, text): (&str, &str)| {
        let mapping = Mapping::from_toml(text).expect("a preset is right");
        let names = mapping.expected().into_iter().map(|column| column.headings[0].clone());
        let header = names.collect::<Vec<_>>().join(";") + "\n";
        (mapping, header)
    };
    Mapping::PRESETS.into_iter().map(preset).collect()
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(now) = "2026-11-22T12:00:00Z".parse() else { return };
    // The first byte chooses the preset. Bytes alone seldom make a header, so they come below one too.
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let (mapping, header) = &PRESETS[usize::from(*choice) % PRESETS.len()];
    for input in [bytes.to_vec(), [header.as_bytes(), bytes].concat()] {
        let Ok(source) = Source::from_bytes(input, &mapping.expected()) else { continue };
        let parser = Parser::new(mapping, source.table(), now);
        for row in source.rows().expect("it was opened before").flatten() {
            if let Err(reason) = parser.parse(&row) {
                let _ = Reject::new(&row, &reason, source.table(), mapping);
            }
        }
    }
});
