//! Shared stations: who comes next gets in by badge and PIN within seconds, as themselves.

use crate::account::{Account, AccountId, By, fold_login, unknown};
use crate::identity::Identity;
use crate::names;
use crate::password::{Lane, decoy, typed_pin, verify};
use crate::policy::since;
use crate::refusal::Refusal;
use crate::secret::{Token, fingerprint};
use crate::secrets::Secrets;
use crate::session::{Level, Opened, Proven, Seat};
use crate::vault::{Change, EventKind, account_name};
use crate::wire::{Fields, Later, Taken, Wire, decode, encode};
use rihla_kernel::{Fault, FaultKind, Instant, SiteId};

/// A screen that several people share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// As people call it: `Cardiologie, poste 2`.
    pub name: String,
    pub site: SiteId,
    /// The id of its Location.
    pub unit: Option<String>,
    pub at: Instant,
    /// Who registered it.
    pub by: String,
    later: Later,
}

impl Wire for Station {
    fn put(&self, out: &mut Fields) {
        out.text(1, &self.name);
        out.number(2, u64::from(self.site.0));
        out.text(3, self.unit.as_deref().unwrap_or(""));
        out.time(4, self.at);
        out.text(5, &self.by);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        let (name, site, unit) = (from.text(1)?, SiteId(from.small(2)?), crate::account::some(from.text(3)?));
        Some(Self { name, site, unit, at: from.time(4)?, by: from.text(5)?, later: from.later() })
    }
}

