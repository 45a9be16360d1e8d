//! Who asks, and why.

use std::sync::Arc;

/// What sort of party stands behind a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActorKind {
    /// A person at a screen.
    Person,
    /// Another program that was given access.
    System,
    /// The node itself: imports, jobs, rebuilds.
    Node,
    /// No party: where calls come from ([`Origin`]), which the audit chain names by number like a party.
    Place,
}

/// The party on whose behalf a call is made. Every read and write of the record carries one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Actor {
    kind: ActorKind,
    id: Arc<str>,
}

impl Actor {
    pub fn new(kind: ActorKind, id: &str) -> Self {
        Self { kind, id: id.into() }
    }

    /// The node acting for itself.
    pub fn node(task: &str) -> Self {
        Self::new(ActorKind::Node, task)
    }

    pub fn kind(&self) -> ActorKind {
        self.kind
    }

    /// A stable name: an account, a client, or a task of the node. Never a display name.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// From where a call is made: with which program, at which station, from which address. What is not known is empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(Arc<str>);

/// Between the parts of an [`Origin`]; no part holds it.
const BETWEEN: char = '\u{1f}';

impl Origin {
    /// Nothing is known.
    pub fn unknown() -> Self {
        Self("".into())
    }

    pub fn new(program: &str, station: &str, address: &str) -> Self {
        if program.is_empty() && station.is_empty() && address.is_empty() {
            return Self::unknown();
        }
        let part = |text: &str| text.chars().filter(|sign| *sign != BETWEEN).collect::<String>();
        Self(format!("{}{BETWEEN}{}{BETWEEN}{}", part(program), part(station), part(address)).into())
    }

    /// What [`Origin::as_text`] gave.
    pub fn of_text(text: &str) -> Self {
        Self(text.into())
    }

    pub fn is_unknown(&self) -> bool {
        self.0.is_empty()
    }

    pub fn as_text(&self) -> &str {
        &self.0
    }

    fn part(&self, at: usize) -> Option<&str> {
        self.0.split(BETWEEN).nth(at).filter(|part| !part.is_empty())
    }

    pub fn program(&self) -> Option<&str> {
        self.part(0)
    }

    pub fn station(&self) -> Option<&str> {
        self.part(1)
    }

    pub fn address(&self) -> Option<&str> {
        self.part(2)
    }
}

/// Why data are looked at or changed (HL7 v3 PurposeOfUse, <https://terminology.hl7.org/ValueSet-v3-PurposeOfUse.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Purpose {
    Treatment = 1,
    Operations = 2,
    Emergency = 3,
    Research = 4,
    SystemAdministration = 5,
}

/// A right that a module asks for, named `module.action` (`bed-board.assign`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permission(pub &'static str);

impl Purpose {
    pub const ALL: [Self; 5] = [Self::Treatment, Self::Operations, Self::Emergency, Self::Research, Self::SystemAdministration];

    /// What `purpose as u8` came from.
    pub fn of_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| *purpose as u8 == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_keeps_its_parts_apart_whatever_is_in_them() {
        let origin = Origin::new("screens\u{1f}", "", "10.0.0.7");
        assert_eq!((origin.program(), origin.station(), origin.address()), (Some("screens"), None, Some("10.0.0.7")));
        assert_eq!(Origin::of_text(origin.as_text()), origin);
        assert!(Origin::new("", "", "").is_unknown());
    }
}
