//! From the query string to a [`Query`].

use super::value::{self, Comparison, Want};
use super::{Criterion, Include, Part, Query, Sort, SortBy, Summary, Total};
use crate::indexer::Indexer;
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{FieldId, FieldUse, ParamKind, SearchParam, Support, find};
use rihla_kernel::{Fault, FaultKind};

/// What to do about a parameter that is not understood (<https://hl7.org/fhir/R4/search.html#errors>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// Refuse the search.
    Strict,
    /// Leave it out and say so.
    Lenient,
}

/// Resources on a page unless the client says otherwise, and at most.
const COUNT: usize = 20;
const COUNT_MAX: usize = 1000;
/// Types that one chain or `_has` may pass through.
const CHAIN_DEPTH: usize = 5;

/// Parameters that shape the answer rather than choose resources, and belong to the HTTP edge.
const EDGE: [&str; 2] = ["_format", "_pretty"];

/// Reads a query. `types` are those searched; warnings name what was left out.
pub fn parse(types: &[TypeId], pairs: &[(String, String)], handling: Handling, indexer: &Indexer) -> Result<(Query, Vec<Fault>), Fault> {
    let mut query = Query {
        parts: Vec::new(),
        count: COUNT,
        total: Total::None,
        summary: Summary::False,
        elements: Vec::new(),
        includes: Vec::new(),
        cursor: None,
        fingerprint: fingerprint(types, pairs),
    };
    let mut warnings = Vec::new();
    let mut parts: Vec<Part> = types.iter().map(|ty| Part { ty: *ty, criteria: Vec::new(), sort: Vec::new() }).collect();
    for (name, text) in pairs.iter().filter(|(name, _)| !EDGE.contains(&name.as_str())) {
        let read = match result_parameter(&mut query, name, text) {
            Some(read) => read,
            None if name == "_sort" => sort(&mut parts, text),
            None if name == "_type" => types_agree(types, text),
            None if name == "_include" || name == "_revinclude" || name.starts_with("_include:") || name.starts_with("_revinclude:") => {
                include(&mut query, name, text)
            }
            None => criterion_for_all(&mut parts, name, text, indexer),
        };
        match read {
            Ok(()) => {}
            Err(Trouble::Unknown(fault)) if handling == Handling::Lenient => warnings.push(fault),
            Err(Trouble::Unknown(fault) | Trouble::Wrong(fault)) => return Err(fault),
        }
    }
    parts.iter_mut().for_each(|part| join_dates(&mut part.criteria, indexer));
    query.parts = parts;
    Ok((query, warnings))
}

/// Makes several bounds on one date one condition, so that they are one stretch of the index. Not where a resource may
/// hold several dates: there each bound may hold for another one.
fn join_dates(criteria: &mut Vec<Criterion>, indexer: &Indexer) {
    let mut at = 0;
    while at < criteria.len() {
        let joined = match (single_date(criteria.get(at), indexer), at) {
            (Some((field, bounds)), 1..) => criteria.iter_mut().take(at).find_map(|earlier| match earlier {
                Criterion::Any { fields, want, negated: false } if fields.len() == 1 && fields.first().is_some_and(|used| used.field == field) => {
                    match want.as_mut_slice() {
                        [Want::Date(all)] => {
                            all.extend(bounds.iter().copied());
                            Some(())
                        }
                        _ => None,
                    }
                }
                _ => None,
            }),
            _ => None,
        };
        if joined.is_some() {
            criteria.remove(at);
        } else {
            at += 1;
        }
    }
}

