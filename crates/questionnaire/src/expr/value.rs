//! What an expression looks at: the response as it stands, and single values.

use crate::answer::Answer;
use crate::evaluate::{Part, Reply};
use crate::model::Form;
use crate::number::Number;

/// One item of a collection.
#[derive(Clone, Debug)]
pub enum Val<'v> {
    /// The response itself.
    Root(&'v [Part]),
    Part(&'v Part),
    Reply(&'v Part, &'v Reply),
    /// What was answered, with what it counts in a score.
    Value(Answer, Option<Number>),
}

impl<'v> Val<'v> {
    pub fn of(answer: Answer) -> Self {
        Self::Value(answer, None)
    }

    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Value(answer, _) => Some(answer),
            _ => None,
        }
    }

    /// Members of that name.
    pub fn get(&self, name: &str, form: &Form) -> Vec<Self> {
        match self {
            Self::Root(parts) if name == "item" => said(parts),
            Self::Part(part) => of_part(part, name, form),
            Self::Reply(_, reply) if name == "item" => said(&reply.parts),
            Self::Reply(part, reply) if name == "value" || is_value(name) => {
                reply.answer.iter().map(|answer| Self::Value(answer.clone(), worth(part, answer, form))).collect()
            }
            Self::Value(answer, _) => of_answer(answer, name).into_iter().map(Self::of).collect(),
            _ => Vec::new(),
        }
    }

    /// Everything directly within.
    pub fn within(&self, form: &Form) -> Vec<Self> {
        ["item", "answer", "value"].iter().flat_map(|name| self.get(name, form)).collect()
    }
}

/// `valueDecimal` and the like, as some write it.
fn is_value(name: &str) -> bool {
    name.strip_prefix("value").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// Parts that say something stand in the response; the others do not.
fn said(parts: &[Part]) -> Vec<Val<'_>> {
    parts.iter().filter(|part| part.says()).map(Val::Part).collect()
}

fn of_part<'v>(part: &'v Part, name: &str, form: &Form) -> Vec<Val<'v>> {
    let item = form.item(part.item);
    match name {
        "item" => said(&part.parts),
        "answer" => part.replies.iter().filter(|reply| reply.answer.is_some()).map(|reply| Val::Reply(part, reply)).collect(),
        "linkId" => item.map(|item| Val::of(Answer::Text(item.link.clone()))).into_iter().collect(),
        "text" => item.map(|item| Val::of(Answer::Text(item.text.said.clone()))).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn worth(part: &Part, answer: &Answer, form: &Form) -> Option<Number> {
    form.item(part.item)?.options.iter().find(|option| option.answer.same(answer))?.worth
}

fn of_answer(answer: &Answer, name: &str) -> Option<Answer> {
    let text = |text: &str| Some(text).filter(|text| !text.is_empty()).map(|text| Answer::Text(text.to_owned()));
    match (answer, name) {
        (Answer::Coding(coding), "code") => text(&coding.code),
        (Answer::Coding(coding), "system") => text(&coding.system),
        (Answer::Coding(coding), "display") => text(&coding.display.said),
        (Answer::Quantity(quantity), "value") => Some(Answer::Decimal(quantity.value)),
        (Answer::Quantity(quantity), "unit") => text(&quantity.unit.display.said),
        (Answer::Quantity(quantity), "code") => text(&quantity.unit.code),
        (Answer::Reference(reference, _), "reference") => text(reference),
        _ => None,
    }
}
