//! Every role at every page: the routes are read from the sources, so a page without a verdict here fails.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test")]

use rihla_testkit::{Client, Patient, TestSite};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Whoever comes, signed in or not.
const ALL: &str = "";
/// Whoever is signed in in a role.
const ANYBODY: &str = "*";
const FIND: &str = "patients.find";
const READ: &str = "chart.read";
const EXCHANGE: &str = "exchange-console.read";
const ADMINISTER: &str = "accounts.administer";
const BANDS: &str = "bands.print";
const SIGNS: &str = "signs.read";

/// Each page that is looked at, and the right that it asks for.
const PAGES: [(&str, &str); 139] = [
    ("/", ANYBODY),
    ("/account", ANYBODY),
    ("/account/app", ANYBODY),
    ("/account/codes", ANYBODY),
    ("/account/passkeys", ANYBODY),
    ("/account/password", ANYBODY),
    ("/account/pin", ANYBODY),
    ("/account/programs", ANYBODY),
    ("/account/provider", ANYBODY),
    ("/account/sessions", ANYBODY),
    ("/accounts", ADMINISTER),
    ("/accounts/new", ADMINISTER),
    ("/accounts/{id}", ADMINISTER),
    ("/accounts/{id}/edit", ADMINISTER),
    ("/acting", ANYBODY),
    ("/assets/{file}", ALL),
    ("/audit", "audit.read"),
    ("/audit/unusual", "audit.read"),
    ("/bands/sheet.css", BANDS),
    ("/bands/unknown", BANDS),
    ("/bands/unknown/sheet", BANDS),
    ("/beds", "beds.see"),
    ("/beds/promise/{stay}", "beds.reserve"),
    ("/beds/transports", "beds.carry"),
    ("/beds/{ward}", "beds.see"),
    ("/beds/{ward}/census", "beds.see"),
    ("/cockpit", "cockpit.see"),
    ("/cockpit/csv", "cockpit.export"),
    ("/cockpit/index", "cockpit.house"),
    ("/cockpit/report", "cockpit.see"),
    ("/cockpit/{indicator}", "cockpit.see"),
    ("/cockpit/{indicator}/csv", "cockpit.export"),
    ("/downtime", "downtime.see"),
    ("/drafts", ANYBODY),
    ("/duplicates", "registration.identity"),
    ("/emergency", "emergency.see"),
    ("/emergency/arrive", "emergency.arrive"),
    ("/emergency/mass", "emergency.see"),
    ("/emergency/mass/{event}", "emergency.see"),
    ("/emergency/wall", "emergency.see"),
    ("/emergency/{encounter}/redirect", "emergency.triage"),
    ("/emergency/{encounter}/triage", "emergency.triage"),
    ("/experiments", "experiments.see"),
    ("/experiments/csv", "experiments.see"),
    ("/forecast", "forecast.see"),
    ("/exchange", EXCHANGE),
    ("/exchange/{way}/{channel}", EXCHANGE),
    ("/exchange/{way}/{channel}/{seq}", EXCHANGE),
    ("/favicon.ico", ALL),
    ("/forms", "forms.read"),
    ("/forms/new", "forms.edit"),
    ("/forms/{questionnaire}", "forms.read"),
    ("/forms/{questionnaire}/edit", "forms.edit"),
    ("/forms/{questionnaire}/json", "forms.edit"),
    ("/glasses", "privacy.review"),
    ("/invitation", ALL),
    ("/live", ANYBODY),
    ("/notes/unsigned", "notes.sign"),
    ("/oauth/authorize", ANYBODY),
    ("/patients", FIND),
    ("/patients/mine", FIND),
    ("/patients/new", "registration.register"),
    ("/patients/{patient}", FIND),
    ("/patients/{patient}/admission", "admission.see"),
    ("/patients/{patient}/alerts", READ),
    ("/patients/{patient}/allergies/new", "problems.allergies"),
    ("/patients/{patient}/allergies/{allergy}", "problems.allergies"),
    ("/patients/{patient}/bands", BANDS),
    ("/patients/{patient}/bands/sheet", BANDS),
    ("/patients/{patient}/care", READ),
    ("/patients/{patient}/chart", READ),
    ("/patients/{patient}/days", READ),
    ("/patients/{patient}/documents", READ),
    ("/patients/{patient}/documents/new", "notes.documents"),
    ("/patients/{patient}/documents/{ty}/{document}/{part}", READ),
    ("/patients/{patient}/forms", "forms.read"),
    ("/patients/{patient}/forms/new/{questionnaire}", "forms.fill"),
    ("/patients/{patient}/forms/{response}", "forms.read"),
    ("/patients/{patient}/forms/{response}/correct", "forms.fill"),
    ("/patients/{patient}/glass", FIND),
    ("/patients/{patient}/looked", "audit.read"),
    ("/patients/{patient}/medicines", READ),
    ("/patients/{patient}/correct", "registration.register"),
    ("/patients/{patient}/consents", "registration.register"),
    ("/patients/{patient}/consents/form", "registration.register"),
    ("/patients/{patient}/merge", "registration.identity"),
    ("/patients/{patient}/newborn", "registration.register"),
    ("/patients/{patient}/people", "registration.register"),
    ("/patients/{patient}/move", "registration.identity"),
    ("/patients/{patient}/notes", "notes.read"),
    ("/patients/{patient}/notes/new/{kind}", "notes.write"),
    ("/patients/{patient}/notes/{note}", "notes.read"),
    ("/patients/{patient}/notes/{note}/correct", "notes.read"),
    ("/patients/{patient}/move/one", "registration.identity"),
    ("/patients/{patient}/papers", "papers.see"),
    ("/patients/{patient}/papers/{paper}", "papers.see"),
    ("/patients/{patient}/photo", FIND),
    ("/patients/{patient}/problems", READ),
    ("/patients/{patient}/problems/new", "problems.write"),
    ("/patients/{patient}/problems/{condition}", "problems.write"),
    ("/patients/{patient}/programs", READ),
    ("/patients/{patient}/raw", "chart.raw"),
    ("/patients/{patient}/raw/{ty}/{id}", "chart.raw"),
    ("/patients/{patient}/raw/{ty}/{id}/compare", "chart.raw"),
    ("/patients/{patient}/requests", "requests.see"),
    ("/patients/{patient}/requests/new", "requests.order"),
    ("/patients/{patient}/requests/{request}", "requests.see"),
    ("/patients/{patient}/requests/{request}/result", "requests.do"),
    ("/patients/{patient}/results", READ),
    ("/patients/{patient}/results/trend", READ),
    ("/patients/{patient}/stays", READ),
    ("/patients/{patient}/stays/{stay}", READ),
    ("/printers", BANDS),
    ("/programs", ADMINISTER),
    ("/programs/new", ADMINISTER),
    ("/programs/{id}", ADMINISTER),
    ("/queue", "queue.serve"),
    ("/queue/display", "queue.display"),
    ("/queue/kiosk", "queue.kiosk"),
    ("/queue/kiosk/ticket/{code}", "queue.kiosk"),
    ("/queue/kiosk/{service}", "queue.kiosk"),
    ("/queue/tickets/{ticket}", "queue.serve"),
    ("/registers", "papers.registers"),
    ("/registers/{register}", "papers.registers"),
    ("/patients/{patient}/balance", SIGNS),
    ("/patients/{patient}/growth", SIGNS),
    ("/patients/{patient}/scores", SIGNS),
    ("/patients/{patient}/scores/{score}", SIGNS),
    ("/patients/{patient}/signs", SIGNS),
    ("/simulation", ANYBODY),
    ("/signs", SIGNS),
    ("/patients/{patient}/signs/{set}", "signs.write"),
    ("/requests", "requests.do"),
    ("/requests/carry", "requests.carry"),
    ("/results/critical", "requests.do"),
    ("/results/inbox", "requests.acknowledge"),
    ("/shift", "shift.see"),
    ("/shift/round", "shift.see"),
    ("/stations", ADMINISTER),
];
/// Pages of the door, which send away whoever is in already.
const DOOR: [&str; 5] = ["/setup", "/sign-in", "/sign-in/provider", "/sign-in/provider/back", "/sign-in/second"];

