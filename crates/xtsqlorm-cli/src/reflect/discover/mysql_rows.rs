//! What sea-schema's rows mean, without a server.

use sea_query::ForeignKeyAction as Action;
use sea_schema::Name;
use sea_schema::mysql::def::{ForeignKeyAction, IndexInfo, IndexType};
use sea_schema::mysql::query::IndexQueryResult;

use crate::reflect::model::Unique;

/// The columns that `json_valid(`column`)` names in a check.
pub(super) fn json_columns(clause: &str) -> impl Iterator<Item = String> {
    clause
        .split("json_valid(")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .map(|column| column.trim_matches('`').to_owned())
}

/// The row with an index type that sea-schema knows; ARCHIVE and others have types of their own.
pub(super) fn known_index(mut index: IndexQueryResult) -> IndexQueryResult {
    if IndexType::from_str(&index.index_type).is_none() {
        index.index_type = "BTREE".to_owned();
    }
    index
}

/// An index that keeps whole column values unique: no prefix, no expression.
pub(super) fn whole_and_unique(index: &IndexInfo) -> bool {
    index.unique && !index.functional && index.parts.iter().all(|part| part.sub_part.is_none())
}

pub(super) fn unique(index: &IndexInfo) -> Unique {
    Unique {
        name: index.name.clone(),
        columns: column_names(index).collect(),
    }
}

pub(super) fn column_names(index: &IndexInfo) -> impl Iterator<Item = String> {
    index.parts.iter().map(|part| part.column.clone())
}

/// RESTRICT and NO ACTION are one here, and the default, which MariaDB calls by the other name.
pub(super) fn action(action: &ForeignKeyAction) -> Option<Action> {
    match action {
        ForeignKeyAction::Cascade => Some(Action::Cascade),
        ForeignKeyAction::SetNull => Some(Action::SetNull),
        ForeignKeyAction::SetDefault => Some(Action::SetDefault),
        ForeignKeyAction::Restrict | ForeignKeyAction::NoAction => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_columns_are_found_in_a_check() {
        let found: Vec<_> = json_columns("json_valid(`payload`) and json_valid(`extra`)").collect();
        assert_eq!(found, ["payload", "extra"]);
    }
}
