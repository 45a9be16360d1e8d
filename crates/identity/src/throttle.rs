//! How wrong tries slow down the next ones, so that guessing is hopeless and nobody can lock somebody else out.
//!
//! A try from a device that signed in to the account before (it shows a cookie of ours) is counted for that device alone.
//! Any other is counted by who and from where together, by who, by from where, and over all. A wait ends by itself; a try
//! that comes too early changes nothing. A person whose name others guess at still comes in from their own devices (OWASP,
//! Blocking Brute Force Attacks, device cookies; NIST SP 800-63B-4, 3.2.2; OWASP ASVS 5, 6.3.1 and 6.1.1).
//!
//! In memory, of a fixed size: who has many addresses pushes out those with the fewest wrong tries, not a running wait.

use crate::account::AccountId;
use crate::policy::{Pace, Policy, since};
use crate::refusal::Refusal;
use crate::secret::{base64url, from_base64url};
use rihla_kernel::Instant;
use ring::hmac;

/// Places that one key may stand in.
const WAYS: usize = 8;

/// Where a try comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The address of the browser, as the server sees it.
    pub address: String,
    /// Device cookies that the browser showed: a station of a ward may hold one of each person.
    pub devices: Vec<String>,
}

/// Someone who tries, as the throttle sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    lanes: Vec<(Pace, u64)>,
    /// Not from a device that is known for the account.
    pub stranger: bool,
}

#[derive(Clone, Copy, Debug)]
struct Lane {
    key: u64,
    wrong: u32,
    last: Instant,
    until: Instant,
}

impl Lane {
    const EMPTY: Lane = Lane { key: 0, wrong: 0, last: Instant(0), until: Instant(0) };

    /// Wrong tries that still count.
    fn counted(&self, pace: Pace, now: Instant) -> u32 {
        let halvings = since(self.last, now) / pace.forget.max(1);
        self.wrong.checked_shr(u32::try_from(halvings).unwrap_or(u32::MAX)).unwrap_or(0)
    }
}

/// The memory of wrong tries.
pub(crate) struct Throttle {
    lanes: Vec<Lane>,
    /// Deals keys to places; random, so that nobody can aim at one.
    deal: hmac::Key,
    /// The bucket over all accounts: tokens in thousandths, and when they were counted.
    tokens: i64,
    counted: Instant,
    per_minute: i64,
    burst: i64,
}

impl Throttle {
    pub fn new(policy: &Policy, seed: &[u8; 16], now: Instant) -> Self {
        let burst = i64::from(policy.strangers_burst) * 1000;
        Self {
            lanes: vec![Lane::EMPTY; policy.lanes.next_multiple_of(WAYS).max(WAYS)],
            deal: hmac::Key::new(hmac::HMAC_SHA256, seed),
            tokens: burst,
            counted: now,
            per_minute: i64::from(policy.strangers_per_minute),
            burst,
        }
    }

    /// Someone signing in as `login` (whether there is such an account or not) from a client; `device`: the number of the
    /// device, if it is known for that account.
    pub fn sign_in(&self, policy: &Policy, login: &str, client: &Client, device: Option<&[u8]>) -> Attempt {
        match device {
            Some(device) => Attempt { lanes: vec![(policy.pace_device, self.key(&[b"device", login.as_bytes(), device]))], stranger: false },
            None => {
                let address = client.address.as_bytes();
                let lanes = vec![
                    (policy.pace_here, self.key(&[b"here", login.as_bytes(), address])),
                    (policy.pace_strangers, self.key(&[b"login", login.as_bytes()])),
                    (policy.pace_address, self.key(&[b"address", address])),
                ];
                Attempt { lanes, stranger: true }
            }
        }
    }

    /// Someone trying PINs at a station.
    pub fn at_station(&self, policy: &Policy, station: &str) -> Attempt {
        Attempt { lanes: vec![(policy.pace_station, self.key(&[b"station", station.as_bytes()]))], stranger: false }
    }

