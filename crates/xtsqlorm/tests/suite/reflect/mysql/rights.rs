//! What an account with few rights sees.

use xtsqlorm::{
    config::DatabaseConfig,
    connection::ConnectionManager,
    reflect::{reflect_schema, reflect_table},
};

use crate::support::{Kind, Result, TestDatabase, on_mysql_and_mariadb};

on_mysql_and_mariadb!(
    an_account_sees_the_tables_and_columns_that_it_has_rights_on,
    without_a_database_tables_are_found_by_their_full_name,
);

async fn an_account_sees_the_tables_and_columns_that_it_has_rights_on(db: TestDatabase) -> Result {
    let account = format!("{}_r", db.name());
    db.execute(&[
        "CREATE TABLE t (id INT PRIMARY KEY, open INT, shut INT, \
         inward VARBINARY(9) DEFAULT x'6162')",
        "CREATE TABLE hidden (id INT PRIMARY KEY)",
        &format!("CREATE USER {account}@'%' IDENTIFIED BY 'pw'"),
        &format!("GRANT SELECT (id, open), INSERT (inward) ON t TO {account}@'%'"),
    ])
    .await?;
    let config = db.config().user(&account).password("pw");
    let read = async {
        let manager = ConnectionManager::connect(&config).await?;
        let schema = reflect_schema(&manager).await?;
        let hidden = reflect_table("hidden", &manager).await;
        manager.dispose().await;
        xtsqlorm::Result::<_>::Ok((schema, hidden))
    };
    let read = read.await;
    db.execute(&[&format!("DROP USER {account}@'%'")]).await?;
    let (schema, hidden) = read?;
    assert_eq!(schema.tables.len(), 1, "{:?}", schema.tables);
    let columns = schema.tables[0].columns.iter();
    let columns: Vec<&str> = columns.map(|column| column.name.as_str()).collect();
    assert_eq!(columns, ["id", "open", "inward"]);
    // It may not ask for the default, and has it as the catalogue shows it.
    let default = schema.tables[0].columns[2].default.as_deref();
    let shown = match db.kind() {
        Kind::MySql => "x'6162'",
        _ => "'ab'",
    };
    assert_eq!(default, Some(shown));
    assert!(schema.unreadable.is_empty(), "{:?}", schema.unreadable);
    assert!(hidden.is_err());
    Ok(())
}

async fn without_a_database_tables_are_found_by_their_full_name(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE t (id INT PRIMARY KEY)"]).await?;
    let url = db.url().replace(&format!("/{}", db.name()), "/");
    let manager = ConnectionManager::connect(&DatabaseConfig::from_url(&url)?).await?;
    let found = reflect_table(&format!("{}.t", db.name()), &manager).await?;
    assert_eq!(found.key_columns(), ["id"]);
    for error in [
        reflect_table("t", &manager).await.unwrap_err(),
        reflect_schema(&manager).await.unwrap_err(),
    ] {
        assert!(error.to_string().contains("no database"), "{error}");
    }
    manager.dispose().await;
    Ok(())
}
