//! Any order of commands, on several stays and places, against a small picture of a ward: whatever is asked, nobody lies in
//! two places, no place holds more than it can, nothing happens before its stay, and the past stays as it was.

use crate::movement::{Answers, Spot};
use crate::stay::{Signed, State, Stay};
use crate::{DEPARTURE, Kind, Object, Status, quoted};
use proptest::prelude::*;
use rihla_fhir::json::{Limits, parse};
use rihla_fhirpath::Zone;
use rihla_kernel::{Fault, Instant};
use rihla_store::places;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Places and how many each takes; the last is a theatre, in which nobody lies.
const PLACES: [(&str, u32); 5] = [("b1", 1), ("b2", 1), ("b3", 1), ("hall", 2), ("theatre", 0)];
const STAYS: usize = 4;
const PATIENTS: usize = 3;
const MINUTE: i64 = 60_000;

#[derive(Clone, Debug)]
enum Command {
    Admit(usize, usize),
    Transfer(usize, usize, bool),
    Leave(usize),
    Back(usize),
    Reserve(usize, usize),
    Depart(usize),
    Die(usize, usize),
    Undo(usize, usize),
    Cancel(usize, usize),
    CancelDeparture(usize),
    Correct(usize, usize, i64),
    Relocate(usize, usize, usize),
    Insert(usize, usize, i64),
}

fn command() -> impl Strategy<Value = Command> {
    let (stay, place) = (0..STAYS, 0..PLACES.len());
    prop_oneof![
        4 => (stay.clone(), place.clone()).prop_map(|(stay, place)| Command::Admit(stay, place)),
        4 => (stay.clone(), place.clone(), any::<bool>()).prop_map(|(stay, place, keep)| Command::Transfer(stay, place, keep)),
        1 => stay.clone().prop_map(Command::Leave),
        2 => stay.clone().prop_map(Command::Back),
        2 => (stay.clone(), place).prop_map(|(stay, place)| Command::Reserve(stay, place)),
        2 => stay.clone().prop_map(Command::Depart),
        1 => (stay.clone(), 0..2usize).prop_map(|(stay, who)| Command::Die(stay, who)),
        2 => (stay.clone(), 0..2usize).prop_map(|(stay, who)| Command::Undo(stay, who)),
        2 => (stay.clone(), 0..6usize).prop_map(|(stay, movement)| Command::Cancel(stay, movement)),
        1 => stay.clone().prop_map(Command::CancelDeparture),
        1 => (stay.clone(), 0..6usize, -6..6i64).prop_map(|(stay, movement, by)| Command::Correct(stay, movement, by)),
        1 => (stay.clone(), 0..6usize, 0..PLACES.len()).prop_map(|(stay, movement, place)| Command::Relocate(stay, movement, place)),
        1 => (stay, 0..PLACES.len(), 0..40i64).prop_map(|(stay, place, ago)| Command::Insert(stay, place, ago)),
    ]
}

fn patient(stay: usize) -> String {
    format!("p{}", stay % PATIENTS)
}

/// The claims of all stays, as a commit checks them.
#[derive(Default)]
struct World {
    stays: Vec<Stay>,
    holders: HashMap<String, usize>,
    now: i64,
}

impl World {
    fn new() -> Self {
        let stay = |at: usize| Stay::new(format!("s{at}"), patient(at), "IMP".into(), Object::default());
        Self { stays: (0..STAYS).map(stay).collect(), now: 1_768_464_000_000, ..Self::default() }
    }

    fn spot(&self, place: usize, promise: bool, stay: usize) -> Option<Spot> {
        let (name, capacity) = PLACES[place];
        if capacity == 0 {
            return Some(Spot { location: name.into(), slot: None });
        }
        let claim = |slot: u32| if promise { places::reserved(name, slot) } else { places::taken(name, slot) };
        let slot = (0..capacity).find(|slot| self.holders.get(&claim(*slot)).is_none_or(|holder| *holder == stay))?;
        Some(Spot { location: name.into(), slot: Some(slot) })
    }

