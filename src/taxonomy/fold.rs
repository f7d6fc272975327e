//! How names are compared.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case, composed, with single spaces: "  ÖREBRO " and "Örebro" are one.
pub(super) fn case(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfc().flat_map(char::to_lowercase).collect()
}

/// Without accents as well: "Orebro", "Tromso" and "Mo-i-Rana" find their places.
pub(super) fn accents(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in case(text).nfd().filter(|&c| !is_combining_mark(c)) {
        match c {
            'ø' => plain.push('o'),
            'æ' => plain.push_str("ae"),
            'ð' | 'đ' => plain.push('d'),
            'þ' => plain.push_str("th"),
            'ß' => plain.push_str("ss"),
            'ł' => plain.push('l'),
            'ı' => plain.push('i'),
            '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' => plain.push(' '),
            '.' | '\'' | '\u{2019}' | ',' => {}
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    #[test]
    fn folds_what_people_and_old_systems_do_to_names() {
        assert_eq!(super::case(" ÖREBRO "), "örebro");
        assert_eq!(super::case("O\u{308}rebro"), "örebro");
        assert_eq!(super::accents("Mo-i-Rana"), super::accents("mo i  rana"));
        assert_eq!(super::accents("Tromsø"), "tromso");
        assert_eq!(super::accents("S:t Karins"), "s:t karins");
        assert_eq!(super::accents("Værøy"), "vaeroy");
    }
}
