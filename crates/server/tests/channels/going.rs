//! What goes.

use crate::sender::{File, Sender, adt, code, inbound, read, site};
use rihla_fhir_api::Lang;
use rihla_server::import_csv::{CsvOptions, into};
use rihla_server::node::{Node, Options};
use rihla_testkit::Folder;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

fn outbound(port: u16, more: &str) -> String {
    format!(
        "[[outbound]]\nname = \"lab\"\naddress = \"127.0.0.1:{port}\"\nevents = [\"A28\", \"A31\", \"A01\"]\nsending_application = \"RIHLA\"\n\
         authorities = {{ \"urn:example:hosp\" = {{ name = \"HOSP\", kind = \"PI\" }} }}\n{more}\n"
    )
}

fn patient(id: &str, number: &str, family: &str) -> String {
    format!(r#"{{"resourceType":"Patient","id":"{id}","identifier":[{{"system":"urn:example:hosp","value":"{number}"}}],"name":[{{"family":"{family}"}}]}}"#)
}

/// Takes the next message and answers that it is taken.
pub async fn take(stream: &mut TcpStream) -> String {
    let message = read(stream).await;
    let control_id = message.split('|').nth(9).expect("MSH-10").to_owned();
    let answer = format!("MSH|^~\\&|LAB|||RIHLA|20260115||ACK|1|T|2.5\rMSA|AA|{control_id}\r");
    stream.write_all(&[&[0x0B], answer.as_bytes(), &[0x1C, 0x0D]].concat()).await.expect("answered");
    message
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_write_is_told_in_order_and_what_came_by_a_channel_is_not() {
    let receiver = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = receiver.local_addr().expect("its port").port();
    let file = File::new(&format!("{}{}", outbound(port, "also_training = true"), inbound("keeps", "kept")));
    let site = site(&file).await;
    let keeps = site.console.all().iter().find(|channel| channel.name == "keeps").expect("inbound").clone();
    // The first place in the feed is kept before anything happens here.
    while site.node.store.mark("ex/feed/lab").expect("read").is_none() {
        tokio::task::yield_now().await;
    }
    let mut client = site.client().await;
    assert_eq!(client.put("Patient/one", &patient("one", "1", "Alaoui")).await.status, 201);
    let mut line = receiver.accept().await.expect("it calls").0;
    let told = take(&mut line).await;
    assert!(told.contains("|ADT^A28^ADT_A05|") && told.contains("|1^^^HOSP^PI|"), "{told}");
    assert_eq!(code(&Sender::call(&keeps.address).await.send(&adt("A28", "K1", "2", "Tazi^Omar")).await), "AA");
    crate::sender::until(&keeps, |counts| counts.waiting == 0).await;
    assert_eq!(client.put("Patient/one", &patient("one", "1", "Alaoui-Tazi")).await.status, 200);
    let told = take(&mut line).await;
    assert!(told.contains("|ADT^A31^ADT_A05|") && told.contains("Alaoui-Tazi"), "nothing of what came by a channel goes out: {told}");
    site.stop().await;
}

/// A list of the system before, read in while the server runs.
async fn read_in(node: &Node, kind: &str, list: &str, more: &str) {
    let folder = Folder::new();
    let path = |name: &str| folder.path().join(name);
    let map = format!("kind = \"{kind}\"\nseparator = \";\"\nencoding = \"UTF-8\"\n{more}");
    std::fs::write(path("map.toml"), map).expect("a map");
    std::fs::write(path("list.csv"), list).expect("a list");
    let (report, rejects) = (path("report.csv"), path("rejects.csv"));
    let options = CsvOptions { map: path("map.toml"), paths: vec![path("list.csv")], report, rejects, dry_run: false, lang: Lang::French };
    assert_eq!(into(node, &options).await.expect("read in").made, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_list_of_the_system_before_brings_is_told_nobody() {
    let receiver = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let file = File::new(&outbound(receiver.local_addr().expect("its port").port(), "also_training = true"));
    let site = site(&file).await;
    while site.node.store.mark("ex/feed/lab").expect("read").is_none() {
        tokio::task::yield_now().await;
    }
    // Numbers that the receiver is told of, and stays of which it hears the admission.
    let number = "{ column = \"N\", system = \"urn:example:hosp\" }";
    read_in(&site.node, "patients", "N;NOM\n1;Alaoui\n2;Tazi\n", &format!("family = \"NOM\"\nnumber = {number}\n")).await;
    let map = format!(
        "dates = [\"YYYY-MM-DD\"]\nbegin = \"D\"\nend = \"F\"\nclass = {{ value = \"IMP\" }}\nunit = \"U\"\npatient = {number}\nnumber = {{ column = \"S\", system = \"urn:example:stay\" }}\n"
    );
    let mut client = site.client().await;
    let ward = r#"{"resourceType":"Location","id":"card","name":"Card","physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"wa"}]}}"#;
    assert_eq!(client.put("Location/card", ward).await.status, 201);
    read_in(&site.node, "stays", "S;N;D;F;U\n1;1;2020-01-01;2020-01-02;card\n2;2;2026-01-01;;card\n", &map).await;
    assert_eq!(client.put("Patient/three", &patient("three", "3", "Berrada")).await.status, 201);
    let told = take(&mut receiver.accept().await.expect("it calls").0).await;
    assert!(told.contains("|ADT^A28^ADT_A05|") && told.contains("|3^^^HOSP^PI|"), "the first that goes out is what somebody wrote: {told}");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_out_of_a_store_of_made_up_patients_unless_the_file_says_so() {
    let receiver = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let file = File::new(&outbound(receiver.local_addr().expect("its port").port(), ""));
    let site = site(&file).await;
    assert_eq!(site.client().await.put("Patient/one", &patient("one", "1", "Alaoui")).await.status, 201);
    let page = site.screen("integrator").await.get("/exchange/out/lab").await;
    assert_eq!(page.status, 200, "it is shown all the same");
    // Whoever follows the feed keeps their place before they are told to stop.
    let place = site.stop().await;
    let options = Options { url: place.url(), pack: None, site: None, audit: true, keys: Default::default() };
    let node = Node::open(&options).expect("the store opens");
    assert_eq!(node.store.mark("ex/feed/lab").expect("read"), None, "nobody follows it for this channel");
    node.close().expect("closed");
}
