//! Trigger events.

/// What a trigger event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concerns {
    /// A stay: a visit number is needed.
    Stay,
    /// A patient alone.
    Person,
    /// Two patients: MRG, or a second PID.
    Two,
}

/// Trigger events that are understood, by what they ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Event {
    Admit,
    Transfer,
    Discharge,
    Register,
    PreAdmit,
    ToInpatient,
    ToOutpatient,
    UpdateStay,
    CancelAdmit,
    CancelTransfer,
    CancelDischarge,
    LeaveStart,
    LeaveEnd,
    Link,
    CreatePerson,
    UpdatePerson,
    Unlink,
    CancelPreAdmit,
    Merge,
    MoveAccount,
    ChangeNumber,
    CancelLeaveStart,
    CancelLeaveEnd,
    ChangeDoctor,
    CancelChangeDoctor,
    UpdateMovement,
}

/// Event, its code, the message structure that carries it (table 0354), what it is about.
const ROWS: [(Event, &str, &str, Concerns); 26] = [
    (Event::Admit, "A01", "ADT_A01", Concerns::Stay),
    (Event::Transfer, "A02", "ADT_A02", Concerns::Stay),
    (Event::Discharge, "A03", "ADT_A03", Concerns::Stay),
    (Event::Register, "A04", "ADT_A01", Concerns::Stay),
    (Event::PreAdmit, "A05", "ADT_A05", Concerns::Stay),
    (Event::ToInpatient, "A06", "ADT_A06", Concerns::Stay),
    (Event::ToOutpatient, "A07", "ADT_A06", Concerns::Stay),
    (Event::UpdateStay, "A08", "ADT_A01", Concerns::Stay),
    (Event::CancelAdmit, "A11", "ADT_A09", Concerns::Stay),
    (Event::CancelTransfer, "A12", "ADT_A12", Concerns::Stay),
    (Event::CancelDischarge, "A13", "ADT_A01", Concerns::Stay),
    (Event::LeaveStart, "A21", "ADT_A21", Concerns::Stay),
    (Event::LeaveEnd, "A22", "ADT_A21", Concerns::Stay),
    (Event::Link, "A24", "ADT_A24", Concerns::Two),
    (Event::CreatePerson, "A28", "ADT_A05", Concerns::Person),
    (Event::UpdatePerson, "A31", "ADT_A05", Concerns::Person),
    (Event::Unlink, "A37", "ADT_A37", Concerns::Two),
    (Event::CancelPreAdmit, "A38", "ADT_A38", Concerns::Stay),
    (Event::Merge, "A40", "ADT_A39", Concerns::Two),
    (Event::MoveAccount, "A44", "ADT_A43", Concerns::Two),
    (Event::ChangeNumber, "A47", "ADT_A30", Concerns::Two),
    (Event::CancelLeaveStart, "A52", "ADT_A52", Concerns::Stay),
    (Event::CancelLeaveEnd, "A53", "ADT_A52", Concerns::Stay),
    (Event::ChangeDoctor, "A54", "ADT_A54", Concerns::Stay),
    (Event::CancelChangeDoctor, "A55", "ADT_A52", Concerns::Stay),
    (Event::UpdateMovement, "Z99", "ADT_A01", Concerns::Stay),
];

impl Event {
    pub fn of_code(code: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    fn row(self) -> (&'static str, &'static str, Concerns) {
        ROWS.iter().find(|row| row.0 == self).map_or(("", "", Concerns::Person), |row| (row.1, row.2, row.3))
    }

    pub fn code(self) -> &'static str {
        self.row().0
    }

    pub fn structure(self) -> &'static str {
        self.row().1
    }

    pub fn concerns(self) -> Concerns {
        self.row().2
    }

    /// What a cancelling event takes back.
    pub fn cancels(self) -> Option<Self> {
        match self {
            Self::CancelAdmit => Some(Self::Admit),
            Self::CancelTransfer => Some(Self::Transfer),
            Self::CancelDischarge => Some(Self::Discharge),
            Self::CancelPreAdmit => Some(Self::PreAdmit),
            Self::CancelLeaveStart => Some(Self::LeaveStart),
            Self::CancelLeaveEnd => Some(Self::LeaveEnd),
            Self::CancelChangeDoctor => Some(Self::ChangeDoctor),
            _ => None,
        }
    }

    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_found_by_its_code() {
        for event in Event::all() {
            assert_eq!(Event::of_code(event.code()), Some(event));
            assert!(event.structure().starts_with("ADT_A"));
        }
        assert_eq!(Event::of_code("A99"), None);
    }
}