/// Paths of pages in a folder of sources.
fn routes(folder: &Path, constants: &mut BTreeMap<String, String>, out: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("sources").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            routes(&entry, constants, out);
            continue;
        }
        let text = fs::read_to_string(&entry).unwrap_or_default();
        let own = text.split("const ").skip(1).filter_map(|rest| {
            let (name, rest) = rest.split_once(": &str = \"")?;
            (!name.contains(char::is_whitespace)).then(|| (name.to_owned(), rest.split('"').next().unwrap_or_default().to_owned()))
        });
        let own: BTreeMap<String, String> = own.collect();
        for call in text.split(".route(").skip(1) {
            let Some((first, rest)) = call.split_once(", ") else { continue };
            if !rest.starts_with("get(") {
                continue;
            }
            let plain = first.trim_matches('"');
            let name = plain.rsplit("::").next().unwrap_or(plain);
            let path = if first.starts_with('"') { Some(plain.to_owned()) } else { own.get(name).or_else(|| constants.get(name)).cloned() };
            out.push(path.unwrap_or_else(|| panic!("{}: the route {first} is not known", entry.display())));
        }
        constants.extend(own);
    }
}

fn known() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (mut constants, mut out) =
        (BTreeMap::from([("LIVE".to_owned(), "/live".to_owned()), ("AUTHORIZE".to_owned(), "/oauth/authorize".to_owned())]), Vec::new());
    routes(&root.join("crates/web/src"), &mut constants, &mut out);
    for module in fs::read_dir(root.join("modules")).expect("modules").map(|entry| entry.expect("an entry").path().join("src")) {
        if module.is_dir() {
            routes(&module, &mut constants, &mut out);
        }
    }
    out.into_iter().filter(|path| path.starts_with('/')).collect()
}

