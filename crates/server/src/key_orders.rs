//! `rihla keys …`: what a store is sealed with, changed while it is in use: docs/decisions/0020-at-rest.md.

use crate::age;
use crate::failure::{Failure, exit};
use crate::keys::{KeySource, KeySources};
use crate::node::{Node, Options};
use crate::orders::{absolute, own_or_running, stepwise};
use crate::system::SystemEntropy;
use clap::Subcommand;
use rihla_identity::{Identity, RecordVault};
use rihla_kernel::Entropy;
use rihla_store::body::push_instant;
use rihla_store_engine::vault::{Stage, keeping};
use rihla_web::World;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

const BETWEEN: char = '\t';

/// An order about keys.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum KeyOrder {
    /// Says whether the store is sealed, with which keys, and how far a sealing is.
    Status,
    /// Seals a store that is not: all that it holds and all that is written from now on.
    Seal,
    /// Gives the store a new data key and seals everything with it anew.
    Rotate,
    /// Goes on with a sealing that was stopped. A server does it by itself when it starts.
    Resume,
    /// Makes a key for backups: an identity of age in a file that its owner alone may read. Prints its recipient, for
    /// `rihla backup --to`; needs no store.
    Identity {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Wraps the store's keys with another root key; say where it is at the next start. Nothing is sealed anew.
    Rewrap {
        /// The new root key: a file with 64 hexadecimal digits that its owner alone may read; made if it is not there.
        #[arg(long, value_name = "FILE", required_unless_present = "to_root_key_command")]
        to_root_key_file: Option<PathBuf>,
        /// A command that prints the new root key.
        #[arg(long, value_name = "COMMAND", conflicts_with = "to_root_key_file")]
        to_root_key_command: Option<String>,
    },
}

impl KeyOrder {
    /// One line for the server that runs on the store.
    fn to_line(&self) -> Result<String, Failure> {
        let words = match self {
            Self::Status => vec!["status".to_owned()],
            Self::Seal => vec!["seal".to_owned()],
            Self::Rotate => vec!["rotate".to_owned()],
            Self::Resume => vec!["resume".to_owned()],
            Self::Identity { .. } => vec!["identity".to_owned()],
            Self::Rewrap { to_root_key_file: Some(file), .. } => vec!["rewrap".into(), "file".into(), absolute(file)?.display().to_string()],
            Self::Rewrap { to_root_key_command, .. } => vec!["rewrap".into(), "command".into(), to_root_key_command.clone().unwrap_or_default()],
        };
        let plain: Vec<String> = words.iter().map(|word| word.replace(char::is_control, " ")).collect();
        Ok(format!("keys{BETWEEN}{}", plain.join(&BETWEEN.to_string())))
    }

    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.trim_end_matches(['\r', '\n']).split(BETWEEN);
        if words.next()? != "keys" {
            return None;
        }
        match (words.next()?, words.next(), words.next()) {
            ("status", None, None) => Some(Self::Status),
            ("seal", None, None) => Some(Self::Seal),
            ("rotate", None, None) => Some(Self::Rotate),
            ("resume", None, None) => Some(Self::Resume),
            ("rewrap", Some("file"), Some(path)) => Some(Self::Rewrap { to_root_key_file: Some(path.into()), to_root_key_command: None }),
            ("rewrap", Some("command"), Some(command)) => Some(Self::Rewrap { to_root_key_file: None, to_root_key_command: Some(command.into()) }),
            _ => None,
        }
    }
}

/// Has the order done by the server on this store, or, where none runs, by this process.
pub fn give(options: &Options, order: &KeyOrder) -> Result<u8, Failure> {
    if let KeyOrder::Identity { file } = order {
        return identity(file, &SystemEntropy::new());
    }
    own_or_running(options, &order.to_line()?, &mut |line| println!("{line}"), |node, say| obey(node, order, say))
}

