//! Scopes: what a client asks for and what it was granted (<https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html>).

mod granted;
mod limits;

pub use granted::{Asked, Granted};

use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::find;
use rihla_jose::decoded;
use rihla_store::scope::Act;
use std::fmt;

/// Scopes of one set; more is no client's need.
const SCOPES_MAX: usize = 64;
/// Questions on one type, and parameters of one question.
const QUESTIONS_MAX: usize = 8;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    OpenId,
    FhirUser,
    /// Opened from a page of ours, whose patient it is about.
    Launch,
    LaunchPatient,
    Offline,
    Online,
    Resource(Resource),
}

/// Whose data are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Of the patient of the context.
    Patient,
    /// Of whomever the person may see.
    User,
    /// Of whomever the program may see: there is no person.
    System,
}

/// `patient/Observation.rs?category=…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub level: Level,
    /// None: all types.
    pub ty: Option<TypeId>,
    pub acts: Acts,
    /// Search parameters with their values, decoded; all have to hold.
    pub question: Vec<(String, String)>,
    /// Written as SMART 1 did.
    old: bool,
}

/// Some of create, read, update, delete, search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acts(u8);

const LETTERS: [(u8, char); 5] = [(1, 'c'), (2, 'r'), (4, 'u'), (8, 'd'), (16, 's')];

impl Acts {
    pub const READ: Self = Self(2);
    pub const SEARCH: Self = Self(16);
    const OLD: [(Self, &'static str); 3] = [(Self(2 | 16), "read"), (Self(1 | 4 | 8), "write"), (Self(31), "*")];

    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn of(act: Act) -> Self {
        match act {
            Act::Create => Self(1),
            Act::Update => Self(4),
            Act::Delete => Self(8),
        }
    }

    fn is_none(self) -> bool {
        self.0 == 0
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Letters in the order of `cruds`, each once: another order is no scope.
    fn parse(text: &str) -> Option<Self> {
        let mut acts = Self::default();
        let mut rest = text;
        for (bit, letter) in LETTERS {
            if let Some(after) = rest.strip_prefix(letter) {
                (acts, rest) = (Self(acts.0 | bit), after);
            }
        }
        (rest.is_empty() && !acts.is_none()).then_some(acts)
    }
}

impl Scope {
    /// None: not understood, and so not granted.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "openid" => Self::OpenId,
            "fhirUser" => Self::FhirUser,
            "launch" => Self::Launch,
            "launch/patient" => Self::LaunchPatient,
            "offline_access" => Self::Offline,
            "online_access" => Self::Online,
            other => Self::Resource(Resource::parse(other)?),
        })
    }

    /// What both allow.
    fn meet(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Resource(one), Self::Resource(two)) => one.meet(two).map(Self::Resource),
            (one, two) => (one == two).then(|| one.clone()),
        }
    }

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Resource(one), Self::Resource(two)) => one.covers(two),
            (one, two) => one == two,
        }
    }
}

impl Resource {
    fn parse(text: &str) -> Option<Self> {
        let (head, question) = text.split_once('?').map_or((text, None), |(head, question)| (head, Some(question)));
        let (level, rest) = head.split_once('/')?;
        let level = match level {
            "patient" => Level::Patient,
            "user" => Level::User,
            "system" => Level::System,
            _ => return None,
        };
        let (ty, acts) = rest.split_once('.')?;
        let ty = match ty {
            "*" => None,
            name => Some(tables().resource_type(name)?),
        };
        let old = Acts::OLD.into_iter().find(|(_, name)| *name == acts).map(|(acts, _)| acts);
        let question = question.map_or(Some(Vec::new()), |text| questions(ty, text))?;
        // SMART 1 had no questions.
        if old.is_some() && !question.is_empty() {
            return None;
        }
        Some(Self { level, ty, acts: old.or_else(|| Acts::parse(acts))?, question, old: old.is_some() })
    }

    fn meet(&self, other: &Self) -> Option<Self> {
        let ty = match (self.ty, other.ty) {
            (Some(one), Some(two)) if one != two => return None,
            (one, two) => one.or(two),
        };
        let acts = self.acts.and(other.acts);
        if self.level != other.level || acts.is_none() {
            return None;
        }
        let mut question = self.question.clone();
        question.extend(other.question.iter().filter(|pair| !self.question.contains(pair)).cloned());
        let old = self.old && question.is_empty() && Acts::OLD.iter().any(|(known, _)| *known == acts);
        (question.len() <= QUESTIONS_MAX && question.iter().all(|(name, _)| ty.is_none_or(|ty| find(ty, name).is_some()))).then_some(Self {
            level: self.level,
            ty,
            acts,
            question,
            old,
        })
    }

