//! Markup that is already escaped, and the one helper that keeps a run of text in its own direction.

use std::fmt::{self, Display, Write};

/// Safe markup: its texts were escaped when it was made, and a template shows it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl askama::filters::HtmlSafe for Html {}

impl Display for Html {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The way in which an isolated run is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dir {
    LeftToRight,
    RightToLeft,
    /// As its first letter has it.
    Auto,
}

impl Dir {
    fn open(self) -> &'static str {
        match self {
            Self::LeftToRight => "<bdi dir=\"ltr\">",
            Self::RightToLeft => "<bdi dir=\"rtl\">",
            Self::Auto => "<bdi>",
        }
    }

    /// Whether letters of a text run against this way.
    pub(super) fn is_against(self, text: &str) -> bool {
        match self {
            Self::LeftToRight => has_arabic(text),
            Self::RightToLeft => has_letters_from_left(text) || is_composed(text),
            Self::Auto => false,
        }
    }
}

impl Html {
    /// A text without markup.
    pub fn text(text: impl Display) -> Self {
        let mut out = Self::default();
        out.push_text(text);
        out
    }

    /// What a template wrote, which escapes what is put into it.
    pub fn of(template: &impl askama::Template) -> Result<Self, askama::Error> {
        template.render().map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn push(&mut self, html: &Html) {
        self.0.push_str(&html.0);
    }

    pub fn push_text(&mut self, text: impl Display) {
        // Writing into a String has no way to fail.
        let _ = write!(Escaped(&mut self.0), "{text}");
    }

    /// The same as a run of its own: nothing within and nothing around disturb each other.
    pub fn isolated(&self, dir: Dir) -> Self {
        let mut out = Self::default();
        out.push_markup(dir.open());
        out.push(self);
        out.push_markup("</bdi>");
        out
    }

    /// Markup that the program itself wrote.
    pub(super) fn push_markup(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }
}

struct Escaped<'o>(&'o mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '<' => self.0.push_str("&#60;"),
                '>' => self.0.push_str("&#62;"),
                '&' => self.0.push_str("&#38;"),
                '"' => self.0.push_str("&#34;"),
                '\'' => self.0.push_str("&#39;"),
                // Marks of direction that were typed or copied in would reach past their isolate, or turn it round.
                '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {}
                other => self.0.push(other),
            }
        }
        Ok(())
    }
}

/// A code, a dose, a phone number, a Latin name: runs from left to right wherever it stands.
pub fn ltr(text: impl Display) -> Html {
    Html::text(text).isolated(Dir::LeftToRight)
}

/// A text of unknown script: its own first letter decides, and nothing around it is disturbed. Runs within an Arabic text
/// that go the other way, `1 g/200 mg`, are isolated in their turn: left to themselves they are painted as `g/200 mg 1`.
pub fn auto(text: impl Display) -> Html {
    let text = text.to_string();
    if text.is_empty() { Html::default() } else { runs(&text).isolated(Dir::Auto) }
}

/// The text with the runs that go against it isolated, for markup that isolates the whole.
pub(super) fn runs(text: &str) -> Html {
    if !has_arabic(text) {
        return Html::text(text);
    }
    let mut out = Html::default();
    let mut rest = text;
    while let Some((before, run, after)) = next_run(rest) {
        out.push_text(before);
        out.push(&if Dir::RightToLeft.is_against(run) { ltr(run) } else { Html::text(run) });
        rest = after;
    }
    out.push_text(rest);
    out
}

