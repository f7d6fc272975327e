//! Mappings as TOML; one that is taken is written as it was read.
#![no_main]

use brevduva::import::Mapping;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(mapping) = Mapping::from_toml(text) {
        let written = mapping.to_toml().expect("what was read can be written");
        assert_eq!(Mapping::from_toml(&written).expect("what was written can be read"), mapping);
    }
});
