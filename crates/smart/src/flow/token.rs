//! Tokens for codes and for programs without a person (RFC 6749 4.1.3 and 4.4, RFC 9068).

use super::grant::{Code, Grant};
use crate::answer::{Error, Refused, Reply};
use crate::client::{Client, Kind};
use crate::form::Form;
use crate::names;
use crate::people::Person;
use crate::scope::{Scope, ScopeSet};
use crate::smart::{Smart, seconds};
use rihla_identity::keeping::{Later, base64url, encode, hex, random, same, sha256};
use rihla_identity::{CHANGED, Change};
use rihla_jose::json::Object;
use rihla_kernel::Instant;

pub(crate) const ACCESS: &str = "at+jwt";

/// What the token endpoint gives.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    pub access: String,
    /// Seconds.
    pub expires_in: i64,
    /// What was granted: perhaps less than was asked for.
    pub scope: String,
    pub refresh: Option<String>,
    pub id_token: Option<String>,
    pub patient: Option<String>,
    pub encounter: Option<String>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Tokens({})", self.scope)
    }
}

impl Tokens {
    pub fn reply(&self) -> Reply {
        let out = Object::new().text("access_token", &self.access).text("token_type", "Bearer").number("expires_in", self.expires_in);
        let out = out.text("scope", &self.scope).maybe("refresh_token", self.refresh.as_deref()).maybe("id_token", self.id_token.as_deref());
        Reply::json(200, out.maybe("patient", self.patient.as_deref()).maybe("encounter", self.encounter.as_deref()).done())
    }
}

pub(crate) fn bad_grant(text: &str) -> Refused {
    Refused::new(Error::InvalidGrant, text)
}

impl Smart {
    /// `authorization`: the header, if there is one.
    pub async fn token(&self, form: &Form, authorization: Option<&str>) -> Result<Tokens, Refused> {
        let kind = form.need("grant_type")?.to_owned();
        if !["authorization_code", "refresh_token", "client_credentials"].contains(&kind.as_str()) {
            return Err(Refused::new(Error::UnsupportedGrantType, "The grant type is authorization_code, refresh_token or client_credentials."));
        }
        let client = match self.named_by_refresh(form, authorization)? {
            Some(client) if kind == "refresh_token" => client,
            _ => self.prove(form, authorization).await?,
        };
        let alone = kind == "client_credentials";
        if client.kind.is_backend() != alone {
            return Err(Refused::new(Error::UnauthorizedClient, "This program is not registered for this grant type."));
        }
        match kind.as_str() {
            "authorization_code" => self.exchange(form, &client).await,
            "refresh_token" => self.refresh(form, &client).await,
            _ => self.alone(form, &client),
        }
    }

    /// Gives tokens for a code. Whatever comes of it, the code was used.
    async fn exchange(&self, form: &Form, client: &Client) -> Result<Tokens, Refused> {
        let (text, redirect, verifier) = (form.need("code")?, form.need("redirect_uri")?, form.need("code_verifier")?);
        let name = names::code(text);
        let over = || bad_grant("The code is not good, or not any more. Begin again.");
        let (code, bytes) = self.kept::<Code>(&name)?.ok_or_else(over)?;
        if code.used {
            self.end_grant(&code.grant, "a code came twice").await?;
            return Err(over());
        }
        let now = self.now();
        let meant = code.leave.client == client.id && code.redirect == redirect && now < code.ends;
        let proved = is_verifier(verifier) && same(base64url(&sha256(verifier.as_bytes())).as_bytes(), code.challenge.as_bytes());
        let person = if meant && proved { self.people.person(code.leave.account)? } else { None };
        let mut change = Change::default();
        change.expect(name.clone(), Some(bytes)).put(name, encode(&Code { used: true, ..code.clone() }));
        let grant = Grant { leave: code.leave, at: now, used: now, generation: 1, ended: None, why: String::new(), later: Later::default() };
        if person.is_some() {
            change.expect(names::grant(&code.grant), None).put(names::grant(&code.grant), encode(&grant));
        }
        match self.vault.commit(change).await {
            Ok(()) => {}
            // Two came with one code: neither keeps what the other got.
            Err(fault) if fault.code == CHANGED => {
                self.end_grant(&code.grant, "a code came twice").await?;
                return Err(over());
            }
            Err(fault) => return Err(fault.into()),
        }
        let person = person.ok_or_else(over)?;
        let refresh = self.may_refresh(&grant).then(|| self.refresh_token(&code.grant, grant.generation));
        let id_token = self.id_token(&grant, &person, code.nonce.as_deref())?;
        let access = self.access(&code.grant, &grant, &grant.leave.scopes, &person)?;
        Ok(Tokens { refresh, id_token, ..access })
    }

