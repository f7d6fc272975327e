//! Blocks of `Name: value` lines, as reports (RFC 3464, RFC 5965) and message headers (RFC 5322) have them,
//! read with patience: folded, with lost indentation, with any line end.

/// Fields in the order of the text, names in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first field of this name, when it is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Every field of this name that is not empty.
    pub(super) fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0
            .iter()
            .filter(move |(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Whether there is such a field, empty or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }

    fn continue_last(&mut self, line: &str) {
        if let Some((_, value)) = self.0.last_mut() {
            if !value.is_empty() {
                value.push(' ');
            }
            value.push_str(line.trim());
        }
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(named: I) -> Self {
        let mut fields = Self::default();
        for (name, value) in named {
            let unfolded = value.as_ref().split(['\r', '\n']).map(str::trim).collect::<Vec<_>>().join(" ");
            fields.push(name.as_ref(), &unfolded);
        }
        fields
    }
}

/// The header of a message: everything up to the first empty line.
pub(super) fn header(text: &str) -> Fields {
    let mut fields = Fields::default();
    for line in text.trim_start_matches(['\n', '\r']).lines() {
        if line.trim().is_empty() {
            break;
        }
        match named(line) {
            Some((name, value)) if !line.starts_with([' ', '\t']) => fields.push(name, value),
            _ => fields.continue_last(line),
        }
    }
    fields
}

/// The blocks of a report, which empty lines separate. A line without a field's name continues the one before,
/// indented or not: some systems break long texts without indenting.
pub(super) fn blocks(text: &str) -> Vec<Fields> {
    let mut blocks = Vec::new();
    let mut block = Fields::default();
    for line in text.lines() {
        if line.trim().is_empty() {
            if !block.is_empty() {
                blocks.push(std::mem::take(&mut block));
            }
            continue;
        }
        match named(line) {
            Some((name, value)) if !line.starts_with([' ', '\t']) && is_of_reports(name) => {
                block.push(name, value)
            }
            _ => block.continue_last(line),
        }
    }
    if !block.is_empty() {
        blocks.push(block);
    }
    blocks
}

/// The name and value of a line that begins a field.
fn named(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end();
    let plausible = (1..=60).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        && name.starts_with(|first: char| first.is_ascii_alphabetic());
    plausible.then_some((name, value))
}

/// Words with a colon occur inside diagnostics ("host: …"); the fields of reports are these or have a hyphen.
fn is_of_reports(name: &str) -> bool {
    name.contains('-')
        || ["status", "action", "incidents", "version"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::{blocks, header};

    #[test]
    fn lines_without_a_name_continue_the_field_before() {
        let found =
            blocks("Status: 5.1.1\nDiagnostic-Code: smtp; 550 no\nsuch user: anna\n\nAction: failed\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].get("diagnostic-code"), Some("smtp; 550 no such user: anna"));
        assert_eq!(found[1].get("action"), Some("failed"));
    }

    #[test]
    fn a_header_ends_at_the_empty_line() {
        let found = header("Subject: one\n two\nTo: a@example.se\n\nFrom: not this\n");
        assert_eq!(found.get("subject"), Some("one two"));
        assert!(found.has("to") && !found.has("from"));
    }
}