/// The text with the same runs kept apart by marks of direction, for where no markup can stand: the choices of a list.
pub fn marked(text: &str) -> String {
    if !has_arabic(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some((before, run, after)) = next_run(rest) {
        out.push_str(before);
        if Dir::RightToLeft.is_against(run) {
            out.extend(["\u{2066}", run, "\u{2069}"]);
        } else {
            out.push_str(run);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The next run of letters and digits that are not Arabic, with what stands between them; what comes before it and after.
fn next_run(text: &str) -> Option<(&str, &str, &str)> {
    let starts = |character: char| character.is_alphanumeric() && !is_arabic(character);
    let from = text.find(starts)?;
    let (before, rest) = text.split_at_checked(from)?;
    let reach = rest.find(is_arabic).unwrap_or(rest.len());
    let run = without_loose_end(rest.get(..reach)?);
    Some((before, run, rest.get(run.len()..)?))
}

/// The run without the spaces and marks at its end. A closing bracket stays where the run opens it: `C (CRP)`.
fn without_loose_end(run: &str) -> &str {
    let mut run = run;
    while let Some(last) = run.chars().next_back() {
        let unopened = |open: char| run.matches(last).count() > run.matches(open).count();
        let loose = match last {
            ')' => unopened('('),
            ']' => unopened('['),
            '»' => unopened('«'),
            other => other.is_whitespace() || ",.;:([«–—-".contains(other),
        };
        match run.strip_suffix(last) {
            Some(rest) if loose => run = rest,
            _ => break,
        }
    }
    run
}

pub(super) fn has_letters_from_left(text: &str) -> bool {
    text.chars().any(|character| character.is_alphabetic() && !is_arabic(character))
}

/// Numbers with signs or spaces between them: `21-11-2026` and `06 12` turn round after Arabic letters, one number does not.
pub(super) fn is_composed(text: &str) -> bool {
    let sign = |character: char| !character.is_ascii_digit() && !matches!(character, ',' | '.' | ':' | '\u{202F}' | '\u{A0}');
    text.contains(|character: char| character.is_ascii_digit()) && text.contains(|character| sign(character) && !is_arabic(character))
}

pub(super) fn has_arabic(text: &str) -> bool {
    text.chars().any(is_arabic)
}

/// Letters of the scripts that run from right to left (<https://www.unicode.org/reports/tr9/>).
fn is_arabic(character: char) -> bool {
    matches!(character, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_leaves_neither_its_text_nor_its_direction() {
        assert_eq!(ltr("I10").as_str(), "<bdi dir=\"ltr\">I10</bdi>");
        assert_eq!(auto("<b>\"&'").as_str(), "<bdi>&#60;b&#62;&#34;&#38;&#39;</bdi>");
        assert!(auto("").is_empty(), "nothing leaves no markup");
        assert_eq!(auto("A\u{202E}B\u{2069}C").as_str(), "<bdi>ABC</bdi>");
    }

    #[test]
    fn a_dose_within_an_arabic_name_is_isolated() {
        assert_eq!(auto("أموكسيسيلين 1 g/200 mg، مسحوق").as_str(), "<bdi>أموكسيسيلين <bdi dir=\"ltr\">1 g/200 mg</bdi>، مسحوق</bdi>");
        assert_eq!(auto("البروتين المتفاعل C (CRP)").as_str(), "<bdi>البروتين المتفاعل <bdi dir=\"ltr\">C (CRP)</bdi></bdi>");
        assert_eq!(auto("(جرعة A 12)").as_str(), "<bdi>(جرعة <bdi dir=\"ltr\">A 12</bdi>)</bdi>");
        assert_eq!(auto("غرفة 12").as_str(), "<bdi>غرفة 12</bdi>");
    }

    #[test]
    fn runs_that_turn_round_are_known() {
        assert!(Dir::RightToLeft.is_against("1 g × 2") && Dir::RightToLeft.is_against("06 12 34") && Dir::RightToLeft.is_against("120/80"));
        assert!(!Dir::RightToLeft.is_against("12,5") && !Dir::RightToLeft.is_against("14:05") && !Dir::RightToLeft.is_against("وحدات"));
        assert!(Dir::LeftToRight.is_against("وحدات") && !Dir::LeftToRight.is_against("é"));
    }

    #[test]
    fn the_number_of_a_bed_is_read_the_same_way_in_a_list() {
        assert_eq!(marked("سرير 101-2"), "سرير \u{2066}101-2\u{2069}");
        assert_eq!(marked("Lit 101-2"), "Lit 101-2");
        assert_eq!(marked("قاعة 7"), "قاعة 7");
    }
}
