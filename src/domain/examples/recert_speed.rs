//! How many records a second are replayed on one core: `cargo run --release -p ce-domain --features program-file
//! --example recert_speed`. The budget is 100,000 of 25 facts.
//!
//! With a number of facts and a number of times (`recert_speed 25 20000`) it replays so often and prints nothing: for a
//! profiler, which counts the same each time.

use ce_domain::calendar::{Day, add_days, add_years};
use ce_domain::program::Program;
use ce_domain::recert::{Certification, Fact, Holding, Record, Rules, Validity, explain, replay};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// As in the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most.max(1)
    }

    fn days(&mut self, most: u64) -> u32 {
        u32::try_from(self.below(most)).unwrap_or(0)
    }
}

/// Somebody with three certifications and so many facts: mostly claims and their approvals a few days later, some
/// exams, now and then a certification earned.
fn candidate(dice: &mut Dice, facts: usize) -> (Record, Day) {
    let start = add_days(Day::default(), 18_000 + dice.days(300));
    let level = |code: &str, level: &str| Certification {
        code: code.to_owned(),
        level: level.to_owned(),
        retired_on: None,
        recertifies: true,
        validity: Validity::AsTheProgramSays,
    };
    let certifications = vec![
        level("CCNA", "associate"),
        level("CCNP-ENT", "professional"),
        level("CCIE-ENT", "expert"),
        level("SPEC-CORE", "specialist"),
    ];
    let holdings = ["CCNA", "CCNP-ENT", "CCIE-ENT"].into_iter().map(|code| {
        let earned_on = add_days(start, dice.days(200));
        Holding {
            certification: code.to_owned(),
            earned_on,
            cycle_start: earned_on,
            expires_on: Some(add_years(earned_on, 3)),
        }
    });
    let mut record = Record { certifications, holdings: holdings.collect(), facts: Vec::new() };
    // Somebody who has done more has been there for longer.
    let years = 4 + facts as u64 / 40;
    while record.facts.len() < facts {
        let number = record.facts.len();
        let on = add_days(start, 200 + dice.days(years * 365));
        let recorded_on = add_days(on, dice.days(20));
        match dice.below(14) {
            0 => record.facts.push(Fact::Earned { id: None, certification: "SPEC-CORE".to_owned(), on, recorded_on }),
            1..=3 => record.facts.push(Fact::Exam {
                id: format!("exam-{number}"),
                exam_kind: ["core", "concentration", "associate"][number % 3].to_owned(),
                passed_on: on,
                recorded_on,
            }),
            _ => {
                let id = format!("018f3c1e-{number:04}-7a2b-9c3d-{:012}", dice.below(1_000_000));
                let credits = [6, 12, 16, 24, 30, 40][number % 6];
                record.facts.push(Fact::Claim { id: id.clone(), credits, completed_on: on, recorded_on });
                if record.facts.len() < facts {
                    let recorded_on = add_days(recorded_on, 1 + dice.days(14));
                    record.facts.push(Fact::Approved { id, credits: None, completed_on: None, recorded_on });
                }
            }
        }
    }
    (record, add_days(start, 200 + u32::try_from(years * 365 + 100).unwrap_or(0)))
}

/// Nanoseconds this program has had a core for, where the system tells (Linux); a busy machine then does not matter.
fn on_the_core() -> Option<u64> {
    std::fs::read_to_string("/proc/self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// Calls something for a second, and gives how often it could be done in a second of one core.
fn a_second(mut call: impl FnMut(usize)) -> f64 {
    let (started, busy) = (Instant::now(), on_the_core());
    let mut calls = 0;
    while started.elapsed() < Duration::from_secs(1) {
        for _ in 0..64 {
            call(calls);
            calls += 1;
        }
    }
    let nanoseconds = match (busy, on_the_core()) {
        (Some(before), Some(after)) if after > before => (after - before) as f64,
        _ => started.elapsed().as_nanos() as f64,
    };
    calls as f64 * 1e9 / nanoseconds
}

fn main() {
    let program = match Program::parse("cisco.toml", include_str!("../../../programs/cisco.toml")) {
        Ok(program) => program,
        Err(error) => return eprintln!("{error}"),
    };
    let rules = Rules::of(&program);
    let people = |facts| -> Vec<(Record, Day)> {
        let mut dice = Dice(7);
        (0..256).map(|_| candidate(&mut dice, facts)).collect()
    };
    let arguments: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    if let [facts, times] = arguments[..] {
        for (record, as_of) in people(facts).iter().cycle().take(times) {
            let _ = black_box(replay(&rules, black_box(record), *as_of));
        }
        return;
    }
    println!("{:>6} {:>14} {:>14}", "facts", "replays/s", "explained/s");
    for facts in [5, 25, 250] {
        let people = people(facts);
        let replays = a_second(|call| {
            let (record, as_of) = &people[call % people.len()];
            let _ = black_box(replay(&rules, black_box(record), *as_of));
        });
        let explained = a_second(|call| {
            let (record, as_of) = &people[call % people.len()];
            let _ = black_box(explain(&rules, black_box(record), *as_of));
        });
        println!("{facts:>6} {replays:>14.0} {explained:>14.0}");
    }
}
