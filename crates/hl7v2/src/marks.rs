//! The delimiters of one message: each message names its own.

use crate::ParseError;

/// One byte each, ASCII. 0 stands for one that the message does not name, which is never met in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    pub field: u8,
    pub component: u8,
    pub repetition: u8,
    pub escape: u8,
    pub subcomponent: u8,
    /// Since 2.7.
    pub truncation: u8,
}

impl Default for Marks {
    fn default() -> Self {
        Self { field: b'|', component: b'^', repetition: b'~', escape: b'\\', subcomponent: b'&', truncation: 0 }
    }
}

impl Marks {
    /// From the text after `MSH` (or `FHS`, `BHS`): MSH-1 is its first character and MSH-2 follows.
    pub(crate) fn read(after_name: &str) -> Result<Self, ParseError> {
        let bytes = after_name.as_bytes();
        let (&field, rest) = bytes.split_first().ok_or(ParseError::Delimiters)?;
        let end = rest.iter().position(|it| *it == field).unwrap_or(rest.len());
        let named = rest.get(..end).unwrap_or(&[]);
        let at = |place: usize| named.get(place).copied().unwrap_or(0);
        let marks = Self { field, component: at(0), repetition: at(1), escape: at(2), subcomponent: at(3), truncation: at(4) };
        let known = named.len() <= 5 && marks.component != 0 && named.iter().chain([&field]).all(|it| it.is_ascii_punctuation());
        let distinct = named.iter().enumerate().all(|(place, it)| *it != field && !named.iter().take(place).any(|before| before == it));
        (known && distinct).then_some(marks).ok_or(ParseError::Delimiters)
    }

    /// MSH-2.
    pub fn encoding(&self) -> String {
        [self.component, self.repetition, self.escape, self.subcomponent, self.truncation].iter().filter(|it| **it != 0).map(|it| char::from(*it)).collect()
    }
}
