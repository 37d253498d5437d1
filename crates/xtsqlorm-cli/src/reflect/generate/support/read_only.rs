//! What read-only records have in common: the rows of views, and of tables that have no key.
//!
//! SeaORM wants a key of every entity. The key of a record is a column that no statement lists and
//! that never has a value, so that SeaORM itself refuses what needs one.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ArrayType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, TryFromU64, TryGetError, TryGetable};

/// The key of a row that has none: there is no value of this type, so that `find_by_id` and
/// `delete_by_id` cannot be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKey {}

impl NoKey {
    /// What SeaORM is told of a column: a type, or the one that follows from `T`.
    pub fn column<T: ValueType>(told: impl IntoIterator<Item = ColumnType>) -> ColumnDef {
        let told = told.into_iter().next();
        let column = told.unwrap_or_else(T::column_type).def();
        match T::is_option() {
            true => column.nullable(),
            false => column,
        }
    }
}

impl From<NoKey> for Value {
    fn from(key: NoKey) -> Self {
        match key {}
    }
}

impl Nullable for NoKey {
    fn null() -> Value {
        Value::Int(None)
    }
}

impl ValueType for NoKey {
    fn try_from(_: Value) -> Result<Self, ValueTypeErr> {
        Err(ValueTypeErr)
    }

    fn type_name() -> String {
        "NoKey".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::Int
    }

    fn column_type() -> ColumnType {
        ColumnType::Integer
    }
}

impl TryGetable for NoKey {
    fn try_get_by<I: ColIdx>(_: &QueryResult, _: I) -> Result<Self, TryGetError> {
        Err(TryGetError::Null("the row has no key".to_owned()))
    }
}

impl TryFromU64 for NoKey {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("NoKey"))
    }
}

