//! Commands that are more than a call.

pub mod recert;
