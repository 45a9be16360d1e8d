//! Who sees what of the record: classes of roles.

use crate::Provenance;
use crate::build::{code, provenance, texts};
use crate::read::{Problem, Section};
use rihla_fhir::r4::{TypeId, tables};
use std::collections::{HashMap, HashSet};
use toml::Value;

/// A security label or another code: system and code.
pub type Label = (String, String);

#[derive(Clone, Debug, Default)]
pub struct Access {
    pub classes: Vec<AccessClass>,
    /// `Patient.meta.security` that hides a person from whoever has no care relationship.
    pub masks: Vec<Label>,
    pub provenance: Option<Provenance>,
}

/// Of which patients a class sees anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patients {
    /// Those of whom one takes care.
    Related,
    All,
    None,
}

/// What several roles see and write.
#[derive(Clone, Debug)]
pub struct AccessClass {
    pub code: String,
    pub roles: Vec<String>,
    pub patients: Patients,
    /// How long a care relationship is remembered after it ended.
    pub look_back_days: u32,
    /// All types, or these.
    pub shows: Option<Vec<TypeId>>,
    /// Shown of every patient and site.
    pub open: Vec<TypeId>,
    /// All types, or these.
    pub writes: Option<Vec<TypeId>>,
    /// What it may make and change of what it is shown in part: the rest stays as it is.
    pub amends: Vec<TypeId>,
    /// Elements of the first level that it may change in what is there, whatever it may write besides.
    pub touches: Vec<(TypeId, String)>,
    /// Of a type it makes and changes only what has a text in an element of the first level: drafts, and never what is final.
    pub written_as: Vec<(TypeId, String, String)>,
    /// Of a type only what answers to a search.
    pub only: Vec<(TypeId, String)>,
    /// Of a type only what bears one of these codes in an element of the first level.
    pub coded: Vec<(TypeId, String, Label)>,
    /// Elements of the first level that are left out.
    pub omits: Vec<(TypeId, String)>,
    pub withholds: Vec<Label>,
    /// Whether it sees of other sites only what is open.
    pub own_site: bool,
    /// Whether masked people are shown without a care relationship.
    pub masked: bool,
    /// Whether the glass may be broken: a patient of nobody's opened for a while, saying why.
    pub glass: bool,
}

impl Access {
    /// The class of a role. None: it sees nothing.
    pub fn class_of(&self, role: &str) -> Option<&AccessClass> {
        self.classes.iter().find(|class| class.roles.iter().any(|one| one == role))
    }
}

type Groups = HashMap<String, Vec<String>>;

pub(crate) fn read(mut root: Section<'_>, out: &mut Vec<Problem>) -> Access {
    let provenance = provenance(&mut root, out);
    let groups = root.need("groups", "named lists of resource types", groups, out).unwrap_or_default();
    let masks = root.section("masks", out).map(|mut masks| {
        let labels = masks.need("labels", "a list of labels, each system|code", labels, out).unwrap_or_default();
        masks.end(out);
        labels
    });
    let (mut classes, mut seen) = (Vec::new(), HashSet::new());
    for mut section in root.list("class", out) {
        let class = class(&mut section, &groups, out);
        for role in class.iter().flat_map(|class| &class.roles) {
            if !seen.insert(role.clone()) {
                section.fault("roles", format!("{role} has another class already"), out);
            }
        }
        section.end(out);
        classes.extend(class);
    }
    root.end(out);
    Access { classes, masks: masks.unwrap_or_default(), provenance }
}

