//! The ways in which people are reached.

crate::text_enum! {
    /// How a person is reached.
    Channel {
        Email = "email",
        Sms = "sms",
        Letter = "letter",
        Phone = "phone",
    }
}
