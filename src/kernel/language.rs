//! The languages of pages, mails and people (product P6).

crate::text_enum! {
    /// A language by its IETF tag (RFC 5646).
    Language {
        Swedish = "sv",
        Norwegian = "nb",
        English = "en",
    }
}

impl Language {
    /// Where to look when a text is missing in this language: Scandinavian neighbours before English.
    #[must_use]
    pub const fn fallbacks(self) -> [Self; 2] {
        match self {
            Self::Swedish => [Self::Norwegian, Self::English],
            Self::Norwegian => [Self::Swedish, Self::English],
            Self::English => [Self::Swedish, Self::Norwegian],
        }
    }
}
