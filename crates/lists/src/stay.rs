//! The Encounter that a row makes.

use crate::cells::Cells;
use crate::date::When;
use crate::map::{Map, Stays};
use crate::reason::{self, Reason};
use jiff::tz::TimeZone;
use rihla_clinical::{Answers, Kind, Movement, Object, Spot, State, Status, Stay, quoted};
use rihla_kernel::Instant;
use rihla_store::body::instant_text;

/// A row, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayRow {
    pub number: String,
    pub patient: String,
    pub begin: When,
    pub begins: Instant,
    /// Of a stay that is over.
    pub end: Option<(When, Instant)>,
    pub class: String,
    pub unit: Option<String>,
    pub place: Option<String>,
    pub physician: Option<String>,
    pub left: Option<String>,
}

impl StayRow {
    pub fn read(map: &Map, of: &Stays, cells: &Cells<'_>, zone: &TimeZone, now: Instant) -> Result<Self, Reason> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let number = owned(cells.number(&map.number)?).ok_or_else(|| reason::number_missing().of("number"))?;
        let patient = owned(cells.number(&of.patient)?).ok_or_else(|| reason::number_missing().of("patient"))?;
        let time = |key: &str, when: When| {
            let at = when.begins(zone).filter(|_| when.day > 0).map(Instant).ok_or_else(|| reason::date().of(key))?;
            if at > now { Err(reason::future().of(key)) } else { Ok((when, at)) }
        };
        let begin = Some(of.begin.clone());
        let begin = cells.date(&begin, &map.dates).map(|when| when.ok_or_else(|| reason::date().of("begin")));
        let (begin, begins) = time("begin", begin??)?;
        let end = cells.date(&of.end, &map.dates)?.map(|when| time("end", when)).transpose()?;
        if end.is_some_and(|(end, ends)| is_before(&end, ends, &begin, begins)) {
            return Err(reason::order().of("end"));
        }
        let class = owned(cells.text(&of.class)?).ok_or_else(|| reason::class_missing().of("class"))?;
        let (unit, place) = (owned(cells.may(&of.unit)?), owned(cells.may(&of.place)?));
        let physician = owned(of.physician.as_ref().map_or(Ok(None), |number| cells.number(number))?);
        Ok(Self { number, patient, begin, begins, end, class, unit, place, physician, left: owned(cells.may(&of.left)?) })
    }

    /// What the row says, so that two can be compared.
    pub fn said(&self) -> String {
        let when = |when: &When| format!("{} {:?}", when.date(), when.time);
        let may = |text: &Option<String>| text.clone().unwrap_or_default();
        let end = self.end.as_ref().map(|(end, _)| when(end)).unwrap_or_default();
        let texts = [may(&self.unit), may(&self.place), may(&self.physician), may(&self.left)];
        format!("{}\n{}\n{}\n{end}\n{}\n{}", self.number, self.patient, when(&self.begin), self.class, texts.join("\n"))
    }

