//! Sending whoever is not urgent to a place where their need is met: for which levels, to which places, and whether a nurse may
//! under the hospital's protocol.

use crate::build::{names, provenance};
use crate::read::{Problem, Section};
use crate::triage::{TriageScale, TriageWord, words};
use crate::{Names, Provenance, Standing};
use jiff::civil::Date;
use toml::Value;

#[derive(Clone, Debug, Default)]
pub struct Redirect {
    /// Of the protocol.
    pub names: Names,
    /// Scale and level of whoever may be sent elsewhere.
    pub levels: Vec<(String, String)>,
    pub places: Vec<TriageWord>,
    pub provenance: Option<Provenance>,
}

impl Redirect {
    pub fn holds_for(&self, scale: &str, level: &str) -> bool {
        self.levels.iter().any(|(known, code)| known == scale && code == level)
    }

    pub fn place(&self, code: &str) -> Option<&TriageWord> {
        self.places.iter().find(|place| place.code == code)
    }

    /// Whether nurses act under the protocol on a day: only once somebody of the hospital signed it.
    pub fn nurses_may(&self, on: Date) -> bool {
        self.provenance.as_ref().is_some_and(|provenance| provenance.standing(on) == Standing::Active)
    }
}

/// The table of a pack; nothing where it has none.
pub(crate) fn read(root: &mut Section<'_>, scales: &[TriageScale], languages: &[String], out: &mut Vec<Problem>) -> Redirect {
    if !root.has("redirect") {
        return Redirect::default();
    }
    let Some(mut section) = root.section("redirect", out) else { return Redirect::default() };
    let names = names(&mut section, languages, out);
    let provenance = provenance(&mut section, out);
    let pairs = |value: &Value| {
        let texts = value.as_array()?.iter().map(|text| text.as_str()?.split_once(' ').map(|(scale, level)| (scale.to_owned(), level.to_owned())));
        texts.collect::<Option<Vec<_>>>()
    };
    let levels = section.need("levels", "a list of scales with a level, such as \"french 5\"", pairs, out).unwrap_or_default();
    for (scale, level) in &levels {
        if !scales.iter().any(|known| known.code == *scale && known.level(level).is_some()) {
            section.fault("levels", format!("no scale has {scale} {level}"), out);
        }
    }
    let places = words(&mut section, "place", languages, out);
    section.end(out);
    Redirect { names, levels, places, provenance }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    /// EMG-19: what the program ships.
    #[test]
    fn only_the_least_urgent_are_sent_elsewhere_and_by_nurses_once_the_protocol_is_signed() {
        let pack = crate::Pack::built_in("ma").expect("there").expect("sound");
        let redirect = &pack.triage.redirect;
        let holds: Vec<_> = ["1", "2", "3A", "3B", "4", "5"].iter().map(|level| redirect.holds_for("french", level)).collect();
        assert_eq!(holds, [false, false, false, false, true, true]);
        assert!(redirect.place("health-centre").is_some() && redirect.place("nowhere").is_none());
        assert!(!redirect.nurses_may(date(2026, 6, 1)), "nobody signed it");
        let mut signed = redirect.clone();
        signed.provenance.as_mut().expect("provenance").validator = Some("Dr A".into());
        assert!(signed.nurses_may(date(2026, 6, 1)) && !signed.nurses_may(date(2019, 1, 1)));
    }
}
