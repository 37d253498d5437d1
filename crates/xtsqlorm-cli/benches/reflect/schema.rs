//! A schema of 400 tables, as an application that has grown for years might have it.

use super::scratch::Backend;

/// How many tables.
pub(crate) const TABLES: usize = 400;

/// The statements that make it.
pub(crate) fn statements(backend: Backend) -> Vec<String> {
    (0..TABLES).map(|place| table(place, backend)).collect()
}

/// How many foreign keys it has.
pub(crate) fn foreign_keys() -> usize {
    (0..TABLES).map(|place| keys(place).len()).sum()
}

fn name(place: usize) -> String {
    const SUBJECTS: [&str; 10] = [
        "account", "invoice", "shipment", "article", "contract", "message", "ticket", "device",
        "payment", "branch",
    ];
    format!("{}_{}", SUBJECTS[place % SUBJECTS.len()], place)
}

/// Whether each row of the table joins a row of one table to a row of another.
fn is_junction(place: usize) -> bool {
    place > 20 && place % 12 == 5
}

/// The columns that refer to other tables, and those.
fn keys(place: usize) -> Vec<(String, usize)> {
    let named = |other: usize| (format!("{}_id", name(other)), other);
    if is_junction(place) {
        return vec![named(place - 1), named(place - 2)];
    }
    let mut keys = Vec::new();
    if place > 0 {
        keys.push(named(place / 2));
    }
    let far = (place * 7 + 3) % place.max(1);
    if place > 3 && far != place / 2 && !is_junction(far) {
        keys.push(named(far));
    }
    if place % 20 == 19 {
        keys.push(("created_by".to_owned(), 0));
        keys.push(("updated_by".to_owned(), 0));
    }
    if place % 25 == 24 {
        keys.push(("parent_id".to_owned(), place));
    }
    keys.retain(|(_, other)| !is_junction(*other));
    keys
}

fn table(place: usize, backend: Backend) -> String {
    let moment = match backend {
        Backend::Mysql | Backend::Mariadb => "DATETIME",
        Backend::Postgres | Backend::Sqlite => "TIMESTAMP",
    };
    let keys = keys(place);
    let mut parts = Vec::new();
    if is_junction(place) {
        parts.extend(
            keys.iter()
                .map(|(column, _)| format!("{column} BIGINT NOT NULL")),
        );
        parts.push("since DATE".to_owned());
        let columns: Vec<&str> = keys.iter().map(|(column, _)| column.as_str()).collect();
        parts.push(format!("PRIMARY KEY ({})", columns.join(", ")));
    } else {
        parts.extend(
            [
                "id BIGINT NOT NULL PRIMARY KEY",
                "code VARCHAR(40) NOT NULL UNIQUE",
                "title VARCHAR(200)",
                "body TEXT",
                "quantity INTEGER NOT NULL DEFAULT 0",
                "price DECIMAL(12,2) NOT NULL",
                "ratio DOUBLE PRECISION",
                "is_open BOOLEAN NOT NULL",
                "made_on DATE",
            ]
            .map(str::to_owned),
        );
        parts.push(format!("made_at {moment} NOT NULL"));
        parts.push(format!("seen_at {moment} NULL"));
        parts.extend(keys.iter().map(|(column, _)| format!("{column} BIGINT")));
    }
    parts.extend(
        keys.iter().map(|(column, other)| {
            format!("FOREIGN KEY ({column}) REFERENCES {} (id)", name(*other))
        }),
    );
    format!("CREATE TABLE {} ({})", name(place), parts.join(", "))
}
