//! What a file was called: kept as text for people to read, and for nothing else.

use super::inspect::Kind;

/// Most characters of a name that are kept.
const LONGEST: usize = 120;

/// A name without folders, without signs that cannot be seen or that turn the reading direction, and not too long.
pub fn safe(name: &str, kind: Kind) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last.chars().map(|c| if unseen(c) { ' ' } else { c }).collect();
    let tidy = ce_domain::text::tidy(&seen);
    let tidy = tidy.trim_matches(['.', ' ']);
    let (stem, suffix) = match tidy.rsplit_once('.') {
        Some((stem, suffix)) if !stem.is_empty() && suffix.len() <= 5 => (stem, suffix.to_owned()),
        _ => (tidy, kind.suffixes().first().map(|suffix| (*suffix).to_owned()).unwrap_or_default()),
    };
    let stem = if stem.is_empty() { "certificate" } else { stem };
    let stem: String = stem.chars().take(LONGEST - 1 - suffix.chars().count()).collect();
    format!("{}.{suffix}", stem.trim_end())
}

/// Control signs, and those that make `exe.fdp` read like `pdf.exe` or the other way around.
fn unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_as_people_know_it_without_what_could_mislead() {
        let safe = |name: &str| super::safe(name, Kind::Pdf);
        assert_eq!(safe("Zertifikat Müller.pdf"), "Zertifikat Müller.pdf");
        assert_eq!(safe(r"C:\fakepath\my certificate.PDF"), "my certificate.PDF");
        assert_eq!(safe("../../etc/passwd"), "passwd.pdf");
        assert_eq!(safe("a\r\nSet-Cookie: x.pdf"), "a Set-Cookie: x.pdf");
        assert_eq!(safe("report\u{202e}fdp.pdf"), "report fdp.pdf");
        assert_eq!(safe(""), "certificate.pdf");
        assert_eq!(safe(".."), "certificate.pdf");
        let long = safe(&format!("{}.pdf", "ü".repeat(300)));
        assert_eq!((long.chars().count(), long.ends_with("ü.pdf")), (120, true));
    }
}
