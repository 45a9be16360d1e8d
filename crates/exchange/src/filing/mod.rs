//! What a message says, into the record: on a channel of real care by the commands of the house, all in one commit.

mod joins;
mod patients;
mod results;
mod stays;

use crate::datatype::identifier::Number;
use crate::map::{Bundle, How, Written};
use crate::node::{Node, Object};
use crate::reconcile::Known;
use crate::work::{Marking, Unfiled, Work};
use crate::{Settings, Stays};
use rihla_clinical::refusal;
use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhir::view::Look;
use rihla_fhir_api::{Lang, Loader, Refusal, read_json};
use rihla_kernel::{Fault, FaultKind, Instant};
use rihla_packs::Pack;
use rihla_store::query::Handling;
use rihla_store::{Scoped, Store, Stored};

/// Begins the name of every channel's party.
pub const PARTY: &str = "Channel/";
/// How often what was decided on a record that changed meanwhile is decided again.
const TRIES: usize = 12;
/// Mergers that are followed one after the other.
const MERGERS: usize = 8;

/// What waits for an officer where a message says another name, birth or sex than a validated identity has, as operational
/// state: of a patient's id, who asks, their record, and the message's words. Nothing if it says nothing else.
pub type Correction = fn(&str, &str, Value<'_>, Value<'_>) -> Option<(String, Vec<u8>)>;

/// Who somebody is now: of a record that was merged, the one that stands in its place.
fn last(record: &Scoped, ty: TypeId, stored: &Stored) -> Result<Known, Fault> {
    let mut known = known(stored)?;
    for _ in 0..MERGERS {
        let Some(next) = known.1.take() else { break };
        known = self::known(&record.read(ty, &next)?)?;
    }
    Ok(known.0)
}

/// The patient, and whose record stands in the place of this one.
fn known(stored: &Stored) -> Result<(Known, Option<String>), Fault> {
    let json = stored.json();
    let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| damaged())?;
    let patient = doc.root();
    let text = |value: Value<'_>, name: &str| value.text(name).unwrap_or_default().into_owned();
    let given = |name: &Value<'_>| name.all("given").iter().filter_map(|one| one.as_str()).collect::<Vec<_>>().join(" ");
    let number = |one: Value<'_>| Number { system: text(one, "system"), value: text(one, "value") };
    let into = patient.all("link").into_iter().find(|link| link.text("type").as_deref() == Some("replaced-by"));
    let into = into.and_then(|link| link.text("other.reference").and_then(|to| to.strip_prefix("Patient/").map(str::to_owned)));
    let known = Known {
        id: stored.id.to_text(),
        numbers: patient.all("identifier").into_iter().map(number).collect(),
        names: patient.all("name").into_iter().map(|name| (text(name, "family"), given(&name))).collect(),
        birth_date: text(patient, "birthDate"),
        sex: text(patient, "gender"),
    };
    Ok((known, into))
}

/// What a message is filed with.
pub struct Hand<'h> {
    pub store: &'h Store,
    /// With the rights of the channel.
    pub record: &'h Scoped,
    pub settings: &'h Settings,
    pub now: Instant,
    /// The site's rules: limits of results, and whom to tell of critical ones.
    pub pack: &'h Pack,
    pub correction: Correction,
}

