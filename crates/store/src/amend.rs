//! Changing a resource of which a handle is shown a part: what it is not shown stays as it is.

use crate::backend::Hit;
use crate::body::{meta_of, parts_of, to_stored};
use crate::handle::{Scoped, Stored};
use crate::indexer::Rewrites;
use crate::prepared::Prepared;
use rihla_fhir::issue::Issues;
use rihla_fhir::json::{Edits, Limits, Value, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhir::validate::{Options, validate};
use rihla_fhirpath::Extractor;
use rihla_kernel::{Fault, FaultKind};

fn unfit(text: &'static str) -> Fault {
    Fault::new(FaultKind::Unprocessable, "RH-STORE-UNFIT", text)
}

impl Scoped {
    /// A new resource, checked and indexed.
    pub fn made(&self, json: &[u8]) -> Result<(TypeId, Box<Prepared>), Fault> {
        let doc = parse(json, &Limits::default()).map_err(|_| unfit("What is to be written is no resource."))?;
        let root = doc.root();
        let ty = root.get("resourceType").and_then(|name| name.as_str()).and_then(|name| tables().resource_type(&name));
        let ty = ty.ok_or_else(|| unfit("What is to be written is of no type that is known."))?;
        Ok((ty, self.checked(ty, root)?))
    }

    /// The next version of a resource. `changed`: what [`Scoped::read`] gave, changed. Elements that this handle is not shown
    /// are those of the version that is there, which has to be `version`.
    pub fn amended(&self, ty: TypeId, id: &str, version: u32, changed: &[u8]) -> Result<Box<Prepared>, Fault> {
        let view = self.backend.snapshot(None)?;
        let hit = self.current(view.as_ref(), ty, id)?;
        drop(view);
        let Some(names) = self.scope.omits(ty.0) else { return self.made(changed).map(|(_, content)| content) };
        if hit.version.vid != version {
            return Err(Fault::new(FaultKind::PreconditionFailed, "RH-STORE-VERSION", "Someone changed it first. Read it again and repeat the change."));
        }
        let doc = parse(changed, &Limits::default()).map_err(|_| unfit("What is to be written is no resource."))?;
        // Whoever is shown a part has no say in the rest, nor in what is said about the whole.
        let mut stored = meta_of(&hit.body).to_vec();
        let mut rest = to_stored(doc.root(), &Edits::default());
        rest.drain(..meta_of(&rest).len());
        stored.append(&mut rest);
        for (name, value) in parts_of(&hit.body, |name| names.contains(name)) {
            let comma = if stored.last().is_some_and(|last| last.is_ascii_control()) { "" } else { "," };
            stored.extend_from_slice(format!("{comma}\"{name}\":{value}").as_bytes());
        }
        let whole = Stored::of_hit(Hit { body: stored, ..hit }, &crate::scope::AccessScope::everything()).json();
        self.made(&whole).map(|(_, content)| content)
    }

    fn checked(&self, ty: TypeId, root: Value<'_>) -> Result<Box<Prepared>, Fault> {
        let (mut entries, mut issues) = (Vec::new(), Issues::default());
        let mut extractor = Extractor::new(root, ty, self.indexer().zone(), &mut entries);
        validate(root, Some(ty), Options::default(), &mut extractor, &mut issues);
        extractor.finish();
        if issues.accepted() {
            return Ok(Box::new(self.prepare(ty, root, &Edits::default(), &entries, &Rewrites::default())?));
        }
        let codes: Vec<_> = issues.list().iter().map(|issue| format!("{} {}", issue.code(), issue.expression)).collect();
        Err(Fault::new(FaultKind::Unprocessable, "RH-STORE-UNFIT", format!("What is to be written makes no valid resource: {}.", codes.join(", "))))
    }
}
