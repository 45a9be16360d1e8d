//! A small open-addressed index over rows that are named by a scope and a text.

/// Mixes a scope and up to sixteen bytes of the text. Rows are compared afterwards, so a weak spot costs a probe only.
pub(super) fn hash(scope: u16, text: &str) -> u32 {
    let bytes = text.as_bytes();
    let (head, tail) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(head), Some(tail)) => (u64::from(u32::from_le_bytes(*head)), u64::from(u32::from_le_bytes(*tail))),
            _ => (bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)), 0),
        },
    };
    let seed = u64::from(scope) << 32 | bytes.len() as u64;
    let mixed = (head ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xFF51_AFD7_ED55_8CCD) ^ tail.wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
}

/// Row numbers by hash. At most half full, so that a probe is short and always ends.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Row number plus one; zero is free.
    slots: Vec<u16>,
}

impl Index {
    /// Builds the index over rows given as (scope, text), numbered in order.
    pub fn build<'a>(rows: impl ExactSizeIterator<Item = (u16, &'a str)>) -> Self {
        let size = (rows.len() * 2 + 2).next_power_of_two();
        let mut slots = vec![0_u16; size];
        for (number, (scope, text)) in rows.enumerate() {
            let mut at = hash(scope, text) as usize & (size - 1);
            while slots.get(at).is_some_and(|slot| *slot != 0) {
                at = (at + 1) & (size - 1);
            }
            if let (Some(slot), Ok(number)) = (slots.get_mut(at), u16::try_from(number + 1)) {
                *slot = number;
            }
        }
        Self { slots }
    }

    /// The rows that may carry the name, nearest first; the caller compares.
    pub fn candidates(&self, scope: u16, text: &str) -> impl Iterator<Item = usize> + '_ {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash(scope, text) as usize & mask;
        std::iter::from_fn(move || {
            let slot = *self.slots.get(at)?;
            at = (at + 1) & mask;
            (slot != 0).then(|| usize::from(slot) - 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_and_no_other() {
        let names: Vec<String> = (0..5_000).map(|n| format!("{}name{n}", "x".repeat(n % 20))).collect();
        let index = Index::build(names.iter().map(|name| (7, name.as_str())));
        for (number, name) in names.iter().enumerate() {
            let found = index.candidates(7, name).find(|row| names[*row] == *name);
            assert_eq!(found, Some(number));
        }
        assert_eq!(index.candidates(7, "absent").find(|row| names[*row] == "absent"), None);
    }
}
