//! A form as it stands with what was answered: what is asked, what is calculated, what is missing or wrong.

use crate::answer::Answer;
use crate::expr::text_of;
use crate::expr::{Scope, Val, evaluate as worked_out};
use crate::filling::{Filling, Key, ROWS, Said, Step, Why};
use crate::model::{Form, Item, Kind, Operator, Variable, When};
use crate::number::Number;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

/// Rounds after which what is calculated has to stand still.
const ROUNDS: usize = 16;

/// What is known of who the form is about, and of the day.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    pub name: String,
    /// As FHIR writes dates.
    pub birth: Option<String>,
    /// A code of R4's administrative genders.
    pub sex: Option<String>,
    /// Whole years.
    pub age: Option<i64>,
    pub today: String,
}

/// An item that is asked or shown. A group that repeats is one part a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub item: usize,
    pub key: Key,
    /// Rows of it that are shown.
    pub rows: u16,
    pub replies: Vec<Reply>,
    pub parts: Vec<Part>,
    /// It has to be answered and is not.
    pub missing: bool,
}

/// A place for an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub key: Key,
    pub answer: Option<Answer>,
    /// What was typed, where it is no answer.
    pub typed: String,
    pub wrong: Option<Why>,
    pub parts: Vec<Part>,
}

/// A form with its answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    pub parts: Vec<Part>,
    /// False: what is calculated depends on itself and never stands still.
    pub settled: bool,
}

impl Part {
    /// Whether anything in it is answered.
    pub fn says(&self) -> bool {
        self.replies.iter().any(|reply| reply.answer.is_some()) || self.parts.iter().any(Self::says)
    }

    fn all<'p>(&'p self, out: &mut Vec<&'p Self>) {
        out.push(self);
        self.parts.iter().for_each(|part| part.all(out));
        self.replies.iter().flat_map(|reply| &reply.parts).for_each(|part| part.all(out));
    }
}

impl Evaluated {
    /// Every part in the order of the page.
    pub fn all(&self) -> Vec<&Part> {
        let mut out = Vec::new();
        self.parts.iter().for_each(|part| part.all(&mut out));
        out
    }

    /// What keeps the form from being complete, by its place.
    pub fn faults(&self) -> Vec<(Key, Why)> {
        let mut out = Vec::new();
        for part in self.all() {
            out.extend(part.replies.iter().filter_map(|reply| Some((reply.key.clone(), reply.wrong.clone()?))));
            if part.missing {
                out.push((part.key.clone(), Why::Missing));
            }
        }
        out
    }
}

struct Run<'r> {
    form: &'r Form,
    filling: &'r Filling,
    /// Read and calculated answers.
    answers: BTreeMap<Key, &'r Answer>,
    places: HashMap<usize, Vec<Key>>,
    known: RefCell<HashMap<Key, bool>>,
}

/// Works the form out. Doing it again with the same changes nothing.
pub fn evaluate(form: &Form, filling: &Filling, launch: &Launch) -> Evaluated {
    let mut calculated = BTreeMap::new();
    for _ in 0..ROUNDS {
        let run = Run::new(form, filling, &calculated);
        let parts = run.parts(&form.roots, &[]);
        let next = run.calculated(&parts, launch);
        if next == calculated {
            return Evaluated { parts, settled: true };
        }
        calculated = next;
    }
    let parts = Run::new(form, filling, &calculated).parts(&form.roots, &[]);
    Evaluated { parts, settled: false }
}

impl<'r> Run<'r> {
    fn new(form: &'r Form, filling: &'r Filling, calculated: &'r BTreeMap<Key, Answer>) -> Self {
        let own = |key: &Key| form.item(key.item()).is_some_and(|item| item.calculated.is_none());
        let read = filling.said.iter().filter(|(key, _)| own(key)).filter_map(|(key, said)| match said {
            Said::Answer(answer) => Some((key.clone(), answer)),
            Said::Unread(..) => None,
        });
        let answers: BTreeMap<Key, &Answer> = read.chain(calculated.iter().map(|(key, answer)| (key.clone(), answer))).collect();
        let mut places: HashMap<usize, Vec<Key>> = HashMap::new();
        for key in answers.keys() {
            places.entry(key.item()).or_default().push(key.clone());
        }
        Self { form, filling, answers, places, known: RefCell::default() }
    }

    fn enabled(&self, index: usize, context: &[Step]) -> bool {
        let key = Key::new(context, index, 0);
        if let Some(known) = self.known.borrow().get(&key) {
            return *known;
        }
        let enabled = self.form.item(index).is_some_and(|item| self.is_within(item, context) && self.meets(item, context));
        self.known.borrow_mut().insert(key, enabled);
        enabled
    }

