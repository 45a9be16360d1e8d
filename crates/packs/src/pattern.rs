//! The shape of an identifier, for a warning and never for a refusal.

use thiserror::Error;

/// `A{1,2}9{5,6}`: A is a letter, 9 a digit, X either; `{n}` or `{n,m}` repeats; any other sign stands for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    sign: char,
    least: usize,
    most: usize,
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadPattern {
    #[error("the pattern is empty")]
    Empty,
    #[error("a repetition is {{n}} or {{n,m}} with n ≤ m ≤ 64, after a sign")]
    Repetition,
}

const MOST: usize = 64;

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, BadPattern> {
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = text;
        while let Some(sign) = rest.chars().next() {
            rest = rest.get(sign.len_utf8()..).unwrap_or("");
            if matches!(sign, '{' | '}') {
                return Err(BadPattern::Repetition);
            }
            let (mut least, mut most) = (1, 1);
            if let Some(tail) = rest.strip_prefix('{') {
                let (inner, after) = tail.split_once('}').ok_or(BadPattern::Repetition)?;
                (least, most) = counts(inner).ok_or(BadPattern::Repetition)?;
                rest = after;
            }
            parts.push(Part { sign, least, most });
        }
        if parts.is_empty() { Err(BadPattern::Empty) } else { Ok(Self { parts }) }
    }

    /// The longest form: `A{1,2}9{5,6}` is `AA999999`. What makes up values of the shape goes by it.
    pub fn mask(&self) -> String {
        self.parts.iter().flat_map(|part| std::iter::repeat_n(part.sign, part.most)).collect()
    }

    /// Whether an identifier, compacted, has the shape.
    pub fn matches(&self, value: &str) -> bool {
        let characters: Vec<char> = compact(value).chars().collect();
        // The lengths that the parts so far can have taken; patterns are short, so sets of lengths beat backtracking.
        let mut ends = vec![0];
        for part in &self.parts {
            let mut next = Vec::new();
            for start in ends {
                let run = characters.iter().skip(start).take(part.most).take_while(|character| fits(part.sign, **character)).count();
                next.extend((part.least..=run).map(|length| start + length));
            }
            next.sort_unstable();
            next.dedup();
            ends = next;
        }
        ends.contains(&characters.len())
    }
}

fn counts(text: &str) -> Option<(usize, usize)> {
    let (least, most) = text.split_once(',').unwrap_or((text, text));
    let (least, most) = (least.parse().ok()?, most.parse().ok()?);
    (least <= most && most <= MOST && most > 0).then_some((least, most))
}

fn fits(sign: char, character: char) -> bool {
    match sign {
        'A' => character.is_ascii_uppercase(),
        '9' => character.is_ascii_digit(),
        'X' => character.is_ascii_uppercase() || character.is_ascii_digit(),
        other => character == other,
    }
}

/// The form in which identifiers are compared: letters and digits alone, in capitals.
pub fn compact(value: &str) -> String {
    value.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_matched_as_people_write_it() {
        let card = Pattern::parse("A{1,2}9{5,6}").expect("pattern");
        assert_eq!(card.mask(), "AA999999");
        for value in ["BK123456", "a12345", "be 12345", "BH-123456"] {
            assert!(card.matches(value), "{value}");
        }
        for value in ["", "123456", "ABC12345", "A1234", "A1234567", "A12345B"] {
            assert!(!card.matches(value), "{value}");
        }
        assert!(Pattern::parse("X{2,9}9").expect("pattern").matches("AB123456"));
        assert!(Pattern::parse("MA9{2}").is_ok_and(|pattern| pattern.matches("M A 42") == pattern.matches("MZ42")));
    }

    #[test]
    fn a_bad_pattern_is_refused() {
        assert_eq!(Pattern::parse(""), Err(BadPattern::Empty));
        for text in ["{2}", "9{", "9{a}", "9{3,2}", "9{0}", "9{65}", "9}"] {
            assert_eq!(Pattern::parse(text), Err(BadPattern::Repetition), "{text}");
        }
    }
}
