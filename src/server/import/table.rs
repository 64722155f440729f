//! A CSV file as rows of known columns, and everything that can be wrong with one.
//!
//! Nothing is guessed: a column that is missing, unknown or there twice, a row of another length, bytes that are not
//! UTF-8 are each named with the line and with what to do.

use ce_domain::calendar::{Day, DayError, parse_day};
use ce_domain::text::{count, tidy};
use std::fmt::Write;

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 128 * 1024 * 1024;
/// The most rows a file may have.
pub const MOST_ROWS: usize = 500_000;
/// How many errors are shown; the rest is counted.
const MOST_SHOWN: usize = 200;

/// One thing that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The line it begins on, from 1; the header is line 1.
    pub line: u64,
    /// The column; empty when it is the whole row.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl RowError {
    fn whole(line: u64, reason: impl Into<String>) -> RowError {
        RowError { line, column: String::new(), value: String::new(), reason: reason.into() }
    }
}

/// A file whose form is right; what its values mean is not looked at yet.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<&'static str>,
    /// Its rows, as they stand in the file.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// The line it begins on.
    pub line: u64,
    /// Its values, in the order of the table's columns.
    values: Vec<String>,
}

impl Table {
    /// Reads a file that must have the columns `required` and may have the `optional` ones, in any order.
    ///
    /// # Errors
    /// Everything that is wrong with its form.
    pub fn read(
        required: &'static [&'static str],
        optional: &'static [&'static str],
        bytes: &[u8],
    ) -> Result<Table, Vec<RowError>> {
        let columns = required;
        if bytes.len() > LARGEST {
            let most = LARGEST / 1024 / 1024;
            return Err(vec![RowError::whole(1, format!("the file is larger than {most} MB: divide it into several"))]);
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or(bytes);
            let line = 1 + u64::try_from(before.iter().filter(|&&byte| byte == b'\n').count()).unwrap_or(0);
            vec![RowError::whole(line, "this line is not UTF-8 text: save the file as CSV in UTF-8")]
        })?;
        // Spreadsheets on Windows put a byte order mark before the first name.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut records = reader.records();
        let header = match records.next() {
            Some(Ok(header)) => header,
            _ => {
                let wanted = columns.join(",");
                return Err(vec![RowError::whole(1, format!("the file is empty: its first line must be {wanted}"))]);
            }
        };
        let places = places(columns, optional, &header)?;
        let mut errors = Vec::new();
        let mut rows = Vec::new();
        for record in records {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    errors.push(RowError::whole(line, "this line cannot be read as CSV: check its quotes"));
                    continue;
                }
            };
            // The position is where reading went on, which is before empty lines that were skipped.
            let line = record.position().map_or(0, |position| first_line(text, position));
            // What spreadsheets leave below the last row.
            if record.iter().all(|value| value.trim().is_empty()) {
                continue;
            }
            if record.len() != header.len() {
                let (found, wanted) = (record.len(), header.len());
                errors.push(RowError::whole(
                    line,
                    format!(
                        "{found} values for {wanted} columns: a value with a comma in it needs \"quotes\" around it"
                    ),
                ));
                continue;
            }
            if rows.len() == MOST_ROWS {
                let most = count(i64::try_from(MOST_ROWS).unwrap_or(0), "row", "rows");
                errors.push(RowError::whole(line, format!("the file has more than {most}: divide it into several")));
                break;
            }
            let value = |place: &Option<usize>| tidy(place.and_then(|place| record.get(place)).unwrap_or(""));
            let values = places.iter().map(value).collect();
            rows.push(Row { line, values });
        }
        let columns = required.iter().chain(optional).copied().collect();
        if errors.is_empty() { Ok(Table { columns, rows }) } else { Err(errors) }
    }

    /// A row, ready to be looked at value by value; what is wrong with one is added to `errors`.
    pub fn fields<'a>(&'a self, row: &'a Row, errors: &'a mut Vec<RowError>) -> Fields<'a> {
        Fields { columns: &self.columns, row, errors }
    }
}

/// The line on which a record begins: that of its position, or after the empty lines that follow it.
fn first_line(text: &str, position: &csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(0);
    let empty = text.get(start..).unwrap_or("").bytes().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    position.line() + u64::try_from(empty.filter(|&byte| byte == b'\n').count()).unwrap_or(0)
}

