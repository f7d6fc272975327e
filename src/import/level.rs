//! The level of a degree, told by its title where that leaves no doubt.

use crate::contacts::person::DegreeLevel as Level;

/// Degrees that qualify for a profession (Swedish higher education ordinance, appendix 2) by the part of
/// the title before "examen".
const PROFESSIONAL: [&str; 28] = [
    "agronom",
    "apotekar",
    "arkitekt",
    "barnmorske",
    "biomedicinsk analytiker",
    "civilekonom",
    "civilingenjörs",
    "dietist",
    "fysioterapeut",
    "förskollärar",
    "grundlärar",
    "högskoleingenjörs",
    "jurist",
    "logoped",
    "läkar",
    "optiker",
    "psykolog",
    "psykoterapeut",
    "receptarie",
    "röntgensjuksköterske",
    "sjuksköterske",
    "socionom",
    "speciallärar",
    "tandläkar",
    "veterinär",
    "yrkeslärar",
    "ämneslärar",
    "arbetsterapeut",
];

/// The level that a title tells, or `None` when it could be several.
pub(super) fn of_title(title: &str) -> Option<Level> {
    let title = title.to_lowercase();
    let words = || std::iter::once(0).chain(title.match_indices(' ').map(|(space, _)| space + 1));
    let begins = |beginning: &str| words().any(|word| title[word..].starts_with(beginning));
    if begins("doktorsexamen") || begins("doctor of") || begins("philosophiae doctor") || begins("ph.d") {
        Some(Level::Doctoral)
    } else if begins("masterexamen") || begins("magisterexamen") || begins("master ") || title == "master" {
        Some(Level::Master)
    } else if begins("kandidatexamen") || begins("bachelor") {
        Some(Level::Bachelor)
    } else if title
        .strip_suffix("examen")
        .is_some_and(|profession| PROFESSIONAL.contains(&profession.trim_end()))
    {
        Some(Level::Professional)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, of_title};

    #[test]
    fn tells_the_level_only_when_certain() {
        for (title, level) in [
            ("Filosofie masterexamen", Some(Level::Master)),
            ("Ekonomie kandidatexamen", Some(Level::Bachelor)),
            ("Läkarexamen", Some(Level::Professional)),
            ("Teknologie doktorsexamen", Some(Level::Doctoral)),
            ("Master of Science", Some(Level::Master)),
            ("Högskoleexamen", None),
            ("Filosofie licentiatexamen", None),
            ("Webmasterkurs", None),
            ("", None),
        ] {
            assert_eq!(of_title(title), level, "{title}");
        }
    }
}
