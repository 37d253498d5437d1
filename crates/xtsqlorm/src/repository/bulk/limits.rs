//! What a server takes at once.

use std::sync::{Arc, OnceLock};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::row::BulkRow;
use crate::{
    error::{Error, Result},
    session::SessionProvider,
};

/// The most parameters of a statement of MySQL and PostgreSQL, whose protocols count them in 16
/// bits.
const PARAMETERS: usize = 65_535;

/// The same for SQLite since 3.32 (<https://www.sqlite.org/limits.html>).
const PARAMETERS_OF_SQLITE: usize = 32_766;

/// About the most bytes of a statement; more of them make it no faster.
const BYTES: usize = 1 << 20;

/// The limits of one server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The most values of one statement.
    pub(super) parameters: usize,
    /// About the most bytes of one statement.
    pub(super) bytes: usize,
    /// The most bytes of one row, where the server says so.
    packet: Option<usize>,
}

/// Those of MySQL, asked for once for each pool.
#[derive(Default)]
struct Known(OnceLock<Limits>);

impl Limits {
    pub(super) async fn of(provider: &SessionProvider) -> Result<Self> {
        let dialect = provider.get_database_backend();
        let limits = Self {
            parameters: match dialect {
                DbBackend::Sqlite => PARAMETERS_OF_SQLITE,
                _ => PARAMETERS,
            },
            bytes: BYTES,
            packet: None,
        };
        if dialect != DbBackend::MySql {
            return Ok(limits);
        }
        let known: Arc<Known> = provider.manager().extension();
        if let Some(limits) = known.0.get() {
            return Ok(*limits);
        }
        let packet = usize::try_from(variable(provider, "max_allowed_packet").await?);
        let packet = packet.unwrap_or(usize::MAX);
        let limits = Self {
            // Values come as text or with their lengths, which may be more than was counted.
            bytes: BYTES.min(packet / 2),
            packet: Some(packet),
            ..limits
        };
        Ok(*known.0.get_or_init(|| limits))
    }

    /// Refuses a row that no statement can carry.
    pub(super) fn check(&self, table: &str, row: &BulkRow) -> Result<()> {
        let bytes = row.bytes();
        match self.packet {
            Some(packet) if bytes > packet => Err(Error::invalid(
                format!("row {} of {table}", row.index),
                format!("it has {bytes} bytes, and the server takes no more than {packet} at once"),
                "raise max_allowed_packet on the server, or store large values elsewhere",
            )),
            _ => Ok(()),
        }
    }

    /// How many of these rows, from the first on, one statement carries, where each of them has
    /// `parameters` and all together `fixed` beside them; at least one.
    pub(super) fn fit(
        &self,
        rows: &[BulkRow],
        most: usize,
        fixed: usize,
        parameters: impl Fn(&BulkRow) -> usize,
    ) -> usize {
        let mut values = fixed;
        let mut bytes = 0;
        let fitting = rows.iter().take(most).take_while(|row| {
            values += parameters(row);
            bytes += row.bytes();
            values <= self.parameters && bytes <= self.bytes
        });
        fitting.count().max(1)
    }
}

/// By how much MySQL's generated keys rise from row to row. A cluster changes it when a server joins
/// or leaves, so that nobody remembers it.
pub(super) async fn step_of_keys(provider: &SessionProvider) -> Result<u64> {
    Ok(variable(provider, "auto_increment_increment").await?.max(1))
}

/// A number among MySQL's variables.
async fn variable(provider: &SessionProvider, name: &str) -> Result<u64> {
    let asked = format!("SELECT CAST(@@{name} AS UNSIGNED) AS number");
    let asked = Statement::from_string(DbBackend::MySql, asked);
    let row = provider.query_one_raw(asked).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound(name.to_owned()))?;
    Ok(row.try_get("", "number")?)
}
