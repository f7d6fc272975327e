//! Compares what mail systems write with the phrases of `phrases.txt`.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::reason::Reason;

/// How far apart the two halves of a phrase may stand, in bytes.
const GAP: usize = 80;

struct Phrase {
    /// The place of its group in the file: the first wins.
    group: usize,
    reason: Reason,
    /// Believed only in what a machine said about one recipient.
    weak: bool,
    /// What must follow within [`GAP`].
    then: Option<&'static str>,
    /// No letter may follow.
    whole_word: bool,
}

struct Table {
    finder: AhoCorasick,
    phrases: Vec<Phrase>,
}

#[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let (heads, phrases): (Vec<&str>, Vec<Phrase>) = phrases(include_str!("phrases.txt")).unzip();
    let finder = AhoCorasick::new(heads).expect("phrases.txt makes an automaton");
    Table { finder, phrases }
});

/// The lines of the file: the first half of each phrase, and the rest. Lines of an unknown group are left out.
fn phrases(file: &'static str) -> impl Iterator<Item = (&'static str, Phrase)> {
    let mut group = 0;
    let mut head: Option<(Reason, bool)> = None;
    file.lines().filter_map(move |line| {
        let line = line.trim_end();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            group += 1;
            let bare = name.trim_end_matches('?');
            let reason = Reason::ALL.iter().find(|reason| reason.as_str() == bare);
            head = reason.map(|reason| (*reason, bare.len() < name.len()));
            return None;
        }
        let (reason, weak) = head?;
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let (text, whole_word) = line.strip_suffix('|').map_or((line, false), |text| (text, true));
        let (first, then) = text.split_once('*').map_or((text, None), |(first, then)| (first, Some(then)));
        Some((first, Phrase { group, reason, weak, then, whole_word }))
    })
}

/// What a text says. `machine` for what a mail system said about one recipient; in words to people only the
/// certain phrases count. `text` must be [`folded`]. The answer says whether the phrase is a certain one.
pub(super) fn reason_in(text: &str, machine: bool) -> Option<(Reason, bool)> {
    let table = &*TABLE;
    let bytes = text.as_bytes();
    let mut best: Option<&Phrase> = None;
    for found in table.finder.find_overlapping_iter(text) {
        let phrase = &table.phrases[found.pattern().as_usize()];
        if (phrase.weak && !machine) || best.is_some_and(|best| best.group <= phrase.group) {
            continue;
        }
        let inside_a_word = found.start() > 0
            && bytes[found.start()].is_ascii_alphanumeric()
            && bytes[found.start() - 1].is_ascii_alphanumeric();
        let goes_on = phrase.whole_word && bytes.get(found.end()).is_some_and(u8::is_ascii_alphanumeric);
        let followed = phrase.then.is_none_or(|then| {
            let mut end = (found.end() + GAP).min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text[found.end()..end].contains(then)
        });
        if !inside_a_word && !goes_on && followed {
            best = Some(phrase);
        }
    }
    best.map(|phrase| (phrase.reason, !phrase.weak))
}

/// Lower case, one space between words, plain apostrophes, without addresses, and without the codes at the beginning of each line of
/// a long SMTP reply, which would stand between words.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let word = without_code(without_address(word));
        if word.is_empty() {
            continue;
        }
        if !folded.is_empty() {
            folded.push(' ');
        }
        for letter in word.chars() {
            match letter {
                '’' | '‘' | '´' | '`' => folded.push('\''),
                _ => folded.extend(letter.to_lowercase()),
            }
        }
    }
    folded
}

/// Names of people are no words: of "unknown:<spam.jones@example.se>" the part before the address is left.
fn without_address(word: &str) -> &str {
    match word.find('@') {
        Some(at) if word.is_ascii() => {
            word[..at].rfind(['<', ':', '(', '[', '"']).map_or("", |before| &word[..=before])
        }
        _ => word,
    }
}

/// `550`, `550-5.1.1` and `5.1.1` are no words, and of "550-or" one is left.
fn without_code(word: &str) -> &str {
    let rest = match word.as_bytes() {
        [b'4' | b'5', b'0'..=b'5', b'0'..=b'9'] => "",
        [b'4' | b'5', b'0'..=b'5', b'0'..=b'9', b'-', ..] => &word[4..],
        _ => word,
    };
    let code = matches!(rest.as_bytes(), [b'4' | b'5', b'.', b'0'..=b'9', b'.', detail @ ..]
        if !detail.is_empty() && detail.iter().all(u8::is_ascii_digit));
    if code { "" } else { rest }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn the_file_is_in_the_form_that_is_compared() {
        let text = include_str!("phrases.txt");
        for line in text.lines().filter(|line| line.starts_with('[')) {
            let name = line.trim_matches(|c| matches!(c, '[' | ']' | '?'));
            assert!(Reason::ALL.iter().any(|reason| reason.as_str() == name), "{line}");
        }
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '['])) {
            assert_eq!(folded(line), line, "a phrase that no text can hold");
            assert!(seen.insert(line, line).is_none(), "{line} stands twice");
        }
    }

    #[test]
    fn the_first_group_wins_and_words_are_whole() {
        let of = |text: &str| reason_in(&folded(text), true).map(|(reason, _)| reason);
        assert_eq!(
            of("550-5.1.1 The email account that you tried\n 550-5.1.1 to reach does not exist."),
            Some(Reason::UserUnknown)
        );
        assert_eq!(of("Mailbox for anna is full"), Some(Reason::MailboxFull));
        assert_eq!(of("a sauce and a marble"), None);
        assert_eq!(reason_in("there was an error, try again", false), None);
    }
}
