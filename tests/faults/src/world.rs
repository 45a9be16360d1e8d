//! Anything that can be done to a record, done to a store and to a list of versions in memory, and compared.

use crate::model::{Content, Lens, Model, Name};
use crate::questions::{Question, question};
use crate::site::{Ground, Site, Ticking, new_id, put_by, query_by, type_of};
use rihla_kernel::{Actor, Clock, FaultKind, Purpose, SiteId};
use rihla_store::backend::{Expect, Outcome, Step};
use rihla_store::scope::AccessScope;
use rihla_store::{Resolution, Scoped};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One thing to do: what, and four numbers to do it with.
pub type Act = (u8, [u8; 4]);

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

/// A store and what it should hold.
pub struct World {
    clock: Arc<dyn Clock>,
    site: Option<Site>,
    // Goes after the site that stands on it.
    ground: Ground,
    pub model: Model,
    walks: Vec<Walk>,
    /// Ids that the server gave.
    given: Vec<Name>,
    /// What the store answered, in words that are the same whatever ids it gives.
    said: RefCell<Vec<String>>,
}

/// Ends a comparison that does not hold.
#[macro_export]
macro_rules! ensure {
    ($holds:expr, $($why:tt)*) => {
        if !$holds {
            return Err(format!($($why)*));
        }
    };
}

