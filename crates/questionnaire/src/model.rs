//! A questionnaire as it is filled in: items in one list, in the order of the page, each naming its parent.

use crate::answer::{Answer, Coding};
use crate::expr::Expr;
use crate::number::Number;
use crate::pattern::Pattern;
use crate::words::Words;

/// Items of one questionnaire.
pub const ITEMS: usize = 1000;
/// Items within items.
pub const DEPTH: usize = 12;
/// Options of one question.
pub const OPTIONS: usize = 500;

/// <https://hl7.org/fhir/R4/valueset-item-type.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Group,
    Display,
    Boolean,
    Decimal,
    Integer,
    Date,
    DateTime,
    Time,
    String,
    Text,
    Url,
    Choice,
    OpenChoice,
    Attachment,
    Reference,
    Quantity,
}

impl Kind {
    pub const ALL: [(&'static str, Self); 16] = [
        ("group", Self::Group),
        ("display", Self::Display),
        ("boolean", Self::Boolean),
        ("decimal", Self::Decimal),
        ("integer", Self::Integer),
        ("date", Self::Date),
        ("dateTime", Self::DateTime),
        ("time", Self::Time),
        ("string", Self::String),
        ("text", Self::Text),
        ("url", Self::Url),
        ("choice", Self::Choice),
        ("open-choice", Self::OpenChoice),
        ("attachment", Self::Attachment),
        ("reference", Self::Reference),
        ("quantity", Self::Quantity),
    ];

    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind)
    }

    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(code, _)| code)
    }

    /// Whether it has answers.
    pub fn asks(self) -> bool {
        !matches!(self, Self::Group | Self::Display)
    }

    pub fn chooses(self) -> bool {
        matches!(self, Self::Choice | Self::OpenChoice)
    }
}

/// One of the answers that are offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub answer: Answer,
    /// What it counts in a score (<https://hl7.org/fhir/R4/extension-ordinalvalue.html>).
    pub worth: Option<Number>,
    pub initial: bool,
}

/// <https://hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Exists,
    Same,
    Other,
    More,
    Less,
    AtLeast,
    AtMost,
}

impl Operator {
    pub const ALL: [(&'static str, Self); 7] =
        [("exists", Self::Exists), ("=", Self::Same), ("!=", Self::Other), (">", Self::More), ("<", Self::Less), (">=", Self::AtLeast), ("<=", Self::AtMost)];

    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == code).map(|(_, operator)| *operator)
    }

    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(_, operator)| *operator == self).map_or("", |(code, _)| code)
    }
}

/// `enableWhen`: the answer to another question decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    pub link: String,
    /// The item of that linkId.
    pub item: usize,
    pub operator: Operator,
    pub answer: Answer,
}

/// A variable of SDC, with the expression that it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    pub name: String,
    pub expr: Expr,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub link: String,
    pub kind: Kind,
    pub prefix: Words,
    pub text: Words,
    pub required: bool,
    pub repeats: bool,
    pub read_only: bool,
    /// In the response and never on the page (<https://hl7.org/fhir/R4/extension-questionnaire-hidden.html>).
    pub hidden: bool,
    pub max_length: Option<usize>,
    pub options: Vec<Choice>,
    pub initial: Vec<Answer>,
    pub when: Vec<When>,
    /// One condition is enough; else all have to hold.
    pub any: bool,
    pub codes: Vec<Coding>,
    /// `unit`, or the first of `unitOption`.
    pub units: Vec<Coding>,
    pub min: Option<Answer>,
    pub max: Option<Answer>,
    pub pattern: Option<Pattern>,
    pub calculated: Option<Expr>,
    pub begins: Option<Expr>,
    pub variables: Vec<Variable>,
    /// Becomes an Observation of its code (<http://hl7.org/fhir/uv/sdc/extraction.html>).
    pub observed: bool,
    /// The codes of that Observation: all of the item's, or those that say so themselves.
    pub extracted: Vec<Coding>,
    /// Begins with the last Observation of its code that is no older: an amount and a unit such as `d`.
    pub since: Option<(Number, String)>,
    pub parent: Option<usize>,
    pub parts: Vec<usize>,
    /// Items around it that repeat, the outermost first.
    pub within: Vec<usize>,
}

/// A questionnaire without faults.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    pub url: String,
    pub version: String,
    pub title: Words,
    pub status: String,
    pub items: Vec<Item>,
    pub roots: Vec<usize>,
    pub variables: Vec<Variable>,
}

impl Form {
    pub fn item(&self, index: usize) -> Option<&Item> {
        self.items.get(index)
    }

    pub fn find(&self, link: &str) -> Option<usize> {
        self.items.iter().position(|item| item.link == link)
    }

    /// What a response names: `url|version`.
    pub fn canonical(&self) -> String {
        if self.version.is_empty() { self.url.clone() } else { format!("{}|{}", self.url, self.version) }
    }
}
