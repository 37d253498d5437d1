//! The values that the usual type refuses or changes, and the mapping that takes them.

use anyhow::ensure;
use sea_orm::ConnectionTrait;
use xtsqlorm::{
    connection::ConnectionManager,
    reflect::{MappingOptions, map_column, map_column_as_text},
};

use super::{Case, lost_in};
use crate::support::{Result, TestDatabase, on_mysql_and_mariadb, on_postgres, on_sqlite};

on_postgres!(
    infinite_dates_are_read_as_text,
    numbers_that_are_none_are_read_as_text,
    a_time_of_day_is_a_time_on_request
);
on_mysql_and_mariadb!(
    dates_that_are_none_are_read_as_text,
    wrong_enum_values_are_read_as_text,
    a_boolean_is_a_number_on_request,
    a_time_is_a_time_on_request
);
on_sqlite!(
    strays_are_errors_and_never_other_values,
    declared_types_are_believed_on_request
);

/// What is lost by the mapping of these options.
async fn lost(db: &TestDatabase, case: &Case, options: &MappingOptions) -> Result<Vec<String>> {
    let manager = lenient(db).await?;
    let backend = manager.backend();
    lost_in(db, &manager, case, |column| {
        map_column(column, backend, options)
    })
    .await
}

async fn lost_as_text(db: &TestDatabase, case: &Case) -> Result<Vec<String>> {
    let manager = lenient(db).await?;
    let backend = manager.backend();
    lost_in(db, &manager, case, |column| {
        map_column_as_text(column, backend)
    })
    .await
}

/// One connection, to which MySQL says no more than it must.
async fn lenient(db: &TestDatabase) -> Result<ConnectionManager> {
    if !db.kind().speaks_mysql() {
        return Ok(db.manager());
    }
    let manager = db.pool_of(1).await?;
    manager.db().execute_unprepared("SET sql_mode = ''").await?;
    Ok(manager)
}

/// The driver panics over them, in the task that reads; the text has them.
async fn infinite_dates_are_read_as_text(db: TestDatabase) -> Result {
    for sql_type in ["date", "timestamp", "timestamp with time zone"] {
        for value in ["'infinity'", "'-infinity'"] {
            let case = Case::new(sql_type, &["'2020-01-02'", value]);
            let left = lost_as_text(&db, &case).await?;
            ensure!(left.is_empty(), "{left:?}");

            let db = db.clone();
            let usual =
                tokio::spawn(async move { lost(&db, &case, &MappingOptions::default()).await });
            let ended = usual.await;
            ensure!(
                ended.as_ref().is_err_and(tokio::task::JoinError::is_panic),
                "{sql_type} {value} has a place now: {ended:?}"
            );
        }
    }
    Ok(())
}

/// `NaN` has no `Decimal`.
async fn numbers_that_are_none_are_read_as_text(db: TestDatabase) -> Result {
    let case = Case::new("numeric(10,2)", &["1.50", "'NaN'"]);
    let usual = lost(&db, &case, &MappingOptions::default()).await?;
    ensure!(usual.len() == 1 && usual[0].contains("NaN"), "{usual:?}");
    let left = lost_as_text(&db, &case).await?;
    ensure!(left.is_empty(), "{left:?}");
    Ok(())
}

/// All but 24:00:00 is a `Time`, which is why text is the rule.
async fn a_time_of_day_is_a_time_on_request(db: TestDatabase) -> Result {
    let times = MappingOptions {
        times_as_text: false,
        ..MappingOptions::default()
    };
    let case = Case::new("time", &["'23:59:59.999999'", "'24:00:00'"]);
    let left = lost(&db, &case, &times).await?;
    ensure!(left.len() == 1 && left[0].contains("24:00:00"), "{left:?}");
    Ok(())
}

/// `0000-00-00` reads as NULL, which a column that is `NOT NULL` does not take back; a day or a
/// month of 0 is an error.
async fn dates_that_are_none_are_read_as_text(db: TestDatabase) -> Result {
    for (sql_type, value) in [
        ("date", "'2020-00-01'"),
        ("date NOT NULL DEFAULT '0000-00-00'", "'0000-00-00'"),
        ("datetime NOT NULL DEFAULT '0000-00-00'", "'0000-00-00'"),
        ("timestamp NOT NULL DEFAULT '0000-00-00'", "'0000-00-00'"),
    ] {
        let mut case = Case::new(sql_type, &["'2020-01-02'", value]);
        case.null = !sql_type.contains("NOT NULL");
        let usual = lost(&db, &case, &MappingOptions::default()).await?;
        ensure!(usual.len() == 1 && usual[0].contains(value), "{usual:?}");
        let left = lost_as_text(&db, &case).await?;
        ensure!(left.is_empty(), "{left:?}");
    }
    Ok(())
}

