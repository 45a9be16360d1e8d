use super::*;
use crate::json::{Limits, parse};

fn to_xml(json: &str) -> Result<String, XmlErrorKind> {
    let doc = parse(json.as_bytes(), &Limits::default()).unwrap_or_else(|error| panic!("{error}: {json}"));
    write(doc.root()).map(|xml| String::from_utf8(xml).expect("utf-8")).map_err(|error| error.kind)
}

fn to_json(xml: &str) -> Result<String, XmlErrorKind> {
    read(xml.as_bytes(), &Limits::default()).map(|json| String::from_utf8(json).expect("utf-8")).map_err(|error| error.kind)
}

/// Both forms of one resource, the JSON in the order of the XML.
fn both(json: &str, xml: &str) {
    let whole = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}");
    assert_eq!(to_xml(json).as_deref(), Ok(whole.as_str()));
    assert_eq!(to_json(&whole).as_deref(), Ok(json));
}

#[test]
fn primitives_choices_and_arrays() {
    both(
        r#"{"resourceType":"Observation","id":"1","status":"final","code":{"text":"a \"b\" <c>\n"},"valueQuantity":{"value":1.50},"note":[{"text":"x"},{"text":"y"}]}"#,
        "<Observation xmlns=\"http://hl7.org/fhir\"><id value=\"1\"/><status value=\"final\"/><code><text value=\"a &quot;b&quot; &lt;c>&#10;\"/></code><valueQuantity><value value=\"1.50\"/></valueQuantity><note><text value=\"x\"/></note><note><text value=\"y\"/></note></Observation>",
    );
}

#[test]
fn siblings_ids_and_extensions() {
    both(
        r#"{"resourceType":"Patient","name":[{"id":"n","given":["a",null],"_given":[null,{"id":"g","extension":[{"url":"http://a","valueBoolean":true}]}]}],"_birthDate":{"extension":[{"url":"http://b","valueDecimal":1e2}]}}"#,
        "<Patient xmlns=\"http://hl7.org/fhir\"><name id=\"n\"><given value=\"a\"/><given id=\"g\"><extension url=\"http://a\"><valueBoolean value=\"true\"/></extension></given></name><birthDate><extension url=\"http://b\"><valueDecimal value=\"1e2\"/></extension></birthDate></Patient>",
    );
}

#[test]
fn narrative_is_kept_to_the_letter() {
    both(
        r#"{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"> <p>a &amp; b<br/>\n<!-- kept --> é</p></div>"}}"#,
        "<Patient xmlns=\"http://hl7.org/fhir\"><text><status value=\"generated\"/><div xmlns=\"http://www.w3.org/1999/xhtml\"> <p>a &amp; b<br/>\n<!-- kept --> é</p></div></text></Patient>",
    );
}

