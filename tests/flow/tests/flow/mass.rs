//! Many victims at once: the mode is declared, victims are tagged, sorted and found again, and a report is left. The ids are
//! those of `modules/emergency/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, Reply, Screen, TestSite};

const MINUTE: u64 = 60_000;
const MASS: &str = "/emergency/mass";

async fn filled(site: &TestSite) -> Client {
    let mut client = site.client().await;
    let er = r#"{"resourceType":"Location","id":"er","name":"Urgences","type":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"ER"}]}],"physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"wa"}]}}"#;
    assert_eq!(client.put("Location/er", er).await.status, 201);
    client
}

async fn declare(screen: &mut Screen, name: &str, why: &str) -> Reply {
    let page = screen.get(MASS).await;
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    screen.post(MASS, &[("_author", &author), ("_id", &id), ("name", name), ("why", why)]).await
}

/// The path of the event that goes on.
async fn event(client: &mut Client) -> String {
    let found = client.get("Group?code=urn:rihla:mass-casualty|event&_sort=-_lastUpdated").await;
    format!("{MASS}/{}", found.at("entry.0.resource.id").expect("an event"))
}

async fn tag(screen: &mut Screen, event: &str, fields: &[(&str, &str)]) -> Reply {
    let page = screen.get(event).await;
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    let mut all = vec![("_author", author.as_str()), ("_id", id.as_str())];
    all.extend(fields);
    screen.post(event, &all).await
}

/// What stands as checked value of the victim whose row says `what`.
fn chosen(page: &str, what: &str) -> String {
    let row = page.split("<tr id=\"victim-").find(|row| row.contains(what)).unwrap_or_else(|| panic!("{what}: {page}"));
    row.split("name=\"who\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a choice").to_owned()
}

async fn note(screen: &mut Screen, event: &str, what: &str, fields: &[(&str, &str)]) -> String {
    let page = screen.get(event).await;
    let who = chosen(page.text(), what);
    let author = page.hidden("_author");
    let mut all = vec![("_author", author.as_str()), ("who", who.as_str())];
    all.extend(fields);
    let reply = screen.post(&format!("{event}/note"), &all).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.header("location").unwrap_or_default().to_owned()
}

