//! Names that only one resource may hold, and steps that may not stand in one transaction.

use rihla_kernel::{Fault, FaultKind};
use rihla_store::backend::{Name, Step, TypeKey};
use rihla_store::key::ResKey;
use std::collections::HashSet;

/// Refuses a transaction that speaks of one resource twice: which of the two would be the newest is not said
/// (<https://hl7.org/fhir/R4/http.html#trules>).
pub fn each_once(steps: &[Step]) -> Result<(), Fault> {
    if steps.len() < 2 {
        return Ok(());
    }
    let mut seen: HashSet<(TypeKey, &str)> = HashSet::new();
    let named = steps.iter().filter_map(|step| match step {
        Step::Put { ty, name: Name::Id(id), .. } | Step::Delete { ty, id, .. } => Some((*ty, id.as_ref())),
        // Given by this node for this step alone.
        Step::Put { name: Name::New(_), .. } => None,
    });
    for name in named {
        if !seen.insert(name) {
            return Err(Fault::new(
                FaultKind::Invalid,
                "RH-STORE-TWICE",
                "The transaction changes one resource twice. Join the changes into one entry, or send two transactions.",
            ));
        }
    }
    Ok(())
}

/// Checks the claims of a transaction as a whole: what one step gives up another may take, and no two may take the same.
/// `changed` are the resources that the steps speak of.
pub fn check(steps: &[Step], changed: &[Option<ResKey>], mut holder: impl FnMut(&str) -> Result<Option<ResKey>, Fault>) -> Result<Option<Fault>, Fault> {
    let mut takers: HashSet<&str> = HashSet::new();
    for step in steps {
        let Step::Put { content, .. } = step else { continue };
        for claim in &content.claims {
            // Two steps ask for one thing, or one step asks for it twice: somebody would lie in two places.
            if !takers.insert(claim) {
                return Ok(Some(claimed()));
            }
            let found = holder(claim)?;
            // A holder that this transaction changes either asks for it again, which is met above, or gives it up.
            if found.is_some() && !changed.contains(&found) {
                return Ok(Some(claimed()));
            }
        }
    }
    Ok(None)
}

fn claimed() -> Fault {
    Fault::new(
        FaultKind::Conflict,
        "RH-STORE-CLAIMED",
        "What this claims is already held: one of the hospital's own identifiers, which another resource carries, or a place, which is taken or kept, or the patient, who lies elsewhere or died. Look it up, or choose another place.",
    )
}
