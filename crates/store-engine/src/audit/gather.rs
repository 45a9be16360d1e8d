//! What finds entries: for each block of links, the actors and patients in it.

use rihla_store::trail::{BLOCK, EVERY_KEY, block_of};
use std::collections::{BTreeSet, VecDeque};

/// The keys of one block, in order.
pub type Indexed = (i64, Vec<i64>);

/// Blocks written together at most: after an upgrade there are as many as the chain is long.
const AT_ONCE: usize = 32;

/// Keys on their way into the tables. What is lost of them with the process is taken from the chain again.
#[derive(Debug, Default)]
pub struct Gather {
    open: BTreeSet<i64>,
    full: VecDeque<Indexed>,
}

impl Gather {
    /// The link that is now the last one.
    pub fn take(&mut self, link: i64, keys: Vec<i64>) {
        self.open.extend(keys);
        if link % BLOCK == 0 {
            let keys = std::iter::once(EVERY_KEY).chain(std::mem::take(&mut self.open)).collect();
            self.full.push_back((block_of(link), keys));
        }
    }

    /// The blocks that are to be written next, oldest first.
    pub fn due(&self) -> impl ExactSizeIterator<Item = &Indexed> {
        self.full.iter().take(AT_ONCE)
    }

    /// So many of them are durable.
    pub fn noted(&mut self, blocks: usize) {
        self.full.drain(..blocks.min(self.full.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a7_a_block_is_due_when_it_is_full_and_until_it_is_noted() {
        let mut gather = Gather::default();
        for link in 1..=BLOCK * 2 + 3 {
            assert_eq!(gather.due().len() as i64, (link - 1) / BLOCK);
            gather.take(link, vec![7, link]);
        }
        let due: Vec<Indexed> = gather.due().cloned().collect();
        assert_eq!(due.iter().map(|(block, keys)| (*block, keys.len())).collect::<Vec<_>>(), [(0, 65), (1, 66)]);
        assert_eq!(due[1].1[..3], [EVERY_KEY, 7, BLOCK + 1]);
        gather.noted(1);
        assert_eq!(gather.due().map(|(block, _)| *block).collect::<Vec<_>>(), [1]);
    }
}
