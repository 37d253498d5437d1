//! The rows of a table, byte for byte.

use super::base::Base;
use super::catalogue::{Column, Nature, Table, identifier};
use super::connection::Connection;
use crate::servers::Server;
use crate::support::Result;

/// How the copy's rows differ from the database's own; nothing where they do not.
pub(super) async fn difference(base: &Base, table: &Table) -> Result<Option<String>> {
    let server = base.full.server;
    let mut full = Connection::open(server, &base.full.url).await?;
    let mut copy = Connection::open(server, &base.copy.url).await?;
    let query = dump(table, server);
    let (mut full, mut copy) = (full.texts(&query).await?, copy.texts(&query).await?);
    full.sort();
    copy.sort();
    if full == copy {
        return Ok(None);
    }
    let missing = full.iter().find(|row| !copy.contains(row));
    let added = copy.iter().find(|row| !full.contains(row));
    let show = |row: Option<&Vec<String>>| {
        let text = row.map(|row| row.join(" "));
        text.unwrap_or_default()
            .chars()
            .take(400)
            .collect::<String>()
    };
    Ok(Some(format!(
        "{} rows, {} in the copy; lost {}; instead {}",
        full.len(),
        copy.len(),
        show(missing),
        show(added)
    )))
}

/// How many rows a table or view has.
pub(super) async fn count(base: &Base, table: &Table) -> Result<usize> {
    let server = base.full.server;
    let mut full = Connection::open(server, &base.full.url).await?;
    let cast = server.choose(
        "CAST(COUNT(*) AS CHAR)",
        "count(*)::text",
        "CAST(count(*) AS TEXT)",
    );
    let rows = full
        .texts(&format!("SELECT {cast} FROM {}", table.sql(server)))
        .await?;
    Ok(rows[0][0].parse()?)
}

/// A query of one text for each row.
fn dump(table: &Table, server: Server) -> String {
    let columns = table.columns.iter().map(|column| exact(column, server));
    let columns: Vec<String> = columns.collect();
    let name = table.sql(server);
    match server {
        Server::Mysql | Server::Mariadb => {
            format!("SELECT CONCAT_WS(' ', {}) FROM {name}", columns.join(", "))
        }
        Server::Postgres => {
            let columns = columns.join(", ");
            format!("SELECT ROW({columns})::text FROM {name}")
        }
        Server::Sqlite => {
            format!("SELECT {} FROM {name}", columns.join(" || ' ' || "))
        }
    }
}

/// The column's value as text that differs where a byte differs.
fn exact(column: &Column, server: Server) -> String {
    let name = identifier(&column.name, server);
    match server {
        Server::Mysql | Server::Mariadb if column.nature == Nature::Float => {
            format!("IFNULL(CAST({name} + 0e0 AS CHAR), 'NULL')")
        }
        Server::Mysql | Server::Mariadb => format!("IFNULL(HEX(CAST({name} AS BINARY)), 'NULL')"),
        // Blanks and the order of keys do not count.
        Server::Postgres if column.nature == Nature::Json => format!("{name}::jsonb::text"),
        Server::Postgres => format!("{name}::text"),
        Server::Sqlite => format!("typeof({name}) || ':' || quote({name})"),
    }
}
