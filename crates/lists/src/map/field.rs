//! Where a value comes from: a column, or the map itself.

use rihla_packs::{Pack, Problem, Section};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// A column that a map reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// The first key of the map that names it.
    pub key: String,
}

/// One value of a row.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its key in the map.
    pub key: String,
    source: Source,
    /// What a cell's text means, where it is not taken as it is.
    values: Option<BTreeMap<String, String>>,
    /// What may come of it; anything, if none is named.
    allowed: &'static [&'static str],
}

#[derive(Clone, Debug)]
enum Source {
    /// By its place among the map's columns.
    Column(usize),
    Fixed(String),
}

/// The text of a cell is none of those that the map knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown;

impl Field {
    /// `cells`: those of the map's columns, without the space around them. Nothing is an empty text.
    pub fn of<'r>(&'r self, cells: &[&'r str]) -> Result<&'r str, Unknown> {
        let text = match &self.source {
            Source::Fixed(text) => return Ok(text),
            Source::Column(at) => cells.get(*at).copied().unwrap_or_default(),
        };
        match &self.values {
            Some(values) => match values.get(text) {
                Some(value) => Ok(value),
                // Where anything may come of it, the table only says what is called differently here.
                None if text.is_empty() || self.allowed.is_empty() => Ok(text),
                None => Err(Unknown),
            },
            None if text.is_empty() || self.allowed.is_empty() || self.allowed.contains(&text) => Ok(text),
            None => Err(Unknown),
        }
    }

    /// Its column, where it has one.
    pub fn column(&self) -> Option<usize> {
        match self.source {
            Source::Column(at) => Some(at),
            Source::Fixed(_) => None,
        }
    }

    /// Whether its texts are from a list.
    pub fn is_coded(&self) -> bool {
        !self.allowed.is_empty()
    }
}

/// A number with the system that gave it.
#[derive(Clone, Debug)]
pub struct Number {
    pub field: Field,
    /// `Identifier.system`.
    pub system: String,
    /// No two bear the same.
    pub unique: bool,
}

/// Reads fields and collects what is wrong with them.
pub struct Fields<'p> {
    pub columns: Vec<Column>,
    pub pack: &'p Pack,
    pub out: Vec<Problem>,
}

impl Fields<'_> {
    fn column(&mut self, name: &str, key: &str) -> usize {
        match self.columns.iter().position(|known| known.name == name.trim()) {
            Some(at) => at,
            None => {
                self.columns.push(Column { name: name.trim().to_owned(), key: key.to_owned() });
                self.columns.len() - 1
            }
        }
    }

    /// A column by its name, or a table of `column` and `values`, or of a `value`. Nothing if the map does not have it.
    pub fn may(&mut self, section: &mut Section<'_>, name: &'static str, allowed: &'static [&'static str]) -> Option<Field> {
        match section.get(name)? {
            Value::String(column) if !column.trim().is_empty() => Some(self.plain(section.key(name), column, allowed)),
            Value::Table(_) => {
                let mut inner = section.section(name, &mut self.out)?;
                let field = self.table(&mut inner, section.key(name), allowed);
                inner.end(&mut self.out);
                field
            }
            _ => {
                section.fault(name, "a column's name, or a table with column or value, is expected", &mut self.out);
                None
            }
        }
    }

    pub fn need(&mut self, section: &mut Section<'_>, name: &'static str, allowed: &'static [&'static str]) -> Option<Field> {
        if section.get(name).is_none() {
            section.fault(name, "is missing; a column's name, or a table with column or value, is expected", &mut self.out);
        }
        self.may(section, name, allowed)
    }

    fn plain(&mut self, key: String, column: &str, allowed: &'static [&'static str]) -> Field {
        let source = Source::Column(self.column(column, &key));
        Field { key, source, values: None, allowed }
    }

    fn table(&mut self, inner: &mut Section<'_>, key: String, allowed: &'static [&'static str]) -> Option<Field> {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let (column, fixed) = (text(inner.get("column")), text(inner.get("value")));
        let values = match inner.get("values") {
            Some(Value::Table(table)) => Some(self.values(inner, table, allowed)),
            None => None,
            Some(_) => {
                inner.fault("values", "a table of what stands in the file and what it means is expected", &mut self.out);
                None
            }
        };
        let source = match (column, fixed) {
            (Some(column), None) => Source::Column(self.column(&column, &key)),
            (None, Some(fixed)) => {
                if !(allowed.is_empty() || fixed.is_empty() || allowed.contains(&fixed.as_str())) {
                    inner.fault("value", format!("is none of {}", allowed.join(", ")), &mut self.out);
                }
                Source::Fixed(fixed)
            }
            _ => {
                inner.fault("column", "either column or value is expected, as a text", &mut self.out);
                return None;
            }
        };
        Some(Field { key, source, values, allowed })
    }

    fn values(&mut self, inner: &Section<'_>, table: &Table, allowed: &[&str]) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        for (from, to) in table {
            match to.as_str() {
                Some(to) if to.is_empty() || allowed.is_empty() || allowed.contains(&to) => _ = out.insert(from.trim().to_owned(), to.to_owned()),
                Some(_) => inner.fault(&format!("values.{from}"), format!("is none of {}", allowed.join(", ")), &mut self.out),
                None => inner.fault(&format!("values.{from}"), "a text is expected", &mut self.out),
            }
        }
        out
    }

    /// A number that the map has to have.
    pub fn number(&mut self, section: &mut Section<'_>, name: &'static str) -> Option<Number> {
        let mut inner = section.section(name, &mut self.out)?;
        self.number_in(&mut inner, section.key(name)).inspect(|_| inner.end(&mut self.out))
    }

    /// All of `[[name]]`.
    pub fn numbers(&mut self, section: &mut Section<'_>, name: &'static str) -> Vec<Number> {
        if section.get(name).is_none() {
            return Vec::new();
        }
        let mut out = Vec::new();
        for (at, mut inner) in section.list(name, &mut self.out).into_iter().enumerate() {
            out.extend(self.number_in(&mut inner, format!("{}[{at}]", section.key(name))));
            inner.end(&mut self.out);
        }
        out
    }

    fn number_in(&mut self, inner: &mut Section<'_>, key: String) -> Option<Number> {
        let system = inner.text("system", &mut self.out);
        let field = self.table(inner, key, &[]);
        let system = system?;
        let known = self.pack.identifiers.iter().find(|known| known.id == system || known.system == system);
        let (system, unique) = match known {
            Some(known) => (known.system.clone(), known.unique),
            None if system.contains(':') && !system.contains(char::is_whitespace) => (system, false),
            None => {
                let known: Vec<_> = self.pack.identifiers.iter().map(|system| system.id.as_str()).collect();
                inner.fault("system", format!("is neither a system of the pack ({}) nor an address such as urn:example:old", known.join(", ")), &mut self.out);
                return None;
            }
        };
        Some(Number { field: field?, system, unique })
    }

    /// A list of columns.
    pub fn list(&mut self, section: &mut Section<'_>, name: &'static str) -> Vec<Field> {
        let names = texts(section, name, &mut self.out);
        let key = section.key(name);
        names.iter().enumerate().map(|(at, column)| self.plain(format!("{key}[{at}]"), column, &[])).collect()
    }
}

/// A list of texts; none if it is not there.
pub fn texts(section: &mut Section<'_>, name: &'static str, out: &mut Vec<Problem>) -> Vec<String> {
    let read = |value: &Value| value.as_array()?.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
    section.may(name, "a list of texts", read, out).unwrap_or_default()
}
