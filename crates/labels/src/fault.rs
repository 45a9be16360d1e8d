//! Why a label cannot be made.

use std::fmt;

/// What somebody at a desk has to know; [`Fault::code`] is what they read over the telephone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A letter of a script that is not among the fonts: nothing is printed rather than a name with holes.
    Letter(char),
    /// The number holds signs that a GS1 code cannot carry, or is too long for one.
    Number,
    /// The code would be printed so small that no reader reads it.
    TooSmall,
    /// Something lies outside of the label.
    Outside,
    /// More copies at once than a printer is sent.
    Copies,
    /// The fonts inside the program cannot be read: a defect.
    Font,
}

impl Fault {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Letter(_) => "RH-LABEL-LETTER",
            Self::Number => "RH-LABEL-NUMBER",
            Self::TooSmall => "RH-LABEL-SMALL",
            Self::Outside => "RH-LABEL-OUTSIDE",
            Self::Copies => "RH-LABEL-COPIES",
            Self::Font => "RH-LABEL-FONT",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Letter(letter) => write!(out, "The letter “{letter}” is not among the fonts for labels. Print from the browser instead."),
            Self::Number => out.write_str("The number cannot stand in a GS1 code: at most thirty of the letters, digits and signs that GS1 allows."),
            Self::TooSmall => out.write_str("The code would be too small to be read: give its label more room in the pack."),
            Self::Outside => out.write_str("Something would be printed outside of the label: the sizes in the pack do not fit each other."),
            Self::Copies => write!(out, "At most {} copies are printed at once.", crate::MOST_COPIES),
            Self::Font => out.write_str("The fonts for labels cannot be read. This is a defect of the program."),
        }
    }
}

impl std::error::Error for Fault {}
