//! Who listens to a telling. Nobody, when only the outcome is asked for; a notebook, when somebody wants to know why.
//! It is the same telling.

use super::days::Number;
use super::renewal::Timing;

/// What a telling tells, with places in its lists in place of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    Extended {
        on: Number,
        months: u32,
        holding: usize,
        before: Number,
        after: Number,
    },
    /// A new holding.
    Earned {
        on: Number,
        holding: usize,
        after: Number,
    },
    /// One that was active; `before` and `after` are equal when it gained nothing.
    EarnedAgain {
        on: Number,
        holding: usize,
        before: Number,
        after: Number,
    },
    /// `fact` is its place among the facts of the record.
    Exam {
        on: Number,
        fact: usize,
    },
    Approved {
        on: Number,
        lot: usize,
        counts: bool,
    },
    /// An earned certification has renewed what it could; `None`: nothing.
    RenewedByEarning {
        renewal: Option<usize>,
    },
    /// A renewal was due and made.
    Renewed {
        renewal: usize,
        holding: usize,
        timing: Timing,
    },
    /// A holding of the same level or a lower one is not renewed with what is told next.
    LeftOut {
        holding: usize,
        why: NotRenewed,
    },
    /// Of a lot that had to be spent whole, this was not needed.
    NotNeeded {
        on: Number,
        lot: usize,
        credits: i64,
    },
    /// A floor lengthened a holding.
    Kept {
        on: Number,
        holding: usize,
        before: Number,
        after: Number,
    },
}

/// Why a holding was not renewed together with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotRenewed {
    /// It would not have expired later.
    NothingToGain,
    /// The certification was retired.
    Retired,
    /// It never expires.
    HeldForLife,
    /// Nothing renews it.
    DoesNotRecertify,
    /// It had expired.
    Expired,
    /// Certifications of one level are renewed each by itself in this program.
    PeersRenewApart,
}

pub(super) trait Witness {
    /// Takes a note; `note` is not even asked for when nobody listens.
    fn note(&mut self, note: impl FnOnce() -> Note);
    /// How many notes there are.
    fn length(&self) -> usize;
    /// Forgets all but the first so many.
    fn forget(&mut self, length: usize);
    /// Whether somebody listens.
    fn listens(&self) -> bool;
}

/// Nobody.
#[derive(Default)]
pub(super) struct Nobody;

impl Witness for Nobody {
    fn note(&mut self, _: impl FnOnce() -> Note) {}

    fn length(&self) -> usize {
        0
    }

    fn forget(&mut self, _: usize) {}

    fn listens(&self) -> bool {
        false
    }
}

/// Everything, in order.
#[derive(Default)]
pub(super) struct Notebook(pub Vec<Note>);

impl Witness for Notebook {
    fn note(&mut self, note: impl FnOnce() -> Note) {
        self.0.push(note());
    }

    fn length(&self) -> usize {
        self.0.len()
    }

    fn forget(&mut self, length: usize) {
        self.0.truncate(length);
    }

    fn listens(&self) -> bool {
        true
    }
}
