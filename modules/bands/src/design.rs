//! How a band and a label look: the code at the beginning, lines of text beside it.

use crate::wearer::Wearer;
use rihla_fhir::view::HumanName;
use rihla_labels::{Area, Block, Element, Label, Media, mm};
use rihla_packs::LabelKind;

const MARGIN: u32 = 150;
const LARGEST_CODE: u32 = mm(18);
/// The height of a part of a line, at most: a name has five of them.
const PART: u32 = 160;
/// From this width on, the two scripts stand beside each other.
const BROAD: u32 = mm(50);

/// The label of somebody on a kind of paper. `element`: what its code says.
pub fn label(wearer: &Wearer, kind: &LabelKind, element: Element) -> Label {
    let (width, height) = (mm(kind.width), mm(kind.height));
    let side = LARGEST_CODE.min(height.saturating_sub(2 * MARGIN)).min(width / 3);
    let mut blocks = vec![Block::Code { x: MARGIN, y: (height - side) / 2, side, data: element }];
    let x = 2 * MARGIN + side;
    let room = width.saturating_sub(x + MARGIN);
    let rows = rows(wearer, room >= BROAD);
    let parts: u32 = rows.iter().map(|(parts, _)| parts).sum();
    let part = PART.min(height.saturating_sub(2 * MARGIN) / parts.max(1));
    let mut y = (height - part * parts) / 2;
    for (parts, texts) in rows {
        let share = room / u32::try_from(texts.len()).unwrap_or(1).max(1);
        for (at, text) in (0..).zip(texts).filter(|(_, text)| !text.is_empty()) {
            // Between two that stand beside each other there is a gap.
            let gap = if share == room { 0 } else { MARGIN };
            blocks.push(Block::Text { area: Area { x: x + share * at, y, width: share - gap, height: part * parts }, text });
        }
        y += part * parts;
    }
    Label { width, height, blocks }
}

pub fn media(kind: &LabelKind) -> Media {
    Media { length: mm(kind.length), from: mm(kind.from), turned: kind.turned }
}

/// Lines with their height in parts, and the texts that stand beside each other: names first and largest.
fn rows(wearer: &Wearer, broad: bool) -> Vec<(u32, Vec<String>)> {
    let title =
        wearer.title.clone().map(|[latin, arabic]| [HumanName { family: latin, given: String::new() }, HumanName { family: arabic, given: String::new() }]);
    let [latin, arabic] = title.map_or_else(|| [wearer.latin.clone(), wearer.arabic.clone()], |both| both.map(Some));
    let mut rows: Vec<(u32, Vec<String>)> = match (latin, arabic) {
        (Some(latin), Some(arabic)) if broad => vec![(5, vec![latin.family.to_uppercase(), arabic.family]), (4, vec![latin.given, arabic.given])],
        (latin, arabic) => {
            let latin = latin.map(|name| vec![(5, vec![name.family.to_uppercase()]), (4, vec![name.given])]);
            // Arabic has no capitals: the family name stands first.
            let arabic = arabic.map(|HumanName { family, given }| (5, vec![format!("{family} {given}").trim().to_owned()]));
            latin.into_iter().flatten().chain(arabic).collect()
        }
    };
    let who = [wearer.sex.as_str(), wearer.birth.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    rows.extend([(3, vec![who]), (4, vec![wearer.number.clone()]), (3, vec![wearer.pair.clone()]), (3, vec![wearer.world.clone()])]);
    rows.retain(|(_, texts)| texts.iter().any(|text| !text.is_empty()));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_labels::{Dpi, svg, zpl};
    use rihla_packs::Pack;

    #[test]
    fn bnd_1_everything_lies_on_every_label_of_every_pack_whatever_stands_on_it() {
        let name = |family: &str, given: &str| Some(HumanName { family: family.to_owned(), given: given.to_owned() });
        let plain =
            Wearer { latin: name("El Alami", "Salma"), sex: "Femme".into(), birth: "17 mai 1984".into(), number: "00000012".into(), ..Wearer::default() };
        let full = Wearer {
            latin: name("El Alami El Idrissi Ben Abdeljalil", "Mohammed Taha Abderrahmane"),
            arabic: name("العلمي الإدريسي بن عبد الجليل", "محمد طه عبد الرحمن"),
            pair: "Mère-enfant 00000012/1".into(),
            world: "FORMATION".into(),
            ..plain.clone()
        };
        let arabic = Wearer { latin: None, arabic: name("العلمي", ""), ..plain.clone() };
        for pack in Pack::built_in_names().filter_map(Pack::built_in) {
            for kind in &pack.expect("a pack").labels.kinds {
                for wearer in [&plain, &full, &arabic] {
                    let label = label(wearer, kind, Element::own("00000012").expect("a number"));
                    assert!(svg(&label, "x").is_ok(), "{}", kind.code);
                    assert!([Dpi::D203, Dpi::D300].iter().all(|dpi| zpl(&label, &media(kind), *dpi, 1).is_ok()), "{}", kind.code);
                }
            }
        }
    }
}
