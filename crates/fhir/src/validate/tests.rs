//! The rules by example: a resource, and what must be said of it.

use super::*;
use crate::issue::Severity;
use crate::json::{Limits, parse};
use crate::r4::tables;

/// What is found, as `CODE expression`.
fn found(text: &str) -> Vec<String> {
    let doc = parse(text.as_bytes(), &Limits::default()).unwrap_or_else(|error| panic!("{error}: {text}"));
    let mut issues = Issues::default();
    validate(doc.root(), None, Options::default(), &mut (), &mut issues);
    issues.list().iter().map(|it| format!("{} {}", it.code().trim_start_matches("RH-FHIR-"), it.expression)).collect()
}

fn check(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(found(text), *expected, "{text}");
    }
}

#[test]
fn resources_say_what_they_are() {
    check(&[
        (r#"{"resourceType":"Patient"}"#, &[]),
        (r#"{"id":"1","resourceType":"Patient"}"#, &[]),
        ("[]", &["NOT-AN-OBJECT Resource"]),
        ("{}", &["NO-TYPE Resource"]),
        (r#"{"resourceType":1}"#, &["JSON-TYPE Resource"]),
        (r#"{"resourceType":"Patiant"}"#, &["UNKNOWN-TYPE Resource"]),
        (r#"{"resourceType":"DomainResource"}"#, &["UNKNOWN-TYPE Resource"]),
        (r#"{"resourceType":"Patient","resourceType":"Patient"}"#, &["DUPLICATE-KEY Patient"]),
    ]);
}

#[test]
fn structure_follows_the_tables() {
    check(&[
        (r#"{"resourceType":"Patient","fhir_comments":["x"]}"#, &["UNKNOWN-ELEMENT Patient"]),
        (r#"{"resourceType":"Patient","active":true,"active":true}"#, &["DUPLICATE-KEY Patient.active"]),
        (r#"{"resourceType":"Patient","\u0061ctive":true}"#, &[]),
        (r#"{"r\u0065sourceType":"Patient"}"#, &[]),
        (r#"{"resourceType":"Patient","name":{"family":"x"}}"#, &["MUST-REPEAT Patient.name"]),
        (r#"{"resourceType":"Patient","active":[true]}"#, &["NOT-REPEATING Patient.active"]),
        (r#"{"resourceType":"Patient","name":[]}"#, &["EMPTY Patient.name"]),
        (r#"{"resourceType":"Patient","name":[{}]}"#, &["EMPTY Patient.name[0]"]),
        (r#"{"resourceType":"Patient","name":[null]}"#, &["NULL Patient.name[0]"]),
        (r#"{"resourceType":"Patient","name":["x"]}"#, &["JSON-TYPE Patient.name[0]"]),
        (r#"{"resourceType":"Patient","active":null}"#, &["NULL Patient.active"]),
        (r#"{"resourceType":"Patient","_name":[{"id":"x"}]}"#, &["UNKNOWN-ELEMENT Patient.name"]),
        (r#"{"resourceType":"Patient","link":[{"type":"seealso"}]}"#, &["MISSING Patient.link[0]"]),
        (r#"{"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2020"}"#, &["CHOICE Patient.deceased.ofType(dateTime)"]),
        (r#"{"resourceType":"Patient","deceasedBoolean":true,"_deceasedDateTime":{"id":"x"}}"#, &["CHOICE Patient.deceased.ofType(dateTime)"]),
        (r#"{"resourceType":"Patient","deceasedBoolean":true,"_deceasedBoolean":{"id":"x"}}"#, &[]),
    ]);
}

#[test]
fn primitives_have_their_json_type_and_format() {
    check(&[
        (r#"{"resourceType":"Patient","active":"true"}"#, &["JSON-TYPE Patient.active"]),
        (r#"{"resourceType":"Patient","birthDate":"2023-02-29"}"#, &["FORMAT Patient.birthDate"]),
        (r#"{"resourceType":"Patient","birthDate":""}"#, &["EMPTY Patient.birthDate"]),
        (r#"{"resourceType":"Patient","name":[{"family":"\u0001"}]}"#, &["FORMAT Patient.name[0].family"]),
        (r#"{"resourceType":"Patient","name":[{"family":"  "}]}"#, &["BLANK Patient.name[0].family"]),
        (r#"{"resourceType":"Patient","multipleBirthInteger":1.5}"#, &["FORMAT Patient.multipleBirth.ofType(integer)"]),
        (r#"{"resourceType":"Patient","telecom":[{"rank":0}]}"#, &["FORMAT Patient.telecom[0].rank"]),
        (r#"{"resourceType":"Patient","id":"a b"}"#, &["FORMAT Patient.id"]),
    ]);
}

#[test]
fn siblings_of_primitives_stay_in_step() {
    check(&[
        (r#"{"resourceType":"Patient","name":[{"given":["a",null],"_given":[null,{"id":"x"}]}]}"#, &[]),
        (
            r#"{"resourceType":"Patient","name":[{"given":["a",null],"_given":[{"id":"x"},null]}]}"#,
            &["NULL Patient.name[0].given[1]", "NULL Patient.name[0].given[1]"],
        ),
        (r#"{"resourceType":"Patient","_birthDate":{"extension":[{"url":"http://a","valueCode":"x"}]}}"#, &[]),
        (r#"{"resourceType":"Patient","_birthDate":{"value":"x"}}"#, &["UNKNOWN-ELEMENT Patient.birthDate"]),
        (r#"{"resourceType":"Patient","_birthDate":"x"}"#, &["JSON-TYPE Patient.birthDate"]),
        (r#"{"resourceType":"Basic","code":{"text":"x"},"_created":{"extension":[{"valueCode":"x"}]}}"#, &["MISSING Basic.created.extension[0]"]),
    ]);
}

#[test]
fn required_codes_are_checked() {
    check(&[
        (r#"{"resourceType":"Patient","gender":"other"}"#, &[]),
        (r#"{"resourceType":"Patient","gender":"M"}"#, &["CODE-UNKNOWN Patient.gender"]),
        (
            r#"{"resourceType":"AllergyIntolerance","patient":{"display":"x"},"clinicalStatus":{"text":"x"}}"#,
            &["CODE-MISSING AllergyIntolerance.clinicalStatus"],
        ),
        (
            r#"{"resourceType":"AllergyIntolerance","patient":{"display":"x"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]}}"#,
            &[],
        ),
        (
            r#"{"resourceType":"AllergyIntolerance","patient":{"display":"x"},"clinicalStatus":{"coding":[{"system":"http://a","code":"active"}]}}"#,
            &["CODE-UNKNOWN AllergyIntolerance.clinicalStatus"],
        ),
    ]);
}

#[test]
fn references_point_where_they_may() {
    let with = |reference: &str| format!(r#"{{"resourceType":"Patient","managingOrganization":{reference}}}"#);
    for (reference, expected) in [
        (r#"{"reference":"Organization/1"}"#, None),
        (r#"{"reference":"http://a.example/fhir/Organization/1"}"#, None),
        (r#"{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}"#, None),
        (r#"{"reference":"Patient/1"}"#, Some("REFERENCE-TARGET Patient.managingOrganization.reference")),
        (r#"{"reference":"http://a.example/Patient/1"}"#, Some("REFERENCE-TARGET Patient.managingOrganization.reference")),
        (r#"{"type":"Patient","display":"x"}"#, Some("REFERENCE-TARGET Patient.managingOrganization.type")),
        (r#"{"type":"Organization","reference":"Patient/1"}"#, Some("REFERENCE-TYPE Patient.managingOrganization.reference")),
        (r#"{"reference":"Organization?name=x"}"#, Some("REFERENCE-FORM Patient.managingOrganization.reference")),
        (r##"{"reference":"#x"}"##, Some("LOCAL-REFERENCE Patient.managingOrganization.reference")),
    ] {
        assert_eq!(found(&with(reference)), expected.into_iter().collect::<Vec<_>>(), "{reference}");
    }
}

#[test]
fn contained_resources_are_tied_to_their_container() {
    check(&[
        (r##"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"}],"managingOrganization":{"reference":"#o"}}"##, &[]),
        (
            r##"{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"o"}],"managingOrganization":{"reference":"#o"}}"##,
            &["REFERENCE-TARGET Patient.managingOrganization.reference"],
        ),
        (r##"{"resourceType":"Patient","contained":[{"resourceType":"Organization"}]}"##, &["CONTAINED-ID Patient.contained[0]"]),
        (r##"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"}]}"##, &["CONTAINED-UNUSED Patient.contained[0]"]),
        (
            r##"{"resourceType":"Patient","contained":[{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":{"reference":"#"}}]}"##,
            &[],
        ),
        (
            r##"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","meta":{"versionId":"1"}}],"managingOrganization":{"reference":"#o"}}"##,
            &["CONTAINED-META Patient.contained[0].meta.versionId"],
        ),
        (
            r##"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"},{"resourceType":"Organization","id":"o"}],"managingOrganization":{"reference":"#o"}}"##,
            &["CONTAINED-TWICE Patient.contained[1]"],
        ),
        (
            r##"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","contained":[{"resourceType":"Patient","id":"p"}]}],"managingOrganization":{"reference":"#o"}}"##,
            &["CONTAINED-NESTED Patient.contained[0].contained[0]"],
        ),
    ]);
}

#[test]
fn extensions_have_a_url_and_one_content() {
    check(&[
        (r#"{"resourceType":"Patient","extension":[{"url":"http://a"}]}"#, &["EXTENSION-CONTENT Patient.extension[0]"]),
        (
            r#"{"resourceType":"Patient","extension":[{"url":"http://a","valueCode":"x","extension":[{"url":"b","valueCode":"x"}]}]}"#,
            &["EXTENSION-CONTENT Patient.extension[0]"],
        ),
        (r#"{"resourceType":"Patient","extension":[{"valueCode":"x"}]}"#, &["MISSING Patient.extension[0]"]),
        (r#"{"resourceType":"Patient","extension":[{"url":"http://a","_valueCode":{"id":"x"}}]}"#, &[]),
    ]);
}

#[test]
fn bundles_keep_their_rules() {
    let patient = r#"{"resourceType":"Patient","id":"1"}"#;
    let bundle = |kind: &str, entries: &str| format!(r#"{{"resourceType":"Bundle","type":"{kind}","entry":[{entries}]}}"#);
    for (text, expected) in [
        (bundle("collection", &format!(r#"{{"fullUrl":"http://a/Patient/1","resource":{patient}}}"#)), vec![]),
        (bundle("collection", &format!(r#"{{"fullUrl":"http://a/Patient/2","resource":{patient}}}"#)), vec!["BUNDLE-FULL-URL-ID Bundle.entry[0].fullUrl"]),
        (bundle("collection", &format!(r#"{{"fullUrl":"Patient/1","resource":{patient}}}"#)), vec!["BUNDLE-FULL-URL-RELATIVE Bundle.entry[0].fullUrl"]),
        (bundle("collection", &format!(r#"{{"resource":{patient},"request":{{"method":"POST","url":"Patient"}}}}"#)), vec!["BUNDLE-REQUEST Bundle.entry[0]"]),
        (bundle("transaction", &format!(r#"{{"resource":{patient}}}"#)), vec!["BUNDLE-REQUEST Bundle.entry[0]"]),
        (bundle("collection", r#"{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}"#), vec!["BUNDLE-ENTRY-EMPTY Bundle.entry[0]"]),
        (bundle("collection", r#"{"resource":{"resourceType":"Patient","gender":"x"}}"#), vec!["CODE-UNKNOWN Bundle.entry[0].resource.gender"]),
        (bundle("message", &format!(r#"{{"resource":{patient}}}"#)), vec!["BUNDLE-FIRST Bundle.entry[0]"]),
        (
            bundle(
                "transaction",
                r#"{"resource":{"resourceType":"Patient","managingOrganization":{"reference":"Organization?name=x"}},"request":{"method":"POST","url":"Patient"}}"#,
            ),
            vec![],
        ),
    ] {
        assert_eq!(found(&text), expected, "{text}");
    }
}

#[test]
fn the_number_of_issues_is_bounded() {
    let text = format!(r#"{{"resourceType":"Patient","name":[{}]}}"#, vec!["1"; 500].join(","));
    let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
    let mut issues = Issues::default();
    validate(doc.root(), None, Options::default(), &mut (), &mut issues);
    assert_eq!((issues.list().len(), issues.left_out(), issues.errors()), (100, 400, 500));
    assert!(!issues.accepted());
}

#[test]
fn a_warning_alone_is_accepted() {
    let doc = parse(br#"{"resourceType":"Patient","name":[{"family":" "}]}"#, &Limits::default()).expect("json");
    let mut issues = Issues::default();
    validate(doc.root(), None, Options::default(), &mut (), &mut issues);
    assert_eq!(issues.list().first().map(|it| it.severity()), Some(Severity::Warning));
    assert!(issues.accepted());
}

#[test]
fn an_expected_type_is_asked_for() {
    let doc = parse(br#"{"resourceType":"Patient"}"#, &Limits::default()).expect("json");
    let mut issues = Issues::default();
    let ty = validate(doc.root(), tables().resource_type("Observation"), Options::default(), &mut (), &mut issues);
    assert_eq!(ty, tables().resource_type("Patient"));
    assert_eq!(issues.list().first().map(|it| it.code()), Some("RH-FHIR-OTHER-TYPE"));
}

/// Writes down what it is shown, and goes into everything but names.
#[derive(Default)]
struct Log {
    lines: Vec<String>,
    open: usize,
}

impl Visitor<'_> for Log {
    fn enter(&mut self, visit: &Visit<'_>) -> bool {
        let flags = format!("{}{}", if visit.contained { " contained" } else { "" }, if visit.sibling { " sibling" } else { "" });
        self.lines.push(format!("{} {}{flags}", tables().element_path(visit.element), tables().type_name(visit.ty)));
        let wanted = tables().type_name(visit.ty) != "HumanName";
        self.open += usize::from(wanted);
        wanted
    }

    fn leave(&mut self) {
        self.open -= 1;
    }
}

#[test]
fn the_visitor_sees_each_instance_in_document_order() {
    let text = br##"{"resourceType":"Patient","id":"1","name":[{"family":"x"},{"family":"y"}],"_birthDate":{"id":"b"},"deceasedBoolean":false,
        "contained":[{"resourceType":"Organization","id":"o"}],"contact":[{"organization":{"reference":"#o"}}]}"##;
    let doc = parse(text, &Limits::default()).expect("json");
    let mut log = Log::default();
    validate(doc.root(), None, Options::default(), &mut log, &mut Issues::default());
    assert_eq!(log.open, 0);
    assert_eq!(
        log.lines,
        [
            "Resource.id id",
            "Patient.name HumanName",
            "Patient.name HumanName",
            "Patient.birthDate date sibling",
            "Element.id string",
            "Patient.deceased[x] boolean",
            "DomainResource.contained Organization contained",
            "Resource.id id contained",
            "Patient.contact Patient.contact",
            "Patient.contact.organization Reference",
            "Reference.reference string",
        ]
    );
}
