//! What is shown beside the matches (<https://hl7.org/fhir/R4/search.html#include>).

use super::gate::Gate;
use super::run::Run;
use super::span::each_row;
use crate::backend::Hit;
use crate::key::Row;
use crate::query::Include;
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{FieldUse, ParamKind, compartment, params_for};
use rihla_kernel::Fault;
use std::collections::HashSet;

/// Resources included at most; a page that has more says so.
const INCLUDED_MAX: usize = 1_000;
/// How often `:iterate` goes on.
const ROUNDS: usize = 8;

/// What belongs beside `matches`, and whether more was left out.
pub fn included(run: &Run<'_>, matches: &[Hit], includes: &[Include]) -> Result<(Vec<Hit>, bool), Fault> {
    let mut seen: HashSet<u32> = matches.iter().map(|hit| hit.version.res).collect();
    let mut out: Vec<Hit> = Vec::new();
    let mut from: Vec<(Row, u32, TypeId)> = matches.iter().map(place_of).collect();
    for round in 0..ROUNDS {
        let start = out.len();
        for (row, res, ty) in from {
            for include in includes.iter().filter(|include| round == 0 || include.iterate) {
                let found = if include.reverse { referring(run, include, res, ty)? } else { referred(run, include, row, ty)? };
                for hit in found {
                    if out.len() == INCLUDED_MAX {
                        return Ok((out, true));
                    }
                    if seen.insert(hit.version.res) {
                        out.push(hit);
                    }
                }
            }
        }
        from = out.iter().skip(start).map(place_of).collect();
        if from.is_empty() {
            return Ok((out, false));
        }
    }
    Ok((out, true))
}

fn place_of(hit: &Hit) -> (Row, u32, TypeId) {
    (hit.version.row, hit.version.res, TypeId(hit.version.ty))
}

fn referred(run: &Run<'_>, include: &Include, row: Row, ty: TypeId) -> Result<Vec<Hit>, Fault> {
    if include.source.is_some_and(|source| source != ty) {
        return Ok(Vec::new());
    }
    let fields = include.fields.clone().unwrap_or_else(|| reference_fields(ty));
    let mut out = Vec::new();
    for res in run.references_of(row, &fields)? {
        let hit = run.view.current(res, true)?.filter(|hit| !hit.version.deleted && include.target.is_none_or(|target| target.0 == hit.version.ty));
        out.extend(run.gate().pass(hit)?);
    }
    Ok(out)
}

fn referring(run: &Run<'_>, include: &Include, res: u32, ty: TypeId) -> Result<Vec<Hit>, Fault> {
    let (Some(source), true) = (include.source, include.target.is_none_or(|target| target == ty)) else { return Ok(Vec::new()) };
    let fields = include.fields.clone().unwrap_or_else(|| reference_fields(source));
    let fits = fields.iter().filter(|used| used.target_filter.is_none_or(|only| only == ty));
    let spans: Vec<_> = fits.map(|used| run.compiler().reference(used.field.0, ty.0, res)).collect();
    let mut rows = Vec::new();
    each_row(&spans, run.view, INCLUDED_MAX, &mut |row| {
        rows.push(row);
        true
    })?;
    let mut out = Vec::new();
    for row in rows.into_iter().filter(|row| run.view.is_current(*row)) {
        out.extend(run.gate().pass(run.view.hit(row, true)?)?);
        // One more than fits, so that the caller knows to say that there is more.
        if out.len() > INCLUDED_MAX {
            break;
        }
    }
    Ok(out)
}

fn reference_fields(ty: TypeId) -> Vec<FieldUse> {
    params_for(ty).iter().filter(|param| param.kind == ParamKind::Reference).flat_map(|param| param.fields.iter().copied()).collect()
}

/// What the bodies of some resources refer to outside any patient's compartment: who treated, where, with what.
///
/// Bodies are canonical, so their references are found as text, which costs a hundredth of reading them as trees. Also
/// says whether more was left out.
pub fn mentioned(gate: Gate<'_>, hits: &[Hit]) -> Result<(Vec<Hit>, bool), Fault> {
    const MARK: &[u8] = b"\"reference\":\"";
    let patients = compartment("Patient");
    let mut seen: HashSet<&[u8]> = HashSet::new();
    let mut out = Vec::new();
    for body in hits.iter().map(|hit| hit.body.as_slice()) {
        for at in memchr::memmem::find_iter(body, MARK) {
            let rest = body.get(at + MARK.len()..).unwrap_or(&[]);
            let Some(name) = memchr::memchr(b'"', rest).and_then(|end| rest.get(..end)) else { continue };
            if !seen.insert(name) {
                continue;
            }
            if out.len() == INCLUDED_MAX {
                return Ok((out, true));
            }
            let named = std::str::from_utf8(name).ok().and_then(|name| name.split_once('/'));
            let Some((ty, id)) = named.and_then(|(ty, id)| tables().resource_type(ty).map(|ty| (ty, id))) else { continue };
            if patients.is_some_and(|patients| patients.membership(ty).is_some()) {
                continue;
            }
            let hit = gate.view.find(ty.0, id)?.map(|res| gate.view.current(res, true)).transpose()?.flatten();
            out.extend(gate.pass(hit.filter(|hit| !hit.version.deleted))?);
        }
    }
    Ok((out, false))
}
