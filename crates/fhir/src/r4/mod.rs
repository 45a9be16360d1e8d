//! FHIR R4 (4.0.1) as tables of facts, read once from the text tables in `crates/fhir/tables`.
//!
//! Those are made by `cargo xtask codegen` from the published definitions (<https://hl7.org/fhir/R4/downloads.html>).

mod hash;
mod load;
mod model;
mod search;
mod value_sets;

pub use model::{Child, ElementId, ElementRow, Primitive, Role, TypeId, TypeKind, TypeRef, TypeRow};
pub use search::{Compartment, Component, SearchKind, SearchParameter};
use std::sync::LazyLock;
pub use value_sets::{ValueSetId, ValueSets};

const SEARCH_PARAMETERS: &str = include_str!("../../tables/search-parameters.txt");
const COMPARTMENTS: &str = include_str!("../../tables/compartments.txt");

/// The tables, read at first use.
pub fn tables() -> &'static Tables {
    static TABLES: LazyLock<Tables> = LazyLock::new(Tables::load);
    &TABLES
}

/// Every fact of R4 that the house uses.
pub struct Tables {
    loaded: load::Loaded,
    search_parameters: Vec<SearchParameter>,
    compartments: Vec<Compartment>,
    known: Known,
}

/// Rows that rules ask for again and again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub resource: TypeId,
    pub coding_system: Option<ElementId>,
}

static NO_TYPE: TypeRow = TypeRow { name: "", kind: TypeKind::Abstract, base: None, role: Role::None, elements: Vec::new(), required: 0 };

impl Tables {
    fn load() -> Self {
        let loaded = load::load();
        let type_id = |name: &str| loaded.type_index.get(name).copied();
        let search_parameters = search::parse_parameters(SEARCH_PARAMETERS, &type_id);
        let compartments = search::parse_compartments(COMPARTMENTS, &type_id);
        let known = Known { resource: type_id("Resource").unwrap_or(TypeId::NONE), coding_system: None };
        let mut it = Self { loaded, search_parameters, compartments, known };
        it.known.coding_system = it.element_by_path("Coding.system");
        it
    }

    pub(crate) fn known(&self) -> &Known {
        &self.known
    }

    /// A type by name: `Patient`, `HumanName`, `dateTime`, or a backbone's path `Observation.component`.
    pub fn type_id(&self, name: &str) -> Option<TypeId> {
        self.loaded.type_index.get(name).copied()
    }

    /// A concrete resource type by name.
    pub fn resource_type(&self, name: &str) -> Option<TypeId> {
        self.type_id(name).filter(|id| self.is_resource(*id))
    }

    pub fn type_row(&self, id: TypeId) -> &TypeRow {
        self.loaded.types.get(id.index()).unwrap_or(&NO_TYPE)
    }

    pub fn type_name(&self, id: TypeId) -> &'static str {
        self.type_row(id).name
    }

    /// Whether resources of exactly this type exist.
    pub fn is_resource(&self, id: TypeId) -> bool {
        self.type_row(id).kind == TypeKind::Resource
    }

    /// Whether `id` is `ancestor` or derives from it: `Patient` from `DomainResource`, `Age` from `Quantity`.
    pub fn is_a(&self, id: TypeId, ancestor: TypeId) -> bool {
        std::iter::successors(Some(id), |it| self.type_row(*it).base).take(8).any(|it| it == ancestor)
    }

    /// The concrete resource types, by number.
    pub fn resource_types(&self) -> impl Iterator<Item = TypeId> + '_ {
        (1..=u8::MAX).map(|number| TypeId(u16::from(number))).filter(|id| self.is_resource(*id))
    }

    /// An element's definition. `None` only for an id that these tables did not give.
    pub fn element(&self, id: ElementId) -> Option<&ElementRow> {
        self.loaded.elements.get(id.index())
    }

    /// How many elements there are: ids are below it.
    pub fn element_count(&self) -> usize {
        self.loaded.elements.len()
    }

    /// The path that R4 gives an element: `Observation.component.value[x]`.
    pub fn element_path(&self, id: ElementId) -> String {
        let Some(row) = self.element(id) else { return String::new() };
        format!("{}.{}{}", self.type_name(row.owner), row.name, if row.choice { "[x]" } else { "" })
    }

    /// What a JSON key means within a type. A choice is named with its type (`valueQuantity`); the sibling of a primitive
    /// (`_birthDate`) is looked up without its underscore.
    pub fn child(&self, scope: TypeId, key: &str) -> Option<&Child> {
        let matches = |child: &&Child| child.scope == scope && child.name == key;
        self.loaded.child_index.candidates(scope.0, key).filter_map(|at| self.loaded.children.get(at)).find(matches)
    }

    /// An element of a type by FHIRPath name: a choice by its bare name (`value`).
    pub fn element_named(&self, scope: TypeId, name: &str) -> Option<ElementId> {
        let of_name = |id: &&ElementId| self.element(**id).is_some_and(|row| row.name == name);
        self.type_row(scope).elements.iter().find(of_name).copied()
    }

    /// An element by its path from a type, through data types too: `Patient.name.family`. A choice may be written
    /// `value`, `value[x]` or `valueQuantity`; a path goes on through a choice only in the last form.
    pub fn element_by_path(&self, path: &str) -> Option<ElementId> {
        let mut segments = path.split('.');
        let mut scope = self.type_id(segments.next()?)?;
        let mut found = None;
        for segment in segments {
            let name = segment.strip_suffix("[x]").unwrap_or(segment);
            if let Some(child) = self.child(scope, name) {
                (found, scope) = (Some(child.element), child.ty);
            } else {
                found = Some(self.element_named(scope, name)?);
                scope = TypeId::NONE;
            }
        }
        found
    }

    /// The resource types that a reference at this place may point to; empty when any may stand there.
    pub fn targets(&self, child: &Child) -> &[TypeId] {
        let row = self.element(child.element);
        row.and_then(|row| row.types.get(usize::from(child.alternative))).map_or(&[], |it| it.targets.as_slice())
    }

    pub fn value_sets(&self) -> &ValueSets {
        &self.loaded.value_sets
    }

    /// Every search parameter that has an expression.
    pub fn search_parameters(&self) -> &[SearchParameter] {
        &self.search_parameters
    }

    /// The parameters that serve a resource type, those of its bases included.
    pub fn search_parameters_of(&self, ty: TypeId) -> impl Iterator<Item = &SearchParameter> {
        self.search_parameters.iter().filter(move |it| it.bases.iter().any(|base| self.is_a(ty, *base)))
    }

    pub fn compartments(&self) -> &[Compartment] {
        &self.compartments
    }
}

#[cfg(test)]
mod tests;
