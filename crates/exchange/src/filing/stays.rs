//! What a message tells of a stay, by the commands of the house: its stay and its place are looked up, and what the command
//! decides is written in the place of the message's own words.

use super::Hand;
use crate::conduct::{Conduct, Going, blank, fault};
use crate::datatype::identifier::{Number, Place as Told};
use crate::map::{Bundle, How, Written};
use crate::movement::{Asked, Unit};
use crate::work::{Unfiled, Whose, Work};
use rihla_clinical::{Act, Answers, Draft, Place, Spot, State, Stay, refusal};
use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, FaultKind};

/// Levels of a house, from a bed to the group.
const DEEP: usize = 8;
const WARD: &str = "wa";
/// Begins the codes of what the house refuses: a person decides.
const REFUSALS: [&str; 3] = ["RH-STAY-", "RH-PLACE-", "RH-EX-"];

/// What is to be written of a stay.
pub struct Conducted {
    /// In the place of the message's Encounter; nothing if the message has none.
    pub instead: Option<(usize, Written)>,
    pub beside: Vec<Written>,
    pub remarks: Vec<String>,
    /// Whether it takes a place that another may take at the same moment.
    pub takes: bool,
}

/// The place of the message's Encounter in its bundle.
pub fn encounter(bundle: &Bundle) -> Option<usize> {
    bundle.entries().iter().position(|entry| entry.ty == "Encounter")
}

/// What the house refuses waits for a person; anything else is a fault.
pub fn sorted(fault: Fault) -> Unfiled {
    let refused = REFUSALS.iter().any(|code| fault.code.starts_with(code)) && !matches!(fault.kind, FaultKind::Internal | FaultKind::Unavailable);
    if refused && fault.code != refusal::busy().code { Unfiled::Waits(fault) } else { Unfiled::Fault(fault) }
}

