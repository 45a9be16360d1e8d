//! The patient of a message on a channel that writes patients: field by field, and never over what the house validated.

use super::Hand;
use crate::map::{How, Written};
use crate::people;
use crate::work::{Whose, Work};
use rihla_fhir::json::{Limits, parse};
use rihla_kernel::Fault;

/// What is written of a patient, and what is asked.
#[derive(Default)]
pub struct Told {
    pub instead: Option<(usize, Written)>,
    pub marks: Vec<(String, Vec<u8>)>,
    pub remarks: Vec<String>,
}

impl Hand<'_> {
    pub fn patient(&self, work: &Work) -> Result<Told, Fault> {
        let entries = work.mapped.bundle.entries();
        let Some(at) = entries.iter().position(|entry| entry.ty == "Patient" && !entry.id.is_empty()) else { return Ok(Told::default()) };
        let (Whose::Patient(id), Some(entry)) = (&work.whose, entries.get(at)) else { return Ok(Told::default()) };
        let mut words = Vec::new();
        entry.resource.write(&mut words);
        let stored = self.read("Patient", id)?;
        let json = stored.json();
        let whole = Limits { values: usize::MAX, ..Limits::default() };
        let (Ok(told), Ok(known)) = (parse(&words, &Limits::default()), parse(&json, &whole)) else { return Err(super::damaged()) };
        let merged = people::merged(known.root(), told.root());
        let how = if merged.changed { How::Next { id: id.clone(), version: stored.vid } } else { How::Stays { id: id.clone() } };
        let json = if merged.changed { merged.json } else { String::new() };
        let mut out = Told { instead: Some((at, Written { ty: "Patient", json, how })), ..Told::default() };
        if merged.kept
            && let Some((name, mark)) = (self.correction)(id, self.record.actor().id(), known.root(), told.root())
        {
            // What a person asks for is not put aside by a message.
            let asked = self.store.mark(&name)?.unwrap_or_default();
            if asked.is_empty() || asked.starts_with(super::PARTY.as_bytes()) {
                out.marks.push((name, mark));
            }
            out.remarks.push("The identity is validated here: what the message says otherwise of names, birth or sex waits as a correction.".to_owned());
        }
        Ok(out)
    }
}
