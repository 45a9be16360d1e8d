//! The last of each code: a chart's overview of a patient whose observations are many and whose codes are few.

use crate::backend::{AccessAction, Snapshot};
use crate::handle::{Scoped, Stored, not_found};
use crate::key::{KeyBuf, KeyRange, ResKey, Row, row_of, successor};
use crate::keys::in_patient_head;
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{FieldUse, ParamKind, find};
use rihla_kernel::{Fault, FaultKind};
use std::collections::BTreeMap;

/// A patient's resources with one code, newest first.
#[derive(Debug)]
pub struct CodeGroup {
    pub newest: Vec<Stored>,
    /// Older ones follow that were not asked for.
    pub more: bool,
}

/// The answer of [`Scoped::latest_by_code`].
#[derive(Debug)]
pub struct Latest {
    /// The group with the newest clinical date first; those that have no date come last.
    pub groups: Vec<CodeGroup>,
    pub warnings: Vec<Fault>,
}

/// Codes of one patient that one answer may walk: some tens of milliseconds.
const CODES_MAX: usize = 4_000;
/// Resources of one code that one answer may ask for.
const PER_CODE_MAX: usize = 1_000;

/// Rows of one code, newest first, and whether older ones follow.
struct Group {
    /// The code's place in the index: its field and what stands for it.
    code: Vec<u8>,
    /// The clinical date as keys hold it, with the row.
    rows: Vec<(u64, Row)>,
    more: bool,
}

impl Scoped {
    /// The newest resources of each code of a patient. `param` is a token search parameter over coded concepts, most often
    /// `code`. The cost follows the number of codes, not of resources.
    ///
    /// A resource with several codings stands in a group a coding; a group whose rows all stand in another one that
    /// begins with the same row is left out. A concept without a coding is its text's group. What was entered in error is
    /// among the answer, since the index does not tell: the caller strikes it through or passes it over, and asks for
    /// enough of each code to have others left.
    pub fn latest_by_code(&self, patient: &str, ty: TypeId, param: &str, per_code: usize) -> Result<Latest, Fault> {
        let fields = self.concept_fields_of(ty, param)?;
        let per_code = per_code.clamp(1, PER_CODE_MAX);
        let view = self.backend.snapshot(None)?;
        let own = self.current(view.as_ref(), TypeId(self.indexer().patient_type()), patient)?;
        if own.version.deleted {
            return Err(not_found());
        }
        let (mut groups, mut cut) = (Vec::new(), false);
        let people: Vec<_> = std::iter::once(own.version.res).chain(self.gone_into(view.as_ref(), own.version.res)?).collect();
        for used in fields.iter().filter(|_| self.scope.allows_type(ty.0)) {
            for person in &people {
                cut |= self.groups_of(view.as_ref(), in_patient_head(*person, used.field.0), per_code, &mut groups)?;
            }
        }
        if people.len() > 1 {
            groups = of_one_person(groups, per_code);
        }
        let mut shown = 0;
        let mut out = Vec::with_capacity(groups.len());
        for group in without_repeats(groups) {
            let mut newest = Vec::with_capacity(group.rows.len());
            for (_, row) in &group.rows {
                newest.extend(view.hit(*row, true)?.map(|hit| Stored::of_hit(hit, &self.scope)));
            }
            shown += newest.len() as u32;
            out.push(CodeGroup { newest, more: group.more });
        }
        drop(view);
        self.note(AccessAction::Execute, ty, own.version.res, shown, vec![own.version.res]);
        Ok(Latest { groups: out, warnings: cut.then(codes_cut).into_iter().collect() })
    }

