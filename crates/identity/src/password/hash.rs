//! argon2id with the server's key mixed in and the account bound to it (RFC 9106).

use crate::account::AccountId;
use crate::policy::Hashing;
use crate::secret::same;
use crate::wire::{Fields, Later, Taken, Wire};
use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use rihla_kernel::{Fault, FaultKind};

/// A password or PIN as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hash {
    pub how: Hashing,
    pub salt: [u8; 16],
    pub hash: [u8; 32],
    pub later: Later,
}

impl Wire for Hash {
    fn put(&self, out: &mut Fields) {
        out.number(1, u64::from(self.how.memory_kib));
        out.number(2, u64::from(self.how.passes));
        out.number(3, u64::from(self.how.lanes));
        out.bytes(4, &self.salt);
        out.bytes(5, &self.hash);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        let how = Hashing { memory_kib: from.small(1)?, passes: from.small(2)?, lanes: from.small(3)? };
        Some(Self { how, salt: from.array(4)?, hash: from.array(5)?, later: from.later() })
    }
}

/// Takes tens of milliseconds and `how.memory_kib` of memory: runs in the [`super::Pool`] only.
pub(crate) fn make(secret: &str, how: Hashing, salt: [u8; 16], pepper: &[u8; 32], owner: AccountId) -> Result<Hash, Fault> {
    let hash = derive(secret.as_bytes(), how, &salt, pepper, &owner.0).map_err(|_| unfit())?;
    Ok(Hash { how, salt, hash, later: Later::default() })
}

/// As costly as [`make`].
pub(crate) fn verify(secret: &str, kept: &Hash, pepper: &[u8; 32], owner: AccountId) -> bool {
    derive(secret.as_bytes(), kept.how, &kept.salt, pepper, &owner.0).is_ok_and(|hash| same(&hash, &kept.hash))
}

/// What a secret is compared with where there is none: nothing fits, and it takes as long.
pub(crate) fn decoy(how: Hashing) -> Hash {
    Hash { how, salt: [0; 16], hash: [0; 32], later: Later::default() }
}

fn derive(secret: &[u8], how: Hashing, salt: &[u8], pepper: &[u8], owner: &[u8]) -> Result<[u8; 32], argon2::Error> {
    let params = ParamsBuilder::new().m_cost(how.memory_kib).t_cost(how.passes).p_cost(how.lanes).data(AssociatedData::new(owner)?).output_len(32).build()?;
    let mut out = [0; 32];
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params)?.hash_password_into(secret, salt, &mut out)?;
    Ok(out)
}

fn unfit() -> Fault {
    Fault::new(FaultKind::Internal, "RH-ID-HASHING", "The figures of argon2id in the configuration do not fit together.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::hex;

    const SMALL: Hashing = Hashing { memory_kib: 8, passes: 1, lanes: 1 };

    #[test]
    fn the_hash_is_that_of_rfc_9106() {
        // RFC 9106, 5.3.
        let how = Hashing { memory_kib: 32, passes: 3, lanes: 4 };
        let out = derive(&[1; 32], how, &[2; 16], &[3; 8], &[4; 12]).expect("fits");
        assert_eq!(hex(&out), "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }

    #[test]
    fn a_hash_is_good_for_its_account_its_key_and_its_secret() {
        let (one, other) = (AccountId([1; 16]), AccountId([2; 16]));
        let kept = make("secret", SMALL, [5; 16], &[9; 32], one).expect("made");
        assert!(verify("secret", &kept, &[9; 32], one));
        assert!(!verify("Secret", &kept, &[9; 32], one));
        assert!(!verify("secret", &kept, &[9; 32], other), "moved to another account");
        assert!(!verify("secret", &kept, &[8; 32], one), "made with another key");
        assert!(!verify("", &decoy(SMALL), &[9; 32], one));
    }

    #[test]
    fn figures_that_do_not_fit_are_said() {
        let none = Hashing { memory_kib: 0, passes: 0, lanes: 0 };
        assert_eq!(make("x", none, [0; 16], &[0; 32], AccountId([0; 16])).expect_err("refused").code, "RH-ID-HASHING");
    }
}