/// Where in the file's rows each column stands: the required ones, then the optional ones; those may stand nowhere.
fn places(
    columns: &[&str],
    optional: &[&str],
    header: &csv::StringRecord,
) -> Result<Vec<Option<usize>>, Vec<RowError>> {
    let names: Vec<String> = header.iter().map(tidy).collect();
    let wanted = columns.join(",");
    if names.len() == 1 && columns.len() > 1 && names.iter().any(|name| name.contains([';', '\t'])) {
        return Err(vec![RowError::whole(1, format!("the columns must be divided by commas, as in {wanted}"))]);
    }
    let mut errors = Vec::new();
    let mut error = |column: &str, reason: String| {
        errors.push(RowError { line: 1, column: column.to_owned(), value: String::new(), reason });
    };
    for (place, name) in names.iter().enumerate() {
        if !columns.contains(&name.as_str()) && !optional.contains(&name.as_str()) {
            let remedy = format!("take it out, or correct its name. The columns are {wanted}");
            error(
                name,
                if name.is_empty() {
                    format!("a column has no name: {remedy}")
                } else {
                    format!("unknown column: {remedy}")
                },
            );
        } else if names.iter().take(place).any(|before| before == name) {
            error(name, "this column is there twice: take one of them out".to_owned());
        }
    }
    let mut places = Vec::new();
    for column in columns {
        match names.iter().position(|name| name == column) {
            Some(place) => places.push(Some(place)),
            None => error(column, format!("this column is missing: add it. The columns are {wanted}")),
        }
    }
    places.extend(optional.iter().map(|column| names.iter().position(|name| name == column)));
    if errors.is_empty() { Ok(places) } else { Err(errors) }
}

/// The values of one row, read as what they should be. Each reading gives `None` when it noted an error.
pub struct Fields<'a> {
    columns: &'a [&'static str],
    row: &'a Row,
    errors: &'a mut Vec<RowError>,
}

impl Fields<'_> {
    /// What stands in a column.
    pub fn value(&self, column: &str) -> &str {
        let place = self.columns.iter().position(|name| *name == column);
        place.and_then(|place| self.row.values.get(place)).map_or("", String::as_str)
    }

    /// Notes that what stands in a column is wrong.
    pub fn wrong(&mut self, column: &str, reason: impl Into<String>) {
        let value = self.value(column).to_owned();
        self.errors.push(RowError { line: self.row.line, column: column.to_owned(), value, reason: reason.into() });
    }

    /// A text that may be empty, of at most `most` characters.
    pub fn text(&mut self, column: &str, most: usize) -> Option<String> {
        let value = self.value(column).to_owned();
        if value.chars().count() > most {
            self.wrong(column, format!("longer than {most} characters: shorten it"));
            return None;
        }
        if value.chars().any(char::is_control) {
            self.wrong(column, "contains a sign that cannot be printed: write it anew");
            return None;
        }
        Some(value)
    }

    /// A text that may not be empty.
    pub fn required(&mut self, column: &str, most: usize) -> Option<String> {
        let text = self.text(column, most)?;
        if text.is_empty() {
            self.wrong(column, "is empty: fill it in");
            return None;
        }
        Some(text)
    }

    /// A day that must be there.
    pub fn day(&mut self, column: &str) -> Option<Day> {
        match parse_day(self.value(column)) {
            Ok(day) => Some(day),
            Err(error) => {
                self.not_a_day(column, error);
                None
            }
        }
    }

    /// A day that may be left out.
    pub fn optional_day(&mut self, column: &str) -> Option<Option<Day>> {
        match parse_day(self.value(column)) {
            Ok(day) => Some(Some(day)),
            Err(DayError::Empty) => Some(None),
            Err(error) => {
                self.not_a_day(column, error);
                None
            }
        }
    }

    fn not_a_day(&mut self, column: &str, error: DayError) {
        self.wrong(
            column,
            match error {
                DayError::Empty => "is empty: write a date like 2026-03-27 or 27-Mar-2026",
                DayError::Malformed => "is not a date: write it like 2026-03-27 or 27-Mar-2026",
                DayError::Impossible => "there is no such day in the calendar: correct it",
            },
        );
    }
}

