//! Whatever comes is read or refused, never a crash; what is written is read as it was meant.

use proptest::prelude::*;
use rihla_hl7v2::mllp::{Deframer, Event, frame};
use rihla_hl7v2::time::Stamp;
use rihla_hl7v2::{Charset, Draft, DraftSegment, Limits, Marks, Message, ack, batch, charset};

const SAMPLES: [&str; 3] = [
    "MSH|^~\\&|ADT|HOSP|RIHLA|H|20240102030405+0100||ADT^A01^ADT_A01|1|P|2.5|||AL|NE||UNICODE UTF-8\rEVN||20240102\rPID|1||12^^^H&1.2&ISO^PI~3^^^M^NN||Alaoui^Salma^^^^^D~علوي^سلمى||19540203|F\rPV1|1|I|A^1^2\rZBE|7^H|20240102||INSERT|N",
    "MSH|^~\\&#|LAB||||2024||ORU^R01|2|P|2.8||||||8859/1\nOBX|1|TX|1^a&b||line\\.br\\two\\T\\three\\X0A0B\\\nNTE|||\"\"\n",
    "FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|a\rMSH|^~\\&|b\rBTS|2\rFTS|1\r",
];

fn marks() -> impl Strategy<Value = Marks> {
    Just(b"|^~\\&#!$%*+-/:;<=>?@_".to_vec()).prop_shuffle().prop_flat_map(|all| {
        any::<bool>().prop_map(move |truncated| Marks {
            field: all[0],
            component: all[1],
            repetition: all[2],
            escape: all[3],
            subcomponent: all[4],
            truncation: if truncated { all[5] } else { 0 },
        })
    })
}

type Entry = (usize, usize, usize, usize, String);

fn drafts() -> impl Strategy<Value = Draft> {
    let text = "[ -~éαسم\n\t]{1,12}".prop_filter("null means something else", |it| it != "\"\"");
    let entry = (1usize..30, 0usize..3, 1usize..5, 1usize..4, text);
    let segment = ("[A-Z][A-Z0-9]{2}", prop::collection::vec(entry, 0..8));
    (marks(), prop::collection::vec(segment, 0..6)).prop_map(|(marks, segments)| {
        let mut draft = Draft::new(marks);
        draft.add("MSH", |msh| _ = msh.set(3, "app").set(10, "7"));
        for (name, entries) in segments {
            draft.push(segment_of(&name, entries));
        }
        draft
    })
}

fn segment_of(name: &str, entries: Vec<Entry>) -> DraftSegment {
    // MSH, FHS and BHS count their fields otherwise and stand at the beginning alone.
    let mut segment = DraftSegment::new(if matches!(name, "MSH" | "FHS" | "BHS") { "ZZ1" } else { name });
    for (field, repetition, component, subcomponent, text) in entries {
        segment.put(field, repetition, component, subcomponent, &text);
    }
    segment
}

/// Asks for everything that can be asked of a text.
fn exercise(bytes: &[u8]) {
    for usual in [Charset::Utf8, Charset::Latin1, Charset::Arabic] {
        let Ok((text, _)) = charset::decode(bytes, usual) else { continue };
        let _ = batch::messages(&text);
        let answer = ack::Answer { code: ack::AckCode::Reject, complaints: &[], time: "2024", control_id: "1", wants_accept: false };
        let _ = ack::refuse(&text, &answer).write();
        let Ok(message) = Message::parse(&text, &Limits::default()) else { continue };
        let _ = (ack::read(&message), message.get("PID-3[1].4.1"), message.header().event());
        for value in message.segments().flat_map(|it| (0..=it.field_count() + 1).map(move |number| it.field(number))) {
            let _ = (value.text(), value.repeats().count(), value.repeat(2).component(3).sub(2).text(), Stamp::parse(&value.text()));
        }
        let draft = Draft::from(&message);
        let written = draft.write();
        let again = Message::parse(&written, &Limits::default());
        assert_eq!(again.map(|it| Draft::from(&it)), Ok(draft), "{written}");
    }
}

