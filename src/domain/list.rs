//! Lists as addresses describe them: how they are sorted, and which page of them is shown.

use serde::{Deserialize, Serialize};

/// A column to sort by and the direction, written `credits` or `-credits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort<C> {
    /// The column.
    pub column: C,
    /// Largest, or last, first.
    pub descending: bool,
}

/// The columns of a table, each with the name it has in addresses.
pub trait Columns: Copy + PartialEq + 'static {
    /// All of them, in the order of the table.
    const ALL: &'static [Self];
    /// How the column is named in addresses.
    fn key(self) -> &'static str;
    /// The head of the column.
    fn head(self) -> &'static str;
}

impl<C: Columns> Sort<C> {
    /// Reads `credits` or `-credits`; `None` for a column that does not exist.
    pub fn parse(text: &str) -> Option<Sort<C>> {
        let (descending, key) = match text.strip_prefix('-') {
            Some(key) => (true, key),
            None => (false, text),
        };
        let column = C::ALL.iter().copied().find(|column| column.key() == key)?;
        Some(Sort { column, descending })
    }

    /// What a press on the head of `column` asks for: the other direction where it is sorted by already.
    pub fn toggled(self, column: C) -> String {
        let minus = if self.column == column && !self.descending { "-" } else { "" };
        format!("{minus}{}", column.key())
    }
}

impl<C: Columns> std::fmt::Display for Sort<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.column.key())
    }
}

/// One page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Which, from 1.
    pub number: u32,
    /// How many pages there are; at least 1.
    pub of: u32,
    /// Rows on a full page.
    pub size: u32,
    /// Rows in all.
    pub total: u32,
}

impl Page {
    /// The page asked for, or the nearest there is.
    pub fn new(asked: u32, size: u32, total: u32) -> Page {
        let size = size.max(1);
        let of = total.div_ceil(size).max(1);
        Page { number: asked.clamp(1, of), of, size, total }
    }

    /// Rows before this page.
    pub fn offset(&self) -> u32 {
        (self.number - 1) * self.size
    }

    /// Place of the first row shown, from 1; 0 when there is none.
    pub fn first(&self) -> u32 {
        if self.total == 0 { 0 } else { self.offset() + 1 }
    }

    /// Place of the last row shown; 0 when there is none.
    pub fn last(&self) -> u32 {
        (self.offset() + self.size).min(self.total)
    }

    /// The numbers to offer: first, last, and those around the present one; `None` stands for a gap.
    pub fn window(&self) -> Vec<Option<u32>> {
        let mut numbers = Vec::new();
        for number in 1..=self.of {
            let near = number == 1 || number == self.of || number.abs_diff(self.number) <= 1;
            if near {
                numbers.push(Some(number));
            } else if numbers.last().is_some_and(Option::is_some) {
                numbers.push(None);
            }
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Column {
        Name,
        Credits,
    }

    impl Columns for Column {
        const ALL: &'static [Column] = &[Column::Name, Column::Credits];
        fn key(self) -> &'static str {
            match self {
                Column::Name => "name",
                Column::Credits => "credits",
            }
        }
        fn head(self) -> &'static str {
            ""
        }
    }

    #[test]
    fn a_press_on_a_head_turns_the_direction_round() {
        let sort = Sort::<Column>::parse("credits").unwrap();
        assert_eq!(sort.toggled(Column::Credits), "-credits");
        assert_eq!(sort.toggled(Column::Name), "name");
        assert_eq!(Sort::<Column>::parse("-credits").unwrap().toggled(Column::Credits), "credits");
        assert_eq!(Sort::<Column>::parse("nothing"), None);
    }

    #[test]
    fn the_numbers_offered_have_gaps_only_where_pages_are_left_out() {
        assert_eq!(Page::new(1, 10, 20).window(), [Some(1), Some(2)]);
        assert_eq!(Page::new(5, 10, 90).window(), [Some(1), None, Some(4), Some(5), Some(6), None, Some(9)]);
    }

    proptest! {
        #[test]
        fn any_page_asked_for_is_a_page_there_is(asked in 0u32..5000, size in 0u32..200, total in 0u32..10_000) {
            let page = Page::new(asked, size, total);
            prop_assert!((1..=page.of).contains(&page.number));
            prop_assert!(page.last() >= page.first() || total == 0);
            prop_assert!(page.last() <= total);
            prop_assert!(page.last() - page.offset() <= page.size);
        }
    }
}
