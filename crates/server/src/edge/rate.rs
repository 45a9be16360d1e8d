//! How often one address, and one session or token, may ask: a bucket that fills again by itself.

use rihla_kernel::{Clock, Instant};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Requests that may come at once, and how many a second after that; 0 a second means no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    pub burst: u32,
    pub a_second: u32,
}

/// Who asks too often is told when to come back.
pub struct Rates {
    clock: Arc<dyn Clock>,
    addresses: Buckets<IpAddr>,
    credentials: Buckets<u64>,
}

/// Those remembered at most: then the fullest, who asked least, are forgotten.
const KNOWN: usize = 65_536;

struct Buckets<K> {
    size: Bucket,
    /// What is left, in thousandths of a request, and since when.
    known: Mutex<HashMap<K, (u64, Instant)>>,
}

impl Rates {
    pub fn new(clock: Arc<dyn Clock>, address: Bucket, credential: Bucket) -> Self {
        Self { clock, addresses: Buckets::of(address), credentials: Buckets::of(credential) }
    }

    /// `credential`: the session or token as it came, if one did; it need not be a good one. In how many seconds to come
    /// back, for who asked too often.
    pub fn ask(&self, address: IpAddr, credential: Option<&[u8]>) -> Result<(), u64> {
        let now = self.clock.now();
        self.addresses.take(network(address), now)?;
        credential.map_or(Ok(()), |text| self.credentials.take(hashed(text), now))
    }
}

/// An IPv6 customer has a whole /64 to call from (<https://www.rfc-editor.org/rfc/rfc6177>).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        address => address,
    }
}

fn hashed(text: &[u8]) -> u64 {
    let digest = ring::digest::digest(&ring::digest::SHA256, text);
    digest.as_ref().iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

impl<K: Eq + Hash + Copy> Buckets<K> {
    fn of(size: Bucket) -> Self {
        Self { size, known: Mutex::default() }
    }

    fn take(&self, key: K, now: Instant) -> Result<(), u64> {
        if self.size.a_second == 0 {
            return Ok(());
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN && !known.contains_key(&key) {
            known.retain(|_, held| self.left(*held, now) < self.full());
            // Whoever comes from everywhere at once is let through by address and stopped by what they ask for.
            if known.len() >= KNOWN {
                known.clear();
            }
        }
        let left = self.left(known.get(&key).copied().unwrap_or((self.full(), now)), now);
        let Some(rest) = left.checked_sub(ONE) else {
            known.insert(key, (left, now));
            return Err((ONE - left).div_ceil(u64::from(self.size.a_second) * 1_000).max(1));
        };
        known.insert(key, (rest, now));
        Ok(())
    }

    fn full(&self) -> u64 {
        u64::from(self.size.burst) * ONE
    }

    fn left(&self, (held, since): (u64, Instant), now: Instant) -> u64 {
        let millis = now.0.saturating_sub(since.0).max(0) as u64;
        held.saturating_add(millis.saturating_mul(u64::from(self.size.a_second))).min(self.full())
    }
}

/// One request, in thousandths: what a bucket of one a second gains in a second.
const ONE: u64 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_kernel::ManualClock;

    #[test]
    fn a_bucket_runs_empty_and_fills_again_each_for_itself() {
        let clock = Arc::new(ManualClock::at(1_000_000));
        let rates = Rates::new(clock.clone(), Bucket { burst: 3, a_second: 2 }, Bucket { burst: 2, a_second: 1 });
        let (here, there): (IpAddr, IpAddr) = ("10.0.0.1".parse().expect("an address"), "10.0.0.2".parse().expect("an address"));
        assert_eq!((0..4).map(|_| rates.ask(here, None)).collect::<Vec<_>>(), [Ok(()), Ok(()), Ok(()), Err(1)]);
        assert_eq!(rates.ask(there, None), Ok(()));
        clock.advance(500);
        assert_eq!((rates.ask(here, None), rates.ask(here, None)), (Ok(()), Err(1)));
        clock.advance(60_000);
        assert_eq!((0..3).map(|_| rates.ask(there, Some(b"token"))).collect::<Vec<_>>(), [Ok(()), Ok(()), Err(1)]);
        assert_eq!(rates.ask(here, Some(b"other")), Ok(()));
    }

    #[test]
    fn a_customer_of_ipv6_is_one_and_no_limit_is_none() {
        let clock = Arc::new(ManualClock::at(0));
        let one = Bucket { burst: 1, a_second: 1 };
        let rates = Rates::new(clock.clone(), one, one);
        let ask = |text: &str| rates.ask(text.parse().expect("an address"), None);
        assert_eq!((ask("2001:db8::1"), ask("2001:db8::ffff:2"), ask("2001:db8:0:1::1")), (Ok(()), Err(1), Ok(())));
        assert_eq!((ask("::ffff:10.0.0.1"), ask("10.0.0.1")), (Ok(()), Err(1)), "an IPv4 address in IPv6's clothes is itself");
        let free = Rates::new(clock, Bucket { burst: 0, a_second: 0 }, one);
        assert!((0..1000).all(|_| free.ask("10.0.0.1".parse().expect("an address"), None).is_ok()));
    }

    #[test]
    fn memory_is_bounded() {
        let clock = Arc::new(ManualClock::at(0));
        let rates = Rates::new(clock, Bucket { burst: 2, a_second: 1 }, Bucket { burst: 2, a_second: 1 });
        for at in 0..200_000u32 {
            assert!(rates.ask(IpAddr::from(at.to_be_bytes()), None).is_ok());
        }
        assert!(rates.addresses.known.lock().expect("unlocked").len() <= KNOWN);
    }
}