/// Who touches a station.
#[derive(Clone, Copy, Debug)]
pub enum Who<'w> {
    /// The number that a reader typed.
    Badge(&'w str),
    /// A login, with a PIN of six digits or more.
    Login(&'w str),
}

impl Identity {
    /// Makes the browser at hand a shared station; the token is for a cookie that stays.
    pub async fn register_station(&self, by: By<'_>, name: &str, site: SiteId, unit: Option<&str>) -> Result<Token, Refusal> {
        let name = name.trim();
        if !(1..=80).contains(&name.chars().count()) {
            return Err(Refusal::new(FaultKind::Invalid, "RH-ID-STATION-NAME", "A station has a name of 1 to 80 characters."));
        }
        let token = Token::new(self.entropy.as_ref());
        let station = Station { name: name.to_owned(), site, unit: unit.map(str::to_owned), at: self.now(), by: by.name(), later: Later::default() };
        let mut change = Change::default();
        self.author_is_active(by, &mut change)?;
        change.put(names::station(&fingerprint(token.as_str())), encode(&station)).tell(by.told(EventKind::StationChange, name.to_owned(), "registered"));
        self.vault.commit(change).await?;
        Ok(token)
    }

    /// All stations by their fingerprints.
    pub fn stations(&self) -> Result<Vec<(String, Station)>, Fault> {
        let all = self.vault.list(names::STATIONS)?;
        all.iter().map(|(name, bytes)| Ok((name.strip_prefix(names::STATIONS).unwrap_or("").to_owned(), decode(bytes)?))).collect()
    }

    /// The browser is a shared station no more: badges open nothing there.
    pub async fn retire_station(&self, by: By<'_>, station: &str) -> Result<(), Refusal> {
        let mut change = Change::default();
        self.author_is_active(by, &mut change)?;
        let name = self.kept::<Station>(&names::station(station))?.map_or_else(String::new, |(station, _)| station.name);
        change.remove(names::station(station)).tell(by.told(EventKind::StationChange, name, "retired"));
        Ok(self.vault.commit(change).await?)
    }

    /// The station that a browser is, by its token.
    pub fn station(&self, token: &str) -> Result<Option<Station>, Fault> {
        Ok(self.known_station(token)?.map(|(_, station)| station))
    }

    /// Whether somebody has a badge, and a PIN.
    pub fn badge_and_pin(&self, id: AccountId) -> Result<(bool, bool), Refusal> {
        let (secrets, _) = self.secrets(id)?;
        Ok((!secrets.badge.is_empty(), secrets.pin.is_some()))
    }

    /// The station that holds a token, with its fingerprint.
    pub(crate) fn known_station(&self, token: &str) -> Result<Option<(String, Station)>, Fault> {
        let name = fingerprint(token);
        Ok(self.kept(&names::station(&name))?.map(|(station, _)| (name, station)))
    }

    /// Gives somebody a badge, in place of one before; none takes it away.
    pub async fn bind_badge(&self, by: By<'_>, id: AccountId, number: Option<&str>) -> Result<(), Refusal> {
        self.account(id)?.ok_or_else(unknown)?;
        let malformed = || Refusal::new(FaultKind::Invalid, "RH-ID-BADGE-FORM", "A badge's number has 4 to 64 letters and digits.");
        let hash = number.map(|number| badge_number(number).ok_or_else(malformed)).transpose()?.map(|number| self.keys.badge(&number));
        self.change_secrets(id, |secrets, change| {
            self.author_is_active(by, change)?;
            let new = hash.as_deref().unwrap_or("");
            if secrets.badge == new {
                return Ok(());
            }
            change.tell(by.told(EventKind::SecretChange, account_name(id), "badge"));
            if !secrets.badge.is_empty() {
                change.remove(names::badge(&secrets.badge));
            }
            if !new.is_empty() {
                if self.vault.read(&names::badge(new))?.is_some() {
                    return Err(Refusal::new(FaultKind::Conflict, "RH-ID-BADGE-TAKEN", "This badge belongs to another account. Take it away there first."));
                }
                change.expect(names::badge(new), None).put(names::badge(new), id.0.to_vec());
            }
            new.clone_into(&mut secrets.badge);
            Ok(())
        })
        .await
    }

    /// Lets somebody in at a station by badge or login and PIN, with a session of their own in place of the one that the
    /// browser held.
    pub async fn reenter(&self, station: &str, who: Who<'_>, pin: &str, seat: Seat<'_>) -> Result<Opened, Refusal> {
        let (place, at) = self.known_station(station)?.ok_or_else(no_station)?;
        let attempt = self.throttle().at_station(self.policy(), &place);
        self.throttle().charge(&attempt, self.now())?;
        let account = self.touching(who)?.filter(|account| self.usable(account) && account.grants.iter().any(|grant| grant.site == at.site));
        let (badge, known) = (matches!(who, Who::Badge(_)), account.as_ref().map(|account| account.id));
        let proven = match account {
            Some(account) => self.pin(&account, pin, badge).await,
            // The same work for nobody.
            None => self.compare_pin(None, AccountId([0; 16]), pin).await.and(Err(wrong_pin())),
        };
        let proven = match proven {
            Ok(proven) => proven,
            Err(refusal) => {
                self.tell_refused(&refusal, known, "PIN", &at.name, seat.address);
                if refusal.retry_after_s.is_some() {
                    self.throttle().pardon(&attempt, false, self.now());
                }
                return Err(refusal);
            }
        };
        self.throttle().pardon(&attempt, true, self.now());
        self.enter(proven, Seat { station: Some(station), ..seat }).await
    }

    fn touching(&self, who: Who<'_>) -> Result<Option<Account>, Refusal> {
        match who {
            Who::Login(login) => fold_login(login).map_or(Ok(None), |login| self.by_login(&login)),
            Who::Badge(number) => {
                let Some(number) = badge_number(number) else { return Ok(None) };
                let owner = self.vault.read(&names::badge(&self.keys.badge(&number)))?.and_then(|id| id.try_into().ok());
                Ok(owner.map(|id| self.account(AccountId(id))).transpose()?.flatten())
            }
        }
    }

    async fn pin(&self, account: &Account, pin: &str, badge: bool) -> Result<Proven, Refusal> {
        let (epoch, _) = self.epoch(account.id)?;
        let policy = self.policy();
        // Counted before it is looked at: many at once are many.
        let secrets = self
            .change_secrets(account.id, |secrets, change| {
                secrets.pin_tries = secrets.pin_tries.saturating_add(1);
                change.passing();
                Ok(secrets.clone())
            })
            .await?;
        let Secrets { pin: kept, pin_long, pin_tries, full_at, .. } = secrets;
        let kept = kept.filter(|_| (badge || pin_long) && pin_tries <= policy.pin_tries);
        let compared = self.compare_pin(kept, account.id, pin).await;
        if compared.is_err() {
            // Nobody looked at it.
            self.forgive_pin(account.id, |tries| tries.saturating_sub(1)).await?;
        }
        let right = compared?;
        if pin_tries > policy.pin_tries {
            return Err(whole());
        }
        if !right {
            return Err(wrong_pin());
        }
        if full_at == 0 || since(Instant(full_at), self.now()) >= policy.pin_window {
            return Err(whole());
        }
        self.forgive_pin(account.id, |_| 0).await?;
        let until = Instant(full_at.saturating_add(policy.pin_window));
        Ok(Proven { account: account.id, epoch, level: Level::Pin, device: None, until: Some(until), outside: false })
    }

    async fn forgive_pin(&self, id: AccountId, tries: impl Fn(u32) -> u32 + Send + Sync) -> Result<(), Refusal> {
        self.change_secrets(id, |secrets, change| {
            secrets.pin_tries = tries(secrets.pin_tries);
            change.passing();
            Ok(())
        })
        .await
    }

    async fn compare_pin(&self, kept: Option<crate::password::Hash>, owner: AccountId, pin: &str) -> Result<bool, Refusal> {
        let kept = kept.unwrap_or_else(|| decoy(self.policy().pin));
        let (pin, pepper) = (typed_pin(pin).unwrap_or_default(), self.keys.pepper);
        self.pool.submit(Lane::Known, move || verify(&pin, &kept, &pepper, owner))?.await
    }
}

/// A badge's number as it is compared: readers differ in case and in what they put around it.
fn badge_number(typed: &str) -> Option<String> {
    let number = typed.trim().to_ascii_uppercase();
    let fits = (4..=64).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fits.then_some(number)
}

fn no_station() -> Refusal {
    Refusal::new(FaultKind::Forbidden, "RH-ID-STATION", "This screen is not registered as a shared station. Sign in with your password.")
}

fn wrong_pin() -> Refusal {
    Refusal::new(FaultKind::Forbidden, "RH-ID-PIN", "The badge or the PIN is not right.")
}

fn whole() -> Refusal {
    Refusal::new(FaultKind::Forbidden, "RH-ID-WHOLE", "A PIN does not open this now. Sign in with your password or passkey once.")
}
