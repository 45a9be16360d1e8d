//! The rows of one file (RFC 4180, <https://www.rfc-editor.org/rfc/rfc4180>), one at a time and bounded.

use crate::text::Encoding;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::io::{self, BufRead};

/// Bytes of a row at most.
const LONGEST: usize = 1 << 20;
/// Cells of a row at most.
const CELLS: usize = 2_000;
/// Lines that one row may cover: more is a quotation mark that nobody closed.
const LINES: u64 = 200;

/// One row of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line where it begins, from 1.
    pub line: u64,
    /// As it stands in the file, with its end; empty if it is longer than a row may be.
    pub raw: Vec<u8>,
    pub cells: Result<Vec<String>, Unread>,
}

/// Why a row could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Longer than a row may be, or a quotation mark is not closed: what comes after may be part of it. `until`: its last line.
    Unclosed { until: u64 },
    /// Bytes that the character set does not have.
    Signs,
}

/// The rows of a reader, in order.
pub struct Rows<R> {
    input: R,
    core: Reader,
    encoding: Encoding,
    /// Where the next byte stands.
    line: u64,
    after_return: bool,
    ended: bool,
    out: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: BufRead> Rows<R> {
    pub fn new(input: R, separator: u8, encoding: Encoding) -> Self {
        let core = ReaderBuilder::new().delimiter(separator).build();
        Self { input, core, encoding, line: 1, after_return: false, ended: false, out: vec![0; 4 << 10], ends: vec![0; CELLS] }
    }

    /// The next row; nothing after the last.
    pub fn row(&mut self) -> io::Result<Option<Row>> {
        if self.ended {
            return Ok(None);
        }
        let (mut raw, mut quotes, mut whole) = (Vec::new(), 0_usize, true);
        let (mut written, mut cells) = (0, 0);
        let mut line = None;
        loop {
            let input = self.input.fill_buf()?;
            let room = (self.out.get_mut(written..).unwrap_or_default(), self.ends.get_mut(cells..).unwrap_or_default());
            let (result, used, more, ended) = self.core.read_record(input, room.0, room.1);
            let taken = input.get(..used).unwrap_or_default();
            quotes += taken.iter().filter(|byte| **byte == b'"').count();
            for byte in taken {
                let is_end = matches!(byte, b'\n' | b'\r');
                if line.is_none() && !is_end {
                    line = Some(self.line);
                }
                self.line += u64::from(is_end && !(*byte == b'\n' && self.after_return));
                self.after_return = *byte == b'\r';
            }
            if whole && line.is_some() {
                raw.extend_from_slice(taken);
            }
            self.input.consume(used);
            (written, cells) = (written + more, cells + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.out.len() < LONGEST => self.out.resize(self.out.len() * 2, 0),
                // What is too long is read to its end, so that it is known where it is, and kept nowhere.
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => (whole, written, cells) = (false, 0, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => {
                    self.ended = true;
                    return Ok(None);
                }
            }
        }
        // What ended the line before may be left of it.
        let ends = raw.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        raw.drain(..ends);
        let line = line.unwrap_or(self.line);
        let until = self.line.saturating_sub(1).max(line);
        if !whole || quotes % 2 == 1 || until - line > LINES {
            return Ok(Some(Row { line, raw: if whole { raw } else { Vec::new() }, cells: Err(Unread::Unclosed { until }) }));
        }
        let cells = self.cells(cells).ok_or(Unread::Signs);
        Ok(Some(Row { line, raw, cells }))
    }

    fn cells(&self, count: usize) -> Option<Vec<String>> {
        let mut from = 0;
        let mut cells = Vec::with_capacity(count);
        for end in self.ends.iter().take(count) {
            cells.push(self.encoding.decode(self.out.get(from..*end)?)?.into_owned());
            from = *end;
        }
        Some(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn read(bytes: &[u8], buffer: usize) -> Vec<Row> {
        let mut rows = Rows::new(BufReader::with_capacity(buffer, bytes), b';', Encoding::named("UTF-8").expect("a set"));
        std::iter::from_fn(|| rows.row().expect("memory does not fail")).collect()
    }

    fn cells(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        read(bytes, 16).into_iter().map(|row| (row.line, row.cells.expect("sound"))).collect()
    }

    #[test]
    fn rows_are_read_whatever_ends_their_lines_and_with_a_mark_before_them() {
        let expected = |lines: [u64; 3]| {
            let texts = [vec!["a", "b"], vec!["1", "x;\"y\"\nz"], vec!["2", ""]];
            lines.into_iter().zip(texts).map(|(line, cells)| (line, cells.into_iter().map(str::to_owned).collect())).collect::<Vec<(u64, Vec<String>)>>()
        };
        assert_eq!(cells(b"\xef\xbb\xbfa;b\n1;\"x;\"\"y\"\"\nz\"\n2;\n"), expected([1, 2, 4]));
        assert_eq!(cells(b"\xef\xbb\xbf\"a\";b\r\n1;\"x;\"\"y\"\"\nz\"\r\n2;"), expected([1, 2, 4]));
        assert_eq!(cells(b"a;b\r1;\"x;\"\"y\"\"\nz\"\r\r\r2;\r"), expected([1, 2, 6]));
        assert_eq!(cells(b""), []);
    }

    #[test]
    fn what_was_read_stands_in_the_file_by_the_letter() {
        let rows = read("\n\na;b\r\n\"é\";2\r\n".as_bytes(), 3);
        let raw: Vec<_> = rows.iter().map(|row| String::from_utf8_lossy(&row.raw).into_owned()).collect();
        assert_eq!((raw, rows[0].line, rows[1].line), (vec!["a;b\r".to_owned(), "\"é\";2\r".to_owned()], 3, 4));
    }

    #[test]
    fn a_mark_that_nobody_closes_and_a_row_without_end_are_named_with_their_lines() {
        let open = read(b"a;b\n1;\"x\n2;y\n3;z\n", 16);
        assert_eq!((open.len(), open[1].line, open[1].cells.clone()), (2, 2, Err(Unread::Unclosed { until: 4 })));
        let lines = format!("a;b\n1;\"{}\"\n2;y\n", "x\n".repeat(300));
        let rows = read(lines.as_bytes(), 4096);
        assert!(matches!(rows[1].cells, Err(Unread::Unclosed { until: 302 })) && rows[2].cells.is_ok(), "{:?}", rows[1].cells);
        let long = format!("a;b\n1;{}\n2;y\n", "x".repeat(3 << 20));
        let rows = read(long.as_bytes(), 4096);
        assert!(rows[1].cells.is_err() && rows[1].raw.is_empty() && rows[2].cells.is_ok());
        let wide = format!("{}\n2;y\n", ";".repeat(5_000));
        assert!(read(wide.as_bytes(), 4096)[0].cells.is_err());
        assert_eq!(read(b"a\n\xff\n", 4)[1].cells, Err(Unread::Signs));
    }

    proptest! {
        #[test]
        fn what_is_quoted_comes_through_by_the_letter(texts in proptest::collection::vec("\\PC*|[a\";\\r\\n]{0,8}", 1..5), buffer in 1_usize..40) {
            let line = texts.iter().map(|text| format!("\"{}\"", text.replace('"', "\"\""))).collect::<Vec<_>>().join(";");
            let rows = read(format!("{line}\n{line}\r\n").as_bytes(), buffer);
            prop_assert_eq!(rows.len(), 2);
            for row in rows {
                prop_assert_eq!(row.cells.as_ref(), Ok(&texts));
            }
        }

        #[test]
        fn any_bytes_are_rows_or_are_named(bytes in proptest::collection::vec(any::<u8>(), 0..400), buffer in 1_usize..40) {
            let rows = read(&bytes, buffer);
            prop_assert!(rows.len() <= bytes.len());
            prop_assert!(rows.is_sorted_by_key(|row| row.line));
        }
    }
}
