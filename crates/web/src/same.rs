//! Who may be one person, for the desks that register people and for those who guard identities. What is answered names
//! records and says how alike they are; what is shown of them is read through the asker's own handle.

use crate::desk::Desk;
use crate::record::look;
use crate::refuse::Refusal;
use rihla_fhir::json::{Limits, parse};
use rihla_kernel::Fault;
use rihla_kernel::FaultKind;
use rihla_matching::Verdict;
use rihla_mpi::{Decision, Found, Links, MergeFault, Pair, Standing, merged, person, unmerged};
use rihla_store::Stored;

/// Records held against all others before a list is shown.
const AT_ONCE: usize = 100;

impl Desk {
    /// Who may be the person of a Patient that is being written down, the most probable first; and whether everybody was
    /// looked at.
    pub fn who_may_be(&self, patient: &str, limit: usize) -> Result<(Vec<Found>, bool), Refusal> {
        let doc = parse(patient.as_bytes(), &Limits::default()).map_err(|_| Refusal::invalid("RH-WEB-PERSON", "The person could not be read."))?;
        Ok(self.house.mpi().who_may_be(&person(doc.root()), limit)?)
    }

    /// The pairs that wait for a decision, and whether there are more.
    pub fn pairs(&self, limit: usize) -> Result<(Vec<Pair>, bool), Refusal> {
        // Whoever was written down a moment ago is among them.
        self.house.mpi().work(AT_ONCE)?;
        Ok(self.house.mpi().pairs(limit)?)
    }

    /// How alike two records are.
    pub fn compared(&self, one: &str, other: &str) -> Result<Option<Verdict>, Refusal> {
        Ok(self.house.mpi().compared(one, other)?)
    }

    pub fn decision(&self, one: &str, other: &str) -> Result<Option<Decision>, Refusal> {
        Ok(self.house.mpi().decision(one, other)?)
    }

    /// Keeps what somebody decided about a pair; none: what was decided is over.
    pub async fn decide(&self, one: &str, other: &str, decision: Option<&Decision>) -> Result<(), Refusal> {
        crate::desk::porter(&self.house).commit(Vec::new(), Vec::new(), Decision::marks(one, other, decision).to_vec()).await?;
        Ok(())
    }

    pub fn index_of_people(&self) -> Standing {
        self.house.mpi().standing()
    }

    /// To whom a record is linked by merges.
    pub fn links(&self, patient: &str) -> Result<Links, Refusal> {
        Ok(look(&self.read("Patient", patient)?, Links::of).unwrap_or_default())
    }

    /// Merges two records: both change in one commit, with the Provenance that says why; nothing that refers to them does.
    pub async fn merge(&self, stays: &str, goes: &str, why: &str) -> Result<(), Refusal> {
        if self.is_here(stays)? && self.is_here(goes)? {
            let text = "Both records have a stay that goes on. Move one of the stays first, or end it: nobody is in two places.";
            return Err(Fault::new(FaultKind::Conflict, "RH-MPI-TWO-STAYS", text).into());
        }
        self.link(stays, goes, why, "MERGE", merged).await
    }

    /// Whether somebody is in the house by this record.
    fn is_here(&self, patient: &str) -> Result<bool, Refusal> {
        let running = [("subject", format!("Patient/{patient}")), ("status", "arrived,triaged,in-progress,onleave".to_owned())];
        let asked: Vec<(&str, &str)> = running.iter().map(|(name, value)| (*name, value.as_str())).chain([("_count", "1")]).collect();
        Ok(!self.search("Encounter", &asked)?.matches.is_empty())
    }

    /// Takes a merge back.
    pub async fn unmerge(&self, stays: &str, goes: &str, why: &str) -> Result<(), Refusal> {
        self.link(stays, goes, why, "UNMERGE", unmerged).await
    }

    async fn link(&self, stays: &str, goes: &str, why: &str, act: &str, change: Change) -> Result<(), Refusal> {
        let (one, other) = (self.read("Patient", stays)?, self.read("Patient", goes)?);
        let (text_one, text_other) = (one.json(), other.json());
        let [doc_one, doc_other] =
            [&text_one, &text_other].map(|text| parse(text, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| unreadable()));
        let (new_one, new_other) = change(doc_one?.root(), doc_other?.root()).map_err(refused)?;
        let put = |stored: &Stored, json: Vec<u8>| crate::write::Put { ty: "Patient", id: stored.id.to_text(), version: Some(stored.vid), json };
        let mark = Decision::marks(stays, goes, None).to_vec();
        let provenance = self.provenance_of(&[format!("Patient/{stays}"), format!("Patient/{goes}")], act, why);
        let told = crate::write::Put { ty: "Provenance", id: self.reserve("Provenance", stays)?, version: None, json: provenance.into_bytes() };
        self.put_all(vec![put(&one, new_one), put(&other, new_other), told], mark).await
    }

    /// Writes what was corrected of who a patient is: members in place of those that are there, and who did it, why.
    /// `over`: a correction that was asked for is done with.
    pub async fn correct_patient(&self, patient: &str, version: u32, members: &[(&str, Option<String>)], why: &str, over: bool) -> Result<(), Refusal> {
        let stored = self.read("Patient", patient)?;
        let text = stored.json();
        let doc = parse(&text, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| unreadable())?;
        let put = crate::write::Put { ty: "Patient", id: stored.id.to_text(), version: Some(version), json: crate::write::overlaid(doc.root(), members) };
        let provenance = self.provenance_of(&[format!("Patient/{patient}")], "CORRECT", why);
        // Whoever writes identities down may not write the rest of what tells about them: the node does.
        let told = crate::write::Put { ty: "Provenance", id: self.reserve("Provenance", patient)?, version: None, json: provenance.into_bytes() };
        let marks = if over { vec![(correction_mark(patient), Vec::new())] } else { Vec::new() };
        self.put_all(vec![put], marks).await?;
        self.put_all_as(&crate::desk::porter(&self.house), vec![told], Vec::new()).await
    }

