//! What people call professions, and the codes behind the words.
//!
//! Codes are those of ISCO-08 (ILO) and of its national versions SSYK 2012 (SCB) and STYRK-08 (SSB), which share the
//! first levels and part ways in the last digits: a Swedish psychologist is 2241, a Norwegian one 2634. A group here
//! lists the prefixes of all three, and only those that no other version uses for another profession. It is a small
//! table of what alumni offices ask for, not the standard: a missing word is unknown, never guessed.

use std::{collections::HashMap, sync::LazyLock};

use super::{Names, fold};

/// A profession or a group of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profession {
    /// A person's code belongs to it when it begins with one of these.
    pub prefixes: &'static [&'static str],
    /// Its name, in the plural.
    pub names: Names,
    /// What people also call it, in any language and number.
    also: &'static [&'static str],
}

impl Profession {
    /// Everything that people call it.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.names.all().into_iter().chain(self.also.iter().copied())
    }

    /// Whether a person with this code belongs to the profession.
    #[must_use]
    pub fn includes(&self, code: &str) -> bool {
        self.prefixes.iter().any(|prefix| code.starts_with(prefix))
    }
}

const fn group(
    prefixes: &'static [&'static str],
    sv: &'static str,
    nb: &'static str,
    en: &'static str,
    also: &'static [&'static str],
) -> Profession {
    Profession { prefixes, names: Names { sv, nb, en }, also }
}

