//! What an operator writes about the provider.

use rihla_kernel::SiteId;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The provider, and what its claims mean here. As TOML:
///
/// ```toml
/// issuer = "https://id.example/realms/hospital"
/// client_id = "rihla"
/// client_secret_file = "/etc/rihla/provider-secret"   # none: a public client
/// authority = "/etc/rihla/provider-ca.pem"            # none: the authorities that the machine trusts
/// make_accounts = true
///
/// [names]                                             # on the button of the sign-in page
/// fr = "Compte de la fondation"
///
/// [claims]
/// login = "preferred_username"
/// roles = "realm_access.roles"
///
/// [two_factors]
/// amr = ["otp", "hwk"]
///
/// [[role]]
/// value = "med-cardio"
/// role = "physician"
/// unit = "loc-cardio"                                 # none: all of the site
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub issuer: String,
    pub client_id: String,
    #[serde(default)]
    pub client_secret_file: Option<String>,
    #[serde(default)]
    pub authority: Option<String>,
    /// Whom the provider knows and this server does not gets an account.
    #[serde(default)]
    pub make_accounts: bool,
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    pub names: BTreeMap<String, String>,
    #[serde(default)]
    pub claims: Claims,
    #[serde(default)]
    pub two_factors: TwoFactors,
    #[serde(default, rename = "role")]
    pub roles: Vec<Listed>,
}

/// Where in the claims something stands; a dot goes into an object.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Claims {
    pub login: String,
    pub name: String,
    pub roles: String,
}

impl Default for Claims {
    fn default() -> Self {
        Self { login: "preferred_username".into(), name: "name".into(), roles: "roles".into() }
    }
}

/// Any of them says that two factors were used.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TwoFactors {
    pub amr: Vec<String>,
    pub acr: Vec<String>,
}

/// What a role of the provider is here.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    pub value: String,
    pub role: String,
    /// None: the site of this server.
    #[serde(default)]
    pub site: Option<u16>,
    #[serde(default)]
    pub unit: Option<String>,
}

impl Listed {
    pub fn site(&self, own: SiteId) -> SiteId {
        self.site.map_or(own, SiteId)
    }
}

fn scopes() -> Vec<String> {
    vec!["openid".into(), "profile".into()]
}

impl Settings {
    /// `plain`: an address of this machine may be called without TLS. `known`: the roles of the pack. The text says what to
    /// put right.
    pub fn read(text: &str, plain: bool, known: &[String]) -> Result<Self, String> {
        let settings: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if !may_be_called(&settings.issuer, plain) {
            return Err(format!("issuer {}: an address with https:// is needed", settings.issuer));
        }
        if settings.client_id.is_empty() {
            return Err("client_id is empty".into());
        }
        if settings.names.is_empty() {
            return Err("names: the button of the sign-in page needs a name, such as fr = \"…\"".into());
        }
        if !settings.scopes.iter().any(|scope| scope == "openid") {
            return Err("scopes: openid is not among them".into());
        }
        match settings.roles.iter().find(|listed| !known.contains(&listed.role)) {
            Some(listed) => Err(format!("role {}: the pack has no such role", listed.role)),
            None => Ok(settings),
        }
    }

    /// The provider's name in a language, or in one of those that there are.
    pub fn name(&self, lang: &str) -> &str {
        self.names.get(lang).or_else(|| self.names.values().next()).map_or("", String::as_str)
    }
}

/// Whether a provider's address may be called.
pub(crate) fn may_be_called(url: &str, plain: bool) -> bool {
    let host = |rest: &str| rest.split(['/', '?', '#']).next().is_some_and(|host| !host.is_empty() && !host.contains('@'));
    match url.split_once("://") {
        Some(("https", rest)) => host(rest),
        Some(("http", rest)) if plain => {
            let name = rest.split(['/', '?', '#']).next().unwrap_or("");
            let name = name.rsplit_once(':').map_or(name, |(name, _)| name);
            matches!(name, "127.0.0.1" | "localhost" | "[::1]")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "issuer = 'https://id.test/'\nclient_id = 'rihla'\n[names]\nfr = 'Compte'\n";

    #[test]
    fn what_is_not_said_has_its_usual_meaning() {
        let read = Settings::read(LEAST, false, &[]).expect("settings");
        assert_eq!((read.issuer.as_str(), read.scopes.join(" ").as_str(), read.make_accounts), ("https://id.test/", "openid profile", false));
        assert_eq!((read.claims.login.as_str(), read.name("ar")), ("preferred_username", "Compte"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_reason() {
        let with = |more: &str| Settings::read(&format!("{LEAST}{more}"), false, &["nurse".into()]).expect_err(more);
        assert!(with("[[role]]\nvalue = 'x'\nrole = 'king'").contains("king"));
        assert!(with("[claims]\nlogn = 'x'").contains("logn"));
        let of = |text: &str| Settings::read(text, false, &[]).expect_err(text);
        assert!(of(&LEAST.replace("https", "http")).contains("https://"));
        assert!(of(&LEAST.replace("client_id", "scopes = ['profile']\nclient_id")).contains("openid"));
    }

    #[test]
    fn only_this_machine_is_called_in_the_clear_and_only_where_that_is_allowed() {
        for (url, plain, may) in [
            ("https://id.test/x", false, true),
            ("http://127.0.0.1:9/x", true, true),
            ("http://127.0.0.1:9/x", false, false),
            ("http://id.test", true, false),
            ("http://localhost.id.test", true, false),
            ("https://user@id.test", false, false),
            ("https://", false, false),
            ("ftp://id.test", true, false),
        ] {
            assert_eq!(may_be_called(url, plain), may, "{url}");
        }
    }
}
