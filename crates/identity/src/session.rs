//! Who is signed in where, since when, and until when.

use crate::account::{Account, AccountId, Grant};
use crate::identity::Identity;
use crate::names;
use crate::policy::{Ends, since};
use crate::refusal::Refusal;
use crate::secret::{Token, fingerprint, random};
use crate::throttle::Device;
use crate::vault::{CHANGED, Change, EventKind, Told};
use crate::wire::{Fields, Later, Taken, Wire, decode, encode};
use rihla_kernel::{Fault, FaultKind, Instant};

/// A session's use is written down when this part of its shortest wait has passed.
const TOUCH: i64 = 10;
/// Sessions that one commit takes away.
const SWEPT: usize = 500;

/// How somebody proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// By badge or login and a PIN, at a station, after a whole sign-in.
    Pin = 1,
    Password = 2,
    /// By password and a second factor, or by a passkey that verified its person.
    TwoFactors = 3,
}

impl Level {
    fn of(number: u8) -> Option<Self> {
        [Self::Pin, Self::Password, Self::TwoFactors].into_iter().find(|level| *level as u8 == number)
    }

    fn code(self) -> &'static str {
        match self {
            Self::Pin => "PIN",
            Self::Password => "password",
            Self::TwoFactors => "two factors",
        }
    }

    /// The same, where an identity provider looked.
    fn code_outside(self) -> &'static str {
        if self == Self::TwoFactors { "identity provider, two factors" } else { "identity provider" }
    }
}

/// A session as it is kept and listed. Its token is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub account: AccountId,
    pub opened: Instant,
    pub used: Instant,
    /// When its person last proved who they are by more than a PIN; 0: not in this session.
    pub proved: Instant,
    pub level: Level,
    /// The station that it was opened at, by its fingerprint.
    pub station: Option<String>,
    /// What the browser says it is, for the person's list of sessions.
    pub label: String,
    /// Over at this moment, whatever happens.
    pub ends: Instant,
    idle: i64,
    lock: i64,
    locked: bool,
    epoch: u64,
    later: Later,
}

impl Wire for Session {
    fn put(&self, out: &mut Fields) {
        out.bytes(1, &self.account.0);
        out.time(2, self.opened);
        out.time(3, self.used);
        out.time(4, self.proved);
        out.number(5, u64::from(self.level as u8));
        out.text(6, self.station.as_deref().unwrap_or(""));
        out.text(7, &self.label);
        out.time(8, self.ends);
        out.time(9, Instant(self.idle));
        out.time(10, Instant(self.lock));
        out.flag(11, self.locked);
        out.number(12, self.epoch);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self {
            account: AccountId(from.array(1)?),
            opened: from.time(2)?,
            used: from.time(3)?,
            proved: from.time(4)?,
            level: Level::of(from.small(5)?)?,
            station: crate::account::some(from.text(6)?),
            label: from.text(7)?,
            ends: from.time(8)?,
            idle: from.time(9)?.0,
            lock: from.time(10)?.0,
            locked: from.flag(11)?,
            epoch: from.number(12)?,
            later: from.later(),
        })
    }
}

impl Session {
    /// Without use for so long, in milliseconds, the screen is locked: pages cover themselves at the same moment.
    pub fn locks_after(&self) -> i64 {
        self.lock
    }

    fn is_over(&self, now: Instant) -> bool {
        now >= self.ends || since(self.used, now) >= self.idle
    }

    fn is_locked(&self, now: Instant) -> bool {
        self.locked || since(self.used, now) >= self.lock
    }
}

/// That somebody is who they say: made by a right password, factor or PIN, and good for one session, now.
#[derive(Debug)]
pub struct Proven {
    pub(crate) account: AccountId,
    /// Of before the proof was looked at: if the sessions were ended meanwhile, none is opened.
    pub(crate) epoch: u64,
    pub(crate) level: Level,
    /// The number of the device, if it was known.
    pub(crate) device: Option<[u8; 16]>,
    /// No session that comes of it lasts longer.
    pub(crate) until: Option<Instant>,
    /// An identity provider proved it, and not this house.
    pub(crate) outside: bool,
}

impl Proven {
    pub fn account(&self) -> AccountId {
        self.account
    }

    pub fn level(&self) -> Level {
        self.level
    }
}

