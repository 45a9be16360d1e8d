//! Rows between back ends: integers and bytes.

use crate::carry::odd_row;
use rihla_kernel::Fault;

/// A value of a row. What a back end keeps as text is bytes here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Null,
    Int(i64),
    Bytes(Box<[u8]>),
}

pub type Cells = Vec<Cell>;

pub fn int_of(cell: &Cell) -> Option<i64> {
    if let Cell::Int(value) = cell { Some(*value) } else { None }
}

pub fn bytes_of(cell: &Cell) -> Option<&[u8]> {
    if let Cell::Bytes(value) = cell { Some(value) } else { None }
}

impl Cell {
    /// What it takes in memory, about.
    pub fn weight(&self) -> usize {
        size_of::<Self>() + bytes_of(self).map_or(0, <[u8]>::len)
    }
}

/// Appends cells in a form in which no two rows are alike.
pub fn push(cells: &[Cell], out: &mut Vec<u8>) {
    for cell in cells {
        match cell {
            Cell::Null => out.push(0),
            Cell::Int(value) => {
                out.push(1);
                out.extend_from_slice(&value.to_be_bytes());
            }
            Cell::Bytes(value) => {
                out.push(2);
                out.extend_from_slice(&(value.len() as u64).to_be_bytes());
                out.extend_from_slice(value);
            }
        }
    }
}

/// Reads what [`push`] wrote.
pub fn read(mut bytes: &[u8]) -> Result<Cells, Fault> {
    let mut out = Vec::new();
    while let Some((kind, rest)) = bytes.split_first() {
        let number = || rest.split_first_chunk::<8>().map(|(number, rest)| (u64::from_be_bytes(*number), rest));
        let (cell, rest) = match kind {
            0 => (Cell::Null, rest),
            1 => number().map(|(value, rest)| (Cell::Int(value as i64), rest)).ok_or_else(odd_row)?,
            2 => {
                let (length, rest) = number().ok_or_else(odd_row)?;
                let (value, rest) = rest.split_at_checked(length as usize).ok_or_else(odd_row)?;
                (Cell::Bytes(value.into()), rest)
            }
            _ => return Err(odd_row()),
        };
        out.push(cell);
        bytes = rest;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_and_a_cut_one_is_an_error() {
        let row = vec![Cell::Int(-7), Cell::Null, Cell::Bytes(b"abc".as_slice().into()), Cell::Bytes([].as_slice().into())];
        let mut bytes = Vec::new();
        push(&row, &mut bytes);
        assert_eq!(read(&bytes), Ok(row));
        assert!(read(&bytes[..bytes.len() - 1]).is_err() && read(&[9]).is_err() && read(&[2, 255, 255, 255, 255, 255, 255, 255, 255]).is_err());
    }
}
