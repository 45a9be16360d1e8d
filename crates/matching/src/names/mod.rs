//! Names as people write them: folded, taken apart, and as they sound in either script.

mod fold;
mod rules;
mod sound;
#[cfg(test)]
mod tests;

pub use fold::{fold, is_arabic};
pub use rules::{NameRules, Word, Writing};
pub use sound::sound;
