//! How often each operation asks the server: as often as a repository of an entity does.

use serde_json::json;
use xtsqlorm::{dynamic::column, prelude::*};

use crate::{
    repository::round_trips::check,
    support::{Result, TestDatabase, on_every_backend},
};

on_every_backend!(each_operation_sends_as_few_statements_as_promised);

async fn each_operation_sends_as_few_statements_as_promised(db: TestDatabase) -> Result {
    db.migrated().await?;
    let manager = db.manager();
    let provider = db.provider();
    let users = DynamicRepository::reflect(&provider, "users").await?;
    let countries = DynamicRepository::reflect(&provider, "countries").await?;
    let country = |name: &str| json!({ "code": "XX", "name": name });
    let mut counts = Vec::new();
    macro_rules! counted {
        ($name:literal, $operation:expr) => {{
            let before = manager.statements_sent();
            let result = $operation.await?;
            counts.push(($name, manager.statements_sent() - before));
            result
        }};
    }
    let fields = json!({ "email": "trip@example.com", "name": "Trip" });
    let row = counted!("create", users.create_json(fields));
    let id: i64 = row.try_get("id")?;
    counted!("get_by_id", users.get_by_id(id));
    counted!("require_by_id", users.require_by_id(id));
    counted!("get_many", users.get_many([id, -1]));
    counted!("get_all", users.get_all(Page::limit(3)));
    counted!("count", users.count());
    counted!("exists", users.exists(id));
    counted!(
        "find",
        users.find().filter(column("is_active").eq(true)).all()
    );
    counted!("update", users.update(id, [("name", "New")]));
    let same = column("id").eq(id);
    counted!(
        "update_where",
        users.update_where(same, [("name", "Newer")])
    );
    counted!("upsert, new", countries.upsert_json(country("X")));
    counted!("upsert, known", countries.upsert_json(country("Y")));
    let code = column("code").eq("XX");
    counted!(
        "get_or_create",
        countries.get_or_create_json(code.clone(), country("X"))
    );
    counted!("delete_where", countries.delete_where(code));
    counted!("delete", users.delete(id));
    check(db.kind(), &counts);
    Ok(())
}