fn single_date(criterion: Option<&Criterion>, indexer: &Indexer) -> Option<(FieldId, Vec<Comparison<i64>>)> {
    match criterion? {
        Criterion::Any { fields, want, negated: false } => match (fields.as_slice(), want.as_slice()) {
            ([used], [Want::Date(bounds)]) if !indexer.repeats(used.field) => Some((used.field, bounds.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// What is wrong with a parameter.
enum Trouble {
    /// Not supported: left out under lenient handling.
    Unknown(Fault),
    /// Supported, but its value makes no sense: always refused.
    Wrong(Fault),
}

fn unknown(name: &str, why: &str) -> Trouble {
    Trouble::Unknown(Fault::new(
        FaultKind::Invalid,
        "RH-SEARCH-UNKNOWN",
        format!("The search parameter `{name}` was not used: {why}. The result is not narrowed or shaped by it."),
    ))
}

fn wrong(name: &str, why: &str) -> Trouble {
    Trouble::Wrong(Fault::new(FaultKind::Invalid, "RH-SEARCH-VALUE", format!("The value of the search parameter `{name}` cannot be used: {why}.")))
}

fn result_parameter(query: &mut Query, name: &str, text: &str) -> Option<Result<(), Trouble>> {
    match name {
        "_count" => match text.parse::<usize>() {
            // `_count=0` asks for the number only (<https://hl7.org/fhir/R4/search.html#count>).
            Ok(0) => query.summary = Summary::Count,
            Ok(count) => query.count = count.min(COUNT_MAX),
            Err(_) => return Some(Err(wrong(name, "it must be a whole number"))),
        },
        "_total" => match text {
            "none" => query.total = Total::None,
            // An estimate may be exact.
            "accurate" | "estimate" => query.total = Total::Accurate,
            _ => return Some(Err(wrong(name, "it must be none, estimate or accurate"))),
        },
        "_summary" => {
            query.summary = match text {
                "true" => Summary::True,
                "text" => Summary::Text,
                "data" => Summary::Data,
                "count" => Summary::Count,
                "false" => Summary::False,
                _ => return Some(Err(wrong(name, "it must be true, text, data, count or false"))),
            }
        }
        "_elements" => query.elements.extend(text.split(',').map(str::trim).filter(|element| !element.is_empty()).map(String::from)),
        "_cursor" => query.cursor = Some(text.into()),
        _ => return None,
    }
    Some(Ok(()))
}

/// `_type` chooses the types of a search over the system, before it comes here. A search within a type has its own.
fn types_agree(types: &[TypeId], text: &str) -> Result<(), Trouble> {
    let named = text.split(',').filter_map(|name| tables().resource_type(name.trim()));
    if named.into_iter().all(|ty| types.contains(&ty)) { Ok(()) } else { Err(unknown("_type", "the address names the type already")) }
}

fn sort(parts: &mut [Part], text: &str) -> Result<(), Trouble> {
    let mut sorts: Vec<Vec<Sort>> = parts.iter().map(|_| Vec::new()).collect();
    for code in text.split(',').map(str::trim).filter(|code| !code.is_empty()) {
        let (descending, code) = match code.strip_prefix('-') {
            Some(code) => (true, code),
            None => (false, code),
        };
        for (part, sorts) in parts.iter().zip(&mut sorts) {
            let by = match code {
                "_id" => SortBy::Id,
                "_lastUpdated" => SortBy::LastUpdated,
                _ => match find(part.ty, code) {
                    Some(param) if param.support == Support::Index && !matches!(param.kind, ParamKind::Composite | ParamKind::Special) => SortBy::Param(param),
                    _ => return Err(unknown("_sort", &format!("`{code}` is no parameter of {} that can order", tables().type_name(part.ty)))),
                },
            };
            sorts.push(Sort { by, descending });
        }
    }
    // What is not understood for one type is left out for all, as the warning says.
    parts.iter_mut().zip(sorts).for_each(|(part, sorts)| part.sort.extend(sorts));
    Ok(())
}

fn include(query: &mut Query, name: &str, text: &str) -> Result<(), Trouble> {
    let (base, modifier) = name.split_once(':').map_or((name, None), |(base, modifier)| (base, Some(modifier)));
    let iterate = match modifier {
        None => false,
        Some("iterate" | "recurse") => true,
        Some(_) => return Err(unknown(name, "the only modifier is :iterate")),
    };
    let reverse = base == "_revinclude";
    if text == "*" && !reverse {
        query.includes.push(Include { reverse, iterate, source: None, fields: None, target: None });
        return Ok(());
    }
    let mut words = text.split(':');
    let (source, code, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next());
    let Some(source) = tables().resource_type(source) else { return Err(unknown(name, "it must name a resource type, as in `Observation:subject`")) };
    let target = match target {
        Some(target) => Some(tables().resource_type(target).ok_or_else(|| unknown(name, "its target is no resource type"))?),
        None => None,
    };
    let fields = match code {
        "*" => None,
        _ => match find(source, code) {
            Some(param) if param.kind == ParamKind::Reference && param.support == Support::Index => Some(param.fields.clone()),
            _ => return Err(unknown(name, "it must name a reference parameter of its type")),
        },
    };
    query.includes.push(Include { reverse, iterate, source: Some(source), fields, target });
    Ok(())
}

fn criterion_for_all(parts: &mut [Part], name: &str, text: &str, indexer: &Indexer) -> Result<(), Trouble> {
    let read: Vec<Criterion> = parts.iter().map(|part| criterion(part.ty, name, text, indexer, CHAIN_DEPTH)).collect::<Result<_, _>>()?;
    // What is not understood for one type is left out for all, as the warning says.
    parts.iter_mut().zip(read).for_each(|(part, criterion)| part.criteria.push(criterion));
    Ok(())
}

fn criterion(ty: TypeId, name: &str, text: &str, indexer: &Indexer, depth: usize) -> Result<Criterion, Trouble> {
    if depth == 0 {
        return Err(wrong(name, "the chain is too long"));
    }
    if let Some(rest) = name.strip_prefix("_has:") {
        return has(rest, name, text, indexer, depth);
    }
    if let Some((head, rest)) = name.split_once('.') {
        return chain(ty, head, rest, text, indexer, depth);
    }
    let (code, modifier) = name.split_once(':').map_or((name, None), |(code, modifier)| (code, Some(modifier)));
    let Some(param) = find(ty, code) else { return Err(unknown(name, &format!("{} has no such parameter", tables().type_name(ty)))) };
    match param.support {
        Support::Index => indexed(param, name, modifier, text, indexer),
        Support::Store => by_version(code, name, modifier, text, indexer),
        Support::None(why) => Err(unknown(name, why)),
    }
}

fn by_version(code: &str, name: &str, modifier: Option<&str>, text: &str, indexer: &Indexer) -> Result<Criterion, Trouble> {
    match (code, modifier) {
        ("_id", None) => Ok(Criterion::Id(value::split(text, ',').into_iter().map(String::from).collect())),
        ("_lastUpdated", None) => {
            let values = value::split(text, ',').into_iter().map(|one| value::date(one, indexer.zone()));
            values.collect::<Option<_>>().map(Criterion::LastUpdated).ok_or_else(|| wrong(name, "it must be a date or date-time"))
        }
        _ => Err(unknown(name, "this modifier is not defined for it")),
    }
}

fn indexed(param: &SearchParam, name: &str, modifier: Option<&str>, text: &str, indexer: &Indexer) -> Result<Criterion, Trouble> {
    let fields = param.fields.clone();
    if modifier == Some("missing") {
        return match text {
            "true" | "false" => Ok(Criterion::Missing { fields, missing: text == "true" }),
            _ => Err(wrong(name, "it must be true or false")),
        };
    }
    let negated = modifier == Some("not") && param.kind == ParamKind::Token;
    let modifier = if negated { None } else { modifier };
    if !modifier_fits(param, modifier) {
        return Err(unknown(name, "this modifier is not defined for it"));
    }
    let values = value::split(text, ',').into_iter().filter(|one| !one.is_empty());
    let want: Option<Vec<Want>> = values.map(|one| value::read(param, param.kind, modifier, one, indexer.zone())).collect();
    match want {
        Some(want) if want.is_empty() => Err(wrong(name, "it is empty")),
        Some(want) => Ok(Criterion::Any { fields, want: typed(param, want), negated }),
        None => Err(wrong(name, form_of(param.kind))),
    }
}

fn modifier_fits(param: &SearchParam, modifier: Option<&str>) -> bool {
    match (modifier, param.kind) {
        (None, _)
        | (Some("exact" | "contains"), ParamKind::String)
        | (Some("text"), ParamKind::Token)
        | (Some("below"), ParamKind::Uri)
        | (Some("identifier"), ParamKind::Reference) => true,
        (Some(name), ParamKind::Reference) => tables().resource_type(name).is_some(),
        _ => false,
    }
}

/// A bare id may name any of the parameter's targets; with one target it names that.
fn typed(param: &SearchParam, want: Vec<Want>) -> Vec<Want> {
    let mut out = Vec::with_capacity(want.len());
    for one in want {
        match one {
            Want::Reference { ty: None, id } => {
                let filter = param.fields.iter().find_map(|used| used.target_filter);
                let targets: Vec<TypeId> = filter.map_or_else(|| param.targets.clone(), |only| vec![only]);
                out.extend(targets.into_iter().map(|ty| Want::Reference { ty: Some(ty), id: id.clone() }));
            }
            other => out.push(other),
        }
    }
    out
}

fn form_of(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Date => "it must be a date or date-time, with an optional prefix such as `ge`",
        ParamKind::Number => "it must be a number, with an optional prefix such as `gt`",
        ParamKind::Quantity => "it must be `number`, `number|system|code` or `number||unit`, with an optional prefix",
        ParamKind::Reference => "it must be an id, `Type/id` or a URL",
        ParamKind::Composite => "it must hold one value for each component, joined by `$`",
        ParamKind::String => "it must hold a letter or a digit",
        ParamKind::Token | ParamKind::Uri | ParamKind::Special => "its form is not that of the parameter",
    }
}

fn chain(ty: TypeId, head: &str, rest: &str, text: &str, indexer: &Indexer, depth: usize) -> Result<Criterion, Trouble> {
    let (code, only) = head.split_once(':').map_or((head, None), |(code, only)| (code, Some(only)));
    let name = format!("{head}.{rest}");
    let param = find(ty, code).filter(|param| param.kind == ParamKind::Reference && param.support == Support::Index);
    let Some(param) = param else { return Err(unknown(&name, &format!("`{code}` is no reference parameter of {}", tables().type_name(ty)))) };
    let targets: Vec<TypeId> = match only {
        Some(only) => vec![tables().resource_type(only).ok_or_else(|| unknown(&name, "its type is no resource type"))?],
        None => param.fields.iter().find_map(|used| used.target_filter).map_or_else(|| param.targets.clone(), |only| vec![only]),
    };
    let mut ways = Vec::new();
    let mut trouble = None;
    for target in targets {
        match criterion(target, rest, text, indexer, depth - 1) {
            Ok(inner) => ways.push(Criterion::Chain { fields: for_target(&param.fields, target), ty: target, inner: vec![inner] }),
            Err(Trouble::Wrong(fault)) => return Err(Trouble::Wrong(fault)),
            Err(other) => trouble = Some(other),
        }
    }
    match (ways.len(), ways.pop(), trouble) {
        (1, Some(only), _) => Ok(only),
        (_, Some(last), _) => {
            ways.push(last);
            Ok(Criterion::Either(ways))
        }
        (_, None, Some(trouble)) => Err(trouble),
        (_, None, None) => Err(unknown(&name, "nothing that it refers to has such a parameter")),
    }
}

fn for_target(fields: &[FieldUse], target: TypeId) -> Vec<FieldUse> {
    fields.iter().filter(|used| used.target_filter.is_none_or(|only| only == target)).map(|used| FieldUse { target_filter: Some(target), ..*used }).collect()
}

fn has(rest: &str, name: &str, text: &str, indexer: &Indexer, depth: usize) -> Result<Criterion, Trouble> {
    let mut words = rest.splitn(3, ':');
    let (Some(source), Some(code), Some(inner)) = (words.next(), words.next(), words.next()) else {
        return Err(wrong(name, "it must be written `_has:Type:reference:parameter`"));
    };
    let Some(ty) = tables().resource_type(source) else { return Err(unknown(name, "it names no resource type")) };
    let param = find(ty, code).filter(|param| param.kind == ParamKind::Reference && param.support == Support::Index);
    let Some(param) = param else { return Err(unknown(name, &format!("`{code}` is no reference parameter of {source}"))) };
    let inner = criterion(ty, inner, text, indexer, depth - 1)?;
    Ok(Criterion::Has { fields: param.fields.clone(), ty, inner: vec![inner] })
}

/// FNV over the parameters that choose and order, so that a cursor fits its own question only.
fn fingerprint(types: &[TypeId], pairs: &[(String, String)]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut add = |bytes: &[u8]| bytes.iter().chain(&[0]).for_each(|byte| hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    types.iter().for_each(|ty| add(&ty.0.to_be_bytes()));
    for (name, text) in
        pairs.iter().filter(|(name, _)| !matches!(name.as_str(), "_cursor" | "_count" | "_format" | "_pretty" | "_summary" | "_elements" | "_total"))
    {
        add(name.as_bytes());
        add(text.as_bytes());
    }
    hash
}
