//! Showing what one holds to others: one's links, and what whoever has a code sees.

pub mod manage;
pub mod verify;
