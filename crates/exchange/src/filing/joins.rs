//! Messages that join, part or move records: the house is asked, and an officer decides; only a stay that was another
//! person's is moved at once.

use super::Hand;
use crate::datatype::identifier::Number;
use crate::map::{How, Written};
use crate::movement::{Act, Asked, PatientNumber};
use crate::work::{Unfiled, Whose, Work};
use rihla_kernel::{Fault, FaultKind};
use rihla_mpi::Decision;

/// What becomes of such a message.
#[derive(Default)]
pub struct Joined {
    pub marks: Vec<(String, Vec<u8>)>,
    pub beside: Vec<Written>,
    pub remarks: Vec<String>,
}

impl Joined {
    fn nothing(why: &str) -> Self {
        Self { remarks: vec![why.to_owned()], ..Self::default() }
    }
}

fn waits(code: &'static str, text: &'static str) -> Unfiled {
    Unfiled::Waits(Fault::new(FaultKind::Unprocessable, code, text))
}

impl Hand<'_> {
    /// Nothing for a message of another kind.
    pub fn joins(&self, work: &Work, asked: &Asked) -> Result<Option<Joined>, Unfiled> {
        let Whose::Patient(own) = &work.whose else { return Ok(None) };
        match &asked.act {
            Act::Merge { gone, .. } => self.merge(own, gone, asked).map(Some),
            Act::ChangeNumber { to, .. } => self.renamed(own, to, asked, work).map(Some),
            Act::Link { other, .. } => self.merge(own, other, asked).map(Some),
            Act::Unlink { one, other } => self.part(one, other, asked).map(Some),
            Act::MoveAccount { account, from, .. } => self.moved(own, account, from, asked).map(Some),
            _ => Ok(None),
        }
    }

    /// The record that stands for one of these numbers, other than this one.
    fn other(&self, own: &str, numbers: &[PatientNumber]) -> Result<Option<String>, Unfiled> {
        let numbers: Vec<Number> = numbers.iter().map(|it| it.number.clone()).collect();
        let mut known = self.known(&numbers)?;
        known.retain(|one| one.id != own);
        match known.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.id.clone())),
            _ => Err(waits("RH-EX-SEVERAL", "The other numbers of this message belong to several patients here.")),
        }
    }

    fn merge(&self, own: &str, gone: &[PatientNumber], asked: &Asked) -> Result<Joined, Unfiled> {
        let Some(goes) = self.other(own, gone)? else {
            return Ok(Joined::nothing("The other number is nobody else's here: nothing is to be merged."));
        };
        self.ask(own, &goes, asked)
    }

    /// A record got another number. Where somebody else bears it, both may be one; else a person says whose it is, and the
    /// channel learns it.
    fn renamed(&self, own: &str, to: &[PatientNumber], asked: &Asked, work: &Work) -> Result<Joined, Unfiled> {
        let numbers: Vec<Number> = to.iter().map(|it| it.number.clone()).collect();
        match self.other(own, to)? {
            Some(goes) => self.ask(own, &goes, asked),
            None if !self.known(&numbers)?.is_empty() => Ok(Joined::nothing("The new number is known as this patient's.")),
            None if !work.learned.is_empty() => Ok(Joined::nothing("The channel knows the new number as this patient's from now on.")),
            None => Err(waits(
                "RH-EX-RENAMED",
                "A patient of ours has another number from now on, which nobody bears here. Choose the patient: the channel learns the number. Or enter it in their record, then try again.",
            )),
        }
    }

    /// Asks the identity officer for a merge, unless it was decided on what stands there now that they are two.
    fn ask(&self, stays: &str, goes: &str, asked: &Asked) -> Result<Joined, Unfiled> {
        if let Some(Decision::Apart { versions, .. }) = Decision::of(self.store, stays, goes)? {
            let (one, other) = if stays <= goes { (stays, goes) } else { (goes, stays) };
            if versions == (self.version(one)?, self.version(other)?) {
                return Ok(Joined::nothing("An identity officer decided that they are two people; neither record has changed since."));
            }
        }
        let decision = Decision::Asked { stays: stays.to_owned(), by: self.record.actor().id().to_owned(), why: self.why(asked) };
        let marks = Decision::marks(stays, goes, Some(&decision)).to_vec();
        Ok(Joined { marks, remarks: vec!["An identity officer is asked to merge the two records.".to_owned()], ..Joined::default() })
    }

    fn part(&self, one: &[PatientNumber], other: &[PatientNumber], asked: &Asked) -> Result<Joined, Unfiled> {
        let bearers = |numbers: &[PatientNumber]| -> Result<Vec<(String, Option<String>)>, Fault> {
            let mut out = Vec::new();
            for number in numbers {
                for bearer in self.bearers(&number.number)? {
                    if !out.contains(&bearer) {
                        out.push(bearer);
                    }
                }
            }
            Ok(out)
        };
        let (ones, others) = (bearers(one)?, bearers(other)?);
        for (first, into) in &ones {
            for (second, also_into) in others.iter().filter(|(second, _)| second != first) {
                let pair = match (into, also_into) {
                    (_, Some(stays)) if stays == first => Some((first, second)),
                    (Some(stays), _) if stays == second => Some((second, first)),
                    (Some(stays), Some(same)) if stays == same => Some((stays, second)),
                    _ => None,
                };
                if let Some((stays, goes)) = pair {
                    let decision = Decision::PartAsked { stays: stays.clone(), by: self.record.actor().id().to_owned(), why: self.why(asked) };
                    let marks = Decision::marks(stays, goes, Some(&decision)).to_vec();
                    return Ok(Joined { marks, remarks: vec!["An identity officer is asked to part the two records.".to_owned()], ..Joined::default() });
                }
            }
        }
        let shared = ones.iter().any(|one| others.contains(one));
        if shared {
            return Err(waits(
                "RH-EX-ONE-RECORD",
                "Both numbers of this message stand in one record here. Parting it takes a person: move what is another's, then set the message aside.",
            ));
        }
        Ok(Joined::nothing("The two are two records here already."))
    }

    /// A stay that was another person's, with all that names it.
    fn moved(&self, own: &str, account: &Number, from: &[PatientNumber], asked: &Asked) -> Result<Joined, Unfiled> {
        let stay = self.stay(account).map_err(super::stays::sorted)?;
        let stay = stay.ok_or_else(|| super::stays::sorted(crate::conduct::fault::stay_unknown(&account.value)))?;
        if self.is_same(&stay.patient, own)? {
            return Ok(Joined::nothing("The stay is this patient's already."));
        }
        let numbers: Vec<Number> = from.iter().map(|it| it.number.clone()).collect();
        let mut theirs = false;
        for known in self.known(&numbers)? {
            theirs |= self.is_same(&stay.patient, &known.id)?;
        }
        if !theirs {
            return Err(super::stays::sorted(crate::conduct::fault::stay_of_another(&account.value)));
        }
        let moved = rihla_mpi::moved_stay(self.record, &stay.id, &stay.patient, own).map_err(Unfiled::Fault)?;
        let mut beside: Vec<Written> =
            moved.into_iter().map(|one| Written { ty: one.ty, json: one.json, how: How::Next { id: one.id, version: one.version } }).collect();
        let targets = [format!("Encounter/{}", stay.id), format!("Patient/{}", stay.patient), format!("Patient/{own}")];
        beside.push(Written { ty: "Provenance", json: self.provenance(&targets, asked), how: How::New { known_by: String::new() } });
        Ok(Joined { beside, ..Joined::default() })
    }

    fn provenance(&self, targets: &[String], asked: &Asked) -> String {
        let quoted = rihla_clinical::quoted;
        let targets: Vec<String> = targets.iter().map(|target| rihla_clinical::reference(target)).collect();
        format!(
            r#"{{"resourceType":"Provenance","target":[{}],"recorded":{},"activity":{{"coding":[{{"system":"urn:rihla:identity-act","code":"MOVE"}}]}},"reason":[{{"text":{}}}],"agent":[{{"who":{{"display":{}}}}}]}}"#,
            targets.join(","),
            quoted(&rihla_store::body::instant_text(self.now)),
            quoted(&self.why(asked)),
            quoted(self.record.actor().id()),
        )
    }

    /// Which message it was, for those who decide.
    fn why(&self, asked: &Asked) -> String {
        let told = &asked.told;
        let when = told.occurred.as_deref().or(told.recorded.as_deref()).unwrap_or_default();
        format!("ADT^{} {} {} {when}", asked.event.code(), told.control_id, told.application).trim_end().to_owned()
    }
}
