//! The local stack: Postgres, Redis, gateway and functions' host, started, watched, stopped.
