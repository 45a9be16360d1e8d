//! Moving a stay that was written into the wrong person's record, with everything that names it. Whoever decides it guards
//! identities and is shown nothing clinical: the node moves what they may not read, and both records say so.

use crate::desk::{Desk, porter};
use crate::record::type_of;
use crate::refuse::Refusal;
use crate::write::Put;
use rihla_store::{Scoped, Stored};

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
        Ok(rihla_mpi::of_stay(&porter(&self.house), patient, stay)?.len())
    }

    /// Moves a stay to another patient, in one commit. How many resources went.
    pub async fn move_stay(&self, stay: &str, from: &str, to: &str, told: &Told<'_>) -> Result<usize, Refusal> {
        let node = porter(&self.house);
        let all = rihla_mpi::of_stay(&node, from, stay)?;
        self.move_all(&node, all, vec![format!("Encounter/{stay}")], (from, to), told).await
    }

    /// Moves what was written of one patient to another, in one commit, and says so in both records. `named`: what is moved,
    /// for those who ask later. How many resources went.
    pub(crate) async fn move_all(
        &self,
        node: &Scoped,
        all: Vec<Stored>,
        named: Vec<String>,
        (from, to): (&str, &str),
        told: &Told<'_>,
    ) -> Result<usize, Refusal> {
        let target = self.read("Patient", to)?;
        if from == to || target.deleted || self.links(to)?.replaced_by.is_some() {
            return Err(Refusal::invalid("RH-MPI-MOVE", "What is moved goes to another record that is in use."));
        }
        let moved = rihla_mpi::moved_all(all, from, to)?;
        let mut puts: Vec<Put> = moved.into_iter().map(|one| Put { ty: one.ty, id: one.id, version: Some(one.version), json: one.json.into_bytes() }).collect();
        let count = puts.len();
        let targets: Vec<String> = named.into_iter().chain([format!("Patient/{from}"), format!("Patient/{to}")]).collect();
        let provenance = self.provenance_of(&targets, "MOVE", told.why);
        let new = |ty: &'static str, patient: &str, json: String| -> Result<Put, Refusal> {
            Ok(Put { ty, id: node.reserve(type_of(ty)?, Some(patient))?.to_text(), version: None, json: json.into_bytes() })
        };
        puts.push(new("Provenance", to, provenance)?);
        puts.push(new("Flag", from, self.alert(from, told.left))?);
        puts.push(new("Flag", to, self.alert(to, told.came))?);
        self.put_all_as(node, puts, Vec::new()).await?;
        Ok(count)
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
