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
