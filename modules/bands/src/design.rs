//! How a band and a label look: the code at the beginning, lines of text beside it.

use crate::wearer::Wearer;
use rihla_fhir::view::HumanName;
use rihla_labels::{Area, Block, Element, Label, Media, mm};
use rihla_packs::LabelKind;

const MARGIN: u32 = 150;
const LARGEST_CODE: u32 = mm(18);
/// The height of a part of a line, at most: a name has five of them.
const PART: u32 = 110;

/// The label of somebody on a kind of paper. `element`: what its code says.
pub fn label(wearer: &Wearer, kind: &LabelKind, element: Element) -> Label {
    let (width, height) = (mm(kind.width), mm(kind.height));
    let side = LARGEST_CODE.min(height.saturating_sub(2 * MARGIN)).min(width / 3);
    let code = Block::Code { x: MARGIN, y: (height - side) / 2, side, data: element };
    let mut blocks = vec![code];
    let x = 2 * MARGIN + side;
    let rows = rows(wearer);
    let parts: u32 = rows.iter().map(|(parts, _)| parts).sum();
    let part = PART.min(height.saturating_sub(2 * MARGIN) / parts.max(1));
    let mut y = (height - part * parts) / 2;
    for (parts, text) in rows {
        let area = Area { x, y, width: width.saturating_sub(x + MARGIN), height: part * parts };
        blocks.push(Block::Text { area, text });
        y += part * parts;
    }
    Label { width, height, blocks }
}

pub fn media(kind: &LabelKind) -> Media {
    Media { length: mm(kind.length), from: mm(kind.from), turned: kind.turned }
}

/// Lines with their height in parts: names first and largest.
fn rows(wearer: &Wearer) -> Vec<(u32, String)> {
    let mut rows = Vec::new();
    if let Some([latin, arabic]) = &wearer.title {
        rows.extend([(5, latin.clone()), (5, arabic.clone())]);
    }
    if let Some(name) = &wearer.latin {
        rows.extend([(5, name.family.to_uppercase()), (4, name.given.clone())]);
    }
    if let Some(name) = &wearer.arabic {
        // Arabic has no capitals: the family name stands first.
        let HumanName { family, given } = name;
        rows.push((5, format!("{family} {given}").trim().to_owned()));
    }
    let who = [wearer.sex.as_str(), wearer.birth.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    rows.extend([(3, who), (4, wearer.number.clone()), (3, wearer.pair.clone()), (3, wearer.world.clone())]);
    rows.retain(|(_, text)| !text.is_empty());
    rows
}
