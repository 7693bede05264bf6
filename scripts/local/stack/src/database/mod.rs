//! The private PostgreSQL cluster: made, prepared like a hosted Supabase project, migrated.

pub(crate) mod cluster;
pub(crate) mod migrations;
pub(crate) mod prepare;
pub(crate) mod project;
pub(crate) mod vault;

use sqlx::{Connection, PgConnection};

/// The URL of a login.
pub(crate) fn url(role: &str, password: &str, port: u16) -> String {
    format!("postgres://{role}:{password}@127.0.0.1:{port}/postgres")
}

/// Whether the server takes this login now.
pub(crate) async fn accepts(url: &str) -> bool {
    match PgConnection::connect(url).await {
        Ok(connection) => connection.close().await.is_ok(),
        Err(_) => false,
    }
}