    /// Whether what an item lies in is asked, and answered if it is a question.
    fn is_within(&self, item: &Item, context: &[Step]) -> bool {
        let Some(parent) = item.parent.and_then(|parent| self.form.item(parent).map(|around| (parent, around))) else { return true };
        let (index, around) = parent;
        let outer = context.get(..around.within.len()).unwrap_or(context);
        let row = if around.repeats { context.last().map_or(0, |(_, row)| *row) } else { 0 };
        self.enabled(index, outer) && (!around.kind.asks() || item.kind == Kind::Display || self.answers.contains_key(&Key::new(outer, index, row)))
    }

    fn meets(&self, item: &Item, context: &[Step]) -> bool {
        if item.when.is_empty() {
            return true;
        }
        if item.any { item.when.iter().any(|when| self.holds(when, context)) } else { item.when.iter().all(|when| self.holds(when, context)) }
    }

    /// Answers in the same rows count, where the question stands in rows of the same items.
    fn holds(&self, when: &When, context: &[Step]) -> bool {
        let Some(question) = self.form.item(when.item) else { return false };
        let shared = context.iter().zip(&question.within).take_while(|((item, _), around)| usize::from(*item) == **around).count();
        let shared = context.get(..shared).unwrap_or(&[]);
        let places = self.places.get(&when.item).map_or(&[][..], Vec::as_slice);
        let mut answers =
            places.iter().filter(|key| key.0.starts_with(shared) && self.enabled(when.item, key.context())).filter_map(|key| self.answers.get(key).copied());
        let order = |is: fn(std::cmp::Ordering) -> bool| move |answer: &Answer| answer.order(&when.answer).is_some_and(is);
        match when.operator {
            Operator::Exists => answers.next().is_some() == (when.answer == Answer::Boolean(true)),
            Operator::Same => answers.any(|answer| matches(answer, &when.answer)),
            Operator::Other => answers.any(|answer| !matches(answer, &when.answer)),
            Operator::More => answers.any(order(std::cmp::Ordering::is_gt)),
            Operator::Less => answers.any(order(std::cmp::Ordering::is_lt)),
            Operator::AtLeast => answers.any(order(std::cmp::Ordering::is_ge)),
            Operator::AtMost => answers.any(order(std::cmp::Ordering::is_le)),
        }
    }

    fn parts(&self, among: &[usize], context: &[Step]) -> Vec<Part> {
        let mut out = Vec::new();
        for index in among.iter().copied().filter(|index| self.enabled(*index, context)) {
            let Some(item) = self.form.item(index) else { continue };
            if item.kind.asks() {
                out.push(self.question(index, item, context));
                continue;
            }
            let rows = if item.repeats { self.rows(index, context) } else { 1 };
            for row in 0..rows {
                let key = Key::new(context, index, row);
                let inner = if item.repeats { key.0.clone() } else { context.to_vec() };
                let parts = self.parts(&item.parts, &inner);
                let missing = item.required && row == 0 && !parts.iter().any(Part::says);
                out.push(Part { item: index, key, rows, replies: Vec::new(), parts, missing });
            }
        }
        out
    }

    /// Rows that are shown: as many as were asked for, and all that have an answer.
    fn rows(&self, index: usize, context: &[Step]) -> u16 {
        let (first, last) = (Key::new(context, index, 0), Key::new(context, index, u16::MAX));
        let within = |key: &Key| key.0.get(context.len()).map_or(0, |(_, row)| row.saturating_add(1));
        let answered = self.filling.said.range(first.clone()..last).next_back().map_or(0, |(key, _)| within(key));
        self.filling.rows.get(&first).copied().unwrap_or(1).max(answered).clamp(1, ROWS)
    }

    fn question(&self, index: usize, item: &Item, context: &[Step]) -> Part {
        let rows = if item.repeats && item.options.is_empty() { self.rows(index, context) } else { 1 };
        let chosen = || {
            let own = (Key::new(context, index, 0), Key::new(context, index, u16::MAX));
            self.filling.said.range(own.0..own.1).map(|(key, _)| key.clone()).filter(|key| key.0.len() == context.len() + 1).collect::<Vec<_>>()
        };
        let keys = if item.repeats && !item.options.is_empty() { chosen() } else { (0..rows).map(|row| Key::new(context, index, row)).collect() };
        let replies: Vec<Reply> = keys.into_iter().map(|key| self.reply(item, key, context)).collect();
        let missing = item.required && replies.iter().all(|reply| reply.answer.is_none() && reply.wrong.is_none());
        Part { item: index, key: Key::new(context, index, 0), rows, replies, parts: Vec::new(), missing }
    }