    /// The stay before anything happened in it.
    pub fn planned(&self, map: &Map, of: &Stays, id: &str, patient: &str) -> Stay {
        let mut base = Object::default();
        let kind = r#"{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"VN"}]}"#;
        base.set("identifier", format!(r#"[{{"type":{kind},"system":{},"value":{}}}]"#, quoted(&map.number.system), quoted(&self.number)));
        if let (Some(number), Some(of)) = (&self.physician, &of.physician) {
            let attends = r#"{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"ATND"}]}"#;
            let who = format!(r#"{{"type":"Practitioner","identifier":{{"system":{},"value":{}}}}}"#, quoted(&of.system), quoted(number));
            base.set("participant", format!(r#"[{{"type":[{attends}],"individual":{who}}}]"#));
        }
        Stay::new(id.to_owned(), patient.to_owned(), self.class.clone(), base)
    }

    /// The stay that is over. Its period is as exact as the row: a day stays a day. `unit`: the id of its Location.
    pub fn over(&self, mut stay: Stay, unit: Option<&str>) -> Stay {
        let Some((end, ends)) = self.end else { return stay };
        let text = |when: &When, at: Instant| quoted(&if when.time.is_some() { instant_text(at) } else { when.date() });
        stay.source.set("period", format!(r#"{{"start":{},"end":{}}}"#, text(&self.begin, self.begins), text(&end, ends)));
        stay.state = State::Finished;
        stay.disposition.clone_from(&self.left);
        if let Some(unit) = unit {
            let spot = Spot { location: unit.to_owned(), slot: None };
            let mut movement = Movement::new("m1".to_owned(), Kind::Admission, spot, Status::Completed, self.begins, answers(unit));
            movement.from = self.begin.time.map(|_| self.begins);
            movement.to = end.time.map(|_| ends);
            stay.movements.push(movement);
        }
        stay
    }
}

/// The unit answers for whoever lies in it.
pub fn answers(unit: &str) -> Answers {
    let unit = format!("Location/{unit}");
    Answers { medical: unit.clone(), nursing: unit }
}

/// A day without a time is no earlier than a time of that day.
fn is_before(end: &When, ends: Instant, begin: &When, begins: Instant) -> bool {
    if end.time.is_some() && begin.time.is_some() { ends < begins } else { end.date() < begin.date() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::Kind as Of;
    use rihla_packs::Pack;

    /// Some cells of a row, a code, and the key that it is about.
    type Case<'c> = (&'c [(&'c str, &'c str)], &'c str, &'c str);

    /// 2026-01-15T08:00:00Z
    const NOW: Instant = Instant(1_768_464_000_000);

    fn map() -> Map {
        let pack = Pack::built_in("ma").expect("the pack").expect("sound");
        Map::parse("stays.toml", include_str!("../maps/stays.toml"), &pack).expect("sound")
    }

    fn read(map: &Map, told: &[(&str, &str)]) -> Result<StayRow, Reason> {
        let of = |name: &str| told.iter().find(|(told, _)| *told == name).map(|(_, text)| (*text).to_owned()).unwrap_or_default();
        let row: Vec<String> = map.columns.iter().map(|column| of(&column.name)).collect();
        let positions: Vec<usize> = (0..map.columns.len()).collect();
        let Of::Stays(of) = &map.kind else { panic!("stays") };
        StayRow::read(map, of, &Cells::new(&row, &positions)?, &TimeZone::get("Africa/Casablanca").expect("a zone"), NOW)
    }

    const SOUND: [(&str, &str); 4] = [("NUM_SEJOUR", "S1"), ("IPP", "1"), ("TYPE", "H"), ("DATE_ENTREE", "10/01/2026 08:00")];

    fn with<'c>(more: &[(&'c str, &'c str)]) -> Vec<(&'c str, &'c str)> {
        let kept = SOUND.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
        kept.chain(more.iter().copied()).collect()
    }

    #[test]
    fn a_stay_that_is_over_says_as_much_of_its_times_as_the_row() {
        let map = map();
        let Of::Stays(of) = &map.kind else { panic!("stays") };
        let row = read(&map, &with(&[("DATE_SORTIE", "12/01/2026"), ("MODE_SORTIE", "D"), ("INPE", "123456789"), ("SERVICE", "CARDIO")])).expect("sound");
        assert_eq!(row.unit.as_deref(), Some("Cardiologie"));
        let json = row.over(row.planned(&map, of, "e1", "p1"), Some("card")).write();
        for part in [
            r#""status":"finished""#,
            r#""period":{"start":"2026-01-10T07:00:00.000Z","end":"2026-01-12"}"#,
            r#""system":"urn:example:old:stay","value":"S1""#,
            r#""identifier":{"system":"urn:rihla:ma:inpe","value":"123456789"}"#,
            r#""code":"home""#,
            r#""location":{"reference":"Location/card"},"status":"completed","period":{"start":"2026-01-10T07:00:00.000Z"}"#,
            r#""subject":{"reference":"Patient/p1"}"#,
        ] {
            assert!(json.contains(part), "{part}\n{json}");
        }
    }

    #[test]
    fn a_row_that_is_no_stay_says_why() {
        let map = map();
        let cases: [Case<'_>; 9] = [
            (&[("NUM_SEJOUR", "")], "RH-CSV-NUMBER", "number"),
            (&[("IPP", "")], "RH-CSV-NUMBER", "patient"),
            (&[("DATE_ENTREE", "")], "RH-CSV-DATE", "begin"),
            (&[("DATE_ENTREE", "00/01/2026")], "RH-CSV-DATE", "begin"),
            (&[("DATE_ENTREE", "15/01/2026 09:01")], "RH-CSV-FUTURE", "begin"),
            (&[("DATE_SORTIE", "10/01/2026 07:59")], "RH-CSV-ORDER", "end"),
            (&[("DATE_SORTIE", "09/01/2026")], "RH-CSV-ORDER", "end"),
            (&[("DATE_SORTIE", "16/01/2026")], "RH-CSV-FUTURE", "end"),
            (&[("TYPE", "")], "RH-CSV-CLASS", "class"),
        ];
        for (more, code, key) in cases {
            let reason = read(&map, &with(more)).expect_err(code);
            assert_eq!((reason.code, reason.key.as_str()), (code, key), "{more:?}");
        }
        assert!(read(&map, &with(&[("DATE_SORTIE", "10/01/2026")])).is_ok(), "the day on which they came");
        assert_ne!(read(&map, &SOUND).expect("sound").said(), read(&map, &with(&[("LIT", "1")])).expect("sound").said());
    }
}
