//! A patient's stays as papers need them: with their number and kind, and when a paper makes sense for one.

use rihla_clinical::{Movement, State, Stay};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_packs::PaperMoment;
use rihla_store::Stored;
use rihla_web::{Desk, Refusal, look};

/// Stays of a patient for which papers are offered.
const READ: &str = "50";
/// The system of kinds of admission, in `Encounter.type` (modules/admission).
const KIND: &str = "urn:rihla:admission-kind";
const NEWBORN: &str = "newborn";
/// Those that have words.
const KINDS: [&str; 6] = ["planned", "emergency", "day", "birth", NEWBORN, "transfer-in"];
/// Visits in which nobody is admitted.
const OUTPATIENT: [&str; 3] = ["AMB", "VR", "HH"];

/// A stay with what its movements do not speak of.
pub struct Told {
    pub stay: Stay,
    /// The hospital's number where the record has one, else the id.
    pub number: String,
    /// A code of `papers-kind-*`.
    pub kind: String,
}

impl Told {
    pub fn read(desk: &Desk, stored: &Stored) -> Option<Self> {
        look(stored, |value| Self::of(value, Stay::read(value, stored.vid, desk.record.zone())))
    }

    fn of(value: Value<'_>, stay: Stay) -> Self {
        let number = value.text("identifier.value").map_or_else(|| stay.id.clone(), |number| number.into_owned());
        let codings = value.all("type.coding");
        let own = codings.iter().find(|coding| coding.text("system").as_deref() == Some(KIND)).and_then(|coding| coding.text("code"));
        let own = own.filter(|code| KINDS.contains(&code.as_ref()));
        let born = || value.text("hospitalization.admitSource.coding.code").as_deref() == Some("born");
        let kind = match (own, stay.class.as_str()) {
            (Some(own), _) => own.into_owned(),
            _ if born() => NEWBORN.to_owned(),
            (None, "EMER") => "emergency-visit".to_owned(),
            (None, "SS") => "day".to_owned(),
            _ => "inpatient".to_owned(),
        };
        Self { stay, number, kind }
    }

    pub fn is_inpatient(&self) -> bool {
        !OUTPATIENT.contains(&self.stay.class.as_str())
    }

    pub fn is_newborn(&self) -> bool {
        self.kind == NEWBORN
    }

    /// Where the patient is, or was last.
    pub fn last_place(&self) -> Option<&Movement> {
        let present = |one: &&Movement| one.cancelled.is_none() && one.kind.is_presence();
        self.stay.here().or_else(|| self.stay.movements.iter().rev().find(present))
    }

    /// Whether a paper makes sense now.
    pub fn suits(&self, when: PaperMoment) -> bool {
        let stay = &self.stay;
        let here = matches!(stay.state, State::Running | State::OnLeave);
        let left = stay.state == State::Finished;
        match when {
            PaperMoment::Always => stay.state != State::Void,
            PaperMoment::Prepared => here || stay.state == State::Planned,
            PaperMoment::Admitted => here && stay.death.is_none(),
            PaperMoment::Left => left && stay.to.is_some(),
            // The slip is the last step, and names the others.
            PaperMoment::Slip => (here || left) && stay.is_closed(),
            PaperMoment::Transfer => here && stay.death.is_none() || left && stay.disposition.as_deref() == Some("transfer-out"),
            PaperMoment::Newborn => self.is_newborn() && (here || left),
            PaperMoment::Death => stay.death.is_some(),
        }
    }
}

/// A patient's stays, the newest first.
pub fn stays_of(desk: &Desk, patient: &str) -> Result<Vec<Told>, Refusal> {
    if !desk.shows("Encounter") {
        return Ok(Vec::new());
    }
    let found = desk.search("Encounter", &[("patient", patient), ("_sort", "-_lastUpdated"), ("_count", READ)])?;
    let told = found.matches.iter().filter_map(|stored| Told::read(desk, stored));
    let mut stays: Vec<Told> = told.filter(|told| told.is_inpatient() && told.stay.state != State::Void).collect();
    stays.sort_by_key(|told| (told.stay.state == State::Finished, std::cmp::Reverse(told.stay.from)));
    Ok(stays)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_clinical::{ExitStep, Object, Signed};
    use rihla_kernel::Instant;

    fn signed() -> Signed {
        Signed { at: Instant(1_000), account: "a".to_owned(), by: "{}".to_owned() }
    }

    fn told(change: impl FnOnce(&mut Told)) -> Told {
        let mut stay = Stay::new("s".into(), "p".into(), "IMP".into(), Object::default());
        (stay.state, stay.from) = (State::Running, Some(Instant(0)));
        let mut told = Told { stay, number: "s".into(), kind: "planned".into() };
        change(&mut told);
        told
    }

    fn suited(told: &Told) -> Vec<PaperMoment> {
        use PaperMoment::{Admitted, Always, Death, Left, Newborn, Prepared, Slip, Transfer};
        [Always, Prepared, Admitted, Left, Slip, Transfer, Newborn, Death].into_iter().filter(|when| told.suits(*when)).collect()
    }

    /// PAP-1
    #[test]
    fn a_paper_is_offered_while_it_makes_sense() {
        use PaperMoment::{Admitted, Always, Death, Left, Newborn, Prepared, Slip, Transfer};
        let leaves = |told: &mut Told, how: &str| {
            (told.stay.state, told.stay.to, told.stay.disposition) = (State::Finished, Some(Instant(5)), Some(how.to_owned()));
        };
        let step = |number| ExitStep { number, proof: String::new(), text: String::new(), signed: signed() };
        assert_eq!(suited(&told(|told| told.stay.state = State::Planned)), [Always, Prepared]);
        assert_eq!(suited(&told(|_| ())), [Always, Prepared, Admitted, Transfer]);
        assert_eq!(suited(&told(|told| told.stay.death = Some(signed()))), [Always, Prepared, Death]);
        assert_eq!(suited(&told(|told| leaves(told, "home"))), [Always, Left]);
        assert_eq!(suited(&told(|told| leaves(told, "transfer-out"))), [Always, Left, Transfer]);
        assert_eq!(suited(&told(|told| told.stay.steps = (1..=3).map(step).collect())), [Always, Prepared, Admitted, Transfer], "three steps");
        assert_eq!(suited(&told(|told| told.stay.steps = (1..=4).map(step).collect())), [Always, Prepared, Admitted, Slip, Transfer]);
        assert_eq!(suited(&told(|told| told.kind = "newborn".into())), [Always, Prepared, Admitted, Transfer, Newborn]);
        assert_eq!(suited(&told(|told| told.stay.state = State::Void)), []);
    }
}
