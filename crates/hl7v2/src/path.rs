//! Names of places in a message.

use crate::{Segment, Value};

/// `PID-3[0].4.1`: segment, field, repetition from 0, component and subcomponent from 1. `OBX[2]-5` is the third OBX.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    segment: [u8; 3],
    pub occurrence: usize,
    pub field: usize,
    pub repetition: Option<usize>,
    pub component: usize,
    pub subcomponent: usize,
}

impl Path {
    /// Nothing if the text is no path.
    pub fn parse(text: &str) -> Option<Self> {
        let (segment, rest) = text.split_once('-')?;
        let (segment, occurrence) = indexed(segment)?;
        let segment: [u8; 3] = segment.as_bytes().try_into().ok()?;
        if !segment.iter().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit()) {
            return None;
        }
        let mut parts = rest.split('.');
        let (field, repetition) = indexed(parts.next()?)?;
        let mut number = || parts.next().map_or(Some(0), |it| it.parse().ok().filter(|it| *it > 0));
        let path = Self { segment, occurrence: occurrence.unwrap_or(0), field: field.parse().ok()?, repetition, component: number()?, subcomponent: number()? };
        (parts.next().is_none() && path.field > 0).then_some(path)
    }

    pub fn segment(&self) -> &str {
        std::str::from_utf8(&self.segment).unwrap_or("")
    }

    /// What stands there in a segment.
    pub fn of<'t>(&self, segment: &Segment<'t>) -> Value<'t> {
        let mut value = segment.field(self.field);
        if let Some(repetition) = self.repetition {
            value = value.repeat(repetition);
        }
        if self.component > 0 {
            value = value.component(self.component);
        }
        if self.subcomponent > 0 {
            value = value.sub(self.subcomponent);
        }
        value
    }
}

fn indexed(text: &str) -> Option<(&str, Option<usize>)> {
    match text.split_once('[') {
        None => Some((text, None)),
        Some((name, index)) => Some((name, Some(index.strip_suffix(']')?.parse().ok()?))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_is_a_path() {
        let path = Path::parse("OBX[2]-5[1].3.2").expect("path");
        assert_eq!((path.segment(), path.occurrence, path.field, path.repetition, path.component, path.subcomponent), ("OBX", 2, 5, Some(1), 3, 2));
        assert_eq!(Path::parse("PID-3").map(|it| (it.repetition, it.component)), Some((None, 0)));
        for bad in ["", "PID", "PID-", "PID-0", "PID-3.0", "PID-3.1.1.1", "PI-3", "pid-3", "PID-3[", "PID-3[x]", "PID-3[-1]", "PIDX-3"] {
            assert_eq!(Path::parse(bad), None, "{bad}");
        }
    }
}
