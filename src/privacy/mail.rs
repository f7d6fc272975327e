//! Mails that answer what a person did.

use std::collections::BTreeMap;

use super::link::{LinkError, Sender};
use crate::db::Conn;
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::mail::message::SystemMessage;
use crate::mail::outbox::{self, OutboxKind};

/// Puts the mail of this kind in the outbox: its words are those of `email_templates/system/KIND.toml`, with the office's
/// name and these values in them.
///
/// # Errors
/// When the mail cannot be made, and those of the database.
pub(super) fn enqueue(
    conn: &mut Conn,
    sender: Sender<'_>,
    kind: OutboxKind,
    to: &EmailAddress,
    language: Language,
    values: &[(&str, &str)],
) -> Result<(), LinkError> {
    let office = &sender.config.office_name;
    let mut values: BTreeMap<&str, &str> = values.iter().copied().collect();
    values.insert("office", office);
    let words = sender.layouts.system(kind.as_str(), language, &values)?;
    let from = sender.config.sender()?;
    let random = data_encoding::HEXLOWER.encode(&sender.clock.random_bytes::<16>());
    let now = sender.clock.now();
    let message = SystemMessage {
        from_name: office,
        from_address: &from,
        to_name: "",
        to_address: to,
        subject: &words.subject,
        text: words.text.trim_start(),
        html: None,
        language,
        date: now,
        message_id: &format!("{}.{random}@{}", kind.as_str().replace('_', "-"), from.domain()),
    };
    outbox::enqueue(conn, kind, &from, to, &message.build()?, now.naive_utc())?;
    Ok(())
}
