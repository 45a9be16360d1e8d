//! Anything that can be done to a record, in any order, against a list of versions in memory; and limits on what may be
//! seen, against a filter over that list.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use rihla_faults::model::{Content, Lens, Model, Name};
use rihla_faults::questions::{Question, question};
use rihla_faults::site::{Folder, Site, Ticking, new_id, put_by, query_by, type_of};
use rihla_faults::texts::tail;
use rihla_kernel::{Actor, Clock, FaultKind, Purpose, SiteId};
use rihla_store::backend::{Backend, Step};
use rihla_store::scope::AccessScope;
use rihla_store::{EverythingQuery, HistoryOf, HistoryQuery, Scoped, SearchPage, Stored};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One thing to do: what, and four numbers to do it with.
type Act = (u8, [u8; 4]);

/// A search read page by page while other things happen.
struct Walk {
    ty: &'static str,
    text: String,
    expected: Vec<String>,
    found: Vec<String>,
    next: Option<String>,
    /// The store was opened anew, or its index made anew, since the first page.
    interrupted: bool,
}

struct World {
    folder: Folder,
    clock: Arc<dyn Clock>,
    site: Option<Site>,
    model: Model,
    walks: Vec<Walk>,
    /// Ids that the server gave.
    given: Vec<Name>,
}

macro_rules! ensure {
    ($holds:expr, $($why:tt)*) => {
        if !$holds {
            return Err(TestCaseError::fail(format!($($why)*)));
        }
    };
}

fn ids(found: &[Stored]) -> BTreeSet<String> {
    found.iter().map(|one| one.id.to_text()).collect()
}

impl World {
    fn new() -> Self {
        let (folder, clock): (_, Arc<dyn Clock>) = (Folder::new(), Arc::new(Ticking::new()));
        let site = Site::open_with(folder.path(), None, clock.clone()).expect("opens");
        Self { folder, clock, site: Some(site), model: Model::default(), walks: Vec::new(), given: Vec::new() }
    }

    fn site(&self) -> &Site {
        self.site.as_ref().expect("open")
    }

    fn handle(&self, lens: &Lens) -> Scoped {
        let mut scope = AccessScope::everything();
        if let Some(types) = &lens.types {
            scope = scope.only_types(types.iter().map(|ty| type_of(ty).0));
        }
        if let Some(sites) = &lens.sites {
            scope = scope.only_sites(sites.iter().map(|site| SiteId(*site)));
        }
        if let Some(patients) = &lens.patients {
            let view = self.site().backend.snapshot(None).expect("a view");
            scope = scope.only_patients(patients.iter().filter_map(|id| view.find(type_of("Patient").0, id).expect("reads")));
        }
        self.site().store.scoped_to(Actor::node("model"), Purpose::Treatment, scope)
    }

    fn content(&self, ty: &str, [a, b, c, _]: [u8; 4]) -> Content {
        let patient = match (c % 8, self.given.iter().filter(|(ty, _)| *ty == "Patient").nth(usize::from(b) % 4)) {
            (0, _) => None,
            (1..=2, Some((_, id))) => Some(id.clone()),
            _ => Some(format!("p{}", b % 5)),
        };
        match ty {
            "Patient" => Content::Patient { family: usize::from(a), male: b % 2 == 0 },
            "Practitioner" => Content::Practitioner { family: usize::from(a) },
            _ => Content::Observation {
                code: a % 4,
                value: b,
                day: (c % 5 > 0).then_some(c % 28 + 1),
                subject: patient,
                performer: (a % 3 > 0).then(|| format!("d{}", c % 3)),
            },
        }
    }

