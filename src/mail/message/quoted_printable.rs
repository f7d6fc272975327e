//! Quoted-printable (RFC 2045 section 6.7), with the cautions of RFC 2049: no line begins with a dot or
//! with "From ", and none ends in a space.

/// Ends an encoded line without ending the line of the text.
pub(super) const SOFT_BREAK: &[u8] = b"=\r\n";

/// The most octets before a soft break's "=": lines have at most 76.
const LINE: usize = 75;
const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Appends `text` encoded. It must begin at the start of an encoded line; its line ends are LF.
pub(super) fn encode(text: &str, out: &mut Vec<u8>) {
    let octets = text.as_bytes();
    let mut column = 0;
    for (at, &octet) in octets.iter().enumerate() {
        if octet == b'\n' {
            out.extend_from_slice(b"\r\n");
            column = 0;
            continue;
        }
        let plain = match octet {
            b'=' => false,
            b' ' | b'\t' => !matches!(octets.get(at + 1), None | Some(b'\n')),
            b'.' => column > 0,
            b'F' => column > 0 || !octets[at..].starts_with(b"From "),
            _ => octet.is_ascii_graphic(),
        };
        let width = if plain { 1 } else { 3 };
        if column + width > LINE {
            out.extend_from_slice(SOFT_BREAK);
            column = 0;
        }
        if plain && !(column == 0 && matches!(octet, b'.' | b'F')) {
            out.push(octet);
            column += 1;
        } else {
            out.extend_from_slice(&[b'=', HEX[usize::from(octet >> 4)], HEX[usize::from(octet & 15)]]);
            column += 3;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::encode;

    fn encoded(text: &str) -> String {
        let mut out = Vec::new();
        encode(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn follows_the_cautions() {
        assert_eq!(encoded("Åsa = 1\n"), "=C3=85sa =3D 1\r\n");
        assert_eq!(
            encoded(".\n..\nFrom här\nFred \n\tx\t"),
            "=2E\r\n=2E.\r\n=46rom h=C3=A4r\r\n=46red=20\r\n\tx=09"
        );
        assert_eq!(encoded(&"a".repeat(80)), format!("{}=\r\n{}", "a".repeat(75), "a".repeat(5)));
        assert_eq!(encoded(&format!("{}.", "a".repeat(75))), format!("{}=\r\n=2E", "a".repeat(75)));
    }

    proptest! {
        #[test]
        fn what_is_encoded_can_be_decoded(text in "(?s)[ -~\n\t\u{80}-\u{2ff}]{0,300}|(?s).{0,100}") {
            let encoded = encoded(&text);
            for line in encoded.split("\r\n") {
                prop_assert!(line.len() <= 76 && !line.starts_with('.') && !line.starts_with("From "));
                prop_assert!(!line.ends_with([' ', '\t']) && !line.contains(['\r', '\n']));
            }
            let decoded = quoted_printable::decode(&encoded, quoted_printable::ParseMode::Strict).unwrap();
            prop_assert_eq!(String::from_utf8(decoded).unwrap(), text.replace('\n', "\r\n"));
        }
    }
}
