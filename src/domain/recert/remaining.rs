//! What is still missing to renew a holding. (recertification rules, section 8, `remaining`)

use super::days::{self, Number};
use super::outcome::{Exams, Remaining, Way};
use super::renewal::Means;
use super::rules::{Choice, Kinds, Need};
use super::telling::{Holding, Passed, Telling};
use super::witness::Witness;

/// As many needs as an option can have; the program file may have no more.
const MOST_NEEDS: usize = 8;

/// What is still missing of an option.
struct Missing<'r> {
    credits: i64,
    exams: Open,
    /// The needs of the option.
    needs: &'r [Need],
}

/// The needs that exams are missing for, no two of the same kinds.
#[derive(Clone, Copy, Default)]
struct Open {
    needs: [OpenNeed; MOST_NEEDS],
    how_many: usize,
}

#[derive(Clone, Copy, Default)]
struct OpenNeed {
    kinds: Kinds,
    count: u32,
    /// Place of the first need of these kinds among those of the option.
    place: usize,
}

impl Open {
    fn needs(&self) -> &[OpenNeed] {
        self.needs.get(..self.how_many).unwrap_or_default()
    }

    fn add(&mut self, place: usize, kinds: Kinds, count: u32) {
        let (there, free) = self.needs.split_at_mut_checked(self.how_many).unwrap_or_default();
        if let Some(same) = there.iter_mut().find(|other| other.kinds == kinds) {
            same.count = same.count.saturating_add(count);
        } else if let Some(free) = free.first_mut() {
            *free = OpenNeed { kinds, count, place };
            self.how_many += 1;
        }
    }
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
        let exams = self.exams(holding, means.day);
        let mut missing: Vec<Missing<'_>> = Vec::with_capacity(level.options.len());
        missing.extend(
            level
                .options
                .iter()
                .filter(|option| option.credits == 0 || may_take_credits)
                .map(|option| Missing {
                    credits: option.credits.saturating_sub(means.credits).max(0),
                    needs: &option.needs,
                    exams: unfilled(option, exams),
                })
                .filter(|missing| missing.credits > 0 || missing.exams.how_many > 0),
        );
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
fn unfilled(option: &Choice, exams: &[Passed]) -> Open {
    let mut filled = [0; MOST_NEEDS];
    for (at, &place) in option.narrow_first.iter().enumerate() {
        let Some(need) = option.needs.get(place) else { continue };
        let before = option.narrow_first.get(..at).unwrap_or_default();
        // By Hall's theorem: as many as every selection of the needs before leaves exams for, the empty one too.
        let room = selections(at).map(|selection| {
            let chosen = before.iter().enumerate().filter(|(other, _)| selection.has(*other));
            let (kinds, taken) = chosen.fold((need.kinds, 0u32), |(kinds, taken), (_, &other)| {
                let also = option.needs.get(other).map_or(kinds, |other| kinds.with(other.kinds));
                (also, taken.saturating_add(filled.get(other).copied().unwrap_or(0)))
            });
            let passed = exams.iter().filter(|passed| passed.kind.meets(kinds)).count();
            u32::try_from(passed).unwrap_or(u32::MAX).saturating_sub(taken)
        });
        let room = room.fold(need.count, u32::min);
        if let Some(filled) = filled.get_mut(place) {
            *filled = room;
        }
    }
    let mut open = Open::default();
    for (place, (need, filled)) in option.needs.iter().zip(filled).enumerate() {
        if need.count > filled {
            open.add(place, need.kinds, need.count - filled);
        }
    }
    open
}

/// A selection of the needs of an option.
#[derive(Clone, Copy)]
struct Selection(u32);

impl Selection {
    fn has(self, place: usize) -> bool {
        self.0 >> place & 1 == 1
    }
}

/// Every selection of so many needs, the empty one first.
fn selections(needs: usize) -> impl Iterator<Item = Selection> {
    (0..1u32 << needs.min(MOST_NEEDS)).map(Selection)
}

impl Missing<'_> {
    /// Whether whoever completes `other` completes this too: it misses no more credits, and no exam that `other` does
    /// not ask for, nor a narrower one.
    fn covers(&self, other: &Missing<'_>) -> bool {
        if self.credits > other.credits {
            return false;
        }
        // One to one, by Hall's theorem: for every selection of these needs there are enough needs in `other` that ask
        // for the same or for something narrower.
        let (needs, theirs) = (self.exams.needs(), other.exams.needs());
        selections(needs.len()).skip(1).all(|selection| {
            let mine = || needs.iter().enumerate().filter(|(place, _)| selection.has(*place)).map(|(_, need)| need);
            let asked = mine().fold(0u32, |sum, need| sum.saturating_add(need.count));
            let there = theirs
                .iter()
                .filter(|theirs| mine().any(|mine| mine.kinds.includes(theirs.kinds)))
                .fold(0u32, |sum, theirs| sum.saturating_add(theirs.count));
            asked <= there
        })
    }

    fn way(&self) -> Way {
        let named = |open: &OpenNeed| Some((self.needs.get(open.place)?.of.clone(), open.count));
        let exams = self.exams.needs().iter().filter_map(named).map(|(of, count)| Exams { of, count });
        Way { credits: self.credits, exams: exams.collect() }
    }
}
