//! Tests of the engine as a whole. What concerns one part only is tested beside it.

mod cases;
mod explaining;
mod facts;
mod promising;
mod properties;
mod remaining;
mod renewing;
mod story;
mod strange_input;
mod world;

use super::Rules;
use crate::program::Program;

/// The rules of the sample program of the guide.
pub(super) fn cisco() -> Rules {
    Rules::of(&Program::parse("cisco.toml", include_str!("../../../../programs/cisco.toml")).unwrap())
}
