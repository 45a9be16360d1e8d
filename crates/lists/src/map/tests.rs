use super::*;

const PATIENTS: &str = r#"
kind = "patients"
separator = ";"
encoding = "windows-1252"
dates = ["DD/MM/YYYY"]
family = "NOM"
birth = "DDN"
sex = { column = "SEXE", values = { M = "male", F = "female" } }
[number]
column = "IPP"
system = "urn:example:old:patient"
"#;

const STAYS: &str = r#"
kind = "stays"
separator = "tab"
encoding = "UTF-8"
dates = ["DD/MM/YYYY hh:mm"]
begin = "ENTREE"
class = { value = "IMP" }
[number]
column = "SEJOUR"
system = "urn:example:old:stay"
[patient]
column = "IPP"
system = "ipp-bsk"
"#;

fn pack() -> Pack {
    Pack::built_in("ma").expect("the pack").expect("sound")
}

fn faults(text: &str) -> Vec<String> {
    Map::parse("map.toml", text, &pack()).map(|_| Vec::new()).unwrap_or_else(|all| all.iter().map(ToString::to_string).collect())
}

#[test]
fn a_map_says_what_it_has_to_and_the_rest_may_be_missing() {
    let map = Map::parse("map.toml", PATIENTS, &pack()).expect("sound");
    let names: Vec<_> = map.columns.iter().map(|column| format!("{} {}", column.name, column.key)).collect();
    assert_eq!(names, ["IPP number", "NOM family", "SEXE sex", "DDN birth"]);
    assert_eq!((map.separator, map.number.system.as_str(), map.coded().len()), (b';', "urn:example:old:patient", 1));
    let map = Map::parse("map.toml", STAYS, &pack()).expect("sound");
    assert!(map.separator == b'\t' && matches!(&map.kind, Kind::Stays(stays) if stays.patient.system == "urn:rihla:ma:ipp:bsk" && stays.patient.unique));
}

#[test]
fn the_maps_of_the_runbook_can_be_used() {
    for text in [include_str!("../../maps/patients.toml"), include_str!("../../maps/stays.toml")] {
        assert_eq!(faults(text), Vec::<String>::new());
    }
}

#[test]
fn what_is_wrong_is_said_with_its_key() {
    let cases = [
        (PATIENTS.replace("\"patients\"", "\"people\""), "map.toml: kind: \"patients\" or \"stays\" is expected"),
        (PATIENTS.replace("\";\"", "\";;\""), "map.toml: separator: one sign"),
        (PATIENTS.replace("\";\"", "'\"'"), "map.toml: separator: one sign"),
        (PATIENTS.replace("windows-1252", "EBCDIC"), "map.toml: encoding: one of UTF-8"),
        (PATIENTS.replace("DD/MM/YYYY", "DD/MM/YY"), "map.toml: dates: \"DD/MM/YY\" is no format"),
        (PATIENTS.replace("dates =", "kept_out ="), "map.toml: dates: is missing"),
        (PATIENTS.replace("family =", "familly ="), "map.toml: family: is missing"),
        (PATIENTS.replace("family =", "familly = \"X\"\nfamily ="), "map.toml: familly: no such key"),
        (PATIENTS.replace("\"NOM\"", "7"), "map.toml: family: a column's name"),
        (PATIENTS.replace("\"male\"", "\"man\""), "map.toml: sex.values.M: is none of female"),
        (PATIENTS.replace("\"male\"", "1"), "map.toml: sex.values.M: a text is expected"),
        (PATIENTS.replace("values = {", "valeurs = {"), "map.toml: sex.valeurs: no such key"),
        (PATIENTS.replace("column = \"SEXE\"", "column = \"SEXE\", value = \"male\""), "map.toml: sex.column: either column or value"),
        (PATIENTS.replace("column = \"SEXE\"", "value = \"man\""), "map.toml: sex.value: is none of"),
        (PATIENTS.replace("\"urn:example:old:patient\"", "\"cine\""), "map.toml: number.system: is neither a system of the pack (ipp-bsk"),
        (PATIENTS.replace("\"urn:example:old:patient\"", "\"cin\""), "map.toml: number.system: several people may bear this number"),
        (format!("{PATIENTS}[[numbers]]\ncolumn = \"CIN\"\n"), "map.toml: numbers[0].system: is missing"),
        (format!("kept_out = [\"NOM\"]\n{PATIENTS}"), "map.toml: kept_out: the column NOM is read by this map"),
        (STAYS.replace("begin =", "# begin ="), "map.toml: begin: is missing"),
        (STAYS.replace("\"IMP\"", "\"LIT\""), "map.toml: class.value: is none of IMP"),
        (STAYS.replace("[patient]", "[person]"), "map.toml: patient: is missing"),
        ("kind = ".to_owned(), "map.toml: line 1:"),
    ];
    for (text, expected) in cases {
        let all = faults(&text);
        assert!(all.iter().any(|one| one.starts_with(expected)), "{expected}\n{all:#?}");
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let text = PATIENTS.replace("windows-1252", "EBCDIC").replace("\"male\"", "\"man\"").replace("\"NOM\"", "7").replace("urn:example:old:patient", "old");
    let all = faults(&text);
    for key in ["encoding", "sex.values.M", "family", "number.system"] {
        assert!(all.iter().any(|one| one.contains(&format!(" {key}: "))), "{key}\n{all:#?}");
    }
}
