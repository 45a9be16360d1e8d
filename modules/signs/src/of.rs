//! Whose page it is, and what has to be known of them: sex and age decide which fields there are and which scores hold.

use jiff::Timestamp;
use jiff::civil::Date;
use rihla_fhir::view::Look;
use rihla_kernel::{Instant, Permission};
use rihla_packs::Sign;
use rihla_scores::Person;
use rihla_scores::growth::Sex;
use rihla_web::text::Voice;
use rihla_web::{Banner, CLINICAL, Desk, Refusal, look, percent};

/// A patient's page, open for somebody.
pub struct Of {
    pub desk: Desk,
    pub banner: Banner,
    pub who: Who,
}

/// What decides about fields and scores.
#[derive(Clone, Debug, Default)]
pub struct Who {
    /// FHIR's code; empty: not known.
    pub gender: String,
    /// The last day on which they may have been born, and whether it is the only one.
    pub born: Option<(Date, bool)>,
}

impl Of {
    pub fn open(desk: Desk, patient: &str, permission: Permission) -> Result<Self, Refusal> {
        desk.require(permission)?;
        let banner = Banner::load(&desk, patient);
        if banner.is_ok() || desk.person.may(CLINICAL.0) {
            desk.must_reach(patient)?;
        }
        let banner = banner?;
        let desk = if banner.glass.is_some() { desk.in_emergency()? } else { desk };
        let who = Who::read(&desk, patient)?;
        Ok(Self { desk, banner, who })
    }

    pub fn voice(&self) -> &Voice {
        &self.desk.voice
    }

    pub fn id(&self) -> &str {
        &self.banner.id
    }

    /// A path below this patient.
    pub fn path(&self, below: &str) -> String {
        format!("/patients/{}/{below}", percent(&self.banner.id))
    }

    /// The fields that there are for this patient.
    pub fn signs(&self) -> Vec<&Sign> {
        let years = self.who.years(self.desk.voice.now(), self.voice());
        self.desk.house.pack().signs.list.iter().filter(|sign| self.who.suits(sign, years)).collect()
    }

    /// Whether a form was on this patient's page, and begun by whoever sends it.
    pub fn own_form(&self, patient: &str, author: &str) -> Result<(), Refusal> {
        self.desk.own_form(author, patient, self.id())
    }
}

impl Who {
    pub fn read(desk: &Desk, patient: &str) -> Result<Self, Refusal> {
        let stored = desk.read("Patient", patient)?;
        Ok(look(&stored, Self::of).unwrap_or_default())
    }

    pub fn of(patient: rihla_fhir::json::Value<'_>) -> Self {
        Self { gender: patient.text("gender").unwrap_or_default().into_owned(), born: patient.text("birthDate").as_deref().and_then(last_day) }
    }

    fn suits(&self, sign: &Sign, years: Option<u16>) -> bool {
        let sex = sign.sex.as_ref().is_none_or(|sex| *sex == self.gender);
        let from = sign.years_from.is_none_or(|from| years.is_some_and(|years| years >= from));
        let to = sign.years_to.is_none_or(|to| years.is_some_and(|years| years <= to));
        sex && from && to
    }

    /// Completed years at a moment: of an approximate date the least that they may be.
    pub fn years(&self, at: Instant, voice: &Voice) -> Option<u16> {
        let (born, at) = (self.born?.0, day(at, voice)?);
        let years = at.year() - born.year() - i16::from((at.month(), at.day()) < (born.month(), born.day()));
        // Of somebody born this year, nobody knows when, the last day lies ahead.
        Some(u16::try_from(years).unwrap_or(0))
    }

    /// Days since birth, where the day is known.
    pub fn days(&self, at: Instant, voice: &Voice) -> Option<u32> {
        let (born, exact) = self.born?;
        let days = day(at, voice)?.duration_since(born).as_hours() / 24;
        if exact { u32::try_from(days).ok() } else { None }
    }

    pub fn sex(&self) -> Option<Sex> {
        match self.gender.as_str() {
            "male" => Some(Sex::Male),
            "female" => Some(Sex::Female),
            _ => None,
        }
    }

    pub fn person(&self, at: Instant, voice: &Voice, pregnant: Option<bool>) -> Person {
        Person { years: self.years(at, voice), pregnant }
    }
}

/// The day of an instant in the zone of the site.
pub fn day(at: Instant, voice: &Voice) -> Option<Date> {
    Timestamp::from_millisecond(at.0).ok().map(|at| at.to_zoned(voice.zone().clone()).date())
}

/// The last day that a birth date may mean, and whether it means one day only.
fn last_day(birth: &str) -> Option<(Date, bool)> {
    let number = |from: usize, to: usize| birth.get(from..to)?.parse::<i16>().ok();
    match birth.len() {
        4 => Some((Date::new(number(0, 4)?, 12, 31).ok()?, false)),
        7 => Some((Date::new(number(0, 4)?, i8::try_from(number(5, 7)?).ok()?, 1).ok()?.last_of_month(), false)),
        _ => birth.get(..10)?.parse().ok().map(|day| (day, true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_kernel::Lang;
    use rihla_web::text::Words;
    use std::sync::Arc;

    #[test]
    fn an_approximate_date_is_read_as_the_youngest_that_it_may_mean() {
        let words = Words::new(&[&crate::SCREENS.words]).expect("words");
        let voice = Voice::new(Arc::new(words), Lang::French, jiff::tz::TimeZone::UTC, Instant(0));
        // 2026-01-15
        let now = Instant(1_768_464_000_000);
        let years = |birth: &str| Who { gender: String::new(), born: last_day(birth) }.years(now, &voice);
        assert_eq!(
            [years("2010-01-15"), years("2010-01-16"), years("2010"), years("2009"), years("2010-01"), years("2026"), years("x")],
            [Some(16), Some(15), Some(15), Some(16), Some(15), Some(0), None]
        );
        let days = |birth: &str| Who { gender: String::new(), born: last_day(birth) }.days(now, &voice);
        assert_eq!([days("2026-01-05"), days("2026-01"), days("2026-01-16")], [Some(10), None, None]);
    }
}
