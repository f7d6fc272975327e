//! Delimited text (RFC 4180 and its relatives) in UTF-8 or Windows-1252.
//!
//! Both encodings agree on every byte that shapes a table, so rows are split first and decoded after.

use std::io::Read;

use super::{Encoding, Input, Row, SourceError, open, unreadable};

/// What Windows-1252 leaves unassigned: text that contains one of these is something else.
const UNASSIGNED: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/// So many well-formed UTF-8 sequences before the first fault make a damaged UTF-8 file, not a Windows-1252
/// one, where such a pair of letters ("Ã¶") is next to impossible.
const SURELY_UTF8: u32 = 3;

/// Reads the whole file once: UTF-8 if every byte is, else Windows-1252.
pub(super) fn encoding(input: &Input) -> Result<Encoding, SourceError> {
    let mut reader = open(input)?;
    let mut buffer = vec![0; 1 << 16];
    let mut kept = 0; // bytes of a sequence cut in two by the end of the buffer
    let mut state = Scan { line: 1, sequences: 0, fault: None, unassigned: None };
    let mut with_mark = None;
    loop {
        let read = reader.read(&mut buffer[kept..]).map_err(|error| unreadable(input, error))?;
        let block = &buffer[..kept + read];
        with_mark.get_or_insert_with(|| block.starts_with(b"\xef\xbb\xbf"));
        if block.iter().any(|byte| matches!(byte, 0..=8 | 14..=31 | 127)) {
            return Err(SourceError::Binary);
        }
        let used = state.scan(block, read == 0);
        if read == 0 {
            break;
        }
        kept = block.len() - used;
        buffer.copy_within(used..used + kept, 0);
    }
    match (state.fault, state.unassigned) {
        (None, _) => Ok(Encoding::Utf8),
        (Some(line), _) if with_mark == Some(true) || state.sequences >= SURELY_UTF8 => {
            Err(SourceError::Encoding { line })
        }
        (Some(_), Some(line)) => Err(SourceError::Encoding { line }),
        (Some(_), None) => Ok(Encoding::Windows1252),
    }
}

struct Scan {
    line: u64,
    /// Well-formed sequences of two bytes and more before the first fault.
    sequences: u32,
    /// The line of the first byte that is not UTF-8.
    fault: Option<u64>,
    /// The line of the first byte that is not Windows-1252.
    unassigned: Option<u64>,
}

impl Scan {
    /// Judges a block and returns how much of it is done with.
    fn scan(&mut self, block: &[u8], last: bool) -> usize {
        let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        let mut used = block.len();
        if self.fault.is_none() {
            let valid = match std::str::from_utf8(block) {
                Ok(_) => block.len(),
                Err(error) if error.error_len().is_none() && !last => {
                    used = error.valid_up_to();
                    used
                }
                Err(error) => {
                    self.fault = Some(self.line + lines(&block[..error.valid_up_to()]));
                    error.valid_up_to()
                }
            };
            let begin = block[..valid].iter().filter(|byte| **byte >= 0xc0).count();
            self.sequences = self.sequences.saturating_add(u32::try_from(begin).unwrap_or(u32::MAX));
        }
        let block = &block[..used];
        if self.unassigned.is_none() {
            let place = block.iter().position(|byte| UNASSIGNED.contains(byte));
            self.unassigned = place.map(|place| self.line + lines(&block[..place]));
        }
        self.line += lines(block);
        used
    }
}

/// The rows of a text, blank lines left out.
pub(super) struct Rows {
    reader: csv::Reader<Box<dyn Read + Send>>,
    record: csv::ByteRecord,
    encoding: Encoding,
    after: u64,
    name: Input,
}

impl Rows {
    /// Starts at the first row after the line `after`.
    pub(super) fn start(
        input: &Input,
        encoding: Encoding,
        delimiter: char,
        after: u64,
    ) -> Result<Self, SourceError> {
        let reader = csv::ReaderBuilder::new()
            .delimiter(u8::try_from(delimiter).unwrap_or(b','))
            .has_headers(false)
            .flexible(true)
            // With `\n` alone, and the `\r` taken away below, the reader's line numbers are right for both
            // kinds of line ends.
            .terminator(csv::Terminator::Any(b'\n'))
            .buffer_capacity(1 << 16)
            .from_reader(open(input)?);
        Ok(Self { reader, record: csv::ByteRecord::new(), encoding, after, name: input.clone() })
    }

    fn decode(&self, bytes: &[u8]) -> String {
        match self.encoding {
            Encoding::Windows1252 => {
                encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
            }
            // Every byte was looked at when the file was opened; it can only have changed since.
            Encoding::Utf8 | Encoding::Workbook => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Row, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let before = self.reader.position().line();
            match self.reader.read_byte_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(unreadable(&self.name, error.into()))),
            }
            let mut cells: Vec<String> = self.record.iter().map(|bytes| self.decode(bytes)).collect();
            if let Some(last) = cells.last_mut()
                && last.ends_with('\r')
            {
                last.pop();
            }
            if before == 1
                && let Some(rest) = cells.first().and_then(|cell| cell.strip_prefix('\u{feff}'))
            {
                let rest = rest.trim_matches('"').to_owned();
                cells[0] = rest;
            }
            if cells.iter().all(String::is_empty) && cells.len() <= 1 {
                continue;
            }
            // The reader skips lines without a character by itself, and its position before the record then
            // tells the first of those.
            let inside = cells.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
            let after = self.reader.position().line();
            let number = before.max(after.saturating_sub(inside + 1));
            if number > self.after {
                return Some(Ok(Row { number, cells }));
            }
        }
    }
}
