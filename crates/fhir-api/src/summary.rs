//! Which elements R4 marks as summary (<https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.isSummary>).

use rihla_fhir::r4::{TypeId, tables};
use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../tables/summary.txt");

/// Whether the element belongs to the summary of its resource type. A choice goes by its bare name.
pub fn is_summary(ty: TypeId, element: &str) -> bool {
    static BY_TYPE: LazyLock<HashMap<TypeId, Vec<&'static str>>> = LazyLock::new(|| {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
        rows.filter_map(|(name, elements)| Some((tables().resource_type(name)?, elements.split(' ').collect()))).collect()
    });
    element == "implicitRules" || BY_TYPE.get(&ty).is_some_and(|elements| elements.contains(&element))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resource_type_has_a_row_and_every_element_exists() {
        let rows: Vec<_> = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t')).collect();
        for ty in tables().resource_types() {
            assert!(rows.iter().any(|(name, _)| *name == tables().type_name(ty)), "{}", tables().type_name(ty));
        }
        for (name, elements) in rows {
            let ty = tables().resource_type(name).expect("a type of R4");
            for element in elements.split(' ').filter(|element| !element.is_empty()) {
                assert!(tables().element_named(ty, element).is_some(), "{name}.{element}");
            }
        }
    }

    #[test]
    fn the_summary_of_a_patient_leaves_out_contacts() {
        let patient = tables().resource_type("Patient").expect("a type of R4");
        assert!(is_summary(patient, "name") && is_summary(patient, "deceased") && !is_summary(patient, "contact"));
    }
}
