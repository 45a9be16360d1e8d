use super::*;
use rihla_kernel::SiteId;

const COUNTRY: &str = "country = \"XX\"\nzone = \"UTC\"\nlanguages = [\"fr\"]\ndefault_language = \"fr\"\nnames = { fr = \"Pays\" }\nprovenance = { source = \"s\", validator = \"\" }\n";
const GROUP: &str = "[group]\ncode = \"g\"\nnames = { fr = \"Groupe\" }\nprovenance = { source = \"s\", validator = \"\" }\n[[site]]\nnumber = 1\ncode = \"a\"\nlegal_status = \"public\"\nzone = \"UTC\"\nnames = { fr = \"Site\" }\nprovenance = { source = \"s\", validator = \"\" }\n";
const IDENTIFIERS: &str = "[[identifier]]\nid = \"ipp\"\nsystem = \"urn:x:ipp\"\nissuer = \"site\"\nsite = 1\nunique = true\nof = [\"Patient\"]\npattern = \"9{8}\"\nnames = { fr = \"IPP\" }\nprovenance = { source = \"s\", validator = \"\" }\n";

const COVER: &str = "[[manager]]\ncode = \"m\"\nshort = \"M\"\nnames = { fr = \"Caisse\" }\nprovenance = { source = \"s\", validator = \"\" }\n[[manager]]\ncode = \"n\"\nshort = \"N\"\nnames = { fr = \"Autre\" }\nprovenance = { source = \"s\", validator = \"\" }\n[[scheme]]\ncode = \"x\"\nnames = { fr = \"Régime\" }\nmanaged = [{ manager = \"m\", until = 2026-12-31 }, { manager = \"n\", from = 2027-01-01 }]\nprovenance = { source = \"s\", validator = \"\" }\n";
const NAMES: &str = "# source: s\n# validator:\nrole\tsex\tarabic\tlatin\tweight\ngiven\tfemale\tليلى\tLeila|Laila\t7\nfamily\t-\tالعلمي\tAlami\t3\n";
const ROLES: &str = r#"
provenance = { source = "made up", validator = "" }
[[role]]
code = "nurse"
names = { fr = "Infirmier" }
permissions = ["chart.read"]
"#;
const ACCESS: &str = r#"
provenance = { source = "made up", validator = "" }
groups = { person = ["Patient", "RelatedPerson"] }
masks = { labels = ["urn:m|VIP"] }
[[class]]
code = "care"
roles = ["nurse"]
patients = "related"
look_back_days = 30
open = ["Patient"]
shows = ["@person", "Observation", "Flag"]
writes = ["Observation"]
only = ["Observation?category=vital-signs"]
coded = ["Flag.category=urn:k|safety"]
omits = ["Flag.text"]
withholds = ["urn:l|V"]
"#;
const AUDIT: &str = "kin = true\nmasked = false\n[provenance]\nsource = \"s\"\nvalidator = \"\"\n[crawling]\ncount = 9\nminutes = 60\n[night]\nfrom = 22\nto = 6\nroles = [\"cashier\"]\n";
const PAPERS: &str = r#"
[[paper]]
code = "leave"
names = { fr = "Arrêt" }
when = "always"
by = "physician"
size = "A5"
facts = ["stay"]
asks = [{ code = "days", kind = "days", required = true, names = { fr = "Jours" } }]
signatures = [{ names = { fr = "Le médecin" } }]
text = { fr = ["Pour {name} : {days} jours."] }
provenance = { source = "made up", validator = "" }
"#;
const LABELS: &str =
    "label = []\nprovenance = { source = \"s\", validator = \"\" }\n[gs1]\ncompany_prefix = \"\"\nprovenance = { source = \"s\", validator = \"\" }\n";
const REQUESTS: &str = r#"
duplicate_hours = 24
callback = { minutes = 30, roles = ["nurse"], provenance = { source = "s", validator = "" } }
kind = []
ask = []
analyte = []
critical = []
orderable = []
set = []
"#;
const NOTES: &str = r#"
document = []
[[note]]
code = "progress"
names = { fr = "Évolution" }
loinc = "11506-3"
writers = ["nurse"]
cosigned = []
cosigners = []
section = [{ code = "course", names = { fr = "Évolution" }, rows = 5, required = true }]
provenance = { source = "made up", validator = "" }
"#;
const SIGNS: &str =
    "watch = \"news2\"\nsign = []\nconfirmed = []\nprovenance = { source = \"s\", validator = \"\" }\n[balance]\nbegins = 0\nmost = 5000\nkinds = []\n";
