//! What a country's pack knows of names and telephone numbers, made ready for finding people.

use rihla_fhirpath::normalize;
use std::collections::BTreeMap;

/// Small words that stand before a name, apart or written onto it.
#[derive(Clone, Debug, Default)]
pub struct Particles {
    /// Those that may be there or not: `el`, `al`, `ال`.
    pub articles: Vec<String>,
    /// Those that belong to the name: `ben`, `bent`, `ait`, `abd`, `abdel`.
    pub others: Vec<String>,
}

/// How telephone numbers of the country are written.
#[derive(Clone, Debug, Default)]
pub struct PhoneRules {
    /// `212`.
    pub country: String,
    /// What stands before a number within the country: `0`.
    pub trunk: String,
    /// What stands before a country's number, besides `+`: `00`.
    pub abroad: String,
}

/// Names that are one to whoever looks for a person, with the forms in which a record may hold them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Class {
    /// Each form: the words that must all be there.
    pub forms: Vec<Vec<Box<str>>>,
}

/// The rules of one country. Made once, lent to each question.
#[derive(Clone, Debug, Default)]
pub struct NameRules {
    pub(crate) articles: Vec<Box<str>>,
    pub(crate) others: Vec<Box<str>>,
    pub(crate) phone: PhoneRules,
    classes: Vec<Class>,
    members: BTreeMap<Box<str>, Vec<u32>>,
}

impl NameRules {
    /// `classes`: names that are written in several ways, in any script and case: `["محمد", "Mohamed", "Mohammed"]`.
    pub fn new<C: IntoIterator<Item = S>, S: AsRef<str>>(particles: &Particles, phone: PhoneRules, classes: impl IntoIterator<Item = C>) -> Self {
        let folded = |list: &[String]| list.iter().map(|text| normalize(text).replace(' ', "").into_boxed_str()).filter(|text| !text.is_empty()).collect();
        let mut out = Self { articles: folded(&particles.articles), others: folded(&particles.others), phone, ..Self::default() };
        for class in classes {
            out.add_class(class.into_iter().map(|name| name.as_ref().to_string()).collect());
        }
        out
    }

    fn add_class(&mut self, names: Vec<String>) {
        let number = self.classes.len() as u32;
        let mut class = Class::default();
        for name in &names {
            let folded = normalize(name);
            let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
            let plain: Vec<&str> = words.iter().copied().skip_while(|word| self.is_article(word)).collect();
            // A name that is all article would stand for everything.
            let Some(first) = plain.first().copied() else { continue };
            class.add(plain.clone());
            if words.len() > 1 {
                class.add(vec![&words.concat()]);
            }
            if let ([_], Some(bare)) = (plain.as_slice(), self.without_written_on(first)) {
                class.add(vec![bare]);
            }
        }
        for form in &class.forms {
            if let [word] = form.as_slice() {
                let numbers = self.members.entry(word.clone()).or_default();
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                }
            }
        }
        self.classes.push(class);
    }

    pub(crate) fn is_article(&self, word: &str) -> bool {
        self.articles.iter().any(|article| **article == *word)
    }

    pub(crate) fn is_particle(&self, word: &str) -> bool {
        self.is_article(word) || self.others.iter().any(|other| **other == *word)
    }

    /// The name behind an article of a script that always writes it onto the name.
    fn without_written_on<'w>(&self, word: &'w str) -> Option<&'w str> {
        let bare = self.articles.iter().filter(|article| !article.is_ascii()).find_map(|article| word.strip_prefix(&**article));
        bare.filter(|bare| bare.chars().count() >= 3)
    }

    /// The other forms of a whole word.
    pub(crate) fn classes_of(&self, word: &str) -> impl Iterator<Item = &Class> {
        self.members.get(word).into_iter().flatten().filter_map(|at| self.classes.get(*at as usize))
    }

    /// The names that begin so, at most `limit`.
    pub(crate) fn classes_beginning(&self, prefix: &str, limit: usize) -> Vec<&Class> {
        let range = self.members.range::<str, _>((std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded));
        let mut numbers: Vec<u32> = range.take_while(|(word, _)| word.starts_with(prefix)).flat_map(|(_, numbers)| numbers).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().take(limit).filter_map(|at| self.classes.get(at as usize)).collect()
    }
}

impl Class {
    fn add(&mut self, words: Vec<&str>) {
        let form: Vec<Box<str>> = words.into_iter().map(Into::into).collect();
        if !self.forms.contains(&form) {
            self.forms.push(form);
        }
    }
}

impl PhoneRules {
    /// A number as keys hold it: its digits, without what only says that a country's number follows.
    pub(crate) fn stored(text: &str) -> String {
        normalize(text).chars().filter(char::is_ascii_digit).collect()
    }

    /// All the ways in which the same number may have been written down, as far as it has been typed.
    pub(crate) fn ways(&self, typed: &str) -> Vec<String> {
        let digits = Self::stored(typed);
        let abroad = (!self.abroad.is_empty()).then(|| digits.strip_prefix(self.abroad.as_str())).flatten();
        let plus = typed.trim_start().starts_with('+');
        let from_abroad = if plus { Some(digits.as_str()) } else { abroad };
        let own = |number: &str| {
            let rest = (!self.country.is_empty()).then(|| number.strip_prefix(self.country.as_str())).flatten()?;
            Some(rest.strip_prefix(self.trunk.as_str()).unwrap_or(rest).to_string())
        };
        let national = match from_abroad {
            Some(number) => own(number),
            None => digits.strip_prefix(self.trunk.as_str()).filter(|_| !self.trunk.is_empty()).map(str::to_string).or_else(|| own(&digits)),
        };
        let mut ways = vec![digits.clone()];
        ways.extend(from_abroad.map(str::to_string));
        if let Some(rest) = national.filter(|_| !self.country.is_empty()) {
            let Self { country, trunk, abroad } = self;
            ways.extend([format!("{trunk}{rest}"), format!("{country}{rest}"), format!("{country}{trunk}{rest}"), format!("{abroad}{country}{rest}")]);
        }
        ways.sort();
        ways.dedup();
        ways
    }
}