impl Hand<'_> {
    fn search(&self, ty: &str, pairs: &[(&str, &str)]) -> Result<Vec<Stored>, Fault> {
        let ty = tables().resource_type(ty).ok_or_else(damaged)?;
        let pairs: Vec<(String, String)> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (query, _) = self.record.query(&[ty], &pairs, Handling::Strict)?;
        Ok(self.record.search(&query)?.matches)
    }

    fn read(&self, ty: &str, id: &str) -> Result<Stored, Fault> {
        self.record.read(tables().resource_type(ty).ok_or_else(damaged)?, id)
    }

    fn version(&self, patient: &str) -> Result<u32, Fault> {
        Ok(self.read("Patient", patient)?.vid)
    }

    /// The records that bear a number, each with the one into which it was merged.
    fn bearers(&self, number: &Number) -> Result<Vec<(String, Option<String>)>, Fault> {
        let found = self.search("Patient", &[("identifier", &token(number))])?;
        found.iter().map(|stored| known(stored).map(|(known, into)| (known.id, into))).collect()
    }

    /// Whom some numbers name, each once, as they stand now.
    pub fn known(&self, numbers: &[Number]) -> Result<Vec<Known>, Fault> {
        let ty = tables().resource_type("Patient").ok_or_else(damaged)?;
        let mut all: Vec<Known> = Vec::new();
        for number in numbers {
            for stored in self.search("Patient", &[("identifier", &token(number))])? {
                let one = last(self.record, ty, &stored)?;
                if all.iter().all(|other| other.id != one.id) {
                    all.push(one);
                }
            }
        }
        Ok(all)
    }

    /// Whether a record is somebody's, or was merged into theirs.
    fn is_same(&self, record: &str, person: &str) -> Result<bool, Fault> {
        if record == person {
            return Ok(true);
        }
        if record.is_empty() || person.is_empty() {
            return Ok(false);
        }
        let ty = tables().resource_type("Patient").ok_or_else(damaged)?;
        Ok(last(self.record, ty, &self.read("Patient", record)?)?.id == person)
    }
}

impl Hand<'_> {
    /// Of a record the one that stands for its patient now; nothing if it is not there.
    pub fn standing(&self, id: &str) -> Result<Option<String>, Fault> {
        let ty = tables().resource_type("Patient").ok_or_else(damaged)?;
        match self.record.read(ty, id) {
            Ok(stored) if !stored.deleted => Ok(Some(last(self.record, ty, &stored)?.id)),
            Ok(_) => Ok(None),
            Err(fault) if matches!(fault.kind, FaultKind::NotFound | FaultKind::Gone) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// As the message says it: a trial, an import.
    pub async fn file_as_said(&self, work: &Work, marks: Marking<'_>) -> Result<(), Unfiled> {
        commit(self.record, &work.mapped.bundle.write(), &marks(&[])).await.map_err(Unfiled::Fault)
    }

    /// By the commands of the house. What they refuse waits for a person.
    pub async fn file(&self, work: &Work, marks: Marking<'_>) -> Result<(), Unfiled> {
        let mut claimed = 0;
        for _ in 0..TRIES {
            let mut plan = self.plan(work)?;
            plan.marks.extend(marks(&plan.remarks));
            match commit(self.record, &plan.bundle, &plan.marks).await {
                Ok(()) => return Ok(()),
                // The place that was free a moment ago is looked at again, and it is said if it is not.
                Err(fault) if fault.code == "RH-STORE-CLAIMED" && plan.moves => {
                    claimed += 1;
                    if !plan.takes {
                        return Err(Unfiled::Waits(refusal::taken()));
                    }
                    if claimed > 2 {
                        return Err(Unfiled::Waits(refusal::elsewhere()));
                    }
                }
                Err(fault) if plan.moves && fault.kind == FaultKind::Conflict => {}
                Err(fault) => return Err(Unfiled::Fault(fault)),
            }
        }
        Err(Unfiled::Fault(refusal::busy()))
    }
}

/// A message as it will be committed.
struct Plan {
    bundle: Vec<u8>,
    marks: Vec<(String, Vec<u8>)>,
    remarks: Vec<String>,
    /// Whether it writes a stay, and whether it takes a place.
    moves: bool,
    takes: bool,
}

impl Hand<'_> {
    fn plan(&self, work: &Work) -> Result<Plan, Unfiled> {
        let bundle = &work.mapped.bundle;
        let patient = self.patient(work)?;
        let (mut instead, mut marks, mut remarks) = (Vec::from_iter(patient.instead), patient.marks, patient.remarks);
        if let Some(joined) = work.asked.as_ref().map(|asked| self.joins(work, asked)).transpose()?.flatten() {
            marks.extend(joined.marks);
            remarks.extend(joined.remarks);
            let bundle = Bundle::default().write_with(&[], &joined.beside);
            return Ok(Plan { bundle, marks, remarks, moves: !joined.beside.is_empty(), takes: false });
        }
        let (mut beside, mut moves, mut takes) = (Vec::new(), false, false);
        let writes = self.settings.stays == Stays::Written;
        let conducted = work.asked.as_ref().filter(|_| writes).map(|asked| self.conduct(work, asked).map_err(stays::sorted)).transpose()?.flatten();
        if let Some(conducted) = conducted {
            (moves, takes) = (true, conducted.takes);
            instead.extend(conducted.instead);
            beside = conducted.beside;
            remarks.extend(conducted.remarks);
        } else if let Some(at) = stays::encounter(bundle) {
            instead.extend(self.mentioned(bundle, at)?);
        }
        let answered = self.results(work)?;
        remarks.extend(answered.remarks);
        if answered.known {
            return Ok(Plan { bundle: Bundle::default().write(), marks, remarks, moves, takes });
        }
        moves |= !answered.beside.is_empty();
        instead.extend(answered.instead);
        beside.extend(answered.beside);
        Ok(Plan { bundle: bundle.write_with(&instead, &beside), marks, remarks, moves, takes })
    }

    /// A stay that a message of no movement names (a result, an appointment): one that is known stays as it is.
    fn mentioned(&self, bundle: &Bundle, at: usize) -> Result<Option<(usize, Written)>, Unfiled> {
        let Some(entry) = bundle.entries().get(at).filter(|entry| !entry.known_by.is_empty()) else { return Ok(None) };
        let Some(number) = number_of(&entry.resource) else { return Ok(None) };
        let known = self.stay(&number).map_err(stays::sorted)?;
        Ok(known.map(|stay| (at, Written { ty: "Encounter", json: String::new(), how: How::Stays { id: stay.id } })))
    }
}

