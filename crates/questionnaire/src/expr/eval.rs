//! An expression worked out over the response as it stands. What cannot be worked out is nothing, as FHIRPath has it for what
//! is missing; how much is worked out is bounded.

use super::{Expr, Op, Val};
use crate::answer::Answer;
use crate::evaluate::{Launch, Part};
use crate::model::{Form, Variable};
use crate::number::Number;
use std::cmp::Ordering;

/// Values that one expression may come by.
const STEPS: usize = 100_000;
/// The highest power.
const POWER: u32 = 64;
/// Variables within variables.
const DEPTH: usize = 12;

/// Where an expression stands.
pub struct Scope<'s> {
    pub form: &'s Form,
    pub root: &'s [Part],
    /// `%context`: the item that has the expression.
    pub context: Val<'s>,
    pub launch: &'s Launch,
    /// Those of the item and of what is around it, the nearest first.
    pub variables: Vec<&'s Variable>,
}

struct Run<'r, 's> {
    scope: &'r Scope<'s>,
    left: usize,
    depth: usize,
}

type All<'s> = Vec<Val<'s>>;

/// The values of an expression.
pub fn evaluate<'s>(expr: &Expr, scope: &Scope<'s>) -> Vec<Val<'s>> {
    let mut run = Run { scope, left: STEPS, depth: 0 };
    run.of(expr, std::slice::from_ref(&scope.context))
}

