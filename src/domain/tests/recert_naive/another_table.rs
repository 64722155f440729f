//! Another body's options: the table is data, and a rule that no line of the first one needs must hold all the same.

use super::generate::Dice;
use super::program::{EXAM_KINDS, LEVELS, Need, RenewalOption, Table};

pub fn another_table(seed: u64) -> Table {
    let mut dice = Dice::new(seed ^ 0x7AB1E);
    Table(LEVELS.iter().map(|_| (0..dice.below(6)).map(|_| option(&mut dice)).collect()).collect())
}

fn option(dice: &mut Dice) -> RenewalOption {
    let mut exams: Vec<Need> = (0..dice.pick(&[0, 1, 1, 2, 2, 3])).map(|_| need(dice)).collect();
    // Of needs with as many kinds the rules do not say which is easier to fill.
    exams.sort_by_key(|need| need.of.len());
    exams.dedup_by_key(|need| need.of.len());
    let places = exams.len();
    if places > 1 {
        exams.swap(0, dice.below(places));
    }
    let credits = dice.pick(&[0, 10, 30, 40, 64, 100]);
    // An option takes something.
    RenewalOption { credits: if exams.is_empty() { credits.max(10) } else { credits }, exams }
}

fn need(dice: &mut Dice) -> Need {
    let mut of: Vec<&str> = EXAM_KINDS.into_iter().filter(|_| dice.chance(40)).collect();
    if of.is_empty() {
        of.push(dice.pick(&EXAM_KINDS));
    }
    Need { of, count: dice.pick(&[1, 1, 1, 2]) }
}
