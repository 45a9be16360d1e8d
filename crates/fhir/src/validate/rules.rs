//! Rules of single data types, and bindings of coded ones.

use super::Visitor;
use super::format::base64_length;
use super::primitive::text_of;
use super::walk::Walk;
use crate::issue::Problem;
use crate::json::Value;
use crate::r4::{Child, Role, ValueSetId};

impl<'d, V: Visitor<'d>> Walk<'d, '_, V> {
    /// What a type asks beyond its elements.
    pub(super) fn rules(&mut self, role: Role, value: Value<'d>) {
        match role {
            Role::Extension => self.extension(value),
            Role::Attachment => self.attachment(value),
            Role::Bundle => self.bundle(value),
            _ => {}
        }
    }

    /// ext-1: <https://hl7.org/fhir/R4/extensibility.html#Extension>.
    fn extension(&mut self, value: Value<'d>) {
        let has_value = value.members().any(|it| it.key_source().trim_start_matches('_').starts_with("value"));
        if has_value == value.get("extension").is_some() {
            self.fail(Problem::ExtensionContent, value, &[]);
        }
    }

    /// The size is that of the decoded data: <https://hl7.org/fhir/R4/datatypes.html#Attachment>.
    fn attachment(&mut self, value: Value<'d>) {
        let (Some(size), Some(data)) = (value.get("size"), text_of(value, "data")) else { return };
        let stated = size.number_source().and_then(|it| it.parse::<usize>().ok());
        let actual = base64_length(data.as_bytes());
        if let (Some(stated), Some(actual)) = (stated, actual)
            && stated != actual
        {
            self.fail(Problem::AttachmentSize, size, &[]);
        }
    }

    /// The required binding of a `Coding` or `CodeableConcept`: <https://hl7.org/fhir/R4/terminologies.html#required>.
    pub(super) fn bound(&mut self, child: &Child, value: Value<'d>) {
        let Some(set) = child.binding else { return };
        match self.tables.type_row(child.ty).role {
            Role::Coding if !self.in_set(set, value) => self.outside(Problem::CodeUnknown, set, child, value),
            Role::CodeableConcept => {
                let Some(codings) = value.get("coding") else {
                    return self.outside(Problem::CodeMissing, set, child, value);
                };
                if !codings.items().any(|it| self.in_set(set, it)) {
                    self.outside(Problem::CodeUnknown, set, child, value);
                }
            }
            _ => {}
        }
    }

    fn in_set(&self, set: ValueSetId, coding: Value<'d>) -> bool {
        let (system, code) = (text_of(coding, "system"), text_of(coding, "code"));
        self.tables.value_sets().has_coding(set, system.as_deref().unwrap_or(""), code.as_deref().unwrap_or(""))
    }

    fn outside(&mut self, problem: Problem, set: ValueSetId, child: &Child, value: Value<'d>) {
        let url = self.tables.value_sets().url(set);
        self.fail(problem, value, &[child.name, &url]);
    }
}