/// Carries an order out, saying what it finds line by line.
pub fn obey(node: &Node, order: &KeyOrder, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    let keeps = node.backend.keeps();
    match order {
        KeyOrder::Status => return status(node, say),
        KeyOrder::Identity { file } => return identity(file, node.entropy.as_ref()),
        KeyOrder::Seal => {
            // The key of accounts that were made is not made anew: it was lost.
            let known = Identity::has_key(&RecordVault::new(node.store.clone()))?;
            let root = node.keys.root(&node.folder, (!known).then_some(node.entropy.as_ref()))?;
            keeping::seal(keeps, root, node.entropy.as_ref(), node.clock.now())?;
            say("what is written from now on is sealed; what was written before follows");
            finish(node, say)?;
        }
        KeyOrder::Rotate => {
            keeping::rotate(keeps, node.entropy.as_ref(), node.clock.now())?;
            say("a new data key seals from now on; what the old ones sealed follows");
            finish(node, say)?;
        }
        KeyOrder::Resume => finish(node, say)?,
        KeyOrder::Rewrap { to_root_key_file, to_root_key_command } => {
            let source = to_root_key_command.clone().map_or_else(|| KeySource::File(to_root_key_file.clone()), KeySource::Command);
            let root = KeySources { root: Some(source), ..node.keys.clone() }.root(&node.folder, Some(node.entropy.as_ref()))?;
            keeping::rewrap(keeps, root)?;
            say("the keys are wrapped with the new root key; name it with --root-key-file or --root-key-command from now on");
        }
    }
    status(node, say)
}

fn identity(file: &Path, entropy: &dyn Entropy) -> Result<u8, Failure> {
    let made = age::Identity::new(entropy)?;
    let recipient = made.recipient().to_text();
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).and_then(|mut out| {
        out.write_all(format!("# public key: {recipient}\n{}\n", made.to_text()).as_bytes())?;
        out.sync_all()
    });
    written.map_err(|error| Failure::path("cannot make the identity", file, &error))?;
    println!("{recipient}");
    Ok(0)
}

fn finish(node: &Node, say: &mut dyn FnMut(&str)) -> Result<(), Failure> {
    Ok(keeping::resume(node.backend.keeps(), node.store.indexer(), &mut stepwise(say, "versions done"))?)
}

/// Goes on with a sealing that an earlier process was stopped at, beside what is served.
pub fn go_on(node: &Node, world: World) {
    match node.backend.keeps().vault().ring() {
        Some(ring) if ring.stage != Stage::Done => {}
        None if world == World::Production => {
            tracing::warn!("patients of this store are real, and it is not sealed: who has the disk reads it; `rihla keys seal` changes that");
            return;
        }
        _ => return,
    }
    let node = node.clone();
    tokio::task::spawn_blocking(move || match finish(&node, &mut |_| {}) {
        Ok(()) => tracing::info!("everything is sealed with the newest key"),
        Err(failure) => tracing::error!("sealing stopped: {failure}; `rihla keys resume` goes on"),
    });
}

fn status(node: &Node, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    let vault = node.backend.keeps().vault();
    let Some(ring) = vault.ring() else {
        say("this store is not sealed; `rihla keys seal` does it");
        return Ok(exit::WARNED);
    };
    say(&format!("root key     {}", vault.root().unwrap_or_default()));
    for key in &ring.keys {
        let mut made = Vec::new();
        push_instant(key.made, &mut made);
        say(&format!("data key     {} of {}", key.number, String::from_utf8_lossy(&made)));
    }
    say(&format!("blind index  {}", if ring.blind { "yes" } else { "not yet" }));
    let stage = match &ring.stage {
        Stage::Bodies(row) => format!("bodies, up to row {row} of {}", node.store.status()?.tick),
        Stage::Dictionaries => "dictionaries".to_owned(),
        Stage::State(_) => "operational state".to_owned(),
        Stage::Contents(_) => "keys of contents".to_owned(),
        Stage::Index => "the index".to_owned(),
        Stage::Done => "everything is sealed with the newest key".to_owned(),
    };
    say(&format!("sealing      {stage}"));
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_come_back_from_their_lines() {
        let file = KeyOrder::Rewrap { to_root_key_file: Some("/a b/root.key".into()), to_root_key_command: None };
        let command = KeyOrder::Rewrap { to_root_key_file: None, to_root_key_command: Some("vault read key".into()) };
        for order in [KeyOrder::Status, KeyOrder::Seal, KeyOrder::Rotate, KeyOrder::Resume, file, command] {
            assert_eq!(order.to_line().ok().and_then(|line| KeyOrder::parse(&line)), Some(order));
        }
        assert_eq!(KeyOrder::parse("keys\trewrap"), None);
        assert_eq!(KeyOrder::parse("verify"), None);
    }
}
