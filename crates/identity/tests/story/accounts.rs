use crate::house::{House, OTHER_PHRASE, PHRASE, desk, profile, refused};
use rihla_identity::{By, Client, Grant, Move, Seat, State, Step};
use rihla_kernel::SiteId;

on_both!(
    an_invited_person_chooses_the_password_once,
    two_administrators_do_not_overwrite_each_other,
    nobody_decides_about_themselves_and_one_administrator_is_left,
    a_login_never_belongs_to_a_second_person,
    what_is_written_about_somebody_has_to_fit,
    a_change_of_rights_or_state_ends_the_sessions,
    an_administrator_helps_who_forgot_the_password,
);

/// ACC-2, ACC-6, ACC-7.
async fn an_invited_person_chooses_the_password_once(house: House) {
    let identity = &house.identity;
    let made = identity.create(By::Node("test"), profile("s.benani", "nurse")).await.expect("made");
    let token = made.invitation.token.as_str();
    assert_eq!(made.account.state(), State::Invited);
    assert_eq!(refused(identity.password("s.benani", "", &desk()).await), "RH-ID-SIGN-IN", "no password lets nobody in");
    assert_eq!(refused(identity.accept(token, "trop court", &desk()).await), "RH-ID-PASSWORD-SHORT");
    assert_eq!(refused(identity.accept(token, "s.benani s.benani", &desk()).await), "RH-ID-PASSWORD-COMMON");
    assert_eq!(identity.invited(token).expect("reads").expect("still good").id, made.account.id);
    let Step::In(proven) = identity.accept(token, PHRASE, &desk()).await.expect("accepted") else { panic!("no second factor yet") };
    let opened = identity.enter(proven, Seat::default()).await.expect("opened");
    assert_eq!(opened.present.account.state(), State::Active);
    assert_eq!(refused(identity.accept(token, OTHER_PHRASE, &desk()).await), "RH-ID-INVITATION");
    let by: Vec<_> = house.account(made.account.id).history.into_iter().map(|standing| (standing.state, standing.by)).collect();
    assert_eq!(by, [(State::Invited, "test".to_owned()), (State::Active, made.account.id.to_text())]);

    let late = identity.create(By::Node("test"), profile("late", "nurse")).await.expect("made");
    house.pass(73 * crate::house::HOUR);
    assert_eq!(refused(identity.accept(late.invitation.token.as_str(), PHRASE, &desk()).await), "RH-ID-INVITATION");
    let again = identity.invite(By::Node("test"), late.account.id, false).await.expect("invited again");
    identity.accept(again.token.as_str(), PHRASE, &desk()).await.expect("accepted");
}

/// ACC-3.
async fn two_administrators_do_not_overwrite_each_other(house: House) {
    let person = house.person("s.benani", "nurse").await;
    let (one, other) = (profile("s.benani", "physician"), profile("s.alami", "nurse"));
    let (first, second) = tokio::join!(
        house.identity.change(By::Node("a"), person.id, person.version, one),
        house.identity.change(By::Node("b"), person.id, person.version, other)
    );
    let refusal = [first, second].into_iter().filter_map(Result::err).map(|refusal| refusal.code_of()).collect::<Vec<_>>();
    assert_eq!(refusal, ["RH-ID-CHANGED"]);
    assert_eq!(house.account(person.id).version, person.version + 1);
}

/// ACC-4.
async fn nobody_decides_about_themselves_and_one_administrator_is_left(house: House) {
    let (one, other) = (house.person("one", "administrator").await, house.person("other", "administrator").await);
    let ((_, by_one), (_, by_other)) = (house.fresh("one").await, house.fresh("other").await);
    let identity = &house.identity;
    assert_eq!(refused(identity.move_account(By::Person(&by_one), one.id, one.version, Move::Suspend).await), "RH-ID-ONESELF");
    assert_eq!(refused(identity.change(By::Person(&by_one), one.id, one.version, profile("one", "nurse")).await), "RH-ID-ONESELF");
    let (first, second) = tokio::join!(
        identity.move_account(By::Person(&by_one), other.id, other.version, Move::Suspend),
        identity.move_account(By::Person(&by_other), one.id, one.version, Move::Suspend)
    );
    assert_eq!([first.is_ok(), second.is_ok()].into_iter().filter(|done| *done).count(), 1);
    let active = [one.id, other.id].into_iter().filter(|id| house.account(*id).state() == State::Active).count();
    assert_eq!(active, 1);
    // Whoever was suspended decides nothing with what they proved before.
    let (gone, proof) = if house.account(one.id).state() == State::Active { (&other, &by_other) } else { (&one, &by_one) };
    let left = if gone.id == one.id { other.id } else { one.id };
    let version = house.account(left).version;
    assert_eq!(refused(identity.move_account(By::Person(proof), left, version, Move::Suspend).await), "RH-ID-SIGN-IN");
    assert_eq!(refused(identity.create(By::Person(proof), profile("friend", "administrator")).await), "RH-ID-SIGN-IN");
}

