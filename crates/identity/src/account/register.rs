//! Making, changing, suspending and closing accounts.

use super::{Account, AccountId, DisplayName, Grant, Standing, State, fold_login};
use crate::identity::Identity;
use crate::names;
use crate::refusal::Refusal;
use crate::secret::{Token, base64url, from_base64url, random, sha256};
use crate::secrets::{InvitationKept, Secrets};
use crate::session::Fresh;
use crate::vault::{Change, EventKind, Told, account_name};
use crate::wire::{Later, encode};
use rihla_kernel::{Actor, FaultKind, Instant};

/// The task whose accounts are let in on no store that is in production.
pub(crate) const DEMO: &str = "demo";

/// Who decides about an account.
#[derive(Clone, Copy, Debug)]
pub enum By<'b> {
    /// Somebody who proved who they are within the last minutes. Whether they may is the page's to ask.
    Person(&'b Fresh),
    /// A task of the node: setting up, a demonstration, an import.
    Node(&'static str),
}

impl By<'_> {
    /// What the audit trail hears of something done to somebody or something.
    pub(crate) fn told(&self, kind: EventKind, subject: String, detail: &'static str) -> Told {
        match self {
            Self::Person(fresh) => Told { subject, ..Told::own(kind, fresh.account(), detail) },
            Self::Node(task) => Told { actor: Actor::node(task), subject, denied: false, ..Told::stranger(kind, detail) },
        }
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::Person(fresh) => fresh.account().to_text(),
            Self::Node(task) => (*task).to_owned(),
        }
    }

    pub(crate) fn is(&self, id: AccountId) -> bool {
        matches!(self, Self::Person(fresh) if fresh.account() == id)
    }
}

/// What an administrator writes about somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// As typed; folded when it is kept.
    pub login: String,
    pub names: Vec<DisplayName>,
    pub grants: Vec<Grant>,
    pub practitioner: Option<String>,
}

/// An account that was made, and how its person comes in for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    pub account: Account,
    pub invitation: Invitation,
}

/// To be handed to one person: whoever has it chooses the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub token: Token,
    pub ends: Instant,
}

/// How an account changes its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Suspend,
    Resume,
    Close,
}

impl Identity {
    /// Makes an account that waits for its person.
    pub async fn create(&self, by: By<'_>, profile: Profile) -> Result<NewAccount, Refusal> {
        let id = self.new_id();
        let (invitation, kept) = self.invitation(by, id, false);
        let mut change = Change::default();
        let secrets = Secrets { invitation: Some(kept), ..Secrets::default() };
        let account = self.new_account(by, id, profile, State::Invited, &secrets, &mut change)?;
        self.vault.commit(change).await?;
        Ok(NewAccount { account, invitation })
    }

    pub(crate) fn new_id(&self) -> AccountId {
        AccountId(random(self.entropy.as_ref()))
    }

    /// Puts a new account into a change.
    pub(crate) fn new_account(
        &self,
        by: By<'_>,
        id: AccountId,
        profile: Profile,
        state: State,
        secrets: &Secrets,
        change: &mut Change,
    ) -> Result<Account, Refusal> {
        self.author_is_active(by, change)?;
        let login = self.fitting(&profile)?;
        let standing = Standing { state, at: self.now(), by: by.name(), later: Later::default() };
        let Profile { names, grants, practitioner, .. } = profile;
        let demo = matches!(by, By::Node(task) if task == DEMO);
        let account = Account { id, version: 1, login, names, grants, practitioner, history: vec![standing], demo, later: Later::default() };
        if self.vault.read(&names::login(&account.login))?.is_some() {
            return Err(taken());
        }
        change.expect(names::account(id), None).put(names::account(id), encode(&account));
        change.expect(names::login(&account.login), None).put(names::login(&account.login), id.0.to_vec());
        change.put(names::secrets(id), encode(secrets)).put(names::FOUNDED, vec![1]).tell(by.told(EventKind::AccountChange, account_name(id), "made"));
        Ok(account)
    }

