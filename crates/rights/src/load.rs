//! Ties read from the record, at first by questions and then by its feed.

use crate::Rights;
use crate::care::Care;
use crate::ties::{self, SOURCES};
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::{Actor, Fault, FaultKind, Instant, Purpose, SiteId};
use rihla_store::body::instant_text;
use rihla_store::query::Handling;
use rihla_store::{HistoryOf, HistoryQuery, PlatformChange, Scoped, Store, Stored};

/// What is read when a node begins: type and question. `{since}` is the longest look-back.
const FIRST: &[(&str, &str)] = &[
    ("Organization", ""),
    ("Location", ""),
    ("Encounter", "status=planned,arrived,triaged,in-progress,onleave"),
    ("Encounter", "date=ge{since}"),
    ("Appointment", "status=proposed,pending,booked,arrived,checked-in,waitlist"),
    ("Appointment", "date=ge{since}"),
    ("ServiceRequest", "status=active,on-hold,draft"),
    ("CareTeam", "status=active,proposed"),
    ("Consent", "status=active"),
];

/// Resources of a page, and changes taken at once.
const PAGE: usize = 500;

impl Care {
    /// Takes in what the record says up to now.
    pub fn advance(&mut self, store: &Store, now: Instant) -> Result<(), Fault> {
        let newest = *store.ticks().borrow();
        let mut after = match self.upto {
            Some(row) if row >= newest => return Ok(()),
            Some(row) => row,
            None => {
                self.first(store, now)?;
                // What was written meanwhile is told by the feed once more.
                newest
            }
        };
        let mut moved = false;
        loop {
            let (changes, reached) = store.feed_for_platform(after, PAGE)?;
            for change in &changes {
                moved |= self.follow(store, change)?;
            }
            if reached == after && moved {
                self.clear();
                self.first(store, now)?;
                moved = false;
            } else if reached == after {
                self.upto = Some(after);
                return Ok(());
            }
            after = reached;
        }
    }

    /// Takes in one change; whether a place stands elsewhere by it.
    fn follow(&mut self, store: &Store, change: &PlatformChange) -> Result<bool, Fault> {
        let one = &change.change;
        let ty = tables().type_name(one.ty);
        let name = format!("{ty}/{}", one.id.to_text());
        let node = node(store);
        match ty {
            "Location" | "Organization" => {
                let before = self.parents.get(&name).cloned();
                let parent = if one.deleted { None } else { parent_of(&node.at_row(one.row)?) };
                // What stood in it stands elsewhere now: that is rare, and all is read again.
                return Ok(before != parent);
            }
            "Patient" => {
                let (labels, into) = if one.deleted { Default::default() } else { person_of(&node.at_row(one.row)?) };
                if let Some(key) = store.key_for_platform(one.ty, &one.id.to_text())? {
                    self.mask(key, &labels);
                    self.merge(key, into.map(|into| store.key_for_platform(one.ty, &into)).transpose()?.flatten());
                }
            }
            _ if SOURCES.contains(&ty) && one.deleted => self.take(&name, 0, None, one.at),
            _ if SOURCES.contains(&ty) => self.read(store, &name, &node.at_row(one.row)?, one.at, one.site)?,
            _ => {}
        }
        Ok(false)
    }

    fn read(&mut self, store: &Store, name: &str, stored: &Stored, at: Instant, site: SiteId) -> Result<(), Fault> {
        let text = stored.json();
        let Ok(doc) = parse(&text, &Limits::default()) else { return Ok(()) };
        let said = ties::read(doc.root(), &self.zone, at, site);
        let patient = match &said {
            Some(said) => store.key_for_platform(patient_type(), &said.patient)?,
            None => None,
        };
        self.take(name, patient.unwrap_or(0), said.filter(|_| patient.is_some()), at);
        Ok(())
    }

