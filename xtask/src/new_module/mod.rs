//! `cargo xtask new-module NAME`: the folder of a workflow, and the lines outside that name it.

mod edits;
mod templates;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// As long as `kernel::MODULE_ID_MAX` allows.
const NAME_MAX: usize = 32;

const SERVER_MANIFEST: &str = "crates/server/Cargo.toml";
const MODULE_LIST: &str = "crates/server/src/modules.rs";
const WORKSPACE: &str = "Cargo.toml";

pub fn command(root: &Path, arguments: &[String]) -> ExitCode {
    let [name] = arguments else {
        eprintln!("new-module: give one name, such as bed-board");
        return ExitCode::from(2);
    };
    match create(root, name) {
        Ok(written) => {
            written.iter().for_each(|path| println!("{path}"));
            println!("Begin with modules/{name}/spec.md: what is written there is what the module has to do.");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("new-module: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Writes everything or, where something stands in the way, nothing. Returns the paths written.
fn create(root: &Path, name: &str) -> Result<Vec<String>, String> {
    check_name(name)?;
    if root.join("modules").join(name).exists() {
        return Err(format!("modules/{name} is there already"));
    }
    let read = |path: &str| fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"));
    let mut files = vec![
        (WORKSPACE.to_owned(), edits::workspace(&read(WORKSPACE)?)?),
        (SERVER_MANIFEST.to_owned(), edits::server_manifest(&read(SERVER_MANIFEST)?, name)?),
        (MODULE_LIST.to_owned(), edits::module_list(&read(MODULE_LIST)?, name)?),
    ];
    files.extend(templates::files(name).into_iter().map(|(path, text)| (format!("modules/{name}/{path}"), text)));
    for (path, text) in &files {
        let full = root.join(path);
        let folder = full.parent().unwrap_or(root);
        fs::create_dir_all(folder).and_then(|()| fs::write(&full, text)).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// A name is a folder, a path segment of its pages and the head of its permissions.
fn check_name(name: &str) -> Result<(), String> {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let shaped = name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.ends_with('-') && !name.contains("--");
    if !plain || !shaped {
        return Err(format!("{name:?}: lower-case letters, digits and single hyphens, beginning with a letter"));
    }
    if name.len() > NAME_MAX {
        return Err(format!("{name}: at most {NAME_MAX} characters"));
    }
    Ok(())
}
