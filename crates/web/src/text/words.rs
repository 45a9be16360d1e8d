//! The catalogues of all modules, compiled once and shared by every page.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rihla_kernel::Lang;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::number;

/// The words of one module. Every key begins with the module's name and a hyphen.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue {
    pub module: &'static str,
    /// Fluent texts, in the order of [`Lang::ALL`].
    pub texts: [&'static str; 3],
}

/// The key of a code in a list of the catalogue: `listed(key!("units-day-*"), "mon")` is `units-day-mon`.
///
/// Fluent's keys are of ASCII letters, digits, `-` and `_`: other signs become `_`, other characters `_x` and their number.
pub fn listed(list: &str, code: &str) -> String {
    let mut key = list.trim_end_matches('*').to_owned();
    for character in code.chars() {
        match character {
            '-' => key.push(character),
            character if character.is_ascii_alphanumeric() => key.push(character),
            character if character.is_ascii() => key.push('_'),
            character => key.push_str(&format!("_x{:x}", u32::from(character))),
        }
    }
    key
}

/// All words in all languages.
pub struct Words {
    bundles: [Bundle; 3],
    missed: Mutex<BTreeSet<String>>,
}

struct Bundle {
    lang: Lang,
    fluent: FluentBundle<FluentResource>,
    keys: BTreeSet<String>,
}

/// A misspelt key must not fill the log, nor the memory.
const MISSED_AT_MOST: usize = 1_000;

impl Words {
    /// Compiles the catalogues, with those of this crate. What is wrong is told all at once.
    pub fn new(catalogues: &[&Catalogue]) -> Result<Self, Vec<String>> {
        let mut faults = Vec::new();
        let bundles = Lang::ALL.map(|lang| Bundle::new(lang, &mut faults));
        let mut words = Self { bundles, missed: Mutex::new(BTreeSet::new()) };
        for catalogue in [&super::TEXT, &super::UNITS].into_iter().chain(catalogues.iter().copied()) {
            for (bundle, text) in words.bundles.iter_mut().zip(catalogue.texts) {
                bundle.add(catalogue.module, text, &mut faults);
            }
        }
        words.compare(&mut faults);
        if faults.is_empty() { Ok(words) } else { Err(faults) }
    }

    /// Whether any language has the key.
    pub fn knows(&self, key: &str) -> bool {
        self.bundles.iter().any(|bundle| bundle.keys.contains(key))
    }

    pub(super) fn say(&self, lang: Lang, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        let said = self.bundles.iter().find(|bundle| bundle.lang == lang).and_then(|bundle| bundle.say(key, arguments));
        said.unwrap_or_else(|| {
            self.miss(lang, key);
            key.to_owned()
        })
    }

    fn miss(&self, lang: Lang, key: &str) {
        let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        if missed.len() < MISSED_AT_MOST && missed.insert(format!("{} {key}", lang.tag())) {
            tracing::warn!(key, lang = lang.tag(), "words are missing");
        }
    }

    fn compare(&self, faults: &mut Vec<String>) {
        let all: BTreeSet<&String> = self.bundles.iter().flat_map(|bundle| &bundle.keys).collect();
        for bundle in &self.bundles {
            let missing = all.iter().filter(|key| !bundle.keys.contains(**key));
            faults.extend(missing.map(|key| format!("{}: {key} is missing", bundle.lang.tag())));
        }
    }
}

impl Bundle {
    fn new(lang: Lang, faults: &mut Vec<String>) -> Self {
        let locales = match lang.tag().parse() {
            Ok(locale) => vec![locale],
            Err(error) => {
                faults.push(format!("{}: {error}", lang.tag()));
                Vec::new()
            }
        };
        let mut fluent = FluentBundle::new_concurrent(locales);
        // Values are isolated where they are put in: see `Voice::ta` and `Voice::th`.
        fluent.set_use_isolating(false);
        fluent.set_formatter(Some(match lang {
            Lang::French => |value, _| counted(Lang::French, value),
            Lang::Arabic => |value, _| counted(Lang::Arabic, value),
            Lang::English => |value, _| counted(Lang::English, value),
        }));
        Self { lang, fluent, keys: BTreeSet::new() }
    }

    fn add(&mut self, module: &str, text: &str, faults: &mut Vec<String>) {
        let tag = self.lang.tag();
        let resource = match FluentResource::try_new(text.to_owned()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                faults.extend(errors.iter().map(|error| format!("{tag}/{module}: {error}")));
                resource
            }
        };
        for entry in resource.entries() {
            let fluent_syntax::ast::Entry::Message(message) = entry else { continue };
            let key = message.id.name;
            if !key.strip_prefix(module).is_some_and(|rest| rest.starts_with('-')) {
                faults.push(format!("{tag}/{module}: {key} does not begin with {module}-"));
            }
            if !self.keys.insert(key.to_owned()) {
                faults.push(format!("{tag}/{module}: {key} is there twice"));
            }
        }
        // The only fault is a key that is there already, which was told above.
        let _ = self.fluent.add_resource(resource);
    }

    fn say(&self, key: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.fluent.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let said = self.fluent.format_pattern(pattern, arguments, &mut errors).into_owned();
        for error in &errors {
            tracing::warn!(key, lang = self.lang.tag(), %error, "words do not fit");
        }
        Some(said)
    }
}

fn counted(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, .. }) = value else { return None };
    Some(number::localised(lang, &value.to_string()))
}
