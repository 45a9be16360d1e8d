//! Moving a stay that was written into the wrong person's record, with everything that names it. Whoever decides it guards
//! identities and is shown nothing clinical: the node moves what they may not read, and both records say so.

use crate::desk::{Desk, porter};
use crate::record::type_of;
use crate::refuse::Refusal;
use crate::write::Put;
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{ParamKind, find};
use rihla_kernel::{Fault, FaultKind};
use rihla_mpi::moved;
use rihla_store::query::Handling;
use rihla_store::{Scoped, Stored};
use std::collections::BTreeMap;

/// Resources of one stay that are moved together.
const MOST: usize = 5_000;
const PAGE: &str = "500";

/// What is written beside a move: the words of the alerts in the two records.
pub struct Told<'t> {
    pub why: &'t str,
    /// In the record that it leaves, and in the one where it goes.
    pub left: &'t str,
    pub came: &'t str,
}

impl Desk {
    /// How many resources a stay is, with itself.
    pub fn size_of_stay(&self, patient: &str, stay: &str) -> Result<usize, Refusal> {
        Ok(self.of_stay(&porter(&self.house), patient, stay)?.len())
    }

    /// Moves a stay to another patient, in one commit. How many resources went.
    pub async fn move_stay(&self, stay: &str, from: &str, to: &str, told: &Told<'_>) -> Result<usize, Refusal> {
        let node = porter(&self.house);
        let target = self.read("Patient", to)?;
        if from == to || target.deleted || self.links(to)?.replaced_by.is_some() {
            return Err(Refusal::invalid("RH-MPI-MOVE", "A stay moves to another record that is in use."));
        }
        let mut puts = Vec::new();
        for stored in self.of_stay(&node, from, stay)? {
            let json = stored.json();
            let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| unreadable())?;
            if let Some(json) = moved(doc.root(), from, to) {
                puts.push(Put { ty: tables().type_name(stored.ty), id: stored.id.to_text(), version: Some(stored.vid), json });
            }
        }
        let count = puts.len();
        let targets: Vec<String> = [format!("Encounter/{stay}"), format!("Patient/{from}"), format!("Patient/{to}")].to_vec();
        let provenance = self.provenance_of(&targets, "MOVE", told.why);
        let new = |ty: &'static str, patient: &str, json: String| -> Result<Put, Refusal> {
            Ok(Put { ty, id: node.reserve(type_of(ty)?, Some(patient))?.to_text(), version: None, json: json.into_bytes() })
        };
        puts.push(new("Provenance", to, provenance)?);
        puts.push(new("Flag", from, self.alert(from, told.left))?);
        puts.push(new("Flag", to, self.alert(to, told.came))?);
        self.put_all_as(&node, puts, Vec::new()).await?;
        Ok(count)
    }

    /// The stay and all that names it, of this patient.
    fn of_stay(&self, node: &Scoped, patient: &str, stay: &str) -> Result<Vec<Stored>, Refusal> {
        let encounter = type_of("Encounter")?;
        let own = node.read(encounter, stay)?;
        let is_theirs = crate::record::look(&own, |stay| {
            use rihla_fhir::view::Look;
            stay.reference("subject.reference", "Patient").as_deref() == Some(patient)
        });
        if is_theirs != Some(true) {
            return Err(Refusal::not_found());
        }
        let mut all = BTreeMap::from([((encounter.0, stay.to_owned()), own)]);
        let names = |ty: TypeId, param: &str| find(ty, param).is_some_and(|found| found.kind == ParamKind::Reference && found.targets.contains(&encounter));
        for ty in tables().resource_types() {
            for param in ["encounter", "part-of"].into_iter().filter(|param| names(ty, param)) {
                each(node, ty, (param, &format!("Encounter/{stay}")), &mut |stored| {
                    all.insert((ty.0, stored.id.to_text()), stored);
                    if all.len() > MOST { Err(too_many()) } else { Ok(()) }
                })?;
            }
        }
        Ok(all.into_values().collect())
    }

    fn alert(&self, patient: &str, text: &str) -> String {
        format!(
            r#"{{"resourceType":"Flag","status":"active","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/flag-category","code":"admin"}}]}}],"code":{{"text":{}}},"subject":{{"reference":{}}},"period":{{"start":{}}},"author":{}}}"#,
            crate::quoted(text),
            crate::quoted(&format!("Patient/{patient}")),
            crate::quoted(&self.instant()),
            self.author_reference(),
        )
    }
}

fn each(node: &Scoped, ty: TypeId, (param, value): (&str, &str), take: &mut dyn FnMut(Stored) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut cursor: Option<String> = None;
    loop {
        let mut pairs = vec![(param.to_owned(), value.to_owned()), ("_count".to_owned(), PAGE.to_owned())];
        pairs.extend(cursor.take().map(|cursor| ("_cursor".to_owned(), cursor)));
        let page = node.search(&node.query(&[ty], &pairs, Handling::Strict)?.0)?;
        page.matches.into_iter().try_for_each(&mut *take)?;
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(()),
        }
    }
}

fn too_many() -> Fault {
    Fault::new(FaultKind::TooLarge, "RH-MPI-MOVE-SIZE", "The stay has more parts than can be moved at once. Ask the operators of the record.")
}

fn unreadable() -> Fault {
    Fault::new(FaultKind::Internal, "RH-WEB-WRITE", "What was entered could not be written.")
}
