//! Search parameters and compartments as R4 defines them.

use super::model::TypeId;

/// How a parameter's values are compared: <https://hl7.org/fhir/R4/search.html#ptypes>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SearchKind {
    Number,
    Date,
    String,
    Token,
    Reference,
    Composite,
    Quantity,
    Uri,
    Special,
}

impl SearchKind {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "number" => Self::Number,
            "date" => Self::Date,
            "string" => Self::String,
            "token" => Self::Token,
            "reference" => Self::Reference,
            "composite" => Self::Composite,
            "quantity" => Self::Quantity,
            "uri" => Self::Uri,
            "special" => Self::Special,
            _ => return None,
        })
    }

    /// The name that FHIR gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Date => "date",
            Self::String => "string",
            Self::Token => "token",
            Self::Reference => "reference",
            Self::Composite => "composite",
            Self::Quantity => "quantity",
            Self::Uri => "uri",
            Self::Special => "special",
        }
    }
}

/// One search parameter that has an expression.
#[derive(Clone, Debug)]
pub struct SearchParameter {
    /// Its address below `http://hl7.org/fhir/SearchParameter/`.
    pub id: &'static str,
    /// The name used in a search.
    pub code: &'static str,
    pub kind: SearchKind,
    /// The types it serves; `Resource` and `DomainResource` stand for all of theirs.
    pub bases: Vec<TypeId>,
    /// FHIRPath, for all bases together.
    pub expression: &'static str,
    /// Resource types that a reference may point to.
    pub targets: Vec<TypeId>,
    pub comparators: Vec<&'static str>,
    /// Parts of a composite.
    pub components: Vec<Component>,
}

impl SearchParameter {
    /// The parameter's canonical address.
    pub fn url(&self) -> String {
        format!("http://hl7.org/fhir/SearchParameter/{}", self.id)
    }
}

/// One part of a composite parameter.
#[derive(Clone, Debug)]
pub struct Component {
    /// The [`SearchParameter::id`] of the parameter whose kind the part has.
    pub definition: &'static str,
    /// FHIRPath relative to what the composite's own expression yields.
    pub expression: &'static str,
}

/// Which resources belong to one patient, encounter and so on: <https://hl7.org/fhir/R4/compartmentdefinition.html>.
#[derive(Clone, Debug)]
pub struct Compartment {
    pub ty: TypeId,
    /// Each resource type that may be in it, with the parameters that put it there (`{def}`: the resource itself).
    pub members: Vec<(TypeId, Vec<&'static str>)>,
}

pub(super) fn parse_parameters(table: &'static str, type_id: &impl Fn(&str) -> Option<TypeId>) -> Vec<SearchParameter> {
    let ids = |names: &'static str| names.split(' ').filter_map(type_id).collect::<Vec<_>>();
    let mut found: Vec<SearchParameter> = Vec::with_capacity(1400);
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        if let Some(detail) = line.strip_prefix(' ') {
            let (Some(last), Some((mark, rest))) = (found.last_mut(), detail.split_once(' ')) else { continue };
            match mark {
                "=" => last.expression = rest,
                ">" => last.targets = ids(rest),
                "?" => last.comparators = rest.split(' ').collect(),
                _ => last.components.extend(rest.split_once('\t').map(|(definition, expression)| Component { definition, expression })),
            }
            continue;
        }
        let mut fields = line.split('\t');
        let (Some(id), Some(kind), Some(code), Some(bases)) = (fields.next(), fields.next(), fields.next(), fields.next()) else { continue };
        let Some(kind) = SearchKind::from_name(kind) else { continue };
        found.push(SearchParameter { id, code, kind, bases: ids(bases), expression: "", targets: Vec::new(), comparators: Vec::new(), components: Vec::new() });
    }
    found
}

pub(super) fn parse_compartments(table: &'static str, type_id: &impl Fn(&str) -> Option<TypeId>) -> Vec<Compartment> {
    let mut found: Vec<Compartment> = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(ty), Some(member), Some(parameters)) = (fields.next().and_then(type_id), fields.next().and_then(type_id), fields.next()) else { continue };
        if found.last().is_none_or(|last| last.ty != ty) {
            found.push(Compartment { ty, members: Vec::new() });
        }
        if let Some(last) = found.last_mut() {
            last.members.push((member, parameters.split(' ').collect()));
        }
    }
    found
}
