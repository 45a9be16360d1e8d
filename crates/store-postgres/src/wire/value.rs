//! Values as they travel: binary, in the order of their columns.

use super::Trouble;
use bytes::{BufMut, BytesMut};

/// What stands for `$n` in a statement.
#[derive(Clone, Copy, Debug)]
pub enum Value<'v> {
    I16(i16),
    I32(i32),
    I64(i64),
    Bytes(&'v [u8]),
    I16s(&'v [i16]),
    I32s(&'v [i32]),
    I64s(&'v [i64]),
    Byteas(&'v [&'v [u8]]),
    /// `None` is null.
    Optional(&'v [Option<&'v [u8]>]),
}

const INT2: u32 = 21;
const INT4: u32 = 23;
const INT8: u32 = 20;
const BYTEA: u32 = 17;

pub fn write(value: Value<'_>, out: &mut BytesMut) {
    match value {
        Value::I16(value) => out.put_i16(value),
        Value::I32(value) => out.put_i32(value),
        Value::I64(value) => out.put_i64(value),
        Value::Bytes(value) => out.put_slice(value),
        Value::I16s(values) => array(INT2, values, false, out, |value, out| {
            out.put_i32(2);
            out.put_i16(*value);
        }),
        Value::I32s(values) => array(INT4, values, false, out, |value, out| {
            out.put_i32(4);
            out.put_i32(*value);
        }),
        Value::I64s(values) => array(INT8, values, false, out, |value, out| {
            out.put_i32(8);
            out.put_i64(*value);
        }),
        Value::Byteas(values) => array(BYTEA, values, false, out, |value, out| bytes(value, out)),
        Value::Optional(values) => array(BYTEA, values, true, out, |value, out| match value {
            Some(value) => bytes(value, out),
            None => out.put_i32(-1),
        }),
    }
}

fn bytes(value: &[u8], out: &mut BytesMut) {
    out.put_i32(value.len() as i32);
    out.put_slice(value);
}

/// PostgreSQL's one-dimensional array (`array_recv` in its source).
fn array<T>(element: u32, values: &[T], nulls: bool, out: &mut BytesMut, write: impl Fn(&T, &mut BytesMut)) {
    out.put_i32(i32::from(!values.is_empty()));
    out.put_i32(i32::from(nulls));
    out.put_u32(element);
    if !values.is_empty() {
        out.put_i32(values.len() as i32);
        out.put_i32(1);
        values.iter().for_each(|value| write(value, out));
    }
}

/// A row that was sent, read column by column.
pub struct Fields<'r> {
    rest: &'r [u8],
}

impl<'r> Fields<'r> {
    pub fn new(row: &'r [u8]) -> Self {
        Self { rest: row }
    }

    pub fn optional(&mut self) -> Result<Option<&'r [u8]>, Trouble> {
        let (length, rest) = self.rest.split_first_chunk::<4>().ok_or(Trouble::Garbled)?;
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            self.rest = rest;
            return Ok(None);
        };
        let (value, rest) = rest.split_at_checked(length).ok_or(Trouble::Garbled)?;
        self.rest = rest;
        Ok(Some(value))
    }

    pub fn bytes(&mut self) -> Result<&'r [u8], Trouble> {
        self.optional()?.ok_or(Trouble::Garbled)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Trouble> {
        self.bytes()?.try_into().map_err(|_| Trouble::Garbled)
    }

    pub fn i64(&mut self) -> Result<i64, Trouble> {
        self.fixed().map(i64::from_be_bytes)
    }

    pub fn i32(&mut self) -> Result<i32, Trouble> {
        self.fixed().map(i32::from_be_bytes)
    }

    pub fn i16(&mut self) -> Result<i16, Trouble> {
        self.fixed().map(i16::from_be_bytes)
    }

    pub fn bool(&mut self) -> Result<bool, Trouble> {
        Ok(self.fixed::<1>()? == [1])
    }

    /// A row or resource key, which stands in a `bigint`.
    pub fn key(&mut self) -> Result<u32, Trouble> {
        u32::try_from(self.i64()?).map_err(|_| Trouble::Garbled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_back_and_damage_is_an_error() {
        let mut row = BytesMut::new();
        for value in [Value::I64(-5), Value::Bytes(b"abc"), Value::I16(7)] {
            let mut one = BytesMut::new();
            write(value, &mut one);
            bytes(&one, &mut row);
        }
        row.put_i32(-1);
        let mut fields = Fields::new(&row);
        assert_eq!((fields.i64().ok(), fields.bytes().ok(), fields.i16().ok(), fields.optional().ok()), (Some(-5), Some(&b"abc"[..]), Some(7), Some(None)));
        assert!(fields.i64().is_err());
        assert!(Fields::new(&row[..9]).i64().is_err() && Fields::new(&row).i16().is_err());
    }
}
