use crate::authenticator::Authenticator;
use crate::house::{House, MINUTE, PHRASE, desk, refused};
use rihla_fhir::json::{Limits, parse};
use rihla_identity::{AccountId, By, Level, Refusal, Second, Step, Token};

on_both!(
    a_passkey_signs_in_alone_or_beside_a_password,
    an_answer_for_another_page_challenge_or_errand_is_refused,
    a_challenge_is_answered_once_and_in_time,
    a_counter_that_does_not_go_forward_is_a_copy,
    a_passkey_speaks_for_its_own_account_only,
    alone_its_person_has_to_be_verified,
    a_browser_is_asked_in_json_that_it_reads,
    a_passkey_that_was_taken_away_opens_nothing_and_may_be_registered_anew,
);

/// Registers a passkey for somebody.
async fn registered(house: &House, login: &str, device: &mut Authenticator) -> AccountId {
    let (opened, fresh) = house.fresh(login).await;
    let challenge = house.identity.offer_new_passkey(&fresh).expect("asked").challenge;
    house.identity.add_passkey(&fresh, challenge.as_str(), &device.register(challenge.as_str()), "clé").await.expect("registered");
    opened.present.account.id
}

fn asked(house: &House) -> Token {
    house.identity.offer_passkey().expect("passkeys are made here").challenge
}

async fn alone(house: &House, device: &Authenticator) -> Result<Level, Refusal> {
    let challenge = asked(house);
    house.identity.passkey(challenge.as_str(), &device.answer(challenge.as_str()), &desk()).await.map(|proven| proven.level())
}

async fn a_passkey_signs_in_alone_or_beside_a_password(house: House) {
    house.person("s.benani", "nurse").await;
    for (seed, mut device) in [(1, Authenticator::ed25519(1)), (2, Authenticator::p256(2))] {
        let id = if seed == 1 { registered(&house, "s.benani", &mut device).await } else { registered_beside(&house, &mut device).await };
        device.user = Some(raw(id));
        assert_eq!(alone(&house, &device).await.expect("in"), Level::TwoFactors);
        let Step::Second { ticket, ways } = house.identity.password("s.benani", PHRASE, &desk()).await.expect("right") else { panic!("one is asked for") };
        assert!(ways.passkeys.contains(&device.credential));
        let answer = device.answer(ticket.as_str());
        let proven = house.identity.second(ticket.as_str(), Second::Passkey(&answer), &desk()).await.expect("in");
        assert_eq!(proven.level(), Level::TwoFactors);
    }
    let house = house.restarted(|_| {}).await;
    assert!(alone(&house, &Authenticator::ed25519(1)).await.is_ok(), "kept over a restart");
}

/// A second passkey, by somebody who has one.
async fn registered_beside(house: &House, device: &mut Authenticator) -> AccountId {
    let first = Authenticator::ed25519(1);
    let challenge = asked(house);
    let proven = house.identity.passkey(challenge.as_str(), &first.answer(challenge.as_str()), &desk()).await.expect("in");
    let opened = house.identity.enter(proven, rihla_identity::Seat::default()).await.expect("opened");
    let fresh = house.identity.fresh(&opened.present).expect("fresh");
    let challenge = house.identity.offer_new_passkey(&fresh).expect("asked").challenge;
    house.identity.add_passkey(&fresh, challenge.as_str(), &device.register(challenge.as_str()), "téléphone").await.expect("registered");
    assert_eq!(house.identity.passkeys(fresh.account()).expect("reads").len(), 2);
    fresh.account()
}

/// An id as passkeys keep it: the bytes that its text writes.
fn raw(id: AccountId) -> Vec<u8> {
    let alphabet = b"0123456789abcdefghjkmnpqrstvwxyz";
    let bits: String = id.to_text().bytes().map(|byte| format!("{:05b}", alphabet.iter().position(|known| *known == byte).expect("a digit"))).collect();
    (0..16).map(|place| u8::from_str_radix(&bits[place * 8..place * 8 + 8], 2).expect("bits")).collect()
}

