//! From every search parameter to the fields it reads.

use super::lower::{Beyond, Path, Root, Step, lower};
use super::resolve::{Resolved, Test, narrowing, resolve};
use super::shape::{Shape, shape};
use crate::expr::parse;
use crate::{Component, ParamKind, Support};
use rihla_fhir::r4::{SearchKind, SearchParameter, Tables, TypeId, tables};
use std::collections::HashMap;

/// A field before it has its number.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub type_id: TypeId,
    pub kind: ParamKind,
    /// What names it in the field table, next to type and kind.
    pub text: String,
    pub content: Content,
}

impl Source {
    /// Its tokens come with the name of a system.
    pub fn has_system(&self) -> bool {
        let Content::Leaf(resolved) = &self.content else { return false };
        let shapes = resolved.hops.last().into_iter().flat_map(|hop| &hop.types).filter_map(|ty| shape(self.kind, tables().type_name(*ty)));
        shapes.into_iter().any(|shape| matches!(shape, Shape::Coding | Shape::CodeableConcept | Shape::Identifier | Shape::ContactPoint))
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Values of one element, of the types that its last hop lists.
    Leaf(Resolved),
    /// Whether the element has a value other than `false`.
    Flag(Resolved),
    Composite {
        base: Resolved,
        parts: Vec<Part>,
    },
}

/// A component of a composite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Positions in [`Compiled::sources`].
    pub sources: Vec<usize>,
    /// `%resource.…`: read from the whole resource instead of the base element.
    pub of_resource: bool,
}

/// A field as one parameter uses it, before numbers.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub source: usize,
    pub target: Option<TypeId>,
    pub system: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub type_id: TypeId,
    pub parameter: &'static SearchParameter,
    pub kind: ParamKind,
    pub support: Support,
    pub uses: Vec<Use>,
    pub components: Vec<Component>,
}

/// An expression, or an alternative of one, that gives nothing to index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exception {
    pub parameter: &'static str,
    pub alternative: String,
    pub why: &'static str,
}

pub(crate) struct Compiled {
    pub sources: Vec<Source>,
    pub drafts: Vec<Draft>,
    /// Alternatives that were left out although their parameter is served.
    pub ignored: Vec<Exception>,
    /// Parameters that could not be compiled for some type.
    pub failed: Vec<Exception>,
}

pub(crate) const NO_SAMPLES: &str = "sampled data have no one value to compare";

pub(crate) fn compile(tables: &'static Tables) -> Compiled {
    let out = Compiled { sources: Vec::new(), drafts: Vec::new(), ignored: Vec::new(), failed: Vec::new() };
    let kinds = tables.search_parameters().iter().map(|parameter| (parameter.id, parameter)).collect();
    let mut compiler = Compiler { tables, parameters: kinds, keys: HashMap::new(), out };
    let all: Vec<TypeId> = tables.resource_types().collect();
    for parameter in tables.search_parameters() {
        if let Err(beyond) = compiler.parameter(parameter, &all) {
            compiler.out.failed.push(Exception { parameter: parameter.id, alternative: parameter.expression.to_owned(), why: beyond.0 });
        }
    }
    compiler.out
}

struct Compiler {
    tables: &'static Tables,
    parameters: HashMap<&'static str, &'static SearchParameter>,
    keys: HashMap<(TypeId, ParamKind, String), usize>,
    out: Compiled,
}

/// Where relative paths of one compilation start.
struct Context<'p> {
    type_id: TypeId,
    kind: ParamKind,
    parameter: &'static str,
    /// The composite's base element; `None` for a parameter's own expression.
    base: Option<&'p Resolved>,
}

impl Compiler {
    fn parameter(&mut self, parameter: &'static SearchParameter, all: &[TypeId]) -> Result<(), Beyond> {
        let expr = parse(parameter.expression).map_err(|error| Beyond(error.what))?;
        let paths = lower(&expr)?;
        for base in &parameter.bases {
            let own = self.alternatives(&paths, *base)?;
            for type_id in all.iter().copied().filter(|ty| self.tables.is_a(*ty, *base)) {
                self.of_type(type_id, parameter, &own)?;
            }
        }
        Ok(())
    }

