//! The number of a band that was printed before anybody wore it, read when its wearer is written down.

use crate::check::Said;
use crate::typed::Typed;
use rihla_web::{Desk, Refusal, UNKNOWN_BANDS, band_of, key};

/// The pack's row of these numbers.
pub const BAND: &str = "band";

/// What is to be said about the number that stands in the form.
#[derive(Default)]
pub struct Band {
    pub wrong: Option<Said>,
    /// No such band was printed here: said once, and taken when it is sent again.
    pub odd: Option<Said>,
    /// The number as it is printed.
    pub number: String,
}

impl Band {
    pub fn read(desk: &Desk, typed: &Typed) -> Result<Self, Refusal> {
        if typed.band.trim().is_empty() {
            return Ok(Self::default());
        }
        let wrong = |key| Ok(Self { wrong: Some(("band", key)), ..Self::default() });
        let Some((number, at)) = band_of(&typed.band) else { return wrong(key!("registration-wrong-band")) };
        let Some(system) = desk.house.pack().identifiers.iter().find(|system| system.id == BAND) else {
            return Err(Refusal::invalid("RH-REG-BAND", "The pack gives numbered wristbands no system of their own."));
        };
        if desk.is_borne(&system.system, &number, &typed.id)? {
            return wrong(key!("registration-wrong-band-worn"));
        }
        let odd = at == 0 || at >= desk.next_number(UNKNOWN_BANDS)?;
        Ok(Self { wrong: None, odd: odd.then_some(("band", key!("registration-odd-band"))), number })
    }

    /// Whether somebody has to look at the band once more.
    pub fn asks(&self, typed: &Typed) -> bool {
        self.odd.is_some() && typed.band_seen != self.number
    }
}
