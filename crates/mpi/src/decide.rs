//! What people decided about pairs: kept beside the record, as operational state.

use crate::index::Mpi;
use rihla_kernel::Fault;
use rihla_store::Store;

/// What is kept of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// They are two people, as they stood in these versions.
    Apart { versions: (u32, u32), by: String },
    /// Somebody asks for a merge that another has to agree to (`spec.md`, DEC-3): which one would stay.
    Asked { stays: String, by: String, why: String },
    /// Somebody asks that a merge be taken back: which record stands for both now.
    PartAsked { stays: String, by: String, why: String },
}

const APART: &str = "apart";
const ASKED: &str = "asked";
const PART: &str = "part";
/// Pairs of which somebody asks something: found without reading all that was ever decided.
pub(crate) const WAITING: &str = "mpi/asked/";

fn name(one: &str, other: &str) -> String {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    format!("mpi/pair/{first}/{second}")
}

impl Decision {
    /// As changes of operational state, for a commit. The order of the two does not matter; versions are in the order of ids.
    pub fn marks(one: &str, other: &str, decision: Option<&Self>) -> [(String, Vec<u8>); 2] {
        let asks = matches!(decision, Some(Self::Asked { .. } | Self::PartAsked { .. }));
        let pair = name(one, other);
        let waiting = pair.replacen("mpi/pair/", WAITING, 1);
        [Self::mark(one, other, decision), (waiting, if asks { vec![1] } else { Vec::new() })]
    }

    fn mark(one: &str, other: &str, decision: Option<&Self>) -> (String, Vec<u8>) {
        let text = match decision {
            Some(Self::Apart { versions, by }) => format!("{APART}\n{}\n{}\n{by}", versions.0, versions.1),
            Some(Self::Asked { stays, by, why }) => format!("{ASKED}\n{stays}\n{by}\n{why}"),
            Some(Self::PartAsked { stays, by, why }) => format!("{PART}\n{stays}\n{by}\n{why}"),
            None => String::new(),
        };
        (name(one, other), text.into_bytes())
    }

    /// What was decided about two records.
    pub fn of(store: &Store, one: &str, other: &str) -> Result<Option<Self>, Fault> {
        Ok(store.mark(&name(one, other))?.and_then(|bytes| Self::parse(&String::from_utf8_lossy(&bytes))))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.splitn(4, '\n');
        let kind = lines.next()?;
        match kind {
            APART => {
                let versions = (lines.next()?.parse().ok()?, lines.next()?.parse().ok()?);
                Some(Self::Apart { versions, by: lines.next()?.to_owned() })
            }
            PART => Some(Self::PartAsked { stays: lines.next()?.to_owned(), by: lines.next()?.to_owned(), why: lines.next()?.to_owned() }),
            ASKED => Some(Self::Asked { stays: lines.next()?.to_owned(), by: lines.next()?.to_owned(), why: lines.next()?.to_owned() }),
            _ => None,
        }
    }
}

impl Mpi {
    /// What was decided about two records.
    pub fn decision(&self, one: &str, other: &str) -> Result<Option<Decision>, Fault> {
        Decision::of(self.store(), one, other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_reads_back_as_it_was_whoever_is_named_first() {
        for decision in [
            Decision::Apart { versions: (3, 7), by: "Account/x".into() },
            Decision::Asked { stays: "a".into(), by: "Account/x".into(), why: "same card,\nsame mother".into() },
            Decision::PartAsked { stays: "a".into(), by: "Channel/x".into(), why: "A37".into() },
        ] {
            let (one, text) = Decision::mark("a", "b", Some(&decision));
            assert_eq!(one, Decision::mark("b", "a", None).0);
            assert_eq!(Decision::parse(&String::from_utf8(text).expect("UTF-8")), Some(decision));
        }
        assert_eq!(Decision::parse(""), None);
    }
}