const INDICATORS: &str = "indicator = []\nantibiotics = { system = \"s\", prefix = \"J01\" }\nprovenance = { source = \"s\", validator = \"\" }\nindex = { published = \"2026-01-01\", replicates = 200, component = [{ of = \"e1\", weight = 1000 }], gate = [] }\n";
const SHIFTS: &str = "handover = 60\nprovenance = { source = \"s\", validator = \"\" }\n[[shift]]\ncode = \"day\"\nfrom = 0\nnames = { fr = \"Jour\" }\n";
const QUEUE: &str = r#"
overdue = 30
soon = 2
enough = 8
shown = 6
idle = 60
service = []
priority = []
pause = []
no_show = { calls = 3, minutes = 1, keeps_place = false }
words = { call = { fr = "{number} {desk}" }, soon = { fr = "{number} {ahead}" } }
provenance = { source = "s", validator = "" }
"#;
const PLACES: &str =
    "# source: s\n# validator:\ncode\tkind\tfr\tar\tpopulation\tprovince_fr\tprovince_ar\tregion_fr\tregion_ar\n1\turban\tX\tس\t10\tP\tم\tR\tج\n";

fn of<'t>(country: &'t str, group: &'t str, identifiers: &'t str) -> Vec<(&'t str, &'t str)> {
    vec![
        ("pack.toml", country),
        ("group.toml", group),
        ("identifiers.toml", identifiers),
        ("cover.toml", COVER),
        ("names.tsv", NAMES),
        ("places.tsv", PLACES),
        ("roles.toml", ROLES),
        ("access.toml", ACCESS),
        ("audit.toml", AUDIT),
        ("papers.toml", PAPERS),
        ("labels.toml", LABELS),
        ("signs.toml", SIGNS),
        ("notes.toml", NOTES),
        ("requests.toml", REQUESTS),
        ("allergens.toml", "agent = []\nreaction = []\nprovenance = { source = \"s\", validator = \"\" }\n"),
        ("consents.toml", "consent = []"),
        ("stays.toml", "delay = []\nprovenance = { source = \"s\", validator = \"\" }\n"),
        ("shifts.toml", SHIFTS),
        ("indicators.toml", INDICATORS),
        ("triage.toml", "triage_within = 5\nscale = []\nmode = []\nreason = []\nprovenance = { source = \"s\", validator = \"\" }\n"),
        ("queue.toml", QUEUE),
    ]
}

fn problems(country: &str, group: &str, identifiers: &str) -> Vec<String> {
    let found = Pack::parse(&of(country, group, identifiers));
    found.err().unwrap_or_default().iter().map(Problem::to_string).collect()
}

fn identifier_problems(from: &str, to: &str) -> Vec<String> {
    assert!(IDENTIFIERS.contains(from), "{from}");
    problems(COUNTRY, GROUP, &IDENTIFIERS.replace(from, to))
}

#[test]
fn every_pack_in_the_program_is_sound() {
    assert!(Pack::built_in_names().next().is_some());
    for name in Pack::built_in_names() {
        let pack = Pack::built_in(name).expect("known").unwrap_or_else(|problems| panic!("{problems:?}"));
        let signed = pack
            .identifiers
            .iter()
            .map(|row| &row.provenance)
            .chain(pack.sites.iter().map(|site| &site.provenance))
            .chain(&pack.person_names.provenance)
            .chain(&pack.places.provenance)
            .chain(pack.cover.schemes.iter().map(|scheme| &scheme.provenance))
            .chain(pack.papers.list.iter().map(|paper| &paper.provenance))
            .chain(pack.consents.list.iter().map(|kind| &kind.provenance))
            .chain(&pack.stays.provenance)
            .chain(&pack.shifts.provenance)
            .chain(&pack.queue.provenance)
            .chain(&pack.indicators.provenance);
        assert!(signed.into_iter().all(|provenance| provenance.validator.is_none()), "rows are shipped unsigned");
        assert!(pack.sites.len() > 1 && pack.identifiers.iter().any(|system| system.unique));
    }
    assert!(Pack::built_in("nowhere").is_none());
}