/// PK-3: what a browser is asked is what is checked.
async fn a_browser_is_asked_in_json_that_it_reads(house: House) {
    house.person("s.benani", "nurse").await;
    let read = |offer: &rihla_identity::Offer, path: &[&str]| {
        let doc = parse(offer.options.as_bytes(), &Limits::default()).expect("JSON");
        path.iter().fold(doc.root(), |value, name| value.get(name).expect(name)).source().to_owned()
    };
    let (_, fresh) = house.fresh("s.benani").await;
    let making = house.identity.offer_new_passkey(&fresh).expect("asked");
    assert_eq!(read(&making, &["challenge"]), making.challenge.as_str());
    assert_eq!((read(&making, &["rp", "id"]), read(&making, &["rp", "name"])), ("hopital.test".into(), "Hôpital Al Amal".into()));
    assert_eq!((read(&making, &["user", "name"]), read(&making, &["excludeCredentials"])), ("s.benani".into(), "[]".into()));
    assert!(making.options.contains("\"alg\":-7") && making.options.contains("\"alg\":-8") && making.options.contains("\"alg\":-257"));
    let mut device = Authenticator::ed25519(1);
    registered(&house, "s.benani", &mut device).await;
    let Step::Second { ticket, ways } = house.identity.password("s.benani", PHRASE, &desk()).await.expect("right") else { panic!("one is asked for") };
    let beside = house.identity.offer_second(&ticket, &ways).expect("has one");
    assert_eq!(read(&beside, &["allowCredentials"]), "[{\"type\":\"public-key\",\"id\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQE\"}]");
    assert_eq!(read(&beside, &["userVerification"]), "preferred");
    let alone = house.identity.offer_passkey().expect("asked");
    assert_eq!((read(&alone, &["userVerification"]), read(&alone, &["allowCredentials"])), ("required".into(), "[]".into()));
    let house = house.restarted(|settings| settings.relying_party = None).await;
    assert_eq!(refused(house.identity.offer_passkey()), "RH-ID-PASSKEY-OFF");
}

/// PK-1, PK-2.
async fn an_answer_for_another_page_challenge_or_errand_is_refused(house: House) {
    house.person("s.benani", "nurse").await;
    let mut device = Authenticator::ed25519(1);
    let (_, fresh) = house.fresh("s.benani").await;
    let challenge = house.identity.offer_new_passkey(&fresh).expect("asked").challenge;
    let foreign = Authenticator { origin: "https://rihla.hopital.test.evil.test".into(), ..Authenticator::ed25519(1) };
    assert_eq!(refused(house.identity.add_passkey(&fresh, challenge.as_str(), &foreign.register(challenge.as_str()), "").await), "RH-ID-PASSKEY");
    let sign_in = asked(&house);
    assert_eq!(refused(house.identity.add_passkey(&fresh, sign_in.as_str(), &device.register(sign_in.as_str()), "").await), "RH-ID-STALE");
    house.person("other", "nurse").await;
    let (_, others) = house.fresh("other").await;
    let theirs = house.identity.offer_new_passkey(&others).expect("asked").challenge;
    assert_eq!(refused(house.identity.add_passkey(&fresh, theirs.as_str(), &device.register(theirs.as_str()), "").await), "RH-ID-STALE");
    registered(&house, "s.benani", &mut device).await;
    for wrong in [
        Authenticator { origin: "https://rihla.hopital.test.evil.test".into(), ..Authenticator::ed25519(1) },
        Authenticator { origin: "http://rihla.hopital.test".into(), ..Authenticator::ed25519(1) },
        Authenticator { party: "evil.test".into(), ..Authenticator::ed25519(1) },
        Authenticator { flags: 0x04, ..Authenticator::ed25519(1) },
        Authenticator { flags: 0x15, ..Authenticator::ed25519(1) },
    ] {
        assert_eq!(alone(&house, &wrong).await.expect_err("refused").code_of(), "RH-ID-PASSKEY");
    }
    // Signed rightly, but over another challenge than the one that is sent along.
    let (asked, other) = (asked(&house), asked(&house));
    assert_eq!(refused(house.identity.passkey(asked.as_str(), &device.answer(other.as_str()), &desk()).await), "RH-ID-PASSKEY");
    assert_eq!(refused(house.identity.passkey("AAAA", &device.answer("AAAA"), &desk()).await), "RH-ID-STALE", "a challenge that is not ours");
    // A challenge of a password's second step signs nobody in alone.
    let ticket = house.ticket("s.benani").await;
    assert_eq!(refused(house.identity.passkey(ticket.as_str(), &device.answer(ticket.as_str()), &desk()).await), "RH-ID-STALE");
    assert!(alone(&house, &device).await.is_ok());
}

/// PK-1.
async fn a_challenge_is_answered_once_and_in_time(house: House) {
    house.person("s.benani", "nurse").await;
    let mut device = Authenticator::ed25519(1);
    registered(&house, "s.benani", &mut device).await;
    let challenge = asked(&house);
    let answer = device.answer(challenge.as_str());
    house.identity.passkey(challenge.as_str(), &answer, &desk()).await.expect("in");
    assert_eq!(refused(house.identity.passkey(challenge.as_str(), &answer, &desk()).await), "RH-ID-STALE", "replayed");
    let ticket = house.ticket("s.benani").await;
    let answer = device.answer(ticket.as_str());
    house.identity.second(ticket.as_str(), Second::Passkey(&answer), &desk()).await.expect("in");
    assert_eq!(refused(house.identity.second(ticket.as_str(), Second::Passkey(&answer), &desk()).await), "RH-ID-STALE", "replayed");
    let late = asked(&house);
    house.pass(5 * MINUTE);
    assert_eq!(refused(house.identity.passkey(late.as_str(), &device.answer(late.as_str()), &desk()).await), "RH-ID-STALE");
    let before = asked(&house);
    let house = house.restarted(|_| {}).await;
    assert_eq!(refused(house.identity.passkey(before.as_str(), &device.answer(before.as_str()), &desk()).await), "RH-ID-STALE", "of an earlier run");
}