    /// Replaces what is written about somebody, unless another did so since `version`. New roles end their sessions.
    pub async fn change(&self, by: By<'_>, id: AccountId, version: u64, profile: Profile) -> Result<Account, Refusal> {
        let login = self.fitting(&profile)?;
        self.administer(by, id, version, |account, change| {
            if account.grants != profile.grants {
                change.tell(by.told(EventKind::AccountChange, account_name(id), "roles"));
                not_oneself(by, id)?;
                self.raise_epoch(id, change)?;
            }
            if account.login != login {
                match self.vault.read(&names::login(&login))? {
                    Some(owner) if owner == id.0 => {}
                    Some(_) => return Err(taken()),
                    None => {
                        change.expect(names::login(&login), None).put(names::login(&login), id.0.to_vec());
                    }
                }
            }
            account.login.clone_from(&login);
            account.names.clone_from(&profile.names);
            account.grants.clone_from(&profile.grants);
            account.practitioner.clone_from(&profile.practitioner);
            Ok(())
        })
        .await
    }

    /// Suspends, takes back or closes an account; its sessions end.
    pub async fn move_account(&self, by: By<'_>, id: AccountId, version: u64, way: Move) -> Result<Account, Refusal> {
        let secrets = self.secrets(id)?.0;
        let invited = secrets.password.is_none() && secrets.outside.is_empty();
        self.administer(by, id, version, |account, change| {
            not_oneself(by, id)?;
            let state = match (account.state(), way) {
                (State::Invited | State::Active, Move::Suspend) => State::Suspended,
                // Whoever never chose a password is as before.
                (State::Suspended, Move::Resume) if invited => State::Invited,
                (State::Suspended, Move::Resume) => State::Active,
                (State::Invited | State::Active | State::Suspended, Move::Close) => State::Closed,
                _ => return Err(no_such_move()),
            };
            self.raise_epoch(id, change)?;
            change.tell(by.told(EventKind::AccountChange, account_name(id), state.code()));
            account.history.push(Standing { state, at: self.now(), by: by.name(), later: Later::default() });
            Ok(())
        })
        .await
    }

    /// A new way to choose a password, in place of any before. `lost`: the person has lost their second factors, which go
    /// when the password is chosen.
    pub async fn invite(&self, by: By<'_>, id: AccountId, lost: bool) -> Result<Invitation, Refusal> {
        let account = self.account(id)?.ok_or_else(unknown)?;
        if !matches!(account.state(), State::Invited | State::Active) {
            return Err(no_such_move());
        }
        not_oneself(by, id)?;
        let (invitation, kept) = self.invitation(by, id, lost);
        self.change_secrets(id, |secrets, change| {
            self.author_is_active(by, change)?;
            change.tell(by.told(EventKind::SecretChange, account_name(id), "invited"));
            secrets.invitation = Some(kept.clone());
            Ok(())
        })
        .await?;
        Ok(invitation)
    }

    fn invitation(&self, by: By<'_>, id: AccountId, clears: bool) -> (Invitation, InvitationKept) {
        let token = Token::of(base64url(&[id.0.as_slice(), &random::<32>(self.entropy.as_ref())].concat()));
        let ends = Instant(self.now().0.saturating_add(self.policy().invitation));
        let kept = InvitationKept { fingerprint: sha256(token.as_str().as_bytes()).to_vec(), ends, clears, by: by.name(), later: Later::default() };
        (Invitation { token, ends }, kept)
    }

    async fn administer(
        &self,
        by: By<'_>,
        id: AccountId,
        version: u64,
        act: impl FnOnce(&mut Account, &mut Change) -> Result<(), Refusal>,
    ) -> Result<Account, Refusal> {
        let (mut account, bytes) = self.kept::<Account>(&names::account(id))?.ok_or_else(unknown)?;
        if account.version != version {
            return Err(changed());
        }
        if account.state() == State::Closed {
            return Err(no_such_move());
        }
        let mut change = Change::default();
        self.author_is_active(by, &mut change)?;
        act(&mut account, &mut change)?;
        account.version = account.version.saturating_add(1);
        change.expect(names::account(id), Some(bytes)).put(names::account(id), encode(&account));
        self.vault.commit(change).await?;
        Ok(account)
    }

