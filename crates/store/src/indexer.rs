//! Making a resource ready for the log: its stored form, its keys, its home, its claims.

use crate::backend::{LogicalId, TypeKey};
use crate::blind::{self, Blind, Blinds, is_blind_claim};
use crate::blob::named_in;
use crate::body::{self, Head};
use crate::keys::{TypePlan, collect};
use crate::people::{Card, PeopleFields, is_replaced};
use crate::places;
use crate::prepared::{Prepared, Reference};
use rihla_fhir::json::{self, Edits, Limits, Value};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{Entry, FieldId, FieldUse, IndexValue, ParamKind, Target, Zone, compartment, extract, field, find, params_for};
use rihla_kernel::{Fault, FaultKind, Instant};
use std::collections::HashMap;
use std::sync::OnceLock;

/// References that are renamed on the way in: `urn:uuid:…` or a search to the resource that it stands for.
pub type Rewrites = HashMap<String, (TypeId, String)>;

/// Types that hold a person's name: no dictionary is trained on their bodies.
const NAMING_PEOPLE: [&str; 4] = ["Patient", "Person", "Practitioner", "RelatedPerson"];

/// Parameters that say when something happened to a patient, the most telling first. The first that a type has orders
/// the patient's rows of that type. Stored keys depend on it: change it only with an index rebuild.
const CLINICAL_DATES: [&str; 12] =
    ["date", "authoredon", "onset-date", "recorded-date", "created", "whenhandedover", "effective-time", "period", "issued", "sent", "start-date", "started"];

/// Turns resources into what the log and the index hold.
#[derive(Clone)]
pub struct Indexer {
    zone: Zone,
    types: Vec<TypePlan>,
    homes: Vec<Vec<FieldUse>>,
    patient: TypeId,
    stay: TypeId,
    location: TypeId,
    unique_systems: Vec<String>,
    identifier_fields: Vec<Option<FieldId>>,
    fields: Vec<Option<FieldTraits>>,
    people: PeopleFields,
    /// Set once, when the index of the store becomes blind.
    blind: OnceLock<Blind>,
    blinded: Vec<bool>,
}

/// The fields of a type that say whose it is: those of the patient compartment, or else its parameter `patient`, since R4
/// keeps some types out of compartments that are about one patient all the same (Task, Device, GuidanceResponse, Contract).
pub(crate) fn patients_of(ty: TypeId) -> Vec<FieldUse> {
    let member = compartment("Patient").and_then(|patients| patients.membership(ty)).map(|membership| membership.home.clone());
    let named = || find(ty, "patient").filter(|param| param.kind == ParamKind::Reference).map(|param| param.fields.to_vec());
    member.or_else(named).unwrap_or_default()
}

/// What searching asks of a field again and again.
#[derive(Clone, Copy, Debug)]
struct FieldTraits {
    plain_code: bool,
    repeats: bool,
}

impl Indexer {
    /// `unique_systems`: identifier systems of which each value belongs to one resource only.
    pub fn new(zone: Zone, unique_systems: Vec<String>) -> Result<Self, Fault> {
        let lacking = || Fault::new(FaultKind::Internal, "RH-TABLES", "The R4 tables lack Patient, Encounter or Location.");
        let type_of = |name: &str| tables().resource_type(name).ok_or_else(lacking);
        let (patient, stay, location) = (type_of("Patient")?, type_of("Encounter")?, type_of("Location")?);
        let count = tables().resource_types().map(|ty| ty.index() + 1).max().unwrap_or(0);
        let mut types: Vec<TypePlan> = (0..count).map(|_| TypePlan { in_patient: Box::default(), date: None }).collect();
        let (mut homes, mut identifier_fields) = (vec![Vec::new(); count], vec![None; count]);
        for ty in tables().resource_types() {
            let (Some(plan), Some(home), Some(identifier)) = (types.get_mut(ty.index()), homes.get_mut(ty.index()), identifier_fields.get_mut(ty.index()))
            else {
                continue;
            };
            *home = patients_of(ty);
            *plan = TypePlan { in_patient: if home.is_empty() { Box::default() } else { concept_fields(ty) }, date: clinical_date(ty).map(|field| field.0) };
            *identifier = find(ty, "identifier").and_then(|param| param.fields.first()).map(|used| used.field);
        }
        let (fields, people) = (field_traits(), PeopleFields::of(patient));
        let blinded = blinded(&identifier_fields);
        Ok(Self { zone, types, homes, patient, stay, location, unique_systems, identifier_fields, fields, people, blind: OnceLock::new(), blinded })
    }

