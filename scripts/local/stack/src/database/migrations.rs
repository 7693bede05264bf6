//! `migrations/*.sql`, applied in order with the Supabase CLI's own ledger: after us `supabase db push` finds nothing
//! to do, and after it we find nothing.

use crate::options::Report;
use anyhow::{Context, Result, bail};
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const SUFFIX: &str = ".sql";

/// A migration's file: `<version>_<name>.sql`.
#[derive(Debug, PartialEq, Eq)]
struct Migration {
    version: String,
    name: String,
    sql: String,
}

/// Applies what is missing or has changed, and all that comes after it, as the role that owns the project, each file in a
/// transaction of its own; returns how many there were. Until the first release migrations are edited in place: all of
/// them may run again, and a later file may need what an earlier one makes.
pub(crate) async fn apply(folder: &Path, database_url: &str, report: &Report) -> Result<usize> {
    let migrations = read(folder)?;
    let mut connection = PgConnection::connect(database_url).await?;
    let applied: Vec<(String, Option<Vec<String>>)> =
        sqlx::query_as("SELECT version, statements FROM supabase_migrations.schema_migrations")
            .fetch_all(&mut connection)
            .await?;
    let applied: BTreeMap<_, _> = applied.into_iter().collect();
    let first = migrations.iter().position(|migration| !migration.is_in(&applied));
    let due = first.map_or(&migrations[..0], |first| &migrations[first..]);
    if let Some(first) = due.first().filter(|_| !applied.is_empty()) {
        report.line(format!(
            "  Migration {} is new or has changed since it was applied here: it and those after it are applied",
            first.file()
        ));
    }
    for migration in due {
        migration.apply(&mut connection).await?;
    }
    connection.close().await?;
    Ok(due.len())
}

impl Migration {
    fn parse(file: &str, sql: String) -> Option<Self> {
        let (version, name) = file.strip_suffix(SUFFIX)?.split_once('_')?;
        let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
        is_version.then(|| Self {
            version: version.to_owned(),
            name: name.to_owned(),
            sql,
        })
    }

    fn file(&self) -> String {
        format!("{}_{}.sql", self.version, self.name)
    }

    /// Whether the ledger has the file as it is now. This program records a whole file as one statement, so that a later
    /// change of the file can be seen; the CLI records the statements one by one, and its entry counts as the present file.
    fn is_in(&self, applied: &BTreeMap<String, Option<Vec<String>>>) -> bool {
        match applied.get(&self.version).map(Option::as_deref) {
            None => false,
            Some(Some([whole])) => bare(whole) == bare(&self.sql),
            Some(_) => true,
        }
    }

    async fn apply(&self, connection: &mut PgConnection) -> Result<()> {
        let mut transaction = connection.begin().await?;
        if let Err(error) = raw_sql(AssertSqlSafe(self.sql.clone()))
            .execute(&mut *transaction)
            .await
        {
            // The driver's own text is of no help: it names a line of PostgreSQL's source.
            let problem = match error.as_database_error() {
                Some(database_error) => database_error.message().to_owned(),
                None => error.to_string(),
            };
            bail!("migrations/{}{}: {problem}", self.file(), self.place(&error));
        }
        sqlx::query(
            "INSERT INTO supabase_migrations.schema_migrations (version, name, statements) VALUES ($1, $2, $3) \
             ON CONFLICT (version) DO UPDATE SET name = EXCLUDED.name, statements = EXCLUDED.statements",
        )
        .bind(&self.version)
        .bind(&self.name)
        .bind([&self.sql])
        .execute(&mut *transaction)
        .await?;
        transaction
            .commit()
            .await
            .with_context(|| format!("migrations/{}", self.file()))
    }

    /// `:LINE` where the server said at which character the error is.
    fn place(&self, error: &sqlx::Error) -> String {
        let position = error
            .as_database_error()
            .and_then(|error| error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>())
            .and_then(sqlx::postgres::PgDatabaseError::position);
        match position {
            Some(sqlx::postgres::PgErrorPosition::Original(character)) => {
                let line = self.sql.chars().take(character).filter(|c| *c == '\n').count() + 1;
                format!(":{line}")
            }
            _ => String::new(),
        }
    }
}

/// A statement without what the CLI trims from its end.
fn bare(sql: &str) -> &str {
    sql.trim_end_matches(|c: char| c == ';' || c.is_whitespace())
}

/// The files in the order of their versions. Names that the CLI would skip are skipped.
fn read(folder: &Path) -> Result<Vec<Migration>> {
    let files = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut migrations = Vec::new();
    for file in files {
        let file = file?;
        let name = file.file_name();
        if let Some(name) = name.to_str().filter(|name| name.ends_with(SUFFIX)) {
            migrations.extend(Migration::parse(name, fs::read_to_string(file.path())?));
        }
    }
    migrations.sort_by(|one, other| one.version.cmp(&other.version));
    if let Some(pair) = migrations.windows(2).find(|pair| pair[0].version == pair[1].version) {
        bail!("migrations {} and {} have one version", pair[0].file(), pair[1].file());
    }
    Ok(migrations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_read_as_the_cli_reads_it() {
        let parsed = Migration::parse("20261124000100_extensions_and_schemas.sql", String::new()).unwrap();
        assert_eq!(parsed.version, "20261124000100");
        assert_eq!(parsed.name, "extensions_and_schemas");
        assert_eq!(parsed.file(), "20261124000100_extensions_and_schemas.sql");
        assert_eq!(Migration::parse("notes.sql", String::new()), None);
        assert_eq!(Migration::parse("x1_notes.sql", String::new()), None);
    }
}
