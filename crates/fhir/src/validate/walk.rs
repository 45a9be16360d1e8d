//! The walk itself: structure, cardinality and the order of visits. What a value must look like is next door.

use super::references::Frame;
use super::{Options, Visit, Visitor};
use crate::issue::{Issues, Problem};
use crate::json::{Items, Kind, Value};
use crate::r4::{Child, Primitive, Role, Tables, TypeId, TypeKind, TypeRow, tables};

/// Deeper than any resource; the walk recurses.
const MAX_DEPTH: u16 = 192;

/// Repeated keys of one object that are told apart; hostile objects repeat theirs without end.
const MAX_COMPARED: u32 = 16;

pub(super) struct Walk<'d, 'w, V> {
    pub tables: &'static Tables,
    pub root: Value<'d>,
    pub options: Options,
    pub issues: &'w mut Issues,
    /// Local references and contained resources of the resource that the walk is in.
    pub frame: Frame<'d>,
    visitor: &'w mut V,
    contained: bool,
    in_bundle: bool,
    depth: u16,
}

impl<'d, 'w, V: Visitor<'d>> Walk<'d, 'w, V> {
    pub fn new(root: Value<'d>, options: Options, visitor: &'w mut V, issues: &'w mut Issues) -> Self {
        let tables = tables();
        Self { tables, root, options, issues, frame: Frame::default(), visitor, contained: false, in_bundle: false, depth: 0 }
    }

    pub fn root(mut self, expected: Option<TypeId>) -> Option<TypeId> {
        let ty = self.resource_type(self.root, expected)?;
        self.resource(self.root, ty, true);
        Some(ty)
    }

    pub fn fail(&mut self, problem: Problem, value: Value<'d>, args: &[&str]) {
        self.issues.add(problem, self.root, value, args);
    }

    pub fn allows_conditional_references(&self) -> bool {
        self.options.conditional_references || self.in_bundle
    }

    /// The type that a resource says it is, if R4 knows it and the place allows it.
    fn resource_type(&mut self, value: Value<'d>, expected: Option<TypeId>) -> Option<TypeId> {
        if !value.is_object() {
            self.fail(Problem::NotAnObject, value, &[]);
            return None;
        }
        let Some(name) = value.get("resourceType") else {
            self.fail(Problem::NoType, value, &[]);
            return None;
        };
        let Some(text) = name.as_str() else {
            self.fail(Problem::JsonType, name, &["resourceType", "string"]);
            return None;
        };
        let Some(ty) = self.tables.resource_type(&text) else {
            self.fail(Problem::UnknownType, name, &[&text]);
            return None;
        };
        if let Some(expected) = expected.filter(|it| !self.tables.is_a(ty, *it)) {
            self.fail(Problem::OtherType, name, &[self.tables.type_name(expected), &text]);
        }
        Some(ty)
    }

    /// A resource that is no contained one: local references resolve within it.
    fn resource(&mut self, value: Value<'d>, ty: TypeId, watch: bool) {
        let outer = std::mem::take(&mut self.frame);
        self.object(value, ty, watch);
        self.resolve_local(value);
        self.frame = outer;
    }

    /// A resource within another: contained, or of a bundle entry or parameter.
    fn nested(&mut self, child: &Child, value: Value<'d>, watch: bool) {
        let Some(ty) = self.resource_type(value, Some(child.ty)) else { return };
        let is_contained = child.name == "contained";
        let before = (self.contained, self.in_bundle);
        self.contained |= is_contained;
        let owner = self.tables.element(child.element).map_or(TypeId::NONE, |it| it.owner);
        self.in_bundle |= self.tables.type_row(owner).role == Role::BundleEntry;
        let below = watch && self.enter(child, ty, value, false);
        self.depth += 1;
        if is_contained {
            self.contained_resource(value, before.0);
            self.object(value, ty, below);
        } else {
            self.resource(value, ty, below);
        }
        self.depth -= 1;
        if below {
            self.visitor.leave();
        }
        (self.contained, self.in_bundle) = before;
    }

    fn enter(&mut self, child: &Child, ty: TypeId, value: Value<'d>, sibling: bool) -> bool {
        let visit = Visit { element: child.element, ty, value, sibling, contained: self.contained, depth: self.depth };
        self.visitor.enter(&visit)
    }

    /// The members of one object against the elements of its type.
    fn object(&mut self, value: Value<'d>, ty: TypeId, watch: bool) {
        let tables = self.tables;
        let row = tables.type_row(ty);
        let is_resource = row.kind == TypeKind::Resource;
        let mut seen = Seen::default();
        for member in value.members() {
            let key = member.key();
            if is_resource && key == "resourceType" {
                if std::mem::replace(&mut seen.type_named, true) {
                    self.fail(Problem::DuplicateKey, member.value, &[&key]);
                }
                continue;
            }
            let sibling = key.starts_with('_');
            let name = key.strip_prefix('_').unwrap_or(&key);
            match tables.child(ty, name) {
                Some(child) if !sibling || child.primitive.is_some() => {
                    self.note(&mut seen, child, value, member.value, sibling);
                    if sibling {
                        self.siblings(child, value, member.value, watch);
                    } else {
                        self.member(child, value, member.value, watch);
                    }
                }
                _ => self.fail(Problem::UnknownElement, member.value, &[&key, row.name]),
            }
        }
        if value.is_empty() {
            self.fail(Problem::Empty, value, &[row.name]);
        }
        self.missing(row, &seen, value);
        self.rules(row.role, value);
    }

    /// Remembers that an element was given, and refuses the second time.
    fn note(&mut self, seen: &mut Seen, child: &Child, parent: Value<'d>, value: Value<'d>, sibling: bool) {
        let bit = 1_u128 << (child.slot & 127);
        let (own, other) = if sibling { (&mut seen.siblings, seen.values) } else { (&mut seen.values, seen.siblings) };
        let again = *own & bit != 0;
        *own |= bit;
        if again {
            seen.repeats += 1;
            let same = seen.repeats > MAX_COMPARED
                || parent.members().filter(|it| it.key().strip_prefix('_').is_some() == sibling && it.key().trim_start_matches('_') == child.name).count() > 1;
            let problem = if same { Problem::DuplicateKey } else { Problem::Choice };
            self.fail_choice(problem, child, value);
        } else if child.choice && other & bit != 0 {
            let counterpart = parent.members().any(|it| it.key().strip_prefix('_').is_some() != sibling && it.key().trim_start_matches('_') == child.name);
            if !counterpart {
                self.fail_choice(Problem::Choice, child, value);
            }
        }
    }

    fn fail_choice(&mut self, problem: Problem, child: &Child, value: Value<'d>) {
        let name = if problem == Problem::Choice { self.tables.element(child.element).map_or("", |row| row.name) } else { child.name };
        self.fail(problem, value, &[name]);
    }

    fn missing(&mut self, row: &TypeRow, seen: &Seen, value: Value<'d>) {
        let mut missing = row.required & !(seen.values | seen.siblings);
        while missing != 0 {
            let slot = missing.trailing_zeros() as usize;
            missing &= missing - 1;
            let element = row.elements.get(slot).and_then(|id| self.tables.element(*id));
            self.fail(Problem::Missing, value, &[element.map_or("", |it| it.name)]);
        }
    }

    /// One member: an item, or an array of items where the element repeats.
    fn member(&mut self, child: &Child, parent: Value<'d>, value: Value<'d>, watch: bool) {
        if !child.repeats {
            if value.is_array() {
                return self.fail(Problem::NotRepeating, value, &[child.name]);
            }
            return self.item(child, value, watch);
        }
        if !value.is_array() {
            self.fail(Problem::MustRepeat, value, &[child.name]);
            return self.item(child, value, watch);
        }
        if value.is_empty() {
            return self.fail(Problem::Empty, value, &[child.name]);
        }
        let mut beside = Beside::default();
        for (position, item) in value.items().enumerate() {
            if item.kind() == Kind::Null && child.primitive.is_some() {
                let find = || parent.members().find(|it| it.key().strip_prefix('_') == Some(child.name)).map(|it| it.value);
                if beside.at(position, find).is_some_and(|it| it.is_object()) {
                    continue;
                }
            }
            self.item(child, item, watch);
        }
    }

    fn item(&mut self, child: &Child, value: Value<'d>, watch: bool) {
        if value.kind() == Kind::Null {
            return self.fail(Problem::Null, value, &[child.name]);
        }
        if let Some(primitive) = child.primitive {
            if primitive == Primitive::Xhtml {
                self.xhtml(value, child);
            } else {
                self.primitive(primitive, child, value);
            }
            if watch && self.enter(child, child.ty, value, false) {
                self.visitor.leave();
            }
            return;
        }
        if self.depth >= MAX_DEPTH {
            return self.fail(Problem::TooDeep, value, &[]);
        }
        if child.ty == self.tables.known().resource || self.tables.is_resource(child.ty) {
            return self.nested(child, value, watch);
        }
        if !value.is_object() {
            return self.fail(Problem::JsonType, value, &[child.name, "object"]);
        }
        let below = watch && self.enter(child, child.ty, value, false);
        self.depth += 1;
        self.object(value, child.ty, below);
        self.depth -= 1;
        self.bound(child, value);
        if self.tables.type_row(child.ty).role == Role::Reference {
            self.reference(child, value);
        }
        if below {
            self.visitor.leave();
        }
    }

    /// The `_name` beside a primitive: its id and extensions, in step with its values where it repeats.
    fn siblings(&mut self, child: &Child, parent: Value<'d>, value: Value<'d>, watch: bool) {
        if !child.repeats || !value.is_array() {
            if child.repeats || value.is_array() {
                let problem = if child.repeats { Problem::MustRepeat } else { Problem::NotRepeating };
                return self.fail(problem, value, &[child.name]);
            }
            return self.sibling(child, value, watch);
        }
        if value.is_empty() {
            return self.fail(Problem::Empty, value, &[child.name]);
        }
        let mut beside = Beside::default();
        for (position, item) in value.items().enumerate() {
            if item.kind() == Kind::Null {
                let filled = beside.at(position, || parent.get(child.name));
                if filled.is_none_or(|it| it.kind() == Kind::Null) {
                    self.fail(Problem::Null, item, &[child.name]);
                }
                continue;
            }
            self.sibling(child, item, watch);
        }
    }

    fn sibling(&mut self, child: &Child, value: Value<'d>, watch: bool) {
        if !value.is_object() {
            return self.fail(Problem::JsonType, value, &[child.name, "object"]);
        }
        let below = watch && self.enter(child, child.ty, value, true);
        self.depth += 1;
        self.object(value, child.ty, below);
        self.depth -= 1;
        if below {
            self.visitor.leave();
        }
    }
}

/// Which elements of an object were met, by slot.
#[derive(Default)]
struct Seen {
    values: u128,
    siblings: u128,
    type_named: bool,
    repeats: u32,
}

/// The other array of a repeating primitive (`given` and `_given`), gone through once beside the one being walked.
#[derive(Default)]
struct Beside<'d> {
    /// Looked for once; then what is left of it, if it is there.
    rest: Option<Option<std::iter::Enumerate<Items<'d>>>>,
}

impl<'d> Beside<'d> {
    /// The value at `position`, which grows from call to call.
    fn at(&mut self, position: usize, find: impl FnOnce() -> Option<Value<'d>>) -> Option<Value<'d>> {
        let rest = self.rest.get_or_insert_with(|| find().map(|it| it.items().enumerate()));
        rest.as_mut()?.find(|(at, _)| *at == position).map(|(_, value)| value)
    }
}
