//! Recursive descent over the words, by the precedence of <https://hl7.org/fhirpath/N1/#operator-precedence>:
//! path, then `is`/`as`, `|`, `=`, `and`, `or`.

use super::lex::{Token, split};
use super::{Expr, ExprError, Operator};

/// How deep parentheses may nest: expressions may come from outside one day.
pub const MAX_DEPTH: usize = 32;

/// Parses one expression.
pub fn parse(text: &str) -> Result<Expr<'_>, ExprError> {
    let mut parser = Parser { tokens: split(text)?, at: 0, depth: 0, end: text.len() };
    let expr = parser.binary(Operator::Or)?;
    match parser.peek() {
        None => Ok(expr),
        Some(_) => parser.fail("something follows the expression"),
    }
}

struct Parser<'s> {
    tokens: Vec<(Token<'s>, usize)>,
    at: usize,
    depth: usize,
    end: usize,
}

impl<'s> Parser<'s> {
    /// Reads a chain of operators as loose as `level` or tighter; all of them group to the left.
    fn binary(&mut self, level: Operator) -> Result<Expr<'s>, ExprError> {
        let mut left = self.tighter(level)?;
        while let Some(operator) = self.operator().filter(|found| same_level(*found, level)) {
            self.at += 1;
            let right = self.tighter(level)?;
            left = Expr::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn tighter(&mut self, level: Operator) -> Result<Expr<'s>, ExprError> {
        match level {
            Operator::Or => self.binary(Operator::And),
            Operator::And => self.binary(Operator::Equal),
            Operator::Equal | Operator::NotEqual => self.binary(Operator::Union),
            Operator::Union => self.typed(),
        }
    }

    fn operator(&self) -> Option<Operator> {
        match self.peek()? {
            Token::Word("or") => Some(Operator::Or),
            Token::Word("and") => Some(Operator::And),
            Token::Equal => Some(Operator::Equal),
            Token::NotEqual => Some(Operator::NotEqual),
            Token::Bar => Some(Operator::Union),
            _ => None,
        }
    }

    fn typed(&mut self) -> Result<Expr<'s>, ExprError> {
        let mut expr = self.path()?;
        loop {
            match self.peek() {
                Some(Token::Word("as")) => {
                    self.at += 1;
                    expr = Expr::As(Box::new(expr), self.word()?);
                }
                Some(Token::Word("is")) => {
                    self.at += 1;
                    expr = Expr::Is(Box::new(expr), self.word()?);
                }
                _ => return Ok(expr),
            }
        }
    }

    fn path(&mut self) -> Result<Expr<'s>, ExprError> {
        let mut expr = self.head()?;
        loop {
            match self.peek() {
                Some(Token::Dot) => {
                    self.at += 1;
                    expr = self.step(expr)?;
                }
                Some(Token::OpenSquare) => {
                    self.at += 1;
                    let Some(Token::Number(digits)) = self.take() else { return self.fail("an index is a number") };
                    let Ok(index) = digits.parse() else { return self.fail("an index is a small number") };
                    self.expect(Token::CloseSquare)?;
                    expr = Expr::Index(Box::new(expr), index);
                }
                _ => return Ok(expr),
            }
        }
    }

    fn head(&mut self) -> Result<Expr<'s>, ExprError> {
        match self.take() {
            Some(Token::Open) => self.nested(Token::Close),
            Some(Token::Word("true")) => Ok(Expr::Bool(true)),
            Some(Token::Word("false")) => Ok(Expr::Bool(false)),
            Some(Token::Word("resolve")) if self.peek() == Some(Token::Open) => {
                self.empty_arguments()?;
                Ok(Expr::Resolve(None))
            }
            Some(Token::Word(name)) if self.peek() != Some(Token::Open) => Ok(Expr::Name(name)),
            Some(Token::Variable(name)) => Ok(Expr::Variable(name)),
            Some(Token::This) => Ok(Expr::This),
            Some(Token::Text(text)) => Ok(Expr::Text(text)),
            Some(Token::Number(digits)) => Ok(Expr::Number(digits)),
            _ => self.fail("a path, a literal or a parenthesis is expected"),
        }
    }

    fn step(&mut self, left: Expr<'s>) -> Result<Expr<'s>, ExprError> {
        let name = self.word()?;
        if self.peek() != Some(Token::Open) {
            return Ok(Expr::Child(Box::new(left), name));
        }
        let left = Box::new(left);
        match name {
            "exists" => self.empty_arguments().map(|()| Expr::Exists(left)),
            "resolve" => self.empty_arguments().map(|()| Expr::Resolve(Some(left))),
            "as" | "ofType" => self.argument(Self::word).map(|kind| Expr::As(left, kind)),
            "is" => self.argument(Self::word).map(|kind| Expr::Is(left, kind)),
            "where" => self.argument(|parser| parser.binary(Operator::Or)).map(|test| Expr::Where(left, Box::new(test))),
            "extension" => self.argument(Self::text).map(|url| Expr::Extension(left, url)),
            _ => self.fail("this function is not known here"),
        }
    }

    fn argument<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, ExprError>) -> Result<T, ExprError> {
        self.expect(Token::Open)?;
        self.deeper()?;
        let value = read(self)?;
        self.depth -= 1;
        self.expect(Token::Close)?;
        Ok(value)
    }

    fn nested(&mut self, close: Token<'s>) -> Result<Expr<'s>, ExprError> {
        self.deeper()?;
        let inner = self.binary(Operator::Or)?;
        self.depth -= 1;
        self.expect(close)?;
        Ok(inner)
    }

    fn deeper(&mut self) -> Result<(), ExprError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { self.fail("nested too deeply") } else { Ok(()) }
    }

    fn empty_arguments(&mut self) -> Result<(), ExprError> {
        self.expect(Token::Open)?;
        self.expect(Token::Close)
    }

    fn word(&mut self) -> Result<&'s str, ExprError> {
        match self.take() {
            Some(Token::Word(name)) => Ok(name),
            _ => self.fail("a name is expected"),
        }
    }

    fn text(&mut self) -> Result<&'s str, ExprError> {
        match self.take() {
            Some(Token::Text(text)) => Ok(text),
            _ => self.fail("a quoted text is expected"),
        }
    }

    fn expect(&mut self, token: Token<'s>) -> Result<(), ExprError> {
        if self.take() == Some(token) { Ok(()) } else { self.fail("another sign is expected here") }
    }

    fn take(&mut self) -> Option<Token<'s>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    fn peek(&self) -> Option<Token<'s>> {
        self.tokens.get(self.at).map(|(token, _)| *token)
    }

    fn fail<T>(&self, what: &'static str) -> Result<T, ExprError> {
        let offset = self.tokens.get(self.at).map_or(self.end, |(_, offset)| *offset);
        Err(ExprError { what, offset })
    }
}

