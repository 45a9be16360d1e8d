//! A stay with all that names it, for whoever moves it to the person whose it is.

use crate::moved;
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhir::view::Look;
use rihla_fhirpath::{ParamKind, find};
use rihla_kernel::{Fault, FaultKind};
use rihla_store::query::Handling;
use rihla_store::{Scoped, Stored};
use std::collections::BTreeMap;

/// Resources of one stay that are moved together.
const MOST: usize = 5_000;
const PAGE: &str = "500";

/// A resource of a stay as it is in another patient's record.
pub struct MovedResource {
    pub ty: &'static str,
    pub id: String,
    /// The version that is moved.
    pub version: u32,
    pub json: String,
}

/// A stay and all that names it, turned from one patient to another: for whoever commits it, with why.
pub fn moved_stay(record: &Scoped, stay: &str, from: &str, to: &str) -> Result<Vec<MovedResource>, Fault> {
    moved_all(of_stay(record, from, stay)?, from, to)
}

/// Resources of one patient as they are another's; what names neither stays where it is.
pub fn moved_all(all: Vec<Stored>, from: &str, to: &str) -> Result<Vec<MovedResource>, Fault> {
    let mut out = Vec::new();
    for stored in all {
        let json = stored.json();
        let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| unreadable())?;
        if let Some(json) = moved(doc.root(), from, to) {
            let json = String::from_utf8(json).map_err(|_| unreadable())?;
            out.push(MovedResource { ty: tables().type_name(stored.ty), id: stored.id.to_text(), version: stored.vid, json });
        }
    }
    Ok(out)
}

/// The stay and all that names it, of this patient.
pub fn of_stay(node: &Scoped, patient: &str, stay: &str) -> Result<Vec<Stored>, Fault> {
    let encounter = tables().resource_type("Encounter").ok_or_else(unreadable)?;
    let own = node.read(encounter, stay)?;
    let json = own.json();
    let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| unreadable())?;
    if doc.root().reference("subject.reference", "Patient").as_deref() != Some(patient) {
        return Err(absent());
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

fn absent() -> Fault {
    Fault::new(FaultKind::NotFound, "RH-MPI-STAY", "The stay is not this patient's.")
}

fn unreadable() -> Fault {
    Fault::new(FaultKind::Internal, "RH-MPI-READ", "A resource of the stay could not be read. Run `rihla verify`.")
}
