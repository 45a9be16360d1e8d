//! With the accounts that people sign in with.

use crate::house::{BEGIN, FHIR, ISSUER, SCOPES};
use rihla_identity::{By, Client, DisplayName, Grant, Hashing, Identity, Keys, MemoryVault, Move, Opened, Profile, Seat, Step, Vault};
use rihla_kernel::{ManualClock, SeededEntropy, SiteId};
use rihla_smart::{NewClient, NewKind, People, Policy, Settings, Signed, Smart};
use std::sync::Arc;

const PHRASE: &str = "mon chat ronge trois galets";

async fn hospital() -> (Arc<Identity>, Smart, Arc<ManualClock>) {
    let small = Hashing { memory_kib: 8, passes: 1, lanes: 1 };
    let policy = rihla_identity::Policy { password: small, pin: small, second_factor: vec!["administrator".into()], ..Default::default() };
    let settings = rihla_identity::Settings {
        roles: vec!["nurse".into(), "administrator".into()],
        issuer: "Rihla".into(),
        house: Vec::new(),
        relying_party: None,
        production: true,
        policy,
    };
    let (vault, clock): (Arc<dyn Vault>, _) = (Arc::new(MemoryVault::default()), Arc::new(ManualClock::at(BEGIN)));
    let keys = Keys::new(&[7; 32]).expect("a key");
    let identity = Identity::open(vault.clone(), clock.clone(), Arc::new(SeededEntropy::new(1)), keys, settings).await.expect("opens");
    let (identity, settings) = (Arc::new(identity), Settings { issuer: ISSUER.into(), fhir_base: FHIR.into(), policy: Policy::default() });
    let sealer = identity.sealer(Smart::PURPOSE).expect("a sealer");
    let smart = Smart::open(vault, clock.clone(), Arc::new(SeededEntropy::new(2)), identity.clone(), sealer, settings).await.expect("opens");
    (identity, smart, clock)
}

async fn signed_in(identity: &Identity, role: &str) -> Opened {
    let profile = Profile {
        login: role.to_owned(),
        names: vec![DisplayName::new("fr", "Amal")],
        grants: vec![Grant::new(role, SiteId(1), None)],
        practitioner: Some("amal".into()),
    };
    let made = identity.create(By::Node("test"), profile).await.expect("made");
    identity.accept(made.invitation.token.as_str(), PHRASE, &Client::default()).await.expect("accepted");
    match identity.password(role, PHRASE, &Client::default()).await.expect("right") {
        Step::In(proven) => identity.enter(proven, Seat::default()).await.expect("opened"),
        Step::Second { .. } => panic!("no second factor"),
    }
}

#[tokio::test]
async fn tk_7_what_hangs_on_a_person_hangs_on_their_account_and_session() {
    let (identity, _, clock) = hospital().await;
    let opened = signed_in(&identity, "nurse").await;
    let signed = Signed::of(&opened.present, "nurse/").expect("signed in");
    let people: &dyn People = identity.as_ref();
    let practitioner = people.person(signed.account).expect("read").expect("may come in").practitioner;
    assert_eq!((practitioner.as_deref(), people.goes_on(signed.account, &signed.session).expect("read")), (Some("amal"), true));
    identity.leave(opened.token.as_str()).await.expect("left");
    assert!(!people.goes_on(signed.account, &signed.session).expect("read"));
    clock.advance(1);
    let account = identity.account(signed.account).expect("read").expect("there");
    identity.move_account(By::Node("test"), account.id, account.version, Move::Suspend).await.expect("suspended");
    assert_eq!(people.person(signed.account).expect("read"), None);
}

#[tokio::test]
async fn who_owes_a_second_factor_or_left_the_screen_locked_lets_no_program_in() {
    let (identity, _, _) = hospital().await;
    assert!(Signed::of(&signed_in(&identity, "administrator").await.present, "administrator/").is_err());
    let opened = signed_in(&identity, "nurse").await;
    identity.lock(opened.token.as_str()).await.expect("locked");
    let present = identity.find(opened.token.as_str(), rihla_identity::Use::Person).await.expect("read").expect("there");
    assert!(Signed::of(&present, "nurse/").is_err());
}

#[tokio::test]
async fn cl_1_who_let_a_program_in_is_kept() {
    let (identity, smart, _) = hospital().await;
    let opened = signed_in(&identity, "nurse").await;
    let fresh = identity.fresh(&opened.present).expect("just signed in");
    let new = NewClient { name: "Courbes", kind: NewKind::Public, redirects: &[crate::house::BACK], launch: None, scopes: SCOPES };
    let client = smart.add_client(rihla_smart::By::Person(&fresh), new).await.expect("registered").client;
    let by = &smart.client(&client.id).expect("read").expect("there").history[0].by;
    assert_eq!(*by, opened.present.account.id.to_text());
}
