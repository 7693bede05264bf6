//! The revisions of the protocol that are spoken, and by which of them a request is answered.

use http::HeaderMap;
use serde_json::{Map, Value};

use crate::mcp::protocol::fault::{Fault, quoted};

pub const VERSION_HEADER: &str = "mcp-protocol-version";
const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revision {
    /// 2026-07-28: each request says in `_meta` what it needs, and stands alone.
    Stateless,
    /// 2025-11-25: a client says `initialize` first. Nothing is kept of that, so no request depends on it.
    Handshake,
}

impl Revision {
    /// The preferred one first.
    pub const ALL: [Self; 2] = [Self::Stateless, Self::Handshake];

    pub fn name(self) -> &'static str {
        match self {
            Self::Stateless => "2026-07-28",
            Self::Handshake => "2025-11-25",
        }
    }

    /// The revision of a message that is no request, by its header alone.
    pub fn of_header(headers: &HeaderMap) -> Result<Self, Fault> {
        match header(headers)? {
            None => Ok(Self::Handshake),
            Some(name) => Self::named(name).ok_or_else(|| Fault::unsupported_revision(name)),
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|revision| revision.name() == name)
    }

    /// The revision of a request, by its header and its `_meta`, which have to agree. A client of the older revision may
    /// leave both away.
    pub fn of(headers: &HeaderMap, meta: Option<&Map<String, Value>>) -> Result<Self, Fault> {
        let header = header(headers)?;
        let stated = meta.and_then(|meta| meta.get(VERSION));
        let stated = match stated {
            Some(Value::String(stated)) => Some(stated.as_str()),
            Some(_) => {
                return Err(Fault::malformed_params(format!(
                    "_meta[\"{VERSION}\"] must be a string"
                )));
            }
            None => None,
        };
        match (header, stated) {
            (None, None) => Ok(Self::Handshake),
            (Some(header), None) => match Self::named(header) {
                Some(Self::Stateless) => Err(Fault::malformed_params(format!(
                    "params._meta[\"{VERSION}\"] is missing: with revision {header} every request has it"
                ))),
                Some(Self::Handshake) => Ok(Self::Handshake),
                None => Err(Fault::unsupported_revision(header)),
            },
            (None, Some(stated)) => match Self::named(stated) {
                Some(Self::Handshake) => Ok(Self::Handshake),
                Some(Self::Stateless) => Err(Fault::header_mismatch("The header MCP-Protocol-Version is missing")),
                None => Err(Fault::unsupported_revision(stated)),
            },
            (Some(header), Some(stated)) if header != stated => Err(Fault::header_mismatch(format!(
                "The header MCP-Protocol-Version says {}, params._meta says {}",
                quoted(header),
                quoted(stated)
            ))),
            (Some(_), Some(stated)) => Self::named(stated).ok_or_else(|| Fault::unsupported_revision(stated)),
        }
    }
}

fn header(headers: &HeaderMap) -> Result<Option<&str>, Fault> {
    let Some(value) = headers.get(VERSION_HEADER) else {
        return Ok(None);
    };
    let value = value.to_str();
    value
        .map(Some)
        .map_err(|_| Fault::header_mismatch("MCP-Protocol-Version holds other than ASCII"))
}

/// What the client of a request can do, as the stateless revision wants it in each; empty for the older one.
pub fn client_capabilities(revision: Revision, meta: Option<&Map<String, Value>>) -> Result<Map<String, Value>, Fault> {
    if revision == Revision::Handshake {
        return Ok(Map::new());
    }
    match meta.and_then(|meta| meta.get(CAPABILITIES)) {
        Some(Value::Object(capabilities)) => Ok(capabilities.clone()),
        Some(_) => Err(Fault::malformed_params(format!(
            "_meta[\"{CAPABILITIES}\"] must be an object"
        ))),
        None => Err(Fault::malformed_params(format!(
            "params._meta[\"{CAPABILITIES}\"] is missing: {{}} says that the client offers nothing"
        ))),
    }
}
