//! Units: as symbols beside results, in words beside doses.
//!
//! The catalogue `units` holds them by UCUM code (<https://ucum.org/ucum>), and by what people write instead of one.
//! A unit that is in no catalogue is shown as it came.

use super::{Voice, listed};
use crate::key;

impl Voice {
    /// The symbol of a result's unit. What the laboratory wrote is shown as it is.
    pub(super) fn symbol(&self, code: &str, unit: &str) -> String {
        if !unit.is_empty() && unit != code {
            return unit.to_owned();
        }
        let parts: Vec<String> =
            unit_parts(code).map(|part| self.unit_word(key!("units-symbol-*"), part, None).unwrap_or_else(|| bare(part).to_owned())).collect();
        parts.join("/")
    }

    /// The words of a dose's unit for so much of it, one for each part of `mg/kg/d`.
    pub(super) fn dose_words(&self, code: &str, unit: &str, n: f64) -> Vec<String> {
        let known = |unit: &str| unit_parts(unit).any(|part| self.knows(&listed(key!("units-of-*"), part)));
        // A text that people wrote is kept, unless it is one of the short forms that are misread.
        let chosen = if !code.is_empty() && (known(code) || unit.is_empty()) { code } else { unit };
        unit_parts(chosen)
            .enumerate()
            .map(|(at, part)| {
                let n = if at == 0 { n } else { 1.0 };
                self.unit_word(key!("units-of-*"), part, Some(n)).unwrap_or_else(|| bare(part).to_owned())
            })
            .filter(|word| !word.is_empty())
            .collect()
    }

    fn unit_word(&self, list: &str, part: &str, n: Option<f64>) -> Option<String> {
        let key = listed(list, part);
        self.knows(&key).then(|| self.counted(&key, n.unwrap_or(1.0)))
    }
}

fn unit_parts(unit: &str) -> impl Iterator<Item = &str> {
    // A leading slash, as in `/min`, leaves an empty first part that has to stay.
    unit.split('/').map(str::trim)
}

/// A unit in no catalogue without UCUM's braces; 1 is the unit of what has none.
fn bare(part: &str) -> &str {
    let part = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')).unwrap_or(part);
    if part == "1" { "" } else { part }
}

#[cfg(test)]
mod tests {
    use super::super::tests::voice;
    use rihla_kernel::Lang;

    #[test]
    fn every_way_of_writing_a_unit_that_is_misread_becomes_words() {
        for (code, unit, french, arabic, english) in [
            ("[iU]", "UI", "unités", "وحدات", "units"),
            ("", "U", "unités", "وحدات", "units"),
            ("", "IU", "unités", "وحدات", "units"),
            ("ug", "µg", "microgrammes", "ميكروغرامات", "micrograms"),
            ("", "μg", "microgrammes", "ميكروغرامات", "micrograms"),
            ("", "mcg", "microgrammes", "ميكروغرامات", "micrograms"),
            ("mg", "mg", "mg", "mg", "mg"),
            ("{tbl}", "", "comprimés", "أقراص", "tablets"),
            ("", "cuillère-mesure", "cuillère-mesure", "cuillère-mesure", "cuillère-mesure"),
        ] {
            let words = Lang::ALL.map(|lang| voice(lang).dose_words(code, unit, 5.0).join("/"));
            assert_eq!(words, [french, arabic, english], "{code} {unit}");
        }
        assert_eq!(voice(Lang::French).dose_words("ug/kg/min", "", 2.0), ["microgrammes", "kg", "min"]);
        assert_eq!(voice(Lang::French).dose_words("U/kg/d", "", 0.5), ["unité", "kg", "jour"]);
        assert_eq!(voice(Lang::French).dose_words("1", "", 2.0), Vec::<String>::new());
    }

    #[test]
    fn results_keep_the_unit_that_was_written() {
        let french = voice(Lang::French);
        assert_eq!(french.symbol("mmol/L", "mmol/l"), "mmol/l");
        assert_eq!(french.symbol("mm[Hg]", ""), "mmHg");
        assert_eq!(french.symbol("mm[Hg]", "mm[Hg]"), "mmHg");
        assert_eq!(french.symbol("10*9/L", ""), "10⁹/L");
        assert_eq!(french.symbol("/min", ""), "/min");
        assert_eq!(french.symbol("{score}", ""), "score");
        assert_eq!(french.symbol("1", ""), "");
    }
}
