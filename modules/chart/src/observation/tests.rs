//! What is read out of observations as laboratories and monitors write them.

use super::*;
use rihla_fhir::json::{Limits, parse};
use rihla_kernel::Instant;
use rihla_web::text::Words;
use std::sync::Arc;

pub fn voice(lang: Lang) -> Voice {
    let words = Words::new(&[&crate::SCREENS.words]).expect("words");
    Voice::new(Arc::new(words), lang, jiff::tz::TimeZone::UTC, Instant(0))
}

pub fn of(json: &str) -> Observation {
    let doc = parse(json.as_bytes(), &Limits::default()).expect("json");
    Observation::read(doc.root(), Lang::French)
}

fn read(more: &str) -> Observation {
    of(&format!(
        r#"{{"status":"final","code":{{"coding":[{{"system":"s","code":"c"}}],"text":"Potassium"}},"valueQuantity":{{"value":5.9,"unit":"mmol/L"}}{more}}}"#
    ))
}

/// What a reader sees of the value.
fn seen(observation: &Observation, lang: Lang) -> String {
    text(&observation.value(&voice(lang)).expect("a value"))
}

fn text(html: &Html) -> String {
    let parts = html.as_str().split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect::<String>().replace('\u{A0}', " ").replace("&#60;", "<").trim().to_owned()
}

const RANGE: &str = r#","referenceRange":[{"low":{"value":3.5,"unit":"mmol/L"},"high":{"value":5.1,"unit":"mmol/L"}}]"#;