    /// From now on what names people is blind in the index that this makes and asks. A second key is refused: an index has one.
    pub fn make_blind(&self, key: &[u8; 32]) -> Result<(), Fault> {
        let wanted = Blind::new(key);
        let held = self.blind.get_or_init(|| wanted.clone());
        if held.claim(b"") == wanted.claim(b"") {
            return Ok(());
        }
        Err(Fault::new(FaultKind::Internal, "RH-STORE-BLIND", "Two sealed stores cannot be asked by one indexer. Open each with its own."))
    }

    /// One that makes a blind index, while this one still asks the index that is not.
    pub fn blinded(&self, key: &[u8; 32]) -> Result<Self, Fault> {
        let other = self.clone();
        other.make_blind(key).map(|()| other)
    }

    pub fn is_blind(&self) -> bool {
        self.blind.get().is_some()
    }

    pub(crate) fn blinds(&self) -> Blinds<'_> {
        Blinds { key: self.blind.get(), fields: &self.blinded }
    }

    /// What makes the values of a field blind, if they are.
    pub(crate) fn blind_of(&self, field: FieldId) -> Option<&Blind> {
        self.blinds().of(field.0)
    }

    /// A claim as a blind store keeps it.
    pub fn blind_claim(&self, name: &[u8]) -> Option<String> {
        self.blind.get().filter(|_| !is_blind_claim(name)).map(|blind| blind.claim(name))
    }

    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    pub fn patient_type(&self) -> TypeKey {
        self.patient.0
    }

    pub(crate) fn people_fields(&self) -> &PeopleFields {
        &self.people
    }

    pub fn types_naming_people(&self) -> Vec<TypeKey> {
        NAMING_PEOPLE.iter().filter_map(|name| tables().resource_type(name)).map(|ty| ty.0).collect()
    }

    /// The field whose date orders a patient's rows of this type.
    pub fn clinical_date(&self, ty: TypeId) -> Option<FieldId> {
        self.types.get(ty.index()).and_then(|plan| plan.date).map(FieldId)
    }

    /// Whether the tokens of a field are also kept with the patient.
    pub fn is_in_patient(&self, ty: TypeId, field: FieldId) -> bool {
        self.types.get(ty.index()).and_then(|plan| plan.in_patient.get(usize::from(field.0))).copied().unwrap_or(false)
    }

    /// Whether a field's element holds a bare code, whose system its binding implies.
    pub fn is_plain_code(&self, id: FieldId) -> bool {
        self.traits_of(id).is_some_and(|traits| traits.plain_code)
    }

    /// Whether one resource may hold several values of a field.
    pub fn repeats(&self, id: FieldId) -> bool {
        self.traits_of(id).is_none_or(|traits| traits.repeats)
    }

    fn traits_of(&self, id: FieldId) -> Option<FieldTraits> {
        self.fields.get(usize::from(id.0)).copied().flatten()
    }

    /// The fields that decide with which patient a resource of this type lives.
    pub fn home_fields(&self, ty: TypeId) -> &[FieldUse] {
        self.homes.get(ty.index()).map_or(&[], Vec::as_slice)
    }

    /// All but the packed body, which the back end makes.
    pub fn prepare(&self, ty: TypeId, resource: Value<'_>, edits: &Edits, entries: &[Entry<'_>], rewrites: &Rewrites) -> Prepared {
        let mut out = Prepared { ty: ty.0, body: body::to_stored(resource, edits), ..Prepared::default() };
        out.blobs = named_in(&out.body);
        self.index(ty, resource, entries, rewrites, &mut out);
        out
    }

    /// The keys of a stored body, taken again.
    pub fn reindex(&self, ty: TypeKey, id: &LogicalId, stored: &[u8]) -> Result<Prepared, Fault> {
        let unreadable =
            || Fault::new(FaultKind::Internal, "RH-STORE-BODY", "A stored resource could not be read. Run `rihla verify`, and restore it from a backup.");
        let mut text = Vec::new();
        body::compose_into(&Head { resource_type: tables().type_name(TypeId(ty)), id, vid: 0, last_updated: Instant(0) }, stored, &mut text);
        let doc = json::parse(&text, &Limits { bytes: usize::MAX, values: usize::MAX, ..Limits::default() }).map_err(|_| unreadable())?;
        let mut entries = Vec::new();
        extract(doc.root(), TypeId(ty), &self.zone, &mut entries);
        let mut out = Prepared { ty, blobs: named_in(stored), ..Prepared::default() };
        self.index(TypeId(ty), doc.root(), &entries, &Rewrites::new(), &mut out);
        self.claim_slots(&id.to_text(), &mut out);
        Ok(out)
    }

    fn index(&self, ty: TypeId, resource: Value<'_>, entries: &[Entry<'_>], rewrites: &Rewrites, out: &mut Prepared) {
        let homes = self.home_fields(ty);
        out.home = if ty == self.patient { Some(Box::default()) } else { self.home(homes, entries, rewrites) };
        let Some(plan) = self.types.get(ty.index()) else { return };
        let has_patient = out.home.is_some() && ty != self.patient;
        let blinds = self.blinds();
        out.blind = blinds.key.is_some();
        collect(entries, plan, has_patient, blinds, &mut |entry, out| push_reference(entry, rewrites, blinds.key, out), out);
        if ty == self.patient {
            Card::of(entries, &self.people, is_replaced(resource)).push_keys(blinds.key, &mut out.across);
        }
        if !self.unique_systems.is_empty() {
            self.claim(ty, entries, out);
        }
        if ty == self.location {
            out.capacity = places::is_place(resource).then(|| places::capacity(resource));
        }
        if ty == self.stay {
            let named = |reference: &str| self.place_named(reference, rewrites);
            let claims = places::of_stay(resource, out.home.as_deref(), named);
            out.claims.extend(claims.into_iter().map(|name| self.as_kept(name)));
        }
    }

    /// The Location that a reference names.
    fn place_named(&self, reference: &str, rewrites: &Rewrites) -> Option<String> {
        match rewrites.get(reference) {
            Some((ty, id)) => (*ty == self.location).then(|| id.clone()),
            None => reference.strip_prefix("Location/")?.split('/').next().map(str::to_owned),
        }
    }

    /// Adds what a place claims, which it takes its id for.
    pub(crate) fn claim_slots(&self, id: &str, content: &mut Prepared) {
        let Some(capacity) = content.capacity else { return };
        content.claims.extend(places::of_place(id, capacity).into_iter().map(|name| self.as_kept(name)));
    }

    pub(crate) fn as_kept(&self, claim: String) -> Box<str> {
        self.blind_claim(claim.as_bytes()).unwrap_or(claim).into()
    }

    fn home(&self, homes: &[FieldUse], entries: &[Entry<'_>], rewrites: &Rewrites) -> Option<Box<str>> {
        let at_home = entries.iter().filter(|entry| homes.iter().any(|used| used.field == entry.field));
        at_home.filter_map(|entry| local_target(entry, rewrites)).find(|(ty, _)| *ty == self.patient).map(|(_, id)| id.into())
    }

    fn claim(&self, ty: TypeId, entries: &[Entry<'_>], out: &mut Prepared) {
        let Some(identifier) = self.identifier_fields.get(ty.index()).copied().flatten() else { return };
        for entry in entries.iter().filter(|entry| entry.field == identifier) {
            if let IndexValue::Token { system: Some(system), code: Some(code), .. } = &entry.value
                && self.unique_systems.iter().any(|unique| unique == system)
            {
                let name = format!("{system}|{code}");
                let name = self.as_kept(name);
                // A resource may carry the same identifier twice.
                if !out.claims.contains(&name) {
                    out.claims.push(name);
                }
            }
        }
    }
}

/// What a reference names on this server, as far as its text (or its rewriting) tells.
fn local_target<'e>(entry: &'e Entry<'_>, rewrites: &'e Rewrites) -> Option<(TypeId, &'e str)> {
    let IndexValue::Reference { target } = &entry.value else { return None };
    match target {
        Target::Local { type_id, id, .. } => Some((*type_id, id)),
        Target::Absolute { url: text, .. } | Target::Urn { urn: text, .. } => rewrites.get(text.as_ref()).map(|(ty, id)| (*ty, id.as_str())),
        _ => None,
    }
}

