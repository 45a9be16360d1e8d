//! What a backup says of itself: the first file in it.

use rihla_store_sqlite::Figures;

pub const NAME: &str = "rihla-backup";
const FORM: &str = "rihla backup 1";

/// What was in the store when it was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// When it was taken, in UTC.
    pub taken: String,
    pub program: String,
    /// The root key that opens what it holds; empty if that is not sealed.
    pub root: String,
    pub figures: Figures,
}

impl Manifest {
    pub fn to_text(&self) -> String {
        let Figures { node, versions, resources, contents, links, chain } = &self.figures;
        format!(
            "{FORM}\ntaken {}\nprogram {}\nroot {}\nnode {node}\nversions {versions}\nresources {resources}\ncontents {contents}\nlinks {links}\nchain {chain}\n",
            self.taken, self.program, self.root
        )
    }

    pub fn parse(text: &str) -> Option<Self> {
        let lines = text.strip_prefix(FORM)?.lines();
        let told = |name: &str| lines.clone().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).map(str::to_owned);
        let number = |name: &str| told(name)?.parse::<u64>().ok();
        let figures = Figures {
            node: u32::try_from(number("node")?).ok()?,
            versions: number("versions")?,
            resources: number("resources")?,
            contents: number("contents")?,
            links: number("links")?,
            chain: told("chain")?,
        };
        Some(Self { taken: told("taken")?, program: told("program")?, root: told("root")?, figures })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back() {
        for chain in ["", "ab12"] {
            let figures = Figures { node: 7, versions: 3, resources: 2, contents: 0, links: 9, chain: chain.into() };
            let one = Manifest { taken: "2026-11-22T06:00:00.000Z".into(), program: "0.1.0".into(), root: chain.into(), figures };
            assert_eq!(Manifest::parse(&one.to_text()), Some(one));
        }
        assert_eq!(Manifest::parse("rihla backup 2\n"), None);
    }
}
