//! Any order of messages for three patients and four beds: nobody is in two places, no bed holds two, and the same messages
//! told again change nothing.

use super::{Conduct, Going, blank};
use crate::datatype::identifier::{Number, Place as Told};
use crate::movement::{Act, Action, Asked, Event, Movement, Person, Stay as ToldStay, Told as When};
use proptest::prelude::*;
use rihla_clinical::{Answers, Place, Spot, Status, Stay};
use rihla_fhir::json::{Limits, parse};
use rihla_fhirpath::Zone;
use rihla_kernel::{Fault, Instant};
use rihla_store::places;
use std::collections::{BTreeMap, HashMap};

const BEDS: [&str; 4] = ["a", "b", "c", "d"];
const PATIENTS: usize = 3;
const START: i64 = 1_768_464_000_000;
const MINUTE: i64 = 60_000;

#[derive(Clone, Copy, Debug)]
enum What {
    Admit,
    Transfer,
    Discharge,
    Leave,
    Back,
    /// What a message some messages ago had told.
    Cancel(usize),
    Correct(usize),
}

/// A patient, a bed, what; and whether the movement has a number.
type Told1 = (usize, usize, What, bool);

fn message() -> impl Strategy<Value = Told1> {
    let what = prop_oneof![
        4 => Just(What::Admit),
        5 => Just(What::Transfer),
        2 => Just(What::Discharge),
        2 => Just(What::Leave),
        2 => Just(What::Back),
        3 => (1..6usize).prop_map(What::Cancel),
        1 => (1..6usize).prop_map(What::Correct),
    ];
    (0..PATIENTS, 0..BEDS.len(), what, any::<bool>())
}

/// The messages as they are told, one a minute.
fn written(all: &[Told1]) -> Vec<(usize, Asked)> {
    let mut out: Vec<(usize, Asked)> = Vec::new();
    for (nth, (patient, bed, what, numbered)) in all.iter().enumerate() {
        let now = |nth: usize| jiff::Timestamp::from_millisecond(START + nth as i64 * MINUTE).expect("a time").to_string();
        let number = |nth: usize| Number { system: "urn:m".into(), value: format!("M{nth}") };
        let place = Told { unit: BEDS[*bed].into(), ..Told::default() };
        let stay = ToldStay {
            visit: Number { system: "urn:s".into(), value: format!("S{patient}") },
            class: "I".into(),
            place: Some(place),
            prior_place: None,
            pending_place: None,
            temporary_place: None,
            attending: Vec::new(),
            admitted: None,
            left: None,
            expected_start: None,
            expected_end: None,
            disposition: "01".into(),
            medical_unit: None,
            nursing_unit: None,
        };
        let earlier = |back: usize| nth.checked_sub(back).and_then(|at| out.get(at).map(|(of, asked)| (at, *of, asked.event)));
        let (event, act, about, action) = match what {
            What::Admit => (Event::Admit, Act::Admit(stay), nth, Action::Insert),
            What::Transfer => (Event::Transfer, Act::Transfer(stay), nth, Action::Insert),
            What::Discharge => (Event::Discharge, Act::Discharge(stay), nth, Action::Insert),
            What::Leave => (Event::LeaveStart, Act::LeaveStart(stay), nth, Action::Insert),
            What::Back => (Event::LeaveEnd, Act::LeaveEnd(ToldStay { place: None, ..stay }), nth, Action::Insert),
            What::Cancel(back) => match earlier(*back).filter(|(_, of, _)| of == patient) {
                Some((at, _, event)) => {
                    let Some(cancelling) = Event::all().find(|one| one.cancels() == Some(event)) else {
                        continue_with(&mut out, *patient, stay);
                        continue;
                    };
                    (cancelling, Act::Cancel { what: event, stay }, at, Action::Cancel)
                }
                None => (Event::Transfer, Act::Transfer(stay), nth, Action::Insert),
            },
            What::Correct(back) => {
                match earlier(*back).filter(|(_, of, event)| of == patient && event.cancels().is_none() && *event != Event::UpdateMovement) {
                    Some((at, _, original)) => (Event::UpdateMovement, Act::UpdateMovement { original, stay }, at, Action::Update),
                    None => (Event::Admit, Act::Admit(stay), nth, Action::Insert),
                }
            }
        };
        // Z99 is told by the number alone.
        let numbered = *numbered || action == Action::Update;
        let movement =
            Movement { numbers: vec![number(about)], starts: Some(now(about)), ends: None, action, historic: false, original: None, nature: String::new() };
        let told = When { control_id: format!("C{nth}"), occurred: Some(now(about)), ..When::default() };
        out.push((*patient, Asked { event, told, person: Person::default(), movement: numbered.then_some(movement), act }));
    }
    out
}

