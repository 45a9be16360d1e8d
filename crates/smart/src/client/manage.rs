//! Letting programs in and putting them out.

use super::{Client, Kind, Standing, State, redirect};
use crate::answer::{Error, Refused};
use crate::names;
use crate::scope::ScopeSet;
use crate::smart::Smart;
use rihla_identity::keeping::{Later, base64url, decode, encode, hex, random, sha256};
use rihla_identity::{Change, Fresh};
use rihla_jose as jwk;
use rihla_kernel::{Fault, FaultKind, Instant};

const NAME_MAX: usize = 80;
const REDIRECTS_MAX: usize = 16;

/// Who decides about a program. Whether they may is asked at the door.
#[derive(Clone, Copy, Debug)]
pub enum By<'b> {
    /// A person who proved who they are within the last minutes.
    Person(&'b Fresh),
    /// A task of the node.
    Node(&'b str),
}

impl By<'_> {
    fn name(&self) -> String {
        match self {
            Self::Person(fresh) => fresh.account().to_text(),
            Self::Node(task) => (*task).to_owned(),
        }
    }
}

/// How a program is to prove who it is. Key sets are JSON, as the program's maker gives them.
#[derive(Clone, Copy, Debug)]
pub enum NewKind<'n> {
    Public,
    Secret,
    Keys(&'n str),
    Backend(&'n str),
}

#[derive(Clone, Copy, Debug)]
pub struct NewClient<'n> {
    pub name: &'n str,
    pub kind: NewKind<'n>,
    pub redirects: &'n [&'n str],
    pub launch: Option<&'n str>,
    pub scopes: &'n str,
}

/// A program that was registered.
#[derive(Clone, Debug)]
pub struct Registered {
    pub client: Client,
    /// Shown once.
    pub secret: Option<String>,
}

fn invalid(text: impl Into<String>) -> Refused {
    Refused::new(Error::InvalidClientMetadata, text)
}

impl Smart {
    pub fn client(&self, id: &str) -> Result<Option<Client>, Fault> {
        // An id of ours is short and plain; another one is not worth a look.
        if id.len() > 64 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(None);
        }
        self.vault.read(&names::client(id))?.map(|bytes| decode(&bytes)).transpose()
    }

    /// All programs, in the order of their ids.
    pub fn clients(&self) -> Result<Vec<Client>, Fault> {
        self.vault.list(names::CLIENTS)?.iter().map(|(_, bytes)| decode(bytes)).collect()
    }

    /// Registers a program and lets it in at once.
    pub async fn add_client(&self, by: By<'_>, new: NewClient<'_>) -> Result<Registered, Refused> {
        self.make_client(new, State::Approved, by.name()).await
    }

    pub(super) async fn make_client(&self, new: NewClient<'_>, state: State, by: String) -> Result<Registered, Refused> {
        let name: String = new.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
            return Err(invalid("A program has a name of at most 80 signs."));
        }
        let (kind, secret) = self.kind(new.kind)?;
        if let Some(wrong) = new.redirects.iter().find(|address| !redirect::may_be_sent_to(address)) {
            return Err(Refused::new(
                Error::InvalidRedirectUri,
                format!("{wrong:?} cannot be registered: https, 127.0.0.1 or a scheme with a dot, and no fragment."),
            ));
        }
        if new.redirects.len() > REDIRECTS_MAX || kind.is_backend() != new.redirects.is_empty() {
            return Err(Refused::new(Error::InvalidRedirectUri, "A program for people has one to sixteen redirect addresses, one without a person none."));
        }
        if new.launch.is_some_and(|address| !redirect::may_be_opened(address)) {
            return Err(invalid("The launch address has to begin with https."));
        }
        let scopes = ScopeSet::parse(new.scopes).with_person(!kind.is_backend());
        if scopes.is_empty() {
            return Err(invalid("None of the scopes is understood and fits a program of this kind."));
        }
        let id = hex(&random::<16>(self.entropy.as_ref()));
        let history = vec![Standing { state, at: self.now(), by, later: Later::default() }];
        let redirects = new.redirects.iter().map(|address| (*address).to_owned()).collect();
        let client = Client { id, name, kind, redirects, launch: new.launch.map(str::to_owned), scopes, history, later: Later::default() };
        let mut change = Change::default();
        change.expect(names::client(&client.id), None).put(names::client(&client.id), encode(&client));
        self.vault.commit(change).await?;
        Ok(Registered { client, secret })
    }

    fn kind(&self, new: NewKind<'_>) -> Result<(Kind, Option<String>), Refused> {
        let keys = |text: &str| jwk::read_set(text.as_bytes()).map_err(invalid);
        Ok(match new {
            NewKind::Public => (Kind::Public, None),
            NewKind::Keys(text) => (Kind::Keys(keys(text)?), None),
            NewKind::Backend(text) => (Kind::Backend(keys(text)?), None),
            NewKind::Secret => {
                // 256 random bits: a hash without salt gives nothing away.
                let secret = base64url(&random::<32>(self.entropy.as_ref()));
                (Kind::Secret(sha256(secret.as_bytes()).to_vec()), Some(secret))
            }
        })
    }

    /// Lets a program in, or in again. With fewer scopes than it has, if any are given.
    pub async fn approve(&self, by: By<'_>, id: &str, scopes: Option<&ScopeSet>) -> Result<Client, Fault> {
        self.change_client(id, State::Approved, by, scopes).await
    }

    /// Puts a program out, with all its tokens, from the next call on. One that waited to be let in is refused so.
    pub async fn suspend(&self, by: By<'_>, id: &str) -> Result<Client, Fault> {
        self.change_client(id, State::Suspended, by, None).await
    }

    async fn change_client(&self, id: &str, state: State, by: By<'_>, scopes: Option<&ScopeSet>) -> Result<Client, Fault> {
        let mut client = self.client(id)?.ok_or_else(no_such)?;
        let name = names::client(&client.id);
        let (before, now) = (encode(&client), self.now());
        client.history.push(Standing { state, at: now, by: by.name(), later: Later::default() });
        if let Some(scopes) = scopes {
            client.scopes = client.scopes.meet(scopes);
        }
        let mut change = Change::default();
        change.expect(name.clone(), Some(before)).put(name, encode(&client));
        if state == State::Suspended {
            self.put_out(&[format!("c-{}", client.id)], change).await?;
        } else {
            self.vault.commit(change).await?;
        }
        Ok(client)
    }

    /// Whether a program waits for longer than anybody will look at it.
    pub(crate) fn is_forgotten(&self, client: &Client, now: Instant) -> bool {
        client.state() == State::Asked && now.0.saturating_sub(client.since().0) >= self.policy().asked
    }
}

fn no_such() -> Fault {
    Fault::new(FaultKind::NotFound, "RH-SMART-CLIENT", "There is no such program. Look at the list again.")
}
