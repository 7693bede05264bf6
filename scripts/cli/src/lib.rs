//! What a person types: up, down, discover.