/// Nothing is to be cancelled: a plain update stands in its place, so that messages keep their numbers.
fn continue_with(out: &mut Vec<(usize, Asked)>, patient: usize, stay: ToldStay) {
    let asked = Asked { event: Event::UpdateStay, told: When::default(), person: Person::default(), movement: None, act: Act::UpdateStay(stay) };
    out.push((patient, asked));
}

struct World {
    stays: Vec<Stay>,
    holders: HashMap<String, usize>,
    zone: Zone,
}

impl World {
    fn new() -> Self {
        let stays = (0..PATIENTS).map(|at| blank(&format!("p{at}"))).collect();
        Self { stays, holders: HashMap::new(), zone: Zone::named("Africa/Casablanca").expect("a zone") }
    }

    /// What the server does with a message; a refusal leaves all as it was.
    fn tell(&mut self, at: usize, asked: &Asked, now: i64) -> Result<(), Fault> {
        let stay = self.stays[at].clone();
        let conduct = Conduct { asked, words: None, now: Instant(now), zone: &self.zone };
        let told = asked.stay().and_then(|told| told.place.as_ref()).filter(|_| conduct.names_place());
        let place = told.map(|told| {
            let text = format!(
                r#"{{"resourceType":"Location","id":"{}","physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}}]}}}}"#,
                told.unit
            );
            Place::read(parse(text.as_bytes(), &Limits::default()).expect("json").root(), 1, &self.zone)
        });
        if conduct.is_known(&stay, place.as_ref().map(|place| place.id.as_str())) {
            return Ok(());
        }
        let going = conduct.going(&stay, place.as_ref())?;
        let spot = place.filter(|_| going != Going::Nowhere).map(|place| Spot { location: place.id, slot: Some(0) });
        let mut after = stay;
        conduct.apply(&mut after, spot, Answers::default())?;
        self.commit(at, &after)
    }

    fn commit(&mut self, at: usize, after: &Stay) -> Result<(), Fault> {
        let text = after.write();
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let claims = places::of_stay(doc.root(), Some(&after.patient), |reference| reference.strip_prefix("Location/").map(str::to_owned));
        if claims.iter().any(|claim| self.holders.get(claim).is_some_and(|holder| *holder != at)) {
            return Err(rihla_clinical::refusal::taken());
        }
        let twice = claims.iter().collect::<std::collections::BTreeSet<_>>().len() != claims.len();
        assert!(!twice, "a stay claims a thing twice: {claims:?}");
        self.holders.retain(|_, holder| *holder != at);
        self.holders.extend(claims.into_iter().map(|claim| (claim, at)));
        let version = after.version + 1;
        self.stays[at] = Stay::read(doc.root(), version, &self.zone);
        Ok(())
    }

    fn check(&self) {
        let mut beds: BTreeMap<&str, usize> = BTreeMap::new();
        for stay in &self.stays {
            assert!(stay.movements.iter().filter(|one| one.cancelled.is_none() && one.status == Status::Active).count() <= 1, "in two places: {stay:?}");
            stay.holds().into_iter().for_each(|(bed, _)| *beds.entry(bed).or_default() += 1);
        }
        assert!(beds.values().all(|count| *count == 1), "two in one bed: {beds:?}");
    }

    fn written(&self) -> Vec<String> {
        self.stays.iter().map(Stay::write).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_told_nobody_is_in_two_places_and_what_is_told_again_changes_nothing(messages in prop::collection::vec(message(), 1..50)) {
        let (mut world, mut done) = (World::new(), Vec::new());
        let told = written(&messages);
        for (nth, (patient, asked)) in told.iter().enumerate() {
            let before = world.written();
            match world.tell(*patient, asked, START + (nth as i64 + 1) * MINUTE) {
                Ok(()) => done.push((*patient, asked)),
                Err(_) => prop_assert_eq!(before, world.written(), "what is refused changes nothing"),
            }
            world.check();
        }
        // The sender, or a person at the console, brings it all once more. A correction may not be its movement's last word
        // any more; and where something was cancelled, what is told again without a number happened after all.
        let before = world.written();
        let end = START + (told.len() as i64 + 1) * MINUTE;
        let cancelled = |patient: usize, asked: &Asked| {
            let same = |(of, other): &&(usize, &Asked)| *of == patient && other.event.cancels().is_some();
            asked.movement.is_none() && asked.event.cancels().is_none() && done.iter().any(|one| same(&one))
        };
        for &(patient, asked) in done.iter().filter(|(patient, asked)| asked.event != Event::UpdateMovement && !cancelled(*patient, asked)) {
            let _ = world.tell(patient, asked, end);
            world.check();
        }
        prop_assert_eq!(before, world.written());
    }
}
