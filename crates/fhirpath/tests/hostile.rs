//! Whatever comes in, nothing breaks: texts from outside meet the expression parser, dates, folding and extraction.

use proptest::prelude::*;
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::r4::tables;
use rihla_fhirpath::{Entry, Zone, expr, extract, normalize, parse_date};

/// Words of the language, so that most texts get past the first sign.
fn expression() -> impl Strategy<Value = String> {
    let words = [
        "Patient",
        ".",
        "name",
        "(",
        ")",
        " as ",
        " is ",
        "|",
        "[",
        "0",
        "]",
        "where",
        "resolve()",
        "exists()",
        "=",
        "!=",
        "'x'",
        "%resource",
        "$this",
        " and ",
        "false",
        "extension",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..40).prop_map(|words| words.concat())
}

/// Values of any shape under the names that plans look for.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        "-?[1-9][0-9]{0,20}(\\.[0-9]{1,4})?(e[0-9]{1,4})?",
        Just("\"2020-02-30\"".to_owned()),
        Just("\"Patient/1/_history/\"".to_owned()),
        Just("\"#\\u00e9\"".to_owned()),
        Just("\"http://x/|\"".to_owned()),
        "\"[a-z/#|:]{0,12}\"",
    ];
    let names = [
        "code",
        "coding",
        "system",
        "value",
        "valueQuantity",
        "valueRange",
        "low",
        "high",
        "subject",
        "reference",
        "identifier",
        "component",
        "effectivePeriod",
        "effectiveTiming",
        "start",
        "event",
        "name",
        "family",
        "contained",
        "id",
        "resourceType",
        "meta",
        "tag",
        "deceasedBoolean",
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let member = (prop::sample::select(names.to_vec()), inner.clone()).prop_map(|(name, value)| format!("{name:?}:{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_parses_or_is_refused(text in "\\PC{0,60}") {
        let _ = expr::parse(&text);
        if let Some(span) = parse_date(&text, &Zone::utc()) {
            prop_assert!(span.lo <= span.hi);
        }
    }

    #[test]
    fn any_words_parse_or_are_refused(text in expression()) {
        let _ = expr::parse(&text);
    }

    #[test]
    fn folding_is_done_once(text in "\\PC{0,40}") {
        let once = normalize(&text).into_owned();
        prop_assert_eq!(normalize(&once).into_owned(), once);
    }

    #[test]
    fn extraction_takes_any_shape(text in json()) {
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let mut entries: Vec<Entry<'_>> = Vec::new();
        for name in ["Observation", "Patient", "Bundle", "MolecularSequence"] {
            let type_id = tables().resource_type(name).expect("type");
            extract(doc.root(), type_id, &Zone::utc(), &mut entries);
        }
    }
}
