//! What can be drawn of one result over time: exact values of one unit, oldest first.

use crate::observation::{Found, Observation, comparable};
use crate::rows::instant;
use rihla_fhir::view::{Quantity, Range};
use rihla_web::text::Voice;

/// The lines of a result, and what they leave out.
#[derive(Clone, Debug, Default)]
pub struct Course<'o> {
    /// The unit of the newest value, as it was written.
    pub unit: &'o str,
    /// Key and words of each line, as the newest value names them.
    pub lines: Vec<(&'o str, &'o str)>,
    /// Seconds since 1970, and a value for each line.
    pub moments: Vec<(i64, Vec<Option<f64>>)>,
    /// The range of the newest value that has one in this unit: its ends.
    pub band: (Option<f64>, Option<f64>),
    /// Results that hold and are not drawn, or not in all their parts: of another unit, without an exact number or a time.
    pub left_out: usize,
}

impl<'o> Course<'o> {
    /// Of observations of one code, in any order. What was entered in error or cancelled is not in it.
    pub fn of(found: &'o [Observation], voice: &Voice) -> Self {
        let mut counted: Vec<&Observation> = found.iter().filter(|one| one.counts()).collect();
        counted.sort_by_key(|one| std::cmp::Reverse(instant(voice, &one.when)));
        let Some(newest) = counted.iter().find_map(|one| one.points().first().map(|point| point.quantity)) else { return Self::default() };
        let mut out = Self { unit: &newest.unit, ..Self::default() };
        for one in &counted {
            let (time, points) = (one.seconds(voice), one.points());
            let fits = |quantity: &Quantity| quantity.same_unit(newest) && quantity.comparator.is_empty();
            let drawn: Vec<_> =
                points.iter().filter(|point| time.is_some() && fits(point.quantity)).filter_map(|point| Some((*point, point.quantity.number()?))).collect();
            let values = usize::from(!matches!(one.found, Found::Nothing(_))) + one.parts.len();
            out.left_out += usize::from(drawn.len() < values);
            let mut row = vec![None; out.lines.len()];
            for (point, value) in drawn {
                let at = out.lines.iter().position(|(key, _)| *key == point.key).unwrap_or_else(|| {
                    out.lines.push((point.key, point.label));
                    out.lines.len() - 1
                });
                row.resize(out.lines.len().max(row.len()), None);
                if let Some(place) = row.get_mut(at) {
                    *place = Some(value);
                }
            }
            out.moments.extend(time.filter(|_| row.iter().any(Option::is_some)).map(|time| (time, row)));
        }
        out.moments.sort_by_key(|(time, _)| *time);
        out.band = counted.iter().find_map(|one| band(one.judging()?, newest)).unwrap_or_default();
        out
    }

    /// The first line alone, for a drawing that has room for one.
    pub fn first(&self) -> Vec<(i64, f64)> {
        self.moments.iter().filter_map(|(time, values)| Some((*time, (*values.first()?)?))).collect()
    }
}

/// The ends of a range that are in the unit of a value.
fn band(range: &Range, value: &Quantity) -> Option<(Option<f64>, Option<f64>)> {
    let end = |end: &Option<Quantity>| end.as_ref().filter(|end| comparable(end, value)).and_then(Quantity::number);
    let ends = (end(&range.low), end(&range.high));
    (ends != (None, None)).then_some(ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::tests::{of, voice};
    use rihla_kernel::Lang;

    fn one(when: &str, value: &str, unit: &str, more: &str) -> Observation {
        of(&format!(r#"{{"status":"final","code":{{"text":"K"}},"effectiveDateTime":"{when}","valueQuantity":{{"value":{value},"unit":"{unit}"{more}"#))
    }

    #[test]
    fn a_line_holds_exact_values_of_the_newest_unit_in_the_order_of_time() {
        let found = [
            one("2026-01-02T00:30:00+02:00", "4.5", "mmol/L", "}}"),
            one("2026-01-03", "4.9", "mmol/L", r#"},"referenceRange":[{"high":{"value":5.1}}]}"#),
            one("2026-01-01T23:00:00Z", "4.1", "mmol/L", "}}"),
            one("2025-12-01", "176", "mg/L", "}}"),
            one("2025-11-01", "2", "mmol/L", r#","comparator":"<"}}"#),
            of(
                r#"{"status":"entered-in-error","effectiveDateTime":"2026-01-04","valueQuantity":{"value":49,"unit":"g"},"referenceRange":[{"high":{"value":1}}]}"#,
            ),
        ];
        let course = Course::of(&found, &voice(Lang::French));
        assert_eq!(course.first().iter().map(|(_, value)| *value).collect::<Vec<_>>(), [4.5, 4.1, 4.9]);
        assert_eq!((course.unit, course.left_out, course.band), ("mmol/L", 2, (None, Some(5.1))));
    }

    #[test]
    fn a_part_keeps_its_line_whatever_it_is_called() {
        let pressure = |when: &str, name: &str, value: &str| {
            of(&format!(
                r#"{{"status":"final","effectiveDateTime":"{when}","component":[{{"code":{{"coding":[{{"system":"http://loinc.org","code":"8480-6"}}],"text":"{name}"}},"valueQuantity":{{"value":{value},"unit":"mmHg"}}}}]}}"#
            ))
        };
        let found = [pressure("2026-01-02", "Systolique", "130"), pressure("2026-01-01", "PAS", "120")];
        let course = Course::of(&found, &voice(Lang::French));
        assert_eq!(course.lines, [("http://loinc.org|8480-6", "Systolique")]);
        assert_eq!(course.moments.len(), 2);
    }
}
