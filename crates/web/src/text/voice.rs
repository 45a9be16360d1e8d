//! How one page speaks.

use super::html::{has_arabic, has_letters_from_left, is_composed};
use super::{Count, Html, Words};
use fluent_bundle::FluentArgs;
use jiff::tz::TimeZone;
use rihla_kernel::{Instant, Lang};
use std::fmt::Display;
use std::sync::Arc;

/// The language, the zone and the moment of one page.
#[derive(Clone)]
pub struct Voice {
    words: Arc<Words>,
    lang: Lang,
    zone: TimeZone,
    now: Instant,
}

impl Voice {
    pub fn new(words: Arc<Words>, lang: Lang, zone: TimeZone, now: Instant) -> Self {
        Self { words, lang, zone, now }
    }

    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// For `<html lang>`.
    pub fn tag(&self) -> &'static str {
        self.lang.tag()
    }

    /// For `<html dir>`.
    pub fn dir(&self) -> &'static str {
        if self.lang.right_to_left() { "rtl" } else { "ltr" }
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    pub fn now(&self) -> Instant {
        self.now
    }

    /// The same page in another language.
    pub fn in_lang(&self, lang: Lang) -> Self {
        Self { lang, ..self.clone() }
    }

    /// As [`super::ltr`], for templates.
    pub fn ltr(&self, text: impl Display) -> Html {
        super::ltr(text)
    }

    /// As [`super::auto`], for templates.
    pub fn auto(&self, text: impl Display) -> Html {
        super::auto(text)
    }

    /// The words of a key.
    pub fn t(&self, key: &str) -> String {
        self.words.say(self.lang, key, None)
    }

    /// The words of a key for so many things: `$n`.
    pub fn tn(&self, key: &str, count: impl Count) -> String {
        self.tna::<&str>(key, count, &[])
    }

    /// The words of a key with values put in.
    pub fn ta<V: AsRef<str>>(&self, key: &str, values: &[(&str, V)]) -> String {
        self.words.say(self.lang, key, Some(&self.arguments(values)))
    }

    /// As [`Voice::ta`], with a number of things `$n`.
    pub fn tna<V: AsRef<str>>(&self, key: &str, count: impl Count, values: &[(&str, V)]) -> String {
        let mut arguments = self.arguments(values);
        arguments.set("n", count.count());
        self.words.say(self.lang, key, Some(&arguments))
    }

    /// The words of a key with markup put in: each value keeps its own direction.
    pub fn th(&self, key: &str, values: &[(&str, Html)]) -> Html {
        self.woven(key, None, values)
    }

    /// As [`Voice::th`], with `$n`, by which the catalogue chooses among its forms.
    pub(super) fn woven(&self, key: &str, n: Option<f64>, values: &[(&str, Html)]) -> Html {
        let mut arguments = FluentArgs::with_capacity(values.len() + 1);
        if let Some(n) = n {
            arguments.set("n", n);
        }
        // Fluent knows nothing of markup, so it sets marks that no catalogue holds.
        for (at, (name, _)) in values.iter().enumerate() {
            arguments.set(*name, format!("{MARK}{at}{MARK}"));
        }
        let said = self.words.say(self.lang, key, Some(&arguments));
        let mut out = Html::default();
        for (at, part) in said.split(MARK).enumerate() {
            let value = if at % 2 == 1 { part.parse().ok().and_then(|at: usize| values.get(at)) } else { None };
            match value {
                Some((_, html)) => out.push(html),
                None => out.push_text(part),
            }
        }
        out
    }

    /// The form of a key that goes with so much of a thing, which the words themselves do not tell.
    pub(super) fn counted(&self, key: &str, n: f64) -> String {
        let mut arguments = FluentArgs::with_capacity(1);
        arguments.set("n", n);
        self.words.say(self.lang, key, Some(&arguments))
    }

    pub(super) fn knows(&self, key: &str) -> bool {
        self.words.knows(key)
    }

    /// Puts values in as they are: what this layer made itself runs the way of the language.
    pub(super) fn put(&self, key: &str, values: &[(&str, String)]) -> String {
        let mut arguments = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            arguments.set(*name, value.as_str());
        }
        self.words.say(self.lang, key, Some(&arguments))
    }

    fn arguments<'v, V: AsRef<str>>(&self, values: &'v [(&'v str, V)]) -> FluentArgs<'v> {
        let mut arguments = FluentArgs::with_capacity(values.len() + 1);
        for (name, value) in values {
            arguments.set(*name, self.isolated(value.as_ref()));
        }
        arguments
    }

    /// A value inside plain text, where no markup can hold its direction: isolated by marks if it runs the other way.
    pub(super) fn isolated(&self, text: &str) -> String {
        let disturbs = if self.lang.right_to_left() { has_letters_from_left(text) || is_composed(text) } else { has_arabic(text) };
        if disturbs { format!("\u{2068}{text}\u{2069}") } else { text.to_owned() }
    }
}

/// A private character that no keyboard gives.
const MARK: char = '\u{F8F0}';
