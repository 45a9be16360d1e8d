//! Lists of patients and of stays of the system before (`docs/runbooks/import-csv.md`).

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_fhir_api::Lang;
use rihla_server::import_csv::{CsvOptions, Summary, into};
use rihla_testkit::{Client, Folder, Place, TestSite};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const PATIENTS: &str = r#"
kind = "patients"
separator = ";"
encoding = "UTF-8"
dates = ["DD/MM/YYYY", "YYYY"]
kept_out = ["NOTE"]
family = "NOM"
given = "PRENOM"
sex = { column = "SEXE", values = { M = "male", F = "female" } }
birth = "DDN"
mother = "MERE"
dead = { column = "DECEDE", values = { O = "yes" } }
[number]
column = "IPP"
system = "urn:example:old:patient"
[[numbers]]
column = "CIN"
system = "cin"
[[numbers]]
column = "HOPITAL"
system = "ipp-bsk"
"#;
const PEOPLE: &str = "IPP;NOM;PRENOM;SEXE;DDN;MERE;CIN;HOPITAL;DECEDE;NOTE\r\n";

const STAYS: &str = r#"
kind = "stays"
separator = ";"
encoding = "UTF-8"
dates = ["DD/MM/YYYY hh:mm", "DD/MM/YYYY"]
begin = "ENTREE"
end = "SORTIE"
class = { column = "TYPE", values = { H = "IMP", U = "EMER" } }
unit = { column = "SERVICE", values = { CARDIO = "Cardiologie", ANCIEN = "" } }
place = "LIT"
[number]
column = "SEJOUR"
system = "urn:example:old:stay"
[patient]
column = "IPP"
system = "urn:example:old:patient"
"#;
const EPISODES: &str = "SEJOUR;IPP;ENTREE;SORTIE;TYPE;SERVICE;LIT\r\n";

/// A map and a list in a folder of their own.
struct Files {
    folder: Folder,
    dry_run: bool,
}

impl Files {
    fn new(map: &str, list: &str) -> Self {
        let folder = Folder::new();
        fs::write(folder.path().join("map.toml"), map).expect("a map");
        fs::write(folder.path().join("list.csv"), list).expect("a list");
        Self { folder, dry_run: false }
    }

