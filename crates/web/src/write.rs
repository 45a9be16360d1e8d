//! Writing one resource for somebody at a screen: checked, indexed, and committed with what belongs to it.

use crate::desk::{Desk, porter};
use crate::record::type_of;
use crate::refuse::Refusal;
use rihla_fhir::issue::Issues;
use rihla_fhir::json::{Edits, Limits, Value, escape_into, minify_into, parse};
use rihla_fhir::r4::TypeId;
use rihla_fhir::validate::{Options, validate};
use rihla_fhirpath::Extractor;
use rihla_kernel::{Fault, FaultKind, ServerId};
use rihla_store::Scoped;
use rihla_store::backend::{Expect, Name, Outcome, Step};
use rihla_store::body::instant_text;
use rihla_store::indexer::Rewrites;
use rihla_store::prepared::Prepared;

/// A value as JSON, without white space.
pub fn written(value: Value<'_>) -> String {
    let mut out = Vec::new();
    minify_into(value, &Edits::default(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Operational state that is true exactly if a write is: a draft that it takes away.
pub type Marks = Vec<(String, Vec<u8>)>;

/// The next version of a resource, as it will be.
pub(crate) struct Put {
    pub ty: &'static str,
    pub id: String,
    /// As it was when it was read; none: it is new.
    pub version: Option<u32>,
    pub json: Vec<u8>,
}

impl Desk {
    /// Writes several resources in one commit, with operational state that is true exactly if they are.
    pub(crate) async fn put_all(&self, puts: Vec<Put>, marks: Marks) -> Result<(), Refusal> {
        self.put_all_as(&self.record, puts, marks).await
    }

    /// The same through another handle: what somebody causes and may not write themselves.
    pub(crate) async fn put_all_as(&self, record: &Scoped, puts: Vec<Put>, marks: Marks) -> Result<(), Refusal> {
        let mut steps = Vec::new();
        for Put { ty, id, version, json } in puts {
            let (_, content) = self.checked(record, &json)?;
            let expect = version.map_or(Expect::Absent, Expect::Version);
            steps.push(Step::Put { ty: type_of(ty)?.0, name: Name::Id(id.into()), expect, content });
        }
        record.commit(steps, Vec::new(), marks).await?;
        Ok(())
    }

    /// An id for a form that will write a new resource about a patient: whoever sends the form twice writes once.
    pub fn reserve(&self, ty: &str, patient: &str) -> Result<String, Refusal> {
        Ok(self.record.reserve(type_of(ty)?, Some(patient))?.to_text())
    }

    /// Writes a new resource under an id that its form was given. What was written under it already stays as it is; what
    /// claims a number that another bears is refused (`RH-STORE-CLAIMED`).
    pub async fn create_as(&self, id: &str, json: &str, marks: Marks) -> Result<(), Refusal> {
        if ServerId::parse(id).is_none() {
            return Err(Refusal::invalid("RH-WEB-FORM-ID", "The form does not say which resource it writes."));
        }
        let (ty, content) = self.checked(&self.record, json.as_bytes())?;
        match self.put(ty, Name::Id(id.into()), Expect::Absent, content, marks).await {
            Err(refusal) if refusal.fault().is_some_and(is_there) => Ok(()),
            decided => decided.map(drop),
        }
    }

    /// The same of several that belong together, in one commit: each with the id that the form was given.
    pub async fn create_all_as(&self, all: &[(String, String)], marks: Marks) -> Result<(), Refusal> {
        let mut steps = Vec::new();
        for (id, json) in all {
            if ServerId::parse(id).is_none() {
                return Err(Refusal::invalid("RH-WEB-FORM-ID", "The form does not say which resource it writes."));
            }
            let (ty, content) = self.checked(&self.record, json.as_bytes())?;
            steps.push(Step::Put { ty: ty.0, name: Name::Id(id.as_str().into()), expect: Expect::Absent, content });
        }
        match self.record.commit(steps, Vec::new(), marks).await {
            Err(fault) if is_there(&fault) => Ok(()),
            decided => Ok(decided.map(drop)?),
        }
    }

    /// Writes the next version of a resource, unless someone changed it since `version` was read.
    pub async fn update(&self, ty: &str, id: &str, version: u32, change: impl FnOnce(Value<'_>, &mut Edits), marks: Marks) -> Result<Outcome, Refusal> {
        let stored = self.read(ty, id)?;
        let json = stored.json();
        let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| unreadable())?;
        let mut edits = Edits::default();
        change(doc.root(), &mut edits);
        let mut changed = Vec::with_capacity(json.len());
        minify_into(doc.root(), &edits, &mut changed);
        let (_, content) = self.checked(&self.record, &changed)?;
        self.put(type_of(ty)?, Name::Id(id.into()), Expect::Version(version), content, marks).await
    }

    /// Writes a new resource by the node itself, with operational state that is true exactly if it is: what somebody
    /// causes and may not write.
    pub(crate) async fn record_by_node(&self, patient: &str, json: &str, marks: Marks) -> Result<(), Refusal> {
        let node = porter(&self.house);
        let (ty, content) = self.checked(&node, json.as_bytes())?;
        let name = Name::New(node.reserve(ty, Some(patient))?);
        node.commit(vec![Step::Put { ty: ty.0, name, expect: Expect::Absent, content }], Vec::new(), marks).await?;
        Ok(())
    }

    /// Checked and indexed as what a handle writes.
    fn checked(&self, record: &Scoped, json: &[u8]) -> Result<(TypeId, Box<Prepared>), Refusal> {
        let doc = parse(json, &Limits::default()).map_err(|_| unreadable())?;
        let root = doc.root();
        let ty = root.get("resourceType").and_then(|name| name.as_str()).map(|name| type_of(&name)).transpose()?.ok_or_else(unreadable)?;
        let (mut entries, mut issues) = (Vec::new(), Issues::default());
        let mut extractor = Extractor::new(root, ty, self.house.store().indexer().zone(), &mut entries);
        validate(root, Some(ty), Options::default(), &mut extractor, &mut issues);
        extractor.finish();
        if !issues.accepted() {
            let codes: Vec<_> = issues.list().iter().map(|issue| format!("{} {}", issue.code(), issue.expression)).collect();
            tracing::error!(issues = codes.join(", "), "a page wrote a resource that is not valid");
            return Err(Fault::new(FaultKind::Unprocessable, "RH-WEB-INVALID", "What was entered makes no valid resource.").into());
        }
        Ok((ty, Box::new(record.prepare(ty, root, &Edits::default(), &entries, &Rewrites::default())?)))
    }

    async fn put(&self, ty: TypeId, name: Name, expect: Expect, content: Box<Prepared>, marks: Marks) -> Result<Outcome, Refusal> {
        let outcomes = self.record.commit(vec![Step::Put { ty: ty.0, name, expect, content }], Vec::new(), marks).await?;
        Ok(outcomes.into_iter().next().ok_or_else(unreadable)?)
    }

    /// Now, as FHIR writes it.
    pub fn instant(&self) -> String {
        instant_text(self.house.clock().now())
    }

    /// The person here, as a Reference; the role's name where no Practitioner stands behind it.
    pub fn author_reference(&self) -> String {
        match &self.person.practitioner {
            Some(id) => format!(r#"{{"reference":{},"display":{}}}"#, quoted(&format!("Practitioner/{id}")), quoted(&self.person.name)),
            None => format!(r#"{{"display":{}}}"#, quoted(&self.person.name)),
        }
    }
}

/// Whether a resource was not written because it is there.
fn is_there(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict) && fault.code != "RH-STORE-CLAIMED"
}

fn unreadable() -> Fault {
    Fault::new(FaultKind::Internal, "RH-WEB-WRITE", "What was entered could not be written.")
}

/// A text as JSON, with its quotes.
pub fn quoted(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    escape_into(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
