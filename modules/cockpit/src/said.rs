//! Figures in words.

use jiff::civil::Date;
use rihla_indicators::Figure;
use rihla_indicators::figure::{DAY_MS, Kind, Unit};
use rihla_packs::{Better, IndicatorWords};
use rihla_web::text::Voice;
use rihla_web::{Desk, Refusal, World};
use std::collections::BTreeMap;

/// A value with its unit; none: nothing to divide by.
pub fn value(voice: &Voice, kind: Kind, value: Option<f64>) -> Option<String> {
    let text = voice.number(&format!("{:.1}", value?));
    let values = [("value", text.as_str())];
    Some(match kind {
        Kind::Wait => voice.ta("cockpit-minutes", &values),
        Kind::Share => voice.ta("cockpit-percent", &values),
        Kind::Days => voice.ta("cockpit-days", &values),
        Kind::Times => voice.ta("cockpit-times", &values),
    })
}

pub fn said(voice: &Voice, figure: &Figure) -> Option<String> {
    value(voice, figure.kind, figure.value())
}

/// Numerator and denominator as they stand: milliseconds as days, counts as counts.
pub fn parts(voice: &Voice, code: &str, figure: &Figure) -> (String, String) {
    let days = |ms: i64| voice.ta("cockpit-days", &[("value", voice.number(&format!("{:.1}", ms as f64 / DAY_MS as f64)))]);
    let count = |number: i64| voice.number(&number.to_string());
    match code {
        "b1" | "e6" => (days(figure.numerator), days(figure.denominator)),
        "b2" | "b4" => (days(figure.numerator), count(figure.denominator)),
        // Both stand times the length of the period, which the ratio takes away again.
        "b3" => (days(figure.numerator), days(figure.denominator)),
        "e4" | "b6" => (count(figure.numerator), count(figure.denominator)),
        _ => (days(figure.numerator), count(figure.denominator)),
    }
}

/// Whether the pack's threshold is passed; none: it has none, or there is no value.
pub fn passed(words: &IndicatorWords, figure: &Figure) -> Option<bool> {
    let (limit, minutes) = (words.threshold? as f64, |ms: i64| ms as f64 / 60_000.0);
    let value = if words.of_decile { minutes(figure.p90?) } else { figure.value()? };
    Some(value > limit || words.inclusive && value >= limit)
}

/// The pack's threshold, and of what it is; none: it has none.
pub fn threshold(voice: &Voice, words: &IndicatorWords, kind: Kind) -> Option<String> {
    let limit = value(voice, kind, Some(words.threshold? as f64))?;
    Some(if words.of_decile { voice.ta("cockpit-threshold-p90", &[("value", limit)]) } else { limit })
}

/// Whether nobody has confirmed names, thresholds and weights yet.
pub fn unvalidated(desk: &Desk) -> bool {
    desk.house.pack().indicators.provenance.as_ref().is_none_or(|provenance| provenance.validator.is_none())
}

/// Better, worse or alike than before; none where neither way is better.
pub fn trend(words: &IndicatorWords, now: Option<f64>, before: Option<f64>) -> Option<&'static str> {
    let (now, before) = (now?, before?);
    let fell = now < before;
    Some(match words.better {
        Better::Neither => return None,
        _ if (now - before).abs() < 0.05 => rihla_web::key!("cockpit-alike"),
        Better::Less if fell => rihla_web::key!("cockpit-better"),
        Better::More if !fell => rihla_web::key!("cockpit-better"),
        _ => rihla_web::key!("cockpit-worse"),
    })
}

/// Thousandths as per cent.
pub fn share(voice: &Voice, thousandths: u64) -> String {
    voice.ta("cockpit-percent", &[("value", voice.number(&format!("{:.1}", thousandths as f64 / 10.0)))])
}

/// From the first day to the last.
pub fn days(voice: &Voice, first: Date, last: Date) -> String {
    voice.ta("cockpit-from-to", &[("from", voice.date(first.to_string().as_str())), ("to", voice.date(last.to_string().as_str()))])
}

/// The name of a place that a fact names by its key.
pub fn place(desk: &Desk, key: u32) -> String {
    let Ok(Some((_, id))) = desk.behind(key) else { return desk.voice.t("cockpit-unit-unknown") };
    let Ok(stored) = desk.read("Location", &id) else { return desk.voice.t("cockpit-unit-unknown") };
    let named = rihla_web::look(&stored, |place| {
        use rihla_fhir::view::Look;
        let aliases: Vec<String> = place.all("alias").iter().filter_map(|alias| alias.as_str()).map(|alias| alias.into_owned()).collect();
        let name = place.text("name").unwrap_or_default().into_owned();
        let arabic = |text: &str| text.chars().any(|letter| ('\u{600}'..='\u{6ff}').contains(&letter));
        let wanted = desk.voice.lang() == rihla_kernel::Lang::Arabic;
        std::iter::once(&name).chain(&aliases).find(|text| arabic(text) == wanted).unwrap_or(&name).clone()
    });
    named.filter(|name| !name.is_empty()).unwrap_or_else(|| desk.voice.t("cockpit-unit-unknown"))
}

/// In which of several hospitals each of these places lies; nothing where one alone is looked at.
pub fn hospitals(desk: &Desk, unit: Unit, places: &[u32]) -> Result<BTreeMap<u32, u32>, Refusal> {
    if unit != Unit::House {
        return Ok(BTreeMap::new());
    }
    let (found, _) = desk.figures(|facts| {
        let sites = facts.sites();
        let of = |place: &u32| Some((*place, *sites.iter().find(|site| *site != place && facts.is_within(*place, **site))?));
        if sites.len() > 1 { places.iter().filter_map(of).collect() } else { BTreeMap::new() }
    })?;
    Ok(found)
}

/// The name of a place, with its hospital where the table is of several.
pub fn placed(desk: &Desk, hospitals: &BTreeMap<u32, u32>, key: u32) -> String {
    let own = place(desk, key);
    hospitals.get(&key).map_or(own.clone(), |site| format!("{own} · {}", place(desk, *site)))
}

/// The part of the house that is looked at.
pub fn unit(desk: &Desk, unit: Unit) -> String {
    match unit {
        Unit::House => desk.voice.t("cockpit-house"),
        Unit::Ward(key) | Unit::Site(key) => place(desk, key),
    }
}

/// The world of the record, where its patients are not real: no figure leaves without it.
pub fn world(desk: &Desk) -> Option<String> {
    match desk.house.world() {
        World::Production => None,
        World::Training => Some(desk.voice.t("cockpit-training")),
        World::Simulation => Some(desk.voice.t("cockpit-simulation")),
    }
}