/// The errors of a file as a table to read in a terminal; at most 200, and how many more there are.
pub fn show_errors(errors: &[RowError]) -> String {
    let shown = errors.get(..MOST_SHOWN.min(errors.len())).unwrap_or(errors);
    let value = |error: &RowError| -> String {
        let mut value: String = error.value.chars().take(40).collect();
        if value.len() < error.value.len() {
            value.push('…');
        }
        if error.value.is_empty() { String::new() } else { format!("\"{value}\"") }
    };
    let width = |of: &dyn Fn(&RowError) -> usize, head: &str| shown.iter().map(of).max().unwrap_or(0).max(head.len());
    let line = width(&|error| error.line.to_string().len(), "line");
    let column = width(&|error| error.column.chars().count(), "column");
    let values = width(&|error| value(error).chars().count(), "value");
    let mut text = format!("{:>line$}  {:column$}  {:values$}  what is wrong\n", "line", "column", "value");
    for error in shown {
        let _ = writeln!(
            text,
            "{:>line$}  {:column$}  {:values$}  {}",
            error.line,
            error.column,
            value(error),
            error.reason
        );
    }
    let more = errors.len() - shown.len();
    if more > 0 {
        let _ = writeln!(text, "and {} more", ce_domain::text::thousands(i64::try_from(more).unwrap_or(i64::MAX)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[&str] = &["name", "day"];

    fn errors(bytes: &[u8]) -> Vec<RowError> {
        Table::read(COLUMNS, &["note"], bytes).expect_err("a file with errors")
    }

    #[test]
    fn a_byte_order_mark_line_ends_of_windows_and_columns_in_another_order_are_read() {
        let table =
            Table::read(COLUMNS, &["note"], "\u{feff}day,name\r\n2026-01-02,\"Lisbon, West\"\r\n\r\n,\r\n".as_bytes())
                .expect("a table");
        assert_eq!(table.rows.len(), 1);
        let mut errors = Vec::new();
        let mut fields = table.fields(&table.rows[0], &mut errors);
        assert_eq!(fields.required("name", 20).as_deref(), Some("Lisbon, West"));
        assert_eq!(fields.day("day").map(|day| day.to_string()).as_deref(), Some("2026-01-02"));
    }

    #[test]
    fn a_column_that_is_optional_may_be_missing_and_is_read_when_it_is_there() {
        for (text, note) in [("name,day\na,2026-01-01\n", ""), ("note,name,day\nx,a,2026-01-01\n", "x")] {
            let table = Table::read(COLUMNS, &["note"], text.as_bytes()).expect("a table");
            let mut errors = Vec::new();
            let fields = table.fields(&table.rows[0], &mut errors);
            assert_eq!((fields.value("note"), fields.value("name")), (note, "a"));
        }
    }

    #[test]
    fn a_header_says_which_columns_are_missing_unknown_or_double() {
        let found = errors(b"name,nmae,name\n");
        let said: Vec<(&str, &str)> =
            found.iter().map(|e| (e.column.as_str(), e.reason.split(':').next().unwrap_or(""))).collect();
        assert_eq!(
            said,
            [("nmae", "unknown column"), ("name", "this column is there twice"), ("day", "this column is missing")]
        );
        assert!(found.iter().all(|error| error.line == 1));
        assert!(errors(b"name;day\nx;2026-01-01\n")[0].reason.contains("commas"));
        assert!(errors(b"")[0].reason.contains("name,day"));
    }

    #[test]
    fn every_row_of_another_length_is_listed_with_its_own_line() {
        let found = errors(b"name,day\na,2026-01-01\n\nb\n\"c\nd\",2026-01-01\ne,f,g\n");
        assert_eq!(found.iter().map(|error| error.line).collect::<Vec<_>>(), [4, 7]);
    }

    #[test]
    fn what_is_not_utf8_is_refused_with_its_line() {
        assert_eq!(errors(b"name,day\na,2026-01-01\nM\xe1laga,2026-01-01\n")[0].line, 3);
    }

    #[test]
    fn at_most_two_hundred_errors_are_shown_and_the_rest_is_counted() {
        let many: Vec<RowError> = (1..=1203).map(|line| RowError::whole(line, "wrong")).collect();
        let text = show_errors(&many);
        assert_eq!(text.lines().count(), 202);
        assert!(text.ends_with("and 1,003 more\n"), "{text}");
    }
}