    /// A step by numbers; what it means to the model goes to `effects`.
    fn step(&self, site: u16, numbers: [u8; 4], effects: &mut Vec<(Name, Option<Content>)>) -> Option<Step> {
        let [kind, which, ..] = numbers;
        let ty = ["Observation", "Patient", "Observation", "Practitioner", "Observation"][usize::from(kind) % 5];
        let chosen = match ty {
            "Patient" => format!("p{}", which % 5),
            "Practitioner" => format!("d{}", which % 3),
            _ => format!("o{}", which % 12),
        };
        let store = self.site().as_site(SiteId(site));
        let scoped = store.scoped(Actor::node("model"), Purpose::Treatment);
        if kind % 7 == 6 {
            let id = if which % 3 == 0 { self.given.get(usize::from(which)).filter(|name| name.0 == ty).map_or(chosen, |name| name.1.clone()) } else { chosen };
            effects.push(((ty, id.clone()), None));
            return Some(self.site().delete(ty, &id));
        }
        let content = self.content(ty, [numbers[2], numbers[3], which, kind]);
        let id = (kind % 4 > 0).then_some(chosen);
        if effects.iter().any(|(name, _)| Some(&name.1) == id.as_ref()) {
            return None;
        }
        let step = put_by(&scoped, &store, &content.text(), id.as_deref());
        effects.push(((ty, new_id(&step).or(id)?), Some(content)));
        Some(step)
    }

    fn commit(&mut self, several: usize, numbers: [u8; 4]) -> Result<(), TestCaseError> {
        let site = 1 + u16::from(numbers[3] % 2);
        let (mut steps, mut effects): (Vec<Step>, Vec<(Name, Option<Content>)>) = Default::default();
        for at in 0..several as u8 {
            let turn = numbers.map(|number| number.wrapping_add(at.wrapping_mul(53)));
            let before = effects.len();
            match self.step(site, turn, &mut effects) {
                Some(_) if effects[..before].iter().any(|(name, _)| effects[before..].iter().any(|(other, _)| other == name)) => effects.truncate(before),
                Some(step) => steps.push(step),
                None => {}
            }
        }
        let scoped = self.site().as_site(SiteId(site)).scoped(Actor::node("model"), Purpose::Treatment);
        let outcomes = scoped.submit(steps, vec![], vec![]).expect("submitted").blocking_recv().expect("answered");
        let outcomes = outcomes.map_err(|fault| TestCaseError::fail(format!("refused: {fault}")))?;
        for ((name, content), outcome) in effects.into_iter().zip(outcomes) {
            ensure!(outcome.id.to_text() == name.1, "{} is not {}", outcome.id.to_text(), name.1);
            if outcome.created && name.1.len() == 26 {
                self.given.push(name.clone());
            }
            self.model.write(name.0, &name.1, site, content);
            let vid = self.model.newest(&name).map_or(0, |version| version.vid);
            ensure!(outcome.vid == vid, "{name:?} is at version {}, the model at {vid}", outcome.vid);
        }
        Ok(())
    }

    fn reopen(&mut self, clean: bool) {
        let site = self.site.take().expect("open");
        if clean {
            site.store.close().expect("closes");
        } else {
            site.backend.abandon();
        }
        drop(site);
        self.walks.iter_mut().for_each(|walk| walk.interrupted = true);
        self.site = Some(Site::open_with(self.folder.path(), None, self.clock.clone()).expect("opens"));
    }

    fn act(&mut self, (kind, numbers): Act) -> Result<(), TestCaseError> {
        match kind % 24 {
            0..=11 => self.commit(1, numbers)?,
            12..=16 => self.commit(2 + usize::from(numbers[0] % 4), numbers)?,
            17 => self.site().backend.flush().expect("flushes"),
            18 => self.reopen(false),
            19 => self.reopen(true),
            20 => {
                self.site().backend.rebuild(self.site().store.indexer(), &mut |_| {}).expect("rebuilds");
                self.walks.iter_mut().for_each(|walk| walk.interrupted = true);
            }
            _ => self.begin_walk(numbers)?,
        }
        self.walk_on()?;
        for lens in [Lens::default(), lens(numbers)] {
            self.ask(&lens, numbers)?;
            self.look(&lens, numbers)?;
            self.look_back(&lens, numbers)?;
            self.beside(&lens, numbers)?;
        }
        Ok(())
    }

