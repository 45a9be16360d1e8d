//! The pattern that an answer has to have (<https://hl7.org/fhir/R4/extension-regex.html>).

use regex::{Regex, RegexBuilder};

/// What a pattern may weigh once it is made ready, in bytes.
const WEIGHT: usize = 1 << 20;
/// The longest pattern, in bytes.
const LONGEST: usize = 1000;

/// Looked for in time that grows with the text alone, whatever the pattern says.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// The whole of an answer has to be like this. `Err`: what is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("a pattern has at most {LONGEST} bytes"));
        }
        let made = RegexBuilder::new(&format!("^(?:{text})$")).size_limit(WEIGHT).build();
        made.map(Self).map_err(|error| error.to_string().lines().last().unwrap_or("it cannot be read").to_owned())
    }

    pub fn is_of(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}