fn push_reference(entry: &Entry<'_>, rewrites: &Rewrites, blind: Option<&Blind>, out: &mut Prepared) {
    let field = entry.field.0;
    if let Some((ty, id)) = local_target(entry, rewrites) {
        out.references.push(Reference { field, ty: ty.0, id: id.into() });
        return;
    }
    let IndexValue::Reference { target } = &entry.value else { return };
    match target {
        Target::Absolute { url, .. } | Target::Urn { urn: url, .. } => out.references.push(Reference { field, ty: 0, id: url.as_ref().into() }),
        Target::Canonical { url, version } => {
            out.references.push(Reference { field, ty: 0, id: url.as_ref().into() });
            if let Some(version) = version {
                out.references.push(Reference { field, ty: 0, id: format!("{url}|{version}").into() });
            }
        }
        Target::Identifier { system, value, .. } => crate::keys::push_logical(field, system.as_deref(), value.as_deref(), blind, &mut out.across),
        Target::Local { .. } | Target::Contained { .. } => {}
    }
}

/// All fields of the types that name people, and the identifiers of all types.
fn blinded(identifiers: &[Option<FieldId>]) -> Vec<bool> {
    let types: Vec<TypeId> = blind::TYPES.iter().filter_map(|name| tables().resource_type(name)).collect();
    let is_blind = |number: u16| {
        let id = FieldId(number);
        field(id).is_some_and(|info| types.contains(&info.type_id)) || identifiers.contains(&Some(id))
    };
    (0..=u16::MAX).map(is_blind).collect()
}