    fn begin_walk(&mut self, [pick, a, b, _]: [u8; 4]) -> Result<(), TestCaseError> {
        let asked = question(&self.model, &Lens::default(), pick, a, b);
        let scoped = self.handle(&Lens::default());
        let text = format!("{}&_count=2", asked.text);
        let page = scoped.search(&query_by(&scoped, asked.ty, &text)).expect("searches");
        let whole = self.all(&scoped, &asked);
        let found = page.matches.iter().map(|one| one.id.to_text()).collect();
        self.walks.push(Walk { ty: asked.ty, text, expected: whole, found, next: page.next, interrupted: false });
        Ok(())
    }

    /// One more page of each walk.
    fn walk_on(&mut self) -> Result<(), TestCaseError> {
        let scoped = self.handle(&Lens::default());
        let mut failed = None;
        self.walks.retain_mut(|walk| {
            let Some(next) = walk.next.take() else {
                if walk.found != walk.expected {
                    failed = Some(format!("{}?{}: pages gave {:?}, it began as {:?}", walk.ty, walk.text, walk.found, walk.expected));
                }
                return false;
            };
            let mut query = query_by(&scoped, walk.ty, &walk.text);
            query.cursor = Some(next);
            match scoped.search(&query) {
                Ok(page) => {
                    walk.found.extend(page.matches.iter().map(|one| one.id.to_text()));
                    walk.next = page.next;
                    true
                }
                Err(fault) => {
                    if fault.kind != FaultKind::Gone || !walk.interrupted {
                        failed = Some(format!("{}?{}: {fault}", walk.ty, walk.text));
                    }
                    false
                }
            }
        });
        failed.map_or(Ok(()), |why| Err(TestCaseError::fail(why)))
    }

    fn all(&self, scoped: &Scoped, asked: &Question) -> Vec<String> {
        let page = scoped.search(&query_by(scoped, asked.ty, &format!("{}&_count=500", asked.text))).expect("searches");
        page.matches.iter().map(|one| one.id.to_text()).collect()
    }

    fn ask(&self, lens: &Lens, [pick, a, b, c]: [u8; 4]) -> Result<(), TestCaseError> {
        let scoped = self.handle(lens);
        for turn in 0..6u8 {
            let asked = question(&self.model, lens, pick.wrapping_add(turn.wrapping_mul(3)), a.wrapping_add(turn), b.wrapping_add(c));
            asked.judge(&self.all(&scoped, &asked)).map_err(|why| TestCaseError::fail(format!("{why} through {lens:?}")))?;
            let total = scoped.search(&query_by(&scoped, asked.ty, &format!("{}&_count=1&_total=accurate", asked.text))).expect("searches").total;
            ensure!(total == Some(asked.ids.len() as u64), "{}?{}: a total of {total:?}, not {} through {lens:?}", asked.ty, asked.text, asked.ids.len());
            let paged: Vec<String> = rihla_faults::site::search_by(&scoped, asked.ty, &format!("{}&_count=2", asked.text));
            asked.judge(&paged).map_err(|why| TestCaseError::fail(format!("in pages: {why} through {lens:?}")))?;
        }
        Ok(())
    }