async fn fill(client: &mut Client) {
    for id in ["own", "other"] {
        assert_eq!(client.put(&format!("Patient/{id}"), &Patient::new().id(id).family(id).json()).await.status, 201);
    }
    client.take_into_care("own").await;
}

fn asked(path: &str, patient: &str) -> String {
    let fields = [
        ("{way}", "in"),
        ("{channel}", "none"),
        ("{seq}", "none"),
        ("{patient}", patient),
        ("{ty}", "Patient"),
        ("{id}", patient),
        ("{stay}", "none"),
        ("{document}", "none"),
        ("{part}", "0"),
        ("{file}", "none"),
        ("{ward}", "none"),
        ("{paper}", "none"),
        ("{kind}", "none"),
        ("{allergy}", "absent"),
        ("{condition}", "none"),
        ("{note}", "none"),
        ("{request}", "none"),
        ("{questionnaire}", "none"),
        ("{response}", "none"),
        ("{register}", "none"),
        ("{indicator}", "e1"),
        ("{event}", "none"),
    ];
    fields.iter().fold(path.to_owned(), |path, (field, value)| path.replace(field, value))
}

#[test]
fn every_page_has_a_verdict() {
    let told: BTreeSet<String> = PAGES.iter().map(|(path, _)| (*path).to_owned()).chain(DOOR.map(str::to_owned)).collect();
    assert_eq!(known(), told);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_opens_the_pages_that_its_rights_let_it_and_no_other() {
    let site = TestSite::start().await;
    fill(&mut site.client().await).await;
    // Once there is an account, strangers find the door.
    site.screen("nurse").await;
    let mut stranger = site.stranger().await;
    for (path, right) in PAGES {
        let reply = stranger.get(&asked(path, "own")).await;
        let sent = reply.header("location").is_some_and(|to| to.starts_with("/sign-in")) || reply.status == 401;
        assert!(right == ALL || sent, "a stranger at {path}: {}", reply.status);
    }
    for role in &site.node.pack.roles.list {
        let mut screen = site.screen(&role.code).await;
        let may = |right: &str| right == ALL || right == ANYBODY || role.permissions.iter().any(|own| own == right);
        // What listens never ends; whose parts it sends is asked in `screens.rs`.
        for (path, right) in PAGES.into_iter().filter(|(path, _)| *path != "/live") {
            let reply = screen.get(&asked(path, "own")).await;
            let away = reply.header("location").unwrap_or_default();
            assert!(!away.starts_with("/sign-in?next"), "{} at {path}: sent to the door", role.code);
            // An address that says too little is refused before anybody's rights are asked.
            let fits = if may(right) { reply.status != 403 } else { [400, 403].contains(&reply.status) };
            assert!(fits, "{} at {path}: {}", role.code, reply.status);
        }
        // Of a patient of others the clinical pages show nothing to who works by care.
        let by_care = site.node.pack.access.classes.iter().any(|class| class.patients == rihla_packs::Patients::Related && class.roles.contains(&role.code));
        for (path, _) in PAGES
            .iter()
            .filter(|(_, right)| [READ, "chart.raw", "notes.read", "requests.see", "forms.read"].contains(right) && may(right) && by_care)
            .filter(|(path, _)| path.contains("{patient}"))
        {
            let reply = screen.get(&asked(path, "other")).await;
            let closed = reply.header("location").is_some_and(|to| to.starts_with("/patients/other/glass")) || [400, 404].contains(&reply.status);
            assert!(closed, "{} at {path}: {}", role.code, reply.status);
        }
    }
    site.stop().await;
}