    /// The alternatives that speak of one type. Most begin with its name; InsurancePlan's `name` alone begins below it.
    fn alternatives(&self, paths: &[Path<'static>], base: TypeId) -> Result<Vec<Path<'static>>, Beyond> {
        let mut own = Vec::new();
        for path in paths {
            match path.root {
                Root::Name(name) if name == self.tables.type_name(base) => own.push(path.clone()),
                Root::Name(name) if self.tables.type_id(name).is_none() => {
                    let steps = std::iter::once(Step::Child(name)).chain(path.steps.iter().copied()).collect();
                    own.push(Path { root: Root::Resource, steps, ..path.clone() });
                }
                _ => {}
            }
        }
        if own.is_empty() { Err(Beyond("no alternative speaks of one of the types it serves")) } else { Ok(own) }
    }

    fn of_type(&mut self, type_id: TypeId, parameter: &'static SearchParameter, paths: &[Path<'static>]) -> Result<(), Beyond> {
        let kind = kind_of(parameter.kind);
        let mut draft = Draft { type_id, parameter, kind, support: support(parameter), uses: Vec::new(), components: Vec::new() };
        if draft.support == Support::Index {
            draft.uses = match kind {
                ParamKind::Composite => self.composite(type_id, parameter, paths)?,
                _ => self.leaves(&Context { type_id, kind, parameter: parameter.id, base: None }, paths)?,
            };
        }
        for at in 0..parameter.components.len() {
            let parameter = self.component(parameter, at)?;
            draft.components.push(Component { code: parameter.code, kind: kind_of(parameter.kind) });
        }
        self.out.drafts.push(draft);
        Ok(())
    }

    /// The fields that a set of alternatives reads; those that differ only in the type they ask for become one.
    fn leaves(&mut self, context: &Context<'_>, paths: &[Path<'static>]) -> Result<Vec<Use>, Beyond> {
        let mut groups: Vec<Group> = Vec::new();
        for path in paths {
            let Some(found) = self.group(context, path)? else { continue };
            let same = groups.iter_mut().find(|group| group.key == found.key && group.target == found.target && group.system == found.system);
            match (same.and_then(|group| group.resolved.hops.last_mut()), found.resolved.hops.last()) {
                (Some(hop), Some(more)) => hop.types.extend(more.types.iter().filter(|ty| !hop.types.contains(ty)).copied().collect::<Vec<_>>()),
                _ => groups.push(found),
            }
        }
        if groups.is_empty() {
            return Err(Beyond("no alternative gives values of that kind"));
        }
        let mut uses = Vec::new();
        for group in groups {
            self.sources_of(context, group, &mut uses)?;
        }
        Ok(uses)
    }

    fn group(&mut self, context: &Context<'_>, path: &Path<'static>) -> Result<Option<Group>, Beyond> {
        let (start, scope, first) = match (context.base, path.root) {
            (Some(base), Root::Name(name)) => (base.clone(), self.scope_of(base, context.type_id), Some(name)),
            _ => (Resolved::empty(), context.type_id, None),
        };
        let mut resolved = resolve(self.tables, scope, &start, path, first)?;
        let system = (context.kind == ParamKind::Token).then(|| self.take_system(&mut resolved)).flatten();
        let target = path.target.map(|name| self.tables.resource_type(name).ok_or(Beyond("R4 has no such resource type"))).transpose()?;
        let tables = self.tables;
        let hop = resolved.hops.last_mut().ok_or(Beyond("a whole resource is no value"))?;
        if !path.as_flag {
            hop.types.retain(|ty| shape(context.kind, tables.type_name(*ty)).is_some());
        }
        if hop.types.is_empty() {
            let why = if path.steps.last() == Some(&Step::As("SampledData")) { NO_SAMPLES } else { "no type that may stand there has such values" };
            self.out.ignored.push(Exception { parameter: context.parameter, alternative: resolved.text(tables), why });
            return Ok(None);
        }
        Ok(Some(Group { key: resolved.text(tables), resolved, target, system, as_flag: path.as_flag }))
    }

    fn scope_of(&self, base: &Resolved, type_id: TypeId) -> TypeId {
        base.hops.last().map_or(type_id, |hop| hop.types.first().copied().unwrap_or(TypeId::NONE))
    }

