//! What a label is: areas in hundredths of a millimetre, read upright from its upper left corner.

use crate::fault::Fault;
use crate::gs1::Element;

/// Millimetres as the hundredths that areas are given in.
pub const fn mm(whole: u32) -> u32 {
    whole * 100
}

/// A rectangle, in hundredths of a millimetre from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

/// One thing on a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// One line of text in its area: as high as the area where it fits, else smaller. It begins on the side from which its
    /// script is read.
    Text { area: Area, text: String },
    /// A GS1 DataMatrix in a square, with its quiet zone.
    Code { x: u32, y: u32, side: u32, data: Element },
    /// A filled bar.
    Line(Area),
}

/// A label or the printed part of a wristband.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub width: u32,
    pub height: u32,
    pub blocks: Vec<Block>,
}

/// How a label lies on what the printer has loaded, in hundredths of a millimetre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Media {
    /// From one label's beginning to the next, in the way in which the paper moves.
    pub length: u32,
    /// From the label's beginning to the printed part, the same way.
    pub from: u32,
    /// The label is read along the paper's way: a wristband.
    pub turned: bool,
}

impl Label {
    /// Whether everything lies on the label.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let within = |area: &Area| {
            area.x.checked_add(area.width).is_some_and(|end| end <= self.width) && area.y.checked_add(area.height).is_some_and(|end| end <= self.height)
        };
        let lies = |block: &Block| match block {
            Block::Text { area, .. } | Block::Line(area) => within(area),
            Block::Code { x, y, side, .. } => within(&Area { x: *x, y: *y, width: *side, height: *side }),
        };
        // Half a metre: larger paper is not loaded, and no bitmap gets out of hand.
        let sane = self.width <= mm(500) && self.height <= mm(500);
        if sane && self.blocks.iter().all(lies) { Ok(()) } else { Err(Fault::Outside) }
    }
}
