//! Ending tokens and asking what they are worth (RFC 7009, RFC 7662).

use super::grant::Grant;
use super::token::bad_grant;
use crate::answer::{Error, Refused, Reply};
use crate::client::Kind;
use crate::form::Form;
use crate::names;
use crate::smart::{Smart, seconds};
use rihla_identity::Change;
use rihla_jose::json::Object;

impl Smart {
    /// Ends a token: a refresh token with its whole grant. A token that is not good is ended already.
    pub async fn revoke(&self, form: &Form, authorization: Option<&str>) -> Result<Reply, Refused> {
        let client = self.prove(form, authorization).await?;
        let token = form.need("token")?;
        let others = || bad_grant("The token is another program's.");
        if let Some((id, _)) = self.read_refresh(token) {
            if let Some((grant, _)) = self.kept::<Grant>(&names::grant(&id))? {
                if grant.leave.client != client.id {
                    return Err(others());
                }
                self.end_grant(&id, "ended by the program").await?;
            }
        } else if let Some(bearer) = self.read_access(token) {
            if bearer.client != client.id {
                return Err(others());
            }
            self.put_out(&[format!("j-{}", bearer.jti)], Change::default()).await?;
        }
        Ok(Reply::json(200, Object::new().done()))
    }

    /// Says what a token is worth, to the program that it was given to.
    pub async fn introspect(&self, form: &Form, authorization: Option<&str>) -> Result<Reply, Refused> {
        let client = self.prove(form, authorization).await?;
        if client.kind == Kind::Public {
            return Err(Refused::new(Error::UnauthorizedClient, "Only a program that proves who it is may ask."));
        }
        let token = form.need("token")?;
        let worth = match self.read_refresh(token) {
            Some((id, count)) => self.worth_of_refresh(&client.id, &id, count)?,
            None => self.worth_of_access(&client.id, token),
        };
        Ok(Reply::json(200, worth.unwrap_or_else(|| Object::new().flag("active", false)).done()))
    }

    fn worth_of_access(&self, client: &str, token: &str) -> Option<Object> {
        let bearer = self.read_access(token).filter(|bearer| bearer.client == client)?;
        let subject = bearer.account.map_or_else(|| bearer.client.clone(), |account| account.to_text());
        let out = Object::new().flag("active", true).text("scope", &bearer.granted.scopes.to_string()).text("client_id", client).text("sub", &subject);
        let out = out.text("iss", &self.settings.issuer).text("aud", &self.settings.fhir_base).text("token_type", "Bearer").text("jti", &bearer.jti);
        let out = out.number("iat", seconds(bearer.made)).number("nbf", seconds(bearer.begins)).number("exp", seconds(bearer.ends));
        Some(out.maybe("patient", bearer.granted.patient.as_deref()).maybe("fhirUser", bearer.fhir_user.as_deref()))
    }

    fn worth_of_refresh(&self, client: &str, id: &str, count: u64) -> Result<Option<Object>, Refused> {
        let Some((grant, _)) = self.kept::<Grant>(&names::grant(id))? else { return Ok(None) };
        let leave = &grant.leave;
        let good = leave.client == client && grant.ended.is_none() && grant.generation == count && self.now() < self.end_of(&grant);
        if !good || self.people.person(leave.account)?.is_none() {
            return Ok(None);
        }
        let out = Object::new().flag("active", true).text("scope", &leave.scopes.to_string()).text("client_id", client);
        let out = out.text("sub", &leave.account.to_text()).text("iss", &self.settings.issuer).number("exp", seconds(self.end_of(&grant)));
        Ok(Some(out.maybe("patient", leave.patient.as_deref())))
    }
}