    fn rehearsed(map: &str, list: &str) -> Self {
        Self { dry_run: true, ..Self::new(map, list) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn options(&self) -> CsvOptions {
        CsvOptions {
            map: self.path("map.toml"),
            paths: vec![self.path("list.csv")],
            report: self.path("report.csv"),
            rejects: self.path("rejects.csv"),
            dry_run: self.dry_run,
            lang: Lang::English,
        }
    }

    async fn take(&self, site: &TestSite) -> Summary {
        into(&site.node, &self.options()).await.expect("it is taken in")
    }

    async fn refused(&self, site: &TestSite) -> String {
        into(&site.node, &self.options()).await.expect_err("it is refused").line
    }

    /// Of each row: the number, the outcome, the code and the other's number.
    fn report(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("report.csv")).expect("a report");
        let lines = text.lines().skip(1).map(|line| line.split(';').collect::<Vec<_>>());
        lines.map(|cells| format!("{} {} {} {} {}", cells[1], cells[2], cells[3], cells[4], cells.last().expect("cells"))).collect()
    }
}

async fn count(client: &mut Client, query: &str) -> String {
    client.get(&format!("{query}&_summary=count")).await.at("total").expect("a count")
}

/// Somebody whom a list may bring once more.
fn salma(number: &str, name: &str) -> String {
    format!("{number};{name};Salma Nour;F;17/05/1984;Khadija;AB123456;;;\r\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_writes_nothing_and_says_what_the_import_then_does() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let list = [
        PEOPLE.to_owned(),
        salma("1", "EL ALAMI"),
        "2;Tazi;Omar;M;1950;;;00000007;;\r\n".to_owned(),
        salma("3", "Alami"),
        "2;Tazi;Omar;M;1950;;;00000007;;\r\n".to_owned(),
        "2;Tazi;Omar;M;1951;;;00000007;;\r\n".to_owned(),
        "4;Tazi;Omar;M;1950;;;00000007;;\r\n".to_owned(),
        "2;Berrada;Zineb;F;03/09/2001;Malika;;;;\r\n".to_owned(),
        "5;X;Y;M;31/02/1980;;;;;\r\n".to_owned(),
        ";X;Y;M;;;;;;\r\n".to_owned(),
        "6;X;Y\r\n".to_owned(),
        "7;Idrissi;Hamza;M;01/01/1970;;;;O;kept out\r\n".to_owned(),
    ]
    .concat();
    let expected = [
        "2 1 made RH-CSV-MADE ",
        "3 2 made RH-CSV-MADE ",
        "4 3 likely RH-CSV-LIKELY 1",
        "5 2 known RH-CSV-SAME 2",
        "6 2 known RH-CSV-CHANGED 2",
        "7 4 known RH-CSV-KNOWN-OWN 2",
        "8 2 rejected RH-CSV-OTHER-PERSON 2",
        "9 5 rejected RH-CSV-DATE ",
        "10  rejected RH-CSV-NUMBER ",
        "11  rejected RH-CSV-CELLS ",
        "12 7 made RH-CSV-MADE ",
    ];
    let summary = Summary { made: 3, likely: 1, known: 3, rejected: 4 };
    let dry = Files::rehearsed(PATIENTS, &list);
    let tick = *site.node.store.ticks().borrow();
    let dried = dry.take(&site).await;
    assert_eq!(dry.report(), expected);
    assert_eq!(dried, summary);
    assert_eq!((*site.node.store.ticks().borrow(), count(&mut client, "Patient?").await.as_str()), (tick, "0"), "nothing was written");
    let real = Files::new(PATIENTS, &list);
    assert_eq!(real.take(&site).await, summary);
    assert_eq!(real.report(), expected);
    assert_eq!(count(&mut client, "Patient?").await, "4");
    let hamza = client.get("Patient?identifier=urn:example:old:patient|7").await;
    assert_eq!(hamza.at("entry.0.resource.name.0.family").as_deref(), Some("Idrissi"), "{}", hamza.text());
    assert_eq!(hamza.at("entry.0.resource.extension.0.valueCode").as_deref(), Some("provisional"));
    assert_eq!(hamza.at("entry.0.resource.deceasedBoolean").as_deref(), Some("true"));
    assert!(!hamza.text().contains("kept out"));
    let rejects = fs::read_to_string(real.path("rejects.csv")).expect("rejects");
    assert_eq!(rejects, format!("{PEOPLE}2;Berrada;Zineb;F;03/09/2001;Malika;;;;\r\n5;X;Y;M;31/02/1980;;;;;\r\n;X;Y;M;;;;;;\r\n6;X;Y\r\n"));
    // The pair waits where duplicates are looked at.
    while site.node.mpi.work(10).expect("it works") {}
    let (pairs, _) = site.node.mpi.pairs(10).expect("pairs");
    assert_eq!(pairs.len(), 1, "{pairs:?}");
    // Once more: everything is known, and nothing is changed.
    let tick = *site.node.store.ticks().borrow();
    assert_eq!(real.take(&site).await, Summary { made: 0, likely: 0, known: 7, rejected: 4 });
    assert_eq!(*site.node.store.ticks().borrow(), tick);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_the_record_is_left_as_they_are_and_who_may_be_is_named_by_number() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let known = |id: &str, system: &str, number: &str, family: &str, given: &str, birth: &str| {
        format!(
            r#"{{"resourceType":"Patient","id":"{id}","identifier":[{{"system":"{system}","value":"{number}"}}],"name":[{{"family":"{family}","given":["{given}"]}}],"birthDate":"{birth}","gender":"female"}}"#
        )
    };
    for (id, json) in [
        ("salma", known("salma", "urn:rihla:ma:ipp:bsk", "00000001", "El Alami", "Salma Nour", "1984-05-17")),
        ("zineb", known("zineb", "urn:example:old:patient", "9", "Berrada", "Zineb", "2001-09-03")),
    ] {
        assert_eq!(client.put(&format!("Patient/{id}"), &json).await.status, 201);
    }
    let files = Files::new(PATIENTS, &format!("{PEOPLE}{}9;BERRADA;Zineb;F;03/09/2001;;;;;\r\n", salma("1", "EL ALAMI")));
    assert_eq!(files.take(&site).await, Summary { made: 0, likely: 1, known: 1, rejected: 0 });
    assert_eq!(files.report(), ["2 1 likely RH-CSV-LIKELY 00000001", "3 9 known RH-CSV-KNOWN 9"]);
    assert_eq!(client.get("Patient/zineb").await.at("meta.versionId").as_deref(), Some("1"), "nothing is overwritten");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_is_said_before_anything_is_read_in_and_names_nobody() {
    let site = TestSite::start().await;
    let list = "IPP;NOM;PRENOM;SEX;DDN;MERE;CIN;HOPITAL;DECEDE;NOTE;AUTRE\r\n1;Alami;Salma;F;;;;;;\r\n";
    let said = Files::new(PATIENTS, list).refused(&site).await;
    for part in ["map.toml: sex: ", "has no column SEXE", "the column SEX is neither read", "the column AUTRE is neither read"] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let list = format!("{PEOPLE}1;Alami;Salma;F;;;;;;\r\n2;Tazi;Omar;Homme;;;;;;\r\n3;Tazi;Ali;Homme;;;;;N;\r\n4;Tazi;\"Nour;;;;;;;\r\n");
    let said = Files::new(PATIENTS, &list).refused(&site).await;
    for part in ["map.toml: sex: does not know what stands in row 3 of", "(2 rows)", "map.toml: dead: does not know what stands in row 4", "rows 5 to 5: "] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(!said.contains("Tazi") && !said.contains("Homme") && !said.contains("Alami"), "{said}");
    assert_eq!(count(&mut site.client().await, "Patient?").await, "0");
    let two = Files::new(PATIENTS, PEOPLE);
    fs::write(two.path("list-2.csv"), PEOPLE.replace("IPP;NOM", "NOM;IPP")).expect("a list");
    let options = CsvOptions { paths: vec![two.path("list.csv"), two.path("list-2.csv")], ..two.options() };
    let said = into(&site.node, &options).await.expect_err("it is refused").line;
    assert!(said.contains("list-2.csv: its first row is not that of"), "{said}");
    let said = Files::new(PATIENTS, "\u{feff}").refused(&site).await;
    assert!(said.contains("is empty"), "{said}");
    site.stop().await;
}

fn location(id: &str, name: &str, level: &str, above: &str) -> String {
    let physical = format!(r#""physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"{level}"}}]}}"#);
    let above = if above.is_empty() { String::new() } else { format!(r#","partOf":{{"reference":"Location/{above}"}}"#) };
    format!(r#"{{"resourceType":"Location","id":"{id}","identifier":[{{"value":"N-{id}"}}],"name":"{name}",{physical}{above}}}"#)
}

async fn house(client: &mut Client) {
    for (id, name, level, above) in [
        ("site", "Site", "si", ""),
        ("card", "Cardiologie", "wa", "site"),
        ("chir", "Chirurgie", "wa", "site"),
        ("card-r", "Chambre", "ro", "card"),
        ("chir-r", "Chambre", "ro", "chir"),
        ("card-1", "Lit 1", "bd", "card-r"),
        ("card-2", "Lit 2", "bd", "card-r"),
        ("chir-1", "Lit 1", "bd", "chir-r"),
    ] {
        assert_eq!(client.put(&format!("Location/{id}"), &location(id, name, level, above)).await.status, 201);
    }
}

fn nobody(numbers: std::ops::Range<u32>) -> String {
    let families = ["Alami", "Tazi", "Berrada", "Idrissi", "Naciri", "Fassi", "Chraibi", "Squalli"];
    let rows = numbers.map(|n| format!("{n};{}{n};P{n};M;{};;;;{};\r\n", families[n as usize % families.len()], 1930 + n % 90, if n == 8 { "O" } else { "" }));
    format!("{PEOPLE}{}", rows.collect::<String>())
}

#[tokio::test(flavor = "multi_thread")]
async fn stays_that_are_over_are_closed_and_those_that_go_on_take_their_places() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    house(&mut client).await;
    assert_eq!(Files::new(PATIENTS, &nobody(1..9)).take(&site).await.rejected, 0);
    let list = [
        EPISODES,
        "S1;1;10/01/2020 08:00;12/01/2020;H;CARDIO;\r\n",
        "S2;1;14/01/2026 09:00;;H;CARDIO;Lit 1\r\n",
        "S3;2;14/01/2026 09:00;;H;CARDIO;Lit 1\r\n",
        "S4;1;14/01/2026 10:00;;H;Chirurgie;Lit 1\r\n",
        "S5;3;14/01/2026;;U;chir;\r\n",
        "S6;4;14/01/2026;;H;ANCIEN;\r\n",
        "S7;99;14/01/2026;;H;CARDIO;Lit 2\r\n",
        "S8;8;14/01/2026;;H;CARDIO;Lit 2\r\n",
        "S9;5;14/01/2026;;H;N-card;Lit 9\r\n",
        "S10;8;01/02/2019;03/02/2019;H;ANCIEN;\r\n",
        "S11;6;14/01/2026 07:00;;H;;N-chir-1\r\n",
        "S12;6;14/01/2026 07:00;13/01/2026;H;;\r\n",
    ]
    .concat();
    let expected = [
        "2 S1 made RH-CSV-MADE ",
        "3 S2 made RH-CSV-MADE ",
        "4 S3 rejected RH-CSV-PLACE-TAKEN ",
        "5 S4 rejected RH-CSV-ELSEWHERE ",
        "6 S5 made RH-CSV-MADE ",
        "7 S6 rejected RH-CSV-WHERE ",
        "8 S7 rejected RH-CSV-PATIENT ",
        "9 S8 rejected RH-CSV-DEAD ",
        "10 S9 rejected RH-CSV-UNIT ",
        "11 S10 made RH-CSV-MADE ",
        "12 S11 made RH-CSV-MADE ",
        "13 S12 rejected RH-CSV-ORDER ",
    ];
    for dry in [true, false] {
        let files = Files { dry_run: dry, ..Files::new(STAYS, &list) };
        assert_eq!(files.take(&site).await, Summary { made: 5, likely: 0, known: 0, rejected: 7 });
        assert_eq!(files.report(), expected, "dry: {dry}");
        assert_eq!(count(&mut client, "Encounter?").await, if dry { "0" } else { "5" });
    }
    let running = client.get("Encounter?identifier=urn:example:old:stay|S2").await;
    for (path, value) in [("status", "in-progress"), ("location.0.location.reference", "Location/card-1"), ("location.0.status", "active")] {
        assert_eq!(running.at(&format!("entry.0.resource.{path}")).as_deref(), Some(value), "{}", running.text());
    }
    let over = client.get("Encounter?identifier=urn:example:old:stay|S1").await;
    for (path, value) in [("status", "finished"), ("period.end", "2020-01-12"), ("location.0.location.reference", "Location/card")] {
        assert_eq!(over.at(&format!("entry.0.resource.{path}")).as_deref(), Some(value), "{}", over.text());
    }
    let board = site.screen("bed-manager").await.get("/beds/card").await;
    assert!(board.status == 200 && board.text().to_uppercase().contains("TAZI1") && board.text().contains("occupée"), "{}", board.text());
    let again = Files::new(STAYS, &list);
    assert_eq!(again.take(&site).await, Summary { made: 0, likely: 0, known: 5, rejected: 7 });
    assert_eq!(count(&mut client, "Encounter?").await, "5");
    let said = Files::new(STAYS, &format!("{EPISODES}S20;1;01/01/2020;02/01/2020;H;Dermatologie;\r\n")).refused(&site).await;
    assert!(said.contains("map.toml: unit: ") && said.contains("row 2 of"), "{said}");
    site.stop().await;
}

/// The program on a store of its own.
struct Program {
    place: Place,
}

impl Program {
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rihla"));
        command.current_dir(self.place.folder()).env_remove("RIHLA_KEY_FILE").env("RIHLA_STORE", self.place.url()).args(words);
        command
    }

    fn run(&self, words: &[&str]) -> (i32, String) {
        let Output { status, stdout, stderr } = self.command(words).output().expect("the program runs");
        (status.code().expect("an exit code"), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
    }

    /// What the record has of each number: how often, and its family name.
    fn patients(&self) -> BTreeMap<String, Vec<String>> {
        let (code, said) = self.run(&["export", "out"]);
        assert_eq!(code, 0, "{said}");
        let text = fs::read_to_string(self.place.folder().join("out/Patient.ndjson")).expect("patients");
        let part = |line: &str, before: &str| line.split(before).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
        let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in text.lines() {
            out.entry(part(line, "urn:example:old:patient\",\"value\":\"")).or_default().push(part(line, "\"family\":\""));
        }
        out
    }
}

#[test]
fn a_list_that_was_killed_goes_on_where_it_was() {
    const ROWS: u32 = 3_000;
    let program = Program { place: Place::fresh() };
    let write = |name: &str, text: &str| fs::write(program.place.folder().join(name), text).expect("a file");
    write("map.toml", PATIENTS);
    write("list.csv", &nobody(0..ROWS));
    let import = ["import", "--csv", "map.toml", "list.csv"];
    if !program.place.is_database() {
        let (code, said) = program.run(&["import", "--csv", "map.toml", "--dry-run", "list.csv"]);
        assert_eq!((code, said.contains("there is no store")), (1, true), "{said}");
    }
    // Killed at its first, second… sign of life, and called again each time.
    for signs in 1..4 {
        let mut child = program.command(&import).stderr(Stdio::piped()).spawn().expect("the import starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its progress")).lines();
        (0..signs).for_each(|_| _ = lines.next());
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
    }
    let (code, said) = program.run(&import);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains(&format!("{ROWS} rows: ")) && said.contains("0 rejected") && !said.contains("; 0 known"), "{said}");
    let patients = program.patients();
    assert_eq!(patients.len(), ROWS as usize);
    assert!(patients.values().all(|names| names.len() == 1), "each once");
    let (code, said) = program.run(&["verify"]);
    assert_eq!((code, said.contains("clean")), (0, true), "{said}");
    let (code, said) = program.run(&import);
    assert_eq!((code, said.contains(&format!("{ROWS} rows: 0 made, 0 of them likely somebody who is known; {ROWS} known; 0 rejected"))), (0, true), "{said}");
    // A map that is wrong leaves no store behind, and the words of the command are checked.
    let (code, said) = program.run(&["import", "--dry-run", "list.csv"]);
    assert_eq!((code, said.contains("--csv")), (2, true), "{said}");
    write("map.toml", &PATIENTS.replace("family", "familly"));
    let (code, said) = program.run(&["--store", "sqlite:elsewhere", "import", "--csv", "map.toml", "list.csv"]);
    assert_eq!((code, said.contains("map.toml: familly: ")), (2, true), "{said}");
    assert!(!program.place.folder().join("elsewhere").exists());
}
