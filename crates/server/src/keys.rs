//! The server's own key: 32 random bytes that stand outside the store. Passwords, PINs and seeds are worth nothing without it.
//!
//! As text it is 64 hexadecimal digits. It is never written to a log or into the store.

use crate::failure::{Failure, exit};
use rihla_identity::Keys;
use rihla_kernel::{Entropy, Fault, FaultKind};
use rihla_store_engine::vault::{RootKey, Roots};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

const BYTES: usize = 32;

/// Where the key comes from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// A file that its owner alone may read; made if the store has no accounts yet. None: beside the store.
    File(Option<PathBuf>),
    /// A command whose output is the key: a vault, a smart card, a hardware module.
    Command(String),
}

impl KeySource {
    /// `folder`: the store's, beside which the file is unless told. `known`: the store's accounts were made with a key, so
    /// none is made.
    pub fn read(&self, folder: &Path, known: bool, entropy: &dyn Entropy) -> Result<Keys, Failure> {
        let key = self.bytes(folder, (!known).then_some(entropy))?;
        Keys::new(&key).ok_or_else(|| Failure::new(exit::FAILED, "the key cannot be used by this machine's cryptography"))
    }

    /// `making`: the file may be made, of this.
    pub fn bytes(&self, folder: &Path, making: Option<&dyn Entropy>) -> Result<[u8; BYTES], Failure> {
        let path = match self {
            Self::Command(command) => return from_command(command),
            Self::File(path) => path.clone().unwrap_or_else(|| beside(folder)),
        };
        match (fs::metadata(&path), making) {
            (Ok(found), _) => from_file(&path, found.mode()),
            (Err(error), Some(entropy)) if error.kind() == std::io::ErrorKind::NotFound => make(&path, entropy),
            (Err(error), None) if error.kind() == std::io::ErrorKind::NotFound => Err(missing(&path)),
            (Err(error), _) => Err(Failure::path("cannot read the key file", &path, &error)),
        }
    }
}

/// Where the keys of a store come from.
#[derive(Clone, Debug)]
pub struct KeySources {
    pub server: KeySource,
    /// `None`: the root key follows from the server's.
    pub root: Option<KeySource>,
}

impl Default for KeySources {
    fn default() -> Self {
        Self { server: KeySource::File(None), root: None }
    }
}

impl KeySources {
    /// The key that opens what a store has sealed. `making`: its file may be made, of this.
    pub fn root(&self, folder: &Path, making: Option<&dyn Entropy>) -> Result<RootKey, Failure> {
        match &self.root {
            Some(own) => own.bytes(folder, making).map(RootKey::new),
            None => self.server.bytes(folder, making).map(|key| RootKey::of_server(&key)),
        }
    }

    /// The same for a store that is opened: a key that is not there is not made.
    pub fn of(&self, folder: &Path) -> Arc<dyn Roots> {
        Arc::new(Standing { sources: self.clone(), folder: folder.into() })
    }
}

/// The keys of a store that stands already.
struct Standing {
    sources: KeySources,
    folder: PathBuf,
}

impl Roots for Standing {
    fn root(&self) -> Result<RootKey, Fault> {
        self.sources.root(&self.folder, None).map_err(|failure| Fault::new(FaultKind::Unavailable, "RH-STORE-KEY", failure.line))
    }
}

/// `var/rihla` has its key in `var/rihla.key`: a copy of the store's folder does not hold it.
pub fn beside(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_os_string();
    name.push(".key");
    folder.with_file_name(name)
}

fn missing(path: &Path) -> Failure {
    let line = format!(
        "the key file {} is not there, and this store was made with a key. Put it back from its backup, or name its place with --key-file or --key-command",
        path.display()
    );
    Failure::new(exit::FAILED, line)
}

fn from_file(path: &Path, mode: u32) -> Result<[u8; BYTES], Failure> {
    if mode & 0o077 != 0 {
        return Err(Failure::new(exit::FAILED, format!("others may read the key file {}: run `chmod 600` on it", path.display())));
    }
    let text = fs::read_to_string(path).map_err(|error| Failure::path("cannot read the key file", path, &error))?;
    parse(&text).ok_or_else(|| Failure::new(exit::FAILED, format!("the key file {} does not hold 64 hexadecimal digits", path.display())))
}

fn from_command(command: &str) -> Result<[u8; BYTES], Failure> {
    let failed = |why: &str| Failure::new(exit::FAILED, format!("--key-command: {why}"));
    let done = Command::new("sh").arg("-c").arg(command).stderr(std::process::Stdio::inherit()).output();
    let done = done.map_err(|error| failed(&format!("it cannot be run: {error}")))?;
    if !done.status.success() {
        return Err(failed(&format!("it ended with {}", done.status)));
    }
    let text = String::from_utf8(done.stdout).unwrap_or_default();
    parse(&text).ok_or_else(|| failed("its output is not 64 hexadecimal digits"))
}

fn parse(text: &str) -> Option<[u8; BYTES]> {
    let digits = text.trim().as_bytes();
    let value = |digit: &u8| char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(|pair| Some(value(pair.first()?)? << 4 | value(pair.get(1)?)?)).collect();
    bytes?.try_into().ok()
}

/// Makes the file, whole and on the disk, or fails: two who start at once do not end with two keys.
fn make(path: &Path, entropy: &dyn Entropy) -> Result<[u8; BYTES], Failure> {
    let failed = |error: std::io::Error| Failure::path("cannot make the key file", path, &error);
    let mut key = [0; BYTES];
    for chunk in key.chunks_mut(8) {
        chunk.copy_from_slice(&entropy.next_u64().to_le_bytes());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(format!("{text}\n").as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    tracing::info!(path = %path.display(), "made a key: back it up, apart from the store");
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_kernel::SeededEntropy;
    use std::os::unix::fs::PermissionsExt;

    fn refused(source: &KeySource, folder: &Path, known: bool) -> String {
        source.read(folder, known, &SeededEntropy::new(1)).err().map_or_else(String::new, |failure| failure.line)
    }

    #[test]
    fn a_key_is_made_once_beside_the_store_for_its_owner_alone() {
        let place = std::env::temp_dir().join(format!("rihla-keys-{}", std::process::id()));
        let store = place.join("store");
        let file = place.join("store.key");
        let source = KeySource::File(None);
        assert!(refused(&source, &store, true).contains("Put it back from its backup"));
        assert!(!file.exists());
        source.read(&store, false, &SeededEntropy::new(1)).map(drop).expect("made");
        let first = fs::read_to_string(&file).expect("reads");
        assert_eq!((first.trim().len(), fs::metadata(&file).expect("there").mode() & 0o777), (64, 0o600));
        source.read(&store, true, &SeededEntropy::new(2)).map(drop).expect("read again");
        assert_eq!(fs::read_to_string(&file).expect("reads"), first);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("set");
        assert!(refused(&source, &store, true).contains("chmod 600"));
        fs::remove_dir_all(&place).expect("removed");
    }

    #[test]
    fn a_command_gives_the_key_or_says_why_not() {
        let of = |command: &str| refused(&KeySource::Command(command.into()), Path::new("none"), true);
        assert_eq!(of(&format!("echo {}", "0f".repeat(32))), "");
        assert!(of("echo abc").contains("64 hexadecimal digits"));
        assert!(of("exit 3").contains("ended with"));
    }
}