    fn alone(&self, form: &Form, client: &Client) -> Result<Tokens, Refused> {
        debug_assert!(matches!(client.kind, Kind::Backend(_)));
        // Whoever leaves the scope out gets what was registered (RFC 6749, 3.3).
        let asked = form.get("scope").map_or_else(|| client.scopes.clone(), ScopeSet::parse);
        let scopes = asked.meet(&client.scopes).with_person(false);
        if scopes.is_empty() {
            return Err(Refused::new(Error::InvalidScope, "None of the scopes is registered for the program."));
        }
        let claims = self.claims(&client.id, &client.id, &scopes).done();
        self.signed(&claims, scopes.to_string())
    }

    /// An access token of a grant, perhaps for fewer scopes than it has.
    pub(crate) fn access(&self, id: &str, grant: &Grant, scopes: &ScopeSet, person: &Person) -> Result<Tokens, Refused> {
        let leave = &grant.leave;
        let claims = self.claims(&leave.client, &leave.account.to_text(), scopes).text("gid", id).text("acting", &leave.acting);
        let claims = claims.maybe("patient", leave.patient.as_deref()).maybe("encounter", leave.encounter.as_deref());
        let user = self.fhir_user(&leave.scopes, person);
        let tokens = self.signed(&claims.maybe("fhirUser", user.as_deref()).done(), scopes.to_string())?;
        Ok(Tokens { patient: leave.patient.clone(), encounter: leave.encounter.clone(), ..tokens })
    }

    fn claims(&self, client: &str, subject: &str, scopes: &ScopeSet) -> Object {
        let now = self.now();
        let ends = Instant(now.0.saturating_add(self.policy().access()));
        let jti = hex(&random::<16>(self.entropy.as_ref()));
        let out = Object::new().text("iss", &self.settings.issuer).text("aud", &self.settings.fhir_base).text("sub", subject).text("client_id", client);
        let out = out.number("iat", seconds(now)).number("nbf", seconds(now)).number("exp", seconds(ends)).text("jti", &jti);
        out.text("scope", &scopes.to_string())
    }

    fn signed(&self, claims: &str, scope: String) -> Result<Tokens, Refused> {
        let access = self.keys().sign(ACCESS, claims, self.now())?;
        let expires_in = self.policy().access() / 1000;
        Ok(Tokens { access, expires_in, scope, refresh: None, id_token: None, patient: None, encounter: None })
    }

    /// Who the person is, for a program that was let know (OpenID Connect Core, 2; SMART, 2.4).
    fn id_token(&self, grant: &Grant, person: &Person, nonce: Option<&str>) -> Result<Option<String>, Refused> {
        if !grant.leave.scopes.has(&Scope::OpenId) {
            return Ok(None);
        }
        let (now, leave) = (self.now(), &grant.leave);
        let ends = Instant(now.0.saturating_add(self.policy().access()));
        let out = Object::new().text("iss", &self.settings.issuer).text("aud", &leave.client).text("sub", &leave.account.to_text());
        let out = out.number("iat", seconds(now)).number("exp", seconds(ends)).number("auth_time", seconds(leave.proved)).maybe("nonce", nonce);
        let claims = out.maybe("fhirUser", self.fhir_user(&leave.scopes, person).as_deref()).done();
        Ok(Some(self.keys().sign("JWT", &claims, now)?))
    }

    fn fhir_user(&self, scopes: &ScopeSet, person: &Person) -> Option<String> {
        let told = scopes.has(&Scope::OpenId) && scopes.has(&Scope::FhirUser);
        person.practitioner.as_ref().filter(|_| told).map(|id| format!("{}/Practitioner/{id}", self.settings.fhir_base))
    }
}

/// RFC 7636, 4.1.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}
