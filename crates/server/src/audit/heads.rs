//! Signed heads, while a server runs: soon after it begins, every ten minutes or thousand links, and when it ends.

use crate::failure::Failure;
use crate::node::Node;
use rihla_identity::Sealer;
use rihla_kernel::Fault;
use rihla_store_engine::audit::{Hash, Head, HeadSigner, head_mark, head_marks, key_text};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked whether a head is due.
const LOOK: Duration = Duration::from_secs(20);
/// A head is due after so many links, or so long after the last one.
const LINKS: i64 = 1_000;
const MILLIS: i64 = 10 * 60 * 1000;

/// Whose heads are signed, and where they go besides the store.
pub struct HeadsKept {
    node: Node,
    signer: HeadSigner,
    newest: Option<Head>,
    outside: Option<(PathBuf, File)>,
}

impl HeadsKept {
    /// `sealer`: made from the server's key for this purpose. Says if what the heads speak of is not what the chain holds.
    pub fn open(node: &Node, sealer: &Sealer, outside: Option<&Path>) -> Result<Option<Self>, Failure> {
        let seed = sealer.mark(b"ed25519");
        let Some(signer) = seed.first_chunk::<32>().and_then(HeadSigner::new) else { return Ok(None) };
        let heads = node.store.marks(head_marks())?;
        let newest = heads.last().and_then(|(_, line)| std::str::from_utf8(line).ok()).and_then(Head::parse);
        let open = |path: &Path| {
            let file = OpenOptions::new().append(true).create(true).open(path).map_err(|error| Failure::path("cannot keep heads in", path, &error))?;
            Ok::<_, Failure>((path.to_owned(), file))
        };
        let kept = Self { node: node.clone(), signer, newest, outside: outside.map(open).transpose()? };
        kept.look_back(outside)?;
        tracing::info!(key = key_text(kept.signer.key()), "heads of the audit chain are signed by this key");
        Ok(Some(kept))
    }

    /// Whether the newest heads, kept and outside, speak of links that are still there.
    fn look_back(&self, outside: Option<&Path>) -> Result<(), Failure> {
        let known = outside.and_then(|path| std::fs::read_to_string(path).ok()).and_then(|text| text.lines().filter_map(Head::parse).next_back());
        for head in self.newest.iter().chain(&known) {
            if self.hash_of(head.link)? != Some(head.hash) {
                tracing::error!(head = head.number, link = head.link, "the audit chain is not the one that this head speaks of: run `rihla audit verify`");
            }
        }
        Ok(())
    }

    fn hash_of(&self, link: i64) -> Result<Option<Hash>, Fault> {
        let mut found = None;
        self.node.backend.shared().trail().links(link, link, &mut |_, _, hash| found = hash.first_chunk().copied())?;
        Ok(found)
    }

    fn is_due(&self) -> Result<bool, Fault> {
        let last = self.node.store.trail_end()?.0;
        Ok(match &self.newest {
            None => last > 0,
            Some(head) => last - head.link >= LINKS || (last > head.link && self.node.clock.now().0 - head.millis >= MILLIS),
        })
    }

    /// Signs where the chain is now, if it has grown.
    pub async fn sign(&mut self) -> Result<(), Failure> {
        let task = self.node.for_task("audit-heads");
        // What is noted and not chained yet is chained by any commit.
        task.commit(Vec::new(), Vec::new(), Vec::new()).await?;
        let (link, hash) = self.node.store.trail_end()?;
        let Some(hash) = hash.first_chunk().copied().filter(|_| self.newest.as_ref().is_none_or(|head| head.link < link)) else { return Ok(()) };
        let Some(store) = self.hash_of(1)? else { return Ok(()) };
        let head = self.signer.sign(self.newest.as_ref(), store, link, hash, self.node.clock.now().0);
        let line = head.to_line();
        task.commit(Vec::new(), Vec::new(), vec![(head_mark(head.number), line.clone().into_bytes())]).await?;
        self.newest = Some(head);
        if let Some((path, file)) = &mut self.outside {
            file.write_all(format!("{line}\n").as_bytes())
                .and_then(|()| file.sync_data())
                .map_err(|error| Failure::path("cannot keep heads in", path, &error))?;
        }
        Ok(())
    }
}

/// Signs heads until the server ends, and once more then. What fails is said and tried again.
pub async fn keep_heads(mut kept: HeadsKept, mut stopped: watch::Receiver<bool>) -> HeadsKept {
    let tell = |done: Result<(), Failure>| {
        if let Err(failure) = done {
            tracing::error!("no head of the audit chain was signed: {failure}");
        }
    };
    loop {
        if kept.is_due().unwrap_or(false) {
            tell(kept.sign().await);
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stopped.wait_for(|told| *told) => return kept,
        }
    }
}
