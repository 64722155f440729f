//! Which page and which server function is for whom. What is not listed is for nobody (assurance S13); a test fails when
//! a route of the router has no row.

/// Who may ask for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever is signed in.
    SignedIn,
    /// Who is past the gate.
    Candidate,
}

/// Route patterns, as the router writes them, and who may ask for them.
pub const POLICY: &[(&str, Access)] = &[
    // Pages and their forms.
    ("/", Access::Candidate),
    ("/access", Access::SignedIn),
    ("/account", Access::SignedIn),
    ("/account/calendar", Access::Candidate),
    ("/account/calendar.ics", Access::Candidate),
    // By the secret in its address: a calendar program has no session.
    ("/calendar/{file}", Access::Public),
    ("/account/sharing", Access::SignedIn),
    ("/catalog", Access::Public),
    ("/catalog/{item}", Access::Public),
    ("/claims/new", Access::Candidate),
    ("/claims/{id}", Access::Candidate),
    ("/claims/{id}/edit", Access::Candidate),
    ("/claims/{id}/withdraw", Access::Candidate),
    ("/data/catalog/{revision}", Access::Public),
    ("/files/evidence", Access::Candidate),
    ("/files/evidence/{id}", Access::SignedIn),
    ("/join", Access::Public),
    ("/join/{token}", Access::Public),
    ("/link/{token}", Access::SignedIn),
    ("/planner", Access::Candidate),
    ("/providers", Access::Public),
    ("/expert", Access::Candidate),
    ("/recertify", Access::Public),
    ("/reset", Access::Public),
    ("/reset/{token}", Access::Public),
    ("/sign-in", Access::Public),
    ("/sign-out", Access::SignedIn),
    ("/terms", Access::Public),
    ("/tracking", Access::Candidate),
    ("/tracking/{certification}", Access::Candidate),
    ("/tracking/{certification}/certificate.pdf", Access::Candidate),
    ("/tracking/transcript.pdf", Access::Candidate),
    ("/verify", Access::Public),
    ("/verify/{code}", Access::Public),
    // Server functions.
    ("/api/account/calendar", Access::Candidate),
    ("/api/account/home", Access::SignedIn),
    ("/api/account/proof", Access::Public),
    ("/api/account/terms", Access::Public),
    ("/api/catalog/frame", Access::Public),
    ("/api/catalog/item", Access::Public),
    ("/api/catalog/list", Access::Public),
    ("/api/catalog/providers", Access::Public),
    ("/api/claims/form", Access::Candidate),
    ("/api/claims/one", Access::Candidate),
    ("/api/claims/send", Access::Candidate),
    ("/api/claims/would-do", Access::Candidate),
    ("/api/dashboard", Access::Candidate),
    ("/api/planner", Access::Candidate),
    ("/api/providers/list", Access::Public),
    ("/api/recertify", Access::Public),
    ("/api/sharing", Access::SignedIn),
    ("/api/tracking", Access::Candidate),
    ("/api/tracking/expert", Access::Candidate),
    ("/api/tracking/one", Access::Candidate),
    ("/api/verify", Access::Public),
];

/// Forms that answer an anonymous person themselves, because sending them elsewhere would lose what they typed.
pub const KEEPS_ITS_FORM: &[&str] = &["/claims/new", "/claims/{id}/edit"];

/// Whether a script asks, which wants an error as data and could do nothing with a page to go to.
pub fn answers_scripts(pattern: &str) -> bool {
    pattern.starts_with("/api/") || pattern == "/files/evidence"
}

/// Who may ask for what a route pattern leads to; `None`: nobody.
pub fn access(pattern: &str) -> Option<Access> {
    POLICY.iter().find(|(known, _)| *known == pattern).map(|(_, access)| *access)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_listed_is_for_nobody() {
        assert_eq!(access("/catalog"), Some(Access::Public));
        assert_eq!(access("/admin"), None);
        for pattern in KEEPS_ITS_FORM {
            assert_eq!(access(pattern), Some(Access::Candidate));
        }
    }

    #[test]
    fn no_route_is_listed_twice() {
        for (index, (pattern, _)) in POLICY.iter().enumerate() {
            assert!(POLICY.iter().skip(index + 1).all(|(other, _)| other != pattern), "{pattern}");
        }
    }
}
