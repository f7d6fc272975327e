//! Mails that came back: whatever the bytes are, they are read.
#![no_main]

use brevduva::bounce;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let notice = bounce::read(bytes);
    for recipient in notice.recipients {
        assert!(recipient.diagnostic.chars().count() <= 500);
    }
});
