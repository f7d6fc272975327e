//! Countries as registers write them.

/// Names in Swedish, Norwegian and English of the countries that alumni most often live in.
const NAMES: [(&str, &[&str]); 24] = [
    ("SE", &["sverige", "sweden"]),
    ("NO", &["norge", "noreg", "norway"]),
    ("DK", &["danmark", "denmark"]),
    ("FI", &["finland", "suomi"]),
    ("IS", &["island", "iceland"]),
    ("AX", &["åland"]),
    ("FO", &["färöarna", "færøyene", "faroe islands"]),
    ("DE", &["tyskland", "germany"]),
    ("GB", &["storbritannien", "storbritannia", "united kingdom", "england", "skottland", "scotland"]),
    ("IE", &["irland", "ireland"]),
    ("US", &["usa", "united states", "united states of america"]),
    ("CA", &["kanada", "canada"]),
    ("FR", &["frankrike", "france"]),
    ("ES", &["spanien", "spania", "spain"]),
    ("PT", &["portugal"]),
    ("IT", &["italien", "italia", "italy"]),
    ("NL", &["nederländerna", "nederland", "netherlands"]),
    ("BE", &["belgien", "belgia", "belgium"]),
    ("CH", &["schweiz", "sveits", "switzerland"]),
    ("AT", &["österrike", "østerrike", "austria"]),
    ("PL", &["polen", "poland"]),
    ("EE", &["estland", "estonia"]),
    ("LV", &["lettland", "latvia"]),
    ("LT", &["litauen", "lithuania"]),
];

/// The ISO 3166-1 code of a country given by name, or by the code itself.
pub(super) fn code(name: &str) -> Option<String> {
    let name = name.trim().to_lowercase();
    if name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Some(name.to_uppercase());
    }
    NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(code, _)| (*code).to_owned())
}
