//! Whatever text is handed to `ce-portal recert`, it answers: with an outcome or with a refusal that says why,
//! never with a panic, and the same each time.
//!
//! From the folder of the repository, first the shared cases as seeds, one a file:
//!
//! ```text
//! mkdir -p fuzz/corpus/recert_record
//! cat src/domain/recert/cases/*.jsonl | split -l 1 -a 4 - fuzz/corpus/recert_record/
//! ```
//!
//! then with cargo-fuzz and a nightly compiler
//!
//! ```text
//! cargo +nightly fuzz run recert_record -- -max_len=8192
//! ```
//!
//! or with the stable compiler alone, which has all of it but the sanitizers (there is no unsafe code to watch)
//!
//! ```text
//! RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
//!   -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table --cfg fuzzing" \
//!   cargo run --release --target x86_64-unknown-linux-gnu --manifest-path fuzz/Cargo.toml -- \
//!   fuzz/corpus/recert_record -max_len=8192
//! ```

#![no_main]

use ce_domain::program::Program;
use ce_domain::recert::{Rules, case::answer};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::sync::LazyLock;

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    Rules::of(&Program::parse("cisco.toml", include_str!("../../programs/cisco.toml")).expect("a valid program"))
});

fuzz_target!(|text: &str| {
    let answered = answer(&RULES, text);
    assert_eq!(answered, answer(&RULES, text), "two answers to one record");
    let answered: Value = serde_json::from_str(&answered).expect("the answer is JSON");
    let lists = ["holdings", "renewals", "reversed", "credits", "remaining"];
    let refused = answered["refused"].is_string() && answered["reason"].is_string();
    assert!(refused || lists.iter().all(|list| answered[list].is_array()), "neither an outcome nor a refusal");
});