    fn concept_fields_of(&self, ty: TypeId, param: &str) -> Result<&'static [FieldUse], Fault> {
        let found = find(ty, param).filter(|found| found.kind == ParamKind::Token);
        let kept = |used: &FieldUse| self.indexer().is_in_patient(ty, used.field) && used.system_filter.is_none();
        found.map(|found| found.fields.as_slice()).filter(|fields| !fields.is_empty() && fields.iter().all(kept)).ok_or_else(|| {
            let name = tables().type_name(ty);
            Fault::new(FaultKind::Invalid, "RH-LATEST-PARAM", format!("{name} has no search parameter {param} whose codes are kept with the patient."))
        })
    }

    /// Appends the groups of one field; returns whether there are more than may be walked.
    fn groups_of(&self, view: &dyn Snapshot, head: Vec<u8>, per_code: usize, out: &mut Vec<Group>) -> Result<bool, Fault> {
        let mut range = KeyRange::prefix(head.clone());
        let mut key = KeyBuf::new();
        for _ in 0..CODES_MAX {
            key.clear();
            view.scan(&range, false, 1, &mut key)?;
            let Some(prefix) = key.get(0).and_then(|key| key.get(..head.len() + 8)).map(<[u8]>::to_vec) else { return Ok(false) };
            range.from = successor(&prefix);
            let group = self.group(view, &prefix, per_code)?;
            if !group.rows.is_empty() {
                out.push(group);
            }
        }
        Ok(true)
    }

    /// Undated keys sort behind all dates, and so are read last.
    fn group(&self, view: &dyn Snapshot, prefix: &[u8], per_code: usize) -> Result<Group, Fault> {
        let undated: Vec<u8> = prefix.iter().copied().chain([0xFF; 6]).collect();
        // Behind the family and the patient stand field and code.
        let code = prefix.get(1 + size_of::<ResKey>()..).unwrap_or_default().to_vec();
        let mut group = Group { code, rows: Vec::new(), more: false };
        for range in [KeyRange { from: prefix.to_vec(), to: undated.clone() }, KeyRange::prefix(undated)] {
            if !group.more {
                self.fill_group(view, range, prefix.len(), per_code, &mut group)?;
            }
        }
        Ok(group)
    }

    fn fill_group(&self, view: &dyn Snapshot, mut range: KeyRange, at: usize, per_code: usize, group: &mut Group) -> Result<(), Fault> {
        let mut keys = KeyBuf::new();
        // Most versions are current: one more than is wanted tells whether older ones follow.
        let mut chunk = per_code + 1;
        loop {
            keys.clear();
            view.scan(&range, true, chunk, &mut keys)?;
            for key in keys.iter() {
                let row = row_of(key);
                if !view.is_current(row) || !self.may_show(view, row)? {
                    continue;
                }
                if group.rows.len() == per_code {
                    group.more = true;
                    return Ok(());
                }
                let date = key.get(at..at + 6).map_or(0, crate::key::read_u48);
                group.rows.push((date, row));
            }
            match keys.len().checked_sub(1).and_then(|last| keys.get(last)) {
                Some(last) if keys.len() == chunk => range.to = last.to_vec(),
                _ => return Ok(()),
            }
            chunk = (chunk * 2).min(1024);
        }
    }

    fn may_show(&self, view: &dyn Snapshot, row: Row) -> Result<bool, Fault> {
        Ok(self.scope.is_everything() || self.gate(view).pass(view.hit(row, false)?)?.is_some())
    }
}

/// Groups of one code from several records of one person, as one group.
fn of_one_person(groups: Vec<Group>, per_code: usize) -> Vec<Group> {
    let mut out: BTreeMap<Vec<u8>, Group> = BTreeMap::new();
    for group in groups {
        match out.get_mut(&group.code) {
            Some(known) => {
                known.rows.extend(group.rows);
                known.rows.sort_by_key(|one| std::cmp::Reverse(dated(*one)));
                known.more |= group.more || known.rows.len() > per_code;
                known.rows.truncate(per_code);
            }
            None => _ = out.insert(group.code.clone(), group),
        }
    }
    out.into_values().collect()
}

/// What has no date comes before all that has one.
fn dated((date, row): (u64, Row)) -> (u64, Row) {
    if date == crate::keys::NO_DATE { (0, row) } else { (date, row) }
}

/// The groups by their newest date, without those that say nothing of their own.
fn without_repeats(mut groups: Vec<Group>) -> Vec<Group> {
    let first = |group: &Group| group.rows.first().copied().unwrap_or_default();
    // The fullest of those that begin alike comes first, so that it is the one that stays.
    groups.sort_by(|a, b| dated(first(b)).cmp(&dated(first(a))).then(b.rows.len().cmp(&a.rows.len())));
    let mut out: Vec<Group> = Vec::with_capacity(groups.len());
    for group in groups {
        let alike = out.iter().rev().take_while(|kept| first(kept) == first(&group));
        let repeated = alike.into_iter().any(|kept| group.rows.iter().all(|row| kept.rows.contains(row)));
        if !repeated {
            out.push(group);
        }
    }
    out
}

fn codes_cut() -> Fault {
    Fault::new(FaultKind::TooLarge, "RH-LATEST-CUT", "The patient has more different codes than one answer may hold; some were left out.")
}
