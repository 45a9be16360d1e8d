//! Two patients in care of whoever acts, and forms as a browser sends them.

use rihla_testkit::{Client, Reply, Screen, TestSite};

/// What forms carry besides what is typed.
const HIDDEN: [&str; 8] = ["_form", "_patient", "_stay", "_author", "_id", "_ids", "_path", "version"];

pub async fn filled(site: &TestSite) -> Client {
    let mut client = site.client().await;
    for (id, family) in [("amal", "Alami"), ("samir", "Bennani")] {
        let json =
            format!(r#"{{"resourceType":"Patient","id":"{id}","gender":"female","birthDate":"1984-05-02","name":[{{"family":"{family}","given":["Amal"]}}]}}"#);
        assert_eq!(client.put(&format!("Patient/{id}"), &json).await.status, 201);
        client.take_into_care(id).await;
    }
    client
}

/// The hidden fields of a form, with what is typed into it.
pub fn typed<'f>(page: &'f Reply, fields: &[(&'f str, &'f str)]) -> Vec<(&'f str, String)> {
    let hidden = HIDDEN.iter().map(|name| (*name, page.hidden(name))).filter(|(_, value)| !value.is_empty());
    hidden.chain(fields.iter().map(|(name, value)| (*name, (*value).to_owned()))).collect()
}

pub async fn send(screen: &mut Screen, path: &str, fields: &[(&str, String)]) -> Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    screen.post(path, &fields).await
}
