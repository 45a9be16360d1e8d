//! Small resources as JSON text. All names and numbers are made up.

/// A patient with what a test needs.
#[derive(Clone, Debug, Default)]
pub struct Patient {
    id: Option<String>,
    family: Option<String>,
    identifier: Option<(String, String)>,
    birth_date: Option<String>,
}

impl Patient {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    pub fn family(mut self, family: &str) -> Self {
        self.family = Some(family.to_owned());
        self
    }

    pub fn identifier(mut self, system: &str, value: &str) -> Self {
        self.identifier = Some((system.to_owned(), value.to_owned()));
        self
    }

    pub fn birth_date(mut self, date: &str) -> Self {
        self.birth_date = Some(date.to_owned());
        self
    }

    pub fn json(&self) -> String {
        let mut out = String::from(r#"{"resourceType":"Patient""#);
        if let Some(id) = &self.id {
            out.push_str(&format!(r#","id":"{id}""#));
        }
        if let Some((system, value)) = &self.identifier {
            out.push_str(&format!(r#","identifier":[{{"system":"{system}","value":"{value}"}}]"#));
        }
        if let Some(family) = &self.family {
            out.push_str(&format!(r#","name":[{{"family":"{family}"}}]"#));
        }
        if let Some(date) = &self.birth_date {
            out.push_str(&format!(r#","birthDate":"{date}""#));
        }
        out.push('}');
        out
    }
}

/// A finished measurement of the heart rate.
pub fn observation(subject: &str, date: &str, value: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"8867-4"}}]}},"subject":{{"reference":"{subject}"}},"effectiveDateTime":"{date}","valueQuantity":{{"value":{value},"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}}}}"#
    )
}

/// An entry of a batch or transaction. Empty texts are left out.
pub fn entry(full_url: &str, method: &str, url: &str, more: &str, resource: &str) -> String {
    let mut out = String::from("{");
    if !full_url.is_empty() {
        out.push_str(&format!(r#""fullUrl":"{full_url}","#));
    }
    if !resource.is_empty() {
        out.push_str(&format!(r#""resource":{resource},"#));
    }
    out.push_str(&format!(r#""request":{{"method":"{method}","url":"{url}"{more}}}}}"#));
    out
}

pub fn bundle(kind: &str, entries: &[String]) -> String {
    format!(r#"{{"resourceType":"Bundle","type":"{kind}","entry":[{}]}}"#, entries.join(","))
}

pub fn transaction(entries: &[String]) -> String {
    bundle("transaction", entries)
}
