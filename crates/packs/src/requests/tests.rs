use super::*;
use crate::read::Section;
use crate::{Pack, Problem};
use toml::Table;

const CATALOGUE: &str = r#"
duplicate_hours = 24
callback = { minutes = 30, roles = ["physician", "head-nurse"], provenance = { source = "made up", validator = "" } }
[[kind]]
code = "lab"
names = { fr = "Biologie" }
orderers = ["physician", "student"]
drafters = ["student"]
doers = ["technician"]
unit = "laboratory"
targets = { stat = 45, asap = 60, urgent = 90, routine = 480 }
provenance = { source = "made up", validator = "" }
[[ask]]
code = "fasting"
names = { fr = "À jeun" }
answer = [{ code = "yes", names = { fr = "oui" } }, { code = "no", names = { fr = "non" } }]
[[analyte]]
code = "potassium"
names = { fr = "Potassium" }
loinc = "2823-3"
unit = "mmol/L"
low = "3.5"
high = "5.0"
[[critical]]
loinc = "2823-3"
unit = "mmol/L"
below = "3.0"
above = "6.0"
provenance = { source = "made up", validator = "" }
[[orderable]]
code = "electrolytes"
names = { fr = "Ionogramme" }
kind = "lab"
asks = ["fasting"]
measures = ["potassium"]
[[set]]
code = "entry"
names = { fr = "Bilan" }
list = ["electrolytes"]
provenance = { source = "made up", validator = "" }
"#;

fn read(text: &str) -> (Requests, Vec<String>) {
    let roles = Pack::built_in_names().next().and_then(Pack::built_in).expect("a pack").expect("sound").roles;
    let table: Table = text.parse().expect("toml");
    let mut out: Vec<Problem> = Vec::new();
    let requests = super::read(Section::root("requests.toml", &table), &["fr".to_owned()], &roles, &mut out);
    (requests, out.iter().map(ToString::to_string).collect())
}

#[test]
fn a_catalogue_is_read_with_who_asks_and_who_does() {
    let (requests, faults) = read(CATALOGUE);
    assert_eq!(faults, [""; 0]);
    let one = requests.orderable("electrolytes").expect("there");
    assert!(requests.is_ordered_by(one, "student") && requests.is_drafted_by(one, "student") && !requests.is_drafted_by(one, "physician"));
    assert!(!requests.is_ordered_by(one, "technician") && requests.kind("lab").is_some_and(|kind| kind.is_done_by("technician")));
    assert_eq!(Priority::ALL.map(|priority| requests.kinds[0].target(priority)), [45, 60, 90, 480]);
}

#[test]
fn a_value_is_critical_beyond_its_limits_and_not_on_them() {
    let (requests, _) = read(CATALOGUE);
    let rule = requests.critical("2823-3", "mmol/L").expect("a rule");
    assert_eq!([2.9, 3.0, 4.0, 6.0, 6.1].map(|value| rule.is_met(value)), [true, false, false, false, true]);
    assert!(requests.critical("2823-3", "mg/dL").is_none(), "a limit in one unit says nothing of another");
}

#[test]
fn what_cannot_be_meant_is_told_by_its_key() {
    for (from, to, key) in [
        ("doers = [\"technician\"]", "doers = [\"wizard\"]", "kind[0].doers"),
        ("drafters = [\"student\"]", "drafters = [\"nurse\"]", "kind[0].drafters"),
        ("drafters = [\"student\"]", "drafters = [\"student\", \"physician\"]", "kind[0].orderers"),
        ("routine = 480", "routine = 80", "kind[0].targets"),
        ("kind = \"lab\"", "kind = \"kitchen\"", "orderable[0].kind"),
        ("asks = [\"fasting\"]", "asks = [\"age\"]", "orderable[0].asks"),
        ("asks = [\"fasting\"]", "to = \"imaging\"", "orderable[0].to"),
        ("measures = [\"potassium\"]", "measures = [\"gold\"]", "orderable[0].measures"),
        ("list = [\"electrolytes\"]", "list = [\"all\"]", "set[0].list"),
        ("above = \"6.0\"", "above = \"2.0\"", "critical[0].above"),
        ("below = \"3.0\"\nabove = \"6.0\"", "", "critical[0].below"),
        ("high = \"5.0\"", "high = \"much\"", "analyte[0].high"),
        ("loinc = \"2823-3\"\nunit = \"mmol/L\"\nlow", "loinc = \"K\"\nunit = \"mmol/L\"\nlow", "analyte[0].loinc"),
        (", { code = \"no\", names = { fr = \"non\" } }", "", "ask[0].answer"),
        ("minutes = 30", "minutes = 0", "callback.minutes"),
        ("duplicate_hours = 24", "duplicate_hours = -1", "duplicate_hours"),
    ] {
        assert!(CATALOGUE.contains(from), "{from}");
        let (_, faults) = read(&CATALOGUE.replace(from, to));
        assert!(faults.iter().any(|fault| fault.contains(key)), "{key}: {faults:?}");
    }
    assert!(
        !read(&format!(
            "{CATALOGUE}\n[[set]]\ncode = \"entry\"\nnames = {{ fr = \"x\" }}\nlist = [\"electrolytes\"]\nprovenance = {{ source = \"x\", validator = \"\" }}\n"
        ))
        .1
        .is_empty()
    );
}
