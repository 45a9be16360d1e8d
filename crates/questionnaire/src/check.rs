//! What holds between the items of a questionnaire.

use crate::answer::Answer;
use crate::fault::Fault;
use crate::model::{Form, Item, Kind, Operator, When};
use std::collections::HashSet;

pub fn all(form: &Form, faults: &mut Vec<Fault>) {
    let mut links = HashSet::new();
    for (index, item) in form.items.iter().enumerate() {
        variables(form, index, item, faults);
        if !item.link.is_empty() && !links.insert(item.link.as_str()) {
            faults.push(Fault::new(&item.link, "RH-FORMS-LINK-TWICE", "two items have this linkId"));
        }
        one(form, item, faults);
    }
    if form.items.is_empty() {
        faults.push(Fault::new("", "RH-FORMS-EMPTY", "there is no item to fill in"));
    }
    circles(form, faults);
}

fn one(form: &Form, item: &Item, faults: &mut Vec<Fault>) {
    // Options that could not be read are told already.
    let told = faults.iter().any(|fault| fault.link == item.link && (fault.code.starts_with("RH-FORMS-SET") || fault.code.starts_with("RH-FORMS-OPTION")));
    let mut say = |code, says: String| faults.push(Fault::new(&item.link, code, says));
    if item.kind == Kind::Choice && item.options.is_empty() && !told {
        say("RH-FORMS-NO-OPTIONS", "a choice without options cannot be answered".to_owned());
    }
    if item.kind == Kind::Group && item.parts.is_empty() {
        say("RH-FORMS-GROUP-EMPTY", "a group without items asks nothing (que-1)".to_owned());
    }
    if item.kind == Kind::Display && !item.parts.is_empty() {
        say("RH-FORMS-DISPLAY-PARTS", "a display has no items within (que-1)".to_owned());
    }
    if item.kind == Kind::Display && (item.required || !item.codes.is_empty()) {
        say("RH-FORMS-DISPLAY", "a display is neither required nor coded (que-3, que-6)".to_owned());
    }
    if !item.kind.chooses()
        && !item.options.is_empty()
        && !matches!(item.kind, Kind::Integer | Kind::Date | Kind::Time | Kind::String | Kind::Text | Kind::Quantity)
    {
        say("RH-FORMS-OPTIONS-OTHER", format!("a {} has no options (que-5)", item.kind.code()));
    }
    if item.calculated.is_some() && (!item.kind.asks() || item.repeats) {
        say("RH-FORMS-CALCULATED", "what is calculated is one answer to one question".to_owned());
    }
    for when in &item.when {
        if let Some(says) = unfit(form, when) {
            say("RH-FORMS-WHEN-ANSWER", says);
        }
    }
}

/// What an expression names has to be there: a misspelt variable would be nothing, for ever and without a word.
fn variables(form: &Form, index: usize, item: &Item, faults: &mut Vec<Fault>) {
    let seen = crate::evaluate::variables(form, index);
    let own = item.variables.iter().map(|variable| &variable.expr).chain(&item.calculated).chain(&item.begins);
    let of_form = form.variables.iter().map(|variable| &variable.expr).filter(|_| index == 0);
    let mut named = Vec::new();
    own.chain(of_form).for_each(|expr| expr.variables(&mut named));
    for name in named {
        if !crate::expr::KNOWN.contains(&name) && !seen.iter().any(|variable| variable.name == name) {
            faults.push(Fault::new(&item.link, "RH-FORMS-VARIABLE", format!("an expression names %{name}, which is not here")));
        }
    }
}

/// Why a condition can never be met as it is written.
fn unfit(form: &Form, when: &When) -> Option<String> {
    let question = form.item(when.item)?;
    if !question.kind.asks() {
        return Some(format!("it depends on {:?}, which is a {} and has no answer", when.link, question.kind.code()));
    }
    if when.operator == Operator::Exists {
        return (!matches!(when.answer, Answer::Boolean(_))).then(|| format!("whether {:?} is answered is said by true or false (que-7)", when.link));
    }
    let fits = match question.kind {
        Kind::Boolean => matches!(when.answer, Answer::Boolean(_)),
        Kind::Decimal | Kind::Integer => when.answer.number().is_some(),
        Kind::Quantity => matches!(when.answer, Answer::Quantity(_)),
        Kind::Date | Kind::DateTime => matches!(when.answer, Answer::Date(_) | Answer::DateTime(_)),
        Kind::Time => matches!(when.answer, Answer::Time(_)),
        Kind::Reference => matches!(when.answer, Answer::Reference(..)),
        Kind::Choice | Kind::OpenChoice => !matches!(when.answer, Answer::Boolean(_) | Answer::Reference(..)),
        _ => matches!(when.answer, Answer::Text(_) | Answer::Uri(_)),
    };
    (!fits).then(|| format!("{:?} is a {}, which can never compare with the answer of the condition", when.link, question.kind.code()))
}

/// An item is shown with what it lies in, and by what it depends on: neither may lead back to it.
fn circles(form: &Form, faults: &mut Vec<Fault>) {
    // 0: not looked at; 1: on the way; 2: done.
    let mut state = vec![0u8; form.items.len()];
    for start in 0..form.items.len() {
        let mut way = vec![(start, 0usize)];
        while let Some((index, next)) = way.pop() {
            let Some(item) = form.item(index) else { continue };
            if next == 0 {
                match state.get(index) {
                    Some(2) => continue,
                    Some(1) => {
                        faults.push(Fault::new(&item.link, "RH-FORMS-CIRCLE", "whether it is asked depends, by a circle, on itself"));
                        continue;
                    }
                    _ => set(&mut state, index, 1),
                }
            }
            let leads = item.parent.into_iter().chain(item.when.iter().map(|when| when.item)).nth(next);
            match leads {
                Some(to) => {
                    way.push((index, next + 1));
                    if state.get(to) != Some(&2) {
                        way.push((to, 0));
                    }
                }
                None => set(&mut state, index, 2),
            }
        }
    }
}

fn set(state: &mut [u8], index: usize, to: u8) {
    if let Some(one) = state.get_mut(index) {
        *one = to;
    }
}
