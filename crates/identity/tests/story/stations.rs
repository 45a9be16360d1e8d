use crate::house::{HOUR, House, MINUTE, SITE, from, refused};
use rihla_identity::{By, Level, Opened, Refusal, Seat, Token, Use, Who};
use rihla_kernel::SiteId;

on_both!(
    the_next_person_gets_a_session_of_their_own,
    a_pin_is_guessed_five_times_and_then_the_whole_sign_in_helps,
    many_guesses_at_once_are_many,
    a_pin_works_for_a_shift_at_a_station_of_the_persons_site,
    without_a_badge_a_pin_is_longer,
    a_badge_belongs_to_one_account,
    nobody_is_told_which_badges_there_are,
);

const BADGE: &str = "04A1B2C3D4";

/// Somebody with badge and PIN who signed in wholly today.
async fn badged(house: &House, login: &str, badge: &str, pin: &str) -> Opened {
    let person = house.person(login, "nurse").await;
    house.identity.bind_badge(By::Node("test"), person.id, Some(badge)).await.expect("bound");
    let (opened, fresh) = house.fresh(login).await;
    house.identity.set_pin(&fresh, Some(pin)).await.expect("set");
    opened
}

async fn station(house: &House) -> Token {
    house.identity.register_station(By::Node("test"), "Cardiologie, poste 2", SITE, None).await.expect("registered")
}

async fn touch(house: &House, station: &Token, badge: &str, pin: &str) -> Result<Opened, Refusal> {
    house.identity.reenter(station.as_str(), Who::Badge(badge), pin, Seat::default()).await
}

/// STA-4, STA-1.
async fn the_next_person_gets_a_session_of_their_own(house: House) {
    let station = station(&house).await;
    badged(&house, "first", BADGE, "4827").await;
    badged(&house, "second", "04FFFFFFFF", "7305").await;
    let first = touch(&house, &station, " 04a1b2c3d4\n", "4827").await.expect("in");
    assert_eq!((first.present.account.login.as_str(), first.present.session.level), ("first", Level::Pin));
    house.pass(6 * MINUTE);
    assert!(house.identity.find(first.token.as_str(), Use::Person).await.expect("reads").expect("there").locked, "five minutes at a station");
    let seat = Seat { before: Some(first.token.as_str()), ..Seat::default() };
    let second = house.identity.reenter(station.as_str(), Who::Badge("04FFFFFFFF"), "7305", seat).await.expect("in");
    assert_eq!(house.who(second.token.as_str()).await.as_deref(), Some("second"));
    assert_eq!(house.who(first.token.as_str()).await, None, "nobody goes on under the name of the one before");
    assert_ne!(first.present.account.actor(), second.present.account.actor());
    // Coming back unlocks by a new session, not by the old token.
    house.pass(6 * MINUTE);
    let seat = Seat { before: Some(second.token.as_str()), ..Seat::default() };
    let back = house.identity.reenter(station.as_str(), Who::Badge("04FFFFFFFF"), "7305", seat).await.expect("in");
    assert!(!back.present.locked && back.token != second.token);
    assert!(back.device.is_none(), "a PIN makes no device known");
    assert_eq!(refused(house.identity.fresh(&back.present)), "RH-ID-STEP-UP", "a PIN is no proof for risky acts");
}

/// STA-3.
async fn a_pin_is_guessed_five_times_and_then_the_whole_sign_in_helps(house: House) {
    let station = station(&house).await;
    badged(&house, "s.benani", BADGE, "4827").await;
    for _ in 0..4 {
        assert_eq!(refused(touch(&house, &station, BADGE, "4828").await), "RH-ID-PIN");
    }
    let house = house.restarted(|_| {}).await;
    assert_eq!(refused(touch(&house, &station, BADGE, "4828").await), "RH-ID-PIN");
    assert_eq!(refused(touch(&house, &station, BADGE, "4827").await), "RH-ID-WHOLE", "also the right one, also after a restart");
    house.signed_in("s.benani").await;
    touch(&house, &station, BADGE, "4827").await.expect("in");
}

/// STA-3.
async fn many_guesses_at_once_are_many(house: House) {
    let station = station(&house).await;
    badged(&house, "s.benani", BADGE, "4827").await;
    let pins = ["1357", "2468", "9753", "8642", "3197", "4827"];
    let tries = pins.map(|pin| touch(&house, &station, BADGE, pin));
    let [a, b, c, d, e, f] = tries;
    let (a, b, c, d, e, f) = tokio::join!(a, b, c, d, e, f);
    let in_or_out: Vec<_> = [a, b, c, d, e, f].into_iter().map(refused).collect();
    assert!(in_or_out.iter().filter(|code| **code == "RH-ID-PIN").count() <= 5, "{in_or_out:?}");
    let wrong = in_or_out.iter().filter(|code| **code == "nothing was refused").count();
    assert!(wrong <= 1, "{in_or_out:?}");
    for _ in 0..5 {
        _ = touch(&house, &station, BADGE, "1357").await;
    }
    assert_eq!(refused(touch(&house, &station, BADGE, "4827").await), "RH-ID-WHOLE");
}

