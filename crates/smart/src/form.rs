//! The fields of a request, each once.

use crate::answer::{Error, Refused};

/// Fields of an address or a form, already decoded.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

/// More is no request of any client.
const FIELD_MAX: usize = 16 << 10;

impl Form {
    /// Refuses a field that was sent twice (RFC 6749, 3.1). One without a value counts as left out.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, Refused> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in pairs {
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(Refused::new(Error::InvalidRequest, "A parameter was sent twice."));
            }
            if value.len() > FIELD_MAX {
                return Err(Refused::new(Error::InvalidRequest, "A parameter is too long."));
            }
            fields.push((name, value));
        }
        fields.retain(|(_, value)| !value.is_empty());
        Ok(Self(fields))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn need(&self, name: &str) -> Result<&str, Refused> {
        self.get(name).ok_or_else(|| Refused::new(Error::InvalidRequest, format!("The parameter {name} is missing.")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_there_once_or_not_at_all() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let form = Form::new([pair("a", "1"), pair("b", "")]).expect("a form");
        assert_eq!((form.get("a"), form.get("b")), (Some("1"), None));
        assert_eq!(form.need("b").expect_err("left out").error, Error::InvalidRequest);
        assert_eq!(Form::new([pair("a", "1"), pair("a", "")]).expect_err("twice").error, Error::InvalidRequest);
    }
}