    /// Counts a try as a wrong one before it is looked at, so that many at once are many; or says how long to wait.
    pub fn charge(&mut self, attempt: &Attempt, now: Instant) -> Result<(), Refusal> {
        let wait = |(pace, key): &(Pace, u64)| {
            let wait = self.find(*key)?.until.0.saturating_sub(now.0);
            // A longer one was never given: the clock was set back.
            Some(wait).filter(|wait| (1..=pace.longest).contains(wait))
        };
        if let Some(wait) = attempt.lanes.iter().filter_map(wait).max() {
            return Err(Refusal::wait(wait));
        }
        if attempt.stranger {
            self.take_token(now)?;
        }
        for (pace, key) in &attempt.lanes {
            self.wrong(*pace, *key, now);
        }
        Ok(())
    }

    /// The try was right, or was not looked at: it does not count, nor do those before it from the same person there.
    pub fn pardon(&mut self, attempt: &Attempt, right: bool, now: Instant) {
        if attempt.stranger {
            self.tokens = (self.tokens + 1000).min(self.burst);
        }
        for (place, (pace, key)) in attempt.lanes.iter().enumerate() {
            let Some(lane) = self.find_mut(*key) else { continue };
            // Those of others who tried the same name, or from the same address, stay counted.
            let own = place == 0 && right;
            lane.wrong = if own { 0 } else { lane.counted(*pace, now).saturating_sub(1) };
            if own || lane.wrong <= pace.free {
                lane.until = now;
            }
        }
    }

    fn take_token(&mut self, now: Instant) -> Result<(), Refusal> {
        self.counted = self.counted.min(now);
        let gained = since(self.counted, now).saturating_mul(self.per_minute) / 60;
        // What is too little to be a thousandth waits to be counted.
        if gained > 0 {
            self.tokens = self.tokens.saturating_add(gained).min(self.burst);
            self.counted = now;
        }
        if self.tokens < 1000 {
            return Err(Refusal::wait((1000 - self.tokens) * 60 / self.per_minute.max(1)));
        }
        self.tokens -= 1000;
        Ok(())
    }

    fn wrong(&mut self, pace: Pace, key: u64, now: Instant) {
        let place = self.place(key, now);
        let Some(lane) = self.lanes.get_mut(place) else { return };
        if lane.key != key {
            *lane = Lane { key, ..Lane::EMPTY };
        }
        let wrong = lane.counted(pace, now).saturating_add(1);
        let over = wrong.saturating_sub(pace.free);
        let wait = if over == 0 { 0 } else { pace.first.saturating_mul(1i64.checked_shl(over - 1).filter(|factor| *factor > 0).unwrap_or(i64::MAX)) };
        *lane = Lane { key, wrong, last: now, until: Instant(now.0.saturating_add(wait.min(pace.longest))) };
    }

    /// Never 0, which is the key of an empty place.
    fn key(&self, parts: &[&[u8]]) -> u64 {
        let mut context = hmac::Context::with_key(&self.deal);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let tag = context.sign();
        tag.as_ref().iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte)).max(1)
    }

    fn set(&self, key: u64) -> usize {
        (key as usize % (self.lanes.len() / WAYS)) * WAYS
    }

    fn find(&self, key: u64) -> Option<&Lane> {
        self.lanes.iter().skip(self.set(key)).take(WAYS).find(|lane| lane.key == key)
    }

    fn find_mut(&mut self, key: u64) -> Option<&mut Lane> {
        let set = self.set(key);
        self.lanes.iter_mut().skip(set).take(WAYS).find(|lane| lane.key == key)
    }

    /// Where a key stands, or the place of the one that is missed least: it waits the least, then has the fewest wrong tries.
    fn place(&self, key: u64, now: Instant) -> usize {
        let set = self.set(key);
        let ways = || self.lanes.iter().enumerate().skip(set).take(WAYS);
        let known = ways().find(|(_, lane)| lane.key == key);
        let least = || ways().min_by_key(|(_, lane)| (lane.until.0.saturating_sub(now.0).max(0), lane.wrong, lane.last));
        known.or_else(least).map_or(set, |(place, _)| place)
    }
}