/// STA-1.
async fn a_pin_works_for_a_shift_at_a_station_of_the_persons_site(house: House) {
    let here = station(&house).await;
    let elsewhere = house.identity.register_station(By::Node("test"), "Ailleurs", SiteId(2), None).await.expect("registered");
    badged(&house, "s.benani", BADGE, "4827").await;
    assert_eq!(refused(touch(&house, &elsewhere, BADGE, "4827").await), "RH-ID-PIN");
    let made_up = here.as_str().replace('A', "B");
    assert_eq!(refused(house.identity.reenter(&format!("{made_up}x"), Who::Badge(BADGE), "4827", Seat::default()).await), "RH-ID-STATION");
    house.pass(11 * HOUR + 50 * MINUTE);
    let late = touch(&house, &here, BADGE, "4827").await.expect("in");
    for _ in 0..3 {
        house.pass(3 * MINUTE);
        assert!(house.who(late.token.as_str()).await.is_some());
    }
    house.pass(MINUTE);
    assert_eq!(house.who(late.token.as_str()).await, None, "what a PIN opened ends with the shift");
    assert_eq!(refused(touch(&house, &here, BADGE, "4827").await), "RH-ID-WHOLE");
    house.signed_in("s.benani").await;
    touch(&house, &here, BADGE, "4827").await.expect("in");
    let named = house.identity.stations().expect("reads").into_iter().find(|(_, station)| station.site == SITE).expect("listed");
    assert_eq!(named.1.name, "Cardiologie, poste 2");
    house.identity.retire_station(By::Node("test"), &named.0).await.expect("retired");
    assert_eq!(refused(touch(&house, &here, BADGE, "4827").await), "RH-ID-STATION");
    let whole = house.proven("s.benani").await;
    let seat = Seat { station: Some(here.as_str()), ..Seat::default() };
    let opened = house.identity.enter(whole, seat).await.expect("a whole sign-in works on any screen");
    assert_eq!(opened.present.session.station, None);
}

/// STA-2.
async fn without_a_badge_a_pin_is_longer(house: House) {
    let station = station(&house).await;
    badged(&house, "short", BADGE, "4827").await;
    badged(&house, "long", "04FFFFFFFF", "482703").await;
    let by_login = async |login: &str, pin: &str| refused(house.identity.reenter(station.as_str(), Who::Login(login), pin, Seat::default()).await);
    assert_eq!(by_login("short", "4827").await, "RH-ID-PIN");
    assert_eq!(by_login("long", "482703").await, "nothing was refused");
    assert_eq!(by_login("long", "٤٨٢٧٠٣").await, "nothing was refused");
}

/// STA-5.
async fn a_badge_belongs_to_one_account(house: House) {
    let station = station(&house).await;
    let first = badged(&house, "first", BADGE, "4827").await.present.account.id;
    let second = house.person("second", "nurse").await.id;
    let bind = async |id, badge| refused(house.identity.bind_badge(By::Node("test"), id, badge).await);
    assert_eq!(bind(second, Some(BADGE)).await, "RH-ID-BADGE-TAKEN");
    assert_eq!(bind(second, Some("x-1")).await, "RH-ID-BADGE-FORM");
    assert_eq!(bind(first, Some("04EEEEEEEE")).await, "nothing was refused");
    assert_eq!(refused(touch(&house, &station, BADGE, "4827").await), "RH-ID-PIN", "a lost badge opens nothing");
    touch(&house, &station, "04EEEEEEEE", "4827").await.expect("in");
    assert_eq!(bind(second, Some(BADGE)).await, "nothing was refused");
    assert_eq!(bind(first, None).await, "nothing was refused");
    assert_eq!(refused(touch(&house, &station, "04EEEEEEEE", "4827").await), "RH-ID-PIN");
}

async fn nobody_is_told_which_badges_there_are(house: House) {
    let station = station(&house).await;
    badged(&house, "s.benani", BADGE, "4827").await;
    let wrong = touch(&house, &station, BADGE, "4828").await.expect_err("wrong");
    let unknown = touch(&house, &station, "0000000000", "4827").await.expect_err("unknown");
    assert_eq!(wrong, unknown);
    // And at one station only so many are tried.
    let mut waits = 0;
    for number in 0..60 {
        waits += usize::from(refused(touch(&house, &station, &format!("0000{number:06}"), "4827").await) == "RH-ID-WAIT");
    }
    assert!(waits >= 25, "{waits}");
    house.identity.password("s.benani", crate::house::PHRASE, &from("10.0.0.8")).await.expect("a desk is not slowed by it");
}