    fn reply(&self, item: &Item, key: Key, context: &[Step]) -> Reply {
        let inner = if item.repeats { key.0.clone() } else { context.to_vec() };
        let parts = self.parts(&item.parts, &inner);
        let answer = self.answers.get(&key).copied().cloned();
        let (typed, wrong) = match self.filling.said.get(&key) {
            Some(Said::Unread(typed, why)) if item.calculated.is_none() => (typed.clone(), Some(why.clone())),
            _ => (String::new(), answer.as_ref().and_then(|answer| unfit(item, answer))),
        };
        Reply { key, answer, typed, wrong, parts }
    }

    fn calculated(&self, parts: &[Part], launch: &Launch) -> BTreeMap<Key, Answer> {
        let mut all = Vec::new();
        parts.iter().for_each(|part| part.all(&mut all));
        let mut out = BTreeMap::new();
        for part in all {
            let Some(item) = self.form.item(part.item) else { continue };
            let Some(expr) = &item.calculated else { continue };
            let scope = Scope { form: self.form, root: parts, context: Val::Part(part), launch, variables: variables(self.form, part.item) };
            if let Some(answer) = worked_out(expr, &scope).first().and_then(Val::answer).and_then(|answer| turned(item, answer)) {
                out.insert(part.key.clone(), answer);
            }
        }
        out
    }
}

/// The variables that an item sees: its own, then those around it, then those of the form.
pub fn variables(form: &Form, index: usize) -> Vec<&Variable> {
    let (mut out, mut at) = (Vec::new(), Some(index));
    while let Some(item) = at.and_then(|at| form.item(at)) {
        out.extend(&item.variables);
        at = item.parent;
    }
    out.extend(&form.variables);
    out
}

/// Whether an answer is the one of a condition. A text that was typed beside options is compared with a coding's words.
fn matches(answer: &Answer, wanted: &Answer) -> bool {
    match (answer, wanted) {
        (Answer::Coding(coding), Answer::Text(text)) => coding.display.said == *text || coding.code == *text,
        _ => answer.same(wanted),
    }
}

/// What an expression gave, as an answer to that question. None: it is none.
pub fn turned(item: &Item, answer: &Answer) -> Option<Answer> {
    if !item.options.is_empty() {
        let code = text_of(answer);
        let is = |offered: &Answer| offered.same(answer) || matches!(offered, Answer::Coding(coding) if coding.code == code);
        return item.options.iter().find(|option| is(&option.answer)).map(|option| option.answer.clone());
    }
    let whole = |number: Number| number.to_whole().filter(|whole| i32::try_from(*whole).is_ok()).map(Number::whole);
    match item.kind {
        Kind::Boolean => matches!(answer, Answer::Boolean(_)).then(|| answer.clone()),
        Kind::Decimal => answer.number().map(Answer::Decimal),
        Kind::Integer => answer.number().and_then(whole).map(Answer::Integer),
        Kind::Quantity => match answer {
            Answer::Quantity(_) => Some(answer.clone()),
            _ => answer.number().map(|value| Answer::Quantity(crate::answer::Quantity { value, unit: item.units.first().cloned().unwrap_or_default() })),
        },
        Kind::Date => matches!(answer, Answer::Date(_)).then(|| answer.clone()),
        Kind::DateTime => matches!(answer, Answer::DateTime(_) | Answer::Date(_)).then(|| Answer::DateTime(text_of(answer))),
        Kind::Time => matches!(answer, Answer::Time(_)).then(|| answer.clone()),
        Kind::Url => matches!(answer, Answer::Uri(_)).then(|| answer.clone()),
        Kind::String | Kind::Text | Kind::OpenChoice => Some(Answer::Text(text_of(answer))).filter(|text| *text != Answer::Text(String::new())),
        Kind::Choice | Kind::Reference | Kind::Attachment | Kind::Group | Kind::Display => None,
    }
}

fn unfit(item: &Item, answer: &Answer) -> Option<Why> {
    if let Answer::Text(text) | Answer::Uri(text) = answer
        && let Some(longest) = item.max_length.filter(|longest| text.chars().count() > *longest)
    {
        return Some(Why::Long(longest));
    }
    if item.pattern.as_ref().is_some_and(|pattern| !pattern.is_of(&text_of(answer))) {
        return Some(Why::Pattern);
    }
    if let Some(least) = item.min.as_ref().filter(|least| answer.order(least).is_some_and(std::cmp::Ordering::is_lt)) {
        return Some(Why::Below(least.clone()));
    }
    item.max.as_ref().filter(|most| answer.order(most).is_some_and(std::cmp::Ordering::is_gt)).map(|most| Why::Above(most.clone()))
}
