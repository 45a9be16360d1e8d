//! Published answers: W3C Web Authentication level 3, section 16 (<https://www.w3.org/TR/webauthn-3/#sctn-test-vectors>), and
//! one by an RSA key of our own.

use super::ceremony::{Expected, Made, verify_assertion, verify_registration};
use super::{Assertion, Registration};
use crate::identity::RelyingParty;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().map(|digit| digit.to_digit(16).expect("a digit") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn party() -> RelyingParty {
    RelyingParty { id: "example.org".into(), origins: vec!["https://example.org".into()] }
}

const CREDENTIAL: &str = "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4";
const KEY: &str = "a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220";
const CHALLENGE: &str = "00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130";

/// 16.2: none attestation, ES256.
fn registered() -> Registration {
    Registration {
        attestation: bytes(&format!(
            "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020{CREDENTIAL}{KEY}"
        )),
        client_data: bytes(
            "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d507434557878475453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c207375636820617320746869733a20426b5165446a646354427258426941774a544c453551227d",
        ),
    }
}

/// 16.2, the assertion.
fn asserted() -> Assertion {
    Assertion {
        credential: bytes(CREDENTIAL),
        authenticator_data: bytes("bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000"),
        client_data: bytes(
            "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d",
        ),
        signature: bytes(
            "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87",
        ),
        user: None,
    }
}

const ASSERTED: &str = "39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408";

/// 16.11: Ed25519.
fn by_ed25519() -> Assertion {
    Assertion {
        credential: bytes("ce9f840ed96599580cd140fbc7bb3230633f50f61041aff73308ae71caa8a2bd"),
        authenticator_data: bytes("bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50100000000"),
        client_data: bytes(
            "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a2269566c583442786a4f6d6d44534b4c596f7870557439736e364d48454f7943413135726947514a6e763949222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d",
        ),
        signature: bytes("f5c59c7e46c34f6f8cc197101ddf9934fa2595f68eb1913a637e8419eb9ba4cfdfc48f85393bc0d40b011f0d6fecb097d6607525713223a0dc0d453993dae00b"),
        user: None,
    }
}

const BY_ED25519: &str = "895957e01c633a698348a2d8a31a54b7db27e8c1c43b2080d79ae2190267bfd2";
const ED25519: &str = "a40101032720062158 2044e06ddd331c36a8dc667bab52bcae63486c916aa5e339e6acebaa84934bf832";
/// COSE_Key of an RSA key of our own, without its modulus; the assertion is that of 16.11, counted and verified.
const RSA: &str = "a4010303390100205901 00";
const MODULUS: &str = "a0b1e27b679ba4c05713e23ef0d4bafa287428aba4b82756a3abd0becbbc25d7ea3857a533db910858e933b7d5059200252f6384556583d3cd78834cbc90822bc3bce40ef50d87785a1b869cf238758994f2fca5a8f683f5ad32625ddb440b47d8b0306dc9d7ad623a508b15fafec7c0b7ddc346abd7fbd684f2d215f0d15cab2ff8723479dcd952398313d974816376354a814a6a9fa49cd10df6197dbd120d53ee54f12fc1ac69952607798f8e378aafde8d9f992f6fbe0d4b66824de680e445ae72aff5b9bc804a95e9cd083220d1ae578dc6809f9e074e0d97d8038fef7f63cef8d22301db0ea28496a714ff9f2ddd3db1a2eca89386521f126f9c093aa7";
const BY_RSA: &str = "994af5302ace0be1140e2887292915c2c3f5ce4380825150e1c702bc522f3d95964c73a8a273ce519592944e5f97076e0a40b331c77fcfa1656d9e5c1b94b76246e05e028c093c044c24ade27ae9660482375a20d264488b918fd004412717d585ed2bbc99b7536d90f9bd40d3c29dddef73b19f4346508043ebad43840fa71dc55efec2fa4d155ebab43ef4b1a26dfa4d2bd49e33468aa209ad86916a89f69ced94a0eea0db1c379b2cd4bedb70599c966bf2399c0b1ece683f9910022ce32272c8c377d36317607c3d5103a8993f665cebe82008f3121f3940e978dcf554fa0d296269e1791ef7be5a0a8bbb6277749d24def130c1bd4a3c420f4ea7ade048";

fn asked<'e>(party: &'e RelyingParty, challenge: &'e [u8]) -> Expected<'e> {
    Expected { party, challenge, verified: false }
}

#[test]
fn the_published_registration_makes_the_published_key() {
    let made = verify_registration(&registered(), &asked(&party(), &bytes(CHALLENGE))).expect("published");
    assert_eq!(made, Made { credential: bytes(CREDENTIAL), key: bytes(KEY), counter: 0 });
}

#[test]
fn published_assertions_hold_by_each_algorithm() {
    let party = party();
    assert_eq!(verify_assertion(&asserted(), &bytes(KEY), &asked(&party, &bytes(ASSERTED))).expect("ES256"), 0);
    let ed25519 = bytes(&ED25519.replace(' ', ""));
    assert_eq!(verify_assertion(&by_ed25519(), &ed25519, &asked(&party, &bytes(BY_ED25519))).expect("EdDSA"), 0);
    let rsa = bytes(&format!("{}{MODULUS}2143010001", RSA.replace(' ', "")));
    let by_rsa = Assertion {
        authenticator_data: bytes("bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50500000007"),
        signature: bytes(BY_RSA),
        ..by_ed25519()
    };
    let challenge = bytes(BY_ED25519);
    let verified = Expected { verified: true, ..asked(&party, &challenge) };
    assert_eq!(verify_assertion(&by_rsa, &rsa, &verified).expect("RS256"), 7);
    // One algorithm's answer is none by another's key.
    assert!(verify_assertion(&by_rsa, &ed25519, &verified).is_err());
    assert!(verify_assertion(&by_ed25519(), &ed25519, &verified).is_err(), "its person was not verified");
}

#[test]
fn an_answer_that_was_touched_or_meant_for_another_is_refused() {
    let (party, challenge, key) = (party(), bytes(ASSERTED), bytes(KEY));
    let holds = |answer: &Assertion, party: &RelyingParty, challenge: &[u8], key: &[u8]| verify_assertion(answer, key, &asked(party, challenge)).is_ok();
    assert!(holds(&asserted(), &party, &challenge, &key));
    let other_origin = RelyingParty { origins: vec!["https://example.com".into(), "https://example.org.example.com".into()], ..party.clone() };
    let other_id = RelyingParty { id: "example.com".into(), ..party.clone() };
    assert!(!holds(&asserted(), &other_origin, &challenge, &key));
    assert!(!holds(&asserted(), &other_id, &challenge, &key));
    assert!(!holds(&asserted(), &party, &bytes(CHALLENGE), &key));
    assert!(!holds(&asserted(), &party, &challenge, &bytes(&ED25519.replace(' ', ""))));
    for touch in [
        |answer: &mut Assertion| answer.authenticator_data[32] = 0x00,
        |answer: &mut Assertion| answer.authenticator_data[32] = 0x1D,
        |answer: &mut Assertion| answer.authenticator_data[36] = 1,
        |answer: &mut Assertion| answer.authenticator_data.push(0),
        |answer: &mut Assertion| answer.signature[10] ^= 1,
        |answer: &mut Assertion| answer.signature.clear(),
        |answer: &mut Assertion| answer.client_data.push(b' '),
        |answer: &mut Assertion| answer.client_data = registered().client_data,
    ] {
        let mut answer = asserted();
        touch(&mut answer);
        assert!(!holds(&answer, &party, &challenge, &key));
    }
}

#[test]
fn a_registration_that_is_cut_or_from_elsewhere_is_refused() {
    let (party, challenge) = (party(), bytes(CHALLENGE));
    let refused = |answer: &Registration| verify_registration(answer, &asked(&party, &challenge)).is_err();
    for end in 0..registered().attestation.len() {
        let whole = registered();
        assert!(refused(&Registration { attestation: whole.attestation[..end].to_vec(), ..whole }), "cut at {end}");
    }
    let text = String::from_utf8(registered().client_data).expect("text");
    for (from, to) in [
        ("webauthn.create", "webauthn.get"),
        ("https://example.org", "https://example.com"),
        ("AMMPt4", "AMMPt5"),
        ("\"crossOrigin\":false", "\"crossOrigin\":true"),
        ("\"crossOrigin\":false", "\"crossOrigin\":false,\"topOrigin\":\"https://example.com\""),
        ("\"crossOrigin\":false", "\"origin\":\"https://example.com\""),
    ] {
        assert!(text.contains(from));
        assert!(refused(&Registration { client_data: text.replace(from, to).into_bytes(), ..registered() }), "{to}");
    }
    // A curve that is not checked here.
    let other = registered().attestation;
    let at = other.windows(6).position(|window| window == [0xA5, 1, 2, 3, 0x26, 0x20]).expect("the key");
    let mut other = Registration { attestation: other, ..registered() };
    other.attestation[at + 6] = 2;
    assert_eq!(verify_registration(&other, &asked(&party, &challenge)).expect_err("refused").code_of(), "RH-ID-PASSKEY-KIND");
}

#[test]
fn the_json_of_a_browser_is_read() {
    let text = r#"{"id":"-Q","rawId":"-Q","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"e30","authenticatorData":"AAE","signature":"MA","userHandle":null}}"#;
    let read = Assertion::from_json(text).expect("an assertion");
    assert_eq!((read.credential, read.client_data, read.authenticator_data, read.user), (vec![0xF9], b"{}".to_vec(), vec![0, 1], None));
    let text = r#"{"rawId":"-Q","response":{"clientDataJSON":"e30","attestationObject":"oA","transports":["internal"]}}"#;
    assert_eq!(Registration::from_json(text).expect("a registration").attestation, [0xA0]);
    for wrong in ["", "{}", "[]", r#"{"rawId":"=","response":{}}"#, &format!("{{\"response\":\"{}\"}}", "x".repeat(70_000))] {
        assert_eq!(Assertion::from_json(wrong).expect_err("refused").code_of(), "RH-ID-PASSKEY-FORM");
    }
}
