//! The records that the claims are made of.

/// A table without a key.
pub(super) mod log {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Model {
        pub owner_id: i32,
        pub note: String,
        pub meta: Option<Json>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveColumn)]
    pub enum Column {
        OwnerId,
        Note,
        Meta,
        #[strum(disabled)]
        NoKey,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    super::super::read_only::record! {
        schema: None,
        table: "log",
        refused: "`log` is read-only: it is a table without a key",
        key: super::super::read_only::NoKey,
        appends: true,
        columns: {
            owner_id: i32 = OwnerId;
            note: String = Note;
            meta: Option<Json> = Meta;
        }
    }
}

/// The same table with a key that has values, as somebody might write it by hand.
pub(super) mod misused {
    use sea_orm::{entity::prelude::*, sea_query::ValueType};

    use super::super::read_only::NoKey;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveValueType)]
    pub struct Number(pub i32);

    impl Number {
        pub fn column<T: ValueType>(told: impl IntoIterator<Item = ColumnType>) -> ColumnDef {
            NoKey::column::<T>(told)
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Model {
        pub owner_id: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveColumn)]
    pub enum Column {
        OwnerId,
        #[strum(disabled)]
        NoKey,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    super::super::read_only::record! {
        schema: None,
        table: "log",
        refused: "`log` is read-only: it is a table without a key",
        key: Number,
        appends: true,
        columns: {
            owner_id: i32 = OwnerId;
        }
    }
}

/// A table of one column of which PostgreSQL does not know the order.
pub(super) mod spot {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Model {
        pub place: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveColumn)]
    pub enum Column {
        Place,
        #[strum(disabled)]
        NoKey,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    super::super::read_only::record! {
        schema: None,
        table: "spot",
        refused: "`spot` is read-only: it is a table without a key",
        key: super::super::read_only::NoKey,
        appends: true,
        columns: {
            place: Option<String> = Place, column_type ColumnType::custom("point"),
                select_as "text", save_as "point";
        }
    }
}
