use super::*;
use proptest::prelude::*;

fn resources() -> impl Strategy<Value = Scope> {
    let level = prop::sample::select(vec![Level::Patient, Level::User, Level::System]);
    let ty = prop::sample::select(vec![None, Some("Observation"), Some("Patient"), Some("Encounter")]);
    let question = prop::collection::vec((prop::sample::select(vec!["_id", "_tag"]), "[ -~éç]{1,8}"), 0..3);
    (level, ty, 1u8..32, question, any::<bool>()).prop_map(|(level, ty, acts, question, old)| {
        let question: Vec<_> = question.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let old = old && question.is_empty() && Acts::OLD.iter().any(|(known, _)| known.0 == acts);
        let ty = ty.map(|name| tables().resource_type(name).expect("a type"));
        Scope::Resource(Resource { level, ty, acts: Acts(acts), question, old })
    })
}

fn scopes() -> impl Strategy<Value = ScopeSet> {
    let plain = prop::sample::select(vec![Scope::OpenId, Scope::FhirUser, Scope::Launch, Scope::LaunchPatient, Scope::Offline, Scope::Online]);
    prop::collection::vec(prop_oneof![plain, resources()], 0..6).prop_map(|all| ScopeSet::of(all.into_iter()))
}

proptest! {
    #[test]
    fn whatever_is_sent_is_read_or_left_out(text in "\\PC{0,60}") {
        let _ = ScopeSet::parse(&text);
    }

    #[test]
    fn what_looks_like_a_scope_is_said_back_as_it_is_read(text in "(patient|user|system)/(\\*|Observation|Nothing)\\.[cruds*a-z]{0,6}(\\?[a-z=&%0-9|:_]{0,12})?") {
        if let Some(scope) = Scope::parse(&text) {
            prop_assert_eq!(Scope::parse(&scope.to_string()), Some(scope));
        }
    }

    #[test]
    fn a_scope_that_was_written_reads_back(set in scopes()) {
        prop_assert_eq!(ScopeSet::parse(&set.to_string()), set);
    }

    #[test]
    fn sc_1_what_two_sets_meet_in_is_covered_by_both((one, two) in (scopes(), scopes())) {
        let met = one.meet(&two);
        prop_assert!(one.covers(&met) && two.covers(&met));
    }

    #[test]
    fn sc_1_what_one_set_covers_is_met_whole((one, two) in (scopes(), scopes())) {
        if one.covers(&two) {
            prop_assert!(one.meet(&two).covers(&two));
        }
        prop_assert!(one.covers(&one));
    }
}

#[test]
fn sc_6_scopes_of_both_versions_are_read_and_said_back() {
    let same = |text: &str| assert_eq!(ScopeSet::parse(text).to_string(), text);
    same("openid fhirUser launch launch/patient offline_access online_access");
    same("patient/*.rs user/Observation.cruds system/Patient.s");
    same("patient/*.read user/Observation.write system/*.*");
    same("patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory");
    let acts = |text: &str| match Scope::parse(text) {
        Some(Scope::Resource(resource)) => resource.acts,
        other => panic!("{other:?}"),
    };
    assert_eq!(acts("patient/Patient.read"), acts("patient/Patient.rs"));
    assert_eq!(acts("patient/Patient.write"), acts("patient/Patient.cud"));
    assert_eq!(acts("patient/Patient.*"), acts("patient/Patient.cruds"));
}

#[test]
fn what_is_not_understood_is_left_out() {
    for text in [
        "",
        "x",
        "patient",
        "patient/",
        "patient/Observation",
        "patient/Observation.",
        "patient/Observation.sr",
        "patient/Observation.rr",
        "patient/Observation.x",
        "patient/Nothing.rs",
        "doctor/Observation.rs",
        "patient/Observation.read?category=x",
        "Patient/Observation.rs",
        "patient/Observation.rs?",
        "patient/Observation.rs?category",
        "patient/Observation.rs?category=",
        "patient/Observation.rs?nothing=x",
        "patient/Observation.rs?patient.name=x",
        "patient/Observation.rs?_has:x:y:z=x",
        "patient/Observation.rs?code:not=x",
        "patient/Observation.rs?_count=1",
        "patient/Observation.rs?_include=x",
        "patient/Observation.rs?category=%00",
        "patient/Observation.rs?category=%zz",
        "launch/encounter/x",
        "OPENID",
    ] {
        assert_eq!(Scope::parse(text), None, "{text}");
    }
}

#[test]
fn sc_1_a_wildcard_is_narrowed_to_what_is_allowed() {
    let meet = |one: &str, two: &str| ScopeSet::parse(one).meet(&ScopeSet::parse(two)).to_string();
    assert_eq!(meet("patient/*.cruds openid", "patient/Observation.rs patient/Condition.r"), "patient/Observation.rs patient/Condition.r");
    assert_eq!(meet("patient/*.read", "patient/*.rs"), "patient/*.read");
    assert_eq!(meet("user/Patient.rs", "patient/Patient.rs system/Patient.rs"), "");
    assert_eq!(meet("patient/Observation.rs", "patient/Observation.cruds?category=a|b"), "patient/Observation.rs?category=a|b");
    assert_eq!(meet("patient/*.rs", "patient/*.rs patient/Observation.r"), "patient/*.rs");
}

#[test]
fn sc_7_scopes_without_a_person_are_those_of_systems() {
    let set = ScopeSet::parse("openid launch patient/*.rs user/*.rs system/*.rs");
    assert_eq!(set.clone().with_person(true).to_string(), "openid launch patient/*.rs user/*.rs");
    assert_eq!(set.with_person(false).to_string(), "system/*.rs");
}