/// Where somebody sits down.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seat<'s> {
    /// The token of the shared station, if the browser is one.
    pub station: Option<&'s str>,
    /// The token of the session that the browser held: it ends, whoever's it was.
    pub before: Option<&'s str>,
    /// What the browser says it is.
    pub label: &'s str,
    /// Its address, as the server sees it.
    pub address: &'s str,
}

/// A session that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// For a cookie that scripts cannot read, sent to this server only, over TLS.
    pub token: Token,
    /// By which the device is known next time; none after a PIN.
    pub device: Option<Token>,
    pub present: Present,
}

/// Somebody at a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    pub account: Account,
    pub session: Session,
    /// Names the session in lists; lets nobody in.
    pub fingerprint: String,
    /// The screen is to show the lock and nothing else.
    pub locked: bool,
    /// One of their roles needs a second factor, and this session was opened without one.
    pub owes_second: bool,
}

/// That somebody proved who they are within the last minutes: risky acts ask for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    account: AccountId,
    session: String,
}

impl Fresh {
    pub fn account(&self) -> AccountId {
        self.account
    }
}

/// Who moved: only a person keeps a session alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Person,
    /// A page that asks by itself.
    Page,
}

impl Identity {
    /// Opens a session in place of the one that the browser held.
    pub async fn enter(&self, proven: Proven, seat: Seat<'_>) -> Result<Opened, Refusal> {
        let now = self.now();
        let (account, bytes) = self.kept::<Account>(&names::account(proven.account))?.ok_or_else(Refusal::sign_in)?;
        let (epoch, epoch_bytes) = self.epoch(account.id)?;
        if !self.usable(&account) || epoch != proven.epoch {
            return Err(Refusal::sign_in());
        }
        // A station that was retired is a screen like any other.
        let (station, place) = seat.station.map(|token| self.known_station(token)).transpose()?.flatten().unzip();
        let ends = self.ends_of(&account.grants, station.is_some());
        let token = Token::new(self.entropy.as_ref());
        let session = Session {
            account: account.id,
            opened: now,
            used: now,
            proved: if proven.level == Level::Pin { Instant(0) } else { now },
            level: proven.level,
            station,
            label: seat.label.chars().filter(|sign| !sign.is_control()).take(80).collect(),
            ends: Instant(now.0.saturating_add(ends.absolute)).min(proven.until.unwrap_or(Instant(i64::MAX))),
            idle: ends.idle,
            lock: ends.lock,
            locked: false,
            epoch,
            later: Later::default(),
        };
        let name = fingerprint(token.as_str());
        let mut change = Change::default();
        change.expect(names::account(account.id), Some(bytes)).expect(names::epoch(account.id), epoch_bytes);
        change.expect(names::session(&name), None).put(names::session(&name), encode(&session));
        let how = if proven.outside { proven.level.code_outside() } else { proven.level.code() };
        change.tell(Told {
            station: place.map_or_else(String::new, |place| place.name),
            address: seat.address.to_owned(),
            ..Told::own(EventKind::SignIn, account.id, how)
        });
        if let Some(before) = seat.before {
            change.remove(names::session(&fingerprint(before)));
        }
        self.make_room(account.id, &name, &mut change)?;
        change.passing();
        self.vault.commit(change).await.map_err(|fault| if fault.code == CHANGED { Refusal::sign_in() } else { fault.into() })?;
        let device = (proven.level != Level::Pin).then(|| {
            let number = proven.device.unwrap_or_else(|| random(self.entropy.as_ref()));
            Token::of(Device::cookie(self.keys.device(), account.id, &number, now))
        });
        Ok(Opened { token, device, present: self.present(account, session, name, now) })
    }

    /// Ends the sessions of an account that were used longest ago, so that with the new one there are no more than the policy lets be.
    fn make_room(&self, id: AccountId, new: &str, change: &mut Change) -> Result<(), Fault> {
        let (prefix, now) = (names::open(id), self.now());
        let mut open = Vec::new();
        for (name, _) in self.vault.list(&prefix)? {
            let fingerprint = name.strip_prefix(&prefix).unwrap_or("").to_owned();
            let kept = self.kept::<Session>(&names::session(&fingerprint))?.filter(|(session, _)| session.account == id);
            match kept {
                Some((session, _)) if self.holder(&session, now)?.is_some() => open.push((session.used, fingerprint)),
                _ => _ = change.remove(name),
            }
        }
        open.sort_unstable();
        let over = open.len().saturating_add(1).saturating_sub(self.policy().sessions.max(1));
        for (_, fingerprint) in open.into_iter().take(over) {
            change.remove(names::session(&fingerprint)).remove(format!("{prefix}{fingerprint}"));
            change.tell(Told::own(EventKind::SignOut, id, "too many sessions"));
        }
        change.put(format!("{prefix}{new}"), vec![1]);
        Ok(())
    }