/// Every group, from the wide to the narrow within a field.
pub const ALL: &[Profession] = &[
    group(&["1"], "chefer", "ledere", "managers", &["chef", "leder", "sjefer", "manager"]),
    group(&["2"], "akademiska yrken", "akademiske yrker", "professionals", &["akademiker", "specialister"]),
    group(
        &["21"],
        "naturvetare och ingenjörer",
        "realister og sivilingeniører",
        "science and engineering professionals",
        &["naturvetare", "realister"],
    ),
    group(
        &["211"],
        "fysiker, kemister och geologer",
        "fysikere, kjemikere og geologer",
        "physical and earth scientists",
        &["fysiker", "kemister", "geologer", "fysikere", "kjemikere", "physicists", "chemists", "geologists"],
    ),
    group(
        &["212"],
        "matematiker och statistiker",
        "matematikere og statistikere",
        "mathematicians and statisticians",
        &[
            "matematiker",
            "statistiker",
            "matematikere",
            "statistikere",
            "aktuarier",
            "mathematicians",
            "statisticians",
        ],
    ),
    group(&["2131"], "biologer", "biologer", "biologists", &["biolog", "biologist"]),
    group(
        &["214", "215"],
        "civilingenjörer",
        "sivilingeniører",
        "engineers",
        &["civilingenjör", "sivilingeniør", "engineer", "ingenjörer", "ingeniører"],
    ),
    group(
        &["2161", "2162"],
        "arkitekter",
        "arkitekter",
        "architects",
        &["arkitekt", "architect", "landskapsarkitekter", "landscape architects"],
    ),
    group(
        &["22"],
        "legitimerade vårdyrken",
        "medisinske yrker",
        "health professionals",
        &["vårdyrken", "helseyrker", "sjukvård"],
    ),
    group(
        &["221"],
        "läkare",
        "leger",
        "medical doctors",
        &["lege", "doctors", "doctor", "physicians", "physician"],
    ),
    group(
        &["222", "2231", "2232", "2233", "2234", "2235", "2239"],
        "sjuksköterskor",
        "sykepleiere",
        "nurses",
        &["sjuksköterska", "sykepleier", "nurse"],
    ),
    group(&["2222"], "barnmorskor", "jordmødre", "midwives", &["barnmorska", "jordmor", "midwife"]),
    group(
        &["2250"],
        "veterinärer",
        "veterinærer",
        "veterinarians",
        &["veterinär", "veterinær", "veterinarian", "vets"],
    ),
    group(&["2260", "2261"], "tandläkare", "tannleger", "dentists", &["tannlege", "dentist"]),
    group(
        &["2262", "2281"],
        "apotekare",
        "farmasøyter",
        "pharmacists",
        &["farmaceuter", "farmaceut", "farmasøyt", "pharmacist"],
    ),
    group(
        &["2264", "2272"],
        "fysioterapeuter",
        "fysioterapeuter",
        "physiotherapists",
        &["fysioterapeut", "sjukgymnaster", "sjukgymnast", "physiotherapist"],
    ),
    group(&["2241", "2634"], "psykologer", "psykologer", "psychologists", &["psykolog", "psychologist"]),
    group(&["23"], "lärare", "lærere", "teachers", &["lærer", "teacher", "pedagoger"]),
    group(
        &["231"],
        "universitets- och högskollärare",
        "universitets- og høyskolelærere",
        "university teachers",
        &[
            "högskollärare",
            "universitetslärare",
            "lektorer",
            "professorer",
            "professors",
            "university lecturers",
        ],
    ),
    group(
        &["2330"],
        "gymnasielärare",
        "lektorer i videregående skole",
        "secondary school teachers",
        &["ämneslärare", "secondary education teachers"],
    ),
    group(
        &["2341"],
        "grundskollärare",
        "grunnskolelærere",
        "primary school teachers",
        &["grundlärare", "grunnskolelærer", "primary school teacher"],
    ),
    group(
        &["2343"],
        "förskollärare",
        "barnehagelærere (svensk kode)",
        "preschool teachers (Swedish code)",
        &[],
    ),
    group(
        &["24"],
        "ekonomer och förvaltare",
        "økonomer og administratorer",
        "business and administration professionals",
        &[],
    ),
    group(
        &["241", "2631"],
        "ekonomer",
        "økonomer",
        "economists and finance professionals",
        &["ekonom", "økonom", "civilekonomer", "siviløkonomer", "economists", "economist"],
    ),
    group(
        &["2411"],
        "revisorer",
        "revisorer",
        "accountants and auditors",
        &["revisor", "accountants", "auditors", "accountant", "auditor"],
    ),
    group(
        &["2411", "3313"],
        "redovisningsekonomer",
        "regnskapsførere",
        "accounting specialists",
        &["redovisningsekonom", "regnskapsfører", "bookkeepers"],
    ),
    group(
        &["2422"],
        "utredare och planerare",
        "rådgivere og utredere",
        "policy and planning officers",
        &["utredare", "handläggare", "planerare", "policy officers"],
    ),
    group(
        &["2423"],
        "personalspecialister",
        "personalrådgivere",
        "human resources specialists",
        &["hr", "personalvetare", "hr specialister", "hr specialists", "human resources"],
    ),
    group(
        &["2432"],
        "kommunikatörer",
        "kommunikasjonsrådgivere",
        "communications officers",
        &["kommunikatör", "informatörer", "pr konsulenter", "public relations"],
    ),
    group(
        &["25"],
        "it-specialister",
        "ikt-rådgivere",
        "information technology professionals",
        &["it", "ikt", "dataspecialister", "it professionals"],
    ),
    group(
        &["2512"],
        "systemutvecklare",
        "systemutviklere",
        "software developers",
        &[
            "systemutvikler",
            "programmerare",
            "programmerere",
            "utvecklare",
            "utviklere",
            "software developer",
            "developers",
            "programmers",
        ],
    ),
    group(
        &["261"],
        "jurister",
        "jurister",
        "lawyers",
        &["jurist", "lawyer", "legal professionals", "jurister och advokater"],
    ),
    group(
        &["2611"],
        "advokater",
        "advokater",
        "attorneys",
        &["advokat", "attorney", "solicitors", "barristers"],
    ),
    group(&["2612"], "domare", "dommere", "judges", &["dommer", "judge"]),
    group(
        &["2622"],
        "bibliotekarier",
        "bibliotekarer",
        "librarians",
        &["bibliotekarie", "bibliotekar", "librarian"],
    ),
    group(
        &["2635", "266"],
        "socionomer",
        "sosionomer",
        "social workers",
        &["socionom", "sosionom", "kuratorer", "socialsekreterare", "social worker"],
    ),
    group(&["2642"], "journalister", "journalister", "journalists", &["journalist"]),
    group(
        &["2643"],
        "översättare och tolkar",
        "oversettere og tolker",
        "translators and interpreters",
        &["översättare", "tolkar", "oversettere", "tolker", "translators", "interpreters"],
    ),
    group(
        &["2652"],
        "musiker",
        "musikere",
        "musicians",
        &["musician", "sångare", "kompositörer", "composers"],
    ),
    group(&["2636", "2671"], "präster", "prester", "clergy", &["präst", "prest", "priests", "priest"]),
    group(
        &["311"],
        "ingenjörer och tekniker",
        "teknikere",
        "engineering technicians",
        &["tekniker", "technicians", "technician"],
    ),
    group(
        &["532"],
        "undersköterskor och vårdbiträden",
        "helsefagarbeidere",
        "health care assistants",
        &["undersköterskor", "undersköterska", "helsefagarbeider"],
    ),
];