fn class(section: &mut Section<'_>, groups: &Groups, out: &mut Vec<Problem>) -> Option<AccessClass> {
    let code = code(section, "code", out);
    let roles = section.need("roles", "a list of roles", texts, out);
    let patients = section.need(
        "patients",
        "related, all or none",
        |value| match value.as_str()? {
            "related" => Some(Patients::Related),
            "all" => Some(Patients::All),
            "none" => Some(Patients::None),
            _ => None,
        },
        out,
    );
    let days = section.may("look_back_days", "a number of days", |value| u32::try_from(value.as_integer()?).ok(), out);
    let listed = "a list of resource types, @groups, or *";
    let shows = section.need("shows", listed, |value| types(value, groups), out);
    let writes = section.may("writes", listed, |value| types(value, groups), out);
    let amends = section.may("amends", listed, |value| types(value, groups)?, out);
    let touches = section.may("touches", "a list of elements, each Type.element", |value| split(value, '.'), out);
    let written_as = section.may("written_as", "a list of texts, each Type.element=text", written_as, out);
    let open = section.may("open", listed, |value| types(value, groups)?, out);
    let only = section.may("only", "a list of searches, each Type?parameter=value", |value| split(value, '?'), out);
    let coded = section.may("coded", "a list of codes, each Type.element=system|code", coded, out);
    let omits = section.may("omits", "a list of elements, each Type.element", |value| split(value, '.'), out);
    let withholds = section.may("withholds", "a list of labels, each system|code", labels, out);
    let own_site = section.may("own_site", "true or false", Value::as_bool, out);
    let masked = section.may("masked", "true or false", Value::as_bool, out);
    let glass = section.may("glass", "true or false", Value::as_bool, out);
    Some(AccessClass {
        code: code?,
        roles: roles?,
        patients: patients?,
        look_back_days: days.unwrap_or(0),
        shows: shows?,
        open: open.unwrap_or_default(),
        writes: writes.unwrap_or_else(|| Some(Vec::new())),
        amends: amends.unwrap_or_default(),
        touches: touches.unwrap_or_default(),
        written_as: written_as.unwrap_or_default(),
        only: only.unwrap_or_default(),
        coded: coded.unwrap_or_default(),
        omits: omits.unwrap_or_default(),
        withholds: withholds.unwrap_or_default(),
        own_site: own_site.unwrap_or(false),
        masked: masked.unwrap_or(false),
        glass: glass.unwrap_or(false),
    })
}

fn groups(value: &Value) -> Option<Groups> {
    value.as_table()?.iter().map(|(name, list)| Some((name.clone(), texts(list)?))).collect()
}

/// The inner `None` stands for all types.
fn types(value: &Value, groups: &Groups) -> Option<Option<Vec<TypeId>>> {
    let mut out = Vec::new();
    for name in texts(value)? {
        if name == "*" {
            return Some(None);
        }
        let names = match name.strip_prefix('@') {
            Some(group) => groups.get(group)?.clone(),
            None => vec![name],
        };
        for name in names {
            out.push(tables().resource_type(&name)?);
        }
    }
    Some(Some(out))
}

fn split(value: &Value, at: char) -> Option<Vec<(TypeId, String)>> {
    texts(value)?.iter().map(|text| text.split_once(at).and_then(|(ty, rest)| Some((tables().resource_type(ty)?, rest.to_owned())))).collect()
}

fn written_as(value: &Value) -> Option<Vec<(TypeId, String, String)>> {
    let one = |text: &String| {
        let (place, text) = text.split_once('=')?;
        let (ty, element) = place.split_once('.')?;
        Some((tables().resource_type(ty)?, element.to_owned(), text.to_owned()))
    };
    texts(value)?.iter().map(one).collect()
}

fn coded(value: &Value) -> Option<Vec<(TypeId, String, Label)>> {
    let one = |text: &String| {
        let (place, label) = text.split_once('=')?;
        let ((ty, element), (system, code)) = (place.split_once('.')?, label.split_once('|')?);
        Some((tables().resource_type(ty)?, element.to_owned(), (system.to_owned(), code.to_owned())))
    };
    texts(value)?.iter().map(one).collect()
}

fn labels(value: &Value) -> Option<Vec<Label>> {
    texts(value)?.iter().map(|text| text.split_once('|').map(|(system, code)| (system.to_owned(), code.to_owned()))).collect()
}
