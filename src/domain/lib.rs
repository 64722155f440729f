//! The rules of CE Portal, pure: no I/O, no clock, no database, no view.
//!
//! Everything here is compiled for the browser and for the server, so that a form checks itself
//! with the very rule the server decides by. "Today" is always a parameter.

#![warn(missing_docs)]

pub mod account;
pub mod calendar;
pub mod catalog;
pub mod certification;
pub mod claim;
pub mod ledger;
pub mod list;
pub mod plan;
pub mod program;
pub mod recert;
pub mod share;
pub mod text;
