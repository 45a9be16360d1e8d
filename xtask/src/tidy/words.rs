//! Words that have no place: promises in code, switches in modules.

use super::Breach;
use super::tree::Tree;

/// Written in two halves, so that this file does not break its own rule.
const BANNED: &[(&str, &str)] = &[
    (concat!("to", "do!"), "what is not built is not called"),
    (concat!("unimpl", "emented!"), "what is not built is not called"),
    (concat!("coming ", "soon"), "say what is there"),
    (concat!("bientôt ", "disponible"), "say what is there"),
    (concat!("lorem ", "ipsum"), "say what is meant"),
    (concat!("FIX", "ME"), "open an issue or mend it"),
];

const SWITCH: &str = concat!("cfg(", "feature");

pub fn check(tree: &Tree, out: &mut Vec<Breach>) {
    for (file, text) in tree.files.iter().filter(|file| !file.is_fixture()).filter_map(|file| Some((file, file.text.as_deref()?))) {
        for (at, line) in text.lines().enumerate() {
            let lower = line.to_lowercase();
            for (word, why) in BANNED.iter().filter(|(word, _)| line.contains(word) || lower.contains(word)) {
                out.push(Breach::new(&file.path, at + 1, format!("“{word}”: {why}")));
            }
            if file.path.starts_with("modules/") && line.contains(SWITCH) {
                out.push(Breach::new(&file.path, at + 1, "a module has no build switches: settings decide at run time"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banned_words_are_found_in_code_and_prose() {
        let code = format!("fn a() {{\n    {}()\n}}\n", BANNED[0].0);
        let prose = format!("This is {}.\n", BANNED[2].0.to_uppercase());
        let switch = format!("#[{} = \"x\")]\n", SWITCH);
        let mut out = Vec::new();
        check(
            &Tree::made_up(&[("crates/a/src/lib.rs", &code), ("README.md", &prose), ("modules/m/src/lib.rs", &switch), ("crates/b/src/lib.rs", &switch)]),
            &mut out,
        );
        let places: Vec<_> = out.iter().map(|breach| (breach.path.as_str(), breach.line)).collect();
        assert_eq!(places, [("crates/a/src/lib.rs", 2), ("README.md", 1), ("modules/m/src/lib.rs", 1)]);
    }
}
