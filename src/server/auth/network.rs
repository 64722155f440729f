//! Where a request comes from: the other end of the connection or, behind a proxy one trusts, what the proxy says.
//!
//! Anybody can write `X-Forwarded-For`; only what was added by a trusted proxy (`CE_TRUSTED_PROXIES`) counts, which is
//! what stands at its end (assurance S41).

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use std::net::{IpAddr, SocketAddr};

/// The header by which proxies tell whom they ask for, the nearest last.
const FORWARDED: &str = "x-forwarded-for";

/// Addresses that begin alike: `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    first: IpAddr,
    bits: u8,
}

impl Range {
    /// Reads `192.0.2.7`, `10.0.0.0/8` or `fd00::/8`.
    pub fn parse(text: &str) -> Option<Range> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text.trim(), None),
        };
        let first = address.parse::<IpAddr>().ok()?.to_canonical();
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= most)?,
            None => most,
        };
        Some(Range { first, bits })
    }

    /// Whether an address is one of these.
    pub fn holds(self, address: IpAddr) -> bool {
        let shift = u32::from(self.bits);
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let differ = u32::from(first) ^ u32::from(address);
                differ.checked_shr(32 - shift).unwrap_or(0) == 0
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let differ = u128::from(first) ^ u128::from(address);
                differ.checked_shr(128 - shift).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// The address somebody asks from; nothing when only proxies are known.
pub fn client(parts: &Parts, trusted: &[Range]) -> Option<IpAddr> {
    let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    let is_proxy = |address: IpAddr| trusted.iter().any(|range| range.holds(address));
    if !is_proxy(peer.ip()) {
        return Some(peer.ip());
    }
    let lines: Vec<&str> = parts.headers.get_all(FORWARDED).iter().filter_map(|line| line.to_str().ok()).collect();
    for word in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        // Before something that is no address stands what anybody may have written.
        let address = address_of(word.trim())?;
        if !is_proxy(address) {
            return Some(address);
        }
    }
    None
}

/// An address, also with a port.
fn address_of(word: &str) -> Option<IpAddr> {
    word.parse().ok().or_else(|| word.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// What one subscriber of a network has: an IPv4 address, or the first half of an IPv6 address.
pub fn subscriber(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn range(text: &str) -> Range {
        Range::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    fn asked_by(peer: &str, forwarded: &[&str]) -> Option<String> {
        let mut request = Request::builder();
        for line in forwarded {
            request = request.header(FORWARDED, *line);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        parts.extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 4000)));
        client(&parts, &[range("127.0.0.1"), range("10.0.0.0/8"), range("fd00::/8")]).map(|address| address.to_string())
    }

    #[test]
    fn a_range_holds_what_begins_like_it() {
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert!(range("10.0.0.0/8").holds(address("10.255.1.2")) && !range("10.0.0.0/8").holds(address("11.0.0.0")));
        assert!(
            range("192.0.2.7").holds(address("::ffff:192.0.2.7")) && !range("192.0.2.7").holds(address("192.0.2.6"))
        );
        assert!(range("0.0.0.0/0").holds(address("198.51.100.1")) && !range("0.0.0.0/0").holds(address("::1")));
        assert!(range("fd00::/8").holds(address("fdff::1")) && !range("::/0").holds(address("192.0.2.1")));
        for bad in ["", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "proxy", "10.0.0.0/-1"] {
            assert_eq!(Range::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_what_a_trusted_proxy_added_is_believed() {
        assert_eq!(asked_by("192.0.2.1", &["198.51.100.9"]).as_deref(), Some("192.0.2.1"), "not a proxy of ours");
        assert_eq!(asked_by("127.0.0.1", &["198.51.100.9"]).as_deref(), Some("198.51.100.9"));
        assert_eq!(asked_by("127.0.0.1", &["203.0.113.5, 198.51.100.9"]).as_deref(), Some("198.51.100.9"));
        assert_eq!(asked_by("127.0.0.1", &["203.0.113.5", "198.51.100.9, 10.1.1.1"]).as_deref(), Some("198.51.100.9"));
        assert_eq!(asked_by("::1", &["198.51.100.9"]).as_deref(), Some("::1"));
        assert_eq!(asked_by("fd00::1", &["[2001:db8::1]:443"]).as_deref(), Some("2001:db8::1"));
        assert_eq!(asked_by("127.0.0.1", &["198.51.100.9, unknown"]), None, "what stands before it may be anybody's");
        assert_eq!(asked_by("127.0.0.1", &[]), None, "only the proxy is known");
        assert_eq!(asked_by("127.0.0.1", &["10.0.0.1"]), None);
    }

    #[test]
    fn one_subscriber_is_one_network() {
        let of = |text: &str| subscriber(text.parse().expect("an address"));
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
