//! Words of an expression.

use super::ExprError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'s> {
    Word(&'s str),
    Variable(&'s str),
    This,
    Text(&'s str),
    Number(&'s str),
    Dot,
    Open,
    Close,
    OpenSquare,
    CloseSquare,
    Bar,
    Equal,
    NotEqual,
}

/// Splits the whole text; each word carries where it starts.
pub(super) fn split(text: &str) -> Result<Vec<(Token<'_>, usize)>, ExprError> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let offset = text.len() - rest.len();
        let (token, length) = next(rest, first).ok_or(ExprError { what: "no word of the language", offset })?;
        out.push((token, offset));
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    Ok(out)
}

fn next(rest: &str, first: char) -> Option<(Token<'_>, usize)> {
    let single = |token| Some((token, first.len_utf8()));
    match first {
        '.' => single(Token::Dot),
        '(' => single(Token::Open),
        ')' => single(Token::Close),
        '[' => single(Token::OpenSquare),
        ']' => single(Token::CloseSquare),
        '|' => single(Token::Bar),
        '=' => single(Token::Equal),
        '!' => rest.starts_with("!=").then_some((Token::NotEqual, 2)),
        '\'' => text(rest),
        '$' => rest.starts_with("$this").then_some((Token::This, 5)),
        '%' => {
            let name = word(rest.get(1..)?);
            (!name.is_empty()).then_some((Token::Variable(name), name.len() + 1))
        }
        '0'..='9' => {
            let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            Some((Token::Number(rest.get(..length)?), length))
        }
        _ => {
            let name = word(rest);
            (!name.is_empty()).then_some((Token::Word(name), name.len()))
        }
    }
}

fn word(rest: &str) -> &str {
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    rest.get(..end).unwrap_or("")
}

/// A quoted text. Escapes are refused: no search parameter needs them, and a wrong reading would be silent.
fn text(rest: &str) -> Option<(Token<'_>, usize)> {
    let body = rest.get(1..)?;
    let end = body.find('\'')?;
    let inner = body.get(..end)?;
    (!inner.contains('\\')).then_some((Token::Text(inner), end + 2))
}
