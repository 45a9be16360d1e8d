//! The DataMatrix of an element string: ECC 200 with FNC1 first, which makes it GS1's (ISO/IEC 16022, 5.2.4.6; GS1 General
//! Specifications, 5.6).

use crate::fault::Fault;
use crate::gs1::Element;
use datamatrix::{DataMatrix, EncodationType, SymbolList};

/// Light modules around the code (GS1 General Specifications, 5.6.2: one on each side).
pub(crate) const QUIET: u32 = 1;

/// A square of modules; those that are dark, as columns and rows.
pub(crate) struct Code {
    pub size: u32,
    pub dark: Vec<(u32, u32)>,
}

pub(crate) fn code(element: &Element) -> Result<Code, Fault> {
    let matrix = matrix(element)?;
    let bitmap = matrix.bitmap();
    let dark = bitmap.pixels().map(|(x, y)| (x as u32, y as u32)).collect();
    Ok(Code { size: bitmap.width() as u32, dark })
}

fn matrix(element: &Element) -> Result<DataMatrix, Fault> {
    let squares = SymbolList::default().enforce_square();
    // Plain ASCII encodation: what every printer's own encoder writes too, so both codes have one size.
    let builder = datamatrix::DataMatrixBuilder::new().with_encodation_types(EncodationType::Ascii).with_fnc1_start(true).with_symbol_list(squares);
    builder.encode(element.data().as_bytes()).map_err(|_| Fault::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNC1 in the codewords of a DataMatrix (ISO/IEC 16022, table 2).
    const FNC1: u8 = 232;

    #[test]
    fn lab_2_the_code_begins_with_fnc1_and_reads_back_from_its_modules() {
        for element in [Element::own("00000012").expect("one"), Element::gsrn("3761042", "5002123456").expect("one")] {
            let matrix = matrix(&element).expect("a code");
            assert_eq!(matrix.data_codewords().first(), Some(&FNC1));
            let code = code(&element).expect("a code");
            let pixels: Vec<bool> = (0..code.size * code.size).map(|at| code.dark.contains(&(at % code.size, at / code.size))).collect();
            let read = DataMatrix::decode(&pixels, code.size as usize).expect("it is read");
            let text = String::from_utf8_lossy(&read).into_owned();
            assert!(text.ends_with(&element.data()), "{text:?}");
        }
    }
}