#[test]
fn a_pack_reads_from_its_folder_as_from_the_program() {
    let packs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    for name in Pack::built_in_names() {
        let pack = Pack::load(&packs.join(name)).expect("pack");
        assert_eq!(pack.sites.len(), Pack::built_in(name).expect("known").expect("pack").sites.len());
    }
    let missing = Pack::load(&packs.join("nowhere")).expect_err("no such folder");
    assert_eq!(missing.len(), Pack::FILES.len());
    assert!(missing[0].file.ends_with("pack.toml"));
}

#[test]
fn a_small_pack_is_read_in_full() {
    let pack = Pack::parse(&of(COUNTRY, GROUP, IDENTIFIERS)).expect("pack");
    assert_eq!((pack.country.as_str(), pack.default_language.as_str(), pack.group.code.as_str()), ("XX", "fr", "g"));
    assert_eq!(pack.site(SiteId(1)).map(|site| site.legal_status), Some(LegalStatus::Public));
    let ipp = pack.identifier("urn:x:ipp").expect("system");
    assert!(ipp.unique && ipp.pattern.as_ref().is_some_and(|pattern| pattern.matches("0000 0017")));
    assert!(pack.identifier("urn:x:other").is_none() && pack.site(SiteId(2)).is_none());
}

#[test]
fn faults_name_their_file_and_key() {
    assert_eq!(problems(&COUNTRY.replace("UTC", "Mars/Base"), GROUP, IDENTIFIERS), ["pack.toml: zone: an IANA time zone is expected"]);
    assert_eq!(
        problems(&COUNTRY.replace("language = \"fr\"", "language = \"ar\""), GROUP, IDENTIFIERS),
        ["pack.toml: default_language: ar is not among the languages"]
    );
    let second = GROUP.split_once("[[site]]").map(|(_, site)| format!("{GROUP}[[site]]{site}")).expect("site");
    assert_eq!(
        problems(COUNTRY, &second, IDENTIFIERS),
        ["group.toml: site[1].number: another site has this number", "group.toml: site[1].code: another site has this code"]
    );
    assert_eq!(
        problems(COUNTRY, &GROUP.replace("public", "royal"), IDENTIFIERS),
        ["group.toml: site[0].legal_status: public, foundation or private is expected", "identifiers.toml: identifier[0].site: the group has no such site"]
    );
    assert_eq!(
        problems(COUNTRY, &GROUP.replace("fr = \"Site\"", "ar = \"موقع\""), IDENTIFIERS),
        ["group.toml: site[0].names: ar is no language of this pack", "group.toml: site[0].names: fr is missing"]
    );
}

#[test]
fn identifiers_keep_the_rule_of_uniqueness() {
    assert_eq!(
        identifier_problems("issuer = \"site\"\nsite = 1", "issuer = \"state\""),
        ["identifiers.toml: identifier[0].unique: only numbers that the hospital gives itself may be unique"]
    );
    assert_eq!(identifier_problems("site = 1", ""), ["identifiers.toml: identifier[0].site: a number of a site names it, and no other does"]);
    assert_eq!(identifier_problems("9{8}", "9{8"), ["identifiers.toml: identifier[0].pattern: a repetition is {n} or {n,m} with n ≤ m ≤ 64, after a sign"]);
    assert_eq!(
        identifier_problems("[\"Patient\"]", "[\"Person\", \"Somebody\"]"),
        ["identifiers.toml: identifier[0].of: a list of FHIR resource types is expected"]
    );
    assert_eq!(
        identifier_problems("validator = \"\"", "valid = \"\""),
        [
            "identifiers.toml: identifier[0].provenance.validator: is missing; a name, or an empty text while nobody has confirmed the row is expected",
            "identifiers.toml: identifier[0].provenance.valid: no such key is known here",
        ]
    );
    assert_eq!(
        identifier_problems("source = \"s\"", "source = \"s\", from = 2026-02-01, until = 2026-01-01"),
        ["identifiers.toml: identifier[0].provenance.until: lies before from"]
    );
    assert_eq!(problems(COUNTRY, GROUP, &IDENTIFIERS.repeat(2)).len(), 2);
    assert!(identifier_problems("urn:x:ipp", "no uri")[0].contains("identifier[0].system"));
}

