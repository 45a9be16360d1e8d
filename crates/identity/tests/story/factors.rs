use crate::house::{House, MINUTE, PHRASE, desk, refused};
use rihla_identity::{By, Fresh, Level, Opened, Seat, Second, Step, Token};
use ring::hmac;

on_both!(
    an_app_counts_from_its_first_right_code,
    a_code_is_taken_once_even_by_two_who_are_fast,
    a_recovery_code_is_taken_once,
    codes_are_guessed_slowly,
    a_short_password_needs_its_second_factor,
    who_lost_the_phone_gets_in_by_an_invitation_that_says_so,
    factors_are_changed_only_just_after_proving_who_one_is,
);

/// The code that an app shows, computed from what it was handed (RFC 6238).
fn shown(typed: &str, millis: i64) -> String {
    let letters = typed.bytes().filter(|byte| *byte != b' ');
    let bits: String = letters.map(|byte| format!("{:05b}", if byte.is_ascii_digit() { byte - b'2' + 26 } else { byte - b'A' })).collect();
    let seed: Vec<u8> = (0..bits.len() / 8).map(|place| u8::from_str_radix(&bits[place * 8..place * 8 + 8], 2).expect("bits")).collect();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &seed), &(millis as u64 / 30_000).to_be_bytes());
    let at = usize::from(tag.as_ref()[19] & 15);
    let word = u32::from_be_bytes(tag.as_ref()[at..at + 4].try_into().expect("four")) & 0x7FFF_FFFF;
    format!("{:06}", word % 1_000_000)
}

/// Somebody with an authenticator app; returns its seed as typed.
async fn with_app(house: &House, login: &str) -> (String, Opened, Fresh) {
    let (opened, fresh) = house.fresh(login).await;
    let handed = house.identity.begin_totp(&fresh).await.expect("begun");
    house.identity.confirm_totp(&fresh, &shown(&handed.typed, house.now())).await.expect("confirmed");
    house.pass(MINUTE);
    (handed.typed, opened, fresh)
}

