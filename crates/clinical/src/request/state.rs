//! How a request stands, and what may become of it. The table is that of `modules/requests/spec.md`.

/// How a request stands: of its own status and of its Task's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Written by somebody whose requests another signs.
    Draft,
    Asked,
    Accepted,
    Started,
    Held,
    Done,
    Refused,
    Cancelled,
    Failed,
    /// Entered in error.
    Struck,
}

/// What somebody does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Move {
    Sign,
    Accept,
    Start,
    Hold,
    Resume,
    Done,
    Refuse,
    Fail,
    Cancel,
    Strike,
}

/// Whose a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who asks.
    Orderer,
    /// Who does what is asked.
    Doer,
}

/// Phases with the status of the ServiceRequest (<https://hl7.org/fhir/R4/valueset-request-status.html>) and of its Task
/// (<https://hl7.org/fhir/R4/valueset-task-status.html>). A draft is nobody's task yet.
const STATUSES: [(Phase, &str, &str); 10] = [
    (Phase::Draft, "draft", ""),
    (Phase::Asked, "active", "requested"),
    (Phase::Accepted, "active", "accepted"),
    (Phase::Started, "active", "in-progress"),
    (Phase::Held, "on-hold", "on-hold"),
    (Phase::Done, "completed", "completed"),
    (Phase::Refused, "revoked", "rejected"),
    (Phase::Cancelled, "revoked", "cancelled"),
    (Phase::Failed, "revoked", "failed"),
    (Phase::Struck, "entered-in-error", "entered-in-error"),
];

const MOVES: [(Move, &str); 10] = [
    (Move::Sign, "sign"),
    (Move::Accept, "accept"),
    (Move::Start, "start"),
    (Move::Hold, "hold"),
    (Move::Resume, "resume"),
    (Move::Done, "done"),
    (Move::Refuse, "refuse"),
    (Move::Fail, "fail"),
    (Move::Cancel, "cancel"),
    (Move::Strike, "strike"),
];

impl Phase {
    pub const ALL: [Self; 10] =
        [Self::Draft, Self::Asked, Self::Accepted, Self::Started, Self::Held, Self::Done, Self::Refused, Self::Cancelled, Self::Failed, Self::Struck];
    /// Those that wait for somebody to do them, as statuses of Tasks for a search.
    pub const OPEN_TASKS: &str = "requested,accepted,in-progress,on-hold";

    /// None: the two do not go together.
    pub fn of(request: &str, task: Option<&str>) -> Option<Self> {
        let task = task.unwrap_or("");
        // What is stopped before anybody was asked has no task.
        let alone = |phase: Self| task.is_empty() && matches!(phase, Self::Cancelled | Self::Struck);
        // What another system asks for has none either; nobody was asked here.
        let foreign = |phase: Self| task.is_empty() && matches!(phase, Self::Asked | Self::Done);
        let fits = |(phase, own, done): &&(Self, &str, &str)| *own == request && (*done == task || alone(*phase) || foreign(*phase));
        STATUSES.iter().find(fits).map(|(phase, _, _)| *phase)
    }

    pub fn request(self) -> &'static str {
        STATUSES.iter().find(|(phase, _, _)| *phase == self).map_or("", |(_, status, _)| status)
    }

    /// Empty for a draft.
    pub fn task(self) -> &'static str {
        STATUSES.iter().find(|(phase, _, _)| *phase == self).map_or("", |(_, _, status)| status)
    }

    /// A word of it for keys of words.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            _ => self.task(),
        }
    }

    /// Whether somebody is still to do something.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Accepted | Self::Started | Self::Held)
    }

    /// The steps that lead from here to begun, and to done, where another system tells only the end of them.
    pub fn until(self, end: Self) -> Option<&'static [Move]> {
        const ALL: [Move; 3] = [Move::Accept, Move::Start, Move::Done];
        const HELD: [Move; 3] = [Move::Resume, Move::Start, Move::Done];
        let whole: &'static [Move] = match self {
            Self::Asked => &ALL,
            Self::Held => &HELD,
            Self::Accepted => ALL.get(1..)?,
            Self::Started => ALL.get(2..)?,
            _ => return None,
        };
        match end {
            Self::Done => Some(whole),
            Self::Started => whole.get(..whole.len().checked_sub(1)?),
            _ => None,
        }
    }

    /// What a step makes of it; none: the step does not follow.
    pub fn after(self, step: Move) -> Option<Self> {
        Some(match (self, step) {
            (Self::Draft, Move::Sign) => Self::Asked,
            (Self::Asked, Move::Accept) | (Self::Held, Move::Resume) => Self::Accepted,
            (Self::Accepted, Move::Start) => Self::Started,
            (Self::Accepted | Self::Started, Move::Hold) => Self::Held,
            (Self::Started, Move::Done) => Self::Done,
            (Self::Asked | Self::Accepted, Move::Refuse) => Self::Refused,
            (Self::Started, Move::Fail) => Self::Failed,
            (Self::Draft | Self::Asked | Self::Accepted | Self::Started | Self::Held, Move::Cancel) => Self::Cancelled,
            (Self::Draft | Self::Asked | Self::Accepted | Self::Held, Move::Strike) => Self::Struck,
            _ => return None,
        })
    }
}

