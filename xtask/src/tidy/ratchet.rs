//! Breaches that are known, with the size they must not pass.

use std::collections::BTreeMap;

/// `path` or `path::function`, and its size.
pub struct Ratchet {
    allowed: BTreeMap<String, usize>,
}

/// What the list says of one measured size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Within,
    TooBig {
        limit: usize,
    },
    /// It shrank; the listed number has to follow.
    Loose {
        listed: usize,
    },
}

impl Ratchet {
    /// Reads lines of `name size`; `#` starts a comment.
    pub fn parse(text: &str) -> Self {
        let line = |line: &str| {
            let (name, size) = line.split('#').next()?.trim().rsplit_once(' ')?;
            Some((name.trim().to_owned(), size.parse().ok()?))
        };
        Self { allowed: text.lines().filter_map(line).collect() }
    }

    /// Judges a size and strikes the name off, so that what is left at the end is listed in vain.
    pub fn judge(&mut self, name: &str, size: usize, limit: usize) -> Verdict {
        match self.allowed.remove(name) {
            None if size <= limit => Verdict::Within,
            None => Verdict::TooBig { limit },
            Some(listed) if size > listed => Verdict::TooBig { limit: listed },
            Some(listed) if size < listed || size <= limit => Verdict::Loose { listed },
            Some(_) => Verdict::Within,
        }
    }

    pub fn left(&self) -> impl Iterator<Item = &str> {
        self.allowed.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_size_may_only_fall() {
        let mut ratchet = Ratchet::parse("# known\na.rs 600\nb.rs 600 # why\nc.rs 600\nd.rs 600\ngone.rs 900\n");
        assert_eq!(ratchet.judge("a.rs", 600, 500), Verdict::Within);
        assert_eq!(ratchet.judge("b.rs", 601, 500), Verdict::TooBig { limit: 600 });
        assert_eq!(ratchet.judge("c.rs", 550, 500), Verdict::Loose { listed: 600 });
        assert_eq!(ratchet.judge("d.rs", 400, 500), Verdict::Loose { listed: 600 });
        assert_eq!(ratchet.judge("new.rs", 501, 500), Verdict::TooBig { limit: 500 });
        assert_eq!(ratchet.judge("new.rs", 500, 500), Verdict::Within);
        assert_eq!(ratchet.left().collect::<Vec<_>>(), ["gone.rs"]);
    }
}