/// PK-4.
async fn a_counter_that_does_not_go_forward_is_a_copy(house: House) {
    house.person("s.benani", "nurse").await;
    let mut device = Authenticator { counter: 10, ..Authenticator::p256(1) };
    registered(&house, "s.benani", &mut device).await;
    let mut with = async |counter| {
        device.counter = counter;
        alone(&house, &device).await.map(drop).map_err(|refusal| refusal.code_of())
    };
    assert_eq!(with(11).await, Ok(()));
    assert_eq!(with(11).await, Err("RH-ID-PASSKEY-COPY"));
    assert_eq!(with(10).await, Err("RH-ID-PASSKEY-COPY"));
    assert_eq!(with(0).await, Err("RH-ID-PASSKEY-COPY"));
    assert_eq!(with(12).await, Ok(()));
}

/// PK-3, PK-5.
async fn a_passkey_speaks_for_its_own_account_only(house: House) {
    house.person("one", "nurse").await;
    house.person("other", "nurse").await;
    let mut device = Authenticator::ed25519(1);
    registered(&house, "one", &mut device).await;
    let (_, fresh) = house.fresh("other").await;
    let challenge = house.identity.offer_new_passkey(&fresh).expect("asked").challenge;
    let again = house.identity.add_passkey(&fresh, challenge.as_str(), &device.register(challenge.as_str()), "").await;
    assert_eq!(refused(again), "RH-ID-PASSKEY-TAKEN");
    // Another key under the same id is nobody's.
    let forged = Authenticator { credential: device.credential.clone(), ..Authenticator::ed25519(9) };
    assert_eq!(alone(&house, &forged).await.expect_err("refused").code_of(), "RH-ID-PASSKEY");
    let lying = Authenticator { user: Some(vec![7; 16]), ..Authenticator::ed25519(1) };
    assert_eq!(alone(&house, &lying).await.expect_err("refused").code_of(), "RH-ID-SIGN-IN");
    let mut second = Authenticator::ed25519(2);
    registered(&house, "other", &mut second).await;
    let ticket = house.ticket("other").await;
    let answer = device.answer(ticket.as_str());
    assert_eq!(refused(house.identity.second(ticket.as_str(), Second::Passkey(&answer), &desk()).await), "RH-ID-SIGN-IN");
}

/// PK-3.
async fn alone_its_person_has_to_be_verified(house: House) {
    house.person("s.benani", "nurse").await;
    let mut device = Authenticator { flags: 0x01, ..Authenticator::ed25519(1) };
    registered(&house, "s.benani", &mut device).await;
    assert_eq!(alone(&house, &device).await.expect_err("refused").code_of(), "RH-ID-PASSKEY");
    let ticket = house.ticket("s.benani").await;
    let answer = device.answer(ticket.as_str());
    assert!(house.identity.second(ticket.as_str(), Second::Passkey(&answer), &desk()).await.is_ok(), "a touch is enough beside a password");
}

/// FAC-1, ACC-6.
async fn a_passkey_that_was_taken_away_opens_nothing_and_may_be_registered_anew(house: House) {
    let first = house.person("first", "nurse").await.id;
    house.person("second", "nurse").await;
    let mut device = Authenticator::ed25519(1);
    registered(&house, "first", &mut device).await;
    let challenge = asked(&house);
    let proven = house.identity.passkey(challenge.as_str(), &device.answer(challenge.as_str()), &desk()).await.expect("in");
    let opened = house.identity.enter(proven, rihla_identity::Seat::default()).await.expect("opened");
    let fresh = house.identity.fresh(&opened.present).expect("fresh");
    assert_eq!(refused(house.identity.drop_passkey(&fresh, b"another").await), "RH-ID-PASSKEY-UNKNOWN");
    house.identity.drop_passkey(&fresh, &device.credential).await.expect("dropped");
    assert_eq!(alone(&house, &device).await.expect_err("refused").code_of(), "RH-ID-SIGN-IN");
    let second = registered(&house, "second", &mut device).await;
    assert!(alone(&house, &device).await.is_ok());
    // The same by an invitation of somebody who lost it.
    let lost = house.identity.invite(By::Node("test"), second, true).await.expect("invited");
    house.identity.accept(lost.token.as_str(), PHRASE, &desk()).await.expect("accepted");
    assert_eq!(alone(&house, &device).await.expect_err("refused").code_of(), "RH-ID-SIGN-IN");
    assert_eq!(registered(&house, "first", &mut device).await, first);
}
