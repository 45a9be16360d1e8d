//! What a country's pack knows of names and telephone numbers, and how a written name is taken apart by it.

use super::fold::{fold, is_arabic};
use super::sound::sound;
use std::collections::{BTreeMap, BTreeSet};

/// An article is written onto a name only if so many letters are left.
const LEFT: usize = 3;
/// More words than this are no name; the rest is left out.
const MOST_WORDS: usize = 8;

/// Small words and telephone habits of a country.
#[derive(Clone, Debug, Default)]
pub struct Writing {
    /// Those that may be there or not: `el`, `al`, `ال`.
    pub articles: Vec<String>,
    /// Those that belong to the name after them: `ben`, `ait`, `abd`, `moulay`.
    pub particles: Vec<String>,
    /// `212`; `0`; `00`: the country's number, what stands before a number within it, and before one from abroad.
    pub phone_country: String,
    pub phone_trunk: String,
    pub phone_abroad: String,
}

/// The rules of one country. Made once, lent to everything here.
#[derive(Clone, Debug, Default)]
pub struct NameRules {
    articles: BTreeSet<String>,
    particles: BTreeSet<String>,
    country: String,
    trunk: String,
    abroad: String,
    classes: BTreeMap<String, Vec<u32>>,
    by_sound: BTreeMap<String, Vec<u32>>,
    places: BTreeMap<String, String>,
}

/// One word of a name, particles joined to what they belong to and articles left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    /// The word without its particle, if it has one: `ali` of `benali`.
    pub bare: Option<String>,
}

impl NameRules {
    /// `classes`: names that are written in several ways, in any script and case: `["محمد", "Mohamed", "Mohammed"]`.
    pub fn new<C: IntoIterator<Item = S>, S: AsRef<str>>(writing: &Writing, classes: impl IntoIterator<Item = C>) -> Self {
        let folded = |list: &[String]| list.iter().map(|text| fold(text).replace(' ', "")).filter(|text| !text.is_empty()).collect();
        let mut out = Self {
            articles: folded(&writing.articles),
            particles: folded(&writing.particles),
            country: writing.phone_country.clone(),
            trunk: writing.phone_trunk.clone(),
            abroad: writing.phone_abroad.clone(),
            ..Self::default()
        };
        for (number, class) in classes.into_iter().enumerate() {
            for name in class {
                // `Nour Eddine` and `Noureddine` are one: words that are a name together are joined.
                let text: String = out.words(name.as_ref()).iter().map(|word| word.text.as_str()).collect();
                if !text.is_empty() {
                    for (list, key) in [(&mut out.classes, text.clone()), (&mut out.by_sound, sound(&text))] {
                        let numbers = list.entry(key).or_default();
                        if numbers.last() != Some(&(number as u32)) {
                            numbers.push(number as u32);
                        }
                    }
                }
            }
        }
        out
    }

    /// The names that a folded word is a spelling of, by number; most words are of none or one.
    pub fn classes_of(&self, word: &str) -> &[u32] {
        self.classes.get(word).map_or(&[], Vec::as_slice)
    }

    /// The names of which a spelling sounds so.
    pub fn classes_sounding(&self, sound: &str) -> &[u32] {
        self.by_sound.get(sound).filter(|_| sound.len() >= 2).map_or(&[], Vec::as_slice)
    }

