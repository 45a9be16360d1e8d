//! From a request to a code.

use crate::house::*;
use rihla_smart::{Authorized, Decision, Error, Form};

fn sent(authorized: Authorized) -> String {
    match authorized {
        Authorized::Send(address) => address,
        Authorized::Ask(_) => panic!("the person is asked"),
    }
}

fn asked(authorized: Authorized) -> rihla_smart::Ask {
    match authorized {
        Authorized::Ask(ask) => *ask,
        Authorized::Send(address) => panic!("sent to {address}"),
    }
}

#[tokio::test]
async fn az_2_a_person_says_yes_and_the_program_gets_its_code_and_state_back() {
    let house = House::new().await;
    let client = house.public().await;
    let ask = asked(house.ask(house.request(&client, "openid fhirUser launch/patient patient/Observation.rs system/*.rs unheard")).expect("read"));
    assert_eq!((ask.client.name.as_str(), ask.redirect.as_str(), ask.choose_patient), ("Courbes", BACK, true));
    assert_eq!(ask.scopes.to_string(), "openid fhirUser launch/patient patient/Observation.rs");
    let address = house.smart.decide(&amal(), &ask.ticket, Decision { allow: true, scopes: None, patient: Some("p1") }).await.expect("decided");
    assert!(address.starts_with(&format!("{BACK}?code=")), "{address}");
    assert_eq!((field(&address, "state").as_deref(), field(&address, "iss").as_deref()), (Some("s p&=é"), Some(ISSUER)));
}

#[tokio::test]
async fn cl_3_an_address_that_is_not_registered_is_never_gone_to() {
    let house = House::new().await;
    let client = house.public().await;
    for address in [
        "https://app.test/callback/",
        "https://app.test/callback/more",
        "https://app.test/callback?x=1",
        "https://app.test/callback#x",
        "https://app.test/",
        "https://app.test",
        "https://app.test/callbackevil",
        "https://app.test@evil.test/callback",
        "https://evil.test/callback",
        "https://app.test.evil.test/callback",
        "https://app.test/CALLBACK",
        "https://app.test:443/callback",
        "http://app.test/callback",
        "https://app.test/./callback",
        "https://app.test/%63allback",
        "//app.test/callback",
        "javascript:alert(1)",
        "https://app.test/callback ",
        "",
    ] {
        let refused = house.ask(with(house.request(&client, "patient/*.rs"), "redirect_uri", address)).expect_err(address);
        assert_eq!(refused.error, Error::InvalidRequest, "{address}");
    }
    assert_eq!(house.ask(house.request("nobody", "patient/*.rs")).expect_err("unknown").error, Error::InvalidClient);
}

#[tokio::test]
async fn az_1_there_is_no_code_without_a_hashed_challenge() {
    let house = House::new().await;
    let client = house.public().await;
    let request = || house.request(&client, "patient/*.rs");
    for (name, value) in [
        ("code_challenge", ""),
        ("code_challenge_method", ""),
        ("code_challenge_method", "plain"),
        ("code_challenge_method", "s256"),
        ("code_challenge", VERIFIER.get(..42).expect("cut")),
        ("code_challenge", "!"),
    ] {
        let address = sent(house.ask(with(request(), name, value)).expect("read"));
        assert_eq!(field(&address, "error").as_deref(), Some("invalid_request"), "{name}={value}");
        assert_eq!((field(&address, "code"), field(&address, "state").as_deref()), (None, Some("s p&=é")));
    }
}

#[tokio::test]
async fn az_2_what_is_wrong_with_a_request_is_told_to_its_program() {
    let house = House::new().await;
    let client = house.public().await;
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "code token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("aud", "https://evil.test/fhir", "invalid_request"),
        ("aud", "https://rihla.hopital.test/fhir/evil", "invalid_request"),
        ("aud", "", "invalid_request"),
        ("state", "", "invalid_request"),
        ("scope", "", "invalid_request"),
        ("scope", "system/*.rs", "invalid_scope"),
        ("scope", "nonsense", "invalid_scope"),
        ("prompt", "none", "interaction_required"),
        ("request_uri", "https://evil.test/request", "invalid_request"),
        ("response_mode", "fragment", "invalid_request"),
        ("launch", "made-up", "invalid_request"),
        ("scope", "launch patient/*.rs", "invalid_request"),
    ] {
        let address = sent(house.ask(with(house.request(&client, "patient/*.rs"), name, value)).expect("read"));
        assert!(address.starts_with(&format!("{BACK}?error={error}&")), "{name}={value}: {address}");
        assert_eq!(field(&address, "iss").as_deref(), Some(ISSUER));
    }
    asked(house.ask(with(house.request(&client, "patient/*.rs"), "aud", &format!("{FHIR}/"))).expect("a slash more is the same place"));
}

#[test]
fn az_7_a_parameter_comes_once() {
    assert_eq!(Form::new(owned(&[("scope", "a"), ("scope", "b")])).expect_err("twice").error, Error::InvalidRequest);
}

