//! Asking a person whether a program may (RFC 6749 4.1.1, RFC 7636, SMART).

use super::grant::{Code, Leave};
use super::launch::is_id;
use crate::answer::{Error, Refused};
use crate::client::{Client, some};
use crate::form::Form;
use crate::names;
use crate::people::Signed;
use crate::scope::{Scope, ScopeSet};
use crate::smart::Smart;
use rihla_identity::keeping::{Fields, Later, Taken, Wire, base64url, decode, encode, from_base64url, hex, random};
use rihla_identity::{CHANGED, Change, EventKind, Told};
use rihla_jose::with_query;
use rihla_kernel::Instant;

/// Longer is no state or nonce of any client.
const STATE_MAX: usize = 2048;

/// What comes of a request.
#[derive(Clone, Debug)]
pub enum Authorized {
    /// The person is to be asked; the answer goes to [`Smart::decide`].
    Ask(Box<Ask>),
    /// The browser is to go there: the request was wrong, and its client is told.
    Send(String),
}

/// What to ask a person.
#[derive(Clone, Debug)]
pub struct Ask {
    /// For a hidden field of the page: sealed, and good for this session alone.
    pub ticket: String,
    pub client: Client,
    /// Where the answer will be sent: shown, so that a name alone convinces nobody.
    pub redirect: String,
    /// What the program would get.
    pub scopes: ScopeSet,
    /// The patient of the page from which it was opened.
    pub patient: Option<String>,
    /// The person has to say of whom.
    pub choose_patient: bool,
}

/// What a person said.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'d> {
    pub allow: bool,
    /// Scopes that are left; none: all that were shown.
    pub scopes: Option<&'d str>,
    /// The patient who was chosen, if one was asked for. The page shows only whom the person may see.
    pub patient: Option<&'d str>,
}

/// A request that waits for its person.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Question {
    client: String,
    redirect: String,
    state: String,
    scopes: ScopeSet,
    challenge: String,
    nonce: Option<String>,
    /// The token of the launch.
    launch: Option<String>,
    patient: Option<String>,
    ends: Instant,
}

impl Wire for Question {
    fn put(&self, out: &mut Fields) {
        let scopes = self.scopes.to_string();
        let [nonce, launch, patient] = [&self.nonce, &self.launch, &self.patient].map(|text| text.as_deref().unwrap_or(""));
        let texts = [&self.client, &self.redirect, &self.state, &scopes, &self.challenge, nonce, launch, patient];
        for (tag, text) in (1..).zip(texts) {
            out.text(tag, text);
        }
        out.time(9, self.ends);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self {
            client: from.text(1)?,
            redirect: from.text(2)?,
            state: from.text(3)?,
            scopes: ScopeSet::parse(&from.text(4)?),
            challenge: from.text(5)?,
            nonce: some(from.text(6)?),
            launch: some(from.text(7)?),
            patient: some(from.text(8)?),
            ends: from.time(9)?,
        })
    }
}

fn owner(signed: &Signed) -> Vec<u8> {
    format!("question {} {} {}", signed.account.to_text(), signed.session, signed.acting).into_bytes()
}

impl Smart {
    /// Reads a request of somebody who is signed in. An error that may not be sent to where the request says is an `Err`, to
    /// be shown to the person.
    pub fn authorize(&self, form: &Form, signed: &Signed) -> Result<Authorized, Refused> {
        let client = self.let_in(form.need("client_id")?)?;
        let redirect = form.need("redirect_uri")?;
        if !client.redirects.iter().any(|known| known == redirect) {
            return Err(Refused::new(Error::InvalidRequest, "The program asks to send you to an address that is not registered for it."));
        }
        match self.asked(form, &client, redirect, signed) {
            Ok(ask) => Ok(Authorized::Ask(Box::new(ask))),
            Err(refused) => Ok(Authorized::Send(self.sent_back(redirect, form.get("state").unwrap_or(""), &refused))),
        }
    }

