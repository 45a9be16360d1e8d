//! Whether an answer is what was asked for.

use super::cbor::{self, Item};
use super::client::{Assertion, ClientData, Registration};
use super::cose;
use crate::identity::RelyingParty;
use crate::refusal::Refusal;
use crate::secret::{same, sha256};
use rihla_kernel::FaultKind;

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;
const EXTENDED: u8 = 1 << 7;

/// Ids are at most so long (WebAuthn 3, 7.1 step 25).
const CREDENTIAL_MAX: usize = 1023;

/// What an answer has to fit.
pub(crate) struct Expected<'e> {
    pub party: &'e RelyingParty,
    pub challenge: &'e [u8],
    /// The authenticator has to have verified its person.
    pub verified: bool,
}

/// A credential that was made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub credential: Vec<u8>,
    /// COSE_Key.
    pub key: Vec<u8>,
    pub counter: u32,
}

/// Checks a registration (WebAuthn 3, 7.1).
pub(crate) fn verify_registration(answer: &Registration, expected: &Expected<'_>) -> Result<Made, Refusal> {
    client_fits(&answer.client_data, "webauthn.create", expected)?;
    let object = cbor::whole(&answer.attestation).ok_or_else(refused)?;
    // The statement is not looked at: see the module.
    let data = object.get(&Item::Text("authData")).and_then(Item::bytes).ok_or_else(refused)?;
    let data = Data::read(data).ok_or_else(refused)?;
    data.fits(expected)?;
    let (credential, key) = data.made.ok_or_else(refused)?;
    if !cose::is_key(key) {
        return Err(Refusal::new(FaultKind::Unprocessable, "RH-ID-PASSKEY-KIND", "This kind of passkey is not known here. Use another device."));
    }
    Ok(Made { credential: credential.to_vec(), key: key.to_vec(), counter: data.counter })
}

/// Checks an assertion by a registered key (WebAuthn 3, 7.2), and returns its counter.
pub(crate) fn verify_assertion(answer: &Assertion, key: &[u8], expected: &Expected<'_>) -> Result<u32, Refusal> {
    client_fits(&answer.client_data, "webauthn.get", expected)?;
    let data = Data::read(&answer.authenticator_data).ok_or_else(refused)?;
    data.fits(expected)?;
    let message = [answer.authenticator_data.as_slice(), &sha256(&answer.client_data)].concat();
    if cose::verify(key, &message, &answer.signature) { Ok(data.counter) } else { Err(refused()) }
}

fn client_fits(bytes: &[u8], kind: &str, expected: &Expected<'_>) -> Result<(), Refusal> {
    let client = ClientData::read(bytes).ok_or_else(refused)?;
    let ours = expected.party.origins.contains(&client.origin);
    if client.kind == kind && same(&client.challenge, expected.challenge) && ours && !client.framed { Ok(()) } else { Err(refused()) }
}

/// What an authenticator says of itself (WebAuthn 3, 6.1).
struct Data<'d> {
    party: &'d [u8],
    flags: u8,
    counter: u32,
    /// Id and key of a credential that was just made.
    made: Option<(&'d [u8], &'d [u8])>,
}

impl<'d> Data<'d> {
    fn read(bytes: &'d [u8]) -> Option<Self> {
        let (party, rest) = bytes.split_at_checked(32)?;
        let (flags, rest) = rest.split_first()?;
        let (counter, mut rest) = rest.split_first_chunk::<4>()?;
        let mut made = None;
        if flags & ATTESTED != 0 {
            let (_, after) = rest.split_at_checked(16)?;
            let (length, after) = after.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (credential, after) = after.split_at_checked(length).filter(|_| (1..=CREDENTIAL_MAX).contains(&length))?;
            let (_, last) = cbor::read(after)?;
            made = Some((credential, after.get(..after.len() - last.len())?));
            rest = last;
        }
        if flags & EXTENDED != 0 {
            (_, rest) = cbor::read(rest)?;
        }
        rest.is_empty().then_some(Self { party, flags: *flags, counter: u32::from_be_bytes(*counter), made })
    }

    fn fits(&self, expected: &Expected<'_>) -> Result<(), Refusal> {
        let has = |flag: u8| self.flags & flag != 0;
        let ours = self.party == sha256(expected.party.id.as_bytes());
        let person = has(PRESENT) && (has(VERIFIED) || !expected.verified);
        let backup = has(BACKUP_ELIGIBLE) || !has(BACKED_UP);
        if ours && person && backup { Ok(()) } else { Err(refused()) }
    }
}

/// One answer for all: a page that is forged learns nothing from it.
fn refused() -> Refusal {
    Refusal::new(FaultKind::Forbidden, "RH-ID-PASSKEY", "The passkey was not accepted. Try again, or sign in with your password.")
}