static BY_WORD: LazyLock<HashMap<String, &'static Profession>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for profession in ALL {
        for word in profession.names.all().iter().chain(profession.also) {
            words.insert(fold::accents(word), profession);
        }
    }
    words
});

/// The profession that people call so, in Swedish, Norwegian or English; case and accents do not matter.
#[must_use]
pub fn called(word: &str) -> Option<&'static Profession> {
    BY_WORD.get(fold::accents(word).as_str()).copied()
}

/// The narrowest group that a code belongs to, to show a name beside it.
#[must_use]
pub fn of_code(code: &str) -> Option<&'static Profession> {
    let fit = |profession: &Profession| {
        profession
            .prefixes
            .iter()
            .filter(|prefix| code.starts_with(**prefix))
            .map(|prefix| prefix.len())
            .max()
    };
    // Of two groups that fit equally well the first one is shown: the more usual word.
    ALL.iter()
        .rev()
        .filter_map(|profession| Some((fit(profession)?, profession)))
        .max_by_key(|(len, _)| *len)
        .map(|(_, profession)| profession)
}

#[cfg(test)]
mod tests {
    use super::{ALL, BY_WORD, called, of_code};

    #[test]
    fn a_word_in_any_of_three_languages_finds_the_codes() {
        for (word, code) in [
            ("jurister", "2614"),
            ("Jurist", "2611"),
            ("LAWYERS", "2612"),
            ("läkare", "2211"),
            ("lakare", "2212"),
            ("leger", "2211"),
            ("Sjuksköterska", "2221"),
            ("sykepleiere", "2239"),
            ("Socionom", "2661"),
            ("sosionomer", "2635"),
            ("Gymnasielärare", "2330"),
            ("lärare", "2330"),
            ("Redovisningsekonom", "2411"),
            ("Systemutvecklare", "2512"),
            ("Advokat", "2611"),
        ] {
            assert!(called(word).is_some_and(|profession| profession.includes(code)), "{word}");
        }
        assert!(called("advokater").is_some_and(|profession| !profession.includes("2614")));
        assert_eq!(called("tryllekunstnere"), None);
    }

    #[test]
    fn a_code_has_the_name_of_its_narrowest_group() {
        assert_eq!(of_code("2614").map(|p| p.names.sv), Some("jurister"));
        assert_eq!(of_code("2611").map(|p| p.names.nb), Some("advokater"));
        assert_eq!(of_code("2411").map(|p| p.names.en), Some("accountants and auditors"));
        assert_eq!(of_code("2999").map(|p| p.names.sv), Some("akademiska yrken"));
        assert_eq!(of_code("9111"), None);
    }

    #[test]
    fn no_word_means_two_professions() {
        let words: usize = ALL
            .iter()
            .map(|p| {
                let mut words: Vec<String> =
                    p.names.all().iter().chain(p.also).map(|word| super::fold::accents(word)).collect();
                words.sort();
                words.dedup();
                words.len()
            })
            .sum();
        assert_eq!(words, BY_WORD.len());
        assert!(ALL.iter().flat_map(|p| p.prefixes).all(|code| code.bytes().all(|b| b.is_ascii_digit())));
    }
}