/// A device cookie: who signed in on a device, when, and a number for the device (OWASP device cookies).
pub(crate) struct Device;

impl Device {
    pub fn cookie(key: &hmac::Key, account: AccountId, number: &[u8; 16], now: Instant) -> String {
        let mut out = [account.0.as_slice(), number, &now.0.to_be_bytes()].concat();
        let mac = hmac::sign(key, &out);
        out.extend(mac.as_ref());
        base64url(&out)
    }

    /// The number of the device, if one of its cookies is ours, of this account, and not too old.
    pub fn number(key: &hmac::Key, client: &Client, account: AccountId, now: Instant, longest: i64) -> Option<[u8; 16]> {
        client.devices.iter().find_map(|cookie| {
            let bytes = from_base64url(cookie).filter(|bytes| bytes.len() == 16 + 16 + 8 + 32)?;
            let (body, mac) = bytes.split_at_checked(40)?;
            hmac::verify(key, body, mac).ok()?;
            let (owner, rest) = body.split_first_chunk::<16>()?;
            let (number, at) = rest.split_first_chunk::<16>()?;
            let age = since(Instant(i64::from_be_bytes(at.try_into().ok()?)), now);
            (*owner == account.0 && age < longest).then_some(*number)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Policy {
        let pace = |free| Pace { free, first: 1000, longest: 60_000, forget: 600_000 };
        Policy { pace_here: pace(2), pace_strangers: pace(5), pace_address: pace(20), pace_device: pace(3), lanes: 64, ..Policy::default() }
    }

    fn from(address: &str) -> Client {
        Client { address: address.to_owned(), devices: Vec::new() }
    }

    fn waits(throttle: &mut Throttle, attempt: &Attempt, now: i64) -> Option<u32> {
        throttle.charge(attempt, Instant(now)).err().and_then(|refusal| refusal.retry_after_s)
    }

    #[test]
    fn waits_double_end_by_themselves_and_are_not_prolonged_by_who_does_not_wait() {
        let policy = small();
        let mut throttle = Throttle::new(&policy, &[1; 16], Instant(0));
        let attempt = throttle.sign_in(&policy, "a", &from("1"), None);
        let mut now = 0;
        let mut seen = Vec::new();
        for _ in 0..9 {
            let wait = (0..100).map(|_| waits(&mut throttle, &attempt, now)).last().flatten().unwrap_or(0);
            seen.push(wait);
            now += i64::from(wait) * 1000;
        }
        // The first loop makes three tries: two free ones and one that costs a second.
        assert_eq!(seen, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(waits(&mut throttle, &attempt, now + 6_000_000), None, "forgotten");
        assert_eq!(waits(&mut throttle, &attempt, now + 6_000_001), None, "with its free tries");
    }

    #[test]
    fn a_name_that_others_guess_at_is_open_to_the_devices_of_its_person() {
        let policy = small();
        let mut throttle = Throttle::new(&policy, &[1; 16], Instant(0));
        for address in 0..200 {
            let attempt = throttle.sign_in(&policy, "victim", &from(&address.to_string()), None);
            _ = throttle.charge(&attempt, Instant(0));
        }
        let stranger = throttle.sign_in(&policy, "victim", &from("new"), None);
        assert!(waits(&mut throttle, &stranger, 0).is_some());
        let own = throttle.sign_in(&policy, "victim", &from("new"), Some(b"own device"));
        assert_eq!(waits(&mut throttle, &own, 0), None);
        let other = throttle.sign_in(&policy, "somebody", &from("new"), None);
        assert_eq!(waits(&mut throttle, &other, 0), None, "others are not slowed down");
        // And a stolen cookie is one device that guesses.
        let tries = (0..10).filter(|_| waits(&mut throttle, &own, 0).is_none()).count();
        assert_eq!(tries, 3);
    }

    #[test]
    fn who_is_right_begins_afresh_and_leaves_the_tries_of_others_counted() {
        let policy = small();
        let mut throttle = Throttle::new(&policy, &[1; 16], Instant(0));
        let (own, other) = (throttle.sign_in(&policy, "a", &from("1"), None), throttle.sign_in(&policy, "a", &from("2"), None));
        for _ in 0..3 {
            assert_eq!(waits(&mut throttle, &other, 0), None);
        }
        for _ in 0..2 {
            assert_eq!(waits(&mut throttle, &own, 0), None);
        }
        throttle.charge(&own, Instant(0)).expect("the last one before waiting begins");
        throttle.pardon(&own, true, Instant(0));
        assert_eq!(waits(&mut throttle, &own, 0), None);
        assert_eq!(waits(&mut throttle, &other, 0), Some(1));
    }

    #[test]
    fn over_all_accounts_strangers_come_at_a_pace_and_known_devices_at_theirs() {
        let policy = Policy { strangers_per_minute: 60, strangers_burst: 10, ..small() };
        let mut throttle = Throttle::new(&policy, &[1; 16], Instant(0));
        let mut let_in = |now| {
            let tries = (0..50).filter(|number| {
                let attempt = throttle.sign_in(&policy, &format!("{now}-{number}"), &from(&format!("{now}-{number}")), None);
                waits(&mut throttle, &attempt, now).is_none()
            });
            tries.count()
        };
        assert_eq!((let_in(0), let_in(1_000), let_in(1_500), let_in(5_500)), (10, 1, 0, 4));
        let known = throttle.sign_in(&policy, "a", &from("1"), Some(b"d"));
        assert_eq!(waits(&mut throttle, &known, 5_500), None);
    }

    #[test]
    fn a_flood_of_names_fills_no_memory_and_ends_no_wait() {
        let policy = Policy { strangers_per_minute: u32::MAX, strangers_burst: 1_000_000, ..small() };
        let mut throttle = Throttle::new(&policy, &[1; 16], Instant(0));
        let guessed = throttle.sign_in(&policy, "guessed", &from("1"), None);
        while waits(&mut throttle, &guessed, 0).is_none() {}
        for number in 0..5_000 {
            let attempt = throttle.sign_in(&policy, &number.to_string(), &from(&number.to_string()), None);
            _ = throttle.charge(&attempt, Instant(0));
        }
        assert_eq!(throttle.lanes.len(), 64);
        assert!(waits(&mut throttle, &guessed, 0).is_some());
    }

    #[test]
    fn a_clock_that_is_set_back_makes_nobody_wait_for_it() {
        let policy = Policy { strangers_per_minute: 60, strangers_burst: 6, ..small() };
        let day = 24 * 60 * 60 * 1000;
        let mut throttle = Throttle::new(&policy, &[1; 16], Instant(day));
        let attempt = throttle.sign_in(&policy, "a", &from("1"), None);
        while waits(&mut throttle, &attempt, day).is_none() {}
        for number in 0..10 {
            let other = throttle.sign_in(&policy, &number.to_string(), &from(&number.to_string()), None);
            _ = throttle.charge(&other, Instant(day));
        }
        assert_eq!(waits(&mut throttle, &attempt, 0), Some(1), "for a place among strangers");
        assert_eq!(waits(&mut throttle, &attempt, 1_000), None);
    }

    #[test]
    fn a_device_is_known_to_its_person_for_a_time() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        let (one, other) = (AccountId([1; 16]), AccountId([2; 16]));
        let cookie = Device::cookie(&key, one, &[7; 16], Instant(1_000));
        let shows = |cookie: &str| Client { address: String::new(), devices: vec!["x".into(), cookie.to_owned()] };
        let number = |client: &Client, account, now| Device::number(&key, client, account, Instant(now), 500);
        assert_eq!(number(&shows(&cookie), one, 1_499), Some([7; 16]));
        assert_eq!(number(&shows(&cookie), one, 1_500), None);
        assert_eq!(number(&shows(&cookie), other, 1_000), None);
        let mut forged = from_base64url(&cookie).expect("own text");
        forged[20] ^= 1;
        assert_eq!(number(&shows(&base64url(&forged)), one, 1_000), None);
    }
}
