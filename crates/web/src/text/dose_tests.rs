//! What a medicine line and a result say, in three languages.

use super::tests::voice;
use super::*;
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::view::{Look, Quantity, Range};
use rihla_kernel::Lang;

/// The text that a reader sees, without markup, with plain spaces.
fn seen(html: &Html) -> String {
    let mut out = String::new();
    for part in html.as_str().split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    out.replace('\u{A0}', " ").replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'")
}

fn dosages(json: &str) -> [String; 3] {
    let doc = parse(json.as_bytes(), &Limits::default()).expect("json");
    Lang::ALL.map(|lang| seen(&voice(lang).dosage(&Dosage::of(doc.root(), lang))))
}

fn quantity(comparator: &str, value: &str, unit: &str) -> Quantity {
    Quantity { comparator: comparator.into(), value: value.into(), unit: unit.into(), code: String::new() }
}

#[test]
fn a_medicine_line_goes_from_ingredient_to_duration() {
    let request = r##"{"resourceType":"MedicationRequest","contained":[{"resourceType":"Medication","id":"m","form":{"text":"comprimé"},
        "ingredient":[{"itemCodeableConcept":{"text":"Amoxicilline"},"strength":{"numerator":{"value":500.0,"unit":"mg","code":"mg"},"denominator":{"value":1}}}]}],
        "medicationReference":{"reference":"#m"},
        "dosageInstruction":[{"text":"1 g x 2","route":{"coding":[{"code":"26643006"}]},"timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d","boundsDuration":{"value":7,"code":"d"}}},
        "doseAndRate":[{"doseQuantity":{"value":1.0,"unit":"g"}}]}]}"##;
    let doc = parse(request.as_bytes(), &Limits::default()).expect("json");
    let said = Lang::ALL.map(|lang| seen(&voice(lang).dose_line(&DoseLine::of(doc.root(), lang), &["amoxiCILLine".to_owned()])));
    assert_eq!(said[0], "amoxiCILLine comprimé 500 mg — 1 g, voie orale, 2 fois par jour, pendant 7 jours, « 1 g x 2 »");
    assert_eq!(said[1], "amoxiCILLine comprimé 500 mg — 1 g، عن طريق الفم، مرتين في اليوم، لمدة 7 أيام، «1 g x 2»");
    assert_eq!(said[2], "amoxiCILLine comprimé 500 mg — 1 g, by mouth, 2 times a day, for 7 days, “1 g x 2”");
    let arabic = voice(Lang::Arabic).dose_line(&DoseLine::of(doc.root(), Lang::Arabic), &[]);
    assert!(arabic.as_str().contains("<bdi class=\"medicine\"><b>Amoxicilline</b> <bdi>comprimé</bdi> <bdi dir=\"ltr\">500\u{A0}mg</bdi></bdi>"), "{arabic}");
    assert!(arabic.as_str().contains(" — <bdi dir=\"ltr\">1\u{A0}g</bdi>، <bdi dir=\"rtl\">عن طريق الفم</bdi>، "), "{arabic}");
}

