//! Whom the claims are about, in the words of this house.

use crate::file::Settings;
use crate::token::at;
use rihla_fhir::json::Value;
use rihla_identity::{DisplayName, Grant, Outside};
use rihla_jose::json::{text, texts};
use rihla_kernel::SiteId;

/// A person has no more roles than this.
const ROLES_MAX: usize = 64;
/// Languages of the screens, whose names a provider may give apart
/// (<https://openid.net/specs/openid-connect-core-1_0.html#ClaimsLanguagesAndScripts>).
const LANGS: [&str; 3] = ["fr", "ar", "en"];

/// Whether the claims say all that is asked of them.
pub(crate) fn says_enough(claims: Value<'_>, settings: &Settings) -> bool {
    let there = |path: &str| at(claims, path).is_some();
    let needs_roles = !settings.roles.is_empty() && !there(&settings.claims.roles);
    !needs_roles && (!settings.make_accounts || (there(&settings.claims.login) && there(&settings.claims.name)))
}

/// `more`: what the userinfo endpoint said, for what the token lacks.
pub(crate) fn person(token: Value<'_>, more: Option<Value<'_>>, settings: &Settings, own: SiteId) -> Option<Outside> {
    let find = |path: &str| at(token, path).or_else(|| at(more?, path));
    let word = |path: &str| Some(find(path)?.as_str()?.into_owned());
    let login = word(&settings.claims.login);
    Some(Outside {
        issuer: settings.issuer.clone(),
        subject: text(token, "sub")?,
        names: names(&word, &settings.claims.name, login.as_deref()),
        login,
        grants: (!settings.roles.is_empty()).then(|| grants(find(&settings.claims.roles), settings, own)),
        two_factors: proved_twice(token, settings),
        makes: settings.make_accounts,
    })
}

fn names(word: &impl Fn(&str) -> Option<String>, claim: &str, login: Option<&str>) -> Vec<DisplayName> {
    let named = |lang: &str, path: &str| word(path).filter(|name| !name.trim().is_empty()).map(|name| DisplayName::new(lang, name.trim()));
    let mut all: Vec<DisplayName> = LANGS.iter().filter_map(|lang| named(lang, &format!("{claim}#{lang}"))).collect();
    // What is of no language stands for the first one of the screens.
    if !all.iter().any(|name| name.lang == LANGS[0]) {
        let plain = named(LANGS[0], claim);
        all.extend(plain.or_else(|| login.filter(|_| all.is_empty()).map(|login| DisplayName::new(LANGS[0], login))));
    }
    all
}

fn grants(said: Option<Value<'_>>, settings: &Settings, own: SiteId) -> Vec<Grant> {
    let Some(said) = said else { return Vec::new() };
    let one = said.as_str().map(|one| one.into_owned());
    let all: Vec<String> = said.items().filter_map(|item| item.as_str().map(|text| text.into_owned())).chain(one).collect();
    let meant = settings.roles.iter().filter(|listed| all.contains(&listed.value));
    let mut grants: Vec<Grant> = Vec::new();
    for grant in meant.map(|listed| Grant::new(&listed.role, listed.site(own), listed.unit.as_deref())).take(ROLES_MAX) {
        if !grants.contains(&grant) {
            grants.push(grant);
        }
    }
    grants
}

/// `spec.md`, LV-1.
fn proved_twice(token: Value<'_>, settings: &Settings) -> bool {
    let by_way = texts(token, "amr").is_some_and(|ways| ways.iter().any(|way| settings.two_factors.amr.contains(way)));
    by_way || text(token, "acr").is_some_and(|class| settings.two_factors.acr.contains(&class))
}
