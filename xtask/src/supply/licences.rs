//! SPDX expressions (<https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/>), and the older `A/B` for either.

use std::collections::BTreeSet;

/// Whether licences that are allowed suffice for an expression. What cannot be read is not allowed.
pub fn suffices(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed };
    reader.either() == Some(true) && reader.words.is_empty()
}

struct Reader<'r> {
    words: &'r [&'r str],
    allowed: &'r BTreeSet<String>,
}

impl<'r> Reader<'r> {
    fn next(&mut self) -> Option<&'r str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take(&mut self, word: &str) -> bool {
        let here = self.words.first() == Some(&word);
        if here {
            self.next();
        }
        here
    }

    fn either(&mut self) -> Option<bool> {
        let mut found = self.both()?;
        while self.take("OR") {
            found |= self.both()?;
        }
        Some(found)
    }

    fn both(&mut self) -> Option<bool> {
        let mut found = self.one()?;
        while self.take("AND") {
            found &= self.one()?;
        }
        Some(found)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let inner = self.either()?;
            return self.take(")").then_some(inner);
        }
        let mut name = self.next()?.to_owned();
        if self.take("WITH") {
            name = format!("{name} WITH {}", self.next()?);
        }
        Some(self.allowed.contains(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_several_suffices_and_all_of_several_are_needed() {
        let allowed: BTreeSet<String> = ["MIT", "Apache-2.0"].map(str::to_owned).into();
        let suffices = |expression| suffices(expression, &allowed);
        assert!(suffices("MIT") && suffices("GPL-2.0-only OR MIT") && suffices("MIT/GPL-3.0") && suffices("(MIT OR Zlib) AND Apache-2.0"));
        assert!(!suffices("MIT AND GPL-2.0-only") && !suffices("AGPL-3.0-only") && !suffices("") && !suffices("(MIT") && !suffices("MIT MIT"));
        assert!(!suffices("Apache-2.0 WITH LLVM-exception") && suffices("Apache-2.0 WITH LLVM-exception OR MIT"));
    }
}
