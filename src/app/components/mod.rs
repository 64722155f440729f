//! The parts pages are made of.

pub mod catalog_store;
pub mod choosers;
pub mod combobox;
pub mod field;
pub mod icon;
pub mod info;
pub mod layout;
pub mod notice;
pub mod page;
pub mod ruler;
pub mod start;
pub mod table;
pub mod tag;
pub mod time;
pub mod timeline;