fn coded(codes: &str) -> Option<Flag> {
    read(&format!(r#"{RANGE},"interpretation":[{codes}]"#)).flag
}

#[test]
fn chart_3_the_laboratorys_word_comes_before_the_range() {
    assert_eq!(read(RANGE).flag, Some(Flag::High));
    assert_eq!(coded(r#"{"coding":[{"code":"HH"}]}"#), Some(Flag::VeryHigh));
    for well in ["N", "NEG", "ND", "S"] {
        assert_eq!(coded(&format!(r#"{{"coding":[{{"code":"{well}"}}]}}"#)), None, "{well}");
    }
    assert_eq!(read("").flag, None);
}

#[test]
fn chart_3_every_coding_is_looked_at_and_only_a_word_that_all_is_well_silences_the_range() {
    let v3 = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
    assert_eq!(coded(&format!(r#"{{"coding":[{{"system":"urn:lab","code":"N"}},{{"system":"{v3}","code":"LL"}}]}}"#)), Some(Flag::VeryLow));
    assert_eq!(coded(r#"{"text":"à revoir"},{"coding":[{"code":"U"}]},{"coding":[{"code":"AA"}]}"#), Some(Flag::VeryAbnormal));
    for other in ["U", "D", "B", "W", "QCF", "xyz"] {
        assert_eq!(coded(&format!(r#"{{"coding":[{{"code":"{other}"}}]}}"#)), Some(Flag::High), "{other}");
    }
    assert_eq!(coded(r#"{"coding":[{"code":"<"}]}"#), Some(Flag::Low));
    assert_eq!(coded(r#"{"coding":[{"code":">"}]}"#), Some(Flag::High));
}

#[test]
fn chart_3_a_range_in_another_unit_says_nothing() {
    assert_eq!(read(r#","referenceRange":[{"high":{"value":5.1,"unit":"mg/dL"}}]"#).flag, None);
    assert_eq!(read(r#","referenceRange":[{"high":{"value":5.1}}]"#).flag, Some(Flag::High));
    let by_code = r#"{"status":"final","valueQuantity":{"value":6,"unit":"mmol/l","code":"mmol/L"},"referenceRange":[{"high":{"value":5.1,"unit":"mmol/L","code":"mmol/L"}}]}"#;
    assert_eq!(of(by_code).flag, Some(Flag::High));
}

#[test]
fn chart_3_a_value_is_judged_only_by_one_range_of_what_is_normal() {
    let treatment = r#"{"type":{"coding":[{"code":"treatment"}],"text":"cible"},"high":{"value":3,"unit":"mmol/L"}}"#;
    assert_eq!(read(&format!(r#","referenceRange":[{treatment}]"#)).flag, None);
    let two = r#"{"appliesTo":[{"text":"femme"}],"high":{"value":5,"unit":"mmol/L"}},{"appliesTo":[{"text":"homme"}],"high":{"value":6,"unit":"mmol/L"}}"#;
    let several = read(&format!(r#","referenceRange":[{treatment},{two}]"#));
    assert_eq!(several.flag, None);
    assert_eq!(text(&several.range(&voice(Lang::French))), "cible ≤ 3 mmol/L · femme ≤ 5 mmol/L · homme ≤ 6 mmol/L");
    let normal = format!(r#","referenceRange":[{treatment},{{"type":{{"coding":[{{"code":"normal"}}]}},"high":{{"value":5,"unit":"mmol/L"}}}}]"#);
    assert_eq!(read(&normal).flag, Some(Flag::High));
}

#[test]
fn chart_3_off_the_scale_is_compared_with_the_end_that_it_passes() {
    let with = |comparator: &str, value: &str| {
        of(&format!(r#"{{"status":"final","valueQuantity":{{"value":{value},"comparator":"{comparator}","unit":"mmol/L"}}{RANGE}}}"#)).flag
    };
    assert_eq!((with("<", "3.5"), with("<", "4"), with(">", "5.1"), with(">", "4")), (Some(Flag::Low), None, Some(Flag::High), None));
}

fn component(loinc: &str, name: &str, value: &str, more: &str) -> String {
    format!(
        r#"{{"code":{{"coding":[{{"system":"http://loinc.org","code":"{loinc}"}}],"text":"{name}"}},"valueQuantity":{{"value":{value},"unit":"mmHg","code":"mm[Hg]"}}{more}}}"#
    )
}

fn with_parts(parts: &[String]) -> Observation {
    of(&format!(r#"{{"status":"final","code":{{"text":"TA"}},"component":[{}]}}"#, parts.join(",")))
}

#[test]
fn a_blood_pressure_is_systolic_over_diastolic_and_nothing_else_is_paired() {
    let (low, high) = (component("8462-4", "Diastolique", "80", ""), component("8480-6", "Systolique", "120", ""));
    let mean = component("8478-0", "Moyenne", "93", "");
    assert_eq!(seen(&with_parts(&[low.clone(), high.clone()]), Lang::French), "120/80 mmHg");
    assert_eq!(seen(&with_parts(&[mean.clone(), low.clone(), high]), Lang::French), "120/80 mmHg · Moyenne 93 mmHg");
    assert_eq!(seen(&with_parts(&[mean, low]), Lang::French), "Diastolique 80 mmHg · Moyenne 93 mmHg");
}

#[test]
fn each_component_has_its_own_flag() {
    let range = r#","referenceRange":[{"high":{"value":140,"unit":"mmHg","code":"mm[Hg]"}}]"#;
    let low = r#","interpretation":[{"coding":[{"code":"LL"}]}]"#;
    let pressure = with_parts(&[component("8480-6", "Systolique", "180", range), component("8462-4", "Diastolique", "40", low)]);
    assert!(pressure.is_flagged() && pressure.flag.is_none());
    assert_eq!(seen(&pressure, Lang::French), "180/40 mmHgsyst. H↑hautdiast. LL↓↓très bas");
    assert_eq!(text(&pressure.range(&voice(Lang::French))), "Systolique ≤ 140 mmHg");
}

#[test]
fn values_of_every_kind_are_said() {
    let said = |value: &str, lang| {
        let doc = format!(r#"{{"status":"final",{value}}}"#);
        let doc = parse(doc.as_bytes(), &Limits::default()).expect("json");
        seen(&Observation::read(doc.root(), lang), lang)
    };
    assert_eq!(Lang::ALL.map(|lang| said(r#""valueBoolean":true"#, lang)), ["oui", "نعم", "yes"]);
    assert_eq!(Lang::ALL.map(|lang| said(r#""valueBoolean":false"#, lang)), ["non", "لا", "no"]);
    assert_eq!(said(r#""valueRange":{"low":{"value":2,"unit":"g"},"high":{"value":3,"unit":"g"}}"#, Lang::French), "2 – 3 g");
    assert_eq!(said(r#""valuePeriod":{"start":"2026-01-02","end":"2026-01-05"}"#, Lang::French), "2 janv. 2026 – 5 janv. 2026");
    assert_eq!(said(r#""valueDateTime":"2026-01-02T23:30:00+02:00""#, Lang::French), "2 janv. 2026, 21:30");
    assert_eq!(said(r#""valueSampledData":{"data":"1 2 3 E 4"}"#, Lang::French), "courbe de 5 points");
    assert_eq!(said(r#""valueRatio":{"numerator":{"value":1},"denominator":{"value":128}}"#, Lang::French), "1:128");
    assert_eq!(said(r#""valueRatio":{"numerator":{"value":5,"unit":"mg"},"denominator":{"value":24,"unit":"h"}}"#, Lang::French), "5 mg / 24 h");
    assert_eq!(said(r#""valueInteger":3,"component":[{"code":{"text":"Yeux"},"valueInteger":1}]"#, Lang::French), "3 · Yeux 1");
    let absent = r#""component":[{"code":{"text":"SpO2"},"dataAbsentReason":{"text":"non mesuré"}},{"code":{"text":"vide"}}]"#;
    assert_eq!(said(absent, Lang::French), "SpO2 non mesuré");
}

#[test]
fn what_was_cancelled_is_not_said_to_be_an_error() {
    let cancelled = of(r#"{"status":"cancelled","valueInteger":3}"#);
    assert!(!cancelled.counts() && seen(&cancelled, Lang::French).ends_with("annulé"));
    assert!(seen(&of(r#"{"status":"entered-in-error","valueInteger":3}"#), Lang::French).ends_with("saisi par erreur"));
}

#[test]
fn a_code_without_a_code_is_none() {
    assert_eq!(of(r#"{"status":"final","code":{"coding":[{"system":"http://loinc.org"},{"system":"s","code":"c"}]}}"#).code, "s|c");
    assert_eq!(of(r#"{"status":"final","code":{"coding":[{"system":"http://loinc.org"}],"text":"x"}}"#).code, "");
}