impl Hand<'_> {
    /// The message's stay; nothing where it is not here.
    pub fn stay(&self, number: &Number) -> Result<Option<Stay>, Fault> {
        let found = self.search("Encounter", &[("identifier", &super::token(number)), ("_count", "2")])?;
        match found.as_slice() {
            [] => Ok(None),
            [one] => super::looked(one, |stay| Stay::read(stay, one.vid, self.record.zone())).map(Some),
            _ => Err(fault::stays(&number.value)),
        }
    }

    pub fn conduct(&self, work: &Work, asked: &Asked) -> Result<Option<Conducted>, Fault> {
        let Some(told) = asked.stay() else { return Ok(None) };
        let bundle = &work.mapped.bundle;
        let at = encounter(bundle);
        let mut words = Vec::new();
        if let Some(entry) = at.and_then(|at| bundle.entries().get(at)) {
            entry.resource.write(&mut words);
        }
        let doc = parse(&words, &Limits::default()).ok();
        let conduct = Conduct { asked, words: doc.as_ref().map(|doc| doc.root()), now: self.now, zone: self.record.zone() };
        let patient = if let Whose::Patient(id) = &work.whose { id.as_str() } else { "" };
        let before = match self.stay(&told.visit)? {
            Some(stay) if self.is_same(&stay.patient, patient)? => stay,
            Some(_) => return Err(fault::stay_of_another(&told.visit.value)),
            None if conduct.begins() => blank(patient),
            None => return Err(fault::stay_unknown(&told.visit.value)),
        };
        let place = told.place.as_ref().filter(|_| conduct.names_place()).map(|place| self.place(place)).transpose()?;
        if conduct.is_known(&before, place.as_ref().map(|place| place.id.as_str())) {
            return Ok(Some(self.untouched(&before, at, "The movement was known already.")));
        }
        self.decide(&conduct, &before, place.as_ref(), at).map(Some)
    }

    fn decide(&self, conduct: &Conduct<'_>, before: &Stay, place: Option<&Place>, at: Option<usize>) -> Result<Conducted, Fault> {
        let act = self.act();
        let going = conduct.going(before, place)?;
        let spot = match (going, place) {
            (Going::Nowhere, _) | (_, None) => None,
            (Going::Lie, Some(place)) => Some(act.spot(&place.id, false, before)?),
            (Going::Promise, Some(place)) => Some(act.spot(&place.id, true, before)?),
            (Going::Past, Some(place)) => Some(Spot { location: place.id.clone(), slot: place.is_place.then_some(0) }),
        };
        let mut remarks = Vec::new();
        let usual = match place.filter(|_| going != Going::Nowhere) {
            Some(place) => self.ward(&act, place)?,
            None => conduct.answers(before),
        };
        let answers = self.answers(conduct.asked, usual, &mut remarks)?;
        let mut after = before.clone();
        remarks.extend(conduct.apply(&mut after, spot, answers)?);
        if before.state == State::Planned && after.state != State::Planned && !before.patient.is_empty() {
            act.alive(&before.patient)?;
        }
        if before.version > 0 && before.write() == after.write() {
            return Ok(Conducted { remarks, ..self.untouched(before, at, "") });
        }
        let mut drafts = act.drafts(before, &after)?.into_iter().map(|draft| written(draft, conduct.asked));
        let own = drafts.next().ok_or_else(refusal::state)?;
        let mut beside: Vec<Written> = drafts.collect();
        let instead = match at {
            Some(at) => Some((at, own)),
            None => {
                beside.insert(0, own);
                None
            }
        };
        Ok(Conducted { instead, beside, remarks, takes: going == Going::Lie || going == Going::Promise })
    }

    fn untouched(&self, stay: &Stay, at: Option<usize>, why: &str) -> Conducted {
        let same = |at| (at, Written { ty: "Encounter", json: String::new(), how: How::Stays { id: stay.id.clone() } });
        let remarks = if why.is_empty() { Vec::new() } else { vec![why.to_owned()] };
        Conducted { instead: at.map(same), beside: Vec::new(), remarks, takes: false }
    }

    pub fn act(&self) -> Act<'_> {
        Act { record: self.record, now: self.now, by: format!(r#"{{"display":{}}}"#, rihla_clinical::quoted(self.record.actor().id())) }
    }

    /// The Location that bears the code of a place.
    fn place(&self, told: &Told) -> Result<Place, Fault> {
        let said = told.parts().collect::<Vec<_>>().join(" / ");
        let number = told.number(self.settings).ok_or_else(|| fault::place_unknown(&said))?;
        let found = self.search("Location", &[("identifier", &super::token(&number)), ("_count", "2")])?;
        match found.as_slice() {
            [] => Err(fault::place_unknown(&number.value)),
            [one] => super::looked(one, |place| Place::read(place, one.vid, self.record.zone())),
            _ => Err(fault::places(&number.value)),
        }
    }

    /// The ward in which a place is answers for who lies there, unless the message says otherwise.
    fn ward(&self, act: &Act<'_>, place: &Place) -> Result<Answers, Fault> {
        let mut above = place.clone();
        for _ in 0..DEEP {
            if above.level == WARD {
                let ward = format!("Location/{}", above.id);
                return Ok(Answers { medical: ward.clone(), nursing: ward });
            }
            let Some(next) = above.above.clone() else { break };
            above = act.place(&next)?;
        }
        Ok(Answers::default())
    }

    /// The units that the message names (ZBE-7, ZBE-8), where the house has them.
    fn answers(&self, asked: &Asked, mut usual: Answers, remarks: &mut Vec<String>) -> Result<Answers, Fault> {
        let Some(stay) = asked.stay() else { return Ok(usual) };
        let named = [(&stay.medical_unit, &mut usual.medical), (&stay.nursing_unit, &mut usual.nursing)];
        let named = named.into_iter().filter_map(|(unit, answers)| Some((unit.as_ref().filter(|unit| !unit.code.is_empty())?, answers)));
        let named: Vec<(&Unit, &mut String)> = named.collect();
        let found = self.units(&named.iter().map(|(unit, _)| unit.code.as_str()).collect::<Vec<_>>())?;
        for (unit, answers) in named {
            let ids: Vec<&String> = found.iter().filter(|(code, _)| *code == unit.code).map(|(_, id)| id).collect();
            match ids.as_slice() {
                [one] => *answers = format!("Location/{one}"),
                _ => remarks.push(format!("No unit here has the code {:?}; the ward of the place answers.", unit.code)),
            }
        }
        Ok(usual)
    }

    /// The Locations that bear these codes, each with the code: one question for all.
    fn units(&self, codes: &[&str]) -> Result<Vec<(String, String)>, Fault> {
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let number = |code: &&str| super::token(&Number { system: self.settings.places.clone(), value: (*code).to_owned() });
        let found = self.search("Location", &[("identifier", &codes.iter().map(number).collect::<Vec<_>>().join(",")), ("_count", "10")])?;
        let mut out = Vec::new();
        for stored in &found {
            let own = super::looked(stored, |place| {
                let ours = |one: &Value<'_>| self.settings.places.is_empty() || one.text("system").as_deref() == Some(self.settings.places.as_str());
                let all = place.all("identifier").into_iter().filter(ours);
                all.filter_map(|one| one.text("value").map(|value| value.into_owned())).collect::<Vec<_>>()
            })?;
            out.extend(own.into_iter().filter(|code| codes.contains(&code.as_str())).map(|code| (code, stored.id.to_text())));
        }
        Ok(out)
    }
}

fn written(draft: Draft, asked: &Asked) -> Written {
    let Draft { ty, id, version, json } = draft;
    let how = match (version, asked.stay()) {
        (0, Some(stay)) => How::New { known_by: format!("identifier={}", stay.visit.token()) },
        (0, None) => How::New { known_by: String::new() },
        _ => How::Next { id, version },
    };
    Written { ty, json, how }
}
