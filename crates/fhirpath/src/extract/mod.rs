//! Extraction: the plan of a type, run over a resource.

mod composite;
mod reference;
#[cfg(test)]
mod tests;
mod value;

use crate::plan::plans;
use crate::plan::resolve::Test;
use crate::plan::trie::{Guard, Node, Plan, Take};
use crate::{Entry, IndexValue, Zone};
use rihla_fhir::json::Value;
use rihla_fhir::r4::{ElementId, TypeId, tables};
use rihla_fhir::validate::{Visit, Visitor};
use std::borrow::Cow;
use value::Sink;

/// Descends the plan in step with a walk and appends what is to be indexed.
///
/// Call [`Extractor::finish`] after the walk: what is said of the resource as a whole is appended then.
pub struct Extractor<'x, 'd> {
    plan: Option<&'static Plan>,
    zone: &'x Zone,
    root: Value<'d>,
    out: &'x mut Vec<Entry<'d>>,
    /// Where this resource's entries begin in `out`.
    start: usize,
    frames: Vec<Frame<'d>>,
    /// Bit per [`Plan::flags`]: something is there.
    flags: u64,
    /// Instances of base elements whose pairs need the whole resource.
    late: Vec<(u16, usize, usize)>,
    picks: Vec<usize>,
    left_out: usize,
}

/// An element instance that the walk is in.
struct Frame<'d> {
    node: &'static Node,
    value: Value<'d>,
    /// Where its entries begin.
    start: usize,
    /// The child seen last and how many of it, so that `[0]` can be judged.
    last: Option<ElementId>,
    count: u32,
}

/// What an extraction could not give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    /// Combinations of composites beyond the bound for one element: the index of this resource is incomplete for them.
    pub combinations_left_out: usize,
}

static EMPTY: Node = Node { edges: Vec::new(), takes: Vec::new(), scopes: Vec::new() };

impl<'x, 'd> Extractor<'x, 'd> {
    /// For one resource. Entries are appended to `out`, which may hold those of others already.
    pub fn new(resource: Value<'d>, type_id: TypeId, zone: &'x Zone, out: &'x mut Vec<Entry<'d>>) -> Self {
        let plan = plans().plan(type_id);
        let node = plan.and_then(|plan| plan.nodes.first()).unwrap_or(&EMPTY);
        let start = out.len();
        let mut frames = Vec::with_capacity(8);
        frames.push(Frame { node, value: resource, start, last: None, count: 0 });
        Self { plan, zone, root: resource, out, start, frames, flags: 0, late: Vec::new(), picks: Vec::new(), left_out: 0 }
    }

    /// Appends what the whole resource says.
    pub fn finish(mut self) -> Extracted {
        let Some(plan) = self.plan else { return Extracted::default() };
        let whole = self.start..self.out.len();
        if let Some(root) = plan.nodes.first() {
            self.pair(plan, root, self.start);
        }
        for (position, start, end) in std::mem::take(&mut self.late) {
            if let Some(composite) = plan.composites.get(usize::from(position)) {
                self.left_out += composite::combine(composite, &(start..end), &whole, &mut self.picks, self.out);
            }
        }
        for (bit, field) in plan.flags.iter().enumerate() {
            let code = if self.flags & 1 << bit == 0 { "false" } else { "true" };
            self.out.push(Entry { field: *field, value: IndexValue::Token { system: None, code: Some(Cow::Borrowed(code)), display: None } });
        }
        Extracted { combinations_left_out: self.left_out }
    }

    /// Appends the pairs of an instance of a base element, whose entries begin at `start`.
    fn pair(&mut self, plan: &'static Plan, node: &'static Node, start: usize) {
        let end = self.out.len();
        for position in &node.scopes {
            match plan.composites.get(usize::from(*position)) {
                Some(composite) if composite.late => self.late.push((*position, start, end)),
                Some(composite) => self.left_out += composite::combine(composite, &(start..end), &(start..end), &mut self.picks, self.out),
                None => {}
            }
        }
    }

    fn take(&mut self, take: &'static Take, value: Value<'d>, ordinal: u32) {
        if !take.guards.iter().all(|guard| self.holds(guard, value, ordinal)) {
            return;
        }
        match take.flag {
            Some(bit) if value.as_bool() != Some(false) => self.flags |= 1 << bit,
            Some(_) => {}
            None => {
                let mut sink = Sink { field: take.field, kind: take.kind, zone: self.zone, root: self.root, out: self.out };
                sink.read(take.shape, value);
            }
        }
    }

    fn holds(&self, guard: &Guard, value: Value<'d>, ordinal: u32) -> bool {
        let frame = |up: usize| self.frames.len().checked_sub(up).and_then(|at| self.frames.get(at));
        match &guard.test {
            Test::Position(wanted) if guard.up == 0 => ordinal == *wanted,
            // The frame above an element counts its children; of the one at hand it counts the latest.
            Test::Position(wanted) => frame(guard.up + 1).is_some_and(|above| above.count == *wanted + 1),
            Test::Member { name, equals } => {
                let subject = if guard.up == 0 { Some(value) } else { frame(guard.up).map(|frame| frame.value) };
                subject.and_then(|subject| subject.get(name)).and_then(|member| member.as_str()).is_some_and(|text| text == *equals)
            }
        }
    }
}

impl<'d> Visitor<'d> for Extractor<'_, 'd> {
    fn enter(&mut self, visit: &Visit<'d>) -> bool {
        if visit.sibling {
            return false;
        }
        let (Some(plan), Some(frame)) = (self.plan, self.frames.last_mut()) else { return false };
        frame.count = if frame.last == Some(visit.element) { frame.count + 1 } else { 1 };
        frame.last = Some(visit.element);
        let ordinal = frame.count - 1;
        let Some(node) = frame.node.next(visit.element, visit.ty).and_then(|at| plan.nodes.get(usize::from(at))) else { return false };
        let start = self.out.len();
        for take in &node.takes {
            self.take(take, visit.value, ordinal);
        }
        if node.edges.is_empty() {
            return false;
        }
        self.frames.push(Frame { node, value: visit.value, start, last: None, count: 0 });
        true
    }

    fn leave(&mut self) {
        if let (Some(plan), Some(frame)) = (self.plan, self.frames.pop())
            && !frame.node.scopes.is_empty()
        {
            self.pair(plan, frame.node, frame.start);
        }
    }
}

/// Extracts without validating: for checks of the index and for sorting, where the resource was accepted before.
pub fn extract<'d>(resource: Value<'d>, type_id: TypeId, zone: &Zone, out: &mut Vec<Entry<'d>>) -> Extracted {
    let mut extractor = Extractor::new(resource, type_id, zone, out);
    descend(resource, type_id, 0, &mut extractor);
    extractor.finish()
}

fn descend<'d>(value: Value<'d>, scope: TypeId, depth: u16, visitor: &mut Extractor<'_, 'd>) {
    for member in value.members() {
        let Some(child) = tables().child(scope, member.key_source()) else { continue };
        for item in member.value.each() {
            let visit = Visit { element: child.element, ty: child.ty, value: item, sibling: false, contained: false, depth };
            // Recursion is bounded by the plan's depth: below it nothing is of interest.
            if visitor.enter(&visit) {
                descend(item, child.ty, depth + 1, visitor);
                visitor.leave();
            }
        }
    }
}
