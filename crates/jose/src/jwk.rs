//! Public keys of others (RFC 7517, RFC 7518): of clients, uploaded whole, and of identity providers.

use crate::json::{object, text, texts};
use rihla_fhir::json::Value;
use rihla_identity::keeping::{Fields, Later, Taken, Wire, from_base64url};
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};

/// Keys of one client.
const KEYS_MAX: usize = 16;
const KID_MAX: usize = 128;

/// An algorithm by which somebody signs. None of them is symmetric, so that no key is mistaken for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Algorithm {
    Es256 = 1,
    Es384 = 2,
    Rs384 = 3,
    /// By identity providers alone.
    Rs256 = 4,
    Ps256 = 5,
}

impl Algorithm {
    /// By which a client may sign.
    pub const OF_CLIENTS: [Self; 3] = [Self::Es256, Self::Es384, Self::Rs384];
    /// By which an identity provider may sign.
    pub const OF_PROVIDERS: [Self; 5] = [Self::Rs256, Self::Ps256, Self::Es256, Self::Es384, Self::Rs384];

    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs384 => "RS384",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
        }
    }
}

/// A key by which signatures are checked, for one algorithm alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    pub kid: String,
    pub algorithm: Algorithm,
    /// An uncompressed point, or the modulus of RSA.
    body: Vec<u8>,
    /// The exponent of RSA.
    exponent: Vec<u8>,
    later: Later,
}

impl PublicKey {
    pub fn verify(&self, message: &[u8], signed: &[u8]) -> bool {
        let by_curve = |how: &'static dyn signature::VerificationAlgorithm| UnparsedPublicKey::new(how, &self.body).verify(message, signed).is_ok();
        match self.algorithm {
            Algorithm::Es256 => by_curve(&signature::ECDSA_P256_SHA256_FIXED),
            Algorithm::Es384 => by_curve(&signature::ECDSA_P384_SHA384_FIXED),
            Algorithm::Rs384 => self.by_rsa(&signature::RSA_PKCS1_2048_8192_SHA384, message, signed),
            Algorithm::Rs256 => self.by_rsa(&signature::RSA_PKCS1_2048_8192_SHA256, message, signed),
            Algorithm::Ps256 => self.by_rsa(&signature::RSA_PSS_2048_8192_SHA256, message, signed),
        }
    }

    fn by_rsa(&self, how: &'static signature::RsaParameters, message: &[u8], signed: &[u8]) -> bool {
        RsaPublicKeyComponents { n: &self.body, e: &self.exponent }.verify(how, message, signed).is_ok()
    }
}

/// Reads a set of keys as a client wrote it. The text says what to put right.
pub fn read_set(bytes: &[u8]) -> Result<Vec<PublicKey>, &'static str> {
    let doc = object(bytes).ok_or("The keys are no JSON object.")?;
    let list = doc.root().get("keys").filter(|keys| keys.is_array()).ok_or("A key set has a list named keys.")?;
    let mut out: Vec<PublicKey> = Vec::new();
    for item in list.items() {
        let key = read(item, Algorithm::Rs384)?;
        if text(item, "alg").is_some_and(|name| name != key.algorithm.name()) {
            return Err("The alg of a key is ES256, ES384 or RS384, as its kind has it.");
        }
        if out.iter().any(|known| known.kid == key.kid) {
            return Err("Two keys have one kid.");
        }
        out.push(key);
    }
    match out.len() {
        0 => Err("There is no key in the set."),
        1..=KEYS_MAX => Ok(out),
        _ => Err("There are too many keys in the set."),
    }
}

/// The keys of an identity provider that are of use here; others stand beside them, for purposes of its own. A key that
/// does not say by which algorithm it signs does so by RS256, as providers do unless told
/// (<https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation>).
pub fn read_provider_set(bytes: &[u8]) -> Result<Vec<PublicKey>, &'static str> {
    let doc = object(bytes).ok_or("The keys are no JSON object.")?;
    let list = doc.root().get("keys").filter(|keys| keys.is_array()).ok_or("A key set has a list named keys.")?;
    let of_use = |item: Value<'_>| {
        let named = text(item, "alg").map(|name| Algorithm::OF_PROVIDERS.into_iter().find(|one| one.name() == name));
        let rsa = match named {
            Some(Some(one @ (Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Rs384))) => one,
            Some(None) => return None,
            _ => Algorithm::Rs256,
        };
        read(item, rsa).ok().filter(|key| named.flatten().is_none_or(|one| one == key.algorithm))
    };
    let out: Vec<PublicKey> = list.items().filter_map(of_use).take(KEYS_MAX).collect();
    if out.is_empty() { Err("There is no key in the set by which a signature could be checked.") } else { Ok(out) }
}

