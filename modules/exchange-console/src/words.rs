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
        _ => key!("exchange-console-why-refused"),
    })
}
