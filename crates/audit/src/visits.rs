//! Entries put together as people remember them: somebody looked at a record from then to then.

use rihla_kernel::{Actor, Instant, Origin, Purpose};
use rihla_store::backend::{AccessAction, TypeKey};
use rihla_store::trail::{EventKind, Seen, SeenWhat};
use std::collections::BTreeSet;

/// What somebody did with one record within one stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub actor: Actor,
    pub origin: Origin,
    pub purpose: Option<Purpose>,
    pub from: Instant,
    pub to: Instant,
    /// The types of which something was shown or asked for.
    pub looked: BTreeSet<TypeKey>,
    /// The types of which something was written.
    pub wrote: BTreeSet<TypeKey>,
    /// Everything that was tried was refused.
    pub denied: bool,
    /// The glass was broken, for this reason.
    pub glass: Option<Box<str>>,
    pub entries: usize,
}

/// A pause longer than this begins another visit.
const PAUSE: i64 = 10 * 60 * 1000;

impl Visit {
    fn of(seen: &Seen) -> Self {
        let (looked, wrote) = (BTreeSet::new(), BTreeSet::new());
        let mut visit = Self {
            actor: seen.actor.clone(),
            origin: seen.origin.clone(),
            purpose: seen.purpose,
            from: seen.at,
            to: seen.at,
            looked,
            wrote,
            denied: seen.denied,
            glass: None,
            entries: 0,
        };
        visit.add(seen);
        visit
    }

    fn goes_on(&self, seen: &Seen) -> bool {
        self.actor == seen.actor && self.purpose == seen.purpose && self.denied == seen.denied && self.from.0 - seen.at.0 <= PAUSE
    }

    fn add(&mut self, seen: &Seen) {
        self.from = Instant(self.from.0.min(seen.at.0));
        self.to = Instant(self.to.0.max(seen.at.0));
        self.entries += 1;
        match &seen.what {
            SeenWhat::Access { action: AccessAction::Read | AccessAction::Execute, ty, .. } => _ = self.looked.insert(*ty),
            SeenWhat::Access { ty, .. } => _ = self.wrote.insert(*ty),
            SeenWhat::Event { kind: EventKind::BrokenGlass, detail, .. } => self.glass = Some(detail.clone()),
            SeenWhat::Event { .. } => {}
        }
    }
}

/// The visits to one record; entries come newest first, and so do visits, by their end.
pub fn visits(entries: &[Seen]) -> Vec<Visit> {
    let mut out: Vec<Visit> = Vec::new();
    for seen in entries {
        match out.iter_mut().rev().take_while(|visit| visit.from.0 - seen.at.0 <= PAUSE).find(|visit| visit.goes_on(seen)) {
            Some(visit) => visit.add(seen),
            None => out.push(Visit::of(seen)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_kernel::ActorKind;
    use rihla_store::trail::TrailPlace;

    fn seen(minute: i64, actor: &str, ty: TypeKey, action: AccessAction) -> Seen {
        Seen {
            place: TrailPlace { link: minute, entry: 0 },
            at: Instant(minute * 60_000),
            actor: Actor::new(ActorKind::Person, actor),
            origin: Origin::unknown(),
            purpose: Some(Purpose::Treatment),
            denied: false,
            what: SeenWhat::Access { action, ty, thing: None, vid: None, shown: 1, patients: Vec::new() },
        }
    }

    #[test]
    fn one_look_at_a_page_is_one_line_whoever_looks_at_the_same_time() {
        let entries = [
            seen(100, "a", 1, AccessAction::Read),
            seen(99, "b", 1, AccessAction::Read),
            seen(98, "a", 2, AccessAction::Execute),
            seen(97, "a", 3, AccessAction::Update),
            seen(60, "a", 1, AccessAction::Read),
        ];
        let lines: Vec<_> =
            visits(&entries).into_iter().map(|visit| (visit.actor.id().to_owned(), visit.from.0 / 60_000, visit.looked.len(), visit.wrote.len())).collect();
        assert_eq!(lines, [("a".into(), 97, 2, 1), ("b".into(), 99, 1, 0), ("a".into(), 60, 1, 0)]);
    }
}
