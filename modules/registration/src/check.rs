//! What is wrong with a form, and what is only unusual.

use crate::typed::Typed;
use rihla_packs::Pack;
use rihla_web::key;

/// The longest of any field.
const LONGEST: usize = 120;

/// A field, and the key of the words about it.
pub type Said = (&'static str, &'static str);

/// What keeps somebody from being written down.
pub fn wrong(typed: &Typed, today: &str) -> Vec<Said> {
    let mut out = Vec::new();
    let empty = |text: &str| text.trim().is_empty();
    if !typed.is_unknown() {
        if empty(&typed.family) && empty(&typed.family_ar) {
            out.push(("family", key!("registration-wrong-family")));
        }
        if empty(&typed.given) && empty(&typed.given_ar) {
            out.push(("given", key!("registration-wrong-given")));
        }
        if empty(&typed.phone) && typed.no_phone.is_empty() {
            out.push(("phone", key!("registration-wrong-phone")));
        }
    }
    if !matches!(typed.sex.as_str(), "female" | "male" | "unknown") {
        out.push(("sex", key!("registration-wrong-sex")));
    }
    match typed.birth_date() {
        None => out.push(("birth", key!("registration-wrong-birth"))),
        Some(date) if date.as_str() > today => out.push(("birth", key!("registration-wrong-birth-ahead"))),
        Some(_) => {}
    }
    if !empty(&typed.about) && typed.about().is_none() {
        out.push(("about", key!("registration-wrong-about")));
    }
    let numbers = [("value_0", &typed.kind_0, &typed.value_0), ("value_1", &typed.kind_1, &typed.value_1)];
    out.extend(numbers.iter().filter(|(_, kind, value)| kind.is_empty() && !empty(value)).map(|(field, _, _)| (*field, key!("registration-wrong-kind"))));
    let all = [&typed.family, &typed.given, &typed.family_ar, &typed.given_ar, &typed.father, &typed.mother, &typed.phone, &typed.line, &typed.city];
    if all.into_iter().chain([&typed.value_0, &typed.value_1]).any(|text| text.chars().count() > LONGEST) {
        out.push(("family", key!("registration-wrong-long")));
    }
    out
}

/// What is let through, and said (`spec.md`, REG-5).
pub fn unusual(typed: &Typed, pack: &Pack) -> Vec<Said> {
    let odd = |kind: &str, value: &str| {
        let system = pack.identifiers.iter().find(|system| system.id == kind);
        !value.trim().is_empty() && system.and_then(|system| system.pattern.as_ref()).is_some_and(|pattern| !pattern.matches(value))
    };
    let numbers = [("value_0", &typed.kind_0, &typed.value_0), ("value_1", &typed.kind_1, &typed.value_1)];
    numbers.iter().filter(|(_, kind, value)| odd(kind, value)).map(|(field, _, _)| (*field, key!("registration-odd-number"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Typed {
        Typed {
            family: "Alami".into(), given_ar: "سلمى".into(), sex: "female".into(), birth: "1984".into(), phone: "0612345678".into(), ..Typed::default()
        }
    }

    fn fields(typed: &Typed) -> Vec<&'static str> {
        wrong(typed, "2026-01-15").into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn reg_10_each_field_that_lacks_something_is_named() {
        assert_eq!(fields(&full()), [""; 0], "either script will do");
        assert_eq!(fields(&Typed::default()), ["family", "given", "phone", "sex", "birth"]);
        assert_eq!(fields(&Typed { phone: " ".into(), no_phone: "none".into(), ..full() }), [""; 0]);
        assert_eq!(fields(&Typed { birth: "2027".into(), ..full() }), ["birth"]);
        assert_eq!(fields(&Typed { about: "99".into(), ..full() }), ["about"]);
        assert_eq!(fields(&Typed { value_1: "AB1".into(), ..full() }), ["value_1"]);
        assert_eq!(fields(&Typed { city: "x".repeat(121), ..full() }), ["family"]);
        let unknown = Typed { unknown: "1".into(), sex: "unknown".into(), birth: "1980".into(), ..Typed::default() };
        assert_eq!(fields(&unknown), [""; 0]);
    }

    #[test]
    fn reg_5_a_number_that_looks_unusual_is_said_and_no_more() {
        let pack = Pack::built_in("ma").expect("there").expect("sound");
        let of = |value: &str| unusual(&Typed { kind_0: "cin".into(), value_0: value.into(), ..full() }, &pack).len();
        assert_eq!((of("AB123456"), of("ab 123456"), of("12"), of("")), (0, 0, 1, 0));
        assert!(fields(&Typed { kind_0: "cin".into(), value_0: "12".into(), ..full() }).is_empty());
    }
}
