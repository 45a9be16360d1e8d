//! The files that tidy looks at: what git keeps or would keep.

use std::io;
use std::path::Path;
use std::process::Command;

pub struct File {
    /// Relative to the root, with forward slashes.
    pub path: String,
    pub bytes: u64,
    /// `None` for what is no text.
    pub text: Option<String>,
}

impl File {
    /// Tables that a program wrote, or that are data: exempt from line counts.
    pub fn is_table(&self) -> bool {
        let by_place = self.path.split('/').any(|part| matches!(part, "tables" | "generated"));
        by_place || self.text.as_deref().and_then(|text| text.lines().next()).is_some_and(|line| line.contains("@generated"))
    }

    /// Inputs kept as they were given.
    pub fn is_fixture(&self) -> bool {
        self.path.split('/').any(|part| part == "fixtures")
    }

    /// `crates/store`, `modules/bed-board`, `xtask`: the crate that the file belongs to.
    pub fn crate_folder(&self) -> Option<&str> {
        let first = self.path.find('/')?;
        match self.path.get(..first)? {
            "crates" | "modules" => {
                let second = self.path.get(first + 1..)?.find('/')?;
                self.path.get(..first + 1 + second)
            }
            "xtask" => Some("xtask"),
            _ => None,
        }
    }
}

#[derive(Default)]
pub struct Tree {
    pub files: Vec<File>,
}

impl Tree {
    /// Reads tracked files and new ones that git does not ignore.
    pub fn read(root: &Path) -> io::Result<Self> {
        let listed = Command::new("git").arg("-C").arg(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).output()?;
        if !listed.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&listed.stderr).trim().to_owned()));
        }
        let mut files = Vec::new();
        for path in String::from_utf8_lossy(&listed.stdout).split('\0').filter(|path| !path.is_empty()) {
            // A file may be listed and already gone from the folder, or be a link to another project.
            let Ok(bytes) = std::fs::read(root.join(path)) else { continue };
            files.push(File { path: path.to_owned(), bytes: bytes.len() as u64, text: String::from_utf8(bytes).ok() });
        }
        Ok(Self { files })
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path)?.text.as_deref()
    }

    /// Whether a file or a folder has that path.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        self.files.iter().any(|file| file.path == path || file.path.starts_with(&folder))
    }

    /// Text files with that ending.
    pub fn ending<'t>(&'t self, end: &'static str) -> impl Iterator<Item = (&'t File, &'t str)> {
        self.files.iter().filter(move |file| file.path.ends_with(end)).filter_map(|file| Some((file, file.text.as_deref()?)))
    }

    #[cfg(test)]
    pub fn made_up(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), bytes: text.len() as u64, text: Some((*text).to_owned()) };
        Self { files: files.iter().map(file).collect() }
    }
}