impl Move {
    pub fn of(code: &str) -> Option<Self> {
        MOVES.iter().find(|(_, known)| *known == code).map(|(step, _)| *step)
    }

    pub fn code(self) -> &'static str {
        MOVES.iter().find(|(step, _)| *step == self).map_or("", |(_, code)| code)
    }

    pub fn all() -> impl Iterator<Item = Self> {
        MOVES.iter().map(|(step, _)| *step)
    }

    pub fn side(self) -> Side {
        match self {
            Self::Sign | Self::Cancel | Self::Strike => Side::Orderer,
            _ => Side::Doer,
        }
    }

    /// Whoever stops something says why.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Hold | Self::Refuse | Self::Fail | Self::Cancel | Self::Strike)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn statuses_say_the_phase_and_what_contradicts_itself_is_none() {
        for phase in Phase::ALL {
            let task = Some(phase.task()).filter(|task| !task.is_empty());
            assert_eq!(Phase::of(phase.request(), task), Some(phase));
        }
        assert_eq!(Phase::of("revoked", None), Some(Phase::Cancelled), "a draft that nobody signed");
        assert_eq!(Phase::of("active", None), Some(Phase::Asked), "of another system");
        for (request, task) in [("completed", "requested"), ("active", "completed"), ("draft", "accepted"), ("revoked", "in-progress")] {
            assert_eq!(Phase::of(request, Some(task)), None);
        }
    }

    #[test]
    fn nothing_follows_what_is_over() {
        for phase in [Phase::Done, Phase::Refused, Phase::Cancelled, Phase::Failed, Phase::Struck] {
            assert!(Move::all().all(|step| phase.after(step).is_none()) && !phase.is_open());
        }
        assert!(Move::all().all(|step| Move::of(step.code()) == Some(step)));
    }

    #[test]
    fn what_is_told_at_its_end_goes_through_every_step() {
        for phase in Phase::ALL {
            for end in [Phase::Started, Phase::Done] {
                let Some(steps) = phase.until(end) else {
                    assert!(!phase.is_open(), "{phase:?}");
                    continue;
                };
                assert_eq!(steps.iter().try_fold(phase, |at, step| at.after(*step)), Some(end), "{phase:?}");
            }
        }
    }

    proptest! {
        /// REQ-2
        #[test]
        fn nothing_is_done_that_was_not_begun_and_nothing_begun_that_nobody_accepted(steps in prop::collection::vec(0usize..10, 0..30)) {
            let all: Vec<Move> = Move::all().collect();
            let (mut phase, mut gone) = (Phase::Draft, Vec::new());
            for at in steps {
                if let Some(next) = phase.after(all[at]) {
                    gone.push(all[at]);
                    phase = next;
                }
            }
            let place = |step: Move| gone.iter().position(|one| *one == step);
            for (after, before) in [(Move::Accept, Move::Sign), (Move::Start, Move::Accept), (Move::Done, Move::Start), (Move::Fail, Move::Start), (Move::Resume, Move::Hold)] {
                prop_assert!(place(after).is_none_or(|late| place(before).is_some_and(|early| early < late)));
            }
            prop_assert!(gone.iter().filter(|step| **step == Move::Done).count() <= 1);
            prop_assert_eq!(phase.is_open(), Phase::OPEN_TASKS.split(',').any(|status| status == phase.task()));
        }
    }
}