    /// What a commit would do: claims are checked, and the resource is read back as it was written.
    fn commit(&mut self, at: usize, after: Stay) -> Result<(), &'static str> {
        let text = after.write();
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let named = |reference: &str| reference.strip_prefix("Location/").map(str::to_owned);
        let claims = places::of_stay(doc.root(), Some(&after.patient), named);
        if claims.iter().collect::<BTreeSet<_>>().len() != claims.len() {
            panic!("a stay claims a thing twice: {claims:?} {text}");
        }
        if claims.iter().any(|claim| self.holders.get(claim).is_some_and(|holder| *holder != at)) {
            return Err("claimed");
        }
        self.holders.retain(|_, holder| *holder != at);
        self.holders.extend(claims.into_iter().map(|claim| (claim, at)));
        let read = Stay::read(doc.root(), after.version + 1, &Zone::named("Africa/Casablanca").expect("a zone"));
        assert_eq!(read.write(), text, "what is read and written again is the same");
        assert_eq!((&read.movements.len(), read.state, read.death.is_some()), (&after.movements.len(), after.state, after.death.is_some()));
        self.stays[at] = read;
        Ok(())
    }

    fn obey(&mut self, command: &Command) -> bool {
        self.now += MINUTE;
        let now = Instant(self.now);
        let signed = |who: usize| Signed { at: now, account: format!("a{who}"), by: format!(r#"{{"display":{}}}"#, quoted(&format!("a{who}"))) };
        let (at, result): (usize, Result<Stay, Fault>) = match command {
            Command::Admit(at, place) => {
                let Some(spot) = self.spot(*place, false, *at) else { return false };
                self.with(*at, |stay| stay.admit(spot, Answers::default(), now, now))
            }
            Command::Transfer(at, place, keep) => {
                let Some(spot) = self.spot(*place, false, *at) else { return false };
                self.with(*at, |stay| stay.transfer(spot, Answers::default(), *keep, now, now))
            }
            Command::Leave(at) => self.with(*at, |stay| stay.leave(now, now)),
            Command::Back(at) => self.with(*at, |stay| stay.come_back(now, now)),
            Command::Reserve(at, place) => {
                let Some(spot) = self.spot(*place, true, *at) else { return false };
                self.with(*at, |stay| stay.reserve(spot, Answers::default(), now))
            }
            Command::Depart(at) => self.with(*at, |stay| stay.depart("home", now, now)),
            Command::Die(at, who) => self.with(*at, |stay| stay.die(signed(*who))),
            Command::Undo(at, who) => self.with(*at, |stay| stay.undo_death(signed(*who))),
            Command::Cancel(at, movement) => self.with(*at, |stay| {
                let id = stay.movements.get(*movement).map(|one| one.id.clone()).unwrap_or_default();
                stay.cancel(&id, "erreur", now)
            }),
            Command::CancelDeparture(at) => self.with(*at, |stay| stay.cancel(DEPARTURE, "erreur", now)),
            Command::Relocate(at, movement, place) => {
                let Some(spot) = self.spot(*place, false, *at) else { return false };
                self.with(*at, |stay| {
                    let id = stay.movements.get(*movement).map(|one| one.id.clone()).unwrap_or_default();
                    stay.relocate(&id, spot, Answers::default(), "erreur")
                })
            }
            Command::Insert(at, place, ago) => {
                let spot = Spot { location: PLACES[*place].0.into(), slot: (PLACES[*place].1 > 0).then_some(0) };
                self.with(*at, |stay| stay.insert(spot, Answers::default(), Instant(now.0 - ago * MINUTE / 2)))
            }
            Command::Correct(at, movement, by) => self.with(*at, |stay| {
                let found = stay.movements.get(*movement).map(|one| (one.id.clone(), one.from));
                let (id, from) = found.unwrap_or((DEPARTURE.into(), stay.to));
                stay.correct(&id, Instant(from.map_or(0, |from| from.0 + by * MINUTE / 2)), "heure", now)
            }),
        };
        result.is_ok_and(|after| self.commit(at, after).is_ok())
    }

    fn with(&self, at: usize, how: impl FnOnce(&mut Stay) -> Result<(), Fault>) -> (usize, Result<Stay, Fault>) {
        let mut stay = self.stays[at].clone();
        let result = how(&mut stay);
        (at, result.map(|()| stay))
    }

    /// Where each patient is, and what is kept for them, by what the stays say.
    fn check(&self) {
        let mut held: BTreeMap<&str, usize> = BTreeMap::new();
        let mut lying: BTreeMap<&str, usize> = BTreeMap::new();
        for stay in &self.stays {
            let goes_on = matches!(stay.state, State::Running | State::OnLeave);
            assert_eq!(goes_on, stay.movements.iter().any(|one| one.holds()), "who is in stays somewhere or is awaited: {stay:?}");
            assert_eq!(stay.state == State::OnLeave, goes_on && stay.here().is_none(), "who is on leave is nowhere in the house");
            for one in stay.movements.iter().filter(|one| one.holds()) {
                if let Some(slot) = one.spot.slot {
                    assert!(slot < PLACES.iter().find(|(name, _)| *name == one.spot.location).expect("a place").1);
                    *held.entry(&one.spot.location).or_default() += 1;
                    if one.status == Status::Active {
                        *lying.entry(&stay.patient).or_default() += 1;
                    }
                }
            }
            check_times(stay);
        }
        for (name, capacity) in PLACES {
            assert!(held.get(name).copied().unwrap_or(0) <= capacity as usize, "{name} holds too many");
        }
        assert!(lying.values().all(|count| *count == 1), "somebody lies in two places: {lying:?}");
    }
}

/// No movement before its stay, none after its end, and no minute told twice.
fn check_times(stay: &Stay) {
    let told = || stay.movements.iter().filter(|one| one.cancelled.is_none() && one.kind != Kind::Reservation);
    for one in told() {
        assert!(one.from >= stay.from && one.to.is_none_or(|to| Some(to) > one.from), "{one:?}");
        assert!(stay.to.is_none_or(|end| one.to.is_some_and(|to| to <= end)), "goes on after the stay: {one:?}");
    }
    let mut present: Vec<_> = told().filter(|one| one.kind.is_presence()).map(|one| (one.from, one.to.unwrap_or(Instant(i64::MAX)))).collect();
    present.sort();
    assert!(present.windows(2).all(|pair| Some(pair[0].1) <= pair[1].0), "two places at one time: {present:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_a_ward_stays_possible(commands in prop::collection::vec(command(), 1..60)) {
        let mut world = World::new();
        for command in &commands {
            world.obey(command);
            world.check();
        }
    }

    /// Without mending, the past that is read off the stays is what was true then, minute by minute.
    #[test]
    fn the_past_is_what_it_was(commands in prop::collection::vec(command(), 1..60)) {
        let mut world = World::new();
        let mut seen: Vec<(i64, BTreeMap<String, String>)> = Vec::new();
        for command in commands.iter().filter(|one| !matches!(one, Command::Cancel(..) | Command::CancelDeparture(..) | Command::Correct(..) | Command::Relocate(..) | Command::Insert(..))) {
            world.obey(command);
            let here = world.stays.iter().filter_map(|stay| Some((stay.id.clone(), stay.here()?.spot.location.clone())));
            seen.push((world.now, here.collect()));
        }
        for (minute, then) in seen {
            let told = world.stays.iter().flat_map(|stay| stay.movements.iter().map(move |one| (stay, one)));
            let told = told.filter(|(_, one)| one.kind.is_presence() && one.covers(Instant(minute + MINUTE / 2)));
            let told: BTreeMap<String, String> = told.map(|(stay, one)| (stay.id.clone(), one.spot.location.clone())).collect();
            prop_assert_eq!(told, then);
        }
    }
}