async fn second(house: &House, ticket: &Token, proof: Second<'_>) -> &'static str {
    refused(house.identity.second(ticket.as_str(), proof, &desk()).await)
}

/// TOTP-2.
async fn an_app_counts_from_its_first_right_code(house: House) {
    house.person("s.benani", "nurse").await;
    let (_, fresh) = house.fresh("s.benani").await;
    let handed = house.identity.begin_totp(&fresh).await.expect("begun");
    assert_eq!(refused(house.identity.confirm_totp(&fresh, "000000").await), "RH-ID-CODE");
    assert!(matches!(house.identity.password("s.benani", PHRASE, &desk()).await, Ok(Step::In(_))), "nothing has changed yet");
    house.identity.confirm_totp(&fresh, &shown(&handed.typed, house.now())).await.expect("confirmed");
    let ticket = house.ticket("s.benani").await;
    assert_eq!(second(&house, &ticket, Second::Code(&shown(&handed.typed, house.now()))).await, "RH-ID-CODE", "the code that confirmed was used");
    house.pass(30_000);
    let proven = house.identity.second(ticket.as_str(), Second::Code(&shown(&handed.typed, house.now())), &desk()).await.expect("in");
    assert_eq!(proven.level(), Level::TwoFactors);
    let house = house.restarted(|_| {}).await;
    house.pass(30_000);
    assert_eq!(second(&house, &ticket, Second::Code("000000")).await, "RH-ID-STALE", "a ticket of an earlier run");
    let ended = house.ticket("s.benani").await;
    house.identity.end_all(fresh.account()).await.expect("ended");
    assert_eq!(second(&house, &ended, Second::Code(&shown(&handed.typed, house.now()))).await, "RH-ID-STALE", "of before all was ended");
    // A seed that nobody confirmed is thrown away.
    let ticket = house.ticket("s.benani").await;
    let proven = house.identity.second(ticket.as_str(), Second::Code(&shown(&handed.typed, house.now())), &desk()).await.expect("in");
    let opened = house.identity.enter(proven, Seat::default()).await.expect("opened");
    let fresh = house.identity.fresh(&opened.present).expect("fresh");
    let forgotten = house.identity.begin_totp(&fresh).await.expect("begun");
    house.pass(16 * MINUTE);
    assert_eq!(refused(house.identity.confirm_totp(&fresh, &shown(&forgotten.typed, house.now())).await), "RH-ID-STALE");
}

/// TOTP-1.
async fn a_code_is_taken_once_even_by_two_who_are_fast(house: House) {
    house.person("s.benani", "nurse").await;
    let (seed, ..) = with_app(&house, "s.benani").await;
    let (one, other) = (house.ticket("s.benani").await, house.ticket("s.benani").await);
    let code = shown(&seed, house.now());
    let (first, then) = tokio::join!(second(&house, &one, Second::Code(&code)), second(&house, &other, Second::Code(&code)));
    let mut both = [first, then];
    both.sort_unstable();
    assert_eq!(both, ["RH-ID-CODE", "nothing was refused"]);
    let house = house.restarted(|_| {}).await;
    let ticket = house.ticket("s.benani").await;
    assert_eq!(second(&house, &ticket, Second::Code(&code)).await, "RH-ID-CODE", "nor after a restart");
    assert_eq!(second(&house, &ticket, Second::Code(&shown(&seed, house.now() - 30_000))).await, "RH-ID-CODE", "nor an earlier one");
}

/// REC-1.
async fn a_recovery_code_is_taken_once(house: House) {
    house.person("s.benani", "nurse").await;
    let (_, fresh) = house.fresh("s.benani").await;
    assert_eq!(refused(house.identity.new_recovery(&fresh).await), "RH-ID-NO-SECOND");
    let (_, _, fresh) = with_app(&house, "s.benani").await;
    let codes = house.identity.new_recovery(&fresh).await.expect("made");
    assert_eq!((codes.len(), codes[0].as_str().len()), (10, 29));
    let ticket = house.ticket("s.benani").await;
    let typed = codes[3].as_str().to_uppercase().replace('-', " ");
    assert_eq!(second(&house, &ticket, Second::Recovery(&typed)).await, "nothing was refused");
    assert_eq!(second(&house, &ticket, Second::Recovery(&typed)).await, "RH-ID-CODE");
    assert_eq!(house.identity.ways(fresh.account()).expect("reads").recovery, 9);
    let newer = house.identity.new_recovery(&fresh).await.expect("made");
    assert_eq!(second(&house, &ticket, Second::Recovery(codes[4].as_str())).await, "RH-ID-CODE");
    assert_eq!(second(&house, &ticket, Second::Recovery(newer[4].as_str())).await, "nothing was refused");
}

/// SLOW-1, SLOW-2.
async fn codes_are_guessed_slowly(house: House) {
    house.person("s.benani", "nurse").await;
    let (seed, ..) = with_app(&house, "s.benani").await;
    let ticket = house.ticket("s.benani").await;
    let mut looked_at = 0;
    for number in 0..200 {
        looked_at += usize::from(second(&house, &ticket, Second::Code(&format!("{number:06}"))).await == "RH-ID-CODE");
        house.pass(1_000);
    }
    assert!((5..=15).contains(&looked_at), "{looked_at}");
    assert_eq!(second(&house, &ticket, Second::Code(&shown(&seed, house.now()))).await, "RH-ID-WAIT");
}

/// PW-1, FAC-1.
async fn a_short_password_needs_its_second_factor(house: House) {
    house.person("s.benani", "nurse").await;
    let (seed, opened, fresh) = with_app(&house, "s.benani").await;
    house.identity.set_password(&fresh, "vr-7 qzk").await.expect("short beside a second factor");
    assert_eq!(refused(house.identity.drop_totp(&fresh).await), "RH-ID-PASSWORD-ALONE");
    house.identity.set_password(&fresh, PHRASE).await.expect("set");
    house.identity.drop_totp(&fresh).await.expect("dropped");
    assert_eq!(refused(house.identity.set_password(&fresh, "vr-7 qzk").await), "RH-ID-PASSWORD-SHORT");
    assert_eq!(house.who(opened.token.as_str()).await.as_deref(), Some("s.benani"));
    house.signed_in("s.benani").await;
    drop(seed);
}

/// ACC-6.
async fn who_lost_the_phone_gets_in_by_an_invitation_that_says_so(house: House) {
    let person = house.person("s.benani", "nurse").await;
    with_app(&house, "s.benani").await;
    let forgot = house.identity.invite(By::Node("test"), person.id, false).await.expect("invited");
    assert!(matches!(house.identity.accept(forgot.token.as_str(), PHRASE, &desk()).await, Ok(Step::Second { .. })), "the factor stays");
    let lost = house.identity.invite(By::Node("test"), person.id, true).await.expect("invited");
    house.ticket("s.benani").await;
    assert!(matches!(house.identity.accept(lost.token.as_str(), PHRASE, &desk()).await, Ok(Step::In(_))));
    house.signed_in("s.benani").await;
}

/// FAC-1, SES-5.
async fn factors_are_changed_only_just_after_proving_who_one_is(house: House) {
    house.person("s.benani", "nurse").await;
    let (opened, _) = house.fresh("s.benani").await;
    house.pass(6 * MINUTE);
    let later = house.identity.find(opened.token.as_str(), rihla_identity::Use::Person).await.expect("reads").expect("signed in");
    assert_eq!(refused(house.identity.fresh(&later)), "RH-ID-STEP-UP");
    // Proving it again makes another token and ends the one before.
    let proven = house.proven("s.benani").await;
    let again = house.identity.enter(proven, Seat { before: Some(opened.token.as_str()), ..Seat::default() }).await.expect("opened");
    assert!(house.identity.fresh(&again.present).is_ok());
    assert_ne!(again.token, opened.token);
    assert_eq!(house.who(opened.token.as_str()).await, None);
}
