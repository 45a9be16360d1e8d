use crate::house::{HOUR, House, OTHER_PHRASE, PHRASE, desk, profile, refused};
use rihla_identity::{By, DemoAccount, Seat, Step};

on_both!(
    the_code_at_the_terminal_makes_the_first_administrator_once,
    a_code_ends_after_a_day_or_by_a_newer_one,
    two_who_have_the_code_do_not_both_become_the_first,
    no_code_where_an_account_was_made,
    accounts_of_a_demonstration_stay_out_of_production,
);

/// SET-1, ACC-7.
async fn the_code_at_the_terminal_makes_the_first_administrator_once(house: House) {
    let code = house.identity.setup_code().await.expect("made").expect("no account yet");
    let house = house.restarted(|_| {}).await;
    let set_up = async |code: &str, password: &str| house.identity.set_up(code, profile("chef", "administrator"), password, &desk()).await;
    assert_eq!(refused(set_up("0000-0000-0000-0000-0000-0000", PHRASE).await), "RH-ID-SETUP");
    assert_eq!(refused(set_up("", PHRASE).await), "RH-ID-SETUP");
    assert_eq!(refused(set_up(code.as_str(), "court").await), "RH-ID-PASSWORD-SHORT", "and the code is still good");
    let nobody = rihla_identity::Profile { grants: Vec::new(), ..profile("chef", "administrator") };
    assert_eq!(refused(house.identity.set_up(code.as_str(), nobody, PHRASE, &desk()).await), "RH-ID-ROLE");
    let proven = set_up(&code.as_str().to_uppercase(), PHRASE).await.expect("made");
    let opened = house.identity.enter(proven, Seat::default()).await.expect("opened");
    assert!(opened.present.account.holds("administrator"));
    assert_eq!(refused(set_up(code.as_str(), OTHER_PHRASE).await), "RH-ID-SETUP");
    assert!(house.identity.setup_code().await.expect("looked").is_none());
    house.signed_in("chef").await;
}

/// SET-1.
async fn a_code_ends_after_a_day_or_by_a_newer_one(house: House) {
    let first = house.identity.setup_code().await.expect("made").expect("no account yet");
    let second = house.identity.setup_code().await.expect("made").expect("no account yet");
    let set_up = async |code: &str| refused(house.identity.set_up(code, profile("chef", "administrator"), PHRASE, &desk()).await);
    assert_eq!(set_up(first.as_str()).await, "RH-ID-SETUP");
    house.pass(24 * HOUR);
    assert_eq!(set_up(second.as_str()).await, "RH-ID-SETUP");
    let third = house.identity.setup_code().await.expect("made").expect("no account yet");
    assert_eq!(set_up(third.as_str()).await, "nothing was refused");
}

/// SET-1.
async fn two_who_have_the_code_do_not_both_become_the_first(house: House) {
    let code = house.identity.setup_code().await.expect("made").expect("no account yet");
    let set_up = async |login: &str| house.identity.set_up(code.as_str(), profile(login, "administrator"), PHRASE, &desk()).await.is_ok();
    let (one, other) = tokio::join!(set_up("one"), set_up("other"));
    assert!(one != other);
    assert_eq!(house.identity.accounts().expect("reads").len(), 1);
}

/// SET-1.
async fn no_code_where_an_account_was_made(house: House) {
    let code = house.identity.setup_code().await.expect("made").expect("no account yet");
    house.identity.create(By::Node("import"), profile("s.benani", "nurse")).await.expect("made");
    assert_eq!(refused(house.identity.set_up(code.as_str(), profile("chef", "administrator"), PHRASE, &desk()).await), "RH-ID-SETUP");
    assert!(house.identity.setup_code().await.expect("looked").is_none());
}

/// SET-2.
async fn accounts_of_a_demonstration_stay_out_of_production(house: House) {
    let accounts = || {
        let account = |role: &str| DemoAccount { profile: profile(&format!("demo.{role}"), role), password: "demo".into() };
        ["nurse", "physician"].map(account).to_vec()
    };
    assert_eq!(refused(house.identity.demo(accounts()).await), "RH-ID-DEMO");
    assert!(!house.identity.is_founded().expect("reads"));
    let house = house.restarted(|settings| settings.production = false).await;
    assert_eq!(house.identity.demo(accounts()).await.expect("made").len(), 2);
    assert_eq!(house.identity.demo(accounts()).await.expect("there").len(), 2);
    assert_eq!(house.identity.accounts().expect("reads").len(), 2, "each once");
    // Whoever stands in for people has no password; nobody who has one is stood in for.
    assert_eq!(refused(house.identity.stand_in(profile("demo.nurse", "nurse")).await), "RH-ID-SIGN-IN");
    let stood = house.identity.stand_in(profile("simulation.nurse", "nurse")).await.expect("a session");
    assert!(house.who(stood.token.as_str()).await.is_some());
    assert_eq!(refused(house.identity.password("simulation.nurse", "", &desk()).await), "RH-ID-SIGN-IN");
    let again = house.identity.stand_in(profile("simulation.nurse", "nurse")).await.expect("another session");
    assert_eq!(stood.present.account.id, again.present.account.id, "one account");
    let Ok(Step::In(proven)) = house.identity.password("demo.nurse", "demo", &desk()).await else { panic!("let in") };
    let opened = house.identity.enter(proven, Seat::default()).await.expect("opened");
    let house = house.restarted(|settings| settings.production = true).await;
    assert_eq!(refused(house.identity.password("demo.nurse", "demo", &desk()).await), "RH-ID-SIGN-IN");
    assert_eq!(refused(house.identity.stand_in(profile("simulation.nurse", "nurse")).await), "RH-ID-DEMO");
    assert_eq!(house.who(stood.token.as_str()).await, None);
    assert_eq!(house.who(opened.token.as_str()).await, None);
}
