//! Official names of professions and industries, from the files that statistics offices publish: SSYK 2012 and SNI
//! of SCB, STYRK-08 and SN of SSB, ISCO-08 of the ILO, NACE of Eurostat. An office loads the list whose codes its
//! register holds; its names then stand before those that are part of the program.

mod store;

use std::collections::HashMap;

use super::{industry, profession};
use crate::db::{Conn, Error};
use crate::kernel::language::Language;

pub use store::{OfficialList, lists, name_of, names, replace};

crate::text_enum! {
    /// What a list classifies.
    Classification {
        Professions = "professions",
        Industries = "industries",
    }
}

impl Classification {
    /// A code in the one spelling that the register has: without dots and spaces. `None` when it is none.
    #[must_use]
    pub fn normalized(self, code: &str) -> Option<String> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        match self {
            Self::Professions => {
                let digits = (1..=4).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
                digits.then_some(code)
            }
            Self::Industries => industry::normalized(&code),
        }
    }
}

/// What is known of a list beside its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Which edition it is, such as "SSYK 2012".
    pub version: String,
    /// The file that it came in.
    pub file_name: String,
    /// Who published it.
    pub source: String,
    /// Under which licence.
    pub licence: String,
}

/// Names by code, in one language.
pub type CodeNames = HashMap<String, String>;

/// What a profession's code is called: officially where its list was loaded, else as alumni offices call its group.
///
/// # Errors
/// Those of the database.
pub fn profession_name(conn: &mut Conn, code: &str, language: Language) -> Result<Option<String>, Error> {
    let known = || profession::of_code(code).map(|known| known.names.get(language).to_owned());
    Ok(name_of(conn, Classification::Professions, language, code)?.or_else(known))
}
