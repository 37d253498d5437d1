//! Records of a CSV file, found in bytes that come in pieces.

/// The most bytes of a record. A quote that is never closed would take the rest of the file.
pub(super) const MOST: usize = 256 * 1024 * 1024;

/// A field, and whether it stands in quotes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) bytes: Vec<u8>,
    pub(super) quoted: bool,
}

/// A record as it stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RawRecord {
    /// The line on which it begins, of which the first is 1.
    pub(super) line: u64,
    pub(super) fields: Vec<Field>,
    /// What is wrong with it.
    pub(super) problem: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before the first byte of a record.
    #[default]
    Record,
    /// Before the first byte of a field.
    Field,
    Plain,
    Quoted,
    /// Behind a quote that ends the field, unless another one follows.
    QuoteInQuoted,
}

/// Finds records. Lines end in `\n`, `\r\n` or `\r`, also in one file.
#[derive(Debug)]
pub(super) struct Lines {
    delimiter: u8,
    state: State,
    /// Whether a `\n` belongs to the `\r` before it.
    after_return: bool,
    line: u64,
    size: usize,
    field: Field,
    record: RawRecord,
}

impl Lines {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            state: State::Record,
            after_return: false,
            line: 1,
            size: 0,
            field: Field::default(),
            record: RawRecord::default(),
        }
    }

    /// Reads what follows; whole records go to `found`. Gives how large the open record is.
    pub(super) fn feed(&mut self, bytes: &[u8], found: &mut Vec<RawRecord>) -> usize {
        for &byte in bytes {
            let continues_line_end = std::mem::take(&mut self.after_return) && byte == b'\n';
            let is_line_end = matches!(byte, b'\n' | b'\r');
            if continues_line_end {
                if self.state == State::Quoted {
                    self.push(byte);
                }
                continue;
            }
            if is_line_end {
                self.line += 1;
                self.after_return = byte == b'\r';
            }
            match self.state {
                State::Quoted if byte == b'"' => self.state = State::QuoteInQuoted,
                State::Quoted => self.push(byte),
                State::QuoteInQuoted if byte == b'"' => {
                    self.push(byte);
                    self.state = State::Quoted;
                }
                _ if is_line_end => self.end_record(found),
                _ if byte == self.delimiter => {
                    self.begin_record();
                    self.end_field();
                    self.state = State::Field;
                }
                State::Record | State::Field if byte == b'"' => {
                    self.begin_record();
                    self.field.quoted = true;
                    self.state = State::Quoted;
                }
                State::QuoteInQuoted => {
                    self.record.problem = Some("there is text behind a closing quote");
                    self.push(byte);
                    self.state = State::Plain;
                }
                State::Record | State::Field | State::Plain => {
                    self.begin_record();
                    self.push(byte);
                    self.state = State::Plain;
                }
            }
        }
        self.size
    }

    /// Ends the last record, which no line end need follow.
    pub(super) fn end(&mut self, found: &mut Vec<RawRecord>) {
        match self.state {
            State::Record => return,
            State::Quoted => self.record.problem = Some("a quote is not closed"),
            State::Field | State::Plain | State::QuoteInQuoted => {}
        }
        self.line += 1;
        self.end_record(found);
    }

    fn push(&mut self, byte: u8) {
        self.size += 1;
        self.field.bytes.push(byte);
    }

    fn begin_record(&mut self) {
        if self.state == State::Record {
            self.record.line = self.line;
        }
    }

    fn end_field(&mut self) {
        let field = std::mem::take(&mut self.field);
        self.record.fields.push(field);
    }

    /// Ends a record in front of a line end that is counted already.
    fn end_record(&mut self, found: &mut Vec<RawRecord>) {
        if self.state == State::Record {
            self.record.line = self.line - 1;
        }
        self.end_field();
        self.state = State::Record;
        self.size = 0;
        found.push(std::mem::take(&mut self.record));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records of a file that comes in pieces of this size.
    fn records(text: &str, piece: usize) -> Vec<RawRecord> {
        let mut lines = Lines::new(b',');
        let mut found = Vec::new();
        for piece in text.as_bytes().chunks(piece) {
            lines.feed(piece, &mut found);
        }
        lines.end(&mut found);
        found
    }

    /// As text, with quotes around fields that had them.
    fn shown(record: &RawRecord) -> Vec<String> {
        let field = |field: &Field| {
            let text = String::from_utf8_lossy(&field.bytes).into_owned();
            if field.quoted {
                format!("'{text}'")
            } else {
                text
            }
        };
        record.fields.iter().map(field).collect()
    }

    #[test]
    fn records_are_found_whatever_the_pieces() {
        let text = "a,\"b\",,\"\"\r\n\"two\r\nlines\",\"say \"\"hi\"\"\",x\"y\r\n\nlast,\"\n\"";
        let expected = [
            (1, vec!["a", "'b'", "", "''"]),
            (2, vec!["'two\r\nlines'", "'say \"hi\"'", "x\"y"]),
            (4, vec![""]),
            (5, vec!["last", "'\n'"]),
        ];
        for piece in 1..=text.len() {
            let found = records(text, piece);
            let found: Vec<(u64, Vec<String>)> = found
                .iter()
                .map(|record| (record.line, shown(record)))
                .collect();
            let found: Vec<(u64, Vec<&str>)> = found
                .iter()
                .map(|(line, fields)| (*line, fields.iter().map(String::as_str).collect()))
                .collect();
            assert_eq!(found, expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn lines_end_as_on_any_system() {
        for text in ["a\nb\n", "a\r\nb\r\n", "a\rb\r", "a\r\nb"] {
            let found = records(text, 1);
            let lines: Vec<u64> = found.iter().map(|record| record.line).collect();
            assert_eq!((found.len(), lines), (2, vec![1, 2]), "{text:?}");
        }
    }

    #[test]
    fn broken_quotes_are_told() {
        assert_eq!(
            records("\"a\"b,c\nd\n", 3)[0].problem,
            Some("there is text behind a closing quote")
        );
        assert_eq!(records("\"a\"b,c\nd\n", 3)[1].problem, None);
        assert_eq!(
            records("a,\"b\nc\n", 3)[0].problem,
            Some("a quote is not closed")
        );
    }
}