/// `rsa`: the algorithm of a key of this kind.
fn read(key: Value<'_>, rsa: Algorithm) -> Result<PublicKey, &'static str> {
    if ["d", "p", "q", "dp", "dq", "qi", "k"].iter().any(|secret| key.get(secret).is_some()) {
        return Err("This is a private key. Make a new pair, keep the private one, and send the public one.");
    }
    if text(key, "use").is_some_and(|purpose| purpose != "sig") || texts(key, "key_ops").is_some_and(|all| !all.iter().any(|one| one == "verify")) {
        return Err("A key is not for signatures.");
    }
    let kid = text(key, "kid").filter(|kid| !kid.is_empty() && kid.len() <= KID_MAX).ok_or("Each key needs a kid.")?;
    let bytes = |name: &str| text(key, name).and_then(|value| from_base64url(&value)).ok_or("A key lacks a part, or it is no base64url.");
    let point = |length: usize| {
        let (x, y) = (bytes("x")?, bytes("y")?);
        if x.len() != length || y.len() != length { Err("The point of a key is of the wrong length.") } else { Ok([vec![4], x, y].concat()) }
    };
    let (algorithm, body, exponent) = match (text(key, "kty").as_deref(), text(key, "crv").as_deref()) {
        (Some("EC"), Some("P-256")) => (Algorithm::Es256, point(32)?, Vec::new()),
        (Some("EC"), Some("P-384")) => (Algorithm::Es384, point(48)?, Vec::new()),
        (Some("RSA"), _) => {
            let (n, e) = (bytes("n")?, bytes("e")?);
            // What ring checks: 2,048 bits at least, no leading zero.
            if !(256..=1024).contains(&n.len()) || n.first().is_none_or(|first| *first < 0x80) || e.first().is_none_or(|first| *first == 0) {
                return Err("An RSA key has 2048 to 8192 bits.");
            }
            (rsa, n, e)
        }
        _ => return Err("Keys are of the kinds EC P-256, EC P-384 and RSA."),
    };
    Ok(PublicKey { kid, algorithm, body, exponent, later: Later::default() })
}

impl Wire for PublicKey {
    fn put(&self, out: &mut Fields) {
        out.text(1, &self.kid);
        out.number(2, self.algorithm as u64);
        out.bytes(3, &self.body);
        out.bytes(4, &self.exponent);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        let (kid, number) = (from.text(1)?, from.small::<u8>(2)?);
        let algorithm = Algorithm::OF_CLIENTS.into_iter().find(|one| *one as u8 == number)?;
        Some(Self { kid, algorithm, body: from.bytes(3)?.to_vec(), exponent: from.bytes(4)?.to_vec(), later: from.later() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key of 2048 bits that was made for this test, and its signatures of `rihla`, by OpenSSL.
    const N: &str = concat!(
        "34k9jXoI1crG4WBsDjlcLUA4Ebx_ke1-ka93gEmJekTNwDlv0aPp6xlJQwe-U5v7mooPjCuO7SyPltjYYxew2ZV1evA5ENrPNu1qpkZLrh9QpNHQ2LzjNoQF",
        "5_NaHM_15hJzVjy89omQth5uLpY6jfEwTcTntm0JNYjdeBxNKWGgfWfy2DFn3XkiEFxis8jtKIFTFsCWH7cJLFTbvLwAkCwR5Cr0Aa3LoqtQBJSG9OlBpazF",
        "WdJc3fwuzh4k8osxbNSDoCBaKCHQChmHHQX26OjBponhK31BKd-xauGFxkkle1Rc-2tZgsytpmcM7irsOkzT6A8_ba8xNDIx4_pRhw"
    );
    const RS384: &str = concat!(
        "x3UZXNMq9c11zavz88kbcug9liU1tIYJU5hSekh428RGqms5MyQOgpqXWGCyDqXEqT04GEL6i68LZsP_tW6T6NFBXsX0m-8vrjJLeOVzJ-4WxTe6oOpRxopm",
        "bYgC04osLAlKQCeUF9ZA5c2Uj6kvOkEbZgWQ4YLMJ7p9h_iIr5SdAmu5MyG2UorS_gTU9zPMcWh52rYDLQAL7ZWGR3q8yKEpWQ4N6XWq5dfZ0KBFRlY_zD3b",
        "PXDEoPLvZf3UCRo4VbZOQWMIZ-vDtOqZbShccJZccFhFq6dpYKIDMDAgGYO1HT3su6WDfAhfM1L2picEEWb2bDl_vnf9eFAe8-DsrQ"
    );
    const RS256: &str = concat!(
        "XnaaWq45_5XjSizJ3ve2YFIel1T-8H3ro9prIqto9l8_dCc044PEMobw5Lpca6syH8BHV0HZJJgzWRhZ3w15_sM8fWi0tEIRo0rzHUATPsBZatTtaRsvsVVj",
        "ZlXhWr7P2TrXe9Y1WuF_fGbx2YouCZMYzTDNs5GCvmWH4RWq-l3Vp7SuYuhaUtcDYOqeWW2BTGWndlKyDPf2YzMtZ4Lad4sQJ_Gaktgu6Ff5sdHKtbDA_sI-",
        "aXqyc4OloxIcCMzJvUXM5jhTPgJDf0ONvOstsjxDZ6mzJzL64v_Y5QYuzr6QKSLOXXq7G7r4oVsQnkvhu6xURbkIBSWn6swpsma3wA"
    );

    fn set(more: &str) -> String {
        format!(r#"{{"keys":[{{"kty":"RSA","kid":"k","n":"{N}","e":"AQAB"{more}}}]}}"#)
    }

    #[test]
    fn bs_1_rs384_is_understood_and_rs256_by_the_same_key_is_not() {
        let keys = read_set(set(r#","alg":"RS384","use":"sig""#).as_bytes()).expect("a key");
        let signed = |text: &str| from_base64url(text).expect("base64url");
        assert_eq!(keys[0].algorithm.name(), "RS384");
        assert!(keys[0].verify(b"rihla", &signed(RS384)));
        assert!(!keys[0].verify(b"rihlb", &signed(RS384)) && !keys[0].verify(b"rihla", &signed(RS256)));
    }

    #[test]
    fn of_a_provider_the_keys_that_are_of_use_are_taken_and_sign_by_what_they_say() {
        let by = |more: &str| read_provider_set(set(more).as_bytes()).ok().map(|keys| keys[0].algorithm.name());
        assert_eq!((by(""), by(r#","alg":"PS256""#), by(r#","alg":"RS384""#)), (Some("RS256"), Some("PS256"), Some("RS384")));
        for of_no_use in [r#","use":"enc""#, r#","alg":"RSA-OAEP""#, r#","alg":"HS256""#, r#","alg":"ES256""#, r#","d":"AQAB""#] {
            assert_eq!(by(of_no_use), None, "{of_no_use}");
        }
        let keys = read_provider_set(set("").as_bytes()).expect("a key");
        let signed = |text: &str| from_base64url(text).expect("base64url");
        assert!(keys[0].verify(b"rihla", &signed(RS256)) && !keys[0].verify(b"rihla", &signed(RS384)));
        let beside = set("").replace("[{", r#"[{"kty":"oct","kid":"s"},{"#);
        assert_eq!(read_provider_set(beside.as_bytes()).expect("one of two").len(), 1);
    }

    #[test]
    fn cl_5_keys_that_are_of_no_use_are_refused() {
        for more in [r#","alg":"RS256""#, r#","use":"enc""#, r#","key_ops":["sign"]"#, r#","d":"AQAB""#, r#","e":"AQAB""#] {
            assert!(read_set(set(more).as_bytes()).is_err(), "{more}");
        }
        let two = set("").replace("]}", &format!(",{}", set("").split_once('[').expect("a list").1));
        assert_eq!(read_set(two.as_bytes()).expect_err("two"), "Two keys have one kid.");
    }
}
