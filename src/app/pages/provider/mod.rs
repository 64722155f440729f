//! Who offers it.

pub mod choices;
pub mod directory;
