use crate::house::{House, OTHER_PHRASE, PHRASE, desk, refused};
use rihla_identity::{Hashing, Seat, Step};

on_both!(
    one_answer_for_every_reason,
    a_password_is_the_same_from_every_keyboard,
    an_older_hash_is_made_anew_at_the_next_sign_in,
    a_new_password_ends_the_other_sessions,
    nothing_that_lets_anybody_in_is_kept,
    a_store_of_another_key_is_refused_at_the_start,
);

/// PW-5.
async fn one_answer_for_every_reason(house: House) {
    house.person("s.benani", "nurse").await;
    let identity = &house.identity;
    let wrong = [
        identity.password("s.benani", "mon chat ronge deux galets", &desk()).await.expect_err("wrong"),
        identity.password("nobody", PHRASE, &desk()).await.expect_err("unknown"),
        identity.password("no login at all", PHRASE, &desk()).await.expect_err("no login"),
        identity.password("s.benani", &"x".repeat(5_000), &desk()).await.expect_err("too long"),
    ];
    for refusal in &wrong {
        assert_eq!(refusal, &wrong[0]);
        assert_eq!(refusal.code_of(), "RH-ID-SIGN-IN");
    }
}

/// PW-2, PW-1.
async fn a_password_is_the_same_from_every_keyboard(house: House) {
    house.person("s.benani", "nurse").await;
    let (_, fresh) = house.fresh("s.benani").await;
    house.identity.set_password(&fresh, "été à la mer sans vague").await.expect("set");
    let apart = "e\u{301}te\u{301} a\u{300} la mer sans vague";
    assert!(matches!(house.identity.password("S.BENANI", apart, &desk()).await, Ok(Step::In(_))));
    assert_eq!(refused(house.identity.password("s.benani", "ete a la mer sans vague", &desk()).await), "RH-ID-SIGN-IN");
    house.identity.set_password(&fresh, OTHER_PHRASE).await.expect("set");
    assert!(matches!(house.identity.password("s.benani", OTHER_PHRASE, &desk()).await, Ok(Step::In(_))));
    // The first 64 characters of a longer one are not enough: nothing is cut.
    let long = "galet menthe ".chars().cycle().take(63).collect::<String>() + "7qz";
    house.identity.set_password(&fresh, &long).await.expect("set");
    assert_eq!(refused(house.identity.password("s.benani", &long[..64], &desk()).await), "RH-ID-SIGN-IN");
    assert!(matches!(house.identity.password("s.benani", &long, &desk()).await, Ok(Step::In(_))));
}

/// PW-4.
async fn an_older_hash_is_made_anew_at_the_next_sign_in(house: House) {
    let person = house.person("s.benani", "nurse").await;
    let name = format!("id/secrets/{}", person.id.to_text());
    let stronger = Hashing { memory_kib: 16, passes: 2, lanes: 1 };
    let house = house.restarted(|settings| settings.policy.password = stronger).await;
    let before = house.vault.read(&name).expect("reads").expect("there");
    assert_eq!(refused(house.identity.password("s.benani", OTHER_PHRASE, &desk()).await), "RH-ID-SIGN-IN");
    assert_eq!(house.vault.read(&name).expect("reads"), Some(before.clone()), "a wrong password changes nothing");
    house.signed_in("s.benani").await;
    let once = house.vault.read(&name).expect("reads").expect("there");
    // argon2's memory is the first field of the first field.
    assert_eq!((before[5], once[5]), (8, 16));
    house.signed_in("s.benani").await;
}

/// SES-4.
async fn a_new_password_ends_the_other_sessions(house: House) {
    house.person("s.benani", "nurse").await;
    let other = house.signed_in("s.benani").await;
    let (own, fresh) = house.fresh("s.benani").await;
    let half_way = house.proven("s.benani").await;
    house.identity.set_password(&fresh, OTHER_PHRASE).await.expect("set");
    assert_eq!(house.who(other.token.as_str()).await, None);
    assert_eq!(house.who(own.token.as_str()).await.as_deref(), Some("s.benani"));
    assert_eq!(refused(house.identity.enter(half_way, Seat::default()).await), "RH-ID-SIGN-IN", "whoever came in by the old one meanwhile stays out");
}

/// PW-4, TOTP-2, REC-1, SES-1, STA-5.
async fn nothing_that_lets_anybody_in_is_kept(house: House) {
    let person = house.person("s.benani", "nurse").await;
    let (opened, fresh) = house.fresh("s.benani").await;
    let identity = &house.identity;
    let handed = identity.begin_totp(&fresh).await.expect("begun");
    identity.set_pin(&fresh, Some("482703")).await.expect("set");
    identity.bind_badge(rihla_identity::By::Node("test"), person.id, Some("04A1B2C3D4")).await.expect("bound");
    let invitation = identity.invite(rihla_identity::By::Node("test"), person.id, false).await.expect("invited");
    let kept: Vec<u8> = house.vault.list("id/").expect("reads").into_iter().flat_map(|(name, value)| [name.into_bytes(), value].concat()).collect();
    assert!(kept.windows(8).any(|window| window == b"s.benani"));
    for secret in [opened.token.as_str(), PHRASE, "482703", "04A1B2C3D4", &handed.typed, &handed.typed.replace(' ', ""), invitation.token.as_str()] {
        assert!(!kept.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}

/// KEY-1.
async fn a_store_of_another_key_is_refused_at_the_start(house: House) {
    assert_eq!(house.with_another_key().await.expect_err("refused").code, "RH-ID-KEY");
    house.person("s.benani", "nurse").await;
    let house = house.restarted(|_| {}).await;
    house.signed_in("s.benani").await;
}
