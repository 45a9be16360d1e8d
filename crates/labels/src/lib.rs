//! Labels and wristbands: described once in millimetres, written for label printers (ZPL II) and for screens (SVG).
//!
//! Pure: no files, no clock, no network. Rules and their sources are in `spec.md`.

mod code;
mod fault;
mod fit;
mod gs1;
mod label;
mod letters;
mod raster;
mod svg;
mod zpl;

pub use fault::Fault;
pub use gs1::Element;
pub use label::{Area, Block, Label, Media, mm};
pub use svg::svg;
pub use zpl::{Dpi, MOST_COPIES, zpl};
