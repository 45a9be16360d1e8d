use super::*;

fn child(scope: &str, key: &str) -> Option<(String, &'static str)> {
    let tables = tables();
    let found = tables.child(tables.type_id(scope)?, key)?;
    Some((tables.element_path(found.element), tables.type_name(found.ty)))
}

#[test]
fn the_counts_are_those_of_r4() {
    let tables = tables();
    assert_eq!(tables.resource_types().count(), 146);
    assert_eq!(tables.search_parameters().len(), 1375);
    assert_eq!(tables.search_parameters().iter().map(|it| it.bases.len()).sum::<usize>(), 1706);
    assert_eq!(tables.compartments().len(), 5);
    assert!(tables.search_parameters().iter().all(|it| !it.expression.is_empty() && !it.bases.is_empty()));
}

#[test]
fn every_element_has_its_type() {
    let tables = tables();
    for id in (0..tables.element_count()).map(|n| ElementId(n as u16)) {
        assert!(tables.element(id).is_some_and(|row| !row.types.is_empty()), "{}", tables.element_path(id));
    }
    assert!(tables.loaded.types.iter().all(|row| row.elements.len() <= 128));
}

#[test]
fn resource_types_keep_their_numbers() {
    let tables = tables();
    for (name, number) in [("Account", 1), ("Bundle", 12), ("Observation", 96), ("Patient", 103), ("VisionPrescription", 146)] {
        assert_eq!(tables.resource_type(name), Some(TypeId(number)), "{name}");
        assert_eq!(tables.type_name(TypeId(number)), name);
    }
    assert_eq!(tables.resource_type("HumanName"), None);
    assert_eq!(tables.resource_type("DomainResource"), None);
}

#[test]
fn keys_resolve_to_elements_and_types() {
    assert_eq!(child("Observation", "valueQuantity"), Some(("Observation.value[x]".into(), "Quantity")));
    assert_eq!(child("Observation", "meta"), Some(("Resource.meta".into(), "Meta")));
    assert_eq!(child("Observation.component", "referenceRange"), Some(("Observation.component.referenceRange".into(), "Observation.referenceRange")));
    assert_eq!(child("Age", "value"), Some(("Quantity.value".into(), "decimal")));
    assert_eq!(child("Timing.repeat", "boundsPeriod"), Some(("Timing.repeat.bounds[x]".into(), "Period")));
    assert_eq!(child("Observation", "valueAttachment"), None);
    assert_eq!(child("Observation", "value"), None);
}

#[test]
fn the_makers_additions_are_not_in_the_tables() {
    assert_eq!(child("Meta", "project"), None);
    assert_eq!(child("Binary", "url"), None);
    assert_eq!(child("ResearchStudy", "associatedParty"), None);
    assert_eq!(tables().type_id("SubscriptionStatus"), None);
    assert_eq!(child("EvidenceVariable.characteristic", "definitionCanonical"), Some(("EvidenceVariable.characteristic.definition[x]".into(), "canonical")));
}

#[test]
fn paths_lead_through_data_types() {
    let tables = tables();
    let path = |text: &str| tables.element_by_path(text).map(|id| tables.element_path(id));
    assert_eq!(path("Patient.name.family").as_deref(), Some("HumanName.family"));
    assert_eq!(path("Observation.component.code").as_deref(), Some("Observation.component.code"));
    assert_eq!(path("Observation.value").as_deref(), Some("Observation.value[x]"));
    assert_eq!(path("Observation.value[x]").as_deref(), Some("Observation.value[x]"));
    assert_eq!(path("Observation.valueQuantity.code").as_deref(), Some("Quantity.code"));
    assert_eq!(path("Observation.nothing"), None);
}

#[test]
fn bindings_and_targets_are_facts_of_the_element() {
    let tables = tables();
    let status = tables.child(tables.type_id("Observation").expect("type"), "status").expect("child");
    let set = status.binding.expect("binding");
    assert!(tables.value_sets().has_code(set, "final"));
    assert!(!tables.value_sets().has_code(set, "finished"));
    assert!(tables.value_sets().has_coding(set, "http://hl7.org/fhir/observation-status", "final"));
    assert!(!tables.value_sets().has_coding(set, "http://example.org", "final"));
    let subject = tables.child(tables.type_id("Observation").expect("type"), "subject").expect("child");
    let names: Vec<_> = tables.targets(subject).iter().map(|it| tables.type_name(*it)).collect();
    assert_eq!(names, ["Patient", "Group", "Device", "Location"]);
    let focus = tables.child(tables.type_id("Observation").expect("type"), "focus").expect("child");
    assert!(tables.targets(focus).is_empty());
}

#[test]
fn search_parameters_reach_their_types() {
    let tables = tables();
    let patient = tables.type_id("Patient").expect("type");
    let codes: Vec<_> = tables.search_parameters_of(patient).map(|it| it.code).collect();
    for code in ["_id", "_lastUpdated", "family", "birthdate", "general-practitioner"] {
        assert!(codes.contains(&code), "{code}");
    }
    let composite = tables.search_parameters().iter().find(|it| it.id == "Observation-code-value-quantity").expect("parameter");
    assert_eq!(composite.kind, SearchKind::Composite);
    assert_eq!(composite.components.len(), 2);
}