    fn asked(&self, form: &Form, client: &Client, redirect: &str, signed: &Signed) -> Result<Ask, Refused> {
        let invalid = |text: &str| Refused::new(Error::InvalidRequest, text);
        if form.need("response_type")? != "code" {
            return Err(Refused::new(Error::UnsupportedResponseType, "The response type is code."));
        }
        if form.get("request").is_some() || form.get("request_uri").is_some() || form.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(invalid("Request objects and other response modes are not supported."));
        }
        let state = form.need("state")?;
        if state.len() > STATE_MAX || form.get("nonce").is_some_and(|nonce| nonce.len() > STATE_MAX) {
            return Err(invalid("State or nonce is too long."));
        }
        let challenge = form.need("code_challenge")?;
        // Left out it would mean plain (RFC 7636, 4.3).
        if form.get("code_challenge_method") != Some("S256") || from_base64url(challenge).is_none_or(|hash| hash.len() != 32) {
            return Err(invalid("The code challenge has to be of the method S256."));
        }
        let aud = form.need("aud")?;
        if aud.strip_suffix('/').unwrap_or(aud) != self.settings.fhir_base {
            return Err(invalid("The aud is not the address of this FHIR server."));
        }
        if form.get("prompt") == Some("none") {
            return Err(Refused::new(Error::InteractionRequired, "The person has to be asked."));
        }
        let scopes = ScopeSet::parse(form.need("scope")?).meet(&client.scopes).with_person(true);
        if scopes.resources().next().is_none() && !scopes.has(&Scope::OpenId) {
            return Err(Refused::new(Error::InvalidScope, "None of the scopes is registered for the program."));
        }
        let launch = match (form.get("launch"), scopes.has(&Scope::Launch)) {
            (None, false) => None,
            (Some(launch), true) => {
                Some((launch, self.launched(launch, &client.id, signed)?.ok_or_else(|| invalid("The launch is over. Open the program again."))?.0))
            }
            _ => return Err(invalid("The scope launch and the parameter launch come together.")),
        };
        let patient = launch.as_ref().and_then(|(_, launch)| launch.patient.clone());
        let question = Question {
            client: client.id.clone(),
            redirect: redirect.to_owned(),
            state: state.to_owned(),
            scopes: scopes.clone(),
            challenge: challenge.to_owned(),
            nonce: form.get("nonce").map(str::to_owned),
            launch: launch.map(|(launch, _)| launch.to_owned()),
            patient: patient.clone(),
            ends: Instant(self.now().0.saturating_add(self.policy().question)),
        };
        let choose_patient = must_choose(&question);
        let ticket = self.sealer.seal(&encode(&question), &owner(signed), self.entropy.as_ref()).ok_or_else(stale)?;
        Ok(Ask { ticket: base64url(&ticket), client: client.clone(), redirect: redirect.to_owned(), scopes, patient, choose_patient })
    }

    /// What a ticket asks, for a page that is shown once more.
    pub fn asked_again(&self, signed: &Signed, ticket: &str) -> Result<Ask, Refused> {
        let (question, client) = self.question(signed, ticket)?;
        Ok(Ask {
            ticket: ticket.to_owned(),
            choose_patient: must_choose(&question),
            scopes: question.scopes.meet(&client.scopes),
            client,
            redirect: question.redirect,
            patient: question.patient,
        })
    }

    /// Takes a person's answer. Returns where the browser is to go.
    pub async fn decide(&self, signed: &Signed, ticket: &str, decision: Decision<'_>) -> Result<String, Refused> {
        let (question, client) = self.question(signed, ticket)?;
        match self.coded(signed, &client, &question, decision).await {
            Ok(code) => Ok(with_query(&question.redirect, &[("code", &code), ("state", &question.state), ("iss", &self.settings.issuer)])),
            Err(refused) if refused.error == Error::ServerError => Err(refused),
            Err(refused) => Ok(self.sent_back(&question.redirect, &question.state, &refused)),
        }
    }

    fn question(&self, signed: &Signed, ticket: &str) -> Result<(Question, Client), Refused> {
        let sealed = from_base64url(ticket).ok_or_else(stale)?;
        let question: Question = decode(&self.sealer.unseal(&sealed, &owner(signed)).ok_or_else(stale)?)?;
        let client = self.let_in(&question.client)?;
        // Read again: what the client may be sent to, or is granted, may have been taken away while the page stood open.
        if self.now() >= question.ends || !client.redirects.contains(&question.redirect) {
            return Err(stale());
        }
        Ok((question, client))
    }

    async fn coded(&self, signed: &Signed, client: &Client, question: &Question, decision: Decision<'_>) -> Result<String, Refused> {
        let denied = |text: &str| Refused::new(Error::AccessDenied, text);
        if !decision.allow {
            return Err(denied("The person said no."));
        }
        let mut scopes = question.scopes.meet(&client.scopes);
        if let Some(left) = decision.scopes {
            scopes = scopes.meet(&ScopeSet::parse(left));
        }
        if scopes.resources().next().is_none() && !scopes.has(&Scope::OpenId) {
            return Err(denied("The person left nothing of what was asked for."));
        }
        let patient = match decision.patient {
            Some(chosen) if must_choose(question) => Some(chosen).filter(|id| is_id(id)).map(str::to_owned),
            _ => question.patient.clone(),
        };
        if must_choose(question) && scopes.has(&Scope::LaunchPatient) && patient.is_none() {
            return Err(denied("No patient was chosen."));
        }
        let mut change = Change::default();
        let mut encounter = None;
        if let Some(launch) = &question.launch {
            let (kept, bytes) = self.launched(launch, &client.id, signed)?.ok_or_else(|| denied("The launch is over. Open the program again."))?;
            encounter = kept.encounter;
            change.expect(names::launch(launch), Some(bytes)).remove(names::launch(launch));
        }
        let leave = Leave {
            client: client.id.clone(),
            account: signed.account,
            session: signed.session.clone(),
            proved: signed.proved,
            scopes,
            patient,
            encounter,
            acting: signed.acting.clone(),
            later: Later::default(),
        };
        let code = base64url(&random::<32>(self.entropy.as_ref()));
        let kept = Code {
            leave,
            redirect: question.redirect.clone(),
            challenge: question.challenge.clone(),
            nonce: question.nonce.clone(),
            ends: Instant(self.now().0.saturating_add(self.policy().code)),
            grant: hex(&random::<16>(self.entropy.as_ref())),
            used: false,
            later: Later::default(),
        };
        change.expect(names::code(&code), None).put(names::code(&code), encode(&kept));
        change.tell(Told { subject: format!("Client/{}", client.id), ..Told::own(EventKind::Consent, signed.account, "given") });
        match self.vault.commit(change).await {
            Ok(()) => Ok(code),
            Err(fault) if fault.code == CHANGED => Err(denied("The launch was used already. Open the program again.")),
            Err(fault) => Err(fault.into()),
        }
    }

    /// An error at an address that is registered (RFC 6749 4.1.2.1, RFC 9207).
    fn sent_back(&self, redirect: &str, state: &str, refused: &Refused) -> String {
        let mut fields = vec![("error", refused.error.code()), ("error_description", &refused.text), ("iss", &self.settings.issuer)];
        if !state.is_empty() && state.len() <= STATE_MAX {
            fields.push(("state", state));
        }
        with_query(redirect, &fields)
    }
}

fn must_choose(question: &Question) -> bool {
    question.patient.is_none() && question.scopes.has(&Scope::LaunchPatient)
}

fn stale() -> Refused {
    Refused::new(Error::InvalidRequest, "This page stood open too long, or it is another session's. Begin again in the program.")
}