/// ACC-1, ACC-2.
async fn a_login_never_belongs_to_a_second_person(house: House) {
    let person = house.person("s.benani", "nurse").await;
    let identity = &house.identity;
    assert_eq!(refused(identity.create(By::Node("test"), profile("S.Bénani".replace('é', "e").as_str(), "nurse")).await), "RH-ID-LOGIN-TAKEN");
    let renamed = identity.change(By::Node("test"), person.id, person.version, profile("s.alami", "nurse")).await.expect("renamed");
    assert_eq!(refused(identity.password("s.benani", PHRASE, &desk()).await), "RH-ID-SIGN-IN", "the name before lets nobody in");
    assert!(matches!(identity.password("s.alami", PHRASE, &desk()).await, Ok(Step::In(_))));
    assert_eq!(refused(identity.create(By::Node("test"), profile("s.benani", "nurse")).await), "RH-ID-LOGIN-TAKEN");
    let closed = identity.move_account(By::Node("test"), person.id, renamed.version, Move::Close).await.expect("closed");
    assert_eq!(refused(identity.create(By::Node("test"), profile("s.alami", "nurse")).await), "RH-ID-LOGIN-TAKEN");
    assert_eq!(refused(identity.move_account(By::Node("test"), person.id, closed.version, Move::Resume).await), "RH-ID-STATE");
    assert_eq!(refused(identity.invite(By::Node("test"), person.id, false).await), "RH-ID-STATE");
    assert_eq!(identity.accounts().expect("reads").len(), 1, "what is closed stays to be seen");
}

async fn what_is_written_about_somebody_has_to_fit(house: House) {
    let wrong = |change: fn(&mut rihla_identity::Profile)| {
        let mut profile = profile("s.benani", "nurse");
        change(&mut profile);
        profile
    };
    for (profile, code) in [
        (wrong(|it| it.login = "a b".into()), "RH-ID-LOGIN-FORM"),
        (wrong(|it| it.grants.push(Grant::new("king", SiteId(1), None))), "RH-ID-ROLE"),
        (wrong(|it| it.grants.push(Grant::new("nurse", SiteId(1), Some("../x")))), "RH-ID-REFERENCE"),
        (wrong(|it| it.practitioner = Some("Practitioner/1".into())), "RH-ID-REFERENCE"),
        (wrong(|it| it.names.clear()), "RH-ID-NAME"),
    ] {
        assert_eq!(refused(house.identity.create(By::Node("test"), profile).await), code);
    }
    assert!(!house.identity.is_founded().expect("reads"));
}

/// ACC-5.
async fn a_change_of_rights_or_state_ends_the_sessions(house: House) {
    let person = house.person("s.benani", "nurse").await;
    let identity = &house.identity;
    let before = house.signed_in("s.benani").await;
    let half_way = house.proven("s.benani").await;
    let raised = identity.change(By::Node("test"), person.id, person.version, profile("s.benani", "physician")).await.expect("changed");
    assert_eq!(house.who(before.token.as_str()).await, None);
    assert_eq!(refused(identity.enter(half_way, Seat::default()).await), "RH-ID-SIGN-IN", "nor does what was proved before open one");
    let after = house.signed_in("s.benani").await;
    assert!(after.present.account.holds("physician"));
    // A name put right ends nothing.
    let mut named = profile("s.benani", "physician");
    named.names.truncate(1);
    let named = identity.change(By::Node("test"), person.id, raised.version, named).await.expect("changed");
    assert_eq!(house.who(after.token.as_str()).await.as_deref(), Some("s.benani"));
    let suspended = identity.move_account(By::Node("test"), person.id, named.version, Move::Suspend).await.expect("suspended");
    assert_eq!(house.who(after.token.as_str()).await, None);
    assert_eq!(refused(identity.password("s.benani", PHRASE, &desk()).await), "RH-ID-SIGN-IN");
    identity.move_account(By::Node("test"), person.id, suspended.version, Move::Resume).await.expect("taken back");
    assert_eq!(house.who(after.token.as_str()).await, None, "what was ended stays so");
    house.signed_in("s.benani").await;
}

/// ACC-6.
async fn an_administrator_helps_who_forgot_the_password(house: House) {
    let person = house.person("s.benani", "nurse").await;
    house.person("boss", "administrator").await;
    let (_, fresh) = house.fresh("boss").await;
    let old = house.signed_in("s.benani").await;
    let first = house.identity.invite(By::Person(&fresh), person.id, false).await.expect("invited");
    let second = house.identity.invite(By::Person(&fresh), person.id, false).await.expect("invited");
    assert_eq!(refused(house.identity.accept(first.token.as_str(), OTHER_PHRASE, &desk()).await), "RH-ID-INVITATION", "a newer one was made");
    assert!(matches!(house.identity.password("s.benani", PHRASE, &desk()).await, Ok(Step::In(_))), "until then the old password is good");
    house.identity.accept(second.token.as_str(), OTHER_PHRASE, &Client::default()).await.expect("accepted");
    assert_eq!(refused(house.identity.password("s.benani", PHRASE, &desk()).await), "RH-ID-SIGN-IN");
    assert_eq!(house.who(old.token.as_str()).await, None);
    let last = house.account(person.id).history.pop().expect("a standing");
    assert_eq!((last.state, last.by), (State::Active, fresh.account().to_text()), "it stays to be seen who let them in anew");
}
