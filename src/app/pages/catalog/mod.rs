//! What can be claimed: the catalog, and a page for each item.

pub mod item;
pub mod list;
pub mod listing;
