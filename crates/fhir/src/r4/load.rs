//! Reading the embedded tables into flat arrays.
//!
//! The tables are made and checked by `cargo xtask codegen --check`; a line that cannot be read is left out here, and
//! the tests below count what must be there.

use super::hash::Index;
use super::model::{Child, ElementId, ElementRow, Primitive, Role, TypeId, TypeKind, TypeRef, TypeRow};
use super::value_sets::ValueSets;
use std::collections::HashMap;

const RESOURCE_TYPES: &str = include_str!("../../tables/resource-types.txt");
const ELEMENTS: &str = include_str!("../../tables/elements.txt");
const VALUE_SETS: &str = include_str!("../../tables/value-sets.txt");

/// Numbers from here on are given in table order and not stored anywhere.
const FIRST_UNSTORED: u16 = 256;

/// Types, elements and what each key means.
pub(super) struct Loaded {
    pub types: Vec<TypeRow>,
    pub elements: Vec<ElementRow>,
    pub children: Vec<Child>,
    pub child_index: Index,
    pub type_index: HashMap<&'static str, TypeId>,
    pub value_sets: ValueSets,
}

pub(super) fn load() -> Loaded {
    let mut loader =
        Loader { types: Vec::new(), elements: Vec::new(), type_index: HashMap::new(), own: HashMap::new(), value_sets: ValueSets::parse(VALUE_SETS) };
    loader.name_types();
    loader.read_elements();
    loader.lay_out();
    let children = loader.children();
    let child_index = Index::build(children.iter().map(|child| (child.scope.0, child.name)));
    Loaded { types: loader.types, elements: loader.elements, children, child_index, type_index: loader.type_index, value_sets: loader.value_sets }
}

struct Loader {
    types: Vec<TypeRow>,
    elements: Vec<ElementRow>,
    type_index: HashMap<&'static str, TypeId>,
    /// The elements that a type itself defines.
    own: HashMap<TypeId, Vec<ElementId>>,
    value_sets: ValueSets,
}

const UNUSED: TypeRow = TypeRow { name: "", kind: TypeKind::Abstract, base: None, role: Role::None, elements: Vec::new(), required: 0 };