    /// Every resource by its name, and its versions.
    fn look(&self, lens: &Lens, [pick, ..]: [u8; 4]) -> Result<(), TestCaseError> {
        let scoped = self.handle(lens);
        for (name, versions) in self.model.resources.iter().filter(|(_, versions)| !versions.is_empty()) {
            let (ty, newest) = (type_of(name.0), versions.last().expect("some"));
            let seen = self.model.shows(lens, name, newest);
            let expected = if !seen { Err(FaultKind::NotFound) } else { newest.content.as_ref().map(Content::text).ok_or(FaultKind::Gone) };
            let found = scoped.read(ty, &name.1).map_err(|fault| fault.kind).map(|stored| String::from_utf8(stored.json()).expect("utf-8"));
            let same = match (&found, &expected) {
                (Ok(found), Ok(text)) => found.ends_with(tail(text)),
                (found, expected) => found.as_ref().err() == expected.as_ref().err(),
            };
            ensure!(same, "{name:?}: {found:?} is not {expected:?} through {lens:?}");
            let version = &versions[usize::from(pick) % versions.len()];
            let found = scoped.vread(ty, &name.1, version.vid).map(|stored| String::from_utf8(stored.json()).expect("utf-8")).ok();
            let expected = version.content.as_ref().filter(|_| seen && self.model.shows(lens, name, version)).map(Content::text);
            ensure!(found.is_some() == expected.is_some(), "{name:?} version {}: {found:?} is not {expected:?} through {lens:?}", version.vid);
            let history = scoped.history(&HistoryQuery { of: HistoryOf::Instance(ty, name.1.clone()), since: None, at: None, count: 500, cursor: None });
            let expected = seen.then(|| self.model.history(lens, |other| other == name));
            let total = history.as_ref().ok().and_then(|page| page.total);
            let found = history.ok().map(|page| entries(&page.entries));
            ensure!(found == expected, "history of {name:?}: {found:?} is not {expected:?} through {lens:?}");
            ensure!(total == expected.map(|all| all.len() as u64), "history of {name:?} has a total of {total:?} through {lens:?}");
        }
        Ok(())
    }

    /// History of types and of all, in pages, and the feed of changes.
    fn look_back(&self, lens: &Lens, [pick, ..]: [u8; 4]) -> Result<(), TestCaseError> {
        let scoped = self.handle(lens);
        let ty = ["Patient", "Observation", "Practitioner"][usize::from(pick) % 3];
        for of in [HistoryOf::Type(type_of(ty)), HistoryOf::System] {
            let expected = self.model.history(lens, |name| matches!(of, HistoryOf::System) || name.0 == ty);
            let (mut found, mut cursor) = (Vec::new(), None);
            loop {
                let page = scoped.history(&HistoryQuery { of: of.clone(), since: None, at: None, count: 3 + usize::from(pick), cursor }).expect("history");
                found.extend(entries(&page.entries));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            ensure!(found == expected, "{of:?}: {found:?} is not {expected:?} through {lens:?}");
        }
        let (changes, _) = scoped.changes(0, 10_000).expect("changes");
        let mut expected = self.model.history(lens, |_| true);
        expected.reverse();
        let found: Vec<(u32, bool)> = changes.iter().map(|version| (version.vid, version.deleted)).collect();
        ensure!(found == expected.into_iter().map(|(_, vid, deleted)| (vid, deleted)).collect::<Vec<_>>(), "feed: {found:?} through {lens:?}");
        Ok(())
    }

    /// Included resources, and everything of a patient.
    fn beside(&self, lens: &Lens, [a, b, ..]: [u8; 4]) -> Result<(), TestCaseError> {
        let scoped = self.handle(lens);
        let (code, patient) = (a % 4, format!("p{}", b % 5));
        let page = scoped
            .search(&query_by(&scoped, "Observation", &format!("code=c{code}&_include=Observation:performer&_include=Observation:subject&_count=500")))
            .expect("searches");
        let matches: Vec<&Content> = page.matches.iter().filter_map(|one| self.model.seen(lens, "Observation", &one.id.to_text())).collect();
        let referred = |ty: &'static str, of: fn(&Content) -> Option<&str>| {
            matches.iter().filter_map(|one| of(one)).filter(move |id| self.model.seen(lens, ty, id).is_some()).map(str::to_string).collect::<BTreeSet<_>>()
        };
        let expected: BTreeSet<String> = referred("Practitioner", Content::performer).into_iter().chain(referred("Patient", Content::subject)).collect();
        ensure!(ids(&page.included) == expected, "includes {:?}, not {expected:?} through {lens:?}", ids(&page.included));

        let own: BTreeSet<String> =
            self.model.live(lens, "Observation").filter(|(_, one)| one.subject() == Some(&patient)).map(|(id, _)| id.to_string()).collect();
        let seen = self.model.seen(lens, "Patient", &patient).is_some();
        let page = scoped.search(&query_by(&scoped, "Patient", &format!("_id={patient}&_revinclude=Observation:subject"))).expect("searches");
        ensure!(ids(&page.included) == if seen { own.clone() } else { BTreeSet::new() }, "refer to {patient}: {:?} through {lens:?}", ids(&page.included));
        self.everything(&scoped, lens, &patient, seen, own)
    }

