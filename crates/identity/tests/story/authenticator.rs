//! A passkey device made of software: answers as a browser and an authenticator do together.

use rihla_identity::{Assertion, Registration};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};

pub enum Key {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
}

pub struct Authenticator {
    pub key: Key,
    pub credential: Vec<u8>,
    pub origin: String,
    pub party: String,
    /// Present, verified.
    pub flags: u8,
    pub counter: u32,
    pub user: Option<Vec<u8>>,
}

impl Authenticator {
    pub fn ed25519(seed: u8) -> Self {
        Self::of(Key::Ed25519(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a key")), seed)
    }

    pub fn p256(seed: u8) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
        Self::of(Key::P256(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).expect("a key")), seed)
    }

    fn of(key: Key, seed: u8) -> Self {
        let (origin, party) = ("https://rihla.hopital.test".into(), "hopital.test".into());
        Self { key, credential: vec![seed; 20], origin, party, flags: 0x05, counter: 0, user: None }
    }

    pub fn register(&self, challenge: &str) -> Registration {
        let mut data = self.data(self.flags | 0x40);
        data.extend([0; 16]);
        data.extend((self.credential.len() as u16).to_be_bytes());
        data.extend(&self.credential);
        data.extend(self.cose());
        let mut attestation = vec![0xA3, 0x63];
        attestation.extend(b"fmt\x64none\x67attStmt\xA0\x68authData\x59");
        attestation.extend((data.len() as u16).to_be_bytes());
        attestation.extend(data);
        Registration { client_data: self.client("webauthn.create", challenge), attestation }
    }

    pub fn answer(&self, challenge: &str) -> Assertion {
        let (authenticator_data, client_data) = (self.data(self.flags), self.client("webauthn.get", challenge));
        let message = [authenticator_data.as_slice(), digest(&SHA256, &client_data).as_ref()].concat();
        let signature = match &self.key {
            Key::Ed25519(key) => key.sign(&message).as_ref().to_vec(),
            Key::P256(key) => key.sign(&SystemRandom::new(), &message).expect("signs").as_ref().to_vec(),
        };
        Assertion { credential: self.credential.clone(), client_data, authenticator_data, signature, user: self.user.clone() }
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        [digest(&SHA256, self.party.as_bytes()).as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn client(&self, kind: &str, challenge: &str) -> Vec<u8> {
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{}","crossOrigin":false}}"#, self.origin).into_bytes()
    }

    fn cose(&self) -> Vec<u8> {
        match &self.key {
            Key::Ed25519(key) => [&[0xA4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32], key.public_key().as_ref()].concat(),
            Key::P256(key) => {
                let point = key.public_key().as_ref();
                [&[0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], &point[1..33], &[0x22, 0x58, 32], &point[33..]].concat()
            }
        }
    }
}