impl World {
    pub fn new(ground: Ground) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(Ticking::new());
        let site = ground.open(clock.clone());
        Self { ground, clock, site: Some(site), model: Model::default(), walks: Vec::new(), given: Vec::new(), said: RefCell::default() }
    }

    pub fn site(&self) -> &Site {
        self.site.as_ref().expect("open")
    }

    /// Whether lists are still read page by page.
    pub fn is_walking(&self) -> bool {
        !self.walks.is_empty()
    }

    /// What was answered since this was last asked.
    pub fn take_said(&self) -> Vec<String> {
        self.said.take()
    }

    pub(crate) fn say(&self, what: &str, ids: &[String], more: impl std::fmt::Debug) {
        let known = |id: &String| self.given.iter().position(|(_, given)| given == id).map_or_else(|| id.clone(), |at| format!("#{at}"));
        self.said.borrow_mut().push(format!("{what}: {:?} {more:?}", ids.iter().map(known).collect::<Vec<_>>()));
    }

    pub(crate) fn handle(&self, lens: &Lens) -> Scoped {
        let mut scope = AccessScope::everything();
        if let Some(types) = &lens.types {
            scope = scope.only_types(types.iter().map(|ty| type_of(ty).0));
        }
        if let Some(sites) = &lens.sites {
            scope = scope.only_sites(sites.iter().map(|site| SiteId(*site)));
        }
        if let Some(patients) = &lens.patients {
            let backend = self.site().backend.shared();
            let view = backend.snapshot(None).expect("a view");
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

    fn commit(&mut self, several: usize, numbers: [u8; 4]) -> Result<(), String> {
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
        let outcomes = outcomes.map_err(|fault| format!("refused: {fault}"))?;
        self.learn(site, effects, &outcomes)
    }

    /// Takes what was done over into the model.
    fn learn(&mut self, site: u16, effects: Vec<(Name, Option<Content>)>, outcomes: &[Outcome]) -> Result<(), String> {
        for ((name, content), outcome) in effects.into_iter().zip(outcomes) {
            ensure!(outcome.id.to_text() == name.1, "{} is not {}", outcome.id.to_text(), name.1);
            if outcome.created && name.1.len() == 26 {
                self.given.push(name.clone());
            }
            self.model.write(name.0, &name.1, site, content);
            let vid = self.model.newest(&name).map_or(0, |version| version.vid);
            ensure!(outcome.vid == vid, "{name:?} is at version {}, the model at {vid}", outcome.vid);
            self.say("did", &[name.1], (outcome.vid, outcome.created));
        }
        Ok(())
    }

    /// A create, update or delete of whatever a search names, told truly or wrongly what that was.
    fn on_condition(&mut self, numbers @ [pick, a, b, c]: [u8; 4]) -> Result<(), String> {
        let asked = question(&self.model, &Lens::default(), pick, a, b);
        let scoped = self.handle(&Lens::default());
        // Whom a condition names does not depend on an order.
        let criteria = asked.text.split('&').filter(|pair| !pair.starts_with("_sort=")).collect::<Vec<_>>().join("&");
        let query = query_by(&scoped, asked.ty, &criteria);
        let named = scoped.resolve(&query).expect("resolves");
        let expected = match (asked.ids.len(), asked.ids.first()) {
            // No criterion would name everything of the type.
            _ if criteria.is_empty() => Some(None),
            (0, _) => None,
            (1, Some(id)) => Some(Some(id.clone())),
            _ => Some(None),
        };
        let found = match &named {
            Resolution::None => None,
            Resolution::One(_, id) => Some(Some(id.to_text())),
            Resolution::Many => Some(None),
        };
        ensure!(found == expected, "{}?{criteria} names {found:?}, not {expected:?}", asked.ty);
        self.say(&criteria, &found.clone().flatten().into_iter().collect::<Vec<_>>(), found.is_some());
        let content = self.content(asked.ty, numbers);
        let (step, effect) = match found {
            Some(Some(id)) if c % 3 == 0 => (self.site().delete(asked.ty, &id), (id, None)),
            Some(Some(id)) => (self.site().put(&content.text(), Some(&id)), (id, Some(content))),
            Some(None) => return Ok(()),
            None => {
                let step = self.site().put(&content.text(), None);
                let id = new_id(&step).expect("a new one");
                (step, (id, Some(content)))
            }
        };
        let wrongly = c % 4 == 3;
        let seen = match (wrongly, &named) {
            (false, _) => named,
            (true, Resolution::None) => Resolution::Many,
            (true, _) => Resolution::None,
        };
        let answer = scoped.submit(vec![step], vec![scoped.unchanged(query, seen)], vec![]).expect("submitted").blocking_recv().expect("answered");
        if wrongly {
            let code = answer.err().map(|fault| fault.code);
            ensure!(code == Some("RH-STORE-RACED"), "{}?{criteria} was seen wrongly, and answered with {code:?}", asked.ty);
            return Ok(());
        }
        let outcomes = answer.map_err(|fault| format!("refused: {fault}"))?;
        self.learn(1, vec![((asked.ty, effect.0), effect.1)], &outcomes)
    }

    /// An update or deletion that expects a version, or that there is one, or none.
    fn on_version(&mut self, numbers @ [pick, a, b, c]: [u8; 4]) -> Result<(), String> {
        let (ty, id) = [("Patient", format!("p{}", a % 5)), ("Practitioner", format!("d{}", a % 3)), ("Observation", format!("o{}", a % 12))]
            [usize::from(pick) % 3]
            .clone();
        let newest = self.model.newest(&(ty, id.clone())).map(|version| (version.vid, version.content.is_some()));
        let wanted = match b % 4 {
            0 => Expect::Present,
            1 => Expect::Absent,
            2 => Expect::Version(newest.map_or(1, |(vid, _)| vid)),
            _ => Expect::Version(newest.map_or(1, |(vid, _)| vid.saturating_sub(1))),
        };
        let live = newest.is_some_and(|(_, live)| live);
        let holds = match wanted {
            Expect::Present => live,
            Expect::Absent => !live,
            Expect::Version(vid) => live && newest.is_some_and(|(newest, _)| newest == vid),
            Expect::Any => true,
        };
        let content = (c % 4 > 0).then(|| self.content(ty, numbers));
        let mut step = match &content {
            Some(content) => self.site().put(&content.text(), Some(&id)),
            None => self.site().delete(ty, &id),
        };
        match &mut step {
            Step::Put { expect, .. } | Step::Delete { expect, .. } => *expect = wanted,
        }
        match self.site().commit(vec![step]) {
            Ok(outcomes) => {
                ensure!(holds, "{ty}/{id} was changed, though {wanted:?} does not hold of {newest:?}");
                self.learn(1, vec![((ty, id), content)], &outcomes)
            }
            Err(fault) => {
                ensure!(!holds && fault.code == "RH-STORE-VERSION", "{ty}/{id}: {fault}, {wanted:?} of {newest:?}");
                Ok(())
            }
        }
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
        self.site = Some(self.ground.open(self.clock.clone()));
    }

    /// Does one thing, and reads one page of each list that was begun.
    pub fn act(&mut self, (kind, numbers): Act) -> Result<(), String> {
        match kind % 30 {
            0..=11 => self.commit(1, numbers)?,
            12..=16 => self.commit(2 + usize::from(numbers[0] % 4), numbers)?,
            17 => self.site().backend.flush().expect("flushes"),
            18 => self.reopen(false),
            19 => self.reopen(true),
            20 => {
                self.site().backend.rebuild(self.site().store.indexer(), &mut |_| {}).expect("rebuilds");
                self.walks.iter_mut().for_each(|walk| walk.interrupted = true);
            }
            21..=23 => self.begin_walk(numbers)?,
            24..=26 => self.on_condition(numbers)?,
            _ => self.on_version(numbers)?,
        }
        self.walk_on()
    }

    fn begin_walk(&mut self, [pick, a, b, _]: [u8; 4]) -> Result<(), String> {
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
    pub fn walk_on(&mut self) -> Result<(), String> {
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
        failed.map_or(Ok(()), Err)
    }

    pub(crate) fn all(&self, scoped: &Scoped, asked: &Question) -> Vec<String> {
        let page = scoped.search(&query_by(scoped, asked.ty, &format!("{}&_count=500", asked.text))).expect("searches");
        page.matches.iter().map(|one| one.id.to_text()).collect()
    }
}

/// A made-up limit, by numbers.
pub fn lens([a, b, c, d]: [u8; 4]) -> Lens {
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