#[test]
fn the_lists_of_every_pack_serve() {
    for pack in Pack::built_in_names().filter_map(Pack::built_in).map(|pack| pack.expect("sound")) {
        let of_sex = |sex| pack.person_names.given().filter(|name| name.sex == Some(sex)).count();
        assert!(of_sex(Sex::Female) > 100 && of_sex(Sex::Male) > 100 && pack.person_names.family().count() > 300);
        assert!(pack.person_names.rows.iter().filter(|name| name.latin.len() > 1).count() > 300, "spellings that a finder can join");
        let regions: std::collections::HashSet<_> = pack.places.rows.iter().map(|place| &place.region).collect();
        assert_eq!((pack.places.rows.len() > 100, regions.len()), (true, 12));
        assert!(pack.cover.schemes.iter().all(|scheme| !scheme.managed.is_empty()));
    }
}

#[test]
fn the_manager_of_a_scheme_changes_on_its_day() {
    let pack = Pack::parse(&of(COUNTRY, GROUP, IDENTIFIERS)).expect("pack");
    let scheme = pack.cover.scheme("x").expect("scheme");
    let on = |year, month, day| pack.cover.manager_on(scheme, jiff::civil::date(year, month, day)).map(|manager| manager.short.as_str());
    assert_eq!((on(2026, 12, 31), on(2027, 1, 1)), (Some("M"), Some("N")));
}

#[test]
fn faults_of_lists_and_cover_name_their_line_and_key() {
    let with = |at: usize, text: &str| {
        let mut files = of(COUNTRY, GROUP, IDENTIFIERS);
        files[at].1 = text;
        Pack::parse(&files).err().unwrap_or_default().iter().map(Problem::to_string).collect::<Vec<_>>()
    };
    assert_eq!(with(3, &COVER.replace("manager = \"n\"", "manager = \"o\"")), ["cover.toml: scheme[0].managed[1].manager: there is no such manager"]);
    assert_eq!(with(4, &NAMES.replace("female", "both")), ["names.tsv: line 4: sex: female, male or - is expected"]);
    assert_eq!(with(4, &format!("{NAMES}given\tmale\tليلى\tLeila\t1\n")), ["names.tsv: line 6: ليلى is given twice"]);
    assert_eq!(with(4, &NAMES.replace("# source: s\n", "")), ["names.tsv: a line “# source: …” is missing"]);
    assert_eq!(with(5, &PLACES.replace("\t10\t", "\tmany\t")), ["places.tsv: line 4: population: a number is expected"]);
    assert_eq!(with(5, &PLACES.replace("\tR\tج", "\tR")), ["places.tsv: line 4: 9 cells, parted by tabs, are expected"]);
}

#[test]
fn a_text_that_is_no_toml_is_told_with_its_file() {
    let found = problems("country = ", GROUP, IDENTIFIERS);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("pack.toml: "));
}

