//! From an expression to plain paths: what search parameters say, without how they say it.

use crate::expr::{Expr, Operator};

/// One alternative of a search expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path<'s> {
    pub root: Root<'s>,
    pub steps: Vec<Step<'s>>,
    /// `where(resolve() is T)` at the end.
    pub target: Option<&'s str>,
    /// The path is asked whether it has a value other than `false`, and the answer is what is indexed.
    pub as_flag: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root<'s> {
    /// A type's name, or an element of the context at hand.
    Name(&'s str),
    /// `%resource`.
    Resource,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'s> {
    Child(&'s str),
    As(&'s str),
    Index(u32),
    /// `where(member = 'text')`.
    Where(&'s str, &'s str),
}

/// What this compiler does not express.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Beyond(pub &'static str);

/// The alternatives of an expression, in order.
pub(crate) fn lower<'s>(expr: &Expr<'s>) -> Result<Vec<Path<'s>>, Beyond> {
    match expr {
        Expr::Binary(Operator::Union, left, right) => {
            let mut paths = lower(left)?;
            paths.extend(lower(right)?);
            Ok(paths)
        }
        Expr::Name(name) => Ok(vec![Path { root: Root::Name(name), steps: Vec::new(), target: None, as_flag: false }]),
        Expr::Variable("resource") => Ok(vec![Path { root: Root::Resource, steps: Vec::new(), target: None, as_flag: false }]),
        Expr::Child(left, name) => stepped(left, Step::Child(name)),
        Expr::As(left, kind) => stepped(left, Step::As(kind)),
        Expr::Index(left, index) => stepped(left, Step::Index(*index)),
        Expr::Where(left, test) => filtered(left, test),
        Expr::Binary(Operator::And, left, right) => flag(left, right),
        _ => Err(Beyond("this form of expression gives no values to index")),
    }
}

fn stepped<'s>(left: &Expr<'s>, step: Step<'s>) -> Result<Vec<Path<'s>>, Beyond> {
    let mut paths = lower(left)?;
    for path in &mut paths {
        if path.target.is_some() || path.as_flag {
            return Err(Beyond("nothing may follow a test of the target's type"));
        }
        path.steps.push(step);
    }
    Ok(paths)
}

fn filtered<'s>(left: &Expr<'s>, test: &Expr<'s>) -> Result<Vec<Path<'s>>, Beyond> {
    match test {
        Expr::Is(subject, kind) if **subject == Expr::Resolve(None) => {
            let mut paths = lower(left)?;
            paths.iter_mut().for_each(|path| path.target = Some(kind));
            Ok(paths)
        }
        Expr::Binary(Operator::Equal, member, value) => match (&**member, &**value) {
            (Expr::Name(member), Expr::Text(text)) => stepped(left, Step::Where(member, text)),
            _ => Err(Beyond("a condition compares a member with a text")),
        },
        _ => Err(Beyond("a condition is a comparison or a test of the target's type")),
    }
}

/// `x.exists() and x != false`: R4's `Patient.deceased`, true also when a date stands there.
fn flag<'s>(left: &Expr<'s>, right: &Expr<'s>) -> Result<Vec<Path<'s>>, Beyond> {
    let (Expr::Exists(there), Expr::Binary(Operator::NotEqual, compared, value)) = (left, right) else {
        return Err(Beyond("`and` joins `exists()` and `!= false` only"));
    };
    if there != compared || **value != Expr::Bool(false) {
        return Err(Beyond("`and` joins `exists()` and `!= false` of one path only"));
    }
    let mut paths = lower(there)?;
    paths.iter_mut().for_each(|path| path.as_flag = true);
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::parse;

    fn lowered(text: &str) -> Result<Vec<Path<'_>>, Beyond> {
        lower(&parse(text).expect("expression"))
    }

    #[test]
    fn alternatives_come_in_order() {
        let paths = lowered("A.b | (A.c as D).e").expect("paths");
        assert_eq!(paths[0].steps, [Step::Child("b")]);
        assert_eq!(paths[1].steps, [Step::Child("c"), Step::As("D"), Step::Child("e")]);
    }

    #[test]
    fn conditions_become_steps_or_targets() {
        let paths = lowered("A.b.where(resolve() is Patient)").expect("paths");
        assert_eq!((paths[0].target, paths[0].steps.as_slice()), (Some("Patient"), &[Step::Child("b")][..]));
        let paths = lowered("A.b.where(c='d').e[0]").expect("paths");
        assert_eq!(paths[0].steps, [Step::Child("b"), Step::Where("c", "d"), Step::Child("e"), Step::Index(0)]);
    }

    #[test]
    fn a_flag_is_one_path_asked_twice() {
        assert!(lowered("A.b.exists() and A.b != false").expect("paths")[0].as_flag);
        assert!(lowered("A.b.exists() and A.c != false").is_err());
        assert!(lowered("A.b = 'x'").is_err());
    }
}
