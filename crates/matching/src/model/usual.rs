//! Weights for a store that has too few people to learn from: those that were learned from made-up registrations of a
//! country where people are written in two scripts (docs/conformance/matching.md), rounded, and with the fields that
//! set has not, as they are in address lists.

use super::{FieldModel, Model};
use crate::field::Level::{Different, Exchanged, Most, Near, Part, Same, Slip, Slips, Sound, Spelling};
use crate::field::{Field, LEVELS, Level};

/// What was never met.
const RARE: f64 = 1e-6;

type Row = &'static [(Level, f64)];

/// `Different` has the rest.
fn shares(row: Row) -> [f64; LEVELS] {
    let mut out = [RARE; LEVELS];
    let mut rest = 1.0 - RARE * (LEVELS - 1) as f64;
    for (level, share) in row {
        if let Some(place) = out.get_mut(*level as usize) {
            *place += share;
        }
        rest -= share;
    }
    if let Some(last) = out.get_mut(Different as usize) {
        *last = rest.max(RARE);
    }
    out
}

/// One person twice, strangers, one household; and how rare a value is on average, as a power of two.
fn rows(field: Field) -> (Row, Row, Row, f64) {
    match field {
        Field::Given => {
            let apart: Row = &[(Same, 0.004), (Spelling, 0.004), (Sound, 0.005), (Slip, 0.012), (Slips, 0.009), (Part, 0.008), (Near, 0.012)];
            (&[(Same, 0.5), (Spelling, 0.38), (Sound, 0.04), (Slip, 0.012), (Slips, 0.004), (Part, 0.054), (Near, 0.003)], apart, apart, -7.0)
        }
        Field::Family => (
            &[(Same, 0.6), (Spelling, 0.3), (Sound, 0.03), (Slip, 0.015), (Slips, 0.004), (Part, 0.04), (Near, 0.002)],
            &[(Same, 0.003), (Spelling, 0.002), (Sound, 0.0035), (Slip, 0.011), (Slips, 0.005), (Part, 0.003), (Near, 0.008)],
            &[(Same, 0.53), (Spelling, 0.2), (Sound, 0.02), (Slip, 0.01), (Slips, 0.003), (Part, 0.027), (Near, 0.003)],
            -7.7,
        ),
        Field::NameOrder => (&[(Same, 0.96), (Exchanged, 0.04)], &[(Same, 0.98), (Exchanged, 0.02)], &[(Same, 0.98), (Exchanged, 0.02)], 0.0),
        Field::Birth => (
            &[(Same, 0.75), (Slip, 0.033), (Slips, 0.002), (Exchanged, 0.007), (Part, 0.136), (Most, 0.022), (Near, 0.035)],
            &[(Same, 0.00005), (Slip, 0.0011), (Slips, 0.0095), (Exchanged, 0.00001), (Part, 0.0022), (Most, 0.0028), (Near, 0.0093)],
            &[(Same, 0.01), (Slip, 0.0011), (Slips, 0.0095), (Exchanged, 0.00001), (Part, 0.0022), (Most, 0.0028), (Near, 0.0093)],
            0.0,
        ),
        Field::Sex => (&[(Same, 0.98)], &[(Same, 0.5)], &[(Same, 0.5)], 0.0),
        Field::Father | Field::Mother => (
            &[(Same, 0.45), (Spelling, 0.48), (Sound, 0.02), (Slip, 0.01), (Slips, 0.005), (Part, 0.015), (Near, 0.006)],
            &[(Same, 0.007), (Spelling, 0.011), (Sound, 0.0025), (Slip, 0.006), (Slips, 0.01), (Part, 0.0005), (Near, 0.012)],
            &[(Same, 0.22), (Spelling, 0.3), (Sound, 0.003), (Slip, 0.003), (Slips, 0.005), (Part, 0.001), (Near, 0.007)],
            -6.2,
        ),
        Field::Phone => (
            &[(Same, 0.64), (Slip, 0.025), (Slips, 0.003)],
            &[(Same, 0.00001), (Slip, 0.000002), (Slips, 0.00001)],
            &[(Same, 0.5), (Slip, 0.013), (Slips, 0.002)],
            0.0,
        ),
        Field::Identifier(_) => {
            (&[(Same, 0.93), (Slip, 0.03), (Slips, 0.003)], &[(Same, 0.000003), (Slip, 0.000003), (Slips, 0.00002)], &[(Same, 0.1), (Slip, 0.001)], 0.0)
        }
        place => place_rows(place),
    }
}

fn place_rows(field: Field) -> (Row, Row, Row, f64) {
    match field {
        Field::House => (&[(Same, 0.8), (Slip, 0.02)], &[(Same, 0.004), (Slip, 0.08)], &[(Same, 0.97), (Slip, 0.01)], -8.6),
        Field::Street => (
            &[(Same, 0.75), (Slip, 0.053), (Slips, 0.005), (Part, 0.01), (Near, 0.03)],
            &[(Same, 0.00007), (Slip, 0.00002), (Slips, 0.0025), (Part, 0.001), (Near, 0.168)],
            &[(Same, 0.9), (Slip, 0.06), (Slips, 0.003), (Part, 0.003), (Near, 0.01)],
            -11.9,
        ),
        Field::Quarter => (
            &[(Same, 0.8), (Slip, 0.04), (Slips, 0.005), (Part, 0.01), (Near, 0.04)],
            &[(Same, 0.0155), (Slip, 0.0011), (Slips, 0.028), (Part, 0.001), (Near, 0.35)],
            &[(Same, 0.92), (Slip, 0.04), (Slips, 0.005), (Part, 0.003), (Near, 0.01)],
            -7.8,
        ),
        Field::City => (
            &[(Same, 0.81), (Slip, 0.01), (Slips, 0.003), (Part, 0.01), (Near, 0.005)],
            &[(Same, 0.037), (Slip, 0.0001), (Slips, 0.0007), (Part, 0.0005), (Near, 0.0013)],
            &[(Same, 0.93), (Slip, 0.01), (Slips, 0.002), (Part, 0.003), (Near, 0.002)],
            -4.7,
        ),
        Field::PostalCode => {
            (&[(Same, 0.85), (Slip, 0.06), (Slips, 0.02)], &[(Same, 0.005), (Slip, 0.02), (Slips, 0.08)], &[(Same, 0.94), (Slip, 0.02), (Slips, 0.01)], -7.0)
        }
        Field::Region => (&[(Same, 0.93), (Slip, 0.02)], &[(Same, 0.15), (Slip, 0.05)], &[(Same, 0.96), (Slip, 0.01)], -2.5),
        _ => (&[(Same, 0.99), (Exchanged, 0.01)], &[(Same, 0.999), (Exchanged, 0.001)], &[(Same, 0.999), (Exchanged, 0.001)], 0.0),
    }
}

impl Default for Model {
    /// What is usual, for a store that has too few people to learn from.
    fn default() -> Self {
        let field = |field: Field| {
            let (same, strangers, home, rarity) = rows(field);
            FieldModel { same: shares(same), strangers: shares(strangers), home: shares(home), rarity }
        };
        Self { fields: Field::all().map(field).collect(), same: 1e-6, home: 3e-6, systems: Vec::new() }
    }
}
