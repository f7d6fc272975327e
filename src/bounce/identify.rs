//! Which delivery a mail is about. Only what we signed ourselves is believed: the return path, the Message-ID, the
//! unsubscribe address. An address alone could be written by anybody.

use super::notice::Notice;
use crate::db::{Conn, Error};
use crate::delivery::{self, Returned};
use crate::links::{Signer, Token};

crate::text_enum! {
    /// What of ours named the delivery.
    KnownBy {
        /// The return path, which the delivery alone had (VERP).
        ReturnPath = "return_path",
        /// The Message-ID.
        MessageId = "message_id",
        /// The address in List-Unsubscribe.
        Unsubscribe = "unsubscribe",
        /// We refused to believe it or it named nothing: staff decide.
        Nothing = "nothing",
        /// Our own conversation with a mail server.
        Conversation = "conversation",
    }
}

/// The delivery, and what named it. `envelope` is the address that the mail server took the mail for.
///
/// # Errors
/// Those of the database.
pub(super) fn delivery_of(
    conn: &mut Conn,
    signer: &Signer,
    notice: &Notice,
    envelope: Option<&str>,
) -> Result<Option<(Returned, KnownBy)>, Error> {
    let returned_to = notice.originals.iter().filter_map(|original| original.return_path.as_deref());
    let addressed =
        envelope.into_iter().chain(notice.delivered_to.iter().map(String::as_str)).chain(returned_to);
    for address in addressed {
        let local = address.split('@').next().unwrap_or_default().trim_start_matches('<');
        let Ok(token) = signer.verify_bounce(local) else { continue };
        if let Some(found) = delivery::returned(conn, token.delivery)? {
            return Ok(Some((found, KnownBy::ReturnPath)));
        }
    }
    for id in notice.originals.iter().filter_map(|original| original.message_id.as_deref()) {
        let name = id.split('@').next().unwrap_or_default();
        let Ok((_, delivery)) = signer.verify_delivery_name(name) else { continue };
        if let Some(found) = delivery::returned(conn, delivery)? {
            return Ok(Some((found, KnownBy::MessageId)));
        }
    }
    for header in notice.originals.iter().filter_map(|original| original.list_unsubscribe.as_deref()) {
        for (at, _) in header.match_indices("/u/") {
            let text: String = header[at + 3..]
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
                .collect();
            let Ok(Token::Unsubscribe { contact, campaign, .. }) = signer.verify(&text) else { continue };
            if let Some(found) = delivery::returned_of(conn, campaign, contact)? {
                return Ok(Some((found, KnownBy::Unsubscribe)));
            }
        }
    }
    Ok(None)
}