    fn ends_of(&self, grants: &[Grant], station: bool) -> Ends {
        let policy = self.policy();
        let of_roles = policy.ends_of_roles.iter().filter(|(role, _)| grants.iter().any(|grant| grant.role == *role)).map(|(_, ends)| *ends);
        of_roles.chain(station.then_some(policy.ends_at_stations)).fold(policy.ends, Ends::and)
    }

    fn present(&self, account: Account, session: Session, fingerprint: String, now: Instant) -> Present {
        let needs = self.policy().second_factor.iter().any(|role| account.holds(role));
        // Who came back by a PIN had come in wholly before: their factors were asked for then.
        let owes_second = needs && session.level == Level::Password;
        Present { locked: session.is_locked(now), owes_second, account, session, fingerprint }
    }

    /// Who holds this token now. None: nobody, or not any more.
    pub async fn find(&self, token: &str, who: Use) -> Result<Option<Present>, Fault> {
        let now = self.now();
        let name = fingerprint(token);
        let Some((mut session, bytes)) = self.kept::<Session>(&names::session(&name))? else { return Ok(None) };
        let Some(account) = self.holder(&session, now)? else { return Ok(None) };
        let step = session.idle.min(session.lock) / TOUCH;
        if who == Use::Person && !session.is_locked(now) && since(session.used, now) > step {
            session.used = now;
            let mut change = Change::default();
            change.expect(names::session(&name), Some(bytes)).put(names::session(&name), encode(&session)).passing();
            match self.vault.commit(change).await {
                // Another page of theirs was faster, or the session was ended: the next look tells.
                Err(fault) if fault.code == CHANGED => {}
                other => other?,
            }
        }
        Ok(Some(self.present(account, session, name, now)))
    }

    /// Who is in a session, by its fingerprint: for what is sent without being asked for. It keeps nothing alive.
    pub fn still(&self, fingerprint: &str) -> Result<Option<Present>, Fault> {
        let now = self.now();
        let Some((session, _)) = self.kept::<Session>(&names::session(fingerprint))? else { return Ok(None) };
        let holder = self.holder(&session, now)?;
        Ok(holder.map(|account| self.present(account, session, fingerprint.to_owned(), now)))
    }

    /// Whose session it is, if it is still good.
    fn holder(&self, session: &Session, now: Instant) -> Result<Option<Account>, Fault> {
        if session.is_over(now) || self.epoch(session.account)?.0 != session.epoch {
            return Ok(None);
        }
        Ok(self.account(session.account)?.filter(|account| self.usable(account)))
    }

    /// That the person proved who they are within the last minutes; else they have to again (`RH-ID-STEP-UP`).
    pub fn fresh(&self, present: &Present) -> Result<Fresh, Refusal> {
        let recent = present.session.proved.0 > 0 && since(present.session.proved, self.now()) <= self.policy().fresh;
        if present.locked || !recent {
            return Err(Refusal::new(FaultKind::Forbidden, "RH-ID-STEP-UP", "This act needs your password or passkey once more."));
        }
        Ok(Fresh { account: present.account.id, session: present.fingerprint.clone() })
    }

    /// Locks a screen at the wish of its person.
    pub async fn lock(&self, token: &str) -> Result<(), Fault> {
        let name = names::session(&fingerprint(token));
        let Some((session, bytes)) = self.kept::<Session>(&name)? else { return Ok(()) };
        let mut change = Change::default();
        change.expect(name.clone(), Some(bytes)).put(name.clone(), encode(&Session { locked: true, ..session })).passing();
        match self.vault.commit(change).await {
            // Touched or ended meanwhile: once more with what stands now.
            Err(fault) if fault.code == CHANGED => Box::pin(self.lock(token)).await,
            other => other,
        }
    }

    /// Signs out.
    pub async fn leave(&self, token: &str) -> Result<(), Fault> {
        let mut change = Change::default();
        let name = names::session(&fingerprint(token));
        if let Some((session, _)) = self.kept::<Session>(&name)? {
            change.tell(Told::own(EventKind::SignOut, session.account, "left"));
        }
        change.remove(name).passing();
        self.vault.commit(change).await
    }