/// EMG-15
#[tokio::test(flavor = "multi_thread")]
async fn who_leads_declares_it_with_a_reason_and_every_page_says_so_until_it_is_over() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("triage-nurse").await;
    let page = nurse.get(MASS).await;
    assert!(page.status == 200 && page.text().contains("Aucun afflux") && !page.text().contains("name=\"why\""), "{}", page.text());
    let author = nurse.get("/emergency/arrive").await.hidden("_author");
    assert_eq!(nurse.post(MASS, &[("_author", author.as_str()), ("_id", "x"), ("name", "n"), ("why", "w")]).await.status, 403);
    let mut physician = site.screen("physician").await;
    let refused = declare(&mut physician, "Car, route de Fès", " ").await;
    assert!(refused.status == 422 && refused.text().contains("Dites pourquoi") && refused.text().contains("Car, route de Fès"), "{}", refused.text());
    assert_eq!(declare(&mut physician, "Car, route de Fès", "Appel du SAMU").await.status, 303);
    // On record: who, when and why, and no patient.
    let found = client.get("Group?code=urn:rihla:mass-casualty|event").await;
    let text = found.text();
    assert!(text.contains("Personne physician") && text.contains("Appel du SAMU") && text.contains(r#""active":true"#) && !text.contains("member"), "{text}");
    site.pass(10 * MINUTE);
    let mut nurse = site.screen("triage-nurse").await;
    for path in ["/emergency", "/emergency/arrive", "/emergency/wall"] {
        let page = nurse.get(path).await;
        assert!(page.text().contains("mass-notice") && page.text().contains("Car, route de Fès") && page.text().contains("depuis"), "{path}: {}", page.text());
    }
    // A second one waits until the first is over.
    let mut head = site.screen("head-nurse").await;
    let author = head.get(MASS).await.hidden("_author");
    let second = head.post(MASS, &[("_author", author.as_str()), ("_id", "x"), ("name", "n"), ("why", "w")]).await;
    assert!(second.status == 422 && second.text().contains("déjà en cours"), "{}", second.text());
    let event = event(&mut client).await;
    let end = format!("{event}/end");
    let bare = head.post(&end, &[("_author", author.as_str()), ("why", "")]).await;
    assert!(bare.header("location").is_some_and(|to| to.contains("RH-EMERGENCY-WHY")));
    assert!(head.get(bare.header("location").unwrap_or_default()).await.text().contains("Dites pourquoi le plan blanc est levé"));
    assert_eq!(head.post(&end, &[("_author", author.as_str()), ("why", "Plus personne à venir")]).await.status, 303);
    assert!(!head.get("/emergency").await.text().contains("mass-notice"));
    let over = head.get(&event).await;
    assert!(over.text().contains("Plus personne à venir") && over.text().contains("après 10 min") && !over.text().contains("name=\"age\""), "{}", over.text());
    // The next has the next letter.
    assert_eq!(declare(&mut head, "Incendie", "Protection civile").await.status, 303);
    assert!(head.get("/emergency").await.text().contains("<bdi>B</bdi> · <bdi>Incendie</bdi>"));
    site.stop().await;
}

/// EMG-16, EMG-18
#[tokio::test(flavor = "multi_thread")]
async fn a_victim_is_a_tag_and_what_somebody_could_say() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut bed = site.screen("bed-manager").await;
    assert_eq!(declare(&mut bed, "Séisme", "Wali").await.status, 303);
    let event = event(&mut client).await;
    let mut nurse = site.screen("triage-nurse").await;
    // Nothing has to be said; what is wrong is said, and nothing typed is lost.
    assert_eq!(tag(&mut nurse, &event, &[]).await.status, 303);
    let refused = tag(&mut nurse, &event, &[("category", "ur"), ("age", "999"), ("note", "veste rouge")]).await;
    assert!(refused.status == 422 && refused.text().contains("veste rouge") && refused.text().contains("value=\"ur\" selected"), "{}", refused.text());
    assert_eq!(tag(&mut nurse, &event, &[("category", "ur"), ("sex", "female"), ("age", "30"), ("note", "veste rouge")]).await.status, 303);
    // The same form once more is the same victim.
    let page = nurse.get(&event).await;
    let fields = [("_author", page.hidden("_author")), ("_id", page.hidden("_id")), ("category", "ua".to_owned()), ("sex", "male".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for _ in 0..2 {
        assert_eq!(nurse.post(&event, &fields).await.status, 303);
    }
    let found = client.get("Encounter?class=EMER").await;
    assert_eq!(found.text().matches(r#""resourceType":"Encounter""#).count(), 3, "{}", found.text());
    let page = nurse.get(&event).await;
    let rows: Vec<&str> = page.text().split("<tr id=\"victim-").skip(1).collect();
    assert!(rows.len() == 3 && rows[0].contains("à trier") && rows[1].contains("UA") && rows[2].contains("veste rouge"), "the unsorted first: {}", page.text());
    assert!(rows[2].contains("Femme") && rows[2].contains("30 ans") && rows[2].contains("à identifier"), "{}", rows[2]);
    assert!(page.text().contains("Votre dernière étiquette") && page.text().contains("data-print"), "{}", page.text());
    // The tag is the event's letter and the hospital's own number.
    let number = client.get("Patient?gender=female&family=X").await.at("entry.0.resource.identifier.0.value").expect("a number");
    assert!(rows[2].contains(&format!("A-{number}")), "{}", rows[2]);
    // On the board the most urgent stand first, late or not; the visit was sorted at the door.
    let board = nurse.get("/emergency").await;
    let first = board.text().split("<tr id=\"visit-").nth(1).expect("a line");
    assert!(first.contains("UA") && first.contains("le médecin"), "{}", board.text());
    // Sorted again, and taken somewhere: who and when is kept, and the bed manager says where as well.
    site.pass(5 * MINUTE);
    let mut nurse = site.screen("triage-nurse").await;
    let nothing = note(&mut nurse, &event, "veste rouge", &[]).await;
    assert!(nothing.contains("RH-EMERGENCY-VICTIM") && nurse.get(&nothing).await.text().contains("Cochez une victime"));
    assert_eq!(note(&mut nurse, &event, "veste rouge", &[("category", "ua")]).await, event);
    let mut bed = site.screen("bed-manager").await;
    assert_eq!(note(&mut bed, &event, "veste rouge", &[("went", "theatre"), ("category", "ur")]).await, event, "a bed manager sorts nobody");
    let page = nurse.get(&event).await;
    let row = page.text().split("<tr id=\"victim-").find(|row| row.contains("veste rouge")).expect("a row");
    assert!(row.contains("UA") && row.contains("Bloc opératoire"), "{row}");
    let text = client.get("Encounter?class=EMER").await.text().to_owned();
    assert!(text.contains(r#""valueCode":"category""#) && text.contains("Personne bed-manager"), "{text}");
    // Two at one victim: the second is told.
    let stale = chosen(page.text(), "veste rouge");
    note(&mut nurse, &event, "veste rouge", &[("went", "ward")]).await;
    let author = page.hidden("_author");
    let lost = nurse.post(&format!("{event}/note"), &[("_author", author.as_str()), ("who", &stale), ("went", "home")]).await;
    assert!(lost.header("location").is_some_and(|to| to.contains("RH-STAY-STATE")));
    // Somebody else's visit is none of this event.
    let mut other = site.screen("triage-nurse").await;
    let form = other.get("/emergency/arrive").await;
    let (author, id) = (form.hidden("_author"), form.hidden("_id"));
    other.post("/emergency/arrive", &[("_author", &author), ("_id", &id), ("mode", "own"), ("reason", "fever"), ("note", "assis")]).await;
    let stranger = client.get("Encounter?class=EMER&_sort=-_lastUpdated").await.at("entry.0.resource.id").expect("a visit");
    let sent = other.post(&format!("{event}/note"), &[("_author", &author), ("who", &format!("{stranger} 1")), ("went", "ward")]).await;
    assert_eq!(sent.status, 404);
    site.stop().await;
}

/// EMG-17, EMG-18
#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_dead_is_counted_and_admitted_nowhere() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut physician = site.screen("physician").await;
    assert_eq!(declare(&mut physician, "Car", "SAMU").await.status, 303);
    let event = event(&mut client).await;
    // A nurse is not offered it, and it is refused by hand as well.
    let mut nurse = site.screen("triage-nurse").await;
    assert!(!nurse.get(&event).await.text().contains("value=\"dead\""));
    let refused = tag(&mut nurse, &event, &[("category", "dead")]).await;
    assert!(refused.status == 422 && refused.text().contains("un médecin constate"), "{}", refused.text());
    assert_eq!(tag(&mut physician, &event, &[("category", "dead"), ("sex", "male")]).await.status, 303);
    let found = client.get("Encounter?class=EMER").await;
    let text = found.text();
    assert!(text.contains(r#""status":"finished""#) && text.contains(r#""code":"exp""#) && !text.contains("\"location\":["), "{text}");
    assert!(client.get("Patient?family=X").await.text().contains("deceasedDateTime"));
    assert!(physician.get("/emergency").await.text().contains("Personne n’attend"));
    let page = physician.get(&event).await;
    let row = page.text().split("<tr id=\"victim-").nth(1).expect("a row");
    assert!(row.contains("DCD") && row.contains("constat de décès") && !row.contains("name=\"who\""), "{row}");
    // Nobody waited: no figure of waits has them.
    let mut manager = site.screen("manager").await;
    let figures = manager.get("/cockpit/csv").await;
    let line = figures.text().lines().find(|line| line.contains("\"e4\"") || line.contains(",e4,")).expect("a line").to_owned();
    assert_eq!(line.split(',').nth(11).map(|cell| cell.trim_matches('"')), Some("0"), "{line}");
    // One who lives, seen after six minutes and taken on after twenty: the report has it.
    tag(&mut nurse, &event, &[("category", "ua"), ("note", "pied")]).await;
    site.pass(6 * MINUTE);
    let mut physician = site.screen("physician").await;
    let visit = client.get("Encounter?class=EMER&status=triaged").await;
    let (id, version) = (visit.at("entry.0.resource.id").expect("a visit"), visit.at("entry.0.resource.meta.versionId").expect("a version"));
    let author = physician.get(&event).await.hidden("_author");
    assert_eq!(physician.post(&format!("/emergency/{id}/charge"), &[("_author", &author), ("version", &version)]).await.status, 303);
    site.pass(14 * MINUTE);
    let mut physician = site.screen("physician").await;
    note(&mut physician, &event, "pied", &[("went", "intensive-care")]).await;
    let report = physician.get(&event).await;
    let sums = report.text().split("mass-sums").nth(1).and_then(|rest| rest.split("</table>").next()).expect("sums");
    let row = sums.split("<tr>").find(|row| row.contains("UA")).expect("a row");
    for figure in ["<td>0 min</td>", "<td>6 min</td>", "<td>20 min</td>"] {
        assert!(row.contains(figure), "{figure}: {row}");
    }
    assert!(sums.split("<tfoot>").nth(1).is_some_and(|all| all.contains("<td>2</td><td>0</td>")), "{sums}");
    site.stop().await;
}
