//! The part of FHIRPath that search parameters are written in (<https://hl7.org/fhirpath/N1/>), as a small tree.

mod lex;
mod parse;

pub use parse::{MAX_DEPTH, parse};
use thiserror::Error;

/// An expression. Names and literals are slices of its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr<'s> {
    /// The first step of a path: a type's name, or an element of the context.
    Name(&'s str),
    /// `%resource`, `%context`: the name without its percent sign.
    Variable(&'s str),
    /// `$this`.
    This,
    Text(&'s str),
    Number(&'s str),
    Bool(bool),
    Child(Box<Expr<'s>>, &'s str),
    Index(Box<Expr<'s>>, u32),
    /// `x as T`, `x.as(T)` and `x.ofType(T)`, which agree wherever search parameters use them.
    As(Box<Expr<'s>>, &'s str),
    Is(Box<Expr<'s>>, &'s str),
    Where(Box<Expr<'s>>, Box<Expr<'s>>),
    Exists(Box<Expr<'s>>),
    /// `resolve()`; without a left side, of the item at hand.
    Resolve(Option<Box<Expr<'s>>>),
    Extension(Box<Expr<'s>>, &'s str),
    Binary(Operator, Box<Expr<'s>>, Box<Expr<'s>>),
}

/// The operators between two expressions, from loose to tight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Union,
}

/// Why a text is no expression of this grammar, and where (in bytes).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{what} at byte {offset}")]
pub struct ExprError {
    pub what: &'static str,
    pub offset: usize,
}
