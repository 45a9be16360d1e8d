//! Tokens read as an expression, by the precedence of FHIRPath (<http://hl7.org/fhirpath/N1/#operator-precedence>).

use super::lex::{Token, lex};
use super::{Expr, FUNCTIONS, Op};
use crate::answer::Answer;
use crate::number::Number;

/// Expressions within expressions.
const DEPTH: usize = 40;
/// Tokens of an expression: each operator of a chain is one level of its tree.
const TOKENS: usize = 400;

/// Operators by how firmly they bind, the loosest first.
const LEVELS: [&[(&str, Op)]; 8] = [
    &[("implies", Op::Implies)],
    &[("or", Op::Or), ("xor", Op::Xor)],
    &[("and", Op::And)],
    &[("in", Op::In)],
    &[("=", Op::Same), ("!=", Op::Other)],
    &[("<=", Op::AtMost), (">=", Op::AtLeast), ("<", Op::Less), (">", Op::More)],
    &[("|", Op::Union)],
    &[("+", Op::Plus), ("-", Op::Minus), ("&", Op::Join)],
];
const PRODUCTS: [(&str, Op); 4] = [("*", Op::Times), ("/", Op::Over), ("div", Op::Div), ("mod", Op::Mod)];

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
}

/// Reads an expression. `Err`: what is wrong, or not supported, and at which letter.
pub fn parse(text: &str) -> Result<Expr, String> {
    let tokens = lex(text)?;
    if tokens.len() > TOKENS {
        return Err(format!("an expression has at most {TOKENS} words and signs"));
    }
    let mut parser = Parser { tokens, next: 0, depth: 0 };
    let read = parser.level(0)?;
    match parser.tokens.get(parser.next) {
        None => Ok(read),
        Some((place, token)) => Err(format!("{} is not understood at {place}", told(token))),
    }
}

fn told(token: &Token) -> String {
    match token {
        Token::Sign(sign) => (*sign).to_owned(),
        Token::Number(text) | Token::Text(text) | Token::Moment(text) | Token::Name(text) | Token::Variable(text) => text.clone(),
    }
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn take(&mut self) -> Result<Token, String> {
        let token = self.peek().cloned().ok_or("it ends too early")?;
        self.next += 1;
        Ok(token)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Sign(known)) if *known == sign);
        self.next += usize::from(there);
        there
    }

    fn needs(&mut self, sign: &str) -> Result<(), String> {
        if self.takes(sign) {
            return Ok(());
        }
        match self.tokens.get(self.next) {
            None => Err(format!("it ends before {sign:?}")),
            Some((place, token)) => Err(format!("{sign:?} is wanted, and {:?} found at {place}", told(token))),
        }
    }

    /// The operator of a level that comes next.
    fn operator(&mut self, of: &[(&str, Op)]) -> Option<Op> {
        let word = match self.peek()? {
            Token::Sign(sign) => (*sign).to_owned(),
            Token::Name(name) => name.clone(),
            _ => return None,
        };
        let found = of.iter().find(|(known, _)| *known == word).map(|(_, op)| *op)?;
        self.next += 1;
        Some(found)
    }

    fn level(&mut self, level: usize) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > DEPTH * LEVELS.len() {
            return Err(format!("it lies more than {DEPTH} deep"));
        }
        let read = self.chain(level);
        self.depth -= 1;
        read
    }

    fn chain(&mut self, level: usize) -> Result<Expr, String> {
        let operators = LEVELS.get(level).copied();
        let inner = |parser: &mut Self| if operators.is_some() { parser.level(level + 1) } else { parser.signed() };
        let mut left = inner(self)?;
        while let Some(op) = self.operator(operators.unwrap_or(&PRODUCTS)) {
            left = Expr::Binary(op, Box::new(left), Box::new(inner(self)?));
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expr, String> {
        if self.takes("-") {
            return Ok(Expr::Negative(Box::new(self.path()?)));
        }
        self.takes("+");
        self.path()
    }

    fn path(&mut self) -> Result<Expr, String> {
        let mut left = self.head()?;
        loop {
            if self.takes(".") {
                left = self.named(Some(Box::new(left)))?;
            } else if self.takes("[") {
                let at = self.level(0)?;
                self.needs("]")?;
                left = Expr::At(Box::new(left), Box::new(at));
            } else {
                return Ok(left);
            }
        }
    }

    fn head(&mut self) -> Result<Expr, String> {
        match self.peek() {
            Some(Token::Name(name)) if name == "true" || name == "false" => {
                let value = name == "true";
                self.next += 1;
                Ok(Expr::Literal(Answer::Boolean(value)))
            }
            Some(Token::Name(_)) => self.named(None),
            _ => match self.take()? {
                Token::Number(text) => {
                    let number = Number::parse(&text).ok_or_else(|| format!("{text} has too many digits"))?;
                    Ok(Expr::Literal(if text.contains('.') { Answer::Decimal(number) } else { Answer::Integer(number) }))
                }
                Token::Text(text) => Ok(Expr::Literal(Answer::Text(text))),
                Token::Moment(text) if text.starts_with('T') => Ok(Expr::Literal(Answer::Time(text.trim_start_matches('T').to_owned()))),
                Token::Moment(text) if text.contains('T') => Ok(Expr::Literal(Answer::DateTime(text))),
                Token::Moment(text) => Ok(Expr::Literal(Answer::Date(text))),
                Token::Variable(name) => Ok(Expr::Variable(name)),
                Token::Sign("$this") => Ok(Expr::This),
                Token::Sign("(") => {
                    let inner = self.level(0)?;
                    self.needs(")").map(|()| inner)
                }
                Token::Sign("{") => self.needs("}").map(|()| Expr::Nothing),
                other => Err(format!("{:?} does not begin an expression", told(&other))),
            },
        }
    }

    /// A name or a call.
    fn named(&mut self, of: Option<Box<Expr>>) -> Result<Expr, String> {
        let place = self.tokens.get(self.next).map_or(0, |(place, _)| *place);
        let Token::Name(name) = self.take()? else { return Err(format!("a name is wanted at {place}")) };
        if !self.takes("(") {
            return Ok(Expr::Name(of, name));
        }
        let known = FUNCTIONS.iter().find(|(known, ..)| *known == name).copied();
        let (function, least, most) = known.ok_or_else(|| format!("the function {name}() is not supported at {place}"))?;
        let mut given = Vec::new();
        if !self.takes(")") {
            loop {
                given.push(self.level(0)?);
                if !self.takes(",") {
                    break;
                }
            }
            self.needs(")")?;
        }
        if !(least..=most).contains(&given.len()) {
            return Err(format!("{name}() is given {} at {place}, and takes {least} to {most}", given.len()));
        }
        Ok(Expr::Call(of, function, given))
    }
}
