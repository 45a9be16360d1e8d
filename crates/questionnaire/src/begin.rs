//! What a form begins with: its own initial answers, what the record knows, and what was last observed.

use crate::answer::Answer;
use crate::evaluate::{Launch, evaluate, turned, variables};
use crate::expr::{Scope, Val, evaluate as worked_out};
use crate::filling::{Filling, Key};
use crate::model::Form;
use std::collections::BTreeMap;

/// Initial answers of what repeats stand in its first row. `last`: by the item, the value of the last Observation of its code.
pub fn begin(form: &Form, launch: &Launch, last: &BTreeMap<usize, Answer>) -> Filling {
    let mut filling = Filling::default();
    for (index, item) in form.items.iter().enumerate().filter(|(_, item)| item.kind.asks() && item.calculated.is_none()) {
        let context: Vec<_> = item.within.iter().map(|around| (u16::try_from(*around).unwrap_or(u16::MAX), 0)).collect();
        for (at, option) in item.options.iter().enumerate() {
            let initial = option.initial || item.initial.iter().any(|answer| answer.same(&option.answer));
            if initial && (item.repeats || !filling.said.contains_key(&Key::new(&context, index, 0))) {
                filling.put(Key::new(&context, index, if item.repeats { u16::try_from(at).unwrap_or(0) } else { 0 }), option.answer.clone());
            }
        }
        if item.options.is_empty() {
            for (row, answer) in (0u16..).zip(item.initial.iter().take(if item.repeats { usize::MAX } else { 1 })) {
                filling.put(Key::new(&context, index, row), answer.clone());
            }
        }
        if let Some(answer) = last.get(&index).and_then(|answer| turned(item, answer)) {
            let at = item.options.iter().position(|option| option.answer == answer).filter(|_| item.repeats).unwrap_or(0);
            filling.put(Key::new(&context, index, u16::try_from(at).unwrap_or(0)), answer);
        }
    }
    // Expressions look at what stands there already.
    let stands = evaluate(form, &filling, launch);
    for (index, item) in form.items.iter().enumerate() {
        let Some(expr) = item.begins.as_ref().filter(|_| item.kind.asks() && !item.repeats && item.within.is_empty()) else { continue };
        let scope = Scope { form, root: &stands.parts, context: Val::Root(&stands.parts), launch, variables: variables(form, index) };
        if let Some(answer) = worked_out(expr, &scope).first().and_then(Val::answer).and_then(|answer| turned(item, answer)) {
            filling.put(Key::new(&[], index, 0), answer);
        }
    }
    filling
}
