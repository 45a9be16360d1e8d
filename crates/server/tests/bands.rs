//! Wristbands and labels (`modules/bands/spec.md`).