#[test]
fn times_are_said_in_words() {
    let timed = |repeat: &str| dosages(&format!(r#"{{"timing":{{"repeat":{repeat}}}}}"#));
    assert_eq!(timed(r#"{"frequency":1,"period":8,"periodUnit":"h"}"#), ["toutes les 8 h", "كل 8 ساعات", "every 8 h"]);
    assert_eq!(timed(r#"{"period":2,"periodUnit":"d"}"#), ["tous les 2 jours", "كل يومين", "every 2 days"]);
    assert_eq!(
        timed(r#"{"frequency":2,"frequencyMax":3,"period":1,"periodUnit":"d"}"#),
        ["2 à 3 fois par jour", "2 إلى 3 مرات في اليوم", "2 to 3 times a day"]
    );
    assert_eq!(
        timed(r#"{"frequency":1,"period":1,"periodUnit":"d","when":["MORN","NOON","EVE"]}"#),
        ["le matin, le midi et le soir", "صباحًا، ظهرًا ومساءً", "in the morning, at noon and in the evening"]
    );
    assert_eq!(
        timed(r#"{"frequency":3,"period":1,"periodUnit":"d","when":["AC"],"offset":30}"#),
        ["3 fois par jour, 30 min avant les repas", "3 مرات في اليوم، قبل الوجبات بـ 30 دقيقة", "3 times a day, 30 min before meals"]
    );
    assert_eq!(timed(r#"{"timeOfDay":["08:00:00","20:00:00"]}"#)[0], "à 08:00 et 20:00");
    assert_eq!(timed(r#"{"frequency":1,"period":1,"periodUnit":"wk","dayOfWeek":["mon","thu"]}"#)[0], "1 fois par semaine, le lundi et jeudi");
    assert_eq!(timed(r#"{"boundsPeriod":{"start":"2026-11-21"}}"#), ["à partir du 21 nov. 2026", "ابتداءً من 21 نونبر 2026", "from 21 Nov 2026"]);
    assert_eq!(timed(r#"{"duration":30,"durationUnit":"min","count":1}"#)[0], "à passer en 30 min, 1 prise en tout");
    assert_eq!(timed(r#"{"when":["XYZ"]}"#)[0], "XYZ");
    assert_eq!(timed(r#"{"frequency":2,"period":1,"periodUnit":"moon"}"#)[0], "2 fois moon");
}

#[test]
fn codes_texts_and_notes_are_never_lost() {
    assert_eq!(dosages(r#"{"timing":{"code":{"coding":[{"code":"BID"}]}}}"#)[0], "2 fois par jour");
    assert_eq!(dosages(r#"{"timing":{"code":{"coding":[{"code":"ODD"}],"text":"quand il pleut"}}}"#)[0], "quand il pleut");
    assert_eq!(dosages(r#"{"text":"selon protocole"}"#)[0], "selon protocole");
    assert_eq!(dosages(r#"{"asNeededBoolean":true}"#), ["si besoin", "عند الحاجة", "as needed"]);
    assert_eq!(dosages(r#"{"asNeededCodeableConcept":{"text":"douleur"},"patientInstruction":"avec de l'eau"}"#)[0], "si besoin : douleur, avec de l'eau");
    assert_eq!(
        dosages(
            r#"{"route":{"coding":[{"code":"1"}],"text":"par la sonde"},"doseAndRate":[{"doseRange":{"low":{"value":1,"code":"{tbl}"},"high":{"value":2,"code":"{tbl}"}}}]}"#
        )[0],
        "1 à 2 comprimés, par la sonde"
    );
    let slow = r#"{"route":{"coding":[{"code":"47625008","display":"Intravenous route"}],"text":"IV lente sur 10 min"}}"#;
    assert_eq!(dosages(slow)[0], "voie intraveineuse, IV lente sur 10 min");
    assert_eq!(dosages(r#"{"route":{"coding":[{"code":"26643006"}],"text":"Voie orale"}}"#)[1], "عن طريق الفم");
    assert_eq!(dosages(r#"{"route":{"coding":[{"code":"999"}]}}"#)[0], "999");
    let most = r#"{"doseAndRate":[{"doseQuantity":{"value":1,"code":"g"}}],"timing":{"code":{"coding":[{"code":"Q6H"}]}},"maxDosePerPeriod":{"numerator":{"value":4,"code":"g"},"denominator":{"value":24,"code":"h"}}}"#;
    assert_eq!(dosages(most), ["1 g, toutes les 6 h, maximum 4 g en 24 h", "1 g، كل 6 ساعات، بحد أقصى 4 g خلال 24 ساعة", "1 g, every 6 h, at most 4 g in 24 h"]);
}

#[test]
fn what_the_author_wrote_is_shown_unless_the_parts_say_it() {
    let with = |text: &str| {
        format!(
            r#"{{"text":"{text}","timing":{{"repeat":{{"frequency":2,"period":1,"periodUnit":"d"}}}},"doseAndRate":[{{"doseQuantity":{{"value":1,"unit":"g"}}}}]}}"#
        )
    };
    assert_eq!(dosages(&with("1 g, 2 FOIS par jour"))[1], "1 g، مرتين في اليوم", "the same in another language");
    assert_eq!(dosages(&with("1 g, 2 fois par jour, à jeun"))[0], "1 g, 2 fois par jour, « 1 g, 2 fois par jour, à jeun »");
}

#[test]
fn all_doses_and_all_limits_are_said() {
    let both = r#"{"doseAndRate":[{"rateQuantity":{"value":50,"unit":"mL/h"}},{"type":{"coding":[{"code":"calculated"}]},"doseQuantity":{"value":15,"unit":"mg/kg"}},
        {"type":{"coding":[{"code":"ordered"}]},"doseQuantity":{"value":1,"unit":"g"}}],
        "maxDosePerAdministration":{"value":2,"unit":"g"},"maxDosePerLifetime":{"value":500,"unit":"mg"}}"#;
    assert_eq!(dosages(both)[0], "1 g, débit 50 mL/h, 15 mg/kg, maximum 2 g par prise, maximum 500 mg dans toute la vie");
}

#[test]
fn then_is_said_only_of_what_comes_later() {
    let line = |sequences: [u8; 2]| {
        let each = sequences.map(|at| format!(r#"{{"sequence":{at},"doseAndRate":[{{"doseQuantity":{{"value":1,"unit":"g"}}}}]}}"#)).join(",");
        let doc = format!(r#"{{"medicationCodeableConcept":{{"text":"X"}},"dosageInstruction":[{each}]}}"#);
        let doc = parse(doc.as_bytes(), &Limits::default()).expect("json");
        seen(&voice(Lang::French).dose_line(&DoseLine::of(doc.root(), Lang::French), &[]))
    };
    assert_eq!(line([1, 2]), "X — 1 g — puis 1 g");
    assert_eq!(line([1, 1]), "X — 1 g — et aussi 1 g");
}

#[test]
fn a_medicine_keeps_its_name_and_says_each_ingredient() {
    let line = |medication: &str| {
        let doc = parse(medication.as_bytes(), &Limits::default()).expect("json");
        let mut line = DoseLine { ingredient: "Amoxicilline".to_owned(), form: "sirop".to_owned(), ..DoseLine::default() };
        line.is_of(doc.root(), Lang::French);
        seen(&voice(Lang::French).medicine(&line, &[]))
    };
    assert_eq!(line("{}"), "Amoxicilline sirop");
    let one = r#"{"itemCodeableConcept":{"text":"Amoxicilline"},"strength":{"numerator":{"value":500,"unit":"mg"}}}"#;
    let other = r#"{"itemCodeableConcept":{"text":"Acide clavulanique"},"strength":{"numerator":{"value":62.5,"unit":"mg"}}}"#;
    assert_eq!(line(&format!(r#"{{"ingredient":[{one},{other}]}}"#)), "Amoxicilline + Acide clavulanique sirop 500 mg + 62,5 mg");
    let bare = r#"{"itemReference":{"display":"Acide clavulanique"}},{"isActive":false,"itemCodeableConcept":{"text":"Saccharose"}}"#;
    assert_eq!(
        line(&format!(r#"{{"code":{{"text":"AUGMENTIN 500 mg/62,5 mg"}},"ingredient":[{one},{bare}]}}"#)),
        "Amoxicilline + Acide clavulanique sirop AUGMENTIN 500 mg/62,5 mg"
    );
}

#[test]
fn doses_are_written_so_that_they_cannot_be_misread() {
    let say = |value: &str, unit: &str| Lang::ALL.map(|lang| voice(lang).dose(&quantity("", value, unit)).to_string());
    assert_eq!(say("1.0", "mg")[0], "<bdi dir=\"ltr\">1\u{A0}mg</bdi>");
    assert_eq!(say(".5", "mg")[0], "<bdi dir=\"ltr\">0,5\u{A0}mg</bdi>");
    assert_eq!(say("10", "U"), ["<bdi dir=\"ltr\">10\u{A0}unités</bdi>", "<bdi dir=\"rtl\">10\u{A0}وحدات</bdi>", "<bdi dir=\"ltr\">10\u{A0}units</bdi>"]);
    assert_eq!(say("0.1", "µg/kg/min")[0], "<bdi dir=\"ltr\">0,1\u{A0}microgramme/kg/min</bdi>");
    assert_eq!(say("5", "U/kg")[1], "<bdi dir=\"rtl\">5\u{A0}وحدات لكل <bdi>kg</bdi></bdi>");
}

#[test]
fn results_keep_their_precision_in_one_run() {
    let french = voice(Lang::French);
    assert_eq!(french.quantity(&quantity("<", "1.50", "mmol/L")).as_str(), "<bdi dir=\"ltr\">&#60;\u{A0}1,50\u{A0}mmol/L</bdi>");
    assert_eq!(voice(Lang::Arabic).quantity(&quantity("", "97", "%")).as_str(), "<bdi dir=\"ltr\">97\u{A0}%</bdi>");
    let range =
        |low: Option<&str>, high: Option<&str>| Range { low: low.map(|low| quantity("", low, "mmol/L")), high: high.map(|high| quantity("", high, "mmol/L")) };
    assert_eq!(seen(&french.range(&range(Some("3.5"), Some("5.10")))), "3,5 – 5,10 mmol/L");
    assert_eq!(seen(&french.range(&range(None, Some("5.1")))), "≤ 5,1 mmol/L");
    assert_eq!(seen(&french.range(&range(Some("3.5"), None))), "≥ 3,5 mmol/L");
}

#[test]
fn look_alikes_are_spelt_as_the_pack_has_them() {
    let list = ["DOBUTamine".to_owned(), "DOPamine".to_owned()];
    assert_eq!(tall_man("dobutamine (chlorhydrate)", &list), "DOBUTamine (chlorhydrate)");
    assert_eq!(tall_man("Dopamine/dobutamine", &list), "DOPamine/DOBUTamine");
    assert_eq!(tall_man("dopaminergique", &list), "dopaminergique");
}

#[test]
fn paths_of_a_medication_are_read() {
    let doc = parse(br#"{"medicationReference":{"reference":"Medication/9","display":"Insuline"}}"#, &Limits::default()).expect("json");
    assert_eq!(doc.root().text("medicationReference.display").as_deref(), Some("Insuline"));
    assert_eq!(DoseLine::of(doc.root(), Lang::French).ingredient, "Insuline");
}
