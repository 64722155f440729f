//! What is still missing to renew a holding. (recertification rules, section 8, `remaining`)

use super::days::{self, Number};
use super::outcome::{Exams, Remaining, Way};
use super::renewal::Means;
use super::rules::{Choice, Kinds, Need, selections};
use super::telling::{Holding, Passed, Telling};
use super::witness::Witness;

/// What is still missing of an option.
struct Missing {
    credits: i64,
    /// No two of the same kinds.
    needs: Vec<Need>,
}

impl<W: Witness> Telling<'_, W> {
    /// For each holding that can be renewed on the day, in the order of the outcome, the ways still open.
    pub fn remaining(&self, as_of: Number) -> Vec<Remaining> {
        let means = self.means(as_of, as_of);
        self.in_order()
            .filter(|holding| self.renewable_on(holding, as_of))
            .map(|holding| Remaining {
                certification: self.code(holding.certification),
                earned_on: days::day(holding.earned_on),
                options: self.ways_open(holding, &means),
            })
            .collect()
    }

    fn ways_open(&self, holding: &Holding, means: &Means) -> Vec<Way> {
        let Some(level) = self.level(holding) else { return Vec::new() };
        let may_take_credits = self.may_take_credits(holding, means);
        let exams: Vec<Passed> = self.exams(holding, means.day).copied().collect();
        let missing: Vec<Missing> = level
            .options
            .iter()
            .filter(|option| option.credits == 0 || may_take_credits)
            .map(|option| Missing {
                credits: option.credits.saturating_sub(means.credits).max(0),
                needs: unfilled(option, &exams),
            })
            .filter(|missing| missing.credits > 0 || !missing.needs.is_empty())
            .collect();
        let mut ways = Vec::with_capacity(missing.len());
        for (place, way) in missing.iter().enumerate() {
            // Of two that cover each other the first stays.
            let covered = missing.iter().enumerate().any(|(other_place, other)| {
                other_place != place && other.covers(way) && (other_place < place || !way.covers(other))
            });
            if !covered {
                ways.push(way.way());
            }
        }
        ways
    }
}

/// The needs of an option that the exams passed leave open: as few as can be, and of equally few those that most kinds
/// of exam would fill.
///
/// Narrow needs are filled first, each as far as it can be beside those before it. That this leaves the fewest open,
/// and the broadest, is because the sets of needs that exams can fill together form a matroid.
fn unfilled(option: &Choice, exams: &[Passed]) -> Vec<Need> {
    let mut order: Vec<usize> = (0..option.needs.len()).collect();
    order.sort_by_key(|&place| option.needs.get(place).map(|need| need.kinds.breadth()));
    let mut filled: Vec<u32> = vec![0; option.needs.len()];
    let mut done: Vec<(Kinds, u32)> = Vec::with_capacity(option.needs.len());
    for place in order {
        let Some(need) = option.needs.get(place) else { continue };
        let passed = |kinds: Kinds| {
            u32::try_from(exams.iter().filter(|passed| passed.kind.meets(kinds)).count()).unwrap_or(u32::MAX)
        };
        // By Hall's theorem: as many as every selection of needs with this one in it leaves exams for.
        let alone = passed(need.kinds);
        let beside = selections(done.iter().copied())
            .into_iter()
            .map(|(kinds, taken)| passed(kinds.with(need.kinds)).saturating_sub(taken));
        let room = beside.fold(alone, u32::min).min(need.count);
        if let Some(filled) = filled.get_mut(place) {
            *filled = room;
        }
        done.push((need.kinds, room));
    }
    let mut open: Vec<Need> = Vec::new();
    for (need, filled) in option.needs.iter().zip(filled) {
        let count = need.count.saturating_sub(filled);
        if count == 0 {
            continue;
        }
        match open.iter_mut().find(|other| other.kinds == need.kinds) {
            Some(other) => other.count = other.count.saturating_add(count),
            None => open.push(Need { count, ..need.clone() }),
        }
    }
    open
}

impl Missing {
    /// Whether whoever completes `other` completes this too: it misses no more credits, and no exam that `other` does
    /// not ask for, nor a narrower one.
    fn covers(&self, other: &Missing) -> bool {
        if self.credits > other.credits {
            return false;
        }
        // One to one, by Hall's theorem: for every selection of these needs there are enough needs in `other` that ask
        // for the same or for something narrower.
        let places = self.needs.len();
        (1..1u32.checked_shl(u32::try_from(places).unwrap_or(31)).unwrap_or(0)).all(|selection| {
            let chosen = |place: usize| selection >> place & 1 == 1;
            let selected: Vec<&Need> =
                self.needs.iter().enumerate().filter(|(place, _)| chosen(*place)).map(|(_, need)| need).collect();
            let asked: u32 = selected.iter().fold(0, |sum, need| need.count.saturating_add(sum));
            let there = other
                .needs
                .iter()
                .filter(|theirs| selected.iter().any(|mine| mine.kinds.includes(theirs.kinds)))
                .fold(0u32, |sum, theirs| sum.saturating_add(theirs.count));
            asked <= there
        })
    }

    fn way(&self) -> Way {
        let exams = self.needs.iter().map(|need| Exams { of: need.of.clone(), count: need.count });
        Way { credits: self.credits, exams: exams.collect() }
    }
}
