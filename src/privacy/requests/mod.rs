//! The register of what people asked for by right, with the day on which it came (product P38, P39).

mod store;

pub use store::{Request, after, forget, of_people, page, record};

crate::text_enum! {
    /// What somebody asked for.
    RequestKind {
        /// To see what is held (GDPR article 15).
        Access = "access",
        /// To have something corrected (article 16).
        Correction = "correction",
        /// That nothing but keeping be done with it (article 18).
        Restriction = "restriction",
        /// That a restriction end.
        Lifting = "lifting",
        /// To be erased (article 17).
        Erasure = "erasure",
        /// To leave the alumni network.
        Leaving = "leaving",
    }
}

crate::text_enum! {
    /// How a request came.
    RequestWay {
        Page = "page",
        Letter = "letter",
        Phone = "phone",
        Email = "email",
    }
}