    /// Says in a patient's record that they are also a related person of another: a mother, who is her child's
    /// (<https://hl7.org/fhir/R4/patient-definitions.html#Patient.link>).
    pub async fn is_also(&self, patient: &str, related: &str) -> Result<(), Refusal> {
        let stored = self.read("Patient", patient)?;
        let text = stored.json();
        let doc = parse(&text, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| unreadable())?;
        let mut links: Vec<String> = doc.root().get("link").map(|links| links.items().map(crate::written).collect()).unwrap_or_default();
        let reference = crate::quoted(&format!("RelatedPerson/{related}"));
        if links.iter().any(|link| link.contains(&reference)) {
            return Ok(());
        }
        links.push(format!(r#"{{"other":{{"reference":{reference}}},"type":"seealso"}}"#));
        let json = crate::write::overlaid(doc.root(), &[("link", Some(format!("[{}]", links.join(","))))]);
        self.put_all(vec![crate::write::Put { ty: "Patient", id: stored.id.to_text(), version: Some(stored.vid), json }], Vec::new()).await
    }

    /// A correction of a validated identity that waits for a second officer: the account that asked, and what for.
    pub fn asked_correction(&self, patient: &str) -> Result<Option<(String, String)>, Refusal> {
        let kept = self.house.store().mark(&correction_mark(patient))?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&kept).split_once('\n').map(|(by, what)| (by.to_owned(), what.to_owned())))
    }

    /// Keeps what this person asks to be corrected.
    pub async fn ask_correction(&self, patient: &str, what: &str) -> Result<(), Refusal> {
        self.record.commit(Vec::new(), Vec::new(), vec![correction_asked(patient, self.person.actor().id(), what)]).await?;
        Ok(())
    }

    /// Who did something to identities, and why (<https://hl7.org/fhir/R4/provenance.html>).
    pub(crate) fn provenance_of(&self, targets: &[String], act: &str, why: &str) -> String {
        let targets: Vec<String> = targets.iter().map(|target| format!(r#"{{"reference":{}}}"#, crate::quoted(target))).collect();
        format!(
            r#"{{"resourceType":"Provenance","target":[{}],"recorded":{},"activity":{{"coding":[{{"system":"urn:rihla:identity-act","code":"{act}"}}]}},"reason":[{{"text":{}}}],"agent":[{{"who":{}}}]}}"#,
            targets.join(","),
            crate::quoted(&self.instant()),
            crate::quoted(why),
            self.author_reference(),
        )
    }
}

type Change = fn(rihla_fhir::json::Value<'_>, rihla_fhir::json::Value<'_>) -> Result<(Vec<u8>, Vec<u8>), MergeFault>;

fn refused(fault: MergeFault) -> Refusal {
    let (code, text) = match fault {
        MergeFault::Same => ("RH-MPI-SAME", "A record is not merged with itself."),
        MergeFault::Merged => ("RH-MPI-MERGED", "One of the two was merged already. Look at it again."),
        MergeFault::NotMerged => ("RH-MPI-NOT-MERGED", "The two are not merged, or not any more."),
        MergeFault::Unreadable => return unreadable().into(),
    };
    Fault::new(FaultKind::Conflict, code, text).into()
}

/// What a party asks to be corrected of a validated identity, as operational state: it waits for an officer. `what`: traits as
/// the page of corrections writes them.
pub fn correction_asked(patient: &str, by: &str, what: &str) -> (String, Vec<u8>) {
    (correction_mark(patient), format!("{by}\n{what}").into_bytes())
}

fn correction_mark(patient: &str) -> String {
    format!("registration/correction/{patient}")
}

fn unreadable() -> Fault {
    Fault::new(FaultKind::Internal, "RH-WEB-WRITE", "What was entered could not be written.")
}

/// Where the last number of a kind that the server gave stands.
fn number_mark(system: &str) -> String {
    format!("registration/number/{system}")
}

/// A number that may be given, with the operational state that is kept with it.
pub type NextNumber = (u64, (String, Vec<u8>));

impl Desk {
    /// The next numbers of a kind that the server gives, each with the operational state to be kept with it: the first that is
    /// not claimed yet is taken. Those further on are further apart, so that a row of taken ones is soon passed.
    pub fn next_numbers(&self, system: &str, count: u64) -> Result<Vec<NextNumber>, Refusal> {
        let name = number_mark(system);
        let last = self.house.store().mark(&name)?.and_then(|kept| String::from_utf8_lossy(&kept).parse::<u64>().ok()).unwrap_or(0);
        // Where numbers came from elsewhere, most likely as many are taken as there are people.
        let people = self.house.mpi().standing().people as u64;
        let first = if last == 0 { people } else { last }.saturating_add(1);
        Ok((0..count).map(|nth| first.saturating_add(nth.saturating_mul(nth))).map(|at| (at, (name.clone(), at.to_string().into_bytes()))).collect())
    }

    /// Whether somebody else bears a number that the hospital gave, whoever may see them: that they do, and not who.
    pub fn is_borne(&self, system: &str, number: &str, but: &str) -> Result<bool, Refusal> {
        let number = format!("{}|{}", crate::escaped(system), crate::escaped(number));
        Ok(self.search_as_node("Patient", &[("identifier", &number), ("_count", "2")])?.matches.iter().any(|one| one.id.to_text() != but))
    }

    /// An id for a form that will write a new patient.
    pub fn reserve_patient(&self) -> Result<String, Refusal> {
        Ok(self.record.reserve(crate::record::type_of("Patient")?, None)?.to_text())
    }
}
