//! Keys of the words for states and reasons.

use rihla_exchange::queue::State;
use rihla_web::key;

pub fn state(state: State) -> &'static str {
    match state {
        State::Waiting => key!("exchange-console-state-waiting"),
        State::Done => key!("exchange-console-state-done"),
        State::Parked => key!("exchange-console-state-parked"),
        State::Dead => key!("exchange-console-state-dead"),
        State::Discarded => key!("exchange-console-state-discarded"),
    }
}

/// Why a message stands where it does, by the stable code of the exchange; nothing without a code.
pub fn reason(code: &str) -> Option<&'static str> {
    Some(match code {
        "" => return None,
        "RH-EX-TRAITS" => key!("exchange-console-why-traits"),
        "RH-EX-UNKNOWN" => key!("exchange-console-why-unknown"),
        "RH-EX-SEVERAL" => key!("exchange-console-why-several"),
        "RH-EX-NAMELESS" => key!("exchange-console-why-nameless"),
        "RH-EX-NUMBERLESS" => key!("exchange-console-why-numberless"),
        "RH-EX-PLACE" | "RH-EX-PLACES" => key!("exchange-console-why-place"),
        "RH-PLACE-TAKEN" | "RH-STAY-ELSEWHERE" | "RH-PLACE-CLOSED" => key!("exchange-console-why-taken"),
        "RH-EX-STAY" | "RH-EX-STAYS" | "RH-EX-STAY-OTHER" => key!("exchange-console-why-stay"),
        "RH-EX-PLACELESS" | "RH-EX-DOCTOR" | "RH-EX-DEATH" => key!("exchange-console-why-told"),
        "RH-EX-RENAMED" => key!("exchange-console-why-renamed"),
        "RH-EX-HISTORIC" | "RH-EX-PLACE-DIFFERS" => key!("exchange-console-why-house"),
        house if house.starts_with("RH-STAY-") => key!("exchange-console-why-house"),
        _ => key!("exchange-console-why-refused"),
    })
}

/// The name of a field that people look for, where it has one here: `PID-5`. The numbers are the standard's own names.
pub fn field(place: &str) -> Option<&'static str> {
    Some(match place {
        "MSH-3" => key!("exchange-console-field-application"),
        "MSH-7" => key!("exchange-console-field-sent"),
        "EVN-6" => key!("exchange-console-field-occurred"),
        "PID-3" => key!("exchange-console-field-numbers"),
        "PID-5" => key!("exchange-console-field-name"),
        "PID-7" => key!("exchange-console-field-birth"),
        "PID-8" => key!("exchange-console-field-sex"),
        "PID-11" => key!("exchange-console-field-home"),
        "PID-13" => key!("exchange-console-field-phone"),
        "PV1-2" => key!("exchange-console-field-class"),
        "PV1-3" => key!("exchange-console-field-place"),
        "PV1-7" => key!("exchange-console-field-doctor"),
        "PV1-19" => key!("exchange-console-field-stay"),
        "PV1-44" => key!("exchange-console-field-admitted"),
        "PV1-45" => key!("exchange-console-field-left"),
        "OBX-3" => key!("exchange-console-field-measured"),
        "OBX-5" => key!("exchange-console-field-value"),
        _ => return None,
    })
}
