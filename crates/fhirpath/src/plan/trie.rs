//! The plan of one resource type: a tree of elements that the walk descends in step.

use super::compile::{Compiled, Content, Part, Source};
use super::resolve::{Resolved, Test};
use super::shape::{Shape, shape};
use crate::{FieldId, ParamKind};
use rihla_fhir::r4::{ElementId, TypeId, tables};

/// The root is node 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub nodes: Vec<Node>,
    /// Fields that say for every resource whether something is there, by [`Take::flag`].
    pub flags: Vec<FieldId>,
    pub composites: Vec<Composite>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub edges: Vec<Edge>,
    pub takes: Vec<Take>,
    /// Composites whose base element this is, by position in [`Plan::composites`].
    pub scopes: Vec<u16>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub element: ElementId,
    /// [`TypeId::NONE`] accepts any: a resource within a resource has a type that only the data tell.
    pub ty: TypeId,
    pub node: u16,
}

/// What to index of an element.
#[derive(Clone, Debug)]
pub(crate) struct Take {
    pub field: FieldId,
    pub kind: ParamKind,
    pub shape: Shape,
    /// Only note that a value is there, under this number.
    pub flag: Option<u16>,
    pub guards: Vec<Guard>,
}

/// A condition on an element of the path at hand.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    /// How many levels above the taken element.
    pub up: usize,
    pub test: Test,
}

#[derive(Clone, Debug)]
pub(crate) struct Composite {
    pub field: FieldId,
    pub parts: Vec<CompositePart>,
    /// A component is read from the whole resource, so pairs are made at its end.
    pub late: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct CompositePart {
    pub fields: Vec<FieldId>,
    pub of_resource: bool,
}

impl Node {
    pub fn next(&self, element: ElementId, ty: TypeId) -> Option<u16> {
        let fits = |edge: &&Edge| edge.element == element && (edge.ty == ty || edge.ty == TypeId::NONE);
        self.edges.iter().find(fits).map(|edge| edge.node)
    }
}

/// A plan for each type, by number.
pub(super) fn build(compiled: &Compiled, numbers: &[Option<FieldId>]) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    plans.resize_with(256, || Plan { nodes: vec![Node::default()], ..Plan::default() });
    for (source, number) in compiled.sources.iter().zip(numbers) {
        let (Some(plan), Some(field)) = (plans.get_mut(source.type_id.index()), *number) else { continue };
        match &source.content {
            Content::Leaf(resolved) => plan.add_leaf(source, resolved, field),
            Content::Flag(resolved) => plan.add_flag(source, resolved, field),
            Content::Composite { base, parts } => plan.add_composite(base, parts, field, numbers),
        }
    }
    plans
}

impl Plan {
    fn add_leaf(&mut self, source: &Source, resolved: &Resolved, field: FieldId) {
        for (node, ty) in self.ends(resolved) {
            let Some(shape) = shape(source.kind, tables().type_name(ty)) else { continue };
            self.take(node, Take { field, kind: source.kind, shape, flag: None, guards: guards(resolved) });
        }
    }

    fn add_flag(&mut self, source: &Source, resolved: &Resolved, field: FieldId) {
        let flag = Some(self.flags.len() as u16);
        self.flags.push(field);
        for (node, _) in self.ends(resolved) {
            self.take(node, Take { field, kind: source.kind, shape: Shape::Boolean, flag, guards: guards(resolved) });
        }
    }

    fn add_composite(&mut self, base: &Resolved, parts: &[Part], field: FieldId, numbers: &[Option<FieldId>]) {
        let position = self.composites.len() as u16;
        let part = |part: &Part| {
            let fields = part.sources.iter().filter_map(|at| numbers.get(*at).copied().flatten()).collect();
            CompositePart { fields, of_resource: part.of_resource }
        };
        let late = parts.iter().any(|part| part.of_resource);
        self.composites.push(Composite { field, parts: parts.iter().map(part).collect(), late });
        let ends = if base.hops.is_empty() { vec![0] } else { self.ends(base).into_iter().map(|(node, _)| node).collect() };
        for node in ends {
            if let Some(node) = self.nodes.get_mut(usize::from(node)) {
                node.scopes.push(position);
            }
        }
    }

    fn take(&mut self, node: u16, take: Take) {
        if let Some(node) = self.nodes.get_mut(usize::from(node)) {
            node.takes.push(take);
        }
    }

    /// The nodes where a path ends, one for each type that may stand there.
    fn ends(&mut self, resolved: &Resolved) -> Vec<(u16, TypeId)> {
        let mut ends = vec![(0, TypeId::NONE)];
        for hop in &resolved.hops {
            let mut next = Vec::new();
            for (node, _) in ends {
                for ty in &hop.types {
                    next.push((self.edge(node, hop.element, *ty), *ty));
                }
            }
            ends = next;
        }
        ends
    }

    fn edge(&mut self, from: u16, element: ElementId, ty: TypeId) -> u16 {
        let ty = if tables().type_name(ty) == "Resource" { TypeId::NONE } else { ty };
        let fresh = self.nodes.len() as u16;
        let Some(node) = self.nodes.get_mut(usize::from(from)) else { return from };
        if let Some(edge) = node.edges.iter().find(|edge| edge.element == element && edge.ty == ty) {
            return edge.node;
        }
        node.edges.push(Edge { element, ty, node: fresh });
        self.nodes.push(Node::default());
        fresh
    }
}

fn guards(resolved: &Resolved) -> Vec<Guard> {
    let last = resolved.hops.len().saturating_sub(1);
    resolved.guards.iter().map(|guard| Guard { up: last - guard.hop.min(last), test: guard.test.clone() }).collect()
}