    fn everything(&self, scoped: &Scoped, lens: &Lens, patient: &str, seen: bool, own: BTreeSet<String>) -> Result<(), TestCaseError> {
        let ask = |count, cursor| scoped.everything(patient, &EverythingQuery { count, cursor, ..EverythingQuery::default() });
        let page = ask(None, None);
        ensure!(page.is_ok() == seen, "everything of {patient} through {lens:?}");
        let Ok(page) = page else { return Ok(()) };
        let practitioners: BTreeSet<String> = own
            .iter()
            .filter_map(|id| self.model.seen(lens, "Observation", id).and_then(Content::performer))
            .filter(|id| self.model.seen(lens, "Practitioner", id).is_some())
            .map(str::to_string)
            .collect();
        let all: BTreeSet<String> = own.into_iter().chain([patient.to_string()]).collect();
        ensure!(ids(&page.matches) == all, "everything of {patient}: {:?} is not {all:?} through {lens:?}", ids(&page.matches));
        ensure!(ids(&page.included) == practitioners, "beside everything of {patient}: {:?} is not {practitioners:?} through {lens:?}", ids(&page.included));
        ensure!(page.total == Some(all.len() as u64), "everything of {patient}: a total of {:?}, not {} through {lens:?}", page.total, all.len());
        let (mut found, mut cursor): (Vec<String>, Option<String>) = Default::default();
        loop {
            let SearchPage { matches, next, .. } = ask(Some(2), cursor).expect("pages");
            found.extend(matches.iter().map(|one| one.id.to_text()));
            match next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        ensure!(
            found.len() == all.len() && found.iter().cloned().collect::<BTreeSet<_>>() == all,
            "everything of {patient} in pages: {found:?} through {lens:?}"
        );
        Ok(())
    }
}

fn entries(page: &[Stored]) -> Vec<(String, u32, bool)> {
    page.iter().map(|entry| (entry.id.to_text(), entry.vid, entry.deleted)).collect()
}

fn lens([a, b, c, d]: [u8; 4]) -> Lens {
    let types: [&[&'static str]; 4] = [&["Observation", "Practitioner"], &["Patient", "Observation"], &["Patient", "Practitioner"], &["Observation"]];
    let mut lens = Lens::default();
    if d % 4 != 1 {
        lens.types = (a % 2 == 0).then(|| types[usize::from(b) % 4].iter().copied().collect());
        lens.sites = (c % 3 == 0).then(|| BTreeSet::from([1 + u16::from(b % 2)]));
    }
    if d % 4 > 0 {
        lens.patients = Some((0..5).filter(|at| (a ^ c) >> at & 1 == 1).map(|at| format!("p{at}")).collect());
    }
    lens
}

fn run(cases: u32, acts: std::ops::Range<usize>) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let plan = prop::collection::vec((any::<u8>(), any::<[u8; 4]>()), acts);
    let tried = runner.run(&plan, |acts| {
        let mut world = World::new();
        for act in acts {
            world.act(act)?;
        }
        while !world.walks.is_empty() {
            world.walk_on()?;
        }
        let faults = world.site().faults();
        ensure!(faults.is_empty(), "{faults:?}");
        Ok(())
    });
    if let Err(why) = tried {
        panic!("{why}");
    }
}

/// Cases in every run of the tests; more on demand.
fn cases() -> u32 {
    std::env::var("RIHLA_MODEL_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

#[test]
fn a_record_answers_as_a_list_of_its_versions_would() {
    run(cases(), 20..60);
}
