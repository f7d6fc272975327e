//! The groups of occupation codes as the standards call them: the major groups and the sub-major groups on which
//! SSYK 2012 (SCB), STYRK-08 (SSB) and ISCO-08 (ILO) agree.
//!
//! Norwegian names are those of STYRK-08, compared with a copy of SSB's KLASS (classification 7, version of 2011) in
//! github.com/statisticsnorway/klass-web. Swedish names are those of SSYK 2012, compared with two public data scripts
//! that quote SCB's list. English names are those of ISCO-08, written down by hand and not yet compared with the ILO's
//! file. Left out are the groups whose numbers mean different things: 14 to 17 (SSYK 2012 counts managers by field),
//! 43, 44, 63, 76 and 95 (street sellers, in Norway distributors of advertisements).

use super::Names;

/// A group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProfessionGroup {
    /// The first digit or two of its codes.
    pub code: &'static str,
    /// Its names.
    pub names: Names,
}

const fn group(code: &'static str, sv: &'static str, nb: &'static str, en: &'static str) -> ProfessionGroup {
    ProfessionGroup { code, names: Names { sv, nb, en } }
}

/// Every group, by code.
#[rustfmt::skip]
pub const GROUPS: &[ProfessionGroup] = &[
    group("0", "Militära yrken", "Militære yrker og uoppgitt", "Armed forces occupations"),
    group("01", "Officerare", "Offiserer fra fenrik og høyere grad", "Commissioned armed forces officers"),
    group("02", "Specialistofficerare", "Befal med sersjant grad", "Non-commissioned armed forces officers"),
    group("03", "Soldater m.fl.", "Menige", "Armed forces occupations, other ranks"),
    group("1", "Chefsyrken", "Ledere", "Managers"),
    group("11", "Politiker, verkställande direktörer och högre ämbetsmän m.fl.", "Politikere og toppledere", "Chief executives, senior officials and legislators"),
    group("12", "Chefer inom ekonomi, personal, marknadsföring och försäljning samt annan administration m.m.", "Administrative og merkantile ledere", "Administrative and commercial managers"),
    group("13", "Chefer inom IT, logistik, FoU, fastighetsbolag, bygg- och ingenjörsverksamhet samt tillverkning m.m.", "Ledere av enheter for vareproduksjon og tjenesteyting", "Production and specialised services managers"),
    group("2", "Yrken med krav på fördjupad högskolekompetens", "Akademiske yrker", "Professionals"),
    group("21", "Yrken med krav på fördjupad högskolekompetens inom naturvetenskap och teknik", "Realister, sivilingeniører mv.", "Science and engineering professionals"),
    group("22", "Yrken med krav på fördjupad högskolekompetens inom hälso- och sjukvård", "Medisinske yrker", "Health professionals"),
    group("23", "Yrken med krav på fördjupad högskolekompetens inom utbildning", "Undervisningsyrker", "Teaching professionals"),
    group("24", "Yrken med krav på fördjupad högskolekompetens inom ekonomi och förvaltning", "Rådgivere innen økonomi, administrasjon og salg", "Business and administration professionals"),
    group("25", "Yrken med krav på fördjupad högskolekompetens inom IT", "IKT-rådgivere", "Information and communications technology professionals"),
    group("26", "Yrken med krav på fördjupad högskolekompetens inom juridik, kultur och socialt arbete m.m.", "Juridiske, samfunnsvitenskapelige og humanistiske yrker", "Legal, social and cultural professionals"),
    group("3", "Yrken med krav på högskolekompetens eller motsvarande", "Høyskoleyrker", "Technicians and associate professionals"),
    group("31", "Yrken med krav på högskolekompetens eller motsvarande inom teknik", "Ingeniører mv.", "Science and engineering associate professionals"),
    group("32", "Yrken med krav på högskolekompetens eller motsvarande inom hälso- och sjukvård samt laboratorium", "Helserelaterte yrker", "Health associate professionals"),
    group("33", "Yrken med krav på högskolekompetens eller motsvarande inom ekonomi och förvaltning", "Medarbeidere innen økonomi, administrasjon og salg", "Business and administration associate professionals"),
    group("34", "Yrken med krav på högskolekompetens eller motsvarande inom kultur, friskvård och socialt arbete", "Yrker innen kultur, idrett mv.", "Legal, social, cultural and related associate professionals"),
    group("35", "Yrken med krav på högskolekompetens eller motsvarande inom IT, ljud- och ljusteknik m.m.", "IKT-teknikere", "Information and communications technicians"),
    group("4", "Yrken inom administration och kundtjänst", "Kontoryrker", "Clerical support workers"),
    group("41", "Kontorsassistenter och sekreterare", "Kontormedarbeidere", "General and keyboard clerks"),
    group("42", "Kundserviceyrken", "Kundeserviceyrker", "Customer services clerks"),
    group("5", "Service-, omsorgs- och försäljningsyrken", "Salgs- og serviceyrker", "Service and sales workers"),
    group("51", "Serviceyrken", "Yrker innen personlig tjenesteyting", "Personal service workers"),
    group("52", "Försäljningsyrken inom detaljhandeln m.m.", "Salgsyrker", "Sales workers"),
    group("53", "Omsorgsyrken", "Pleie- og omsorgsarbeidere", "Personal care workers"),
    group("54", "Andra bevaknings- och säkerhetsyrken", "Sikkerhetsarbeidere", "Protective services workers"),
    group("6", "Yrken inom lantbruk, trädgård, skogsbruk och fiske", "Bønder, fiskere mv.", "Skilled agricultural, forestry and fishery workers"),
    group("61", "Lantbruks- och trädgårdsyrken", "Jordbrukere", "Market-oriented skilled agricultural workers"),
    group("62", "Skogsarbetare, fiskodlare och fiskare", "Skogbrukere, fiskere mv.", "Market-oriented skilled forestry, fishery and hunting workers"),
    group("7", "Yrken inom byggverksamhet och tillverkning", "Håndverkere", "Craft and related trades workers"),
    group("71", "Byggnads- och anläggningsyrken", "Byggearbeidere", "Building and related trades workers, excluding electricians"),
    group("72", "Metallhantverks- och reparatörsyrken", "Metall- og maskinarbeidere", "Metal, machinery and related trades workers"),
    group("73", "Finmekaniska, grafiska och konsthantverksyrken", "Presisjonsarbeidere, kunsthåndverkere, grafiske arbeidere mv.", "Handicraft and printing workers"),
    group("74", "Installations- och serviceyrken inom el och elektronik", "Elektrikere, elektronikere mv.", "Electrical and electronic trades workers"),
    group("75", "Andra hantverksyrken inom trä och textil m.m.", "Andre håndverkspregede yrker", "Food processing, wood working, garment and other craft and related trades workers"),
    group("8", "Yrken inom maskinell tillverkning och transport m.m.", "Prosess- og maskinoperatører, transportarbeidere mv.", "Plant and machine operators and assemblers"),
    group("81", "Process- och maskinoperatörer", "Prosess- og maskinoperatører", "Stationary plant and machine operators"),
    group("82", "Montörer", "Montører", "Assemblers"),
    group("83", "Transport- och maskinföraryrken", "Transportarbeidere og operatører av mobile maskiner mv.", "Drivers and mobile plant operators"),
    group("9", "Yrken med krav på kortare utbildning eller introduktion", "Renholdere, hjelpearbeidere mv.", "Elementary occupations"),
    group("91", "Städyrken", "Renholdere mv.", "Cleaners and helpers"),
    group("92", "Bärplockare och plantörer m.fl.", "Hjelpearbeidere i jordbruk, skogbruk og fiske", "Agricultural, forestry and fishery labourers"),
    group("93", "Andra yrken inom bygg, tillverkning och godshantering", "Hjelpearbeidere i bergverk, industri, bygg og anlegg og transport", "Labourers in mining, construction, manufacturing and transport"),
    group("94", "Snabbmatspersonal, köks- och restaurangbiträden m.fl.", "Kjøkkenassistenter", "Food preparation assistants"),
    group("96", "Återvinningsarbetare, tidningsdistributörer och övriga servicearbetare", "Renovasjons- og gjenvinningsarbeidere mv.", "Refuse workers and other elementary workers"),
];

/// The narrowest group that a code belongs to.
#[must_use]
pub fn group_of(code: &str) -> Option<&'static ProfessionGroup> {
    GROUPS.iter().filter(|group| code.starts_with(group.code)).max_by_key(|group| group.code.len())
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, group_of};
    use crate::taxonomy::fold;

    #[test]
    fn every_major_group_is_there_and_no_group_twice() {
        assert_eq!(GROUPS.iter().filter(|group| group.code.len() == 1).count(), 10);
        assert!(GROUPS.windows(2).all(|pair| pair[0].code < pair[1].code));
        for language in 0..3 {
            let mut names: Vec<String> =
                GROUPS.iter().map(|group| fold::case(group.names.all()[language])).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), GROUPS.len());
        }
    }

    #[test]
    fn a_code_belongs_to_its_narrowest_group() {
        assert_eq!(group_of("2611").map(|group| group.code), Some("26"));
        assert_eq!(group_of("1511").map(|group| group.code), Some("1"), "15 is not the same everywhere");
        assert_eq!(group_of(""), None);
    }
}