/// Makes an entity of the `Model`, `Column` and `Relation` that stand beside it.
macro_rules! record {
    (
        schema: $schema:expr,
        table: $table:literal,
        refused: $refused:literal,
        key: $key:ty,
        appends: $appends:literal,
        columns: {
            $(
                $field:ident: $ty:ty = $column:ident
                $(, column_type $column_type:expr)?
                $(, select_as $select_as:literal)?
                $(, save_as $save_as:literal)?;
            )+
        }
    ) => {
        /// The rows.
        #[derive(Copy, Clone, Default, Debug, DeriveEntity)]
        pub struct Entity;

        impl EntityName for Entity {
            fn schema_name(&self) -> Option<&str> {
                $schema
            }

            fn table_name(&self) -> &'static str {
                $table
            }
        }

        impl ColumnTrait for Column {
            type EntityName = Entity;

            fn def(&self) -> ColumnDef {
                match self {
                    $(Self::$column => <$key>::column::<$ty>([$($column_type)?]),)+
                    Self::NoKey => ColumnType::Integer.def(),
                }
            }

            fn enum_type_name(&self) -> Option<&'static str> {
                match self {
                    $(Self::$column => <$ty as sea_orm::sea_query::ValueType>::enum_type_name(),)+
                    Self::NoKey => None,
                }
            }

            fn select_as(&self, expr: Expr) -> Expr {
                match self {
                    $($(Self::$column => {
                        sea_orm::sea_query::ExprTrait::cast_as(expr, $select_as)
                    })?)+
                    _ => self.select_enum_as(expr),
                }
            }

            fn save_as(&self, value: Expr) -> Expr {
                match self {
                    $($(Self::$column => {
                        sea_orm::sea_query::ExprTrait::cast_as(value, $save_as)
                    })?)+
                    _ => self.save_enum_as(value),
                }
            }

            fn save_array_as(&self, values: Expr) -> Expr {
                match self {
                    $($(Self::$column => {
                        sea_orm::sea_query::ExprTrait::cast_as(values, concat!($save_as, "[]"))
                    })?)+
                    _ => values,
                }
            }
        }

        /// The key that there is not.
        #[derive(Copy, Clone, Debug, EnumIter, DerivePrimaryKey)]
        pub enum PrimaryKey {
            /// Never set, so that SeaORM refuses what needs a key.
            NoKey,
        }

        impl PrimaryKeyTrait for PrimaryKey {
            type ValueType = $key;

            fn auto_increment() -> bool {
                false
            }
        }

        impl sea_orm::FromQueryResult for Model {
            fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
                Ok(Self {
                    $($field: row.try_get(prefix, Column::$column.as_str())?,)+
                })
            }

            /// A row of NULLs only is what a join gives where there is no row.
            fn from_query_result_nullable(
                row: &QueryResult,
                prefix: &str,
            ) -> Result<Self, sea_orm::TryGetError> {
                let model = Self {
                    $($field: row.try_get_nullable(prefix, Column::$column.as_str())?,)+
                };
                let is_null = |column| {
                    let value = model.get(column);
                    value == value.as_null()
                };
                if <Column as sea_orm::Iterable>::iter().all(is_null) {
                    let all_null = "All fields of nested model are null".to_owned();
                    return Err(sea_orm::TryGetError::Null(all_null));
                }
                Ok(model)
            }
        }

        impl ModelTrait for Model {
            type Entity = Entity;

            fn get(&self, column: Column) -> Value {
                match column {
                    $(Column::$column => self.$field.clone().into(),)+
                    Column::NoKey => Value::Int(None),
                }
            }

            fn get_value_type(column: Column) -> sea_orm::sea_query::ArrayType {
                match column {
                    $(Column::$column => <$ty as sea_orm::sea_query::ValueType>::array_type(),)+
                    Column::NoKey => sea_orm::sea_query::ArrayType::Int,
                }
            }

            fn try_set(&mut self, column: Column, value: Value) -> Result<(), DbErr> {
                match column {
                    $(Column::$column => {
                        self.$field = sea_orm::sea_query::ValueType::try_from(value)
                            .map_err(|error| DbErr::Type(error.to_string()))?;
                    })+
                    Column::NoKey => return Err(DbErr::Custom($refused.to_owned())),
                }
                Ok(())
            }

            /// By the columns that refer, for there is no key by which SeaORM could join.
            fn find_related<R>(&self, _: R) -> Select<R>
            where
                R: EntityTrait,
                Self::Entity: Related<R>,
            {
                use sea_orm::sea_query::ExprTrait;
                let relation = <Self::Entity as Related<R>>::to();
                let mut select = R::find();
                for (from, to) in relation.from_col.iter().zip(relation.to_col.iter()) {
                    let from = from.to_string();
                    let mut columns = <Column as sea_orm::Iterable>::iter();
                    let column = columns.find(|column| column.as_str() == from);
                    let value = match column {
                        Some(column) => column.save_as(Expr::val(self.get(column))),
                        None => Expr::val(Value::Int(None)),
                    };
                    select = select.filter(Expr::col((R::default(), to.clone())).eq(value));
                }
                select
            }
        }

        /// A row to add, or the values of a condition.
        #[derive(Clone, Debug, PartialEq)]
        pub struct ActiveModel {
            $(
                #[doc = concat!("The column `", stringify!($field), "`.")]
                pub $field: sea_orm::ActiveValue<$ty>,
            )+
        }

        impl Default for ActiveModel {
            fn default() -> Self {
                <Self as ActiveModelBehavior>::new()
            }
        }

        impl From<Model> for ActiveModel {
            fn from(model: Model) -> Self {
                Self {
                    $($field: sea_orm::ActiveValue::Unchanged(model.$field),)+
                }
            }
        }

        impl sea_orm::IntoActiveModel<ActiveModel> for Model {
            fn into_active_model(self) -> ActiveModel {
                self.into()
            }
        }

        impl TryFrom<ActiveModel> for Model {
            type Error = DbErr;

            fn try_from(row: ActiveModel) -> Result<Self, DbErr> {
                $(if row.$field.is_not_set() {
                    return Err(DbErr::AttrNotSet(stringify!($field).to_owned()));
                })+
                Ok(Self {
                    $($field: row.$field.unwrap(),)+
                })
            }
        }

        impl sea_orm::TryIntoModel<Model> for ActiveModel {
            fn try_into_model(self) -> Result<Model, DbErr> {
                self.try_into()
            }
        }

        impl ActiveModelTrait for ActiveModel {
            type Entity = Entity;

            fn take(&mut self, column: Column) -> sea_orm::ActiveValue<Value> {
                match column {
                    $(Column::$column => {
                        std::mem::take(&mut self.$field).into_wrapped_value()
                    })+
                    Column::NoKey => sea_orm::ActiveValue::NotSet,
                }
            }

            fn get(&self, column: Column) -> sea_orm::ActiveValue<Value> {
                match column {
                    $(Column::$column => self.$field.clone().into_wrapped_value(),)+
                    Column::NoKey => sea_orm::ActiveValue::NotSet,
                }
            }

            fn set_if_not_equals(&mut self, column: Column, value: Value) {
                match column {
                    $(Column::$column => self.$field.set_if_not_equals(value.unwrap()),)+
                    Column::NoKey => (),
                }
            }

            fn try_set(&mut self, column: Column, value: Value) -> Result<(), DbErr> {
                match column {
                    $(Column::$column => {
                        self.$field = sea_orm::ActiveValue::Set(
                            sea_orm::sea_query::ValueType::try_from(value)
                                .map_err(|error| DbErr::Type(error.to_string()))?,
                        );
                    })+
                    Column::NoKey => return Err(DbErr::Custom($refused.to_owned())),
                }
                Ok(())
            }

            fn not_set(&mut self, column: Column) {
                match column {
                    $(Column::$column => self.$field = sea_orm::ActiveValue::NotSet,)+
                    Column::NoKey => (),
                }
            }

            fn is_not_set(&self, column: Column) -> bool {
                match column {
                    $(Column::$column => self.$field.is_not_set(),)+
                    Column::NoKey => true,
                }
            }

            fn default() -> Self {
                Self {
                    $($field: sea_orm::ActiveValue::NotSet,)+
                }
            }

            fn default_values() -> Self {
                use sea_orm::value::*; // traits, of which the types of the fields choose one each
                let mut row = <Self as ActiveModelTrait>::default();
                $(row.$field = (&row.$field).default_value();)+
                row
            }

            fn reset(&mut self, column: Column) {
                match column {
                    $(Column::$column => self.$field.reset(),)+
                    Column::NoKey => (),
                }
            }

            /// Whatever `save` gets may be there already, and must not be added once more.
            fn is_update(&self) -> bool {
                true
            }
        }

        #[async_trait::async_trait]
        impl ActiveModelBehavior for ActiveModel {
            /// Refuses every update. An insert needs a table, and a server that returns the row, for
            /// no SELECT could find it.
            async fn before_save<C>(self, db: &C, insert: bool) -> Result<Self, DbErr>
            where
                C: ConnectionTrait,
            {
                if insert && $appends && db.support_returning() {
                    return Ok(self);
                }
                Err(DbErr::Custom($refused.to_owned()))
            }

            /// Refuses every delete.
            async fn before_delete<C>(self, _db: &C) -> Result<Self, DbErr>
            where
                C: ConnectionTrait,
            {
                Err(DbErr::Custom($refused.to_owned()))
            }
        }
    };
}

pub(crate) use record;
