use crate::house::{HOUR, House, MINUTE, PHRASE, desk, from, known, refused};
use rihla_identity::{Step, Use};

on_both!(
    a_guessed_at_person_comes_in_from_their_own_device,
    waits_end_by_themselves_and_the_right_password_then_opens,
    guessing_many_accounts_from_one_address_slows_that_address,
    a_flood_of_tries_leaves_the_signed_in_alone,
    where_no_hash_can_be_made_nobody_is_told_which_accounts_there_are,
);

/// SLOW-2, SLOW-3.
async fn a_guessed_at_person_comes_in_from_their_own_device(house: House) {
    house.person("victim", "nurse").await;
    let opened = house.signed_in("victim").await;
    let own = known(&opened, "10.0.0.7");
    let mut codes = Vec::new();
    for number in 0..60 {
        codes.push(refused(house.identity.password("victim", "not the password at all", &from(&format!("203.0.113.{number}"))).await));
    }
    assert_eq!((codes[0], *codes.last().expect("some")), ("RH-ID-SIGN-IN", "RH-ID-WAIT"));
    let stranger = house.identity.password("victim", PHRASE, &from("203.0.113.99")).await.expect_err("strangers wait");
    assert!(stranger.code_of() == "RH-ID-WAIT" && stranger.retry_after_s.is_some_and(|seconds| seconds <= 15 * 60));
    assert!(matches!(house.identity.password("victim", PHRASE, &own).await, Ok(Step::In(_))));
    // The cookie is the person's: shown for somebody else it opens no queue.
    house.person("other", "nurse").await;
    for _ in 0..20 {
        _ = house.identity.password("other", "not the password at all", &own).await;
    }
    assert_eq!(refused(house.identity.password("other", PHRASE, &own).await), "RH-ID-WAIT");
    // And who has the cookie guesses as slowly as anybody.
    for _ in 0..20 {
        _ = house.identity.password("victim", "not the password at all", &own).await;
    }
    assert_eq!(refused(house.identity.password("victim", PHRASE, &own).await), "RH-ID-WAIT");
}

/// SLOW-2.
async fn waits_end_by_themselves_and_the_right_password_then_opens(house: House) {
    house.person("s.benani", "nurse").await;
    for _ in 0..50 {
        _ = house.identity.password("s.benani", "not the password at all", &desk()).await;
        house.pass(30_000);
    }
    let refusal = house.identity.password("s.benani", PHRASE, &desk()).await.expect_err("waits");
    let wait = u64::from(refusal.retry_after_s.expect("how long"));
    assert!(wait <= 15 * 60);
    house.pass(wait * 1000);
    house.signed_in("s.benani").await;
    // What the right password took back is forgotten: three slips are free again.
    for _ in 0..3 {
        assert_eq!(refused(house.identity.password("s.benani", "not the password at all", &desk()).await), "RH-ID-SIGN-IN");
    }
}

/// SLOW-2.
async fn guessing_many_accounts_from_one_address_slows_that_address(house: House) {
    house.person("s.benani", "nurse").await;
    let mut waited = 0;
    for number in 0..100 {
        let code = refused(house.identity.password(&format!("user{number}"), "azertyuiop123456", &from("203.0.113.1")).await);
        waited += usize::from(code == "RH-ID-WAIT");
        house.pass(100);
    }
    assert!((35..=40).contains(&waited), "{waited}");
    assert!(matches!(house.identity.password("s.benani", PHRASE, &from("10.0.0.9")).await, Ok(Step::In(_))), "others are not slowed");
}

/// PW-6, SLOW-4.
async fn a_flood_of_tries_leaves_the_signed_in_alone(house: House) {
    house.person("s.benani", "nurse").await;
    let opened = house.signed_in("s.benani").await;
    let own = known(&opened, "10.0.0.7");
    let mut looked_at = 0;
    for number in 0..2_000 {
        let code = refused(house.identity.password(&format!("u{number}"), "azertyuiop123456", &from(&format!("198.51.100.{number}"))).await);
        looked_at += usize::from(code == "RH-ID-SIGN-IN");
        house.pass(MINUTE / 2_000);
    }
    // What was there at the beginning and what a minute gives.
    assert!((400..=421).contains(&looked_at), "{looked_at}");
    assert!(house.identity.find(opened.token.as_str(), Use::Person).await.expect("reads").is_some());
    assert!(matches!(house.identity.password("s.benani", PHRASE, &own).await, Ok(Step::In(_))));
    house.pass(HOUR / 2);
    house.signed_in("s.benani").await;
}

/// PW-5, PW-6: an unknown login costs a hash as well, and a full queue charges nobody.
async fn where_no_hash_can_be_made_nobody_is_told_which_accounts_there_are(house: House) {
    house.person("s.benani", "nurse").await;
    let opened = house.signed_in("s.benani").await;
    let house = house.restarted(|settings| settings.policy.strangers_waiting = 0).await;
    for login in ["s.benani", "nobody", "no login at all"] {
        for _ in 0..20 {
            let refusal = house.identity.password(login, PHRASE, &desk()).await.expect_err("full");
            assert_eq!((refusal.code_of(), refusal.retry_after_s), ("RH-ID-BUSY", Some(2)));
        }
    }
    assert!(matches!(house.identity.password("s.benani", PHRASE, &known(&opened, "10.0.0.7")).await, Ok(Step::In(_))), "known devices have their own places");
}
