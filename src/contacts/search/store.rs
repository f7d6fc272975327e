//! The table `contact_words`, and the search itself. Functions take a connection and open no transaction.

use diesel::prelude::*;

use super::further_words;
use crate::contacts::addresses::beginning_with;
use crate::contacts::person::{Contact, NewContact, search_key};
use crate::db::dialect::{InSubquery, StartsWith};
use crate::db::schema::{contact_words, contacts, degrees};
use crate::db::{Conn, Db, Error};
use crate::insert_all;

/// A word of somebody's name.
#[derive(Insertable)]
#[diesel(table_name = contact_words, treat_none_as_default_value = false)]
pub(in crate::contacts) struct Word {
    contact_id: i64,
    word: String,
}

/// The further words of people, to be stored with [`add_words`].
pub(in crate::contacts) fn words_of<'a>(people: impl Iterator<Item = (i64, &'a NewContact)>) -> Vec<Word> {
    let words =
        |(contact_id, person)| further_words(person).into_iter().map(move |word| Word { contact_id, word });
    people.flat_map(words).collect()
}

/// Stores the further words of new people.
pub(in crate::contacts) fn add_words(conn: &mut Conn, words: &[Word]) -> Result<(), Error> {
    insert_all!(conn, contact_words::table, words);
    Ok(())
}

/// Brings the further words of a person up to date.
pub(in crate::contacts) fn renew_words(conn: &mut Conn, id: i64, person: &NewContact) -> Result<(), Error> {
    let theirs = contact_words::table.filter(contact_words::contact_id.eq(id));
    let held: Vec<String> = theirs.order(contact_words::word).select(contact_words::word).load(conn)?;
    let mut wanted = further_words(person);
    wanted.sort_unstable();
    if held.len() == wanted.len() && wanted.iter().all(|word| held.contains(word)) {
        return Ok(());
    }
    diesel::delete(theirs).execute(conn)?;
    add_words(conn, &words_of(std::iter::once((id, person))))
}

/// People by the beginning of a name, of any of their addresses, of their place, or by the code of a programme; several
/// words narrow each other down. People with protected identity are never found (product P8).
///
/// Each way of finding somebody reads one index and stops when there are enough, so the search costs the same over
/// a thousand people and over a million.
///
/// # Errors
/// Those of the database.
pub fn search(conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<Contact>, Error> {
    let key = search_key(text);
    let mut found = Found { people: Vec::new(), limit };
    if key.is_empty() {
        return Ok(found.people);
    }
    macro_rules! by {
        ($condition:expr) => {
            if !found.is_full() {
                let more: Vec<Contact> = contacts::table
                    .filter($condition)
                    .filter(contacts::merged_into.is_null())
                    .filter(contacts::erased_at.is_null())
                    .filter(contacts::protected.eq(false))
                    .limit(limit)
                    .select(Contact::as_select())
                    .load(conn)?;
                found.add(more);
            }
        };
    }
    by!(StartsWith::new(contacts::family_key, &key));
    by!(StartsWith::new(contacts::name_key, &key));
    match key.split_once(' ') {
        None => {
            by!(StartsWith::new(contacts::email_key, &key));
            if !found.is_full() {
                let ids = beginning_with(conn, &key, 4 * limit)?;
                by!(contacts::id.eq_any(ids));
            }
            let ids: Vec<i64> = contact_words::table
                .filter(StartsWith::new(contact_words::word, &key))
                .limit(4 * limit)
                .select(contact_words::contact_id)
                .load(conn)?;
            by!(contacts::id.eq_any(ids));
        }
        Some((first, rest)) => {
            let last = rest.rsplit(' ').next().unwrap_or(rest);
            let further = contact_words::table
                .filter(StartsWith::new(contact_words::word, last))
                .select(contact_words::contact_id)
                .into_boxed::<Db>();
            let of_name = |text: &str| StartsWith::narrowing(contacts::name_key, text);
            let of_place = |text: &str| StartsWith::narrowing(contacts::place_key, text);
            // Eva Maria Ek as "Eva Ek", Eva Ek as "Ek Eva", and somebody of that name who lives there.
            by!(StartsWith::new(contacts::family_key, last).and(of_name(first)));
            by!(StartsWith::new(contacts::family_key, first).and(of_name(rest)));
            by!(of_name(first).and(InSubquery(contacts::id, further)));
            by!(StartsWith::new(contacts::family_key, first).and(of_place(rest)));
            by!(StartsWith::new(contacts::name_key, first).and(of_place(rest)));
        }
    }
    by!(StartsWith::new(contacts::place_key, &key));
    let code = text.trim();
    let ids: Vec<i64> = degrees::table
        .filter(degrees::programme_code.eq_any([code.to_owned(), code.to_uppercase()]))
        .limit(4 * limit)
        .select(degrees::contact_id)
        .load(conn)?;
    by!(contacts::id.eq_any(ids));
    Ok(found.people)
}

/// Whoever was found, each once.
struct Found {
    people: Vec<Contact>,
    limit: i64,
}

impl Found {
    fn is_full(&self) -> bool {
        self.people.len() as i64 >= self.limit
    }

    fn add(&mut self, more: Vec<Contact>) {
        for person in more {
            if !self.is_full() && !self.people.iter().any(|known| known.id == person.id) {
                self.people.push(person);
            }
        }
    }
}