fn clinical_date(ty: TypeId) -> Option<FieldId> {
    let named = CLINICAL_DATES.iter().filter_map(|code| find(ty, code)).find(|param| param.kind == ParamKind::Date && !param.fields.is_empty());
    named.and_then(|param| param.fields.first()).map(|used| used.field)
}

/// Token fields over coded concepts: what a ward asks of one patient. Plain codes (status, gender) are cheap to check.
fn concept_fields(ty: TypeId) -> Box<[bool]> {
    let mut out = Vec::new();
    for used in params_for(ty).iter().filter(|param| param.kind == ParamKind::Token).flat_map(|param| &param.fields) {
        if field(used.field).is_some_and(|info| is_concept(ty, info.path)) {
            let at = usize::from(used.field.0);
            if out.len() <= at {
                out.resize(at + 1, false);
            }
            if let Some(slot) = out.get_mut(at) {
                *slot = true;
            }
        }
    }
    out.into()
}

fn is_concept(ty: TypeId, path: &str) -> bool {
    let base = tables().type_name(ty);
    let plain = path.split(".as(").next().unwrap_or(path);
    let Some(element) = tables().element_by_path(&format!("{base}.{plain}")).or_else(|| tables().element_by_path(&format!("{base}.{plain}[x]"))) else {
        return false;
    };
    let concepts = ["CodeableConcept", "Coding"].map(|name| tables().type_id(name));
    let cast = path.split_once(".as(").map(|(_, rest)| rest.trim_end_matches(')'));
    tables()
        .element(element)
        .is_some_and(|row| row.types.iter().any(|of| concepts.contains(&Some(of.ty)) && cast.is_none_or(|cast| tables().type_name(of.ty) == cast)))
}

fn field_traits() -> Vec<Option<FieldTraits>> {
    let mut out: Vec<Option<FieldTraits>> = Vec::new();
    for number in 0..=u16::MAX {
        if let Some(info) = field(FieldId(number)) {
            out.resize(usize::from(number), None);
            out.push(Some(traits(info.type_id, info.kind, info.path)));
        }
    }
    out
}

/// Walks the path's elements; what cannot be followed counts as repeating.
fn traits(ty: TypeId, kind: ParamKind, path: &str) -> FieldTraits {
    let mut out = FieldTraits { plain_code: false, repeats: false };
    // A pair is looked up by its first part, so only its base and its last part can repeat under one question.
    let pair = path.split_once('{').map(|(base, parts)| format!("{base}.{}", parts.trim_end_matches('}').rsplit(';').next().unwrap_or("").trim()));
    let path = pair.as_deref().unwrap_or(path);
    let (plain, cast) = path.split_once(".as(").map_or((path, None), |(plain, cast)| (plain, Some(cast.trim_end_matches(')'))));
    let mut at = tables().type_name(ty).to_string();
    for name in plain.split('.').filter(|name| !name.is_empty()) {
        at = format!("{at}.{name}");
        let found = tables().element_by_path(&at).or_else(|| tables().element_by_path(&format!("{at}[x]"))).and_then(|id| tables().element(id));
        let Some(row) = found else {
            out.repeats = true;
            break;
        };
        let several = |of: &str| cast.is_none_or(|cast| cast == of) && gives_several(kind, of);
        out.repeats |= row.repeats || row.types.iter().any(|of| several(tables().type_name(of.ty)));
        out.plain_code = row.types.first().is_some_and(|of| tables().type_name(of.ty) == "code");
    }
    out
}

/// Whether one element of this type may be several values: the codings of a concept, the parts of a name.
fn gives_several(kind: ParamKind, of: &str) -> bool {
    match kind {
        ParamKind::Token => of == "CodeableConcept",
        ParamKind::String => matches!(of, "HumanName" | "Address"),
        ParamKind::Quantity | ParamKind::Number => of == "Range",
        _ => false,
    }
}
