//! What changed between two versions of a questionnaire, for people.

use super::of::{alone, besides, flat};
use super::{Entry, Three, Work};
use rihla_fhir::json::Value;

/// What of a question changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    Words,
    Kind,
    Required,
    Repeats,
    Options,
    Limits,
    Conditions,
    Calculation,
    Record,
    /// What the editor does not show.
    Other,
}

/// One change, with the words of the question that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    Title,
    About,
    Users,
    Added(Three),
    Removed(Three),
    Changed(Three, Vec<Aspect>),
    /// Questions stand in another order, or in other groups.
    Order,
    /// Something of the whole that the editor does not show.
    Other,
}

/// What is another in the new one; nothing where it says the same.
pub fn differences(old: Value<'_>, new: Value<'_>) -> Vec<Difference> {
    let (was, is) = (Work::of(old), Work::of(new));
    let (olds, news) = (flat(old), flat(new));
    let mut out = Vec::new();
    let whole =
        [(was.title != is.title, Difference::Title), (was.about != is.about, Difference::About), (sorted(&was.users) != sorted(&is.users), Difference::Users)];
    out.extend(whole.into_iter().filter(|(differs, _)| *differs).map(|(_, difference)| difference));
    for (entry, (_, item)) in is.entries.iter().zip(&news) {
        let Some(at) = was.entries.iter().position(|other| other.link == entry.link) else {
            out.push(Difference::Added(entry.words.clone()));
            continue;
        };
        let (Some(before), Some((_, there))) = (was.entries.get(at), olds.get(at)) else { continue };
        let mut aspects = aspects(before, entry);
        if aspects.is_empty() && alone(*there) != alone(*item) {
            aspects.push(Aspect::Other);
        }
        if !aspects.is_empty() {
            out.push(Difference::Changed(entry.words.clone(), aspects));
        }
    }
    out.extend(was.entries.iter().filter(|entry| is.find(&entry.link).is_none()).map(|entry| Difference::Removed(entry.words.clone())));
    if places(&was, &is) != places(&is, &was) {
        out.push(Difference::Order);
    }
    if besides(old) != besides(new) {
        out.push(Difference::Other);
    }
    out
}

fn sorted(users: &[String]) -> Vec<&String> {
    let mut all: Vec<_> = users.iter().collect();
    all.sort();
    all
}

/// The linkIds that both have, in order, with how deep they lie.
fn places<'w>(of: &'w Work, other: &Work) -> Vec<(&'w str, usize)> {
    of.entries.iter().filter(|entry| other.find(&entry.link).is_some()).map(|entry| (entry.link.as_str(), entry.depth)).collect()
}

fn aspects(was: &Entry, is: &Entry) -> Vec<Aspect> {
    let offers = |entry: &Entry| entry.options.iter().map(|offer| (offer.code.clone(), offer.words.clone(), offer.points.clone())).collect::<Vec<_>>();
    let whens = |entry: &Entry| entry.when.iter().map(|when| (when.question.clone(), when.operator.clone(), when.answer.clone())).collect::<Vec<_>>();
    let all = [
        (was.words != is.words, Aspect::Words),
        (was.kind != is.kind, Aspect::Kind),
        (was.required != is.required, Aspect::Required),
        (was.repeats != is.repeats, Aspect::Repeats),
        (offers(was) != offers(is) || was.set != is.set, Aspect::Options),
        ((&was.unit, &was.min, &was.max) != (&is.unit, &is.min, &is.max), Aspect::Limits),
        (whens(was) != whens(is) || (was.any != is.any && is.when.len() > 1), Aspect::Conditions),
        ((was.by, &was.summed, &was.formula) != (is.by, &is.summed, &is.formula), Aspect::Calculation),
        ((&was.system, &was.code, &was.since, &was.period, was.observed) != (&is.system, &is.code, &is.since, &is.period, is.observed), Aspect::Record),
    ];
    all.into_iter().filter(|(differs, _)| *differs).map(|(_, aspect)| aspect).collect()
}
