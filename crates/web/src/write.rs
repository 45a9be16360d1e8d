//! Writing one resource for somebody at a screen: checked, indexed, and committed with what belongs to it.

use crate::desk::{Desk, porter};
use crate::record::type_of;
use crate::refuse::Refusal;
use rihla_fhir::issue::Issues;
use rihla_fhir::json::{Edits, Limits, Value, escape_into, minify_into, parse};
use rihla_fhir::r4::{TypeId, tables};
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

/// Members of a resource with their new JSON; none: taken away.
pub type Members = Vec<(&'static str, Option<String>)>;

/// Members of a resource that is there, to be put in the place of those of the same names.
pub struct Change {
    pub ty: &'static str,
    pub id: String,
    /// As it was when it was read.
    pub version: u32,
    pub members: Members,
}

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
        self.write_all(all, Vec::new(), marks).await
    }

    /// Writes new resources and changes others in one commit: all of it, or nothing. What is new has the id that its form was
    /// given; what was sent twice is written once.
    pub async fn write_all(&self, new: &[(String, String)], changed: Vec<Change>, marks: Marks) -> Result<(), Refusal> {
        let mut steps = Vec::new();
        for (id, json) in new {
            steps.push(self.absent(&self.record, id, json)?);
        }
        for Change { ty, id, version, members } in changed {
            let stored = self.read(ty, &id)?;
            let json = stored.json();
            let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| unreadable())?;
            // Of what this person is shown in part the rest stays.
            let content = self.record.amended(stored.ty, &id, version, &overlaid(doc.root(), &members))?;
            steps.push(Step::Put { ty: stored.ty.0, name: Name::Id(id.into()), expect: Expect::Version(version), content });
        }
        match self.record.commit(steps, Vec::new(), marks).await {
            Err(fault) if is_there(&fault) && self.all_there(new)? => Ok(()),
            decided => Ok(decided.map(drop)?),
        }
    }

    /// Writes new resources that this person causes and may not write, with operational state that is true exactly if they
    /// are: the node does.
    pub async fn create_by_node(&self, new: &[(String, String)], marks: Marks) -> Result<(), Refusal> {
        let node = porter(&self.house);
        let steps = new.iter().map(|(id, json)| self.absent(&node, id, json)).collect::<Result<Vec<_>, _>>()?;
        match if steps.is_empty() { Ok(Vec::new()) } else { node.commit(steps, Vec::new(), marks).await } {
            Err(fault) if is_there(&fault) => Ok(()),
            decided => Ok(decided.map(drop)?),
        }
    }

    /// Changes a resource that this person causes and may not write, unless someone changed it since it was read: the node
    /// does.
    pub async fn change_by_node(&self, changed: Change, marks: Marks) -> Result<(), Refusal> {
        let node = porter(&self.house);
        let Change { ty, id, version, members } = changed;
        let stored = node.read(type_of(ty)?, &id)?;
        let json = stored.json();
        let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| unreadable())?;
        let put = Put { ty, id, version: Some(version), json: overlaid(doc.root(), &members) };
        self.put_all_as(&node, vec![put], marks).await
    }

    /// Whether everything that a form would write anew is there already.
    fn all_there(&self, new: &[(String, String)]) -> Result<bool, Refusal> {
        for (id, json) in new {
            let doc = parse(json.as_bytes(), &Limits::default()).map_err(|_| unreadable())?;
            let ty = doc.root().get("resourceType").and_then(|name| name.as_str()).map(|name| name.into_owned()).ok_or_else(unreadable)?;
            if self.read(&ty, id).is_err() {
                return Ok(false);
            }
        }
        Ok(!new.is_empty())
    }

    /// A new resource under an id that its form was given.
    fn absent(&self, record: &Scoped, id: &str, json: &str) -> Result<Step, Refusal> {
        if ServerId::parse(id).is_none() {
            return Err(Refusal::invalid("RH-WEB-FORM-ID", "The form does not say which resource it writes."));
        }
        let (ty, content) = self.checked(record, json.as_bytes())?;
        Ok(Step::Put { ty: ty.0, name: Name::Id(id.into()), expect: Expect::Absent, content })
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

    /// Writes the next version of a resource with some of its members put in the place of those of the same names, or taken
    /// away (none), unless someone changed it since `version` was read.
    pub async fn amend(&self, ty: &str, id: &str, version: u32, members: impl FnOnce(Value<'_>) -> Members, marks: Marks) -> Result<(), Refusal> {
        let stored = self.read(ty, id)?;
        let json = stored.json();
        let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| unreadable())?;
        let json = overlaid(doc.root(), &members(doc.root()));
        let put = Put { ty: tables().type_name(type_of(ty)?), id: id.to_owned(), version: Some(version), json };
        self.put_all(vec![put], marks).await
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

/// A resource with some of its members put in the place of those of the same names, or taken away.
pub(crate) fn overlaid(root: Value<'_>, members: &[(&str, Option<String>)]) -> Vec<u8> {
    let mut out = Vec::new();
    let changed = |name: &str| members.iter().find(|(known, _)| *known == name);
    for member in root.members() {
        let name = member.key();
        match changed(&name) {
            Some((_, Some(json))) => push_member(&mut out, &name, json),
            Some((_, None)) => {}
            None => push_member(&mut out, &name, &written(member.value)),
        }
    }
    for (name, json) in members {
        if let Some(json) = json.as_ref().filter(|_| root.get(name).is_none()) {
            push_member(&mut out, name, json);
        }
    }
    out.push(b'}');
    out
}

fn push_member(out: &mut Vec<u8>, name: &str, value: &str) {
    out.push(if out.is_empty() { b'{' } else { b',' });
    out.extend_from_slice(quoted(name).as_bytes());
    out.push(b':');
    out.extend_from_slice(value.as_bytes());
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
