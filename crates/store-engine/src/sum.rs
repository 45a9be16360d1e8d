//! A multiset of rows or keys as a number, so that sets of any size are compared in bounded memory.

/// Equal sets have equal sums, and a difference hides with a chance of 2⁻¹²⁸.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub count: u64,
    sum: u128,
}

impl Sum {
    pub fn add(&mut self, member: &[u8]) {
        let digest = ring::digest::digest(&ring::digest::SHA256, member);
        let value = digest.as_ref().first_chunk::<16>().map_or(0, |bytes| u128::from_le_bytes(*bytes));
        self.count += 1;
        self.sum = self.sum.wrapping_add(value);
    }

    /// In hexadecimal.
    pub fn to_text(&self) -> String {
        format!("{:032x}", self.sum)
    }
}
