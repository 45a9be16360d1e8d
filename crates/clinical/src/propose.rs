//! Which place suits a patient: ranked, each with its reasons. Somebody decides; nothing is given by this.

use crate::place::{Hygiene, Service};
use crate::structure::{House, Seen};

/// What a patient needs.
#[derive(Clone, Debug, Default)]
pub struct Need {
    /// The ward that asks.
    pub ward: String,
    /// <https://hl7.org/fhir/R4/valueset-administrative-gender.html>
    pub sex: String,
    /// Nobody else in the room.
    pub isolation: bool,
    /// Codes of what the place must have.
    pub attributes: Vec<String>,
    /// Cots for the newborn, chairs for the day; empty: a bed.
    pub kind: String,
}

/// Why a place is where it is in the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    Ready,
    /// Somebody lies there still.
    Occupied,
    /// It is kept for somebody.
    Kept,
    Dirty,
    Cleaning,
    OtherWard,
    /// The room is for the other sex, or somebody of the other sex lies in it.
    Sex,
    /// Others lie in the room of whom has to be alone, or somebody there has to be.
    NotAlone,
    Lacks(String),
    OtherKind,
}

impl Reason {
    /// What a reason costs; a place that cannot be used at all is not in the list.
    fn cost(&self) -> u32 {
        match self {
            Self::Ready => 0,
            Self::Cleaning => 2,
            Self::Dirty => 4,
            Self::OtherWard => 10,
            Self::OtherKind => 20,
            Self::Kept => 25,
            Self::Occupied => 30,
            Self::Lacks(_) => 60,
            Self::Sex | Self::NotAlone => 100,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Proposal {
    pub seen: Seen,
    pub reasons: Vec<Reason>,
}

impl Proposal {
    fn cost(&self) -> u32 {
        self.reasons.iter().map(Reason::cost).sum()
    }
}

/// Who lies in a place: its id, their sex, and whether they have to be alone.
pub struct Neighbour<'n> {
    pub place: &'n str,
    pub sex: &'n str,
    pub isolated: bool,
}

/// Places that are open and promised to nobody, the best first.
pub fn propose(house: &House, seen: &[Seen], neighbours: &[Neighbour<'_>], need: &Need) -> Vec<Proposal> {
    let usable = seen.iter().filter(|one| one.place.service == Service::Open && !one.is_promised());
    let mut out: Vec<Proposal> = usable.map(|one| Proposal { seen: one.clone(), reasons: reasons(house, seen, one, neighbours, need) }).collect();
    out.sort_by(|a, b| (a.cost(), &a.seen.place.id).cmp(&(b.cost(), &b.seen.place.id)));
    out
}

fn reasons(house: &House, seen: &[Seen], one: &Seen, neighbours: &[Neighbour<'_>], need: &Need) -> Vec<Reason> {
    let place = &one.place;
    let mut out = Vec::new();
    if one.free() == 0 {
        let kept = one.slots.iter().any(|slot| slot.taken == rihla_store::Taken::Held);
        out.push(if kept { Reason::Kept } else { Reason::Occupied });
    }
    match place.hygiene {
        Hygiene::Clean => {}
        Hygiene::Dirty => out.push(Reason::Dirty),
        Hygiene::Cleaning => out.push(Reason::Cleaning),
    }
    if house.ward_of(&place.id).is_none_or(|ward| ward.id != need.ward) {
        out.push(Reason::OtherWard);
    }
    let kind = if need.kind.is_empty() { "bed" } else { need.kind.as_str() };
    if place.kind != kind {
        out.push(Reason::OtherKind);
    }
    out.extend(need.attributes.iter().filter(|code| !place.attributes.contains(code)).map(|code| Reason::Lacks(code.clone())));
    let room = house.room_of(&place.id);
    let same_room = |other: &str| other != place.id && room.is_some() && house.room_of(other).map(|room| &room.id) == room.map(|room| &room.id);
    let beside: Vec<&Neighbour<'_>> = neighbours.iter().filter(|other| same_room(other.place)).collect();
    let told = room.and_then(|room| room.sex.as_deref()).filter(|sex| !need.sex.is_empty() && *sex != need.sex);
    // Where a room says nothing, whoever lies there does.
    let other = beside.iter().any(|other| !other.sex.is_empty() && !need.sex.is_empty() && other.sex != need.sex);
    if told.is_some() || other {
        out.push(Reason::Sex);
    }
    let crowded = seen.iter().any(|other| same_room(&other.place.id) && other.free() < other.slots.len());
    let isolating = room.is_some_and(|room| room.isolates) && crowded;
    if isolating || need.isolation && crowded || beside.iter().any(|other| other.isolated) {
        out.push(Reason::NotAlone);
    }
    if out.is_empty() {
        out.push(Reason::Ready);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Place;
    use rihla_fhir::json::{Limits, parse};
    use rihla_store::{Slot, Taken};

    fn place(text: &str) -> Place {
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        Place::read(doc.root(), 1, &rihla_fhirpath::Zone::named("Africa/Casablanca").expect("a zone"))
    }

    fn located(id: &str, level: &str, above: &str, more: &str) -> Place {
        let physical = format!(r#"{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"{level}"}}]}}"#);
        place(&format!(
            r#"{{"resourceType":"Location","id":"{id}","name":"{id}","physicalType":{physical},"partOf":{{"reference":"Location/{above}"}}{more}}}"#
        ))
    }

    /// Two rooms of a ward: `a` with two beds, `b` with one; and a bed elsewhere.
    fn house() -> (House, Vec<Seen>) {
        let oxygen = r#","extension":[{"url":"urn:rihla:extension:place-attribute","valueCode":"oxygen"}]"#;
        let dirty = r#","operationalStatus":{"code":"K"}"#;
        let closed = r#","status":"suspended""#;
        let all = vec![
            located("w1", "wa", "s", ""),
            located("w2", "wa", "s", ""),
            located("a", "ro", "w1", ""),
            located("b", "ro", "w1", ""),
            located("c", "ro", "w2", ""),
            located("a1", "bd", "a", ""),
            located("a2", "bd", "a", oxygen),
            located("b1", "bd", "b", dirty),
            located("c1", "bd", "c", ""),
            located("c2", "bd", "c", closed),
        ];
        let house = House::of(all);
        let seen = ["a1", "a2", "b1", "c1", "c2"].map(|id| Seen { place: house.get(id).expect("there").clone(), slots: vec![Slot::default()] });
        (house, seen.to_vec())
    }

    fn order(need: &Need, change: impl FnOnce(&mut Vec<Seen>), neighbours: &[Neighbour<'_>]) -> Vec<String> {
        let (house, mut seen) = house();
        change(&mut seen);
        propose(&house, &seen, neighbours, need).into_iter().map(|one| one.seen.place.id).collect()
    }

    fn woman() -> Need {
        Need { ward: "w1".into(), sex: "female".into(), ..Need::default() }
    }

    #[test]
    fn what_is_ready_comes_first_and_what_is_closed_not_at_all() {
        assert_eq!(order(&woman(), |_| {}, &[]), ["a1", "a2", "b1", "c1"]);
        assert_eq!(order(&woman(), |seen| seen[0].slots[0].reserved = true, &[]), ["a2", "b1", "c1"], "promised");
        assert_eq!(order(&woman(), |seen| seen[0].slots[0].taken = Taken::Occupied, &[]), ["a2", "b1", "c1", "a1"]);
    }

    #[test]
    fn neighbours_and_needs_decide() {
        let man = [Neighbour { place: "a2", sex: "male", isolated: false }];
        assert_eq!(order(&woman(), |seen| seen[1].slots[0].taken = Taken::Occupied, &man)[0], "b1", "no man beside her");
        let oxygen = Need { attributes: vec!["oxygen".into()], ..woman() };
        assert_eq!(order(&oxygen, |_| {}, &[])[0], "a2");
        let alone = Need { isolation: true, ..woman() };
        assert_eq!(order(&alone, |seen| seen[1].slots[0].taken = Taken::Occupied, &[])[..2], ["b1", "c1"]);
        let contagious = [Neighbour { place: "a2", sex: "female", isolated: true }];
        assert_eq!(order(&woman(), |seen| seen[1].slots[0].taken = Taken::Occupied, &contagious).last().map(String::as_str), Some("a1"));
        let cot = Need { kind: "cot".into(), ..woman() };
        let (house, seen) = house();
        assert!(propose(&house, &seen, &[], &cot).iter().all(|one| one.reasons.contains(&Reason::OtherKind)));
    }
}