/// A resource as a search found it.
fn looked<T>(stored: &Stored, view: impl FnOnce(Value<'_>) -> T) -> Result<T, Fault> {
    let json = stored.json();
    let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| damaged())?;
    Ok(view(doc.root()))
}

/// The first number of a resource that is being written.
fn number_of(resource: &Object) -> Option<Number> {
    let Some(Node::List(list)) = resource.get("identifier") else { return None };
    let Some(Node::Object(first)) = list.first() else { return None };
    Some(Number { system: first.text("system").unwrap_or_default().to_owned(), value: first.text("value")?.to_owned() })
}

/// A number as a search parameter's value; of any system if it has none.
fn token(number: &Number) -> String {
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('|', "\\|").replace(',', "\\,").replace('$', "\\$");
    let value = escaped(&number.value);
    if number.system.is_empty() { value } else { format!("{}|{value}", escaped(&number.system)) }
}

async fn commit(record: &Scoped, bundle: &[u8], marks: &[(String, Vec<u8>)]) -> Result<(), Fault> {
    let doc = read_json(bundle).map_err(|refusal| fault(&refusal))?;
    let loader = Loader::new(record, record.zone());
    let parts = loader.parts(doc.root()).map_err(|refusal| fault(&refusal))?;
    loader.commit(&parts, marks).await.map(drop).map_err(|refusal| fault(&refusal))
}

/// A refusal of the FHIR interface as the channel's worker sorts faults: what may mend itself, and what will not.
fn fault(refusal: &Refusal) -> Fault {
    let kind = match refusal.status.as_u16() {
        503 | 429 => FaultKind::Unavailable,
        409 | 412 => FaultKind::Conflict,
        500.. => FaultKind::Internal,
        _ => FaultKind::Unprocessable,
    };
    Fault::new(kind, refusal.code(), refusal.line(Lang::English))
}

fn damaged() -> Fault {
    Fault::new(FaultKind::Internal, "RH-EX-PATIENT", "A patient's record cannot be read. Check the store.")
}
