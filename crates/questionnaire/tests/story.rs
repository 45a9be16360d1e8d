//! The ids are those of `spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use jiff::tz::TimeZone;
use rihla_fhir::json::{Limits, parse};
use rihla_questionnaire::{Answer, Evaluated, Filling, Form, Launch, Number, Within, begin, evaluate, faults, items, observed, read};
use std::collections::BTreeMap;

fn form(inner: &str) -> Form {
    let text = format!(r#"{{"resourceType":"Questionnaire","url":"urn:q","version":"2","status":"active",{inner}}}"#);
    let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
    read(doc.root(), &Within).expect("a sound form")
}

fn wrong(items: &str) -> Vec<(String, &'static str)> {
    let text = format!(r#"{{"resourceType":"Questionnaire","status":"active","item":[{items}]}}"#);
    let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
    read(doc.root(), &Within).expect_err("it is refused").into_iter().map(|fault| (fault.link, fault.code)).collect()
}

fn typed(form: &Form, fields: &[(&str, &str)]) -> Filling {
    let fields: BTreeMap<String, String> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Filling::typed(form, &fields, &TimeZone::UTC)
}

fn out(form: &Form, filling: &Filling) -> Evaluated {
    let done = evaluate(form, filling, &Launch { today: "2026-01-05".into(), age: Some(40), sex: Some("female".into()), ..Launch::default() });
    assert!(done.settled);
    done
}

fn answers(form: &Form, filling: &Filling) -> String {
    items(form, &out(form, filling).parts)
}

const PAIN: &str = r#""item":[
  {"linkId":"pain","type":"boolean","text":"Pain?","required":true},
  {"linkId":"where","type":"string","text":"Where?","required":true,"maxLength":5,"enableWhen":[{"question":"pain","operator":"=","answerBoolean":true}]},
  {"linkId":"more","type":"string","text":"More","enableWhen":[{"question":"where","operator":"exists","answerBoolean":true}]},
  {"linkId":"kind","type":"choice","repeats":true,"text":"Kind","answerOption":[{"valueCoding":{"system":"s","code":"a","display":"A"}},{"valueString":"other"}]}]"#;

/// QU-2
#[test]
fn what_is_wrong_is_told_with_its_place() {
    let item = |link: &str, rest: &str| format!(r#"{{"linkId":"{link}","text":"t",{rest}}}"#);
    let when = |of: &str| format!(r#""type":"string","enableWhen":[{{"question":"{of}","operator":"exists","answerBoolean":true}}]"#);
    let one = |link: &str, code: &'static str| vec![(link.to_owned(), code)];
    assert_eq!(wrong(&[item("a", r#""type":"string""#), item("a", r#""type":"date""#)].join(",")), one("a", "RH-FORMS-LINK-TWICE"));
    assert_eq!(wrong(&item("a", r#""type":"question""#)), one("a", "RH-FORMS-TYPE"));
    assert_eq!(wrong(&item("a", r#""type":"choice""#)), one("a", "RH-FORMS-NO-OPTIONS"));
    assert_eq!(wrong(&item("a", r##""type":"choice","answerValueSet":"#none""##)), one("a", "RH-FORMS-SET-UNKNOWN"));
    assert_eq!(wrong(&item("a", &when("z"))), one("a", "RH-FORMS-WHEN-UNKNOWN"));
    assert_eq!(wrong(&[item("a", &when("b")), item("b", &when("a"))].join(",")), one("a", "RH-FORMS-CIRCLE"));
    let inside = format!(
        r#"{{"linkId":"g","type":"group","enableWhen":[{{"question":"a","operator":"exists","answerBoolean":true}}],"item":[{}]}}"#,
        item("a", r#""type":"string""#)
    );
    assert_eq!(wrong(&inside), one("g", "RH-FORMS-CIRCLE"));
    let compared = r#"{"linkId":"b","type":"string","enableWhen":[{"question":"a","operator":"=","answerString":"x"}]}"#;
    assert_eq!(wrong(&[item("a", r#""type":"boolean""#), compared.to_owned()].join(",")), one("b", "RH-FORMS-WHEN-ANSWER"));
    let expression = r#""type":"integer","extension":[{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression","valueExpression":{"language":"text/fhirpath","expression":"item.trace('x')"}}]"#;
    assert_eq!(wrong(&item("a", expression)), one("a", "RH-FORMS-EXPRESSION"));
    assert_eq!(wrong(&item("a", &expression.replace("item.trace('x')", "%weigth * 2"))), one("a", "RH-FORMS-VARIABLE"));
    let both = [item("", r#""type":"string""#), item("b", r#""type":"nothing""#)].join(",");
    assert_eq!(wrong(&both).len(), 2, "everything is told at once");
}

/// QU-1, QU-3
#[test]
fn what_is_not_asked_is_in_no_response_and_counts_for_nothing() {
    let form = form(PAIN);
    let filling = typed(&form, &[("q0.0", "false"), ("q1.0", "back"), ("q2.0", "since June"), ("q3.1", "o1"), ("q99.0", "x"), ("q1.7", "x")]);
    assert_eq!(
        answers(&form, &filling),
        r#"[{"linkId":"pain","text":"Pain?","answer":[{"valueBoolean":false}]},{"linkId":"kind","text":"Kind","answer":[{"valueString":"other"}]}]"#
    );
    let filling = typed(&form, &[("q0.0", "true"), ("q1.0", "back"), ("q2.0", "since June")]);
    assert_eq!(out(&form, &filling).faults(), []);
    assert!(answers(&form, &filling).contains("since June"));
    let filling = typed(&form, &[("q0.0", "true"), ("q1.0", "shoulder")]);
    assert_eq!(out(&form, &filling).faults().len(), 1, "the text is too long");
    assert_eq!(out(&form, &typed(&form, &[("q0.0", "true")])).faults().len(), 1, "a text is missing");
    assert_eq!(out(&form, &typed(&form, &[])).faults().len(), 1, "only what is asked is missing");
}

/// QU-4
#[test]
fn a_condition_looks_at_its_own_row() {
    let form = form(
        r#""item":[{"linkId":"drug","type":"group","repeats":true,"text":"Medicine","item":[{"linkId":"name","type":"string"},
        {"linkId":"bad","type":"boolean"},{"linkId":"how","type":"string","enableWhen":[{"question":"bad","operator":"=","answerBoolean":true}]}]}]"#,
    );
    let filling = typed(&form, &[("q0.0-1.0", "A"), ("q0.0-2.0", "false"), ("q0.0-3.0", "x"), ("q0.1-1.0", "B"), ("q0.1-2.0", "true"), ("q0.1-3.0", "rash")]);
    let text = answers(&form, &filling);
    assert!(text.contains("rash") && !text.contains("\"x\"") && text.matches("\"drug\"").count() == 2, "{text}");
    let doc = format!(r#"{{"item":{text}}}"#);
    let doc = parse(doc.as_bytes(), &Limits::default()).expect("json");
    let (back, lost) = Filling::of_response(&form, doc.root());
    assert_eq!((answers(&form, &back), lost), (text, vec![]), "QU-5");
}

/// QU-7, QU-9, QU-11
#[test]
fn what_is_calculated_follows_what_is_typed_and_becomes_an_observation() {
    let calculated = |expression: &str| {
        format!(
            r#"{{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression","valueExpression":{{"language":"text/fhirpath","expression":"{expression}"}}}}"#
        )
    };
    let variable = r#""extension":[{"url":"http://hl7.org/fhir/StructureDefinition/variable","valueExpression":{"name":"kg","language":"text/fhirpath","expression":"%resource.item.where(linkId='w').answer.value"}}]"#;
    let form = form(&format!(
        r#"{variable},"item":[{{"linkId":"w","type":"decimal","extension":[{{"url":"http://hl7.org/fhir/StructureDefinition/minValue","valueDecimal":1}}]}},{{"linkId":"h","type":"decimal"}},
        {{"linkId":"bmi","type":"decimal","readOnly":true,"code":[{{"system":"http://loinc.org","code":"39156-5"}}],"extension":[{},{{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-unit","valueCoding":{{"system":"http://unitsofmeasure.org","code":"kg/m2","display":"kg/m²"}}}},{{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract","valueBoolean":true}}]}},
        {{"linkId":"fat","type":"boolean","readOnly":true,"extension":[{}]}}]"#,
        calculated("(%kg / %resource.item.where(linkId='h').answer.value.power(2)).round(1)"),
        calculated("%resource.item.where(linkId='bmi').answer.value >= 30"),
    ));
    let filling = typed(&form, &[("q0.0", "٩٧,٢"), ("q1.0", "1,80"), ("q2.0", "1")]);
    let text = answers(&form, &filling);
    assert!(text.contains(r#""valueDecimal":97.2"#) && text.contains(r#""valueDecimal":1.80"#), "{text}");
    assert!(text.contains(r#""valueDecimal":30}"#) && text.contains(r#""valueBoolean":true"#), "what was typed there does not count: {text}");
    let found = observed(&form, &out(&form, &filling));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].value, r#""valueQuantity":{"value":30,"unit":"kg/m²","system":"http://unitsofmeasure.org","code":"kg/m2"}"#);
    assert!(!answers(&form, &typed(&form, &[("q0.0", "97")])).contains("bmi"), "of nothing comes nothing");
    assert_eq!(out(&form, &typed(&form, &[("q0.0", "0,5")])).faults().len(), 1, "below the least");
}

/// QU-8
#[test]
fn what_never_stands_still_is_told() {
    let form = form(
        r#""item":[{"linkId":"n","type":"integer","extension":[{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression","valueExpression":{"language":"text/fhirpath","expression":"iif(%resource.item.answer.exists(), %resource.item.answer.value.first() + 1, 1)"}}]}]"#,
    );
    assert!(!evaluate(&form, &Filling::default(), &Launch::default()).settled);
}

/// QU-10
#[test]
fn a_form_begins_with_what_is_known() {
    let form = form(
        r#""item":[{"linkId":"a","type":"integer","initial":[{"valueInteger":3}]},{"linkId":"w","type":"decimal","code":[{"system":"s","code":"w"}]},
        {"linkId":"y","type":"integer","extension":[{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression","valueExpression":{"language":"text/fhirpath","expression":"%age"}}]},
        {"linkId":"c","type":"choice","answerOption":[{"valueString":"x"},{"valueString":"y","initialSelected":true}]}]"#,
    );
    let last = [(1, Answer::Decimal(Number::parse("71.50").expect("a number")))].into();
    let filling = begin(&form, &Launch { age: Some(40), ..Launch::default() }, &last);
    let text = answers(&form, &filling);
    for part in [r#""valueInteger":3"#, r#""valueDecimal":71.50"#, r#""valueInteger":40"#, r#""valueString":"y""#] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// QU-5: faults of a response that another made.
#[test]
fn a_response_that_the_form_does_not_allow_is_told_why() {
    let form = form(PAIN);
    let told = |items: &str| {
        let text = format!(r#"{{"resourceType":"QuestionnaireResponse","questionnaire":"urn:q|2","status":"completed","item":[{items}]}}"#);
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        faults(&form, doc.root(), &Launch::default())
    };
    let no = r#"{"linkId":"pain","answer":[{"valueBoolean":false}]}"#;
    assert_eq!(told(no), Vec::<String>::new());
    assert!(told(&format!(r#"{no},{{"linkId":"where","answer":[{{"valueString":"x"}}]}}"#))[0].contains("not asked"));
    assert!(told(&format!(r#"{no},{{"linkId":"else","answer":[{{"valueString":"x"}}]}}"#))[0].contains("else"));
    assert!(told(r#"{"linkId":"pain","answer":[{"valueString":"no"}]}"#)[0].contains("another type"));
    assert!(told("")[0].contains("Missing"));
}
