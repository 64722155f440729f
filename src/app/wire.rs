//! How answers of server functions come to the browser: JSON, read by the same code that reads what comes within a page.
//!
//! The library's own encoding reads bytes, the page's data is read from text: every type would be compiled twice into
//! the browser's program, once for each. The bytes on the wire are the same.

use leptos::server_fn::codec::Post;
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// JSON as text.
pub struct JsonText;

/// JSON as the answer of a server function.
pub type Json = Post<JsonText>;

impl ContentType for JsonText {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonText {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonText {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<bytes::Bytes, Self::Error> {
        serde_json::to_vec(output).map(bytes::Bytes::from)
    }

    fn encode_into(output: &T, buf: &mut bytes::BytesMut) -> Result<(), Self::Error> {
        serde_json::to_writer(bytes::BufMut::writer(buf), output)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonText {
    type Error = serde_json::Error;

    fn decode(bytes: bytes::Bytes) -> Result<T, Self::Error> {
        match std::str::from_utf8(&bytes) {
            Ok(text) => serde_json::from_str(text),
            Err(error) => Err(serde::de::Error::custom(error)),
        }
    }
}
