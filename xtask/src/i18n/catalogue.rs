//! One Fluent file (<https://projectfluent.org/fluent/guide/>).

use super::File;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub struct Catalogue {
    pub messages: BTreeMap<String, Message>,
    pub faults: Vec<String>,
}

#[derive(Default)]
pub struct Message {
    /// `path:line`.
    pub place: String,
    shown: BTreeSet<String>,
    /// By these it chooses among its forms, of which another language may have one only.
    chosen_by: BTreeSet<String>,
    /// Keys whose words it takes over.
    pub mentions: BTreeSet<String>,
    pub has_letters: bool,
    /// The pattern as it was read, to be compared with that of another language.
    pub text: String,
    pub may_be_same: bool,
}

/// Room, language and module of `crates/web/locales/fr/units.ftl`.
pub fn place(path: &str) -> Option<(String, String, String)> {
    let (room, rest) = path.strip_suffix(".ftl")?.split_once("/locales/")?;
    let (language, module) = rest.split_once('/')?;
    Some((room.to_owned(), language.to_owned(), module.to_owned()))
}

impl Catalogue {
    pub fn read(file: &File) -> Self {
        let mut catalogue = Self::default();
        let line_at = |offset: usize| file.text.get(..offset).map_or(1, |before| before.matches('\n').count() + 1);
        let resource = match fluent_syntax::parser::parse(file.text.as_str()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                catalogue.faults = errors.iter().map(|error| format!("{}:{}: {error}", file.path, line_at(error.pos.start))).collect();
                resource
            }
        };
        let mut group_is_same = false;
        for entry in &resource.body {
            match entry {
                Entry::GroupComment(comment) => group_is_same = is_same(&comment.content),
                Entry::Message(message) => {
                    let key = message.id.name.to_owned();
                    let found = file.text.lines().position(|line| line.strip_prefix(message.id.name).is_some_and(|rest| rest.trim_start().starts_with('=')));
                    let place = format!("{}:{}", file.path, found.map_or(1, |at| at + 1));
                    let own = message.comment.as_ref().is_some_and(|comment| is_same(&comment.content));
                    let mut read = Message { place: place.clone(), may_be_same: own || group_is_same, ..Message::default() };
                    match &message.value {
                        Some(pattern) => {
                            read.text = format!("{pattern:?}");
                            read.take(pattern);
                        }
                        None => catalogue.faults.push(format!("{place}: {key} has no words")),
                    }
                    if catalogue.messages.insert(key.clone(), read).is_some() {
                        catalogue.faults.push(format!("{place}: {key} is there twice"));
                    }
                }
                _ => {}
            }
        }
        for message in catalogue.messages.values() {
            let lost = message.mentions.iter().filter(|key| !catalogue.messages.contains_key(*key));
            catalogue.faults.extend(lost.map(|key| format!("{}: takes over {key}, which is not there", message.place)));
        }
        catalogue
    }

    /// Whether it holds the key, or one that begins as a list's `units-day-*`.
    pub fn holds(&self, key: &str) -> bool {
        match key.strip_suffix('*') {
            Some(list) => self.messages.keys().any(|key| key.starts_with(list)),
            None => self.messages.contains_key(key),
        }
    }

    /// The variables that a key shows, with those of the keys that it takes over.
    pub fn shown(&self, key: &str) -> BTreeSet<&str> {
        self.reached(key).flat_map(|message| &message.shown).map(String::as_str).collect()
    }

    /// Whether a key needs values to be said.
    pub fn has_variables(&self, key: &str) -> bool {
        self.reached(key).any(|message| !message.shown.is_empty() || !message.chosen_by.is_empty())
    }

    fn reached(&self, key: &str) -> impl Iterator<Item = &Message> {
        let mut out = Vec::new();
        let (mut next, mut seen) = (vec![key], BTreeSet::new());
        while let Some(key) = next.pop() {
            if let Some((key, message)) = self.messages.get_key_value(key).filter(|(key, _)| !seen.contains(*key)) {
                seen.insert(key);
                out.push(message);
                next.extend(message.mentions.iter().map(String::as_str));
            }
        }
        out.into_iter()
    }
}

fn is_same(lines: &[&str]) -> bool {
    lines.iter().any(|line| line.trim_start().trim_start_matches("i18n:").trim_start().starts_with("same"))
}

impl Message {
    fn take(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.has_letters |= value.chars().any(char::is_alphabetic),
                PatternElement::Placeable { expression } => self.take_expression(expression),
            }
        }
    }

    fn take_expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.take_inline(inline),
            Expression::Select { selector, variants } => {
                match selector {
                    InlineExpression::VariableReference { id } => {
                        self.chosen_by.insert(id.name.to_owned());
                    }
                    other => self.take_inline(other),
                }
                variants.iter().for_each(|variant| self.take(&variant.value));
            }
        }
    }

    fn take_inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.shown.insert(id.name.to_owned());
            }
            InlineExpression::MessageReference { id, .. } => {
                self.mentions.insert(id.name.to_owned());
            }
            InlineExpression::Placeable { expression } => self.take_expression(expression),
            InlineExpression::FunctionReference { arguments, .. } => arguments.positional.iter().for_each(|argument| self.take_inline(argument)),
            _ => {}
        }
    }
}
