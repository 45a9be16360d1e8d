//! An expression cut into tokens.

/// The longest expression, in bytes.
const LONGEST: usize = 4000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Number(String),
    Text(String),
    /// `@2026-01-01`
    Moment(String),
    Name(String),
    Variable(String),
    Sign(&'static str),
}

/// The longer ones first.
const SIGNS: [&str; 21] = ["<=", ">=", "!=", "$this", "(", ")", "[", "]", "{", "}", ".", ",", "+", "-", "*", "/", "|", "&", "=", "<", ">"];

/// Tokens with their places in letters. `Err`: what cannot be read.
pub fn lex(text: &str) -> Result<Vec<(usize, Token)>, String> {
    if text.len() > LONGEST {
        return Err(format!("an expression has at most {LONGEST} bytes"));
    }
    let mut out = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let place = text.len() - rest.len();
        let Some(first) = rest.chars().next() else { return Ok(out) };
        let (token, after) = one(rest, first).map_err(|why| format!("{why} at {place}"))?;
        out.push((place, token));
        rest = after;
    }
}

fn one(rest: &str, first: char) -> Result<(Token, &str), String> {
    let while_is = |from: &str, is: fn(char) -> bool| from.find(|c| !is(c)).unwrap_or(from.len());
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if first.is_ascii_digit() {
        let whole = while_is(rest, |c| c.is_ascii_digit());
        let (head, tail) = rest.split_at(whole);
        let part = tail.strip_prefix('.').map_or(0, |after| while_is(after, |c| c.is_ascii_digit()));
        let (part, after) = if part > 0 { tail.split_at(part + 1) } else { ("", tail) };
        return Ok((Token::Number(format!("{head}{part}")), after));
    }
    if first == '\'' || first == '`' {
        let (text, after) = string(rest, first)?;
        return Ok((if first == '`' { Token::Name(text) } else { Token::Text(text) }, after));
    }
    if let Some(from) = rest.strip_prefix('%') {
        if from.starts_with(['\'', '`']) {
            let (name, after) = string(from, from.chars().next().unwrap_or('\''))?;
            return Ok((Token::Variable(name), after));
        }
        let (name, after) = from.split_at(while_is(from, word));
        return Ok((Token::Variable(name.to_owned()), after));
    }
    if let Some(from) = rest.strip_prefix('@') {
        let (moment, after) = from.split_at(while_is(from, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '+' | '.')));
        return Ok((Token::Moment(moment.to_owned()), after));
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let (name, after) = rest.split_at(while_is(rest, word));
        return Ok((Token::Name(name.to_owned()), after));
    }
    let sign = SIGNS.into_iter().find_map(|sign| Some((sign, rest.strip_prefix(sign)?)));
    sign.map(|(sign, after)| (Token::Sign(sign), after)).ok_or_else(|| format!("{first:?} is not understood"))
}

fn string(rest: &str, quote: char) -> Result<(String, &str), String> {
    let mut out = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => match letters.next().map(|(_, letter)| letter) {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(letter @ ('\'' | '"' | '`' | '\\' | '/')) => out.push(letter),
                _ => return Err("an escape is not understood".to_owned()),
            },
            letter if letter == quote => return Ok((out, rest.get(at + letter.len_utf8()..).unwrap_or(""))),
            letter => out.push(letter),
        }
    }
    Err("a text is not closed".to_owned())
}