#[tokio::test]
async fn az_3_a_question_is_answered_by_whom_it_was_put_to_and_in_time() {
    let house = House::new().await;
    let client = house.public().await;
    let yes = Decision { allow: true, scopes: None, patient: None };
    let ask = asked(house.ask(house.request(&client, "patient/*.rs")).expect("read"));
    let error = |answer: Result<String, rihla_smart::Refused>| answer.expect_err("refused").error;
    assert_eq!(error(house.smart.decide(&badr(), &ask.ticket, yes).await), Error::InvalidRequest);
    let elsewhere = rihla_smart::Signed { session: "another".into(), ..amal() };
    assert_eq!(error(house.smart.decide(&elsewhere, &ask.ticket, yes).await), Error::InvalidRequest);
    let mut forged = ask.ticket.clone().into_bytes();
    forged[30] = if forged[30] == b'A' { b'B' } else { b'A' };
    assert_eq!(error(house.smart.decide(&amal(), std::str::from_utf8(&forged).expect("text"), yes).await), Error::InvalidRequest);
    house.pass(10 * MINUTE);
    assert_eq!(error(house.smart.decide(&amal(), &ask.ticket, yes).await), Error::InvalidRequest);
}

#[tokio::test]
async fn az_3_the_person_leaves_out_what_they_will_and_adds_nothing() {
    let house = House::new().await;
    let client = house.public().await;
    let ask = asked(house.ask(house.request(&client, "offline_access patient/Observation.rs patient/Condition.rs")).expect("read"));
    let decide = async |allow, scopes| house.smart.decide(&amal(), &ask.ticket, Decision { allow, scopes, patient: None }).await;
    let address = decide(true, Some("patient/Condition.cruds user/*.rs openid")).await.expect("decided");
    let tokens = house.exchange(&client, &field(&address, "code").expect("a code")).await.expect("tokens");
    assert_eq!((tokens.scope.as_str(), tokens.refresh), ("patient/Condition.rs", None));
    for (allow, scopes) in [(false, None), (true, Some("offline_access")), (true, Some(""))] {
        let address = decide(allow, scopes).await.expect("decided");
        assert_eq!((field(&address, "error").as_deref(), field(&address, "code")), (Some("access_denied"), None));
    }
}

#[tokio::test]
async fn az_6_without_a_patient_there_is_no_code_where_one_is_asked_for() {
    let house = House::new().await;
    let client = house.public().await;
    for patient in [None, Some(""), Some("../../x"), Some("a b")] {
        let ask = asked(house.ask(house.request(&client, "launch/patient patient/*.rs")).expect("read"));
        let address = house.smart.decide(&amal(), &ask.ticket, Decision { allow: true, scopes: None, patient }).await.expect("decided");
        assert_eq!(field(&address, "error").as_deref(), Some("access_denied"), "{patient:?}");
    }
    // Who was not asked for a patient does not slip one in.
    let ask = asked(house.ask(house.request(&client, "patient/*.rs")).expect("read"));
    let address = house.smart.decide(&amal(), &ask.ticket, Decision { allow: true, scopes: None, patient: Some("p1") }).await.expect("decided");
    let tokens = house.exchange(&client, &field(&address, "code").expect("a code")).await.expect("tokens");
    assert_eq!(tokens.patient, None);
}

async fn amal_says(house: &House, ticket: &str, decision: Decision<'_>) -> String {
    house.smart.decide(&amal(), ticket, decision).await.expect("decided")
}

#[tokio::test]
async fn az_5_a_launch_is_for_one_program_one_person_one_time() {
    let house = House::new().await;
    let (client, other) = (house.public().await, house.public().await);
    let opened = async || house.smart.open_from(&amal(), &client, Some("p7"), Some("e7")).await;
    let launch = |address: &str| field(address, "launch").expect("a launch");
    let address = opened().await.expect("opened").address;
    assert!(address.starts_with("https://app.test/launch?iss=") && !address.contains("p7"), "{address}");
    assert_eq!(field(&address, "iss").as_deref(), Some(FHIR));
    let request = |client: &str, launch: &str| with(house.request(client, "launch patient/*.rs"), "launch", launch);
    let first = launch(&address);
    // Another program, another person.
    assert_eq!(field(&sent(house.ask(request(&other, &first)).expect("read")), "error").as_deref(), Some("invalid_request"));
    let theirs = house.smart.authorize(&form(request(&client, &first)), &badr()).expect("read");
    assert_eq!(field(&sent(theirs), "error").as_deref(), Some("invalid_request"));
    // Twice: by two pages that were both open.
    let yes = Decision { allow: true, scopes: None, patient: None };
    let (one, two) = (asked(house.ask(request(&client, &first)).expect("read")), asked(house.ask(request(&client, &first)).expect("read")));
    assert_eq!((one.patient.as_deref(), one.choose_patient), (Some("p7"), false));
    let address = house.smart.decide(&amal(), &one.ticket, yes).await.expect("decided");
    let tokens = house.exchange(&client, &field(&address, "code").expect("a code")).await.expect("tokens");
    assert_eq!((tokens.patient.as_deref(), tokens.encounter.as_deref()), (Some("p7"), Some("e7")));
    assert_eq!(field(&house.smart.decide(&amal(), &two.ticket, yes).await.expect("decided"), "error").as_deref(), Some("access_denied"));
    // By two answers at once.
    let again = launch(&opened().await.expect("opened").address);
    let (one, two) = (asked(house.ask(request(&client, &again)).expect("read")), asked(house.ask(request(&client, &again)).expect("read")));
    let (one, two) = (amal_says(&house, &one.ticket, yes), amal_says(&house, &two.ticket, yes));
    let (one, two) = tokio::join!(one, two);
    assert!(field(&one, "code").is_some() != field(&two, "code").is_some());
    // Late.
    let late = launch(&opened().await.expect("opened").address);
    house.pass(5 * MINUTE);
    assert_eq!(field(&sent(house.ask(request(&client, &late)).expect("read")), "error").as_deref(), Some("invalid_request"));
}
