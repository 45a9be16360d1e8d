//! What holds of any form and anything that is typed. The ids are those of `spec.md`.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

use jiff::tz::TimeZone;
use proptest::prelude::*;
use rihla_fhir::issue::Issues;
use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::validate::{Options, validate};
use rihla_fhir::view::Look;
use rihla_questionnaire::{Filling, Form, Launch, Within, evaluate, expr, faults, items, read};
use std::collections::BTreeMap;

const FORM: &str = r#"{"resourceType":"Questionnaire","url":"urn:q","status":"active","item":[
 {"linkId":"a","type":"boolean","required":true},
 {"linkId":"b","type":"choice","repeats":true,"answerOption":[{"valueString":"x"},{"valueString":"y"}],"item":[{"linkId":"b1","type":"integer"}],
  "enableWhen":[{"question":"a","operator":"=","answerBoolean":true}]},
 {"linkId":"g","type":"group","repeats":true,"item":[{"linkId":"g1","type":"date"},{"linkId":"g2","type":"decimal","repeats":true,
  "enableWhen":[{"question":"g1","operator":"exists","answerBoolean":true},{"question":"b","operator":"!=","answerString":"x"}],"enableBehavior":"any"}]},
 {"linkId":"o","type":"open-choice","answerOption":[{"valueString":"x"}]},
 {"linkId":"t","type":"text","maxLength":6,"item":[{"linkId":"t1","type":"dateTime"},{"linkId":"t2","type":"quantity"}]},
 {"linkId":"sum","type":"decimal","extension":[{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
  "valueExpression":{"language":"text/fhirpath","expression":"%resource.descendants().where(linkId='g2').answer.value.sum()"}}]}]}"#;

fn form() -> Form {
    let doc = parse(FORM.as_bytes(), &Limits::default()).expect("json");
    read(doc.root(), &Within).expect("a sound form")
}

fn fields() -> impl Strategy<Value = BTreeMap<String, String>> {
    let name = (0u16..12, 0u16..3, prop::option::of((0u16..12, 0u16..3)), prop::sample::select(vec!['q', 'q', 'q', 't', 'n', 'u']))
        .prop_map(|(item, row, inner, head)| inner.map_or_else(|| format!("{head}{item}.{row}"), |(inner, at)| format!("{head}{item}.{row}-{inner}.{at}")));
    let value = prop_oneof![
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("o0".to_owned()),
        Just("o1".to_owned()),
        Just("2026-01-05".to_owned()),
        Just("2026-01-05T10:30".to_owned()),
        "-?[0-9]{1,4}([.,][0-9]{1,3})?",
        "\\PC{0,12}"
    ];
    prop::collection::btree_map(name, value, 0..40)
}

/// The linkIds of a response, each with that of what it lies in.
fn links(of: Value<'_>, within: &str, out: &mut Vec<(String, String)>) {
    for item in of.all("item") {
        let link = item.text("linkId").unwrap_or_default().into_owned();
        links(item, &link, out);
        item.all("answer").into_iter().for_each(|answer| links(answer, &link, out));
        out.push((within.to_owned(), link));
    }
}

proptest! {
    /// QU-3, QU-5, QU-6
    #[test]
    fn a_response_is_what_the_form_allows_and_is_read_back_as_it_was(fields in fields()) {
        let form = form();
        let filling = Filling::typed(&form, &fields, &TimeZone::UTC);
        let launch = Launch::default();
        let done = evaluate(&form, &filling, &launch);
        prop_assert!(done.settled);
        prop_assert_eq!(&evaluate(&form, &filling, &launch), &done);
        let text = format!(r#"{{"resourceType":"QuestionnaireResponse","questionnaire":"urn:q","status":"completed","item":{}}}"#, items(&form, &done.parts));
        let text = text.replace(r#","item":[]"#, "");
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let mut issues = Issues::default();
        validate(doc.root(), None, Options::default(), &mut (), &mut issues);
        prop_assert!(issues.accepted(), "{:?} {}", issues.list().iter().map(|issue| (issue.code(), issue.expression.clone())).collect::<Vec<_>>(), text);
        let parents: BTreeMap<&str, &str> = [("a", ""), ("b", ""), ("b1", "b"), ("g", ""), ("g1", "g"), ("g2", "g"), ("o", ""), ("t", ""), ("t1", "t"), ("t2", "t"), ("sum", "")].into();
        let mut found = Vec::new();
        links(doc.root(), "", &mut found);
        for (within, link) in &found {
            prop_assert_eq!(parents.get(link.as_str()), Some(&within.as_str()));
        }
        if doc.root().all("item").iter().all(|item| item.text("linkId").as_deref() != Some("a") || item.text("answer.valueBoolean").as_deref() != Some("true")) {
            prop_assert!(found.iter().all(|(_, link)| link != "b" && link != "b1"), "not asked: {}", text);
        }
        let (back, lost) = Filling::of_response(&form, doc.root());
        prop_assert_eq!(lost, Vec::<String>::new());
        let again = evaluate(&form, &back, &launch);
        prop_assert_eq!(items(&form, &again.parts), items(&form, &done.parts));
        if done.faults().is_empty() {
            let told = faults(&form, doc.root(), &launch);
            prop_assert!(told.is_empty(), "{told:?} {text}");
        }
    }

    /// QU-7: whatever is written, reading and working out end.
    #[test]
    fn any_expression_is_read_or_refused(text in r"[a-z%$.()'0-9+*=|& @\[\]{}-]{0,60}") {
        let _ = expr::parse(&text);
    }
}
