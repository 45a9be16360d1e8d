//! A program that registers itself (RFC 7591, a part of it): it is asked for, and gets nothing until somebody lets it in.

use super::{Kind, NewClient, NewKind, Registered, State};
use crate::answer::{Error, Refused, Reply};
use crate::smart::{Smart, seconds};
use rihla_fhir::json::Value;
use rihla_jose::json::{Object, object, text, texts};

const AUTHOR: &str = "self";

fn invalid(text: impl Into<String>) -> Refused {
    Refused::new(Error::InvalidClientMetadata, text)
}

impl Smart {
    /// Takes a program's description of itself. The answer bears its id, and its secret if it has one.
    pub async fn register(&self, body: &[u8]) -> Result<Reply, Refused> {
        let doc = object(body).ok_or_else(|| invalid("The description is no JSON object, or names something twice."))?;
        let asked = doc.root();
        if asked.get("jwks_uri").is_some() {
            return Err(invalid("Send the keys themselves as jwks: no address is fetched."));
        }
        let grants = texts(asked, "grant_types").unwrap_or_else(|| vec!["authorization_code".into()]);
        let known = ["authorization_code", "refresh_token", "client_credentials"];
        if grants.iter().any(|grant| !known.contains(&grant.as_str())) {
            return Err(invalid("The grant types are authorization_code with refresh_token, or client_credentials."));
        }
        let backend = grants.iter().any(|grant| grant == "client_credentials");
        if backend && grants.len() > 1 {
            return Err(invalid("A program is for people or for itself: register it twice."));
        }
        if texts(asked, "response_types").is_some_and(|types| types.iter().any(|one| one != "code")) {
            return Err(invalid("The response type is code."));
        }
        let waiting = self.clients()?.iter().filter(|client| client.state() == State::Asked).count();
        if waiting >= self.policy().asked_max {
            return Err(Refused::new(Error::TemporarilyUnavailable, "Too many programs wait to be let in. Speak with the hospital's administrator."));
        }
        let registered = self.asked_for(asked, backend).await?;
        Ok(Reply::json(201, described(&registered, &grants)))
    }

    async fn asked_for(&self, asked: Value<'_>, backend: bool) -> Result<Registered, Refused> {
        let keys = asked.get("jwks").map_or("", |set| set.source());
        let method = text(asked, "token_endpoint_auth_method").unwrap_or_else(|| "client_secret_basic".into());
        let kind = match (method.as_str(), backend) {
            ("private_key_jwt", true) => NewKind::Backend(keys),
            ("private_key_jwt", false) => NewKind::Keys(keys),
            ("none", false) => NewKind::Public,
            ("client_secret_basic" | "client_secret_post", false) => NewKind::Secret,
            (_, true) => return Err(invalid("A program without a person proves itself by private_key_jwt.")),
            _ => return Err(invalid("The method is none, client_secret_basic, client_secret_post or private_key_jwt.")),
        };
        let redirects = if asked.get("redirect_uris").is_some() {
            texts(asked, "redirect_uris").ok_or_else(|| Refused::new(Error::InvalidRedirectUri, "The redirect addresses are a list of texts."))?
        } else {
            Vec::new()
        };
        let redirects: Vec<&str> = redirects.iter().map(String::as_str).collect();
        let name = text(asked, "client_name").ok_or_else(|| invalid("The client_name is missing."))?;
        let scopes = text(asked, "scope").ok_or_else(|| invalid("The scope is missing."))?;
        let launch = text(asked, "initiate_login_uri");
        let new = NewClient { name: &name, kind, redirects: &redirects, launch: launch.as_deref(), scopes: &scopes };
        self.make_client(new, State::Asked, AUTHOR.to_owned()).await
    }
}

fn described(registered: &Registered, grants: &[String]) -> String {
    let client = &registered.client;
    let method = match client.kind {
        Kind::Public => "none",
        Kind::Secret(_) => "client_secret_basic",
        Kind::Keys(_) | Kind::Backend(_) => "private_key_jwt",
    };
    let out = Object::new().text("client_id", &client.id).number("client_id_issued_at", seconds(client.since())).text("client_name", &client.name);
    let out = out.maybe("client_secret", registered.secret.as_deref());
    // 0: it does not expire (RFC 7591, 3.2.1).
    let out = if registered.secret.is_some() { out.number("client_secret_expires_at", 0) } else { out };
    let out = out.texts("redirect_uris", client.redirects.iter().map(String::as_str)).text("token_endpoint_auth_method", method);
    let out = out.texts("grant_types", grants.iter().map(String::as_str)).maybe("initiate_login_uri", client.launch.as_deref());
    out.text("scope", &client.scopes.to_string()).done()
}
