//! The words of a paper with what the record tells and what was said put in.

use rihla_packs::Paper;

/// Where the record does not know something, the pen writes it.
pub const DOTS: &str = "……………………";

/// What stands for a word between braces.
pub enum Word {
    Said(String),
    /// Asked for and left empty by somebody who may: the paragraph falls away.
    LeftOut,
    Unknown,
}

/// The paragraphs of a paper.
pub fn paragraphs(text: &[String], word: impl Fn(&str) -> Word) -> Vec<String> {
    text.iter().filter_map(|paragraph| filled(paragraph, &word)).collect()
}

fn filled(paragraph: &str, word: &impl Fn(&str) -> Word) -> Option<String> {
    let (pieces, end) = Paper::pieces(paragraph);
    let mut out = String::new();
    for (before, name) in pieces {
        out.push_str(before);
        match word(name) {
            Word::Said(text) => out.push_str(&text),
            Word::Unknown => out.push_str(DOTS),
            Word::LeftOut => return None,
        }
    }
    out.push_str(end);
    Some(out)
}

/// A certificate as it is kept: its title, and its paragraphs with an empty line before each.
pub fn kept(title: &str, paragraphs: &[String]) -> String {
    std::iter::once(title).chain(paragraphs.iter().map(String::as_str)).collect::<Vec<_>>().join("\n\n")
}

/// The title and the paragraphs of what was kept.
pub fn unkept(text: &str) -> (&str, Vec<&str>) {
    let mut parts = text.split("\n\n").filter(|part| !part.trim().is_empty());
    (parts.next().unwrap_or_default(), parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(name: &str) -> Word {
        match name {
            "name" => Word::Said("AMAL {born}".to_owned()),
            "remark" => Word::LeftOut,
            _ => Word::Unknown,
        }
    }

    /// PAP-4
    #[test]
    fn what_is_not_known_is_left_to_the_pen_and_what_was_left_empty_falls_away() {
        let text = ["Pour {name}, né le {born}.".to_owned(), "Remarque : {remark}".to_owned(), "Fait.".to_owned()];
        assert_eq!(paragraphs(&text, word), [format!("Pour AMAL {{born}}, né le {DOTS}."), "Fait.".to_owned()], "what was put in is not read again");
    }

    #[test]
    fn what_is_kept_reads_as_it_was_said() {
        let said = ["Un\ndeux".to_owned(), "Trois".to_owned()];
        assert_eq!(unkept(&kept("Titre", &said)), ("Titre", vec!["Un\ndeux", "Trois"]));
        assert_eq!(unkept(""), ("", vec![]));
    }
}
