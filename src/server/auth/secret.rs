//! Secrets that are handed out once: session tokens and proofs sent by mail. Only their hashes are kept.

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// 256 random bits in letters an address and a cookie can hold. Short enough that the line of a mail is not broken.
pub fn new() -> String {
    encode(&rand::random::<[u8; 32]>())
}

/// Whether a text looks like a secret that [`new`] made.
pub fn is_one(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

/// What is kept of a secret: SHA-256 in hexadecimal. A secret of 256 bits needs no salt and no slowness.
pub fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// base64url without padding (RFC 4648, section 5).
fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut block = [0u8; 3];
        for (to, from) in block.iter_mut().zip(chunk) {
            *to = *from;
        }
        let bits = u32::from_be_bytes([0, block[0], block[1], block[2]]);
        for (_, shift) in (0..=chunk.len()).zip([18u32, 12, 6, 0]) {
            let letter = usize::try_from((bits >> shift) & 63).ok().and_then(|index| ALPHABET.get(index));
            text.extend(letter.map(|letter| char::from(*letter)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_256_bits_and_is_never_the_same() {
        let (one, other) = (new(), new());
        assert_eq!(one.len(), 43);
        assert_ne!(one, other);
        assert!(is_one(&one));
        assert!(!is_one("") && !is_one(&one[1..]) && !is_one(&format!("{one}A")) && !is_one(&"%".repeat(43)));
        assert_eq!(digest(&one).len(), 64);
        assert_ne!(digest(&one), digest(&other));
    }

    #[test]
    fn bytes_are_written_as_the_standard_says() {
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("\u{3ff}?", "z78_")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
        }
    }
}
