//! One file a provider: its requests, and its answers as domain values.
