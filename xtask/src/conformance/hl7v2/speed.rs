//! What reading and mapping a message costs, in CPU time of one thread.

use super::super::read;
use rihla_exchange::map::map;
use rihla_hl7v2::{Charset, Limits, Message, charset};
use std::path::Path;

const ROUNDS: usize = 7;
/// The scheduler counts in steps that are longer than reading all messages once.
const TIMES: usize = 100;

pub fn run(folder: &Path) -> Result<u8, String> {
    let settings = super::settings();
    let mut all = Vec::new();
    for path in super::messages(folder)? {
        all.push(read(&path)?);
    }
    let adt: Vec<Vec<u8>> = all.iter().filter(|it| it.windows(5).any(|it| it == b"|ADT^")).cloned().collect();
    for (what, messages) in [("all", &all), ("ADT", &adt)] {
        let count = messages.len().max(1);
        let bytes: usize = messages.iter().map(Vec::len).sum();
        let mut best = [u64::MAX; 2];
        for _ in 0..ROUNDS {
            let start = super::super::speed::cpu_nanos()?;
            let segments: usize = (0..TIMES).flat_map(|_| messages).map(|it| with(it, |message| message.len())).sum();
            let parsed = super::super::speed::cpu_nanos()?;
            let written: usize = (0..TIMES).flat_map(|_| messages).map(|it| with(it, |message| map(message, &settings).bundle.write().len())).sum();
            let mapped = super::super::speed::cpu_nanos()?;
            std::hint::black_box((segments, written));
            best = [best[0].min(parsed - start), best[1].min(mapped - parsed)];
        }
        let each = |nanos: u64| nanos as f64 / 1000.0 / (count * TIMES) as f64;
        println!(
            "{what}: {count} messages of {} bytes on average; best of {ROUNDS}: parse {:.1} µs, parse, map and write JSON {:.1} µs CPU a message, {:.0} a CPU-second",
            bytes / count,
            each(best[0]),
            each(best[1]),
            1e6 / each(best[1])
        );
    }
    Ok(0)
}

fn with(bytes: &[u8], ask: impl Fn(&Message<'_>) -> usize) -> usize {
    let Ok((text, _)) = charset::decode(bytes, Charset::Utf8) else { return 0 };
    Message::parse(&text, &Limits::default()).map_or(0, |message| ask(&message))
}
