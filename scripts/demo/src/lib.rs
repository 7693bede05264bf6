//! The demo world, a small invented music world, and its upstreams.
