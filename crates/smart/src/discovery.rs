//! Documents that tell a program where to go and what is understood
//! (<https://hl7.org/fhir/smart-app-launch/conformance.html>, RFC 8414, OpenID Connect Discovery).

use crate::answer::Reply;
use crate::keys::ALGORITHM;
use crate::smart::Smart;
use rihla_jose::Algorithm;
use rihla_jose::json::Object;

/// Paths from the issuer.
pub const AUTHORIZE: &str = "/oauth/authorize";
pub const TOKEN: &str = "/oauth/token";
pub const REVOKE: &str = "/oauth/revoke";
pub const INTROSPECT: &str = "/oauth/introspect";
pub const REGISTER: &str = "/oauth/register";
pub const JWKS: &str = "/oauth/jwks";
pub const METADATA: &str = "/.well-known/oauth-authorization-server";
pub const OPENID: &str = "/.well-known/openid-configuration";
/// From the FHIR base.
pub const SMART: &str = "/.well-known/smart-configuration";

const CAPABILITIES: [&str; 16] = [
    "launch-ehr",
    "launch-standalone",
    "authorize-post",
    "client-public",
    "client-confidential-symmetric",
    "client-confidential-asymmetric",
    "sso-openid-connect",
    "context-ehr-patient",
    "context-ehr-encounter",
    "context-standalone-patient",
    "permission-offline",
    "permission-online",
    "permission-patient",
    "permission-user",
    "permission-v1",
    "permission-v2",
];
const SCOPES: [&str; 9] =
    ["openid", "fhirUser", "launch", "launch/patient", "offline_access", "online_access", "patient/*.cruds", "user/*.cruds", "system/*.cruds"];

impl Smart {
    /// Public keys, for whoever checks an `id_token`.
    pub fn jwks(&self) -> Reply {
        Reply::document(self.keys().document())
    }

    /// `<FHIR base>/.well-known/smart-configuration`.
    pub fn smart_configuration(&self) -> Reply {
        Reply::document(self.described().texts("capabilities", CAPABILITIES).done())
    }

    /// The same for OAuth and OpenID Connect.
    pub fn metadata(&self) -> Reply {
        let out = self.described().texts("subject_types_supported", ["public"]).texts("id_token_signing_alg_values_supported", [ALGORITHM]);
        let out = out.texts("claims_supported", ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "fhirUser"]);
        Reply::document(out.flag("authorization_response_iss_parameter_supported", true).done())
    }

    fn described(&self) -> Object {
        let mut out = Object::new().text("issuer", &self.settings.issuer).text("jwks_uri", &self.address(JWKS));
        let endpoints = [("authorization", AUTHORIZE), ("token", TOKEN), ("revocation", REVOKE), ("introspection", INTROSPECT), ("registration", REGISTER)];
        for (name, path) in endpoints {
            out = out.text(&format!("{name}_endpoint"), &self.address(path));
        }
        let methods = ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"];
        let proving = methods.into_iter().filter(|method| *method != "none");
        let algorithms = || Algorithm::OF_CLIENTS.map(Algorithm::name);
        let out = out.texts("token_endpoint_auth_methods_supported", methods).texts("token_endpoint_auth_signing_alg_values_supported", algorithms());
        let out = out.texts("revocation_endpoint_auth_methods_supported", methods).texts("revocation_endpoint_auth_signing_alg_values_supported", algorithms());
        let out =
            out.texts("introspection_endpoint_auth_methods_supported", proving).texts("introspection_endpoint_auth_signing_alg_values_supported", algorithms());
        let out = out.texts("grant_types_supported", ["authorization_code", "refresh_token", "client_credentials"]).texts("response_types_supported", ["code"]);
        out.texts("response_modes_supported", ["query"]).texts("scopes_supported", SCOPES).texts("code_challenge_methods_supported", ["S256"])
    }
}
