//! A provider's description of itself (<https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata>).

use crate::file::may_be_called;
use rihla_jose::json::{object, text, texts};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub authorization: String,
    pub token: String,
    pub keys: String,
    pub userinfo: Option<String>,
    /// Its secret is taken in the form alone, not in a header.
    pub secret_in_form: bool,
    /// It names itself in its answers (RFC 9207).
    pub names_itself: bool,
}

impl Metadata {
    /// The text says what is wrong.
    pub fn read(bytes: &[u8], issuer: &str, plain: bool) -> Result<Self, &'static str> {
        let doc = object(bytes).ok_or("the description is no JSON object")?;
        let root = doc.root();
        // By the letter: a description of another issuer is another's (spec.md, TR-1).
        if text(root, "issuer").is_none_or(|said| said != issuer) {
            return Err("the description is of another issuer");
        }
        let address = |name: &str| text(root, name).filter(|url| may_be_called(url, plain));
        let methods = texts(root, "token_endpoint_auth_methods_supported").unwrap_or_else(|| vec!["client_secret_basic".into()]);
        Ok(Self {
            authorization: address("authorization_endpoint").ok_or("the description lacks authorization_endpoint")?,
            token: address("token_endpoint").ok_or("the description lacks token_endpoint")?,
            keys: address("jwks_uri").ok_or("the description lacks jwks_uri")?,
            userinfo: address("userinfo_endpoint"),
            secret_in_form: !methods.iter().any(|method| method == "client_secret_basic"),
            names_itself: root.get("authorization_response_iss_parameter_supported").is_some_and(|said| said.as_bool() == Some(true)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str =
        r#"{"issuer":"https://id.test/","authorization_endpoint":"https://id.test/a","token_endpoint":"https://id.test/t","jwks_uri":"https://id.test/k"}"#;

    #[test]
    fn tr_1_a_description_is_of_the_issuer_itself_and_names_addresses_that_may_be_called() {
        let read = |text: &str| Metadata::read(text.as_bytes(), "https://id.test/", false);
        let known = read(SAID).expect("a description");
        assert_eq!((known.token.as_str(), known.userinfo, known.secret_in_form), ("https://id.test/t", None, false));
        for other in ["evil.test/\"", "id.test\""] {
            assert_eq!(read(&SAID.replace("id.test/\"", other)).expect_err(other), "the description is of another issuer");
        }
        assert_eq!(read(&SAID.replace("https://id.test/k", "http://id.test/k")).expect_err("in the clear"), "the description lacks jwks_uri");
        assert!(read("[]").is_err());
    }
}
