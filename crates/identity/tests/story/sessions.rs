use crate::house::{HOUR, House, MINUTE, refused};
use rihla_identity::{Change, Ends, Seat, Use};

on_both!(
    a_session_outlives_a_restart_and_ends_by_time,
    a_token_that_was_planted_is_worth_nothing,
    a_page_that_asks_by_itself_keeps_nobody_in,
    the_shortest_ends_of_the_roles_hold,
    a_person_sees_and_ends_their_sessions,
    a_role_that_needs_a_second_factor_is_told,
    what_is_over_is_swept_away,
    one_more_session_than_there_may_be_ends_the_one_that_was_used_longest_ago,
    who_is_shut_out_at_the_very_moment_stays_out,
);

/// SES-2.
async fn a_session_outlives_a_restart_and_ends_by_time(house: House) {
    house.person("s.benani", "nurse").await;
    let opened = house.signed_in("s.benani").await;
    let token = opened.token.as_str();
    let house = house.restarted(|_| {}).await;
    for _ in 0..71 {
        house.pass(10 * MINUTE);
        assert_eq!(house.who(token).await.as_deref(), Some("s.benani"));
    }
    house.pass(10 * MINUTE);
    assert_eq!(house.who(token).await, None, "twelve hours in all");
    let idle = house.signed_in("s.benani").await;
    house.pass(HOUR - 1);
    assert!(house.identity.find(idle.token.as_str(), Use::Page).await.expect("reads").expect("there").locked);
    house.pass(1);
    assert_eq!(house.who(idle.token.as_str()).await, None, "an hour without use");
    let left = house.signed_in("s.benani").await;
    house.identity.leave(left.token.as_str()).await.expect("left");
    assert_eq!(house.who(left.token.as_str()).await, None);
}

/// SES-1.
async fn a_token_that_was_planted_is_worth_nothing(house: House) {
    house.person("s.benani", "nurse").await;
    house.person("attacker", "nurse").await;
    let planted = house.signed_in("attacker").await;
    let proven = house.proven("s.benani").await;
    let seat = Seat { before: Some(planted.token.as_str()), ..Seat::default() };
    let own = house.identity.enter(proven, seat).await.expect("opened");
    assert_eq!(house.who(planted.token.as_str()).await, None);
    assert_eq!(house.who(own.token.as_str()).await.as_deref(), Some("s.benani"));
    let made_up = "A".repeat(43);
    let proven = house.proven("s.benani").await;
    house.identity.enter(proven, Seat { before: Some(&made_up), ..Seat::default() }).await.expect("opened");
    assert_eq!(house.who(&made_up).await, None, "the server chooses the token");
}

/// SES-3.
async fn a_page_that_asks_by_itself_keeps_nobody_in(house: House) {
    house.person("s.benani", "nurse").await;
    let opened = house.signed_in("s.benani").await;
    let token = opened.token.as_str();
    for _ in 0..14 {
        house.pass(MINUTE);
        assert!(!house.identity.find(token, Use::Page).await.expect("reads").expect("there").locked);
    }
    house.pass(MINUTE);
    assert!(house.identity.find(token, Use::Page).await.expect("reads").expect("there").locked);
    let touched = house.identity.find(token, Use::Person).await.expect("reads").expect("there");
    assert!(touched.locked, "a click opens no lock");
    assert_eq!(house.identity.fresh(&touched).expect_err("locked").code_of(), "RH-ID-STEP-UP");
    let other = house.signed_in("s.benani").await;
    assert!(house.identity.fresh(&other.present).is_ok());
    house.identity.lock(other.token.as_str()).await.expect("locked");
    let left = house.identity.find(other.token.as_str(), Use::Person).await.expect("reads").expect("there");
    assert_eq!(house.identity.fresh(&left).expect_err("locked").code_of(), "RH-ID-STEP-UP", "also within the five minutes");
    assert!(house.identity.find(other.token.as_str(), Use::Person).await.expect("reads").expect("there").locked);
}

/// SES-2.
async fn the_shortest_ends_of_the_roles_hold(house: House) {
    let short = Ends { absolute: 8 * HOUR as i64, idle: 20 * MINUTE as i64, lock: 2 * MINUTE as i64 };
    let house = house.restarted(|settings| settings.policy.ends_of_roles = vec![("physician".into(), short)]).await;
    house.person("doctor", "physician").await;
    house.person("nurse", "nurse").await;
    let (doctor, nurse) = (house.signed_in("doctor").await, house.signed_in("nurse").await);
    house.pass(2 * MINUTE);
    assert!(house.identity.find(doctor.token.as_str(), Use::Person).await.expect("reads").expect("there").locked);
    assert!(!house.identity.find(nurse.token.as_str(), Use::Person).await.expect("reads").expect("there").locked);
    house.pass(18 * MINUTE);
    assert_eq!(house.who(doctor.token.as_str()).await, None);
}