/// A value that was none of the list was stored as the empty text, when nobody was strict.
async fn wrong_enum_values_are_read_as_text(db: TestDatabase) -> Result {
    let case = Case::new("enum('a','b')", &["'a'", "'nonsense'"]);
    let usual = lost(&db, &case, &MappingOptions::default()).await?;
    ensure!(
        usual.len() == 1 && usual[0].contains("nonsense"),
        "{usual:?}"
    );
    let left = lost_as_text(&db, &case).await?;
    ensure!(left.is_empty(), "{left:?}");
    Ok(())
}

/// `tinyint(1)` is how `BOOLEAN` is spelled, and holds any small number.
async fn a_boolean_is_a_number_on_request(db: TestDatabase) -> Result {
    let case = Case::new("boolean", &["1", "7"]);
    let usual = lost(&db, &case, &MappingOptions::default()).await?;
    ensure!(usual.len() == 1 && usual[0].contains(" 7 "), "{usual:?}");
    let numbers = MappingOptions {
        tiny_int_1_as_bool: false,
        ..MappingOptions::default()
    };
    let left = lost(&db, &case, &numbers).await?;
    ensure!(left.is_empty(), "{left:?}");
    Ok(())
}

/// A `Time` has the hours of a day.
async fn a_time_is_a_time_on_request(db: TestDatabase) -> Result {
    let times = MappingOptions {
        times_as_text: false,
        ..MappingOptions::default()
    };
    let case = Case::new(
        "time(6)",
        &["'23:59:59.999999'", "'24:00:00'", "'-00:00:01'"],
    );
    let left = lost(&db, &case, &times).await?;
    ensure!(
        left.len() == 2 && left[0].contains("does not decode"),
        "{left:?}"
    );
    Ok(())
}

/// What is of another class than its column's is refused by the usual type.
async fn strays_are_errors_and_never_other_values(db: TestDatabase) -> Result {
    for (sql_type, good, stray) in [
        ("INTEGER", "1", "'abc'"),
        ("INTEGER", "1", "1.5"),
        ("REAL", "1.5", "'x'"),
        ("TEXT", "'x'", "x'00'"),
        ("BOOLEAN", "1", "'true'"),
    ] {
        let case = Case::new(sql_type, &[good, stray]);
        let usual = lost(&db, &case, &MappingOptions::default()).await?;
        let refused = usual.len() == 1 && usual[0].contains(stray);
        ensure!(refused && usual[0].contains("does not decode"), "{usual:?}");
    }
    Ok(())
}

/// Then a price is a `Decimal` and a date a `Date`, and what is neither is changed or refused.
async fn declared_types_are_believed_on_request(db: TestDatabase) -> Result {
    let believing = MappingOptions {
        sqlite_as_declared: true,
        ..MappingOptions::default()
    };
    for (sql_type, good, other) in [
        ("DECIMAL(10,2)", "2 | 19.99 | -0.01", "0.1 + 0.2"),
        ("DATE", "'2020-01-02'", "'02/01/2020'"),
        ("TIME", "'03:04:05'", "'noon'"),
        (
            "DATETIME",
            "'2020-01-02 03:04:05.678'",
            "'2020-01-02T03:04:05Z'",
        ),
        ("TIMESTAMP", "'2020-01-02T03:04:05+00:00'", "1577934245"),
    ] {
        let mut values: Vec<&str> = good.split(" | ").collect();
        values.push(other);
        let case = Case::new(sql_type, &values);
        let left = lost(&db, &case, &believing).await?;
        ensure!(
            left.len() == 1 && left[0].contains(other),
            "{sql_type}: {left:?}"
        );
        let usual = lost(&db, &case, &MappingOptions::default()).await?;
        ensure!(usual.is_empty(), "{usual:?}");
    }
    Ok(())
}