    /// `telecom.where(system='phone')`: a ContactPoint's token carries its system, so the field need not be split.
    fn take_system(&self, resolved: &mut Resolved) -> Option<&'static str> {
        let at = resolved.hops.len().checked_sub(1)?;
        let hop = resolved.hops.get(at)?;
        if hop.types.iter().any(|ty| self.tables.type_name(*ty) != "ContactPoint") {
            return None;
        }
        let guard = resolved.guards.last().filter(|guard| guard.hop == at)?;
        let system = match &guard.test {
            Test::Member { name, equals } if name == "system" => ["phone", "email"].into_iter().find(|known| known == equals)?,
            _ => return None,
        };
        resolved.guards.pop();
        Some(system)
    }

    fn sources_of(&mut self, context: &Context<'_>, group: Group, uses: &mut Vec<Use>) -> Result<(), Beyond> {
        let Group { mut resolved, target, system, as_flag, key } = group;
        let hop = resolved.hops.last_mut().ok_or(Beyond("a whole resource is no value"))?;
        if as_flag {
            let text = format!("{key}.exists() and {key} != false");
            let source = self.source(Source { type_id: context.type_id, kind: context.kind, text, content: Content::Flag(resolved) });
            uses.push(Use { source, target, system });
            return Ok(());
        }
        if let [only] = hop.types.as_slice()
            && let Some(Shape::Parts(parts)) = shape(context.kind, self.tables.type_name(*only))
        {
            let (scope, whole) = (*only, Path { root: Root::Resource, steps: Vec::new(), target: None, as_flag: false });
            for part in parts {
                let resolved = resolve(self.tables, scope, &resolved, &whole, Some(part))?;
                let text = resolved.text(self.tables);
                let source = self.source(Source { type_id: context.type_id, kind: context.kind, text, content: Content::Leaf(resolved) });
                uses.push(Use { source, target, system });
            }
            return Ok(());
        }
        let row = self.tables.element(hop.element).ok_or(Beyond("R4 has no such element"))?;
        let readable = row.types.iter().filter(|reference| shape(context.kind, self.tables.type_name(reference.ty)).is_some()).count();
        let suffix = if hop.types.len() == readable { String::new() } else { narrowing(&hop.types, self.tables) };
        let source = self.source(Source { type_id: context.type_id, kind: context.kind, text: key + &suffix, content: Content::Leaf(resolved) });
        uses.push(Use { source, target, system });
        Ok(())
    }

    fn composite(&mut self, type_id: TypeId, parameter: &'static SearchParameter, paths: &[Path<'static>]) -> Result<Vec<Use>, Beyond> {
        let mut uses = Vec::new();
        for path in paths {
            let base = resolve(self.tables, type_id, &Resolved::empty(), path, None)?;
            let mut text = base.text(self.tables);
            let mut parts = Vec::new();
            for (at, component) in parameter.components.iter().enumerate() {
                let definition = self.component(parameter, at)?;
                let expr = parse(component.expression).map_err(|error| Beyond(error.what))?;
                let paths = lower(&expr)?;
                let of_resource = paths.iter().any(|path| path.root == Root::Resource);
                let context = Context { type_id, kind: kind_of(definition.kind), parameter: parameter.id, base: Some(&base) };
                let found = self.leaves(&context, &paths)?;
                text.push_str(&format!("{}{}", if parts.is_empty() { "{" } else { "; " }, component.expression));
                parts.push(Part { sources: found.iter().map(|used| used.source).collect(), of_resource });
            }
            text.push('}');
            let source = self.source(Source { type_id, kind: ParamKind::Composite, text, content: Content::Composite { base, parts } });
            uses.push(Use { source, target: None, system: None });
        }
        Ok(uses)
    }

    /// The parameter that a component is compared as. `DocumentReference-relationship` names its two crosswise.
    fn component(&self, parameter: &SearchParameter, at: usize) -> Result<&'static SearchParameter, Beyond> {
        let at = if parameter.id == "DocumentReference-relationship" { 1 - at.min(1) } else { at };
        let definition = parameter.components.get(at).and_then(|component| self.parameters.get(component.definition));
        definition.copied().ok_or(Beyond("a component's parameter is not known"))
    }

    fn source(&mut self, source: Source) -> usize {
        let key = (source.type_id, source.kind, source.text.clone());
        let next = self.out.sources.len();
        let at = *self.keys.entry(key).or_insert(next);
        if at == next {
            self.out.sources.push(source);
        }
        at
    }
}

/// Alternatives of one parameter that read the same element.
struct Group {
    /// The path's text, in which the last element is not narrowed.
    key: String,
    resolved: Resolved,
    target: Option<TypeId>,
    system: Option<&'static str>,
    as_flag: bool,
}

fn support(parameter: &SearchParameter) -> Support {
    match (parameter.code, parameter.kind) {
        ("_id" | "_lastUpdated", _) => Support::Store,
        (_, SearchKind::Special) => Support::None("distances are not indexed"),
        _ => Support::Index,
    }
}

pub(crate) fn kind_of(kind: SearchKind) -> ParamKind {
    match kind {
        SearchKind::Number => ParamKind::Number,
        SearchKind::Date => ParamKind::Date,
        SearchKind::String => ParamKind::String,
        SearchKind::Token => ParamKind::Token,
        SearchKind::Reference => ParamKind::Reference,
        SearchKind::Composite => ParamKind::Composite,
        SearchKind::Quantity => ParamKind::Quantity,
        SearchKind::Uri => ParamKind::Uri,
        SearchKind::Special => ParamKind::Special,
    }
}