    /// Whoever decides is active now, and still is when the change is written.
    pub(crate) fn author_is_active(&self, by: By<'_>, change: &mut Change) -> Result<(), Refusal> {
        let By::Person(fresh) = by else { return Ok(()) };
        let (author, bytes) = self.kept::<Account>(&names::account(fresh.account()))?.ok_or_else(unknown)?;
        if !self.usable(&author) {
            return Err(Refusal::sign_in());
        }
        change.expect(names::account(author.id), Some(bytes));
        Ok(())
    }

    /// The folded login of a profile that may be kept.
    fn fitting(&self, profile: &Profile) -> Result<String, Refusal> {
        let wrong = |code, text| Refusal::new(FaultKind::Invalid, code, text);
        let login = fold_login(&profile.login)
            .ok_or_else(|| wrong("RH-ID-LOGIN-FORM", "A login name has 2 to 64 letters, digits or the signs . _ - @ ' and no space."))?;
        if profile.grants.iter().any(|grant| !self.settings.roles.contains(&grant.role)) {
            return Err(wrong("RH-ID-ROLE", "The hospital's list of roles does not hold this one."));
        }
        let plain = |id: &str| (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
        let ids = profile.grants.iter().filter_map(|grant| grant.unit.as_deref()).chain(profile.practitioner.as_deref());
        if !ids.into_iter().all(plain) {
            return Err(wrong("RH-ID-REFERENCE", "A unit and a practitioner are named by their id in the record."));
        }
        let named = |name: &DisplayName| (1..=8).contains(&name.lang.len()) && (1..=200).contains(&name.text.trim().chars().count());
        if profile.names.is_empty() || !profile.names.iter().all(named) {
            return Err(wrong("RH-ID-NAME", "An account has at least one name to be shown, each with its language."));
        }
        Ok(login)
    }

    /// To whom a login belongs, if it is theirs at present.
    pub(crate) fn by_login(&self, folded: &str) -> Result<Option<Account>, Refusal> {
        let id = self.vault.read(&names::login(folded))?.and_then(|bytes| bytes.try_into().ok()).map(AccountId);
        let account = id.map(|id| self.account(id)).transpose()?.flatten();
        Ok(account.filter(|account| account.login == folded))
    }
}

/// Whom an invitation is for, and the fingerprint that it is compared by.
pub(crate) fn read_invitation(token: &str) -> Option<(AccountId, [u8; 32])> {
    let bytes = from_base64url(token).filter(|bytes| bytes.len() == 48)?;
    let (id, _) = bytes.split_first_chunk::<16>()?;
    Some((AccountId(*id), sha256(token.as_bytes())))
}

fn not_oneself(by: By<'_>, id: AccountId) -> Result<(), Refusal> {
    if by.is(id) {
        return Err(Refusal::new(FaultKind::Forbidden, "RH-ID-ONESELF", "Nobody decides about their own account. Ask another administrator."));
    }
    Ok(())
}

pub(crate) fn unknown() -> Refusal {
    Refusal::new(FaultKind::NotFound, "RH-ID-UNKNOWN", "There is no such account.")
}

fn taken() -> Refusal {
    Refusal::new(FaultKind::Conflict, "RH-ID-LOGIN-TAKEN", "This login name belongs, or belonged, to somebody else.")
}

fn changed() -> Refusal {
    Refusal::new(FaultKind::Conflict, "RH-ID-CHANGED", "Somebody else changed this meanwhile. Look at it again and repeat the change.")
}

fn no_such_move() -> Refusal {
    Refusal::new(FaultKind::Unprocessable, "RH-ID-STATE", "This cannot be done with an account in its present state.")
}