fn same_level(found: Operator, level: Operator) -> bool {
    let rank = |operator| if operator == Operator::NotEqual { Operator::Equal } else { operator };
    rank(found) == rank(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(names: &[&'static str]) -> Expr<'static> {
        let (first, rest) = names.split_first().expect("a name");
        rest.iter().fold(Expr::Name(first), |left, name| Expr::Child(Box::new(left), name))
    }

    #[test]
    fn both_spellings_of_as_are_one() {
        let long = parse("(Observation.value as Quantity)");
        assert_eq!(long, parse("Observation.value.as(Quantity)"));
        assert_eq!(long, Ok(Expr::As(Box::new(path(&["Observation", "value"])), "Quantity")));
    }

    #[test]
    fn a_path_may_go_on_after_a_parenthesis() {
        let expr = parse("(Observation.value as CodeableConcept).text").expect("expression");
        assert!(matches!(expr, Expr::Child(inner, "text") if matches!(*inner, Expr::As(_, "CodeableConcept"))));
    }

    #[test]
    fn operators_bind_as_the_language_says() {
        let expr = parse("Patient.deceased.exists() and Patient.deceased != false").expect("expression");
        let deceased = || Box::new(path(&["Patient", "deceased"]));
        let unequal = Expr::Binary(Operator::NotEqual, deceased(), Box::new(Expr::Bool(false)));
        assert_eq!(expr, Expr::Binary(Operator::And, Box::new(Expr::Exists(deceased())), Box::new(unequal)));
    }

    #[test]
    fn conditions_indexes_and_variables_parse() {
        let expr = parse("Account.subject.where(resolve() is Patient)").expect("expression");
        let test = Expr::Is(Box::new(Expr::Resolve(None)), "Patient");
        assert_eq!(expr, Expr::Where(Box::new(path(&["Account", "subject"])), Box::new(test)));
        assert!(matches!(parse("Bundle.entry[0].resource"), Ok(Expr::Child(inner, "resource")) if matches!(*inner, Expr::Index(_, 0))));
        assert!(matches!(parse("%resource.id"), Ok(Expr::Child(inner, "id")) if *inner == Expr::Variable("resource")));
        assert!(matches!(parse("Patient.extension('http://x/y').value"), Ok(Expr::Child(..))));
    }

    #[test]
    fn what_does_not_belong_is_named_with_its_place() {
        assert_eq!(parse("a.frobnicate()").map_err(|e| e.what), Err("this function is not known here"));
        assert_eq!(parse("a b").map_err(|e| e.offset), Err(2));
        assert_eq!(parse("a.where(b = 'x"), Err(ExprError { what: "no word of the language", offset: 12 }));
        assert!(parse("").is_err());
        let deep = format!("{}a{}", "(".repeat(100), ")".repeat(100));
        assert_eq!(parse(&deep).map_err(|e| e.what), Err("nested too deeply"));
    }
}