/// SES-4.
async fn a_person_sees_and_ends_their_sessions(house: House) {
    let person = house.person("s.benani", "nurse").await;
    house.person("other", "nurse").await;
    let stranger = house.signed_in("other").await;
    let one = house.signed_in("s.benani").await;
    house.pass(MINUTE);
    let proven = house.proven("s.benani").await;
    let two = house.identity.enter(proven, Seat { label: "Firefox, poste 3", ..Seat::default() }).await.expect("opened");
    house.pass(MINUTE);
    let (three, fresh) = house.fresh("s.benani").await;
    let listed = house.identity.sessions(person.id).expect("reads");
    let named: Vec<_> = listed.iter().map(|(name, session)| (name.as_str(), session.label.as_str())).collect();
    assert_eq!(named, [(three.present.fingerprint.as_str(), ""), (&two.present.fingerprint, "Firefox, poste 3"), (&one.present.fingerprint, "")]);
    house.identity.end_one(person.id, &two.present.fingerprint).await.expect("ended");
    house.identity.end_one(person.id, &stranger.present.fingerprint).await.expect("nothing of theirs");
    assert_eq!(house.who(two.token.as_str()).await, None);
    house.identity.end_others(&fresh).await.expect("ended");
    assert_eq!(house.who(one.token.as_str()).await, None);
    assert_eq!(house.who(three.token.as_str()).await.as_deref(), Some("s.benani"));
    assert_eq!(house.who(stranger.token.as_str()).await.as_deref(), Some("other"));
    house.identity.end_all(person.id).await.expect("ended");
    assert_eq!(house.who(three.token.as_str()).await, None);
}

/// SES-6.
async fn a_role_that_needs_a_second_factor_is_told(house: House) {
    house.person("boss", "administrator").await;
    house.person("nurse", "nurse").await;
    assert!(house.signed_in("boss").await.present.owes_second);
    assert!(!house.signed_in("nurse").await.present.owes_second);
}

/// SES-7.
async fn one_more_session_than_there_may_be_ends_the_one_that_was_used_longest_ago(house: House) {
    let house = house.restarted(|settings| settings.policy.sessions = 3).await;
    house.person("s.benani", "nurse").await;
    house.person("other", "nurse").await;
    let other = house.signed_in("other").await;
    let mut own = Vec::new();
    for _ in 0..3 {
        own.push(house.signed_in("s.benani").await);
        house.pass(4 * MINUTE);
    }
    // The first is used once more: the second is the one that nobody misses.
    assert!(house.who(own[0].token.as_str()).await.is_some());
    own.push(house.signed_in("s.benani").await);
    let mut there = Vec::new();
    for opened in &own {
        there.push(house.who(opened.token.as_str()).await.is_some());
    }
    assert_eq!(there, [true, false, true, true]);
    assert_eq!(house.who(other.token.as_str()).await.as_deref(), Some("other"));
    house.identity.leave(own[3].token.as_str()).await.expect("left");
    house.signed_in("s.benani").await;
    assert!(house.who(own[2].token.as_str()).await.is_some(), "what was left makes room");
}

async fn what_is_over_is_swept_away(house: House) {
    let person = house.person("s.benani", "nurse").await;
    house.signed_in("s.benani").await;
    house.identity.end_all(person.id).await.expect("ended");
    house.signed_in("s.benani").await;
    house.pass(50 * MINUTE);
    let good = house.signed_in("s.benani").await;
    house.pass(20 * MINUTE);
    assert_eq!(house.vault.list("id/session/").expect("reads").len(), 3);
    assert_eq!(house.identity.sweep().await.expect("swept"), 2);
    let left: Vec<_> = house.vault.list("id/session/").expect("reads").into_iter().map(|(name, _)| name).collect();
    assert_eq!(left, [format!("id/session/{}", good.present.fingerprint)]);
    assert_eq!(house.vault.list("id/open/").expect("reads").len(), 1);
}

/// ACC-5, SES-4.
async fn who_is_shut_out_at_the_very_moment_stays_out(house: House) {
    let person = house.person("s.benani", "nurse").await;
    let proven = house.proven("s.benani").await;
    let mut ended = Change::default();
    ended.put(format!("id/epoch/{}", person.id.to_text()), 9u64.to_be_bytes().to_vec());
    house.before_the_next_commit(ended);
    assert_eq!(refused(house.identity.enter(proven, Seat::default()).await), "RH-ID-SIGN-IN");
    assert!(house.vault.list("id/session/").expect("reads").is_empty());
}
