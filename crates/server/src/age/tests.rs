use super::*;
use flate2::read::ZlibDecoder;
use rihla_kernel::SeededEntropy;
use ring::digest::{SHA256, digest};
use std::collections::HashMap;
use std::path::Path;

fn sealed(plain: &[u8], recipients: &[Recipient]) -> Vec<u8> {
    let mut out = seal(Vec::new(), recipients, &SeededEntropy::new(3)).expect("begins");
    out.write_all(plain).expect("takes all");
    out.finish().expect("ends")
}

fn opened(file: &[u8], identities: &[Identity]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    open(file, identities)?.read_to_end(&mut out).map(|_| out)
}

#[test]
fn a_file_opens_for_its_recipients_and_for_nobody_else() {
    let [one, two, other] = [1, 2, 3].map(|seed| Identity::new(&SeededEntropy::new(seed)).expect("made"));
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
        let plain: Vec<u8> = (0..length).map(|at| (at * 7 % 251) as u8).collect();
        let file = sealed(&plain, &[one.recipient(), two.recipient()]);
        for identity in [&one, &two] {
            let own = Identity::parse(&identity.to_text()).expect("reads");
            assert_eq!(opened(&file, &[own]).expect("opens"), plain, "{length}");
        }
        assert!(opened(&file, std::slice::from_ref(&other)).is_err());
        assert!(opened(&file[..file.len() - 1], std::slice::from_ref(&one)).is_err(), "cut: {length}");
    }
    assert_eq!(Recipient::parse(&one.recipient().to_text()), Some(one.recipient()));
    assert!(Recipient::parse(&one.to_text()).is_none() && Identity::parse(&one.recipient().to_text()).is_none());
}

/// <https://c2sp.org/CCTV/age>: head lines, an empty line, the file.
#[test]
fn the_vectors_of_the_test_kit_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/age/testkit");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("vectors") {
        let path = entry.expect("a vector").path();
        if path.extension().is_some() {
            continue;
        }
        let bytes = std::fs::read(&path).expect("reads");
        let end = bytes.windows(2).position(|two| two == b"\n\n").expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
        let told: HashMap<&str, &str> = head.lines().filter_map(|line| line.split_once(": ")).collect();
        let mut file = bytes[end + 2..].to_vec();
        if told.get("compressed") == Some(&"zlib") {
            file.clear();
            ZlibDecoder::new(&bytes[end + 2..]).read_to_end(&mut file).expect("expands");
        }
        let identities: Option<Vec<Identity>> = head.lines().filter_map(|line| line.strip_prefix("identity: ")).map(Identity::parse).collect();
        let Some(identities) = identities else {
            assert_ne!(told["expect"], "success", "{path:?}");
            continue;
        };
        let mut plain = Vec::new();
        let done = open(file.as_slice(), &identities).and_then(|mut opener| opener.read_to_end(&mut plain));
        assert_eq!(done.is_ok(), told["expect"] == "success", "{path:?}: {done:?}");
        if let (Some(payload), "success") = (told.get("payload"), told["expect"]) {
            let hex: String = digest(&SHA256, &plain).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex, **payload, "{path:?}");
        }
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}
