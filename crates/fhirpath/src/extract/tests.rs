use super::*;
use crate::{Target, find};
use rihla_fhir::issue::Issues;
use rihla_fhir::json::{Doc, Limits, parse};
use rihla_fhir::validate::{Options, validate};

fn resource_type(name: &str) -> TypeId {
    tables().resource_type(name).expect("type")
}

fn parsed(text: &str) -> Doc<'_> {
    parse(text.as_bytes(), &Limits::default()).expect("json")
}

/// The values of one parameter, each in a short form. Both walks must agree.
fn values(text: &str, code: &str) -> Vec<String> {
    let doc = parsed(text);
    let zone = Zone::named("Africa/Casablanca").expect("zone");
    let type_id = resource_type(&doc.root().get("resourceType").and_then(|name| name.as_str()).expect("type"));
    let mut alone = Vec::new();
    assert_eq!(extract(doc.root(), type_id, &zone, &mut alone), Extracted::default());
    let mut walked = Vec::new();
    let mut extractor = Extractor::new(doc.root(), type_id, &zone, &mut walked);
    let mut issues = Issues::default();
    validate(doc.root(), None, Options::default(), &mut extractor, &mut issues);
    assert_eq!(extractor.finish(), Extracted::default());
    assert_eq!(alone, walked);
    let param = find(type_id, code).expect("parameter");
    let counts = |entry: &&Entry<'_>| {
        param.fields.iter().any(|used| {
            let target = used.target_filter.is_none_or(|filter| matches!(&entry.value, IndexValue::Reference { target } if target.type_id() == Some(filter)));
            let system = used.system_filter.is_none_or(|filter| matches!(&entry.value, IndexValue::Token { system: Some(system), .. } if system == filter));
            used.field == entry.field && target && system
        })
    };
    walked.iter().filter(counts).map(|entry| shown(&entry.value)).collect()
}

fn shown(value: &IndexValue<'_>) -> String {
    let or_dash = |text: &Option<Cow<'_, str>>| text.as_deref().unwrap_or("-").to_owned();
    let moment = |at: i64| match at {
        i64::MIN => "…".to_owned(),
        i64::MAX => "…".to_owned(),
        at => jiff::Timestamp::from_millisecond(at).expect("time").to_string(),
    };
    match value {
        IndexValue::Token { system, code, display } => format!("{}|{}|{}", or_dash(system), or_dash(code), or_dash(display)),
        IndexValue::Reference { target } => target_shown(target),
        IndexValue::Date { lo, hi } => format!("{}/{}", moment(*lo), moment(*hi)),
        IndexValue::Number { value } => value.to_string(),
        IndexValue::Quantity { value, system, code, unit, comparator } => {
            format!("{}{value}|{}|{}|{}", comparator.as_deref().unwrap_or(""), or_dash(system), or_dash(code), or_dash(unit))
        }
        IndexValue::String(text) | IndexValue::Uri(text) => text.to_string(),
        IndexValue::Composite(parts) => parts.iter().map(shown).collect::<Vec<_>>().join(" $ "),
    }
}

fn target_shown(target: &Target<'_>) -> String {
    let of = |type_id: &Option<TypeId>| type_id.map_or("?", |id| tables().type_name(id));
    match target {
        Target::Local { type_id, id, version } => format!("{}/{id}@{}", tables().type_name(*type_id), version.as_deref().unwrap_or("")),
        Target::Absolute { url, type_id } => format!("{url} ({})", of(type_id)),
        Target::Urn { urn, type_id } => format!("{urn} ({})", of(type_id)),
        Target::Contained { id, type_id } => format!("#{id} ({})", of(type_id)),
        Target::Identifier { system, value, type_id } => {
            format!("id {}|{} ({})", system.as_deref().unwrap_or(""), value.as_deref().unwrap_or(""), of(type_id))
        }
        Target::Canonical { url, version } => format!("{url} | {}", version.as_deref().unwrap_or("")),
    }
}

#[test]
fn concepts_give_each_coding_and_their_text() {
    let text = r#"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4","display":"Heart rate"},{"code":"pulse"}],"text":"Pouls"}}"#;
    assert_eq!(values(text, "code"), ["http://loinc.org|8867-4|Heart rate", "-|pulse|-", "-|-|Pouls"]);
    assert_eq!(values(text, "combo-code").len(), 3);
    assert_eq!(values(text, "status"), ["-|final|-"]);
}

