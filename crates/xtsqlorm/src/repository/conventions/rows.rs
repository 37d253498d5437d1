//! What conventions make of a row, and of a statement.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, Value,
    prelude::DateTimeUtc,
    sea_query::{Expr, ExprTrait, sea_value_to_json_value},
};

use super::{
    Conventions, Seen,
    values::{first_version, refused, time},
};
use crate::error::Result;

/// Columns, and what an UPDATE sets them to.
pub(in crate::repository) type Settings<C> = Vec<(C, Expr)>;

impl<C> Conventions<C> {
    /// The time, as exact as every backend stores it.
    pub(crate) fn now(&self) -> DateTimeUtc {
        let now = self.clock.now();
        DateTimeUtc::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }
}

impl<C: ColumnTrait> Conventions<C> {
    /// Gives a new row what it does not bring itself.
    pub(in crate::repository) fn complete<A>(&self, row: &mut A) -> Result<()>
    where
        A: ActiveModelTrait<Entity: EntityTrait<Column = C>>,
    {
        if let Some((created, updated)) = self.timestamps {
            let now = self.now();
            for column in [created, updated] {
                if row.is_not_set(column) {
                    row.set(column, time::<A>(column, now)?);
                }
            }
        }
        if let Some(version) = self.version
            && row.is_not_set(version)
        {
            row.set(version, first_version::<A>(version)?);
        }
        Ok(())
    }

    /// The version that changes were made for, if they say it.
    pub(in crate::repository) fn version_in<A>(&self, changes: &A) -> Option<Value>
    where
        A: ActiveModelTrait<Entity: EntityTrait<Column = C>>,
    {
        changes.get(self.version?).into_value()
    }

    /// Refuses a version in changes of many rows.
    pub(in crate::repository) fn refuse_version<A>(&self, changes: &A) -> Result<()>
    where
        A: ActiveModelTrait<Entity: EntityTrait<Column = C>>,
    {
        match self.version {
            Some(version) if changes.get(version).is_set() => Err(refused::<A>(
                version,
                "the version of many rows is raised, and cannot be set",
                "leave it out, or make it a part of the condition",
            )),
            _ => Ok(()),
        }
    }

    /// Takes out of changes what is not the caller's to change.
    pub(in crate::repository) fn strip<A>(&self, changes: &mut A)
    where
        A: ActiveModelTrait<Entity: EntityTrait<Column = C>>,
    {
        for column in self.columns() {
            changes.not_set(column);
        }
    }

    /// All columns of the conventions.
    fn columns(&self) -> impl Iterator<Item = C> {
        let (created, updated) = self.timestamps.unzip();
        [created, updated, self.deleted, self.version]
            .into_iter()
            .flatten()
    }

    /// Whether `column` is one of the conventions'.
    pub(in crate::repository) fn own(&self, column: C) -> bool {
        self.columns().any(|own| own.as_str() == column.as_str())
    }

    /// What every change sets beside its own.
    pub(in crate::repository) fn touch<A>(&self) -> Result<Settings<C>>
    where
        A: ActiveModelTrait<Entity: EntityTrait<Column = C>>,
    {
        let mut settings = Vec::new();
        if let Some((_, updated)) = self.timestamps {
            let now = time::<A>(updated, self.now())?;
            settings.push((updated, updated.save_as(Expr::val(now))));
        }
        if let Some(version) = self.version {
            settings.push((version, version.into_expr().add(1)));
        }
        Ok(settings)
    }

    /// What soft deletion sets; `None` where rows are deleted for good.
    pub(in crate::repository) fn deletion<A>(&self) -> Result<Option<Settings<C>>>
    where
        A: ActiveModelTrait<Entity: EntityTrait<Column = C>>,
    {
        let Some(deleted) = self.deleted else {
            return Ok(None);
        };
        let mut settings = self.touch::<A>()?;
        let now = time::<A>(deleted, self.now())?;
        settings.push((deleted, deleted.save_as(Expr::val(now))));
        Ok(Some(settings))
    }

    /// What makes a deleted row alive again.
    pub(in crate::repository) fn revival<A>(&self) -> Result<Option<(C, Expr)>>
    where
        A: ActiveModelTrait<Entity: EntityTrait<Column = C>>,
    {
        self.deleted
            .map(|deleted| {
                let null = time::<A>(deleted, self.now())?.as_null();
                Ok((deleted, deleted.save_as(Expr::val(null))))
            })
            .transpose()
    }

    /// Which rows are seen; `None` for all.
    pub(in crate::repository) fn seen(&self, seen: Seen) -> Option<Expr> {
        let deleted = self.deleted?;
        match seen {
            Seen::Alive => Some(deleted.is_null()),
            Seen::WithDeleted => None,
            Seen::OnlyDeleted => Some(deleted.is_not_null()),
        }
    }

    /// The rows that were deleted up to that moment.
    pub(in crate::repository) fn deleted_until<A>(
        &self,
        moment: DateTimeUtc,
    ) -> Result<Option<Expr>>
    where
        A: ActiveModelTrait<Entity: EntityTrait<Column = C>>,
    {
        self.deleted
            .map(|deleted| Ok(deleted.lte(time::<A>(deleted, moment)?)))
            .transpose()
    }
}

/// The number in a version column.
pub(crate) fn version_number(value: &Value) -> i64 {
    sea_value_to_json_value(value).as_i64().unwrap_or_default()
}
