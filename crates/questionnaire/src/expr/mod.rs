//! The expressions of SDC: a stated part of FHIRPath (<http://hl7.org/fhirpath/N1/>), read once and refused at once where they
//! use more.

mod eval;
mod lex;
mod parse;
mod value;

pub use eval::{Scope, evaluate, text_of};
pub use parse::parse;
pub use value::Val;

use crate::answer::Answer;

/// What an expression may call, with the least and the most that it is given.
pub(crate) const FUNCTIONS: [(&str, usize, usize); 25] = [
    ("where", 1, 1),
    ("select", 1, 1),
    ("all", 1, 1),
    ("exists", 0, 1),
    ("empty", 0, 0),
    ("not", 0, 0),
    ("count", 0, 0),
    ("sum", 0, 0),
    ("min", 0, 0),
    ("max", 0, 0),
    ("first", 0, 0),
    ("last", 0, 0),
    ("descendants", 0, 0),
    ("repeat", 1, 1),
    ("distinct", 0, 0),
    ("iif", 2, 3),
    ("round", 0, 1),
    ("abs", 0, 0),
    ("power", 1, 1),
    ("toInteger", 0, 0),
    ("toDecimal", 0, 0),
    ("toString", 0, 0),
    ("ordinal", 0, 0),
    ("weight", 0, 0),
    ("today", 0, 0),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Or,
    Xor,
    Implies,
    And,
    In,
    Same,
    Other,
    Less,
    More,
    AtMost,
    AtLeast,
    Union,
    Plus,
    Minus,
    Join,
    Times,
    Over,
    Div,
    Mod,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Literal(Answer),
    /// `{}`
    Nothing,
    /// `%name`
    Variable(String),
    /// `$this`
    This,
    /// A name, of what comes before, or of the focus.
    Name(Option<Box<Expr>>, String),
    Call(Option<Box<Expr>>, &'static str, Vec<Expr>),
    At(Box<Expr>, Box<Expr>),
    Negative(Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
}

/// Variables that every form has.
pub const KNOWN: [&str; 7] = ["resource", "rootResource", "context", "age", "birthDate", "sex", "name"];

impl Expr {
    /// The variables that it names.
    pub fn variables<'e>(&'e self, out: &mut Vec<&'e str>) {
        match self {
            Self::Variable(name) => out.push(name),
            Self::Literal(_) | Self::Nothing | Self::This => {}
            Self::Name(of, _) => of.iter().for_each(|of| of.variables(out)),
            Self::Call(of, _, given) => of.iter().map(|of| &**of).chain(given).for_each(|expr| expr.variables(out)),
            Self::Negative(of) => of.variables(out),
            Self::At(left, right) | Self::Binary(_, left, right) => {
                left.variables(out);
                right.variables(out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_supported_is_refused_with_its_place() {
        for (text, wrong) in [
            ("item.trace('x')", "trace"),
            ("1 +", "ends"),
            ("item.where(linkId = 'a'", "ends"),
            ("'open", "not closed"),
            ("a ~ b", "~"),
            ("item.where()", "where"),
            ("", "ends"),
        ] {
            let why = parse(text).expect_err(text);
            assert!(why.contains(wrong), "{text}: {why}");
        }
        assert!(parse(&"(".repeat(10_000)).is_err(), "depth is bounded");
        assert!(parse(&format!("1{}", "+1".repeat(10_000))).is_err(), "length is bounded");
    }
}
