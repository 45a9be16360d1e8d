//! Requests that another system fills. The ids are those of `modules/requests/spec.md`.

use crate::going::take;
use crate::movements::House;
use crate::requests::{SALMA, Told, lis, ordered};
use crate::sender::File;
use tokio::net::TcpListener;

/// REQ-19
#[tokio::test(flavor = "multi_thread")]
async fn req_19_what_another_system_fills_goes_to_it_once_it_is_signed_and_again_when_it_is_stopped() {
    let receiver = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = receiver.local_addr().expect("its port").port();
    let outbound = format!(
        "[[outbound]]\nname = \"labo\"\naddress = \"127.0.0.1:{port}\"\norders = [\"lab\", \"imaging\"]\nsending_application = \"RIHLA\"\nalso_training = true\n\
         authorities = {{ \"urn:example:hosp\" = {{ name = \"HOSP\", kind = \"PI\" }} }}\n"
    );
    let mut house = House::new(&File::new(&format!("{}{outbound}", lis()))).await;
    while house.site.node.store.mark("ex/feed/labo").expect("read").is_none() {
        tokio::task::yield_now().await;
    }
    house.site.client().await.take_into_care("salma").await;
    let mut physician = house.site.screen("physician").await;
    // What nobody outside does stays here: the first that goes is the second that is asked for.
    ordered(&house, &mut physician, "o-low-salt").await;
    let (path, _, number) = ordered(&house, &mut physician, "o-electrolytes").await;
    let mut line = receiver.accept().await.expect("it calls").0;
    let told = take(&mut line).await;
    let segment = |message: &str, name: &str| message.split('\r').find(|it| it.starts_with(name)).unwrap_or_default().to_owned();
    assert!(told.contains("|ORM^O01^ORM_O01|") && told.contains("|1001^^^HOSP^PI|"), "{told}");
    assert!(
        segment(&told, "ORC").starts_with(&format!("ORC|NW|{number}^RIHLA|||||^^^^^A||")) && segment(&told, "ORC").contains("Personne physician"),
        "{told}"
    );
    let obr = segment(&told, "OBR");
    assert!(
        obr.starts_with(&format!("OBR|1|{number}^RIHLA||24326-1^Ionogramme sanguin^LN^electrolytes^Ionogramme sanguin^L|A|")) && obr.ends_with("|^bilan"),
        "{told}"
    );
    // It answers by the number; what it answered is not told back. Then one that is stopped.
    let placer = format!("{number}^RIHLA");
    let result = Told { control_id: "B1", patient: SALMA, placer: &placer, filler: "L1^LABO", status: "F", potassium: "4.2", flag: "" };
    assert_eq!(house.tell(&result.text()).await, "done");
    assert!(physician.get(&path).await.text().contains("Faite"));
    let (path, _, number) = ordered(&house, &mut physician, "o-glucose").await;
    let told = take(&mut line).await;
    assert!(told.contains(&format!("ORC|NW|{number}^RIHLA")) && segment(&told, "NTE").contains("jeun"), "{told}");
    let page = physician.get(&path).await;
    let hidden: Vec<_> = ["_patient", "_author", "version"].into_iter().map(|name| (name, page.hidden(name))).collect();
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("reason", "plus utile"));
    assert_eq!(physician.post(&format!("{path}/cancel"), &fields).await.status, 303);
    let told = take(&mut line).await;
    assert!(told.contains(&format!("ORC|CA|{number}^RIHLA")) && segment(&told, "ORC").ends_with("|^plus utile"), "{told}");
    house.site.stop().await;
}