fn one(all: &[Val<'_>]) -> Option<Answer> {
    match all {
        [one] => match one {
            Val::Reply(_, reply) => reply.answer.clone(),
            other => other.answer().cloned(),
        },
        _ => None,
    }
}

fn truth(all: &[Val<'_>]) -> Option<bool> {
    match (all, one(all)) {
        (_, Some(Answer::Boolean(value))) => Some(value),
        // Whatever else is there once counts as true.
        ([_], _) => Some(true),
        _ => None,
    }
}

fn yes<'s>(value: bool) -> All<'s> {
    vec![Val::of(Answer::Boolean(value))]
}

fn number<'s>(number: Option<Number>) -> All<'s> {
    number
        .map(|number| Val::of(if number.is_whole() && number.decimals() == 0 { Answer::Integer(number) } else { Answer::Decimal(number) }))
        .into_iter()
        .collect()
}

impl<'s> Run<'_, 's> {
    fn of(&mut self, expr: &Expr, focus: &[Val<'s>]) -> All<'s> {
        let Some(left) = self.left.checked_sub(1 + focus.len()) else { return Vec::new() };
        self.left = left;
        match expr {
            Expr::Literal(answer) => vec![Val::of(answer.clone())],
            Expr::Nothing => Vec::new(),
            Expr::This => focus.to_vec(),
            Expr::Variable(name) => self.variable(name),
            Expr::Name(of, name) => self.name(of.as_deref(), name, focus),
            Expr::Call(of, function, given) => {
                let on = of.as_deref().map_or_else(|| focus.to_vec(), |of| self.of(of, focus));
                self.call(function, &on, given, focus)
            }
            Expr::At(of, at) => {
                let all = self.of(of, focus);
                let at = one(&self.of(at, focus)).and_then(|at| at.number()?.to_whole()).and_then(|at| usize::try_from(at).ok());
                at.and_then(|at| all.get(at).cloned()).into_iter().collect()
            }
            Expr::Negative(of) => number(one(&self.of(of, focus)).and_then(|value| value.number()).map(Number::negative)),
            Expr::Binary(op, left, right) => {
                let (left, right) = (self.of(left, focus), self.of(right, focus));
                binary(*op, &left, &right)
            }
        }
    }

    fn name(&mut self, of: Option<&Expr>, name: &str, focus: &[Val<'s>]) -> All<'s> {
        match of {
            None if name == "QuestionnaireResponse" => vec![Val::Root(self.scope.root)],
            None => focus.iter().flat_map(|value| value.get(name, self.scope.form)).collect(),
            Some(of) => self.of(of, focus).iter().flat_map(|value| value.get(name, self.scope.form)).collect(),
        }
    }

    fn variable(&mut self, name: &str) -> All<'s> {
        let known = |text: &Option<String>, make: fn(String) -> Answer| text.clone().map(make).map(Val::of).into_iter().collect();
        let launch = self.scope.launch;
        match name {
            "resource" | "rootResource" => return vec![Val::Root(self.scope.root)],
            "context" => return vec![self.scope.context.clone()],
            "age" => return number(launch.age.map(Number::whole)),
            "birthDate" => return known(&launch.birth, Answer::Date),
            "sex" => return known(&launch.sex, Answer::Text),
            "name" => return known(&Some(launch.name.clone()), Answer::Text),
            _ => {}
        }
        let Some(at) = self.scope.variables.iter().position(|variable| variable.name == name) else { return Vec::new() };
        if self.depth >= DEPTH {
            return Vec::new();
        }
        self.depth += 1;
        let found =
            self.scope.variables.get(at).copied().map(|variable| self.of(&variable.expr, std::slice::from_ref(&self.scope.context))).unwrap_or_default();
        self.depth -= 1;
        found
    }

    fn call(&mut self, function: &str, on: &[Val<'s>], given: &[Expr], focus: &[Val<'s>]) -> All<'s> {
        let first = given.first();
        match function {
            "where" => on.iter().filter(|value| self.holds(first, value)).cloned().collect(),
            "all" => yes(on.iter().all(|value| self.holds(first, value))),
            "exists" => yes(on.iter().any(|value| first.is_none() || self.holds(first, value))),
            "select" => on.iter().flat_map(|value| first.map(|expr| self.of(expr, std::slice::from_ref(value))).unwrap_or_default()).collect(),
            "repeat" => self.repeat(on, first),
            "descendants" => self.descendants(on),
            "iif" => match truth(&first.map(|expr| self.of(expr, on)).unwrap_or_default()) {
                Some(true) => given.get(1).map(|expr| self.of(expr, on)).unwrap_or_default(),
                _ => given.get(2).map(|expr| self.of(expr, on)).unwrap_or_default(),
            },
            "today" => vec![Val::of(Answer::Date(self.scope.launch.today.clone()))],
            "round" => {
                let to = first.and_then(|expr| one(&self.of(expr, focus))?.number()?.to_whole()).unwrap_or(0);
                number(one(on).and_then(|value| value.number()?.rounded(u32::try_from(to).ok()?)))
            }
            "power" => {
                let times = first.and_then(|expr| one(&self.of(expr, focus))?.number()?.to_whole()).and_then(|times| u32::try_from(times).ok());
                let of = one(on).and_then(|value| value.number());
                number(of.zip(times).and_then(|(of, times)| power(of, times)))
            }
            "ordinal" | "weight" => on.iter().flat_map(|value| number(self.worth(value))).collect(),
            _ => plain(function, on),
        }
    }

    fn holds(&mut self, expr: Option<&Expr>, value: &Val<'s>) -> bool {
        expr.is_some_and(|expr| truth(&self.of(expr, std::slice::from_ref(value))) == Some(true))
    }

    fn worth(&self, value: &Val<'s>) -> Option<Number> {
        match value {
            Val::Value(_, worth) => *worth,
            Val::Reply(..) => value.get("value", self.scope.form).first().and_then(|value| if let Val::Value(_, worth) = value { *worth } else { None }),
            _ => None,
        }
    }

    fn repeat(&mut self, on: &[Val<'s>], expr: Option<&Expr>) -> All<'s> {
        let (mut out, mut waiting) = (Vec::new(), on.to_vec());
        while !waiting.is_empty() && self.left > 0 {
            let next = expr.map(|expr| self.of(expr, &waiting)).unwrap_or_default();
            out.extend(next.iter().cloned());
            waiting = next;
        }
        out
    }

    fn descendants(&mut self, on: &[Val<'s>]) -> All<'s> {
        let (mut out, mut waiting) = (Vec::new(), on.to_vec());
        while let Some(value) = waiting.pop() {
            let within = value.within(self.scope.form);
            let Some(left) = self.left.checked_sub(within.len() + 1) else { return out };
            self.left = left;
            out.extend(within.iter().cloned());
            waiting.extend(within);
        }
        out
    }
}

/// A whole power that is not negative; none where it has too many digits.
fn power(of: Number, times: u32) -> Option<Number> {
    (times <= POWER).then_some(())?;
    (0..times).try_fold(Number::whole(1), |product, _| product.times(of))
}

/// Functions of what they are called on alone.
fn plain<'s>(function: &str, on: &[Val<'s>]) -> All<'s> {
    let numbers = || on.iter().map(|value| one(std::slice::from_ref(value))?.number()).collect::<Option<Vec<_>>>();
    let turned = |turn: fn(Answer) -> Option<Answer>| one(on).and_then(turn).map(Val::of).into_iter().collect();
    match function {
        "empty" => yes(on.is_empty()),
        "not" => truth(on).map(|value| yes(!value)).unwrap_or_default(),
        "count" => number(i64::try_from(on.len()).ok().map(Number::whole)),
        "sum" => number(numbers().and_then(|all| all.into_iter().try_fold(Number::ZERO, Number::plus))),
        "min" => number(numbers().and_then(|all| all.into_iter().min())),
        "max" => number(numbers().and_then(|all| all.into_iter().max())),
        "first" => on.first().cloned().into_iter().collect(),
        "last" => on.last().cloned().into_iter().collect(),
        "distinct" => {
            on.iter().enumerate().filter(|(at, value)| !on.iter().take(*at).any(|other| equal(other, value))).map(|(_, value)| value.clone()).collect()
        }
        "abs" => number(one(on).and_then(|value| value.number()).map(|number| if number < Number::ZERO { number.negative() } else { number })),
        "toInteger" => turned(|value| match value {
            Answer::Boolean(value) => Some(Answer::Integer(Number::whole(i64::from(value)))),
            Answer::Text(text) => Number::parse(&text).filter(|number| number.is_whole()).map(Answer::Integer),
            other => other.number().filter(|number| number.is_whole()).map(Answer::Integer),
        }),
        "toDecimal" => turned(|value| match value {
            Answer::Text(text) => Number::parse(&text).map(Answer::Decimal),
            other => other.number().map(Answer::Decimal),
        }),
        "toString" => turned(|value| Some(Answer::Text(text_of(&value)))),
        _ => Vec::new(),
    }
}

/// An answer as a text.
pub fn text_of(answer: &Answer) -> String {
    match answer {
        Answer::Boolean(value) => value.to_string(),
        Answer::Decimal(number) | Answer::Integer(number) => number.to_string(),
        Answer::Date(text) | Answer::DateTime(text) | Answer::Time(text) | Answer::Text(text) | Answer::Uri(text) => text.clone(),
        Answer::Coding(coding) => {
            if coding.display.said.is_empty() {
                coding.code.clone()
            } else {
                coding.display.said.clone()
            }
        }
        Answer::Quantity(quantity) => format!("{} {}", quantity.value, quantity.unit.display.said).trim().to_owned(),
        Answer::Reference(reference, display) => {
            if display.is_empty() {
                reference.clone()
            } else {
                display.clone()
            }
        }
    }
}

fn equal(left: &Val<'_>, right: &Val<'_>) -> bool {
    match (one(std::slice::from_ref(left)), one(std::slice::from_ref(right))) {
        (Some(left), Some(right)) => alike(&left, &right) == Some(true),
        _ => false,
    }
}

/// A coding also equals the text of its code.
fn alike(left: &Answer, right: &Answer) -> Option<bool> {
    match (left, right) {
        (Answer::Coding(coding), Answer::Text(text)) | (Answer::Text(text), Answer::Coding(coding)) => Some(coding.code == *text),
        _ => Some(left.same(right)),
    }
}

fn binary<'s>(op: Op, left: &[Val<'s>], right: &[Val<'s>]) -> All<'s> {
    match op {
        Op::And | Op::Or | Op::Xor | Op::Implies => logic(op, truth(left), truth(right)).map(yes).unwrap_or_default(),
        Op::Union => left.iter().chain(right).cloned().collect(),
        Op::In => one(left).map(|_| yes(left.first().is_some_and(|value| right.iter().any(|other| equal(value, other))))).unwrap_or_default(),
        Op::Join => {
            let said = |all: &[Val<'_>]| one(all).map(|value| text_of(&value)).unwrap_or_default();
            vec![Val::of(Answer::Text(format!("{}{}", said(left), said(right))))]
        }
        _ => match (one(left), one(right)) {
            (Some(left), Some(right)) => single(op, &left, &right),
            _ => Vec::new(),
        },
    }
}

fn single<'s>(op: Op, left: &Answer, right: &Answer) -> All<'s> {
    let ordered = |is: fn(Ordering) -> bool| left.order(right).map(|order| yes(is(order))).unwrap_or_default();
    let numbers = left.number().zip(right.number());
    match op {
        Op::Same => alike(left, right).map(yes).unwrap_or_default(),
        Op::Other => alike(left, right).map(|same| yes(!same)).unwrap_or_default(),
        Op::Less => ordered(Ordering::is_lt),
        Op::More => ordered(Ordering::is_gt),
        Op::AtMost => ordered(Ordering::is_le),
        Op::AtLeast => ordered(Ordering::is_ge),
        Op::Plus => match (left, right) {
            (Answer::Text(left), Answer::Text(right)) => vec![Val::of(Answer::Text(format!("{left}{right}")))],
            _ => number(numbers.and_then(|(left, right)| left.plus(right))),
        },
        Op::Minus => number(numbers.and_then(|(left, right)| left.minus(right))),
        Op::Times => number(numbers.and_then(|(left, right)| left.times(right))),
        Op::Over => number(numbers.and_then(|(left, right)| left.over(right))),
        Op::Div => number(numbers.and_then(|(left, right)| left.whole_over(right)).map(|(whole, _)| whole)),
        Op::Mod => number(numbers.and_then(|(left, right)| left.whole_over(right)).map(|(_, rest)| rest)),
        _ => Vec::new(),
    }
}

/// Logic of three values (<http://hl7.org/fhirpath/N1/#boolean-logic>).
fn logic(op: Op, left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (op, left, right) {
        (Op::And, Some(false), _) | (Op::And, _, Some(false)) => Some(false),
        (Op::Or, Some(true), _) | (Op::Or, _, Some(true)) | (Op::Implies, Some(false), _) | (Op::Implies, _, Some(true)) => Some(true),
        (Op::And, Some(_), Some(_)) => Some(true),
        (Op::Or, Some(_), Some(_)) => Some(false),
        (Op::Implies, Some(_), Some(right)) => Some(right),
        (Op::Xor, Some(left), Some(right)) => Some(left != right),
        _ => None,
    }
}
