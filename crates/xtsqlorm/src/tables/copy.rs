//! The structure of a table under another name.

mod mysql;
mod postgres;
mod same;
mod sqlite;

use std::sync::Arc;

use sea_orm::DbBackend;

use super::{
    CopyOptions, catalogue, quote,
    run::{Change, Reading, refuse_inside_a_writer},
};
use crate::{
    connection::ConnectionManager,
    error::{Error, Result},
    reflect::{TableKind, TableModel, TableName, exactly, forget_table, unknown},
};

pub(super) async fn copy(
    source: &str,
    new_name: &str,
    options: CopyOptions,
    manager: &ConnectionManager,
) -> Result<Arc<TableModel>> {
    quote::check_name(manager.backend(), "table", new_name)?;
    refuse_inside_a_writer(manager)?;
    let Some(entry) = catalogue::find(source, manager).await? else {
        return Err(unknown(source, manager).await);
    };
    if entry.kind != TableKind::Table {
        return Err(Error::invalid(
            format!("the table `{}`", entry.name),
            format!("it is a {}", entry.kind),
            "copy a table that has rows of its own",
        ));
    }
    let source = read(&entry.name, manager).await?;
    let copy = TableName::new(&source.name.schema, new_name);
    if let Some(there) = catalogue::entry(&copy, manager).await? {
        return existing(&source, &there.name, options, manager).await;
    }
    if let Err(error) = make(&source, &copy, options, manager).await {
        // Somebody else may have been faster.
        return match catalogue::entry(&copy, manager).await {
            Ok(Some(there)) => existing(&source, &there.name, options, manager).await,
            _ => Err(error),
        };
    }
    forget_table(&copy, manager);
    Ok(Arc::new(read(&copy, manager).await?))
}

async fn make(
    source: &TableModel,
    copy: &TableName,
    options: CopyOptions,
    manager: &ConnectionManager,
) -> Result<()> {
    let mut change = Change::begin(Reading::AsShown, manager).await?;
    match manager.backend().dialect() {
        DbBackend::MySql => mysql::copy(source, copy, options, &mut change).await?,
        DbBackend::Postgres => postgres::copy(source, copy, options, &mut change).await?,
        _ => sqlite::copy(source, copy, options, &mut change).await?,
    }
    change.commit().await
}

/// A table that has the name already: as good as a copy, or in the way.
async fn existing(
    source: &TableModel,
    there: &TableName,
    options: CopyOptions,
    manager: &ConnectionManager,
) -> Result<Arc<TableModel>> {
    let refused = |problem: String, remedy: &str| {
        Err(Error::invalid(
            format!("the table `{there}`"),
            problem,
            remedy,
        ))
    };
    if !options.get_or_create {
        return refused(
            "it exists already".into(),
            "choose another name, or ask for `CopyOptions::get_or_create`",
        );
    }
    let model = read(there, manager).await?;
    let dialect = manager.backend().dialect();
    let differences = same::differences(source, &model, options, dialect);
    if differences.is_empty() {
        return Ok(Arc::new(model));
    }
    refused(
        format!(
            "it exists already, and differs from `{}` in {}",
            source.name,
            differences.join(", ")
        ),
        "choose another name, or make the two alike",
    )
}

async fn read(name: &TableName, manager: &ConnectionManager) -> Result<TableModel> {
    match exactly(name, manager).await? {
        Some(table) => Ok(table),
        None => Err(Error::invalid(
            format!("the table `{name}`"),
            "somebody dropped it in the meantime",
            "do it again when it is there",
        )),
    }
}