    /// The words of a name as it is compared.
    pub fn words(&self, name: &str) -> Vec<Word> {
        let folded = fold(name);
        let written: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).collect();
        // Folding makes one letter of alef and its hamza forms, but an article never has a hamza.
        let hamza = name.contains("إل") || name.contains("أل");
        let mut out: Vec<Word> = Vec::new();
        let mut joined = String::new();
        for (at, word) in written.iter().enumerate() {
            let last = at + 1 == written.len();
            if !last && self.particles.contains(*word) {
                joined.push_str(word);
                continue;
            }
            if !last && self.articles.contains(*word) {
                // What is left of the article in `Abd el Kader` is part of the name.
                if joined.starts_with("abd") {
                    joined.push_str(word);
                }
                continue;
            }
            let particle = std::mem::take(&mut joined);
            let bare = self.without_article(word, hamza);
            if particle.is_empty() {
                let inner = self.inner(bare);
                out.push(Word { text: bare.to_string(), bare: inner });
            } else {
                let text = if particle.starts_with("عبد") { format!("{particle}{word}") } else { format!("{particle}{bare}") };
                out.push(Word { text, bare: Some(bare.to_string()) });
            }
        }
        self.join_known(&mut out);
        out
    }

    /// Words that are one name together, as `نور الدين` is.
    fn join_known(&self, words: &mut Vec<Word>) {
        let mut at = 0;
        while let (Some(one), Some(next)) = (words.get(at), words.get(at + 1)) {
            let text = format!("{}{}", one.text, next.text);
            if self.classes_of(&text).is_empty() {
                at += 1;
                continue;
            }
            words.remove(at + 1);
            if let Some(word) = words.get_mut(at) {
                *word = Word { text, bare: None };
            }
        }
    }

    /// The name behind an article that is written onto it: always so in Arabic, now and then in Latin letters, where only what
    /// sounds like a known name is believed to be one (`Elidrissi`, not `Elias`).
    fn without_article<'w>(&self, word: &'w str, hamza: bool) -> &'w str {
        let arabic = is_arabic(word);
        if (arabic && hamza) || !self.classes_of(word).is_empty() {
            return word;
        }
        let articles = self.articles.iter().filter(|article| is_arabic(article) == arabic && article.chars().count() >= 2);
        let Some(bare) = articles.filter_map(|article| word.strip_prefix(article.as_str())).next() else { return word };
        let known = || !self.classes_of(bare).is_empty() || !self.classes_sounding(&sound(bare)).is_empty();
        let left = bare.chars().count();
        if (arabic && left >= LEFT) || (left > LEFT && known()) { bare } else { word }
    }

    /// The name behind a particle that is written onto it: `ali` of `benali`.
    fn inner(&self, word: &str) -> Option<String> {
        let found = self.particles.iter().rev().find_map(|particle| word.strip_prefix(particle.as_str()))?;
        (found.chars().count() >= LEFT).then(|| found.to_string())
    }

    /// Names of places that are one: `["Casablanca", "الدار البيضاء"]`.
    #[must_use]
    pub fn with_places<C: IntoIterator<Item = S>, S: AsRef<str>>(mut self, places: impl IntoIterator<Item = C>) -> Self {
        for place in places {
            let mut names = place.into_iter().map(|name| fold(name.as_ref())).filter(|name| !name.is_empty());
            let Some(first) = names.next() else { continue };
            for name in names.filter(|name| *name != first) {
                self.places.entry(name).or_insert_with(|| first.clone());
            }
        }
        self
    }

    /// A folded text, or how a place of that name is called first.
    pub fn place<'t>(&'t self, folded: &'t str) -> &'t str {
        self.places.get(folded).map_or(folded, String::as_str)
    }

    /// A telephone number as digits within the country, so that the same number is written one way; abroad with its country.
    pub fn phone(&self, text: &str) -> Option<String> {
        let digits: String = fold(text).chars().filter(char::is_ascii_digit).collect();
        let plus = text.trim_start().starts_with('+');
        let abroad = (!self.abroad.is_empty()).then(|| digits.strip_prefix(&self.abroad)).flatten();
        let from_abroad = if plus { Some(digits.as_str()) } else { abroad };
        let own = |number: &str| {
            let rest = number.strip_prefix(&self.country).filter(|_| !self.country.is_empty())?;
            Some(rest.strip_prefix(&self.trunk).unwrap_or(rest).to_string())
        };
        let out = match from_abroad {
            Some(number) => own(number).unwrap_or_else(|| format!("+{number}")),
            None => match digits.strip_prefix(&self.trunk).filter(|_| !self.trunk.is_empty()) {
                Some(rest) => rest.to_string(),
                // The country's number without a plus sign only stands before a whole number.
                None => own(&digits).filter(|rest| rest.len() >= 8).unwrap_or(digits),
            },
        };
        (out.len() >= 4).then_some(out)
    }
}
