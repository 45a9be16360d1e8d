//! How a page speaks: words, dates, numbers, doses, and what runs from left to right inside Arabic.
//!
//! One [`Voice`] a page. What it gives as `String` is plain text, which a template escapes; what it gives as [`Html`] is
//! already escaped and holds its own direction.

mod age;
mod amount;
mod calendar;
mod count;
mod dose;
mod html;
mod number;
mod specimen;
mod timing;
mod unit;
mod voice;
mod words;

#[cfg(test)]
mod dose_tests;
#[cfg(test)]
mod tests;

pub use amount::Spread;
pub use calendar::{Dated, Moment};
pub use count::Count;
pub use dose::{Amount, Dosage, DoseLine, Route, Strength, tall_man};
pub use html::{Dir, Html, auto, ltr, marked};
pub use specimen::specimen;
pub use timing::{Bounds, Timing};
pub use voice::Voice;
pub use words::{Catalogue, Words, listed};

/// Marks a key of a catalogue that stands in a table, so that `cargo xtask i18n` sees that it is used; `units-day-*` marks
/// all keys that begin so and are put together at run time (see [`listed`]).
#[macro_export]
macro_rules! key {
    ($key:literal) => {
        $key
    };
}

/// Dates, ages, times ago, doses: what every page may need to say.
pub const TEXT: Catalogue = Catalogue {
    module: "text",
    texts: [include_str!("../../locales/fr/text.ftl"), include_str!("../../locales/ar/text.ftl"), include_str!("../../locales/en/text.ftl")],
};

/// Units, ways of giving a medicine, and how often.
pub const UNITS: Catalogue = Catalogue {
    module: "units",
    texts: [include_str!("../../locales/fr/units.ftl"), include_str!("../../locales/ar/units.ftl"), include_str!("../../locales/en/units.ftl")],
};
