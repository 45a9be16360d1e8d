use super::compile::{Compiled, NO_SAMPLES, compile};
use super::*;
use crate::Component;
use std::collections::BTreeSet;

fn compiled() -> Compiled {
    compile(tables())
}

fn resource(name: &str) -> TypeId {
    tables().resource_type(name).expect("type")
}

fn paths(type_name: &str, code: &str) -> Vec<&'static str> {
    let param = find(resource(type_name), code).expect("parameter");
    param.fields.iter().filter_map(|used| field(used.field)).map(|info| info.path).collect()
}

#[test]
fn every_parameter_compiles_but_the_listed_ones() {
    let compiled = compiled();
    let served: BTreeSet<&str> = compiled.drafts.iter().map(|draft| draft.parameter.id).collect();
    let failed: Vec<&str> = compiled.failed.iter().map(|exception| exception.parameter).collect();
    // R4 has no DeviceDefinition.classification: the parameter is of a later version.
    assert_eq!(failed, ["DeviceDefinition-classification"]);
    assert_eq!(served.len(), 1374);
    assert_eq!(served.len() + failed.len(), tables().search_parameters().len());
}

#[test]
fn only_sampled_data_are_left_out_of_parameters_that_are_served() {
    let compiled = compiled();
    assert!(compiled.ignored.iter().all(|exception| exception.why == NO_SAMPLES), "{:?}", compiled.ignored);
    let of: BTreeSet<&str> = compiled.ignored.iter().map(|exception| exception.parameter).collect();
    assert_eq!(of.into_iter().collect::<Vec<_>>(), ["Observation-combo-value-quantity", "Observation-component-value-quantity", "Observation-value-quantity"]);
}

#[test]
fn the_field_table_is_complete_and_only_grows() {
    let own = include_str!("../../tables/fields.tsv");
    let grown = generate(own);
    assert!(grown == own, "run cargo xtask codegen for {} new fields", grown.lines().count() - own.lines().count());
    let (head, rest) = own.split_at(own.len() / 2);
    let cut = head.rfind('\n').expect("line") + 1;
    let regrown = generate(&own[..cut]);
    assert!(regrown.starts_with(&own[..cut]));
    assert_eq!(regrown.lines().count(), head.lines().count() + rest.lines().count() - 1);
    let numbers: Vec<u16> = own.lines().skip(1).map(|line| line.split('\t').next().expect("number").parse().expect("number")).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(numbers.first(), Some(&1));
}

#[test]
fn parameters_share_the_fields_of_an_element() {
    let (patient, subject) = (find(resource("Observation"), "patient").expect("patient"), find(resource("Observation"), "subject").expect("subject"));
    assert_eq!(patient.fields[0].field, subject.fields[0].field);
    assert_eq!(patient.fields[0].target_filter, Some(resource("Patient")));
    assert_eq!(subject.fields[0].target_filter, None);
    assert_eq!(paths("Observation", "combo-code"), ["code", "component.code"]);
    assert_eq!(
        find(resource("Observation"), "combo-code").map(|param| param.fields[0].field),
        find(resource("Observation"), "code").map(|param| param.fields[0].field)
    );
    let (telecom, phone) = (find(resource("Patient"), "telecom").expect("telecom"), find(resource("Patient"), "phone").expect("phone"));
    assert_eq!(telecom.fields[0].field, phone.fields[0].field);
    assert_eq!(phone.fields[0].system_filter, Some("phone"));
}

#[test]
fn names_and_addresses_are_their_parts() {
    assert_eq!(paths("Patient", "name"), ["name.family", "name.given", "name.prefix", "name.suffix", "name.text"]);
    assert_eq!(paths("Patient", "family"), ["name.family"]);
    assert_eq!(paths("Location", "address").len(), 7);
    assert_eq!(paths("InsurancePlan", "name"), ["name", "alias"]);
}

#[test]
fn paths_say_what_narrows_them() {
    assert_eq!(paths("Observation", "value-quantity"), ["value.as(Quantity)"]);
    assert_eq!(paths("Observation", "value-date"), ["value"]);
    assert_eq!(paths("Observation", "value-string"), ["value", "value.as(CodeableConcept).text"]);
    assert_eq!(paths("Library", "composed-of"), ["relatedArtifact.where(type='composed-of').resource"]);
    assert_eq!(paths("Bundle", "message"), ["entry[0].resource"]);
    assert_eq!(paths("Patient", "deceased"), ["deceased.exists() and deceased != false"]);
    assert_eq!(paths("Patient", "_profile"), ["meta.profile"]);
}

#[test]
fn composites_know_their_components() {
    let param = find(resource("Observation"), "code-value-quantity").expect("parameter");
    assert_eq!(param.components, [Component { code: "code", kind: ParamKind::Token }, Component { code: "value-quantity", kind: ParamKind::Quantity }]);
    assert!(param.whole_resource);
    assert!(!find(resource("Observation"), "combo-code-value-quantity").expect("parameter").whole_resource);
    assert_eq!(paths("Observation", "combo-code-value-quantity").len(), 2);
    let crosswise = find(resource("DocumentReference"), "relationship").expect("parameter");
    assert_eq!(crosswise.components.iter().map(|part| part.kind).collect::<Vec<_>>(), [ParamKind::Token, ParamKind::Reference]);
}

#[test]
fn what_is_not_served_says_why() {
    for (type_name, code) in [("Location", "near"), ("Patient", "_text"), ("Patient", "_content"), ("Patient", "_query")] {
        let param = find(resource(type_name), code).expect("parameter");
        assert!(matches!(param.support, Support::None(why) if !why.is_empty()), "{code}");
        assert!(param.fields.is_empty());
    }
    for code in ["_id", "_lastUpdated"] {
        assert_eq!(find(resource("Patient"), code).map(|param| param.support), Some(Support::Store));
    }
    assert!(find(resource("Patient"), "nonsense").is_none());
    assert!(find(resource("Bundle"), "_text").is_none());
}

#[test]
fn every_served_parameter_has_fields() {
    for type_id in tables().resource_types() {
        for param in params_for(type_id) {
            assert_eq!(param.support == Support::Index, !param.fields.is_empty(), "{} {}", tables().type_name(type_id), param.code);
            assert!(param.fields.iter().all(|used| field(used.field).is_some_and(|info| info.type_id == type_id)));
        }
        assert!(params_for(type_id).windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}

#[test]
fn a_patients_compartment_has_fields_and_a_home() {
    let patients = compartment("Patient").expect("compartment");
    let names = |uses: &[FieldUse]| uses.iter().filter_map(|used| field(used.field)).map(|info| info.path).collect::<Vec<_>>();
    let of = |name: &str| patients.membership(resource(name)).expect("member");
    assert_eq!((names(&of("Observation").fields), names(&of("Observation").home)), (vec!["subject", "performer"], vec!["subject"]));
    assert_eq!(names(&of("Coverage").home), ["beneficiary"]);
    assert_eq!(names(&of("AllergyIntolerance").home), ["patient"]);
    assert_eq!(names(&of("Appointment").home), ["participant.actor"]);
    assert!(of("Patient").itself);
    assert!(patients.membership(resource("Organization")).is_none());
    assert!(patients.members().all(|(_, member)| member.itself || !member.home.is_empty()));
    assert!(patients.members().flat_map(|(_, member)| &member.fields).all(|used| used.target_filter == Some(resource("Patient"))));
    assert!(compartment("Encounter").is_some() && compartment("Observation").is_none());
}
