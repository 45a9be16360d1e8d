//! Whatever is sent, the readers come to an end without a panic, and what they accept comes back as it was.

use proptest::prelude::*;
use rihla_fhir::issue::Issues;
use rihla_fhir::json::{Edits, Kind, Limits, Value, minify_into, parse};
use rihla_fhir::validate::{Options, validate};
use rihla_fhir::xml;

const SAMPLE: &str = r##"{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{"resourceType":"Observation","id":"o1","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x &amp; y</p></div>"},"contained":[{"resourceType":"Patient","id":"p","name":[{"given":["a",null],"_given":[null,{"extension":[{"url":"http://a","valueCode":"x"}]}]}]}],"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"subject":{"reference":"#p"},"effectiveDateTime":"2020-02-29T10:00:00+01:00","valueQuantity":{"value":1.50,"unit":"mg"}},"request":{"method":"POST","url":"Observation"}}]}"##;

fn walk(text: &[u8]) {
    if let Ok(doc) = parse(text, &Limits::default()) {
        let mut issues = Issues::default();
        validate(doc.root(), None, Options::default(), &mut (), &mut issues);
        if let Ok(xml) = xml::write(doc.root()) {
            assert!(xml::read(&xml, &Limits::default()).is_ok(), "what was written as XML can be read");
        }
    }
}

/// Any JSON value, as text.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|it| it.to_string()),
        "-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?",
        any::<String>().prop_map(|it| quoted(&it)),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|it| format!("[{}]", it.join(" , "))),
            prop::collection::vec((any::<String>(), inner), 0..5)
                .prop_map(|it| format!("{{{}}}", it.iter().map(|(key, value)| format!("{}:\n{value}", quoted(key))).collect::<Vec<_>>().join(","))),
        ]
    })
}

fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    rihla_fhir::json::escape_into(text, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn same(a: Value<'_>, b: Value<'_>) -> bool {
    let children = match a.kind() {
        Kind::Object => a.members().zip(b.members()).all(|(a, b)| a.key() == b.key() && same(a.value, b.value)),
        Kind::Array => a.items().zip(b.items()).all(|(a, b)| same(a, b)),
        Kind::String => a.as_str() == b.as_str(),
        _ => a.source() == b.source(),
    };
    a.kind() == b.kind() && a.len() == b.len() && children
}

#[test]
fn the_sample_is_valid() {
    let doc = parse(SAMPLE.as_bytes(), &Limits::default()).expect("json");
    let mut issues = Issues::default();
    validate(doc.root(), None, Options::default(), &mut (), &mut issues);
    assert_eq!(issues.list(), []);
}

/// What grows with the square of its size would not come to an end here.
#[test]
fn large_bad_resources_are_judged_in_linear_time() {
    const MANY: usize = 200_000;
    let repeated = |item: &str| vec![item; MANY].join(",");
    let contained: Vec<_> = (0..MANY / 4).map(|n| format!(r#"{{"resourceType":"Patient","id":"p{n}"}}"#)).collect();
    let references: Vec<_> = (0..MANY / 4).map(|n| format!(r##"{{"other":{{"reference":"#p{n}"}},"type":"seealso"}}"##)).collect();
    for text in [
        format!(r#"{{"resourceType":"Patient",{}}}"#, repeated(r#""active":true"#)),
        format!(r#"{{"resourceType":"Patient",{}}}"#, repeated(r#""x":1"#)),
        format!(r#"{{"resourceType":"Patient","name":[{{"given":[{}],"_given":[{}]}}]}}"#, repeated("null"), repeated(r#"{"id":"a"}"#)),
        format!(r#"{{"resourceType":"Patient","name":[{{"given":[{}]}}]}}"#, repeated("null")),
        format!(r#"{{"resourceType":"Patient","contained":[{}],"link":[{}]}}"#, contained.join(","), references.join(",")),
        format!(r#"{{"resourceType":"Patient","extension":[{}]}}"#, repeated("{}")),
    ] {
        walk(text.as_bytes());
    }
    let attributes: Vec<_> = (0..MANY).map(|n| format!("xmlns:a{n}=\"b\"")).collect();
    let xml = format!("<Patient xmlns=\"http://hl7.org/fhir\" {}/>", attributes.join(" "));
    assert!(xml::read(xml.as_bytes(), &Limits::default()).is_err());
}

#[test]
fn depth_is_bounded_whatever_the_parser_lets_through() {
    let limits = Limits { depth: 100_000, ..Limits::default() };
    let nested = |depth: usize| format!(r#"{{"resourceType":"Patient",{}"url":"a"{}}}"#, r#""extension":[{"#.repeat(depth), "}]".repeat(depth));
    walk(nested(60).as_bytes());
    let text = nested(40_000);
    let doc = parse(text.as_bytes(), &limits).expect("json");
    let mut issues = Issues::default();
    validate(doc.root(), None, Options::default(), &mut (), &mut issues);
    assert!(issues.list().iter().any(|it| it.code() == "RH-FHIR-TOO-DEEP"));
    assert!(xml::write(doc.root()).is_err());
    let text = format!("<Patient xmlns=\"http://hl7.org/fhir\">{}", "<extension>".repeat(40_000));
    assert!(xml::read(text.as_bytes(), &limits).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_bytes_come_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        walk(&bytes);
        let _ = xml::read(&bytes, &Limits::default());
    }

    #[test]
    fn json_is_written_back_as_it_was(text in json()) {
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let mut out = Vec::new();
        minify_into(doc.root(), &Edits::default(), &mut out);
        let again = parse(&out, &Limits::default()).expect("minified json");
        prop_assert!(same(doc.root(), again.root()));
    }

    /// A resource with one piece cut out, doubled or replaced.
    #[test]
    fn damaged_resources_are_judged(at in 0..SAMPLE.len(), length in 0..40_usize, with in prop_oneof![Just(""), Just("{"), Just("null"), Just("[]"), Just("\"x\""), Just("\\u0000"), Just("é")]) {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, with.bytes());
        walk(&bytes);
    }

    #[test]
    fn damaged_xml_comes_to_an_end(at in 0..900_usize, length in 0..40_usize, with in prop_oneof![Just(""), Just("<"), Just("&a;"), Just("\""), Just("<!--"), Just("xmlns"), Just("é")]) {
        let doc = parse(SAMPLE.as_bytes(), &Limits::default()).expect("json");
        let mut bytes = xml::write(doc.root()).expect("xml");
        let (at, end) = (at.min(bytes.len()), (at + length).min(bytes.len()));
        bytes.splice(at..end, with.bytes());
        if let Ok(json) = xml::read(&bytes, &Limits::default()) {
            prop_assert!(parse(&json, &Limits::default()).is_ok(), "what is read from XML is JSON");
        }
    }
}
