//! What a person proves who they are with, as it is kept: hashes, sealed seeds and public keys; nothing that lets anybody in
//! by itself.

use crate::password::Hash;
use crate::wire::{Fields, Later, Taken, Wire};
use rihla_kernel::Instant;

/// All of one account, changed together: so a code or a counter is used once even by two who are fast.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Secrets {
    pub password: Option<Hash>,
    /// The password is long enough to stand without a second factor.
    pub password_long: bool,
    /// The sealed seed of the authenticator app.
    pub totp: Vec<u8>,
    /// The last time step whose code was used.
    pub totp_step: u64,
    /// A seed whose first code has not come yet, and since when.
    pub totp_new: Vec<u8>,
    pub totp_new_at: Instant0,
    /// Keyed hashes of the recovery codes that are left.
    pub recovery: Vec<Vec<u8>>,
    pub passkeys: Vec<Passkey>,
    pub pin: Option<Hash>,
    /// The PIN is long enough to stand without a badge.
    pub pin_long: bool,
    /// Wrong PINs since the last sign-in.
    pub pin_tries: u32,
    /// Under which hash the badge is found.
    pub badge: String,
    /// The last whole sign-in.
    pub full_at: Instant0,
    pub invitation: Option<InvitationKept>,
    /// The name of the link to an identity provider's account, if there is one.
    pub outside: String,
    pub later: Later,
}

/// A time that may not have been yet: then 0.
pub(crate) type Instant0 = i64;

impl Secrets {
    pub fn has_second(&self) -> bool {
        !self.totp.is_empty() || !self.passkeys.is_empty()
    }
}

/// A public key that a person's device or token holds the private one of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Passkey {
    pub credential: Vec<u8>,
    /// COSE_Key as the authenticator gave it (RFC 9052, 7).
    pub key: Vec<u8>,
    pub counter: u32,
    /// As the person named it.
    pub label: String,
    pub at: Instant,
    pub used: Instant,
    pub later: Later,
}

/// A one-time way to choose a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvitationKept {
    pub fingerprint: Vec<u8>,
    pub ends: Instant,
    /// Second factors go when the password is chosen: the person lost theirs.
    pub clears: bool,
    /// Who made it.
    pub by: String,
    pub later: Later,
}

impl Wire for Passkey {
    fn put(&self, out: &mut Fields) {
        out.bytes(1, &self.credential);
        out.bytes(2, &self.key);
        out.number(3, u64::from(self.counter));
        out.text(4, &self.label);
        out.time(5, self.at);
        out.time(6, self.used);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self {
            credential: from.bytes(1)?.to_vec(),
            key: from.bytes(2)?.to_vec(),
            counter: from.small(3)?,
            label: from.text(4)?,
            at: from.time(5)?,
            used: from.time(6)?,
            later: from.later(),
        })
    }
}

impl Wire for InvitationKept {
    fn put(&self, out: &mut Fields) {
        out.bytes(1, &self.fingerprint);
        out.time(2, self.ends);
        out.flag(3, self.clears);
        out.text(4, &self.by);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self { fingerprint: from.bytes(1)?.to_vec(), ends: from.time(2)?, clears: from.flag(3)?, by: from.text(4)?, later: from.later() })
    }
}

/// A keyed hash of a recovery code, as a value of its own in a list.
struct Code(Vec<u8>);

impl Wire for Code {
    fn put(&self, out: &mut Fields) {
        out.bytes(1, &self.0);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self(from.bytes(1)?.to_vec()))
    }
}

impl Wire for Secrets {
    fn put(&self, out: &mut Fields) {
        out.one(1, self.password.as_ref());
        out.flag(2, self.password_long);
        out.bytes(3, &self.totp);
        out.number(4, self.totp_step);
        out.bytes(5, &self.totp_new);
        out.time(6, Instant(self.totp_new_at));
        let codes: Vec<Code> = self.recovery.iter().cloned().map(Code).collect();
        out.all(7, &codes);
        out.all(8, &self.passkeys);
        out.one(9, self.pin.as_ref());
        out.flag(10, self.pin_long);
        out.number(11, u64::from(self.pin_tries));
        out.text(12, &self.badge);
        out.time(13, Instant(self.full_at));
        out.one(14, self.invitation.as_ref());
        out.text(15, &self.outside);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self {
            password: from.one(1)?,
            password_long: from.flag(2)?,
            totp: from.bytes(3)?.to_vec(),
            totp_step: from.number(4)?,
            totp_new: from.bytes(5)?.to_vec(),
            totp_new_at: from.time(6)?.0,
            recovery: from.all::<Code>(7)?.into_iter().map(|code| code.0).collect(),
            passkeys: from.all(8)?,
            pin: from.one(9)?,
            pin_long: from.flag(10)?,
            pin_tries: from.small(11)?,
            badge: from.text(12)?,
            full_at: from.time(13)?.0,
            invitation: from.one(14)?,
            outside: from.text(15)?,
            later: from.later(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{decode, encode};
    use proptest::prelude::*;

    fn hashes() -> impl Strategy<Value = Option<Hash>> {
        prop::option::of((1u32.., 1u32.., 1u32.., any::<[u8; 16]>(), any::<[u8; 32]>()).prop_map(|(memory_kib, passes, lanes, salt, hash)| Hash {
            how: crate::policy::Hashing { memory_kib, passes, lanes },
            salt,
            hash,
            later: Later::default(),
        }))
    }

    fn passkeys() -> impl Strategy<Value = Passkey> {
        let bytes = || prop::collection::vec(any::<u8>(), 1..20);
        (bytes(), bytes(), any::<u32>(), ".{0,8}", 0i64..1 << 50, 0i64..1 << 50).prop_map(|(credential, key, counter, label, at, used)| Passkey {
            credential,
            key,
            counter,
            label,
            at: Instant(at),
            used: Instant(used),
            later: Later::default(),
        })
    }

    proptest! {
        #[test]
        fn secrets_read_back_as_they_were(
            (password, pin) in (hashes(), hashes()),
            (totp, totp_new) in (prop::collection::vec(any::<u8>(), 0..50), prop::collection::vec(any::<u8>(), 0..50)),
            (totp_step, totp_new_at, full_at, pin_tries) in (any::<u64>(), 0i64..1 << 50, 0i64..1 << 50, any::<u32>()),
            (password_long, pin_long, badge, outside) in (any::<bool>(), any::<bool>(), "[0-9a-f]{0,64}", "(id/outside/[0-9a-f]{4})?"),
            recovery in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..10),
            passkeys in prop::collection::vec(passkeys(), 0..3),
            invited in prop::option::of((prop::collection::vec(any::<u8>(), 1..33), 0i64..1 << 50, any::<bool>())),
        ) {
            let invitation = invited.map(|(fingerprint, ends, clears)| InvitationKept { fingerprint, ends: Instant(ends), clears, by: "x".into(), later: Later::default() });
            let secrets = Secrets {
                password, password_long, totp, totp_step, totp_new, totp_new_at, recovery, passkeys, pin, pin_long, pin_tries, badge, full_at,
                invitation, outside, later: Later::default(),
            };
            let bytes = encode(&secrets);
            let back: Secrets = decode(&bytes).expect("own encoding");
            prop_assert_eq!(encode(&back), bytes);
            prop_assert_eq!(back, secrets);
        }
    }
}