impl Loader {
    /// Gives every type its number first, because elements refer forward.
    fn name_types(&mut self) {
        self.types.resize(usize::from(FIRST_UNSTORED), UNUSED);
        for (number, name) in RESOURCE_TYPES.lines().filter_map(|line| line.split_once('\t')) {
            if let Some(id) = number.parse().ok().map(TypeId) {
                self.type_index.insert(name, id);
            }
        }
        let mut bases = Vec::new();
        for line in ELEMENTS.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let (Some(name), Some(kind)) = (fields.next(), fields.next()) else { continue };
            if let Some(path) = name.strip_prefix(' ') {
                let owner = bases.last().map_or("", |(owner, _)| *owner);
                self.name_backbone(owner, path, fields.next().unwrap_or(""));
                continue;
            }
            let id = self.number(name);
            let kind = kind_of(name, kind);
            self.put(id, TypeRow { name, kind, role: role_of(name), ..UNUSED });
            bases.push((name, fields.next().unwrap_or("")));
        }
        for (name, base) in bases {
            let base = self.type_index.get(base).copied();
            if let Some(row) = self.type_index.get(name).and_then(|id| self.types.get_mut(id.index())) {
                row.base = base;
            }
        }
    }

    fn name_backbone(&mut self, owner: &'static str, path: &'static str, types: &'static str) {
        if types != "BackboneElement" && types != "Element" {
            return;
        }
        let name = intern(format!("{owner}.{path}"));
        let id = self.number(name);
        let base = self.type_index.get(types).copied();
        self.put(id, TypeRow { name, kind: TypeKind::Backbone, base, role: role_of(name), ..UNUSED });
    }

    fn number(&mut self, name: &'static str) -> TypeId {
        let next = TypeId(u16::try_from(self.types.len()).unwrap_or(u16::MAX));
        *self.type_index.entry(name).or_insert(next)
    }

    fn put(&mut self, id: TypeId, row: TypeRow) {
        if id.index() >= self.types.len() {
            self.types.resize(id.index() + 1, UNUSED);
        }
        if let Some(place) = self.types.get_mut(id.index()) {
            *place = row;
        }
    }

    fn read_elements(&mut self) {
        let mut owner = "";
        for line in ELEMENTS.lines().filter(|line| !line.starts_with('#')) {
            let Some(row) = line.strip_prefix(' ') else {
                owner = line.split('\t').next().unwrap_or("");
                continue;
            };
            let mut fields = row.split('\t');
            let (Some(path), Some(cardinality), Some(types)) = (fields.next(), fields.next(), fields.next()) else { continue };
            let (parent, name) = match path.rsplit_once('.') {
                Some((parent, name)) => (format!("{owner}.{parent}"), name),
                None => (owner.to_owned(), path),
            };
            let Some(&scope) = self.type_index.get(parent.as_str()) else { continue };
            let binding = fields.next().and_then(|it| self.value_sets.by_name(it));
            let types = self.type_refs(&format!("{owner}.{path}"), types);
            let (min, max) = cardinality.split_once("..").unwrap_or(("0", "*"));
            let plain = name.strip_suffix("[x]").unwrap_or(name);
            let element = ElementId(u16::try_from(self.elements.len()).unwrap_or(u16::MAX));
            self.elements.push(ElementRow {
                owner: scope,
                name: plain,
                min: min.parse().unwrap_or(0),
                repeats: max == "*" || max.parse().is_ok_and(|it: u32| it > 1),
                choice: plain.len() != name.len(),
                types,
                binding,
            });
            self.own.entry(scope).or_default().push(element);
        }
    }

    fn type_refs(&self, path: &str, types: &'static str) -> Vec<TypeRef> {
        let id = |name: &str| self.type_index.get(name).copied();
        if let Some(content) = types.strip_prefix('@') {
            return id(content).into_iter().map(|ty| TypeRef { ty, targets: Vec::new() }).collect();
        }
        if types == "BackboneElement" || types == "Element" {
            return id(path).into_iter().map(|ty| TypeRef { ty, targets: Vec::new() }).collect();
        }
        let one = |text: &'static str| {
            let (name, targets) = text.split_once('(').unwrap_or((text, ""));
            let targets: Vec<_> = targets.trim_end_matches(')').split(',').filter_map(id).collect();
            let any = targets.iter().any(|it| self.types.get(it.index()).is_some_and(|row| row.name == "Resource"));
            id(name).map(|ty| TypeRef { ty, targets: if any { Vec::new() } else { targets } })
        };
        types.split('|').filter_map(one).collect()
    }

    fn lay_out(&mut self) {
        for number in 1..self.types.len() {
            let mut layout = Vec::new();
            self.collect(TypeId(u16::try_from(number).unwrap_or(0)), &mut layout, 0);
            let is_required = |(slot, id): (usize, &ElementId)| self.elements.get(id.index()).is_some_and(|row| row.min > 0).then_some(1_u128 << (slot & 127));
            let required = layout.iter().enumerate().filter_map(is_required).fold(0, |sum, bit| sum | bit);
            if let Some(row) = self.types.get_mut(number) {
                (row.elements, row.required) = (layout, required);
            }
        }
    }

    fn collect(&self, ty: TypeId, layout: &mut Vec<ElementId>, depth: u8) {
        let Some(row) = self.types.get(ty.index()).filter(|_| depth < 8) else { return };
        if let Some(base) = row.base {
            self.collect(base, layout, depth + 1);
        }
        layout.extend(self.own.get(&ty).into_iter().flatten());
    }

    fn children(&self) -> Vec<Child> {
        let mut children = Vec::with_capacity(16_384);
        for (number, row) in self.types.iter().enumerate() {
            let scope = TypeId(u16::try_from(number).unwrap_or(0));
            for (slot, &id) in row.elements.iter().enumerate() {
                let Some(element) = self.elements.get(id.index()) else { continue };
                for (alternative, reference) in element.types.iter().enumerate() {
                    let Some(target) = self.types.get(reference.ty.index()) else { continue };
                    let primitive = match target.kind {
                        TypeKind::Primitive(it) => Some(it),
                        _ => None,
                    };
                    let name = if element.choice { choice_name(element.name, target.name) } else { element.name };
                    let (slot, alternative) = (slot as u8, alternative as u8);
                    children.push(Child {
                        name,
                        scope,
                        element: id,
                        ty: reference.ty,
                        primitive,
                        repeats: element.repeats,
                        choice: element.choice,
                        slot,
                        binding: element.binding,
                        alternative,
                    });
                }
            }
        }
        children
    }
}

fn kind_of(name: &str, kind: &str) -> TypeKind {
    match kind {
        "primitive" => Primitive::from_name(name).map_or(TypeKind::Abstract, TypeKind::Primitive),
        "complex" => TypeKind::Complex,
        "resource" => TypeKind::Resource,
        _ => TypeKind::Abstract,
    }
}

fn role_of(name: &str) -> Role {
    match name {
        "Attachment" => Role::Attachment,
        "Bundle" => Role::Bundle,
        "Bundle.entry" => Role::BundleEntry,
        "Coding" => Role::Coding,
        "CodeableConcept" => Role::CodeableConcept,
        "Extension" => Role::Extension,
        "Narrative" => Role::Narrative,
        "Reference" => Role::Reference,
        _ => Role::None,
    }
}

fn choice_name(element: &str, ty: &str) -> &'static str {
    let mut name = String::with_capacity(element.len() + ty.len());
    name.push_str(element);
    let mut characters = ty.chars();
    name.extend(characters.next().map(|first| first.to_ascii_uppercase()));
    name.push_str(characters.as_str());
    intern(name)
}

/// Names made of two parts of the tables are joined once and kept for the life of the process.
fn intern(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
