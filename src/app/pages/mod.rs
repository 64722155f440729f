//! The pages, an area a folder: each screen with the thin server functions it calls.

pub mod account;
pub mod catalog;
pub mod claim;
pub mod dashboard;
pub mod missing;
pub mod planner;
pub mod provider;
pub mod sharing;
pub mod tracking;
