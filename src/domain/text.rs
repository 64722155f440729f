//! Small things done to words: folding for search, slugs for addresses, thousands, plurals.

/// Lower case and plain letters, so that a search finds what a person means: `Málaga` and `malaga` are the same.
///
/// Only the Latin letters with marks that occur in names of places and people are folded; everything else stays.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
            continue;
        }
        for c in c.to_lowercase() {
            match c {
                'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
                'ç' | 'ć' | 'č' => folded.push('c'),
                'ď' | 'đ' => folded.push('d'),
                'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => folded.push('e'),
                'ğ' => folded.push('g'),
                'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => folded.push('i'),
                'ł' => folded.push('l'),
                'ñ' | 'ń' | 'ň' => folded.push('n'),
                'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => folded.push('o'),
                'ř' => folded.push('r'),
                'ś' | 'š' | 'ş' | 'ș' => folded.push('s'),
                'ť' | 'ţ' | 'ț' => folded.push('t'),
                'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => folded.push('u'),
                'ý' | 'ÿ' => folded.push('y'),
                'ź' | 'ż' | 'ž' => folded.push('z'),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'ß' => folded.push_str("ss"),
                '\u{0300}'..='\u{036f}' => {}
                c => folded.push(c),
            }
        }
    }
    folded
}

/// What stands for a name in an address: folded, everything else than letters and digits a hyphen.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in fold(text).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// A query for an address: `?q=encor&type=live`, or nothing when there are no values. The same text on the server and in
/// the browser, and no more escapes than needed, because people read addresses and send them to each other.
pub fn query<'a>(values: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    for (name, value) in values {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(name);
        query.push('=');
        for byte in value.bytes() {
            match byte {
                b' ' => query.push('+'),
                b'-' | b'.' | b'_' | b'~' | b'@' | b',' => query.push(char::from(byte)),
                _ if byte.is_ascii_alphanumeric() => query.push(char::from(byte)),
                _ => {
                    query.push('%');
                    for digit in [byte >> 4, byte & 15] {
                        query.extend(char::from_digit(u32::from(digit), 16).map(|digit| digit.to_ascii_uppercase()));
                    }
                }
            }
        }
    }
    query
}

/// One space between words, none at the ends.
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `4974` as `4,974`.
pub fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        grouped.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 claim`, `14 claims`: the number with thousands and the word that goes with it.
pub fn count(number: i64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// `core exam`, `core exam or lab exam`, `theory paper, check ride or interview`.
pub fn either(words: &[&str]) -> String {
    listed(words, "or")
}

/// `CCNA`, `CCNA and CCNP`, `CCNA, CCNP and CCIE`.
pub fn all(words: &[&str]) -> String {
    listed(words, "and")
}

fn listed(words: &[&str], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_makes_marked_letters_plain() {
        assert_eq!(fold("MÁLAGA – Łódź, Straße"), "malaga – lodz, strasse");
    }

    #[test]
    fn a_slug_has_only_letters_digits_and_single_hyphens() {
        assert_eq!(slug("  Implementing Cisco 802.1X (ISE)! "), "implementing-cisco-802-1x-ise");
        assert_eq!(slug("—"), "");
    }

    #[test]
    fn a_query_escapes_what_it_must_and_no_more() {
        assert_eq!(query([]), "");
        assert_eq!(
            query([("item", "encor@1.2"), ("q", "a b&c=d+é/#")]),
            "?item=encor@1.2&q=a+b%26c%3Dd%2B%C3%A9%2F%23"
        );
    }

    #[test]
    fn thousands_are_grouped() {
        for (number, words) in [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")] {
            assert_eq!(thousands(number), words);
        }
        assert_eq!(count(1, "claim", "claims"), "1 claim");
        assert_eq!(count(1000, "claim", "claims"), "1,000 claims");
    }
}