    /// The sessions of an account that are still good, the last used first, by their fingerprints.
    pub fn sessions(&self, id: AccountId) -> Result<Vec<(String, Session)>, Fault> {
        let now = self.now();
        let mut found = Vec::new();
        for (name, bytes) in self.vault.list(names::SESSIONS)? {
            let session: Session = decode(&bytes)?;
            if session.account == id && self.holder(&session, now)?.is_some() {
                found.push((name.strip_prefix(names::SESSIONS).unwrap_or("").to_owned(), session));
            }
        }
        found.sort_by_key(|(_, session)| std::cmp::Reverse(session.used));
        Ok(found)
    }

    /// Whether a session of an account is still good, by its fingerprint.
    pub fn is_open(&self, id: AccountId, session: &str) -> Result<bool, Fault> {
        let Some((session, _)) = self.kept::<Session>(&names::session(session))? else { return Ok(false) };
        Ok(session.account == id && self.holder(&session, self.now())?.is_some())
    }

    /// Ends one session of an account, by its fingerprint.
    pub async fn end_one(&self, id: AccountId, session: &str) -> Result<(), Fault> {
        let name = names::session(session);
        if self.kept::<Session>(&name)?.is_some_and(|(session, _)| session.account == id) {
            let mut change = Change::default();
            change.remove(name).tell(Told::own(EventKind::SignOut, id, "one session ended")).passing();
            self.vault.commit(change).await?;
        }
        Ok(())
    }

    /// Ends all sessions of a person but the one that they sit at.
    pub async fn end_others(&self, fresh: &Fresh) -> Result<(), Refusal> {
        let mut change = Change::default();
        self.end_all_but(fresh, &mut change)?;
        change.tell(Told::own(EventKind::SignOut, fresh.account, "other sessions ended"));
        Ok(self.vault.commit(change).await?)
    }

    /// Puts into a change that all other sessions of a person end.
    pub(crate) fn end_all_but(&self, fresh: &Fresh, change: &mut Change) -> Result<(), Refusal> {
        let epoch = self.raise_epoch(fresh.account, change)?;
        let name = names::session(&fresh.session);
        let (session, bytes) = self.kept::<Session>(&name)?.filter(|(session, _)| session.account == fresh.account).ok_or_else(Refusal::stale)?;
        change.expect(name.clone(), Some(bytes)).put(name, encode(&Session { epoch, ..session }));
        Ok(())
    }

    /// Ends all sessions of an account.
    pub async fn end_all(&self, id: AccountId) -> Result<(), Fault> {
        let mut change = Change::default();
        self.raise_epoch(id, &mut change)?;
        change.tell(Told::own(EventKind::SignOut, id, "all sessions ended"));
        self.vault.commit(change).await
    }

    /// Takes away what is left of sessions that are over. Returns how many.
    pub async fn sweep(&self) -> Result<usize, Fault> {
        let now = self.now();
        let mut over = Vec::new();
        for (name, bytes) in self.vault.list(names::SESSIONS)? {
            let session: Session = decode(&bytes)?;
            if self.holder(&session, now)?.is_none() {
                let open = format!("{}{}", names::open(session.account), name.strip_prefix(names::SESSIONS).unwrap_or(""));
                over.push((name, open));
            }
        }
        for names in over.chunks(SWEPT) {
            let mut change = Change::default();
            names.iter().for_each(|(name, open)| _ = change.remove(name.as_str()).remove(open.as_str()));
            self.vault.commit(change).await?;
        }
        Ok(over.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_session_reads_back_as_it_was(
            (account, level, epoch, locked) in (any::<[u8; 16]>(), 1u8..=3, any::<u64>(), any::<bool>()),
            times in prop::array::uniform6(0i64..1 << 50),
            (label, station) in (".{0,20}", prop::option::of("[0-9a-f]{64}")),
        ) {
            let [opened, used, proved, ends, idle, lock] = times;
            let (opened, used, proved, ends) = (Instant(opened), Instant(used), Instant(proved), Instant(ends));
            let (account, level) = (AccountId(account), Level::of(level).expect("a level"));
            let session = Session { account, opened, used, proved, level, station, label, ends, idle, lock, locked, epoch, later: Later::default() };
            let bytes = encode(&session);
            let back: Session = decode(&bytes).expect("own encoding");
            prop_assert_eq!(encode(&back), bytes);
            prop_assert_eq!(back, session);
        }
    }
}
