use super::*;
use crate::label::mm;
use crate::svg;
use proptest::prelude::*;

const BAND: Media = Media { length: 27_940, from: mm(70), turned: true };
const STICKER: Media = Media { length: mm(30), from: 0, turned: false };

fn label(name: &str, arabic: &str) -> Label {
    let text = |y: u32, text: &str| Block::Text { area: Area { x: mm(18), y, width: mm(60), height: mm(5) }, text: text.to_owned() };
    let data = Element::own("A_00000012").expect("a number");
    let bar = Block::Line(Area { x: 0, y: mm(24), width: mm(80), height: 30 });
    Label { width: mm(80), height: mm(25), blocks: vec![text(mm(1), name), text(mm(7), arabic), Block::Code { x: mm(1), y: mm(1), side: mm(14), data }, bar] }
}

/// The fields of an order: where each begins, its kind and data.
fn fields(zpl: &str) -> Vec<(u32, u32, &str)> {
    let origin = |part: &str| part.split('^').next().and_then(|text| text.split_once(',')).and_then(|(x, y)| Some((x.parse().ok()?, y.trim().parse().ok()?)));
    zpl.split("^FO").skip(1).filter_map(|part| origin(part).map(|(x, y)| (x, y, part))).collect()
}

#[test]
fn lab_6_an_order_says_its_paper_its_letters_and_its_copies() {
    let order = zpl(&label("EL ALAMI Salma", "العلمي سلمى"), &STICKER, Dpi::D203, 3).expect("an order");
    assert!(order.starts_with("^XA^CI28^LH0,0^LS0^LT0^PW640^LL240\n") && order.ends_with("^PQ3,0,0,N^XZ\n"), "{order}");
    assert!(order.is_ascii() && order.contains("^FO144,8^A0N,40,40^FH\\^FDEL ALAMI Salma^FS"), "{order}");
    // One code for FNC1, the identifier, the number; the sign of the escape is doubled.
    assert!(order.contains("^BXN,7,200,,,,_^FH\\^FD\\5F190A\\5F\\5F00000012^FS"), "{order}");
    assert!(order.contains("^GB640,2,2^FS"), "{order}");
}

#[test]
fn lab_6_everything_lies_on_the_paper_at_both_resolutions_upright_and_turned() {
    for (dpi, dots) in [(Dpi::D203, 8), (Dpi::D300, 12)] {
        for media in [STICKER, BAND] {
            let order = zpl(&label("EL ALAMI", "العلمي"), &media, dpi, 1).expect("an order");
            let (across, along) = if media.turned { (25, 279) } else { (80, 30) };
            let all = fields(&order);
            assert_eq!(all.len(), 4, "{order}");
            assert!(all.iter().all(|(x, y, _)| *x < across * dots && *y < along * dots && (!media.turned || *y >= 70 * dots)), "{order}");
            assert!(order.contains(if media.turned { "^A0R," } else { "^A0N," }), "{order}");
        }
    }
}

#[test]
fn lab_4_arabic_goes_as_a_picture_of_joined_letters() {
    let picture = |text: &str, media: &Media| {
        let order = zpl(&label("X", text), media, Dpi::D203, 1).expect("an order");
        let part = order.split("^GFA,").nth(1).and_then(|part| part.split("^FS").next()).expect("a picture").to_owned();
        assert!(!order.contains("^GFA,0") && part.split(',').next().is_some_and(|count| count.parse::<usize>().is_ok()), "{order}");
        part.splitn(4, ',').nth(3).expect("its dots").to_owned()
    };
    let name = picture("محمد", &STICKER);
    assert!(name.bytes().filter(|byte| !matches!(byte, b'0' | b',')).count() > 40, "it is not empty: {name}");
    let apart = picture("م ح م د", &STICKER);
    assert_ne!(name, apart);
    assert_ne!(name, picture("محمد", &BAND), "a band is turned");
}

#[test]
fn lab_5_what_cannot_be_printed_is_refused_whole() {
    let fault = |label: &Label, media: &Media, copies: u16| zpl(label, media, Dpi::D203, copies).expect_err("it is refused");
    assert_eq!(fault(&label("X", "王"), &STICKER, 1), Fault::Letter('王'));
    assert_eq!(fault(&label("X", "Y"), &STICKER, 0), Fault::Copies);
    assert_eq!(fault(&label("X", "Y"), &STICKER, MOST_COPIES + 1), Fault::Copies);
    assert_eq!(fault(&label("X", "Y"), &Media { length: mm(20), ..STICKER }, 1), Fault::Outside);
    let mut small = label("X", "Y");
    small.blocks.push(Block::Code { x: 0, y: 0, side: mm(2), data: Element::own("12").expect("a number") });
    assert_eq!(fault(&small, &STICKER, 1), Fault::TooSmall);
    small.width = mm(10);
    assert_eq!(fault(&small, &STICKER, 1), Fault::Outside);
}

#[test]
fn lab_7_the_drawing_has_true_sizes_and_both_ways() {
    let drawing = svg(&label("EL <ALAMI>", "العلمي"), "Bracelet \"A\"").expect("a drawing");
    assert!(drawing.contains(r#"width="80mm" height="25mm" viewBox="0 0 80 25""#) && drawing.contains("&#60;ALAMI&#62;") && drawing.contains("&#34;A&#34;"));
    assert!(drawing.contains(r#"x="78" "#) && drawing.contains(r#"direction="rtl""#) && drawing.contains("العلمي"), "{drawing}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lab_6_no_name_ends_its_field(name in "[ -~\u{80}-\u{24f}\n\r\t\u{2018}-\u{2027}^~\\\\_,]{0,40}") {
        let plain = zpl(&label("X", "Y"), &STICKER, Dpi::D203, 1).expect("an order");
        let order = zpl(&label(&format!("X{name}"), "Y"), &STICKER, Dpi::D203, 1).expect("an order");
        let count = |text: &str, sign: char| text.chars().filter(|other| *other == sign).count();
        prop_assert_eq!(count(&order, '^'), count(&plain, '^'));
        prop_assert_eq!(count(&order, '~'), 0);
        prop_assert_eq!(order.lines().count(), plain.lines().count());
        prop_assert!(order.is_ascii());
    }

    #[test]
    fn lab_7_no_name_ends_its_element(name in "[ -~\u{80}-\u{24f}<>&\"']{0,40}") {
        let plain = svg(&label("X", "Y"), "t").expect("a drawing");
        let drawing = svg(&label(&format!("X{name}"), "Y"), "t").expect("a drawing");
        let count = |text: &str| text.chars().filter(|sign| matches!(sign, '<' | '>' | '"')).count();
        prop_assert_eq!(count(&drawing), count(&plain));
    }
}
