//! A development and test host for Spin components (WASI 0.2) on wasmtime.
