//! What conventions make of a row, and of a statement on its table.

use sea_orm::{
    Value,
    prelude::DateTimeUtc,
    sea_query::{Expr, ExprTrait},
};

use super::{DynamicRepository, Form, Row, form::Column, prepare::Changes, table::Table};
use crate::{
    error::{Error, Result},
    repository::{
        Refusal,
        conventions::{Conventions, Seen, time_text},
    },
};

/// Columns, and what an UPDATE sets them to.
pub(super) type Settings = Vec<(String, Expr)>;

impl DynamicRepository {
    /// Gives a new row what it does not bring itself.
    pub(super) fn complete(&self, row: &mut Row) -> Result<()> {
        let conventions = self.conventions();
        if let Some((created, updated)) = &conventions.timestamps {
            let now = conventions.now();
            for name in [created, updated] {
                if row.get(name).is_none() {
                    row.set(name, self.table.time(name, now)?.1);
                }
            }
        }
        if let Some(name) = &conventions.version
            && row.get(name).is_none()
        {
            row.set(name, 1);
        }
        Ok(())
    }

    /// The version that changes were made for, if they say it.
    pub(super) fn version_in(&self, changes: &Row) -> Result<Option<Value>> {
        let Some(name) = &self.conventions().version else {
            return Ok(None);
        };
        let column = self.table.column(name)?;
        let given = changes.get(name).cloned();
        given
            .map(|version| {
                let version = column.comparable(version);
                version.map_err(|refusal| refusal.of(self.table.subject(column)))
            })
            .transpose()
    }

    /// Refuses a version in changes of many rows.
    pub(super) fn refuse_version(&self, changes: &Row) -> Result<()> {
        match &self.conventions().version {
            Some(name) if changes.is_set(name) && changes.get(name).is_some() => {
                Err(Error::invalid(
                    self.table.subject(self.table.column(name)?),
                    "the version of many rows is raised, and cannot be set",
                    "leave it out, or make it a part of the condition",
                ))
            }
            _ => Ok(()),
        }
    }

    /// Takes out of changes what is not the caller's to change.
    pub(super) fn strip(&self, changes: &mut Changes) {
        let conventions = self.conventions();
        changes.0.retain(|(place, _)| {
            let name = self.table.columns[*place].name();
            !own(conventions).any(|own| own == name)
        });
    }

    /// What every change sets beside its own.
    pub(super) fn touch(&self) -> Result<Settings> {
        let conventions = self.conventions();
        let mut settings = Vec::new();
        if let Some((_, name)) = &conventions.timestamps {
            let (column, now) = self.table.time(name, conventions.now())?;
            settings.push((name.clone(), column.bind(now)));
        }
        if let Some(name) = &conventions.version {
            let column = self.table.column(name)?;
            settings.push((name.clone(), self.table.qualified(column).add(1)));
        }
        Ok(settings)
    }

    /// What soft deletion sets; `None` where rows are deleted for good.
    pub(super) fn deletion(&self) -> Result<Option<Settings>> {
        let conventions = self.conventions();
        let Some(name) = &conventions.deleted else {
            return Ok(None);
        };
        let mut settings = self.touch()?;
        let (column, now) = self.table.time(name, conventions.now())?;
        settings.push((name.clone(), column.bind(now)));
        Ok(Some(settings))
    }

    /// What makes a deleted row alive again.
    pub(super) fn revival(&self) -> Result<Option<(String, Expr)>> {
        let Some(name) = &self.conventions().deleted else {
            return Ok(None);
        };
        let column = self.table.column(name)?;
        Ok(Some((name.clone(), column.bind(column.form.null()))))
    }

    /// Which rows are seen; `None` for all.
    pub(super) fn seen(&self, seen: Seen) -> Result<Option<Expr>> {
        self.table.seen(self.conventions(), seen)
    }
}

/// The names of the conventions' columns.
fn own(conventions: &Conventions<String>) -> impl Iterator<Item = &str> {
    let (created, updated) = match &conventions.timestamps {
        Some((created, updated)) => (Some(created), Some(updated)),
        None => (None, None),
    };
    [
        created,
        updated,
        conventions.deleted.as_ref(),
        conventions.version.as_ref(),
    ]
    .into_iter()
    .flatten()
    .map(String::as_str)
}

impl Table {
    /// A column of that name, and the moment as it holds it.
    pub(super) fn time(&self, name: &str, moment: DateTimeUtc) -> Result<(&Column, Value)> {
        let column = self.column(name)?;
        let value = match column.form {
            Form::Moment => Some(moment.into()),
            Form::DateTime => Some(moment.naive_utc().into()),
            Form::Text | Form::Any => Some(time_text(moment).into()),
            _ => None,
        };
        let value = value
            .ok_or_else(|| {
                Refusal::new(
                    "it holds no time",
                    "name a column of a date and time, or of text",
                )
            })
            .and_then(|value| column.accept(value));
        match value {
            Ok(value) => Ok((column, value)),
            Err(refusal) => Err(refusal.of(self.subject(column))),
        }
    }

    /// Which rows are seen; `None` for all.
    pub(super) fn seen(
        &self,
        conventions: &Conventions<String>,
        seen: Seen,
    ) -> Result<Option<Expr>> {
        let Some(name) = &conventions.deleted else {
            return Ok(None);
        };
        let column = self.qualified(self.column(name)?);
        Ok(match seen {
            Seen::Alive => Some(column.is_null()),
            Seen::WithDeleted => None,
            Seen::OnlyDeleted => Some(column.is_not_null()),
        })
    }
}
