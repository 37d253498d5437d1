//! Values that the usual types do not hold, told once for all columns that may have them.
//!
//! Hardly anybody stores them, so the usual type stands; nothing in the catalogue says whether a
//! row has one.

use sea_orm::DbBackend;
use sea_query::ColumnType;
use xtsqlorm::connection::Backend;
use xtsqlorm::reflect::{DataType, MappedKind, Mapping};

use super::plan::Plan;

/// What the user should know of the columns that are written down.
pub(crate) fn notes(plan: &Plan, backend: Backend) -> Vec<String> {
    let tables = plan.entities.iter().map(|entity| &entity.table);
    let columns = tables.flat_map(|table| table.model.columns.iter().zip(&table.fields));
    let (mut moments, mut flags) = (0, 0);
    for (column, field) in columns {
        moments += usize::from(is_moment(field));
        let is_flag = matches!(field.kind, MappedKind::Plain(ColumnType::Boolean));
        let is_number = *column.data_type.base() == DataType::Boolean;
        flags += usize::from(is_flag && is_number && field.rust_type.is_none());
    }
    let kept = |count: usize, what: &str, remedy: &str| {
        (count > 0).then(|| format!("{what} ({count} of them); where rows hold such, {remedy}"))
    };
    let as_text = "\"table.column\" = \"String\" in [reflect.types] reads it";
    let notes = match backend.dialect() {
        DbBackend::Postgres => [
            kept(
                moments,
                "in columns of dates and moments `infinity` is a panic of the driver",
                as_text,
            ),
            None,
        ],
        DbBackend::MySql => [
            kept(
                moments,
                "in columns of dates and moments `0000-00-00` reads as NULL",
                as_text,
            ),
            kept(
                flags,
                "in columns of tinyint(1) a number above 1 reads as true",
                "--tinyint-as-number reads it",
            ),
        ],
        _ => [
            kept(
                flags,
                "in columns of BOOLEAN a number above 1 reads as true",
                "\"table.column\" = \"i64\" in [reflect.types] reads it",
            ),
            None,
        ],
    };
    notes.into_iter().flatten().collect()
}

/// Whether the column is held as a date, or a date and a time.
fn is_moment(field: &Mapping) -> bool {
    let is_moment = matches!(
        field.kind,
        MappedKind::Plain(
            ColumnType::Date
                | ColumnType::DateTime
                | ColumnType::Timestamp
                | ColumnType::TimestampWithTimeZone
        )
    );
    is_moment && field.rust_type.is_none()
}

#[cfg(test)]
mod tests {
    use xtsqlorm::reflect::ColumnModel;

    use super::super::model::samples::{schema, table};
    use super::super::plan::{Selection, plan};
    use super::*;

    #[test]
    fn each_limit_is_told_once_and_only_where_there_is_one() -> anyhow::Result<()> {
        let mut loose = table("loose", &["id"], &["id"]);
        for name in ["made", "seen"] {
            let moment = DataType::DateTime { precision: None };
            loose
                .columns
                .push(ColumnModel::new(name, "datetime", moment));
        }
        let flag = ColumnModel::new("is_open", "tinyint(1)", DataType::Boolean);
        loose.columns.push(flag);
        let plain = table("plain", &["id"], &["id"]);
        let found = plan(schema([loose, plain.clone()]), &Selection::default())?;
        let notes = notes(&found, Backend::MySql);
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].contains("`0000-00-00` reads as NULL (2 of them)"));
        assert!(notes[1].contains("reads as true (1 of them)"));
        let found = plan(schema([plain]), &Selection::default())?;
        assert!(super::notes(&found, Backend::MySql).is_empty());
        Ok(())
    }
}
