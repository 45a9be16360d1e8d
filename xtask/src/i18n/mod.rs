//! Holds the catalogues of words against each other and against the code that uses them.
//!
//! A key is used where it stands as a text in a `.rs` file or a template. In `.t("…")`, `.tn(`, `.ta(`, `.tna(`, `.th(` and
//! `key!("…")` it must exist; `key!("units-day-*")` says that keys beginning so are put together at run time. A key is
//! left alone by the comparison of Arabic and French if a comment before it, or before its group (`##`), begins with `same` or `i18n: same`.

mod catalogue;
mod uses;

#[cfg(test)]
mod tests;

use catalogue::{Catalogue, Message};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};
use uses::{Kind, Use};

const LANGUAGES: [&str; 3] = ["fr", "ar", "en"];
/// Its catalogues belong to every page.
const SHELL: &str = "crates/web";

/// A file below the root.
pub struct File {
    pub path: String,
    pub text: String,
}

/// `cargo xtask i18n [--check]`.
pub fn run(root: &Path, arguments: &[String]) -> Result<u8, String> {
    let quiet = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("i18n [--check]".to_owned()),
    };
    let files = read(root).map_err(|error| error.to_string())?;
    let house = House::of(&files);
    if !quiet {
        for used in &house.uses {
            println!("{} {}", used.key, used.place());
        }
    }
    let faults = house.faults();
    for fault in &faults {
        println!("{fault}");
    }
    match faults.len() {
        0 => println!("i18n: {} keys in {} languages, nothing to say", house.keys(), LANGUAGES.len()),
        count => println!("i18n: {count} faults"),
    }
    Ok(u8::from(!faults.is_empty()))
}

fn read(root: &Path) -> io::Result<Vec<File>> {
    let mut rooms = vec![root.join(SHELL)];
    for module in fs::read_dir(root.join("modules"))? {
        rooms.push(module?.path());
    }
    let mut files = Vec::new();
    while let Some(folder) = rooms.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let wanted = path.extension().is_some_and(|end| end == "rs" || end == "html" || end == "ftl");
            if path.is_dir() {
                rooms.push(path);
            } else if wanted {
                let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                files.push(File { path: relative, text: fs::read_to_string(&path)? });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// All catalogues and every place where their keys are used.
pub struct House {
    /// By room and module, the languages it is there in.
    catalogues: BTreeMap<(String, String), BTreeMap<String, Catalogue>>,
    uses: Vec<Use>,
}

impl House {
    pub fn of(files: &[File]) -> Self {
        let mut catalogues: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for file in files {
            if let Some((room, language, module)) = catalogue::place(&file.path) {
                catalogues.entry((room, module)).or_default().insert(language, Catalogue::read(file));
            }
        }
        let known = catalogues.values().flat_map(|languages: &BTreeMap<String, Catalogue>| languages.values());
        let known: BTreeSet<&str> = known.flat_map(|catalogue| catalogue.messages.keys()).map(String::as_str).collect();
        let uses = files.iter().filter(|file| !file.path.ends_with(".ftl")).flat_map(|file| uses::find(file, &known)).collect();
        Self { catalogues, uses }
    }

    fn keys(&self) -> usize {
        self.catalogues.values().filter_map(|languages| languages.get("fr")).map(|catalogue| catalogue.messages.len()).sum()
    }

    /// What is wrong, sorted.
    pub fn faults(&self) -> Vec<String> {
        let mut out = Vec::new();
        for ((_, module), languages) in &self.catalogues {
            for catalogue in languages.values() {
                out.extend(catalogue.faults.iter().cloned());
                let strange = catalogue.messages.iter().filter(|(key, _)| !begins(key, module));
                out.extend(strange.map(|(key, message)| format!("{}: {key} does not begin with {module}-", message.place)));
            }
            self.compare(languages, &mut out);
        }
        self.absent(&mut out);
        self.stale(&mut out);
        out.sort();
        out.dedup();
        out
    }

    fn compare(&self, languages: &BTreeMap<String, Catalogue>, out: &mut Vec<String>) {
        let all: BTreeMap<&String, &Message> = languages.values().flat_map(|catalogue| &catalogue.messages).collect();
        for (key, message) in all {
            for language in LANGUAGES.iter().filter(|language| !languages.get(**language).is_some_and(|catalogue| catalogue.messages.contains_key(key))) {
                out.push(format!("{}: {key} is missing in {language}", message.place));
            }
            let found: BTreeSet<_> = languages.values().filter(|catalogue| catalogue.holds(key)).map(|catalogue| catalogue.shown(key)).collect();
            if found.len() > 1 {
                out.push(format!("{}: {key} has other variables in another language", message.place));
            }
        }
        let (Some(french), Some(arabic)) = (languages.get("fr"), languages.get("ar")) else { return };
        let copied = |(key, message): &(&String, &Message)| {
            !message.may_be_same && message.has_letters && french.messages.get(*key).is_some_and(|other| other.text == message.text)
        };
        out.extend(arabic.messages.iter().filter(copied).map(|(key, message)| format!("{}: {key} is the French text", message.place)));
    }

    fn absent(&self, out: &mut Vec<String>) {
        for used in &self.uses {
            let holders: Vec<_> = self.catalogues.iter().filter(|(_, languages)| languages.values().any(|catalogue| catalogue.holds(&used.key))).collect();
            if holders.is_empty() {
                out.push(format!("{}: {} is in no catalogue", used.place(), used.key));
                continue;
            }
            if !holders.iter().any(|((room, _), _)| room == SHELL || used.path.starts_with(&format!("{room}/"))) {
                out.push(format!("{}: {} belongs to another module", used.place(), used.key));
            }
            let bare = used.kind == Kind::Bare && holders.iter().any(|(_, languages)| languages.values().any(|catalogue| catalogue.has_variables(&used.key)));
            if bare {
                out.push(format!("{}: {} has variables, and t() gives none", used.place(), used.key));
            }
        }
    }

    fn stale(&self, out: &mut Vec<String>) {
        let used: BTreeSet<&str> = self.uses.iter().map(|used| used.key.as_str()).collect();
        let lists: Vec<&str> = used.iter().filter_map(|key| key.strip_suffix('*')).collect();
        for catalogue in self.catalogues.values().flat_map(BTreeMap::values) {
            let mentioned: BTreeSet<&String> = catalogue.messages.values().flat_map(|message| &message.mentions).collect();
            let stale = |key: &String| !used.contains(key.as_str()) && !mentioned.contains(key) && !lists.iter().any(|list| key.starts_with(list));
            out.extend(catalogue.messages.iter().filter(|(key, _)| stale(key)).map(|(key, message)| format!("{}: {key} is used nowhere", message.place)));
        }
    }
}

fn begins(key: &str, module: &str) -> bool {
    key.strip_prefix(module).is_some_and(|rest| rest.starts_with('-'))
}
