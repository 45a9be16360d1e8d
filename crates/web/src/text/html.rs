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

impl Html {
    /// A text without markup.
    pub fn text(text: impl Display) -> Self {
        let mut out = Self::default();
        out.push_text(text);
        out
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
                other => self.0.push(other),
            }
        }
        Ok(())
    }
}

/// A code, a dose, a phone number, a Latin name: runs from left to right wherever it stands.
pub fn ltr(text: impl Display) -> Html {
    isolated("<bdi dir=\"ltr\">", text)
}

/// A name of unknown script: its own first letter decides, and nothing around it is disturbed.
pub fn auto(text: impl Display) -> Html {
    isolated("<bdi>", text)
}

fn isolated(open: &'static str, text: impl Display) -> Html {
    let mut out = Html::default();
    out.push_markup(open);
    out.push_text(text);
    out.push_markup("</bdi>");
    out
}
