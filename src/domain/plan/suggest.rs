//! Which training to take: the fewest credits, or the fewest hours, that are still enough.

/// A training that could be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it earns.
    pub credits: u32,
    /// How long it takes, where that is known.
    pub hours: Option<u32>,
}

/// As many trainings as are put together: more is no plan.
const MOST_TOGETHER: usize = 4;

/// The trainings that together earn at least `needed` and go beyond it by least; of equals the fewest, then those that
/// stand first. Places in `offers`; empty when there are none.
pub fn fewest_credits(offers: &[Offer], needed: u32) -> Vec<usize> {
    cheapest(offers, needed, |offer| Some(offer.credits))
}

/// The trainings that together earn at least `needed` in the fewest hours; of equals those that earn least. Trainings
/// whose hours are not known are left out.
pub fn fewest_hours(offers: &[Offer], needed: u32) -> Vec<usize> {
    cheapest(offers, needed, |offer| offer.hours)
}

/// What trainings cost together: the cost itself, how many, the credits they earn, and which (as many as are counted).
type Together = (u64, usize, u64, [usize; MOST_TOGETHER]);

fn cheapest(offers: &[Offer], needed: u32, cost: impl Fn(&Offer) -> Option<u32>) -> Vec<usize> {
    let Ok(needed) = usize::try_from(needed) else { return Vec::new() };
    if needed == 0 {
        return Vec::new();
    }
    // Of those that earn the same only the cheapest few can be part of the best.
    let mut kept: Vec<(u32, u32, usize)> = Vec::new();
    let mut sorted: Vec<(u32, u32, usize)> = (0..)
        .zip(offers)
        .filter_map(|(place, offer)| Some((offer.credits, cost(offer)?, place)))
        .filter(|(credits, _, _)| *credits > 0)
        .collect();
    sorted.sort_unstable();
    for offer in sorted {
        if kept.iter().rev().take(MOST_TOGETHER).filter(|other| other.0 == offer.0).count() < MOST_TOGETHER {
            kept.push(offer);
        }
    }
    // The best for each number of credits and of trainings; what is beyond what is needed counts as what is needed.
    let mut best: Vec<Vec<Option<Together>>> = vec![vec![None; needed + 1]; MOST_TOGETHER + 1];
    if let Some(nothing) = best.first_mut().and_then(|row| row.first_mut()) {
        *nothing = Some((0, 0, 0, [0; MOST_TOGETHER]));
    }
    for (credits, cost, place) in kept {
        let earns = usize::try_from(credits).unwrap_or(needed);
        for taken in (0..MOST_TOGETHER).rev() {
            for have in 0..=needed {
                let Some(before) = best.get(taken).and_then(|row| row.get(have)).copied().flatten() else { continue };
                let mut places = before.3;
                if let Some(next) = places.get_mut(taken) {
                    *next = place;
                }
                let together = (before.0 + u64::from(cost), taken + 1, before.2 + u64::from(credits), places);
                let now = have.saturating_add(earns).min(needed);
                let slot = best.get_mut(taken + 1).and_then(|row| row.get_mut(now));
                if let Some(slot) = slot.filter(|slot| slot.as_ref().is_none_or(|known| together < *known)) {
                    *slot = Some(together);
                }
            }
        }
    }
    let found = best.iter().filter_map(|row| row.get(needed).copied().flatten()).min();
    found.map_or_else(Vec::new, |(_, taken, _, places)| places.into_iter().take(taken).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn offers(list: &[(u32, u32)]) -> Vec<Offer> {
        list.iter().map(|&(credits, hours)| Offer { credits, hours: (hours > 0).then_some(hours) }).collect()
    }

    #[test]
    fn one_training_that_is_just_enough_is_taken_alone() {
        let offers = offers(&[(64, 40), (16, 16), (12, 24), (40, 40)]);
        assert_eq!(fewest_credits(&offers, 12), [2]);
        assert_eq!(fewest_hours(&offers, 12), [1]);
    }

    #[test]
    fn several_are_put_together_where_none_is_enough() {
        let offers = offers(&[(64, 40), (40, 24), (24, 16)]);
        assert_eq!(fewest_credits(&offers, 80), [2, 0]);
        assert_eq!(fewest_hours(&offers, 104), [1, 0]);
    }

    #[test]
    fn what_takes_nobody_knows_how_long_is_no_answer_to_the_fewest_hours() {
        assert!(fewest_hours(&offers(&[(40, 0)]), 30).is_empty());
        assert!(fewest_credits(&[], 30).is_empty());
        assert!(fewest_credits(&offers(&[(8, 8)]), 120).is_empty(), "fifteen trainings are no plan");
    }

    proptest! {
        #[test]
        fn nothing_that_is_enough_costs_less(list in vec((1u32..70, 1u32..50), 0..7), needed in 1u32..130) {
            let offers = offers(&list);
            let cost = |places: &[usize]| places.iter().map(|&place| offers[place].hours.unwrap()).sum::<u32>();
            let earns = |places: &[usize]| places.iter().map(|&place| offers[place].credits).sum::<u32>();
            let found = fewest_hours(&offers, needed);
            let least = (0u32..1 << offers.len())
                .map(|set| (0..offers.len()).filter(|place| set & (1 << place) != 0).collect::<Vec<_>>())
                .filter(|places| places.len() <= MOST_TOGETHER && earns(places) >= needed)
                .map(|places| cost(&places))
                .min();
            prop_assert_eq!(least, (!found.is_empty()).then(|| cost(&found)));
            prop_assert!(found.is_empty() || earns(&found) >= needed);
        }
    }
}