    /// The first reading. Of stays that have changed the earlier versions are read too, oldest first: a unit that is named
    /// no more is remembered for a while.
    fn first(&mut self, store: &Store, now: Instant) -> Result<(), Fault> {
        let node = node(store);
        let since = day_of(Instant(now.0.saturating_sub(self.longest)));
        for (ty, question) in FIRST {
            let ty_id = type_of(ty)?;
            each(&node, ty_id, &question.replace("{since}", &since), &mut |stored| match *ty {
                "Organization" | "Location" => {
                    if let Some(parent) = parent_of(stored) {
                        self.parents.insert(format!("{ty}/{}", stored.id.to_text()), parent);
                    }
                    Ok(())
                }
                _ => self.first_of(store, &node, ty, ty_id, stored),
            })?;
        }
        // Whoever was merged is out of use.
        each(&node, patient_type(), "active=false", &mut |stored| {
            if let (Some(key), (_, Some(into))) = (store.key_for_platform(stored.ty, &stored.id.to_text())?, person_of(stored)) {
                self.merge(key, store.key_for_platform(stored.ty, &into)?);
            }
            Ok(())
        })?;
        let masks: Vec<String> = self.masks.iter().map(|(system, code)| format!("{system}|{code}")).collect();
        if !masks.is_empty() {
            each(&node, patient_type(), &format!("_security={}", masks.join(",")), &mut |stored| {
                if let Some(key) = store.key_for_platform(stored.ty, &stored.id.to_text())? {
                    self.mask(key, &person_of(stored).0);
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn first_of(&mut self, store: &Store, node: &Scoped, ty: &str, ty_id: TypeId, stored: &Stored) -> Result<(), Fault> {
        let id = stored.id.to_text();
        let name = format!("{ty}/{id}");
        if stored.vid == 1 {
            return self.read(store, &name, stored, stored.last_updated, stored.site.unwrap_or(SiteId(0)));
        }
        let query = HistoryQuery { of: HistoryOf::Instance(ty_id, id), since: None, at: None, count: VERSIONS, cursor: None };
        for version in node.history(&query)?.entries.iter().rev() {
            if version.deleted {
                self.take(&name, 0, None, version.last_updated);
            } else {
                self.read(store, &name, version, version.last_updated, version.site.unwrap_or(SiteId(0)))?;
            }
        }
        Ok(())
    }
}

/// Versions of one stay that are looked at.
const VERSIONS: usize = 200;

/// Nobody is shown anything by these reads; they leave the node's entries in the audit chain.
fn node(store: &Store) -> Scoped {
    store.scoped(Actor::node("rights"), Purpose::Operations)
}

fn each(node: &Scoped, ty: TypeId, question: &str, take: &mut dyn FnMut(&Stored) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut pairs: Vec<(String, String)> =
        question.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    pairs.push(("_count".into(), PAGE.to_string()));
    let mut cursor = None;
    loop {
        let mut asked = pairs.clone();
        asked.extend(cursor.take().map(|cursor| ("_cursor".to_owned(), cursor)));
        let page = node.search(&node.query(&[ty], &asked, Handling::Strict)?.0)?;
        page.matches.iter().try_for_each(&mut *take)?;
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(()),
        }
    }
}

fn type_of(name: &str) -> Result<TypeId, Fault> {
    tables().resource_type(name).ok_or_else(|| Fault::new(FaultKind::Internal, "RH-RIGHTS-TABLES", "The tables of FHIR lack a type."))
}

/// The date of an instant, in UTC.
fn day_of(instant: Instant) -> String {
    instant_text(instant).chars().take("2026-01-31".len()).collect()
}

fn patient_type() -> TypeId {
    tables().resource_type("Patient").unwrap_or(TypeId(0))
}

fn parent_of(stored: &Stored) -> Option<String> {
    parse(&stored.json(), &Limits::default()).ok().and_then(|doc| ties::parent(doc.root()))
}

/// The labels of a Patient, and whose record stands in this one's place.
fn person_of(stored: &Stored) -> (Vec<(String, String)>, Option<String>) {
    parse(&stored.json(), &Limits::default()).map(|doc| (ties::labels(doc.root()), ties::merged_into(doc.root()))).unwrap_or_default()
}

impl Rights {
    /// Reads the record now, so that the first page does not wait for it.
    pub fn prepare(&self) -> Result<(), Fault> {
        let now = self.now();
        self.care().advance(self.store(), now)
    }
}
