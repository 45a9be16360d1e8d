//! What an operator can have done to a store: by a command that owns it, or by the server that runs on it.

use crate::export;
use crate::failure::{Failure, exit};
use crate::node::{Node, Options};
use std::path::{Path, PathBuf};

/// One order. As text it is one line: a word, and a path if it takes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    Export(PathBuf),
    Status,
    Shutdown,
}

impl Order {
    pub fn to_line(&self) -> String {
        match self {
            Self::Export(path) => format!("export {}", path.display()),
            Self::Status => "status".into(),
            Self::Shutdown => "shutdown".into(),
        }
    }

    pub fn parse(line: &str) -> Option<Self> {
        match line.trim_end_matches(['\r', '\n']).split_once(' ').unwrap_or((line.trim_end(), "")) {
            ("export", path) if !path.is_empty() => Some(Self::Export(path.into())),
            ("status", "") => Some(Self::Status),
            ("shutdown", "") => Some(Self::Shutdown),
            _ => None,
        }
    }
}

/// Carries an order out, saying what it finds line by line; returns the exit code. `Shutdown` is the caller's to do.
pub fn execute(node: &Node, order: &Order, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    match order {
        Order::Export(dir) => export::write(node, dir, say).map(|()| 0),
        Order::Status => status(node, say),
        Order::Shutdown => Ok(0),
    }
}

fn status(node: &Node, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    let status = node.store.status()?;
    say(&format!("resources       {}", status.resources));
    say(&format!("versions        {}", status.versions));
    say(&format!("bytes on disk   {}", status.bytes_on_disk));
    say(&format!("keys in memory  {}", status.keys_in_memory));
    say(&format!("newest row      {}", status.tick));
    Ok(0)
}

/// Has the order done by the server on this store, or, where none runs, by this process. Lines go to standard output.
pub fn give(options: &Options, order: &Order) -> Result<u8, Failure> {
    let mut say = |line: &str| println!("{line}");
    if let Some(connection) = crate::admin::connect(&options.socket()?) {
        return crate::admin::ask(connection, order, &mut say);
    }
    if *order == Order::Shutdown {
        return Err(Failure::new(exit::IN_USE, "no server runs on this store"));
    }
    if !options.folder()?.is_dir() {
        return Err(Failure::new(exit::FAILED, format!("there is no store at {}", options.url)));
    }
    let node = Node::open(options)?;
    let done = execute(&node, order, &mut say);
    node.close()?;
    done
}

/// A path that means the same to the server, which stands in another folder.
pub fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| Failure::path("cannot use", path, &error))
}
