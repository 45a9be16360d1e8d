//! The compiled plans: looked up by type, made once from R4's own list of parameters.

mod compartment;
mod compile;
mod fields;
mod lower;
pub(crate) mod resolve;
pub(crate) mod shape;
#[cfg(test)]
mod tests;
pub(crate) mod trie;

pub use compartment::{Compartment, Membership, compartment};
pub use fields::generate;

use crate::{FieldId, FieldUse, ParamKind, SearchParam, Support};
use compile::{Compiled, Draft, compile};
use rihla_fhir::r4::{TypeId, tables};
use std::sync::LazyLock;
use trie::Plan;

/// What is known of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    pub type_id: TypeId,
    pub kind: ParamKind,
    /// The element's path below the type, with what narrows it: `value.as(Quantity)`.
    pub path: &'static str,
    /// Tokens of this field carry a system. Where they do not (`code`, `boolean`, `id`), a system in a query names the
    /// value set that the element implies and is not compared.
    pub has_system: bool,
}

pub(crate) struct Plans {
    fields: Vec<Option<FieldInfo>>,
    /// By type number, sorted by code.
    params: Vec<Vec<SearchParam>>,
    plans: Vec<Plan>,
    compartments: Vec<Compartment>,
}

pub(crate) fn plans() -> &'static Plans {
    static PLANS: LazyLock<Plans> = LazyLock::new(Plans::load);
    &PLANS
}

/// Every search parameter of a resource type, those of all resources included, sorted by code.
pub fn params_for(type_id: TypeId) -> &'static [SearchParam] {
    plans().params.get(type_id.index()).map_or(&[], Vec::as_slice)
}

/// One search parameter by its code.
pub fn find(type_id: TypeId, code: &str) -> Option<&'static SearchParam> {
    let params = params_for(type_id);
    let at = params.binary_search_by(|param| param.code.cmp(code)).ok()?;
    params.get(at)
}

/// What a field is; `None` for a number that the table has not.
pub fn field(id: FieldId) -> Option<FieldInfo> {
    plans().fields.get(usize::from(id.0)).copied().flatten()
}

impl Plans {
    fn load() -> Self {
        let compiled = compile(tables());
        let table = fields::Table::own();
        let numbers = table.number_all(&compiled);
        let mut plans = Self { fields: table.infos(&compiled), params: vec![Vec::new(); 256], plans: Vec::new(), compartments: Vec::new() };
        for draft in &compiled.drafts {
            if let Some(of_type) = plans.params.get_mut(draft.type_id.index()) {
                of_type.push(finished(draft, &compiled, &numbers));
            }
        }
        for type_id in tables().resource_types() {
            if let Some(of_type) = plans.params.get_mut(type_id.index()) {
                let defined = UNSERVED.iter().filter(|row| tables().type_id(row.0).is_some_and(|base| tables().is_a(type_id, base)));
                of_type.extend(defined.map(|(_, param)| unserved(param)));
                of_type.sort_by_key(|param| param.code);
            }
        }
        plans.plans = trie::build(&compiled, &numbers);
        plans.compartments = compartment::build(&plans.params);
        plans
    }

    pub fn plan(&self, type_id: TypeId) -> Option<&Plan> {
        self.plans.get(type_id.index())
    }
}

type Unserved = (&'static str, &'static str, ParamKind, &'static str);

/// Parameters that R4 defines without an expression: base, code, id, kind, and why they are not served.
const UNSERVED: &[(&str, Unserved)] = &[
    ("Resource", ("_content", "Resource-content", ParamKind::String, "the whole content is not indexed as text")),
    ("Resource", ("_query", "Resource-query", ParamKind::Token, "no named queries are defined")),
    ("DomainResource", ("_text", "DomainResource-text", ParamKind::String, "narratives are not indexed")),
];

fn unserved(&(code, definition, kind, why): &Unserved) -> SearchParam {
    let support = Support::None(why);
    SearchParam {
        code,
        definition,
        kind,
        support,
        fields: Vec::new(),
        targets: Vec::new(),
        components: Vec::new(),
        comparators: Vec::new(),
        whole_resource: false,
    }
}

fn finished(draft: &Draft, compiled: &Compiled, numbers: &[Option<FieldId>]) -> SearchParam {
    let number = |used: &compile::Use| {
        let field = numbers.get(used.source).copied().flatten()?;
        Some(FieldUse { field, target_filter: used.target, system_filter: used.system })
    };
    let over_resource = |used: &compile::Use| match compiled.sources.get(used.source).map(|source| &source.content) {
        Some(compile::Content::Composite { base, .. }) => base.hops.is_empty(),
        _ => false,
    };
    SearchParam {
        code: draft.parameter.code,
        definition: draft.parameter.id,
        kind: draft.kind,
        support: draft.support,
        fields: draft.uses.iter().filter_map(number).collect(),
        targets: draft.parameter.targets.clone(),
        components: draft.components.clone(),
        comparators: draft.parameter.comparators.clone(),
        whole_resource: !draft.uses.is_empty() && draft.uses.iter().all(over_resource),
    }
}