#[test]
fn a_namespace_declared_above_is_said_in_the_narrative() {
    let json = to_json("<Patient xmlns=\"http://hl7.org/fhir\" xmlns:h=\"http://www.w3.org/1999/xhtml\"><text><h:div>x</h:div></text></Patient>");
    assert_eq!(json.as_deref(), Ok(r#"{"resourceType":"Patient","text":{"div":"<h:div xmlns:h=\"http://www.w3.org/1999/xhtml\">x</h:div>"}}"#));
}

#[test]
fn resources_stand_within_resources() {
    both(
        r#"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"}]}}]}"#,
        "<Bundle xmlns=\"http://hl7.org/fhir\"><type value=\"collection\"/><entry><resource><Patient><contained><Organization><id value=\"o\"/></Organization></contained></Patient></resource></entry></Bundle>",
    );
}

#[test]
fn elements_are_written_in_r4s_order() {
    let xml = to_xml(r#"{"birthDate":"2020","name":[{"given":["g"],"family":"f"}],"id":"1","resourceType":"Patient"}"#).expect("xml");
    let order: Vec<_> = ["<id", "<name", "<family", "<given", "<birthDate"].iter().map(|it| xml.find(it)).collect();
    assert!(order.is_sorted() && order.iter().all(Option::is_some), "{xml}");
}

#[test]
fn comments_and_instructions_are_dropped_and_prefixes_allowed() {
    let json = to_json("<?xml version=\"1.0\"?><!-- a --><f:Patient xmlns:f=\"http://hl7.org/fhir\"><?b?><f:active value=\"true\"/> <!-- c --></f:Patient>\n");
    assert_eq!(json.as_deref(), Ok(r#"{"resourceType":"Patient","active":true}"#));
}

#[test]
fn values_that_are_wrong_stay_for_validation_to_name() {
    let json = to_json(
        "<Patient xmlns=\"http://hl7.org/fhir\"><active value=\"yes\"/><multipleBirthInteger value=\"01\"/><gender value=\"a\"/><gender value=\"b\"/><language/></Patient>",
    );
    assert_eq!(json.as_deref(), Ok(r#"{"resourceType":"Patient","active":"yes","multipleBirthInteger":"01","gender":["a","b"],"language":null}"#));
}

#[test]
fn what_is_no_fhir_xml_is_named() {
    let patient = |inner: &str| format!("<Patient xmlns=\"http://hl7.org/fhir\">{inner}</Patient>");
    for (xml, expected) in [
        ("<!DOCTYPE Patient [<!ENTITY a \"b\">]><Patient xmlns=\"http://hl7.org/fhir\"/>".to_owned(), XmlErrorKind::DocumentType),
        ("<Patient/>".to_owned(), XmlErrorKind::Namespace),
        ("<Patient xmlns=\"http://hl7.org/fhir\"/><Patient xmlns=\"http://hl7.org/fhir\"/>".to_owned(), XmlErrorKind::OneResource),
        (String::new(), XmlErrorKind::OneResource),
        ("<Foo xmlns=\"http://hl7.org/fhir\"/>".to_owned(), XmlErrorKind::UnknownType),
        ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><Patient xmlns=\"http://hl7.org/fhir\"/>".to_owned(), XmlErrorKind::NotUtf8),
        (patient("<foo/>"), XmlErrorKind::UnknownElement("foo".into())),
        (patient("<active foo=\"x\" value=\"true\"/>"), XmlErrorKind::UnknownAttribute("foo".into())),
        (patient("<active value=\"&a;\"/>"), XmlErrorKind::Malformed),
        (patient("<active value=\"true\" value=\"true\"/>"), XmlErrorKind::Malformed),
        (patient("<active value=\"true\">"), XmlErrorKind::Malformed),
        (patient("text"), XmlErrorKind::Text),
        (patient("<contained/>"), XmlErrorKind::OneResource),
        (patient("<contained><Patient/><Patient/></contained>"), XmlErrorKind::OneResource),
        (patient(&"<extension url=\"a\">".repeat(500)), XmlErrorKind::TooDeep),
    ] {
        assert_eq!(to_json(&xml), Err(expected), "{}", xml.get(..200).unwrap_or(&xml));
    }
}

#[test]
fn what_has_no_form_in_xml_is_refused() {
    assert_eq!(to_xml(r#"{"resourceType":"Patient","nope":1}"#), Err(XmlErrorKind::UnknownElement("nope".into())));
    assert_eq!(to_xml(r#"{"resourceType":"Patient","birthDate":null}"#), Err(XmlErrorKind::NoForm));
    assert_eq!(to_xml(r#"{"resourceType":"Patient","name":["x"]}"#), Err(XmlErrorKind::NoForm));
    assert_eq!(to_xml(r#"{"resourceType":"Patient","text":{"div":"<div>x"}}"#), Err(XmlErrorKind::NoForm));
    assert_eq!(to_xml(r#"{"resourceType":"Patient","name":[{"family":"\u0001"}]}"#), Err(XmlErrorKind::NoForm));
}
