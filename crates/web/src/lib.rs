//! The shell on which every workflow stands: pages, words, assets, live changes, drafts.

pub mod text;