#[test]
fn identifiers_contact_points_and_booleans_are_tokens() {
    let text = r#"{"resourceType":"Patient","active":true,"identifier":[{"system":"urn:ipp","value":"42"},{"value":"7"}],
        "telecom":[{"system":"phone","value":"+212600000000"},{"system":"email","value":"a@b.ma"},{"value":"x"}]}"#;
    assert_eq!(values(text, "identifier"), ["urn:ipp|42|-", "-|7|-"]);
    assert_eq!(values(text, "active"), ["-|true|-"]);
    assert_eq!(values(text, "telecom").len(), 3);
    assert_eq!(values(text, "phone"), ["phone|+212600000000|-"]);
    assert_eq!(values(text, "email"), ["email|a@b.ma|-"]);
}

#[test]
fn a_death_is_told_by_flag_and_by_date() {
    let of = |deceased: &str, code: &str| values(&format!(r#"{{"resourceType":"Patient"{deceased}}}"#), code);
    assert_eq!(of("", "deceased"), ["-|false|-"]);
    assert_eq!(of(r#","deceasedBoolean":false"#, "deceased"), ["-|false|-"]);
    assert_eq!(of(r#","deceasedBoolean":true"#, "deceased"), ["-|true|-"]);
    assert_eq!(of(r#","deceasedDateTime":"2026-03-01T10:00:00Z""#, "deceased"), ["-|true|-"]);
    assert_eq!(of(r#","deceasedDateTime":"2026-03-01T10:00:00Z""#, "death-date"), ["2026-03-01T10:00:00Z/2026-03-01T10:00:00.999Z"]);
    assert!(of(r#","deceasedBoolean":true"#, "death-date").is_empty());
}

#[test]
fn references_tell_their_targets() {
    let of = |reference: &str, code: &str| values(&format!(r#"{{"resourceType":"Observation","status":"final","code":{{}},"subject":{reference}}}"#), code);
    assert_eq!(of(r#"{"reference":"Patient/1"}"#, "patient"), ["Patient/1@"]);
    assert_eq!(of(r#"{"reference":"Patient/1/_history/4"}"#, "subject"), ["Patient/1@4"]);
    assert_eq!(of(r#"{"reference":"Group/1"}"#, "subject"), ["Group/1@"]);
    assert!(of(r#"{"reference":"Group/1"}"#, "patient").is_empty());
    assert_eq!(of(r#"{"reference":"http://x.ma/fhir/Patient/1"}"#, "patient"), ["http://x.ma/fhir/Patient/1 (Patient)"]);
    assert_eq!(of(r#"{"reference":"http://x.ma/about"}"#, "subject"), ["http://x.ma/about (?)"]);
    assert_eq!(of(r#"{"reference":"urn:uuid:1","type":"Patient"}"#, "patient"), ["urn:uuid:1 (Patient)"]);
    assert_eq!(of(r#"{"type":"Patient","identifier":{"system":"s","value":"v"}}"#, "patient"), ["id s|v (Patient)"]);
    assert_eq!(of(r#"{"reference":"urn:uuid:1","type":"http://hl7.org/fhir/StructureDefinition/Patient"}"#, "patient"), ["urn:uuid:1 (Patient)"]);
    assert_eq!(of(r#"{"reference":"Patient/1","identifier":{"value":"v"}}"#, "subject"), ["Patient/1@", "id |v (?)"]);
    assert_eq!(of(r#"{"reference":"Patient\/1"}"#, "subject"), ["Patient/1@"]);
    assert!(of(r#"{"display":"someone"}"#, "subject").is_empty());
}

#[test]
fn contained_resources_are_not_the_container() {
    let text = r##"{"resourceType":"Observation","status":"final","code":{},"contained":[{"resourceType":"Patient","id":"p","gender":"male"},{"resourceType":"Observation","id":"o","status":"final","code":{"text":"inner"}}],"subject":{"reference":"#p"}}"##;
    assert_eq!(values(text, "patient"), ["#p (Patient)"]);
    assert!(values(text, "code").is_empty());
    assert_eq!(values(text, "status"), ["-|final|-"]);
}

#[test]
fn canonicals_part_from_their_version() {
    let text = r#"{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"http://x/q|2"}"#;
    assert_eq!(values(text, "questionnaire"), ["http://x/q | 2"]);
    let profiled = r#"{"resourceType":"Patient","meta":{"profile":["http://x/p|1"],"tag":[{"system":"s","code":"t"}],"source":"urn:x"}}"#;
    assert_eq!(values(profiled, "_profile"), ["http://x/p|1"]);
    assert_eq!(values(profiled, "_tag"), ["s|t|-"]);
    assert_eq!(values(profiled, "_source"), ["urn:x"]);
}

#[test]
fn periods_and_schedules_cover_their_outer_limits() {
    let encounter = |period: &str| values(&format!(r#"{{"resourceType":"Encounter","status":"planned","class":{{}},"period":{period}}}"#), "date");
    assert_eq!(encounter(r#"{"start":"2026-01-05","end":"2026-01-06"}"#), ["2026-01-04T23:00:00Z/2026-01-06T22:59:59.999Z"]);
    assert_eq!(encounter(r#"{"start":"2026-01-05"}"#), ["2026-01-04T23:00:00Z/…"]);
    assert_eq!(encounter(r#"{"end":"2026-01-05"}"#), ["…/2026-01-05T22:59:59.999Z"]);
    assert!(encounter(r#"{"id":"x"}"#).is_empty());
    let timing = |timing: &str| values(&format!(r#"{{"resourceType":"Observation","status":"final","code":{{}},"effectiveTiming":{timing}}}"#), "date");
    assert_eq!(timing(r#"{"event":["2026-03-02T00:00:00Z","2026-03-01T00:00:00Z"]}"#), ["2026-03-01T00:00:00Z/2026-03-02T00:00:00.999Z"]);
    assert_eq!(
        timing(r#"{"repeat":{"boundsPeriod":{"start":"2026-03-01T00:00:00Z","end":"2026-03-02T00:00:00Z"},"frequency":1}}"#),
        ["2026-03-01T00:00:00Z/2026-03-02T00:00:00.999Z"]
    );
    assert!(timing(r#"{"repeat":{"frequency":1,"period":1,"periodUnit":"d"}}"#).is_empty());
}

#[test]
fn choices_are_told_apart_by_type() {
    let of =
        |value: &str, code: &str| values(&format!(r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"code":"c"}}]}},{value}}}"#), code);
    let quantity = r#""valueQuantity":{"value":1.50,"comparator":"<","unit":"gram","system":"http://unitsofmeasure.org","code":"g"}"#;
    assert_eq!(of(quantity, "value-quantity"), ["<1.5|http://unitsofmeasure.org|g|gram"]);
    assert!(of(quantity, "value-concept").is_empty());
    assert_eq!(of(r#""valueString":"Né à l'aube""#, "value-string"), ["Né à l'aube"]);
    assert_eq!(of(r#""valueCodeableConcept":{"text":"oui"}"#, "value-string"), ["oui"]);
    assert_eq!(of(r#""valueCodeableConcept":{"coding":[{"code":"y"}]}"#, "value-concept"), ["-|y|-"]);
    assert_eq!(of(r#""valueDateTime":"2026-03-01T10:00:00Z""#, "value-date").len(), 1);
    assert!(of(r#""valueSampledData":{"origin":{"value":0},"period":1,"dimensions":1}"#, "value-quantity").is_empty());
    assert!(of(r#""valueQuantity":{"unit":"g"}"#, "value-quantity").is_empty());
}

#[test]
fn ranges_and_money_are_quantities() {
    let condition = |onset: &str, code: &str| values(&format!(r#"{{"resourceType":"Condition","subject":{{}},{onset}}}"#), code);
    let age = r#"{"value":5,"system":"http://unitsofmeasure.org","code":"a"}"#;
    assert_eq!(condition(&format!(r#""onsetAge":{age}"#), "onset-age"), ["5|http://unitsofmeasure.org|a|-"]);
    assert_eq!(condition(&format!(r#""onsetRange":{{"low":{age}}}"#), "onset-age"), ["5|http://unitsofmeasure.org|a|-", "inf|http://unitsofmeasure.org|a|-"]);
    assert_eq!(condition(r#""onsetRange":{"low":{"value":1},"high":{"value":2}}"#, "onset-age"), ["1|-|-|-", "2|-|-|-"]);
    assert_eq!(condition(r#""onsetPeriod":{"start":"2020"}"#, "onset-date").len(), 1);
    let invoice = r#"{"resourceType":"Invoice","status":"issued","totalGross":{"value":12.5,"currency":"MAD"}}"#;
    assert_eq!(values(invoice, "totalgross"), ["12.5|urn:iso:std:iso:4217|MAD|-"]);
    let risk = r#"{"resourceType":"RiskAssessment","status":"final","subject":{},"prediction":[{"probabilityDecimal":0.25},{"probabilityRange":{"low":{"value":0.1},"high":{"value":0.2}}}]}"#;
    assert_eq!(values(risk, "probability"), ["0.25", "0.1", "0.2"]);
}

#[test]
fn names_give_one_entry_a_part() {
    let text = r#"{"resourceType":"Patient","name":[{"family":"El Amrani","given":["Fatima","Zahra"],"prefix":["Mme"]},{"text":"فاطمة"}],"address":[{"line":["3, rue"],"city":"Rabat"}]}"#;
    assert_eq!(values(text, "name"), ["El Amrani", "Fatima", "Zahra", "Mme", "فاطمة"]);
    assert_eq!(values(text, "given"), ["Fatima", "Zahra"]);
    assert_eq!(values(text, "address"), ["3, rue", "Rabat"]);
    assert_eq!(values(text, "address-city"), ["Rabat"]);
}

#[test]
fn composites_pair_within_one_instance() {
    let text = r#"{"resourceType":"Observation","status":"final","code":{"coding":[{"code":"bp"}],"text":"TA"},
        "component":[{"code":{"coding":[{"code":"sys"},{"code":"sys2"}]},"valueQuantity":{"value":120}},{"code":{"coding":[{"code":"dia"}]},"valueQuantity":{"value":80}}]}"#;
    assert_eq!(values(text, "component-code-value-quantity"), ["-|sys|- $ 120|-|-|-", "-|sys2|- $ 120|-|-|-", "-|dia|- $ 80|-|-|-"]);
    assert_eq!(values(text, "combo-code-value-quantity").len(), 3);
    assert!(values(text, "code-value-quantity").is_empty());
    let single = r#"{"resourceType":"Observation","status":"final","valueQuantity":{"value":37},"code":{"coding":[{"code":"t"}]}}"#;
    assert_eq!(values(single, "code-value-quantity"), ["-|t|- $ 37|-|-|-"]);
    assert_eq!(values(single, "combo-code-value-quantity"), ["-|t|- $ 37|-|-|-"]);
}

#[test]
fn a_composite_may_take_a_part_from_the_whole_resource() {
    let text = r#"{"resourceType":"MolecularSequence","coordinateSystem":0,"variant":[{"start":1,"end":2},{"start":3,"end":4}],"referenceSeq":{"chromosome":{"coding":[{"code":"7"}]}}}"#;
    assert_eq!(values(text, "chromosome-variant-coordinate"), ["-|7|- $ 1 $ 2", "-|7|- $ 3 $ 4"]);
}

#[test]
fn conditions_on_the_way_are_kept() {
    let text = r#"{"resourceType":"Library","status":"draft","type":{},"relatedArtifact":[{"type":"composed-of","resource":"http://x/a"},{"type":"depends-on","resource":"http://x/b|1"},{"resource":"http://x/c"}]}"#;
    assert_eq!(values(text, "composed-of"), ["http://x/a | "]);
    assert_eq!(values(text, "depends-on"), ["http://x/b | 1"]);
    let bundle = r#"{"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Composition","id":"c"}},{"resource":{"resourceType":"Patient","id":"p"}}]}"#;
    assert_eq!(values(bundle, "composition"), ["Composition/c@"]);
}

#[test]
fn escaped_text_is_resolved_and_plain_text_is_lent() {
    let text = r#"{"resourceType":"Patient","name":[{"family":"Ben\u0020Ali","given":["Ali"]}]}"#;
    assert_eq!(values(text, "family"), ["Ben Ali"]);
    let doc = parsed(text);
    let mut out = Vec::new();
    extract(doc.root(), resource_type("Patient"), &Zone::utc(), &mut out);
    assert!(out.iter().any(|entry| matches!(&entry.value, IndexValue::String(Cow::Borrowed("Ali")))));
}

#[test]
fn too_many_combinations_are_bounded_and_told() {
    let codings = |count: usize| (0..count).map(|n| format!(r#"{{"code":"c{n}"}}"#)).collect::<Vec<_>>().join(",");
    let text = format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{}]}},"valueCodeableConcept":{{"coding":[{}]}}}}"#,
        codings(2_000),
        codings(2_000)
    );
    let doc = parsed(&text);
    let mut out = Vec::new();
    let extracted = extract(doc.root(), resource_type("Observation"), &Zone::utc(), &mut out);
    assert!(extracted.combinations_left_out > 0);
    assert!(out.len() < 6_000, "{}", out.len());
}
