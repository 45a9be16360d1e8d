use super::*;
use crate::map::Kind;
use proptest::prelude::*;
use rihla_fhir::json::{Doc, Limits, parse};
use rihla_fhir::view::Look;
use rihla_packs::Pack;

/// Some cells of a row, a code, and the key that it is about.
type Case<'c> = (&'c [(&'c str, &'c str)], &'c str, &'c str);

const TODAY: &str = "2026-01-15";

fn map() -> Map {
    let pack = Pack::built_in("ma").expect("the pack").expect("sound");
    Map::parse("patients.toml", include_str!("../../maps/patients.toml"), &pack).expect("sound")
}

/// A row of which only some cells are told.
fn read(map: &Map, told: &[(&str, &str)]) -> Result<String, Reason> {
    let row: Vec<String> =
        map.columns.iter().map(|column| told.iter().find(|(told, _)| *told == column.name).map(|(_, text)| (*text).to_owned()).unwrap_or_default()).collect();
    let positions: Vec<usize> = (0..map.columns.len()).collect();
    let Kind::Patients(of) = &map.kind else { panic!("patients") };
    let cells = Cells::new(&row, &positions)?;
    Person::read(map, of, &cells, TODAY).map(|person| person.json())
}

fn doc(json: &str) -> Doc<'_> {
    parse(json.as_bytes(), &Limits::default()).expect("JSON")
}

#[test]
fn a_whole_row_is_the_patient_that_registration_would_make() {
    let json = read(
        &map(),
        &[
            ("IPP", " 00471 "),
            ("NOM", "EL ALAMI"),
            ("PRENOM", "Salma Nour"),
            ("NOM_AR", "العلمي"),
            ("PRENOM_AR", "سلمى"),
            ("SEXE", "F"),
            ("DATE_NAISSANCE", "00/00/1954"),
            ("DDN_APPROX", "O"),
            ("PRENOM_PERE", "Ahmed"),
            ("TEL", "0612345678"),
            ("GSM", "0612345678"),
            ("ADRESSE", "12, rue \"des\" Orangers"),
            ("VILLE", "Rabat"),
            ("CIN", "AB12345"),
            ("DECEDE", "O"),
        ],
    );
    assert_eq!(
        json.expect("a patient"),
        concat!(
            r#"{"resourceType":"Patient","extension":[{"url":"urn:rihla:extension:identity-state","valueCode":"provisional"}],"#,
            r#""identifier":[{"use":"secondary","system":"urn:example:old:patient","value":"00471"},{"use":"official","system":"urn:rihla:ma:cin","value":"AB12345"}],"#,
            r#""active":true,"name":[{"use":"official","family":"EL ALAMI","given":["Salma","Nour"]},{"use":"usual","family":"العلمي","given":["سلمى"]}],"#,
            r#""telecom":[{"system":"phone","value":"0612345678"}],"gender":"female","birthDate":"1954","#,
            r#""_birthDate":{"extension":[{"url":"urn:rihla:extension:birth-within-years","valueInteger":2}]},"deceasedBoolean":true,"#,
            r#""address":[{"use":"home","line":["12, rue \"des\" Orangers"],"city":"Rabat"}],"#,
            r#""contact":[{"relationship":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"FTH"}]}],"name":{"given":["Ahmed"]}}]}"#,
        )
    );
}

#[test]
fn a_row_that_cannot_be_somebody_says_why() {
    let cases: [Case<'_>; 12] = [
        (&[("NOM", "X")], "RH-CSV-NUMBER", "number"),
        (&[("IPP", "1")], "RH-CSV-NAME", ""),
        (&[("IPP", "1"), ("NOM", "X"), ("SEXE", "m")], "RH-CSV-VALUE", "sex"),
        (&[("IPP", "1"), ("NOM", "X"), ("DATE_NAISSANCE", "31/02/1980")], "RH-CSV-DATE", "birth"),
        (&[("IPP", "1"), ("NOM", "X"), ("DATE_NAISSANCE", "16/01/2026")], "RH-CSV-FUTURE", "birth"),
        (&[("IPP", "1"), ("NOM", "X"), ("DATE_NAISSANCE", "02/2026")], "RH-CSV-FUTURE", "birth"),
        (&[("IPP", "1"), ("NOM", "X"), ("DDN_APPROX", "O")], "RH-CSV-ABOUT", "birth_about"),
        (&[("IPP", "1"), ("NOM", "X"), ("DECEDE", "N"), ("DATE_DECES", "01/01/2020")], "RH-CSV-VALUE", "death_date"),
        (&[("IPP", "1"), ("NOM", "X"), ("DATE_DECES", "01/01/2027")], "RH-CSV-FUTURE", "death_date"),
        (&[("IPP", "1"), ("NOM", "X\u{1}")], "RH-CSV-TEXT", ""),
        (&[("IPP", "1"), ("NOM", "X"), ("DECEDE", "?")], "RH-CSV-VALUE", "dead"),
        (&[("IPP", "1"), ("NOM", "X"), ("DATE_NAISSANCE", "hier")], "RH-CSV-DATE", "birth"),
    ];
    let map = map();
    for (told, code, key) in cases {
        let reason = read(&map, told).expect_err(code);
        assert_eq!((reason.code, reason.key.as_str()), (code, key), "{told:?}");
    }
    assert!(read(&map, &[("IPP", "1"), ("NOM_AR", "العلمي"), ("DATE_NAISSANCE", "01/2026")]).is_ok(), "this month, and one script, are enough");
}

proptest! {
    /// What stands in a cell is the patient's by the letter, or the row is rejected.
    #[test]
    fn any_text_of_a_cell_comes_through_or_is_rejected(family in "\\PC{0,12}|[\\x00-\\x20a\"\\\\]{0,6}", given in "\\PC{0,12}", number in "\\PC{1,8}", city in "\\PC{0,8}") {
        let map = map();
        match read(&map, &[("IPP", &number), ("NOM", &family), ("PRENOM", &given), ("VILLE", &city)]) {
            Ok(json) => {
                let doc = doc(&json);
                let patient = doc.root();
                let text = |path: &str| patient.text(path).unwrap_or_default().into_owned();
                prop_assert_eq!(text("name.family"), family.trim());
                let read: Vec<String> = patient.all("name.given").iter().filter_map(|one| one.as_str().map(|one| one.into_owned())).collect();
                prop_assert_eq!(read.join(" "), given.split_whitespace().collect::<Vec<_>>().join(" "));
                prop_assert_eq!(text("identifier.value"), number.trim());
                prop_assert_eq!(text("address.city"), city.trim());
            }
            Err(reason) => prop_assert!(["RH-CSV-TEXT", "RH-CSV-NUMBER", "RH-CSV-NAME"].contains(&reason.code), "{}", reason.code),
        }
    }
}
