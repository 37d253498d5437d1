//! Entities as they are generated from MySQL, for the tables that the claims need.

pub(crate) mod users {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        #[sea_orm(unique)]
        pub(crate) email: String,
        pub(crate) name: String,
        pub(crate) country_code: Option<String>,
        pub(crate) birthday: Option<Date>,
        pub(crate) is_active: bool,
        pub(crate) preferences: Option<Json>,
        pub(crate) version: i32,
        #[sea_orm(column_type = "Timestamp")]
        pub(crate) created_at: DateTimeUtc,
        #[sea_orm(column_type = "Timestamp")]
        pub(crate) updated_at: DateTimeUtc,
        #[sea_orm(column_type = "Timestamp", nullable)]
        pub(crate) deleted_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod products {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "products")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        #[sea_orm(unique)]
        pub(crate) public_id: Uuid,
        #[sea_orm(unique)]
        pub(crate) sku: String,
        pub(crate) name: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub(crate) description: Option<String>,
        pub(crate) category_id: i64,
        #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
        pub(crate) price: Decimal,
        pub(crate) stock: i32,
        #[sea_orm(column_type = "Double", nullable)]
        pub(crate) weight_kg: Option<f64>,
        pub(crate) is_active: bool,
        pub(crate) available_from: Option<DateTime>,
        #[sea_orm(column_type = "Blob", nullable)]
        pub(crate) thumbnail: Option<Vec<u8>>,
        pub(crate) version: i32,
        #[sea_orm(column_type = "Timestamp")]
        pub(crate) created_at: DateTimeUtc,
        #[sea_orm(column_type = "Timestamp")]
        pub(crate) updated_at: DateTimeUtc,
        #[sea_orm(column_type = "Timestamp", nullable)]
        pub(crate) deleted_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod orders {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "orders_status")]
    pub(crate) enum Status {
        #[sea_orm(string_value = "pending")]
        Pending,
        #[sea_orm(string_value = "paid")]
        Paid,
        #[sea_orm(string_value = "shipped")]
        Shipped,
        #[sea_orm(string_value = "cancelled")]
        Cancelled,
        #[sea_orm(string_value = "refunded")]
        Refunded,
    }

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "orders")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        #[sea_orm(unique)]
        pub(crate) number: String,
        pub(crate) user_id: i64,
        pub(crate) status: Status,
        #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
        pub(crate) total: Decimal,
        pub(crate) delivery_date: Option<Date>,
        pub(crate) delivery_slot: Option<Time>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(crate) note: Option<String>,
        #[sea_orm(column_type = "Timestamp", nullable)]
        pub(crate) paid_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Timestamp")]
        pub(crate) created_at: DateTimeUtc,
        #[sea_orm(column_type = "Timestamp")]
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod order_items {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "order_items")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) order_id: i64,
        pub(crate) product_id: i64,
        pub(crate) quantity: i32,
        #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
        pub(crate) unit_price: Decimal,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod audit_log {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_log")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) user_id: Option<i64>,
        pub(crate) action: String,
        pub(crate) subject_table: String,
        pub(crate) subject_key: String,
        pub(crate) detail: Json,
        #[sea_orm(column_type = "Timestamp")]
        pub(crate) created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
