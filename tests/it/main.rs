//! What the whole service does, on both engines. One binary, so that it is linked once: a new file is a `mod` here.

#![recursion_limit = "512"]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must stop there and say why")]

#[macro_use]
mod common;

mod access;
mod auth;
mod calendar;
mod catalog;
mod claims;
mod documents;
mod facts;
mod files;
mod harness;
mod import;
mod jobs;
mod pages;
mod planner;
mod policy;
mod record;
mod schema;
mod sharing;
mod tracking;
