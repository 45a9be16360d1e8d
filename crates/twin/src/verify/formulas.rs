//! Formulas of queues in balance (Erlang 1917; Kleinrock, Queueing Systems I, 1975, chapter 3).

/// The part of those who come and find all of `servers` busy and go away; `load`: arrivals × mean service.
pub fn erlang_b(servers: u32, load: f64) -> f64 {
    (1..=servers).fold(1.0, |blocked, nth| load * blocked / (f64::from(nth) + load * blocked))
}

/// The part of those who have to wait.
pub fn erlang_c(servers: u32, load: f64) -> f64 {
    let blocked = erlang_b(servers, load);
    blocked / (1.0 - load / f64::from(servers) * (1.0 - blocked))
}

/// The mean wait of an M/M/c queue, in the unit of `service`; `rate`: arrivals a unit of time.
pub fn wait(servers: u32, rate: f64, service: f64) -> f64 {
    erlang_c(servers, rate * service) * service / (f64::from(servers) - rate * service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formulas_give_what_tables_say() {
        // One server: the load itself is the part that waits, and ρ/(1−ρ) services is the wait.
        assert!((erlang_c(1, 0.8) - 0.8).abs() < 1e-12 && (wait(1, 0.8, 1.0) - 4.0).abs() < 1e-12);
        // Two servers: B = a²/(2 + 2a + a²).
        assert!((erlang_b(2, 1.0) - 0.2).abs() < 1e-12);
        // Erlang's table: 10 lines, 5 erlang, 1.84 % lost.
        assert!((erlang_b(10, 5.0) - 0.018_385).abs() < 1e-6);
    }
}
