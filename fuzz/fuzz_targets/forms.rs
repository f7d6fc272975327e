//! What a browser sends for a sign-up form, in either encoding; what is taken can be put into a mail's header.
#![no_main]

use actix_web::FromRequest;
use actix_web::test::TestRequest;
use brevduva::forms::{Form, Request};
use brevduva::kernel::language::Language;
use brevduva::web::form;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    // The first byte chooses the encoding.
    let Some((choice, body)) = input.split_first() else { return };
    let kind = if choice % 2 == 0 {
        "application/x-www-form-urlencoded"
    } else {
        "multipart/form-data; boundary=b"
    };
    let (request, mut payload) =
        TestRequest::post().insert_header(("Content-Type", kind)).set_payload(body.to_vec()).to_http_parts();
    let Ok(sent) = futures::executor::block_on(form::Form::from_request(&request, &mut payload)) else { return };
    let topics: Vec<i64> = sent.all("topic").filter_map(|topic| topic.parse().ok()).collect();
    let language = sent.get("language").parse().ok();
    let names = [sent.get("given_name"), sent.get("family_name")];
    let offered = Form {
        id: 1,
        unit_id: 1,
        slug: "news".to_owned(),
        name: "News".to_owned(),
        topics: vec![1, 2],
        from_address: "alumn@example.se".to_owned(),
        version: 1,
        enabled: true,
        created_at: chrono::NaiveDateTime::default(),
        updated_at: chrono::NaiveDateTime::default(),
        purpose: "newsletter".to_owned(),
        texts: [(Language::Swedish, brevduva::forms::FormText::default())].into(),
    };
    let checked = Request::check(&offered, names, sent.get("email"), language, &topics, Language::English);
    match checked {
        Ok(asked) => {
            let written = format!("{asked:?}");
            assert!(!written.contains("\\n") && !written.contains("\\r"), "{written}");
        }
        Err(wrong) => assert!(!wrong.is_empty()),
    }
});
