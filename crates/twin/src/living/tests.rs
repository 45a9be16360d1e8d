use super::*;

/// A record that does what it is told, and refuses what cannot be.
#[derive(Default)]
struct Record {
    seen: Seen,
    in_bed: BTreeMap<String, String>,
    came: u32,
    left: u32,
    home: u32,
    waits: Vec<i64>,
}

impl Record {
    fn of_two_sites() -> Self {
        let mut record = Self::default();
        for (site, code) in ["bsk", "rba"].into_iter().enumerate() {
            for (ward, beds, is_box) in
                [("urg", 12, true), ("med", 20, false), ("card", 12, false), ("chir", 16, false), ("ortho", 14, false), ("pneu", 10, false)]
            {
                let spot = |bed| Spot { id: format!("{code}-{ward}-{bed}"), site, ward: format!("{code}-{ward}"), is_box, state: State::Ready };
                record.seen.spots.extend((0..beds).map(spot));
            }
        }
        record
    }

    fn spot(&mut self, id: &str) -> &mut Spot {
        self.seen.spots.iter_mut().find(|spot| spot.id == id).expect("a place")
    }

    fn free(&mut self, stay: &str) {
        if let Some(place) = self.in_bed.remove(stay) {
            self.spot(&place).state = State::Dirty;
        }
    }

    fn lie(&mut self, stay: &str, place: &str) {
        assert_eq!(self.spot(place).state, State::Ready, "{place} is taken twice");
        self.spot(place).state = State::Other;
        self.in_bed.insert(stay.to_owned(), place.to_owned());
    }

    fn visit(&mut self, id: &str) -> &mut Visit {
        self.seen.visits.iter_mut().find(|visit| visit.id == id).expect("a visit")
    }

    fn done(&mut self, now: Now, act: &Act) {
        match act {
            Act::Arrive { site, .. } => {
                self.came += 1;
                let id = format!("v{}", self.came);
                self.seen.visits.push(Visit { id: id.clone(), patient: id, site: *site, arrived: now.at, is_adult: true, ..Visit::default() });
            }
            Act::Triage { visit, level, began, .. } => {
                let visit = self.visit(visit);
                assert!(visit.level.is_none() && *began >= visit.arrived);
                visit.level = Some(level.clone());
            }
            Act::Box { visit, place, .. } => {
                self.lie(visit, place);
                self.visit(visit).place = Some(place.clone());
            }
            Act::Charge { visit, .. } => {
                let visit = self.visit(visit);
                assert!(visit.contact.replace(now.at).is_none(), "seen once");
                let wait = now.at - visit.arrived;
                self.waits.push(wait);
            }
            Act::Decide { visit, what, .. } => {
                let visit = self.visit(visit);
                visit.decision = Some(((*what).to_owned(), now.at));
                let ordered = Waiting { id: format!("{}-stay", visit.id), patient: visit.patient.clone(), site: visit.site };
                self.seen.waiting.extend((*what == "admit").then_some(ordered));
            }
            Act::LeaveUnseen { visit, .. } => {
                assert!(self.visit(visit).contact.is_none());
                self.left += 1;
                self.seen.visits.retain(|other| other.id != *visit);
            }
            Act::Depart { stay, .. } => {
                self.home += 1;
                self.free(stay);
                self.seen.visits.retain(|other| other.id != *stay);
                self.seen.lying.retain(|other| other.id != *stay);
            }
            Act::Admit { stay, patient, site, place } => {
                self.lie(stay, place);
                let ward = self.spot(place).ward.clone();
                self.seen.waiting.retain(|other| other.id != *stay);
                self.free(patient);
                self.seen.visits.retain(|other| other.patient != *patient);
                self.seen.lying.push(Lying { id: stay.clone(), patient: patient.clone(), site: *site, ward, from: now.at, decided: None });
            }
            Act::MayGo { stay, .. } => {
                let stay = self.seen.lying.iter_mut().find(|other| other.id == *stay).expect("a stay");
                assert!(stay.decided.replace(now.at).is_none());
            }
            Act::Clean { place, over, .. } => self.spot(place).state = if *over { State::Ready } else { State::Cleaning },
        }
    }
}

const DAY: i64 = 24 * 60 * MINUTE;

fn lived(seed: u64, days: i64) -> (Record, Vec<Act>) {
    let mut living = Living::new(Params::own().expect("the parameters are read"), 2, seed);
    let (mut record, mut all) = (Record::of_two_sites(), Vec::new());
    for minute in 0..days * 24 * 60 {
        let now = Now { at: minute * MINUTE, hour: (minute / 60 % 24) as usize };
        for act in living.step(now, &record.seen) {
            record.done(now, &act);
            all.push(act);
        }
    }
    (record, all)
}

#[test]
fn people_come_are_seen_lie_down_and_go_home() {
    let (record, _) = lived(1, 21);
    // 72 a day and site.
    let expected = 2.0 * 72.0 * 21.0;
    assert!((f64::from(record.came) - expected).abs() < 5.0 * expected.sqrt(), "{}", record.came);
    assert!(f64::from(record.left) < 0.15 * f64::from(record.came) && record.left > 0, "{}", record.left);
    assert!(record.home > record.came * 6 / 10, "{}", record.home);
    let mut waits = record.waits.clone();
    waits.sort_unstable();
    let median = waits[waits.len() / 2] / MINUTE;
    assert!((5..120).contains(&median), "{median} min");
    // Nobody is forgotten: whoever is here came lately, or waits for a bed.
    let old = |visit: &&Visit| visit.arrived < 21 * DAY - 2 * DAY && visit.decision.as_ref().is_none_or(|(what, _)| what != "admit");
    assert_eq!(record.seen.visits.iter().filter(old).count(), 0);
    assert!(record.seen.lying.iter().all(|stay| stay.from > 0 && stay.ward != "bsk-urg"));
    let taken = record.seen.spots.iter().filter(|spot| !spot.is_box && spot.state == State::Other).count();
    assert!(taken > 40, "{taken} beds in use");
}

#[test]
fn one_seed_is_one_life() {
    assert_eq!(lived(7, 2).1, lived(7, 2).1);
    assert_ne!(lived(7, 2).1, lived(8, 2).1);
}

#[test]
fn what_people_do_themselves_is_not_done_again() {
    let mut living = Living::new(Params::own().expect("the parameters are read"), 1, 1);
    let now = |minute: i64| Now { at: minute * MINUTE, hour: 10 };
    let mut visit = Visit { id: "v".into(), patient: "p".into(), arrived: 0, is_adult: true, ..Visit::default() };
    let about = |acts: Vec<Act>| acts.into_iter().filter(|act| act.about() == "v").collect::<Vec<_>>();
    let seen = |visit: &Visit| Seen { visits: vec![visit.clone()], ..Seen::default() };
    assert_eq!(about(living.step(now(1), &seen(&visit))), []);
    // Somebody at a screen sorted them and took them in charge meanwhile.
    visit.level = Some("3B".into());
    visit.contact = Some(2 * MINUTE);
    let acts = about(living.step(now(3), &seen(&visit)));
    assert!(acts.iter().all(|act| !matches!(act, Act::Charge { .. })), "{acts:?}");
    // What is refused again and again is left to people.
    for _ in 0..3 {
        living.refused(&Act::Charge { visit: "v".into(), patient: "p".into(), site: 0 });
    }
    assert_eq!(about(living.step(now(900), &seen(&visit))), []);
}
