//! What a pack says of itself: in the clear its time and its files, under seal who is on them.

use std::fmt::Write;

/// The name of the file in the clear.
pub const NAME: &str = "manifest.txt";
const FIRST: &str = "rihla-downtime 1";
/// The most files of a pack that is read.
const MOST: usize = 10_000;

/// A file of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub bytes: u64,
    /// SHA-256 in hexadecimal digits, of the file as it lies there.
    pub hash: String,
}

/// In the clear: no patient is named. Files of wards carry the wards' ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// UTC, RFC 3339.
    pub made: String,
    /// Milliseconds since 1970.
    pub at: i64,
    pub parts: Vec<Part>,
}

impl Manifest {
    pub fn to_text(&self) -> String {
        let mut out = format!("{FIRST}\nmade {} {}\n", self.at, self.made);
        for Part { name, bytes, hash } in &self.parts {
            // Writing to a String does not fail.
            _ = writeln!(out, "part {hash} {bytes} {name}");
        }
        out.push_str("end\n");
        out
    }

    /// `None`: cut, or not ours. Names that leave the folder are not read.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != FIRST {
            return None;
        }
        let (at, made) = lines.next()?.strip_prefix("made ")?.split_once(' ')?;
        let mut out = Self { at: at.parse().ok()?, made: made.to_owned(), parts: Vec::new() };
        for line in lines {
            if line == "end" {
                return Some(out);
            }
            let mut words = line.strip_prefix("part ")?.splitn(3, ' ');
            let (hash, bytes, name) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
            let safe = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']);
            if !safe || out.parts.len() >= MOST {
                return None;
            }
            out.parts.push(Part { name: name.to_owned(), bytes, hash: hash.to_owned() });
        }
        None
    }
}

/// Under seal: who is on which sheet, for the drill.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listed {
    Ward {
        id: String,
        file: String,
        name: String,
    },
    Patient {
        stay: String,
        patient: String,
        /// Empty: in no ward.
        ward: String,
    },
}

impl Listed {
    pub fn to_line(&self) -> String {
        match self {
            // A name is the only free text: a tab or a line end in it would part it.
            Self::Ward { id, file, name } => format!("ward\t{id}\t{file}\t{}", name.replace(['\t', '\n', '\r'], " ")),
            Self::Patient { stay, patient, ward } => format!("patient\t{stay}\t{patient}\t{ward}"),
        }
    }

    pub fn parse(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split('\t').collect();
        match words.as_slice() {
            ["ward", id, file, name] => Some(Self::Ward { id: (*id).to_owned(), file: (*file).to_owned(), name: (*name).to_owned() }),
            ["patient", stay, patient, ward] => Some(Self::Patient { stay: (*stay).to_owned(), patient: (*patient).to_owned(), ward: (*ward).to_owned() }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_that_was_cut_or_leads_elsewhere_is_none() {
        let part = |name: &str| Part { name: name.to_owned(), bytes: 12, hash: "ab".repeat(32) };
        let told = Manifest { made: "2026-01-15T08:30:00Z".into(), at: 1_768_465_800_000, parts: vec![part("index.html.age"), part("ward-a.html")] };
        let text = told.to_text();
        assert_eq!(Manifest::parse(&text), Some(told));
        for cut in 0..text.len() - 1 {
            assert_eq!(Manifest::parse(&text[..cut]), None, "{cut}");
        }
        assert_eq!(Manifest::parse(&text.replace("ward-a.html", "../../etc/x")), None);
        assert_eq!(Manifest::parse(&text.replace("ward-a.html", ".profile")), None);
    }

    #[test]
    fn lines_of_the_list_are_read_as_they_were_written() {
        let all = [
            Listed::Ward { id: "w".into(), file: "ward-w".into(), name: "Médecine A".into() },
            Listed::Patient { stay: "s".into(), patient: "p".into(), ward: String::new() },
        ];
        for one in all {
            assert_eq!(Listed::parse(&one.to_line()), Some(one));
        }
        assert_eq!(Listed::parse("patient\tx"), None);
    }
}