    fn covers(&self, other: &Self) -> bool {
        self.level == other.level
            && self.ty.is_none_or(|ty| other.ty == Some(ty))
            && self.acts.has(other.acts)
            && self.question.iter().all(|pair| other.question.contains(pair))
    }

    fn is_of(&self, ty: TypeId) -> bool {
        self.ty.is_none_or(|own| own == ty)
    }
}

/// Plain parameters of the type alone: no chains, no modifiers, nothing that shapes a page.
fn questions(ty: Option<TypeId>, text: &str) -> Option<Vec<(String, String)>> {
    let mut out = Vec::new();
    for pair in text.split('&') {
        let (name, value) = pair.split_once('=')?;
        let (name, value) = (decoded(name)?, decoded(value)?);
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let shared = matches!(name.as_str(), "_id" | "_lastUpdated" | "_tag" | "_profile" | "_security");
        let known = shared || ty.is_none_or(|ty| find(ty, &name).is_some());
        if !(plain || shared) || !known || value.is_empty() || value.contains(char::is_control) {
            return None;
        }
        out.push((name, value));
    }
    (out.len() <= QUESTIONS_MAX).then_some(out)
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenId => out.write_str("openid"),
            Self::FhirUser => out.write_str("fhirUser"),
            Self::Launch => out.write_str("launch"),
            Self::LaunchPatient => out.write_str("launch/patient"),
            Self::Offline => out.write_str("offline_access"),
            Self::Online => out.write_str("online_access"),
            Self::Resource(resource) => resource.fmt(out),
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Patient => "patient",
            Level::User => "user",
            Level::System => "system",
        };
        write!(out, "{level}/{}.", self.ty.map_or("*", |ty| tables().type_name(ty)))?;
        match Acts::OLD.iter().find(|(acts, _)| self.old && *acts == self.acts) {
            Some((_, name)) => out.write_str(name)?,
            None => LETTERS.iter().filter(|(bit, _)| self.acts.0 & bit != 0).try_for_each(|(_, letter)| write!(out, "{letter}"))?,
        }
        for (place, (name, value)) in self.question.iter().enumerate() {
            write!(out, "{}{name}=", if place == 0 { '?' } else { '&' })?;
            for byte in value.bytes() {
                match byte {
                    b'%' | b'&' | b'+' | b'"' | b'\\' | 0..=0x20 | 0x7F.. => write!(out, "%{byte:02X}")?,
                    plain => write!(out, "{}", char::from(plain))?,
                }
            }
        }
        Ok(())
    }
}

/// Scopes without repetitions, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeSet(Vec<Scope>);

impl ScopeSet {
    /// What is not understood is left out, and so are scopes beyond what anybody needs.
    pub fn parse(text: &str) -> Self {
        Self::of(text.split(' ').filter_map(Scope::parse))
    }

    fn of(scopes: impl Iterator<Item = Scope>) -> Self {
        let mut out: Vec<Scope> = Vec::new();
        for scope in scopes {
            let asked = |scope: &Scope| matches!(scope, Scope::Resource(resource) if !resource.question.is_empty());
            let room = out.len() < SCOPES_MAX && (!asked(&scope) || out.iter().filter(|known| asked(known)).count() < QUESTIONS_MAX);
            if room && !out.contains(&scope) {
                out.push(scope);
            }
        }
        Self(out)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }

    pub fn has(&self, scope: &Scope) -> bool {
        self.0.contains(scope)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.0.iter().filter_map(|scope| match scope {
            Scope::Resource(resource) => Some(resource),
            _ => None,
        })
    }

    /// Of both no more than each allows. A scope that another one of the result covers is left out.
    pub fn meet(&self, other: &Self) -> Self {
        let mut out: Vec<Scope> = Vec::new();
        for met in self.0.iter().flat_map(|one| other.0.iter().filter_map(move |two| one.meet(two))) {
            if !out.iter().any(|known| known.covers(&met)) {
                out.retain(|known| !met.covers(known));
                out.push(met);
            }
        }
        Self::of(out.into_iter())
    }

    /// Whether each of the others is allowed as a whole.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|two| self.0.iter().any(|one| one.covers(two)))
    }

    /// Those that have a sense with a person, or without one.
    pub(crate) fn with_person(self, person: bool) -> Self {
        Self::of(self.0.into_iter().filter(|scope| match scope {
            Scope::Resource(resource) => (resource.level == Level::System) != person,
            _ => person,
        }))
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.0.iter().enumerate() {
            write!(out, "{}{scope}", if place == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
