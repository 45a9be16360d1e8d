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

async fn note(screen: &mut Screen, event: &str, what: &str, fields: &[(&str, &str)]) -> Reply {
    let page = screen.get(event).await;
    let who = chosen(page.text(), what);
    let author = page.hidden("_author");
    let mut all = vec![("_author", author.as_str()), ("who", who.as_str())];
    all.extend(fields);
    screen.post(&format!("{event}/note"), &all).await
}

/// Two who post at the same instant.
async fn at_once(one: (&mut Screen, &str, &[(&str, &str)]), two: (&mut Screen, &str, &[(&str, &str)])) -> [Reply; 2] {
    let (one, two) = tokio::join!(one.0.post(one.1, one.2), two.0.post(two.1, two.2));
    [one, two]
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
        assert!(
            page.text().contains("mass-notice") && page.text().contains("Car, route de Fès") && page.text().contains("début : "),
            "{path}: {}",
            page.text()
        );
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
    assert!(nothing.status == 422 && nothing.text().contains("Cochez une victime") && nothing.text().contains(" checked"), "{}", nothing.text());
    assert_eq!(note(&mut nurse, &event, "veste rouge", &[("category", "ua")]).await.header("location"), Some(event.as_str()));
    let mut bed = site.screen("bed-manager").await;
    let sent = note(&mut bed, &event, "veste rouge", &[("went", "theatre"), ("category", "ur")]).await;
    assert_eq!(sent.header("location"), Some(event.as_str()), "a bed manager sorts nobody");
    let page = nurse.get(&event).await;
    let row = page.text().split("<tr id=\"victim-").find(|row| row.contains("veste rouge")).expect("a row");
    assert!(row.contains("UA") && row.contains("Bloc opératoire"), "{row}");
    let text = client.get("Encounter?class=EMER").await.text().to_owned();
    assert!(text.contains(r#""valueCode":"category""#) && text.contains("Personne bed-manager"), "{text}");
    // Two at one victim: the second is told of whom, and what they chose is still chosen.
    let stale = chosen(page.text(), "veste rouge");
    note(&mut nurse, &event, "veste rouge", &[("went", "ward")]).await;
    let author = page.hidden("_author");
    let lost = nurse.post(&format!("{event}/note"), &[("_author", author.as_str()), ("who", &stale), ("went", "home")]).await;
    let said = lost.text().split("role=\"alert\"").nth(1).and_then(|rest| rest.split("</ul>").next()).expect("a refusal");
    assert!(lost.status == 422 && said.contains(&format!("A-{number}")) && said.contains("RH-STAY-STATE") && said.contains("gardé"), "{said}");
    let row = lost.text().split("<tr id=\"victim-").find(|row| row.contains("veste rouge")).expect("a row");
    assert!(lost.text().contains("value=\"home\" selected") && row.contains(" checked") && row.contains("Service d’hospitalisation"), "{row}");
    // The list stands still until that is settled: the next one would come without the choice.
    assert!(!lost.text().contains("part=emergency-list") && lost.text().contains("part=emergency-event"), "{}", lost.text());
    let again = chosen(lost.text(), "veste rouge");
    assert_eq!(nurse.post(&format!("{event}/note"), &[("_author", author.as_str()), ("who", &again), ("went", "home")]).await.status, 303);
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
    // One key too far states no death: the physician confirms it, and what they typed stays.
    let asked = tag(&mut physician, &event, &[("category", "dead"), ("sex", "male"), ("note", "sans pouls")]).await;
    assert!(asked.status == 422 && asked.text().contains("cochez la case") && asked.text().contains("name=\"sure\""), "{}", asked.text());
    assert!(asked.text().contains("value=\"dead\" selected") && asked.text().contains("sans pouls"), "{}", asked.text());
    assert!(!client.get("Encounter?class=EMER").await.text().contains(r#""resourceType":"Encounter""#));
    assert_eq!(tag(&mut physician, &event, &[("category", "dead"), ("sex", "male"), ("sure", "yes")]).await.status, 303);
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
    // Nobody is in no column: here, taken to one of five places, or neither.
    for row in sums.split("<th scope=\"row\">").skip(1) {
        let cells: Vec<usize> = row.split("<td>").skip(1).take(8).map(|cell| cell.split('<').next().unwrap_or_default().parse().expect("a count")).collect();
        assert_eq!(cells[0], cells[1..].iter().sum::<usize>(), "{row}");
    }
    site.stop().await;
}

/// EMG-15
#[tokio::test(flavor = "multi_thread")]
async fn that_it_is_over_is_said_on_every_open_page_and_the_list_stays_that_of_its_event() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut head = site.screen("head-nurse").await;
    let mut idle = site.screen("bed-manager").await;
    let page = idle.get(MASS).await;
    let mut none = idle.listen(&page).await;
    assert_eq!(declare(&mut head, "Car", "SAMU").await.status, 303);
    // Who looked at the page on which nothing went on is told that something does.
    assert!(none.next().await.is_some_and(|event| event.data.contains("#emergency-event") && event.data.contains("Car")));
    let event = event(&mut client).await;
    let mut nurse = site.screen("triage-nurse").await;
    assert_eq!(tag(&mut nurse, &event, &[("category", "ua"), ("note", "veste rouge")]).await.status, 303);
    let page = nurse.get(&event).await;
    let mut live = nurse.listen(&page).await;
    // Who writes arrivals down and does not see the board is told as well.
    let mut clerk = site.screen("registration-clerk").await;
    let page = clerk.get("/emergency/arrive").await;
    assert!(page.text().contains("mass-notice"), "{}", page.text());
    let mut door = clerk.listen(&page).await;
    let author = head.get(&event).await.hidden("_author");
    assert_eq!(head.post(&format!("{event}/end"), &[("_author", author.as_str()), ("why", "Dernier blessé")]).await.status, 303);
    let said = live.next().await.expect("an event").data;
    assert!(said.contains("#emergency-event") && said.contains("Plan blanc levé") && said.contains("Dernier blessé") && said.contains(&event), "{said}");
    assert!(door.next().await.is_some_and(|event| event.data.contains("#emergency-notice") && !event.data.contains("Car")));
    // Another begins: the list on the open page is still that of the first, and it says where the other is.
    assert_eq!(declare(&mut head, "Incendie", "SAMU").await.status, 303);
    let said = live.next().await.expect("an event").data;
    assert!(said.contains("Incendie") && said.contains("Plan blanc levé"), "{said}");
    assert!(nurse.get(&event).await.text().contains("<bdi>B</bdi> · <bdi>Incendie</bdi>"));
    assert_eq!(note(&mut head, &event, "veste rouge", &[("went", "ward")]).await.status, 303);
    let list = live.next().await.expect("an event").data;
    assert!(list.contains("#emergency-list") && list.contains("veste rouge") && list.contains("Service d’hospitalisation"), "{list}");
    site.stop().await;
}

/// EMG-15, EMG-16
#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_when_somebody_else_was_faster_is_kept() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let (mut head, mut physician) = (site.screen("head-nurse").await, site.screen("physician").await);
    let (ours, theirs) = (head.get(MASS).await, physician.get(MASS).await);
    let [(author, id), (other, second)] = [&ours, &theirs].map(|page| (page.hidden("_author"), page.hidden("_id")));
    assert_eq!(head.post(MASS, &[("_author", &author), ("_id", "x"), ("name", "Car"), ("why", "SAMU")]).await.status, 422, "no id of the form's");
    // Two declare at the same instant: one event, and the other is shown it with what they typed.
    let one = [("_author", author.as_str()), ("_id", &id), ("name", "Car à Fès"), ("why", "SAMU")];
    let two = [("_author", other.as_str()), ("_id", &second), ("name", "Autocar de Fès"), ("why", "Wali")];
    let sent = at_once((&mut head, MASS, &one), (&mut physician, MASS, &two)).await;
    let mut both = [sent[0].status, sent[1].status];
    both.sort_unstable();
    assert_eq!(both, [303, 422]);
    let (told, typed) = if sent[0].status == 422 { (&sent[0], ["Car à Fès", "SAMU"]) } else { (&sent[1], ["Autocar de Fès", "Wali"]) };
    assert!(told.text().contains("déjà en cours") && typed.iter().all(|words| told.text().contains(words)), "{}", told.text());
    assert_eq!(client.get("Group?code=urn:rihla:mass-casualty|event").await.text().matches(r#""resourceType":"Group""#).count(), 1);
    // Two end it at the same instant: it is over, and nobody is shown an error.
    let event = event(&mut client).await;
    let mut nurse = site.screen("triage-nurse").await;
    let form = nurse.get(&event).await;
    let end = format!("{event}/end");
    let (one, two) = ([("_author", author.as_str()), ("why", "Fini")], [("_author", other.as_str()), ("why", "Terminé")]);
    let sent = at_once((&mut head, &end, &one), (&mut physician, &end, &two)).await;
    assert_eq!(sent.each_ref().map(|reply| reply.status), [303, 303]);
    // A victim comes when it is over: what was typed goes on into an ordinary arrival.
    let fields = [("_author", form.hidden("_author")), ("_id", form.hidden("_id"))];
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend([("category", "ur"), ("sex", "female"), ("age", "30"), ("note", "veste <rouge>")]);
    let late = nurse.post(&event, &all).await;
    assert!(
        late.status == 422 && late.text().contains("arrivée ordinaire") && late.text().contains("Urgence relative · Femme · 30 · veste"),
        "{}",
        late.text()
    );
    let names = ["_author", "_id", "sex", "age", "note", "text"];
    let kept: Vec<(&str, String)> = names.map(|name| (name, late.hidden(name).replace("&#60;", "<").replace("&#62;", ">"))).into();
    let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let arrival = nurse.post("/emergency/arrive/find", &kept).await;
    assert!(
        arrival.status == 200 && arrival.text().contains("value=\"veste &#60;rouge&#62;\"") && arrival.text().contains("value=\"30\""),
        "{}",
        arrival.text()
    );
    assert!(arrival.text().contains("value=\"female\" selected"), "{}", arrival.text());
    site.stop().await;
}

/// EMG-15, EMG-18
#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_whose_the_categories_are_and_a_day_with_its_preposition() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut head = site.screen("head-nurse").await;
    assert_eq!(declare(&mut head, "Séisme", "Wali").await.status, 303);
    let event = event(&mut client).await;
    // Before anybody is sorted, and in the report.
    let page = head.get(&event).await;
    assert!(page.text().contains("« décédé » compris : l’établissement ne les a pas encore validées"), "{}", page.text());
    tag(&mut head, &event, &[("category", "ur")]).await;
    let page = head.get(&event).await;
    assert_eq!(page.text().matches("ne les a pas encore validées").count(), 1, "{}", page.text());
    site.pass(24 * 60 * MINUTE);
    let mut nurse = site.screen("triage-nurse").await;
    for (path, said) in [(event.as_str(), "déclenché (\u{2068}15 janv. 2026"), ("/emergency", "début : \u{2068}15 janv. 2026")] {
        let text = nurse.get(path).await.text().replace("\u{2068}", "").replace("\u{2069}", "");
        assert!(text.contains(&said.replace('\u{2068}', "")), "{said}: {text}");
    }
    site.stop().await;
}

/// EMG-6, EMG-16
#[tokio::test(flavor = "multi_thread")]
async fn a_victim_whose_triage_is_struck_has_their_category_again() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut physician = site.screen("physician").await;
    assert_eq!(declare(&mut physician, "Car", "SAMU").await.status, 303);
    let event = event(&mut client).await;
    tag(&mut physician, &event, &[("category", "ua"), ("age", "40")]).await;
    site.pass(MINUTE);
    let mut nurse = site.screen("triage-nurse").await;
    let found = client.get("Encounter?class=EMER").await;
    let (visit, patient) = (found.at("entry.0.resource.id").expect("a visit"), found.at("entry.0.resource.subject.reference").expect("a patient"));
    let patient = patient.trim_start_matches("Patient/");
    let path = format!("/emergency/{visit}/triage");
    let form = nurse.get(&path).await;
    assert!(form.text().contains("l’établissement ne l’a pas encore validée"), "the scale is nobody's yet: {}", form.text());
    let hidden: Vec<(&str, String)> = ["_author", "_id", "_version", "_began"].map(|name| (name, form.hidden(name))).into();
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend([("_patient", patient), ("level", "french 4")]);
    assert_eq!(nurse.post(&path, &all).await.status, 303);
    assert_eq!(client.get(&format!("Encounter/{visit}")).await.at("priority.coding.0.code").as_deref(), Some("4"));
    let (strike, author) = (format!("{path}/{}/strike", form.hidden("_id")), form.hidden("_author"));
    let struck = nurse.post(&strike, &[("_author", author.as_str()), ("_patient", patient), ("version", "1"), ("reason", "autre victime")]).await;
    assert_eq!(struck.status, 303, "{}", struck.text());
    assert_eq!(client.get(&format!("Encounter/{visit}")).await.at("priority.coding.0.code").as_deref(), Some("ua"));
    assert!(nurse.get("/emergency").await.text().contains("<bdi>UA</bdi>"));
    site.stop().await;
}

/// EMG-24
#[tokio::test(flavor = "multi_thread")]
async fn a_victim_whom_the_hospital_knows_is_tagged_on_their_own_record() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    for (id, family, number, more) in
        [("amal", "Alami", r#","value":"00000017""#, ""), ("badr", "Bennis", "", ""), ("mort", "Defunt", "", r#","deceasedBoolean":true"#)]
    {
        let json = format!(
            r#"{{"resourceType":"Patient","id":"{id}","gender":"female","birthDate":"1984-05-02","identifier":[{{"system":"urn:rihla:ma:ipp:bsk"{number}}}],"name":[{{"family":"{family}","given":["Amal"]}}]{more}}}"#
        );
        assert_eq!(client.put(&format!("Patient/{id}"), &json).await.status, 201);
    }
    let mut physician = site.screen("physician").await;
    assert_eq!(declare(&mut physician, "Car", "SAMU").await.status, 303);
    let event = event(&mut client).await;
    let mut nurse = site.screen("triage-nurse").await;
    // Looked for, with and without a program in the page; what else was typed stays.
    let find = format!("{event}/find");
    assert!(nurse.part(&find, &[("q", "alami")]).await.text().contains("value=\"amal\""));
    let page = nurse.post(&find, &[("q", "alami"), ("note", "veste rouge")]).await;
    assert!(page.status == 200 && page.text().contains("value=\"amal\"") && page.text().contains("veste rouge"), "{}", page.text());
    // Refused with what to do: no number for a tag, dead already, and a death of somebody known, by whoever may state one.
    for (fields, said) in [
        (vec![("q", "alami"), ("note", "casque")], "Choisissez une des personnes"),
        (vec![("patient", "badr"), ("note", "casque")], "pas de numéro"),
        (vec![("patient", "mort"), ("note", "casque")], "sur sa page"),
        (vec![("patient", "amal"), ("category", "dead"), ("note", "casque")], "sur sa page"),
    ] {
        let refused = tag(&mut physician, &event, &fields).await;
        assert!(refused.status == 422 && refused.text().contains(said) && refused.text().contains("casque"), "{said}: {}", refused.text());
    }
    assert!(!client.get("Encounter?class=EMER").await.text().contains(r#""resourceType":"Encounter""#));
    // Tagged, once however often it is sent; the tag bears her own number, and the list her name.
    for _ in 0..2 {
        let sent = tag(&mut nurse, &event, &[("patient", "amal"), ("category", "ua"), ("sex", "male"), ("note", "veste rouge")]).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
    }
    let visits = client.get("Encounter?patient=amal&class=EMER").await;
    assert_eq!(visits.text().matches(r#""resourceType":"Encounter""#).count(), 1);
    let page = nurse.get(&event).await;
    let row = page.text().split("<tr id=\"victim-").nth(1).expect("a row");
    assert!(row.contains("A-00000017") && row.contains("ALAMI") && row.contains("Femme") && row.contains("UA"), "{row}");
    assert!(!client.get("Patient?family=X").await.text().contains(r#""resourceType":"Patient""#), "nobody unknown was written");
    // Who is in the department already came for something else.
    assert_eq!(
        client
            .put(
                "Patient/badr",
                r#"{"resourceType":"Patient","id":"badr","identifier":[{"system":"urn:rihla:ma:ipp:bsk","value":"00000018"}],"name":[{"family":"Bennis"}]}"#
            )
            .await
            .status,
        200
    );
    let form = nurse.get("/emergency/arrive").await;
    let (author, id) = (form.hidden("_author"), form.hidden("_id"));
    nurse.post("/emergency/arrive", &[("_author", &author), ("_id", &id), ("patient", "badr"), ("mode", "own"), ("reason", "fever")]).await;
    let here = tag(&mut nurse, &event, &[("patient", "badr")]).await;
    assert!(here.status == 422 && here.text().contains("déjà aux urgences"), "{}", here.text());
    site.stop().await;
}

/// EMG-18: what a great event asks of a page.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_victims_stand_on_one_page_that_is_no_burden() {
    const VICTIMS: usize = 200;
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut physician = site.screen("physician").await;
    assert_eq!(declare(&mut physician, "Séisme", "Wali").await.status, 303);
    let event = event(&mut client).await;
    let mut nurse = site.screen("triage-nurse").await;
    for at in 0..VICTIMS {
        let form = nurse.get("/emergency/arrive").await;
        let (author, id) = (form.hidden("_author"), form.hidden("_id"));
        let category = ["ua", "ur", "involved", ""][at % 4];
        let fields =
            [("_author", author.as_str()), ("_id", &id), ("category", category), ("sex", "male"), ("age", "40"), ("note", "veste rouge, jambe gauche")];
        assert_eq!(nurse.post(&event, &fields).await.status, 303);
    }
    let page = physician.get(&event).await;
    assert_eq!(page.text().matches("<tr id=\"victim-").count(), VICTIMS);
    assert!(page.text().contains("<td>200</td><td>200</td>") && page.text().len() < 150_000, "{}", page.text().len());
    site.stop().await;
}
