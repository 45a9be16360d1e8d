//! What an address names (<https://hl7.org/fhir/R4/http.html#summary>).

use crate::messages;
use crate::pairs;
use crate::refusal::{Refusal, Result};
use rihla_fhir::r4::{TypeId, tables};

/// A place below the base address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    System,
    Metadata,
    SystemSearch,
    SystemHistory,
    Type(TypeId),
    TypeSearch(TypeId),
    TypeHistory(TypeId),
    Instance(TypeId, String),
    InstanceHistory(TypeId, String),
    Version(TypeId, String, u32),
    /// `Patient/1/Observation`, or `Patient/1/*` for all types.
    Compartment {
        of: TypeId,
        id: String,
        ty: Option<TypeId>,
    },
    CompartmentSearch {
        of: TypeId,
        id: String,
        ty: Option<TypeId>,
    },
    /// `$name` on the system, a type or an instance.
    Operation {
        name: String,
        on: Option<(TypeId, Option<String>)>,
    },
}

impl Route {
    /// Reads a path below the base, without its leading slash and its query.
    pub fn parse(path: &str) -> Result<Self> {
        let mut segments = path.trim_end_matches('/').split('/');
        let mut next = || segments.next().map(|segment| pairs::decode(segment, false).ok_or_else(|| Refusal::new(&messages::NO_SUCH_PATH))).transpose();
        let first = next()?.unwrap_or_default();
        let (second, third, fourth) = (next()?, next()?, next()?);
        if next()?.is_some() {
            return Err(Refusal::new(&messages::NO_SUCH_PATH));
        }
        match (first.as_str(), second) {
            ("", None) => Ok(Self::System),
            ("metadata", None) => Ok(Self::Metadata),
            ("_search", None) => Ok(Self::SystemSearch),
            ("_history", None) => Ok(Self::SystemHistory),
            (name, None) if name.starts_with('$') => Ok(Self::Operation { name: first, on: None }),
            (name, second) => Self::below_type(resource_type(name)?, second, third, fourth),
        }
    }

    fn below_type(ty: TypeId, second: Option<String>, third: Option<String>, fourth: Option<String>) -> Result<Self> {
        let nothing = || Err(Refusal::new(&messages::NO_SUCH_PATH));
        let Some(second) = second else { return Ok(Self::Type(ty)) };
        match (second.as_str(), third) {
            ("_search", None) => Ok(Self::TypeSearch(ty)),
            ("_history", None) => Ok(Self::TypeHistory(ty)),
            ("_search" | "_history", Some(_)) => nothing(),
            (name, None) if name.starts_with('$') => Ok(Self::Operation { name: second, on: Some((ty, None)) }),
            (_, third) => {
                check_id(&second)?;
                Self::below_instance(ty, second, third, fourth)
            }
        }
    }

    fn below_instance(ty: TypeId, id: String, third: Option<String>, fourth: Option<String>) -> Result<Self> {
        let nothing = || Err(Refusal::new(&messages::NO_SUCH_PATH));
        let Some(third) = third else { return Ok(Self::Instance(ty, id)) };
        match (third.as_str(), fourth.as_deref()) {
            ("_history", None) => Ok(Self::InstanceHistory(ty, id)),
            ("_history", Some(version)) => {
                let version = version.parse().ok().filter(|version| *version > 0);
                version.map(|version| Self::Version(ty, id, version)).ok_or_else(|| Refusal::new(&messages::BAD_VERSION))
            }
            (name, None) if name.starts_with('$') => Ok(Self::Operation { name: third, on: Some((ty, Some(id))) }),
            (name, below) => {
                let member = if name == "*" { None } else { Some(resource_type(name)?) };
                match below {
                    None => Ok(Self::Compartment { of: ty, id, ty: member }),
                    Some("_search") => Ok(Self::CompartmentSearch { of: ty, id, ty: member }),
                    Some(_) => nothing(),
                }
            }
        }
    }

    /// The methods that this place knows, for a 405.
    pub fn allowed(&self) -> &'static str {
        match self {
            Self::System => "GET, HEAD, POST",
            Self::Type(_) => "GET, HEAD, POST, PUT, DELETE",
            Self::Instance(..) => "GET, HEAD, PUT, DELETE",
            Self::SystemSearch | Self::TypeSearch(_) | Self::CompartmentSearch { .. } => "POST",
            Self::Operation { .. } => "GET, HEAD, POST",
            Self::Metadata | Self::SystemHistory | Self::TypeHistory(_) | Self::InstanceHistory(..) | Self::Version(..) | Self::Compartment { .. } => {
                "GET, HEAD"
            }
        }
    }
}

fn resource_type(name: &str) -> Result<TypeId> {
    tables().resource_type(name).ok_or_else(|| Refusal::with(&messages::UNKNOWN_TYPE, shortened(name)))
}

/// What a client sent, cut so that an answer or a log stays short.
fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

/// The rule for logical ids (<https://hl7.org/fhir/R4/datatypes.html#id>).
pub fn check_id(id: &str) -> Result<()> {
    let legal = (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
    if legal { Ok(()) } else { Err(Refusal::new(&messages::BAD_ID)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(path: &str) -> Result<Route, &'static str> {
        Route::parse(path).map_err(|refusal| refusal.code())
    }

    #[test]
    fn every_kind_of_address_is_understood() {
        let patient = tables().resource_type("Patient").expect("R4");
        let observation = tables().resource_type("Observation").expect("R4");
        assert_eq!(parse(""), Ok(Route::System));
        assert_eq!(parse("metadata"), Ok(Route::Metadata));
        assert_eq!(parse("Patient/"), Ok(Route::Type(patient)));
        assert_eq!(parse("Patient/_search"), Ok(Route::TypeSearch(patient)));
        assert_eq!(parse("Patient/a.1-B"), Ok(Route::Instance(patient, "a.1-B".into())));
        assert_eq!(parse("Patient/1/_history/3"), Ok(Route::Version(patient, "1".into(), 3)));
        assert_eq!(parse("Patient/1/Observation"), Ok(Route::Compartment { of: patient, id: "1".into(), ty: Some(observation) }));
        assert_eq!(parse("Patient/1/*/_search"), Ok(Route::CompartmentSearch { of: patient, id: "1".into(), ty: None }));
        assert_eq!(parse("Patient/1/$everything"), Ok(Route::Operation { name: "$everything".into(), on: Some((patient, Some("1".into()))) }));
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        assert_eq!(parse("Patience/1"), Err("RH-API-UNKNOWN-TYPE"));
        assert_eq!(parse("DomainResource"), Err("RH-API-UNKNOWN-TYPE"));
        assert_eq!(parse("patient"), Err("RH-API-UNKNOWN-TYPE"));
        assert_eq!(parse("Patient/a_b"), Err("RH-API-BAD-ID"));
        assert_eq!(parse(&format!("Patient/{}", "x".repeat(65))), Err("RH-API-BAD-ID"));
        assert_eq!(parse("Patient/%2e%2e%2f"), Err("RH-API-BAD-ID"));
        assert_eq!(parse("Patient/1/_history/0"), Err("RH-API-BAD-VERSION"));
        assert_eq!(parse("Patient/1/_history/1/x"), Err("RH-API-NO-SUCH-PATH"));
        assert_eq!(parse("Patient/%ff"), Err("RH-API-NO-SUCH-PATH"));
    }
}