#[test]
fn a_role_is_named_once_and_its_rights_are_rights() {
    let with = |roles: &str| {
        let mut files = of(COUNTRY, GROUP, IDENTIFIERS);
        files[6].1 = roles;
        Pack::parse(&files).map(|pack| pack.roles.list.len()).map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(with(ROLES), Ok(1));
    assert!(with(&ROLES.replace("chart.read", "everything")).is_err_and(|lines| lines[0].contains("permissions")));
}

#[test]
fn classes_of_access_name_types_that_there_are_and_each_role_once() {
    let with = |access: &str| {
        let mut files = of(COUNTRY, GROUP, IDENTIFIERS);
        files[7].1 = access;
        Pack::parse(&files).map(|pack| pack.access).map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let access = with(ACCESS).expect("read");
    let care = access.class_of("nurse").expect("a class");
    assert_eq!((care.shows.as_ref().map(Vec::len), care.open.len(), care.look_back_days, care.masked), (Some(4), 1, 30, false));
    assert!(access.class_of("porter").is_none());
    for (from, to, key) in [
        ("\"Observation\", \"Flag\"", "\"Observaton\"", "shows"),
        ("@person", "@persons", "shows"),
        ("related", "some", "patients"),
        ("Observation?category", "Observations?category", "only"),
        ("urn:k|safety", "safety", "coded"),
        ("urn:l|V", "V", "withholds"),
        ("roles = [\"nurse\"]", "roles = [\"nurse\", \"nurse\"]", "roles"),
    ] {
        let refused = with(&ACCESS.replace(from, to)).expect_err(to);
        assert!(refused.iter().any(|line| line.contains(key)), "{to}: {refused:?}");
    }
}

#[test]
fn how_names_are_written_is_said_in_full_or_not_at_all() {
    let with = |writing: &str| {
        let country = COUNTRY.replace("names =", &format!("{writing}\nnames ="));
        Pack::parse(&of(&country, GROUP, IDENTIFIERS)).map(|pack| pack.writing).map_err(|problems| problems[0].to_string())
    };
    let full = "writing = { articles = [\"el\"], particles = [\"ben\"], phone_country = \"1\", phone_trunk = \"0\", phone_abroad = \"00\" }";
    assert_eq!(with(full).map(|writing| writing.articles), Ok(vec!["el".to_owned()]));
    assert_eq!(with("").map(|writing| writing.articles.len()), Ok(0));
    assert!(with("writing = { articles = [] }").is_err_and(|line| line.contains("writing")));
}

#[test]
fn rules_of_the_audit_trail_are_read_and_odd_figures_refused() {
    let with = |audit: &str| {
        let mut files = of(COUNTRY, GROUP, IDENTIFIERS);
        files[8].1 = audit;
        Pack::parse(&files).map(|pack| pack.audit).map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let rules = with(AUDIT).expect("read");
    let night = rules.night.expect("a night");
    assert_eq!((rules.crawling.map(|rule| rule.count), rules.glasses, rules.kin, rules.masked), (Some(9), None, true, false));
    assert!(night.holds(23) && night.holds(0) && !night.holds(6) && !night.holds(21));
    for (from, to, key) in [
        ("count = 9", "count = 1", "count"),
        ("minutes = 60", "minutes = 5000", "minutes"),
        ("from = 22", "from = 24", "from"),
        ("kin = true", "kin = 1", "kin"),
    ] {
        assert!(with(&AUDIT.replace(from, to)).is_err_and(|lines| lines.iter().any(|line| line.contains(key))), "{to}");
    }
}

#[test]
fn a_paper_prints_what_it_asks_for_and_nothing_that_nobody_can_tell() {
    let with = |papers: &str| {
        let mut files = of(COUNTRY, GROUP, IDENTIFIERS);
        files[9].1 = papers;
        Pack::parse(&files).map(|pack| pack.papers).map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let papers = with(PAPERS).expect("read");
    let leave = papers.paper("leave").expect("a paper");
    assert!(leave.is_certificate() && leave.asks[0].kind == AskKind::Days && leave.size == PaperSize::A5 && papers.paper("other").is_none());
    assert_eq!(Paper::pieces(&leave.text["fr"][0]), (vec![("Pour ", "name"), (" : ", "days")], " jours."));
    for (from, to, line) in [
        ("{name}", "{nam}", "papers.toml: paper[0].text: fr: {nam} is neither a fact nor asked for"),
        (": {days}", "", "papers.toml: paper[0].text: fr: days is asked for and not printed"),
        ("fr = [\"Pour", "ar = [\"Pour", "papers.toml: paper[0].text: ar is no language of this pack"),
        ("physician", "desk", "papers.toml: paper[0].asks: only who certifies is asked for something: what is said has an author"),
        ("[\"stay\"]", "[\"shoe\"]", "papers.toml: paper[0].facts: a list of facts that the record can tell is expected"),
        ("code = \"days\"", "code = \"left\"", "papers.toml: paper[0].asks[0].code: the record tells this: it is not asked for"),
        ("always", "never", "papers.toml: paper[0].when: always, prepared, admitted, left, slip, transfer, newborn, death is expected"),
    ] {
        let refused = with(&PAPERS.replace(from, to)).expect_err(to);
        assert!(refused.contains(&line.to_owned()), "{to}: {refused:?}");
    }
    assert!(with(&PAPERS.repeat(2)).is_err_and(|lines| lines == ["papers.toml: paper[1].code: another paper has this code"]));
}
