//! The cells of one row as the map's fields read them.

use crate::date::{self, Format, When};
use crate::map::{Field, Number};
use crate::reason::{self, Reason};

/// Signs of a cell at most: longer is no name, number or address.
const LONGEST: usize = 2_000;

/// One row, in the order of the map's columns.
pub struct Cells<'r> {
    cells: Vec<&'r str>,
}

impl<'r> Cells<'r> {
    /// `positions`: where each column of the map stands in the row. Only what is read is looked at.
    pub fn new(row: &'r [String], positions: &[usize]) -> Result<Self, Reason> {
        let cells: Vec<&str> = positions.iter().map(|at| row.get(*at).map_or("", |cell| cell.trim())).collect();
        let unfit = |cell: &&str| cell.chars().any(|sign| sign.is_control() && !matches!(sign, '\t' | '\n' | '\r')) || cell.chars().count() > LONGEST;
        if cells.iter().any(unfit) { Err(reason::text()) } else { Ok(Self { cells }) }
    }

    pub fn as_slice(&self) -> &[&'r str] {
        &self.cells
    }

    /// The text of a field; nothing if it is empty.
    pub fn text(&self, field: &'r Field) -> Result<Option<&str>, Reason> {
        let text = field.of(&self.cells).map_err(|_| reason::value().of(&field.key))?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// The same of a field that the map may not have.
    pub fn may(&self, field: &'r Option<Field>) -> Result<Option<&str>, Reason> {
        field.as_ref().map_or(Ok(None), |field| self.text(field))
    }

    pub fn number(&self, number: &'r Number) -> Result<Option<&str>, Reason> {
        self.text(&number.field)
    }

    pub fn date(&self, field: &'r Option<Field>, formats: &[Format]) -> Result<Option<When>, Reason> {
        let Some(field) = field else { return Ok(None) };
        let Some(text) = self.text(field)? else { return Ok(None) };
        date::read(text, formats).map(Some).ok_or_else(|| reason::date().of(&field.key))
    }
}