proptest! {
    #[test]
    fn a_draft_is_read_as_it_was_meant(draft in drafts()) {
        let written = draft.write();
        let message = Message::parse(&written, &Limits::default()).expect("own writing");
        prop_assert_eq!(&Draft::from(&message), &draft);
        prop_assert_eq!(Draft::from(&message).write(), written);
    }

    #[test]
    fn no_bytes_crash_it(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        exercise(&bytes);
    }

    #[test]
    fn no_mutated_message_crashes_it(which in 0usize..3, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 0..12)) {
        let mut bytes = SAMPLES[which].as_bytes().to_vec();
        for (place, byte, how) in changes {
            let place = place.index(bytes.len().max(1));
            match how {
                0 if place < bytes.len() => bytes[place] = byte,
                1 if place < bytes.len() => _ = bytes.remove(place),
                _ => bytes.insert(place.min(bytes.len()), byte),
            }
        }
        exercise(&bytes);
    }

    #[test]
    fn frames_come_out_as_they_went_in(contents in prop::collection::vec(prop::collection::vec(0x20u8..0xFF, 0..40), 0..6), cut in 1usize..9) {
        let line: Vec<u8> = contents.iter().flat_map(|it| frame(it)).collect();
        let mut deframer = Deframer::new(40);
        let mut found = Vec::new();
        for chunk in line.chunks(cut) {
            let mut rest = chunk;
            while let Some(event) = deframer.next(&mut rest) {
                found.push(event);
            }
        }
        prop_assert_eq!(found, contents.into_iter().map(Event::Frame).collect::<Vec<_>>());
    }

    #[test]
    fn no_line_fills_memory(bytes in prop::collection::vec(prop_oneof![Just(0x0Bu8), Just(0x1C), Just(0x0D), any::<u8>()], 0..400)) {
        let mut deframer = Deframer::new(16);
        let mut rest = bytes.as_slice();
        while let Some(event) = deframer.next(&mut rest) {
            if let Event::Frame(content) = event {
                prop_assert!(content.len() <= 16);
            }
            prop_assert!(deframer.held() <= 16);
        }
        prop_assert!(deframer.held() <= 16);
    }
}

#[test]
fn limits_are_kept() {
    let long = format!("MSH|^~\\&|{}", "x".repeat(100));
    let refused = |text: &str, limits: &Limits| Message::parse(text, limits).map(|it| it.len()).expect_err("too large").code();
    assert_eq!(refused(&long, &Limits { bytes: 50, segments: 10 }), "RH-V2-TOO-LARGE");
    assert_eq!(refused("MSH|^~\\&|\rPID|\rPV1|", &Limits { bytes: 500, segments: 2 }), "RH-V2-TOO-LARGE");
}

#[test]
fn every_refusal_says_what_and_where() {
    let cases = [
        ("", "RH-V2-NO-HEADER", "100"),
        ("PID|1", "RH-V2-NO-HEADER", "100"),
        ("MSH", "RH-V2-DELIMITERS", "101"),
        ("MSH|||", "RH-V2-DELIMITERS", "101"),
        ("MSH|^^~\\&|", "RH-V2-DELIMITERS", "101"),
        ("MSHa^~\\&|", "RH-V2-DELIMITERS", "101"),
        ("MSH|^~\\&|a\rPI|1", "RH-V2-SEGMENT", "100"),
        ("MSH|^~\\&|a\rPIDX1", "RH-V2-SEGMENT", "100"),
        ("MSH|^~\\&|a\rOBX|1|TX|||first\nsecond line", "RH-V2-SEGMENT", "100"),
    ];
    for (text, code, condition) in cases {
        let error = Message::parse(text, &Limits::default()).expect_err(text);
        assert_eq!((error.code(), error.condition().0.row().0), (code, condition), "{text}");
    }
}
