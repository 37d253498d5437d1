//! Countries, users, tags.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::Date;
use serde_json::json;

use super::{Keys, at, insert};

const COUNTRIES: [(&str, &str); 14] = [
    ("BR", "Brazil"),
    ("CN", "China"),
    ("DE", "Germany"),
    ("EG", "Egypt"),
    ("FR", "France"),
    ("IN", "India"),
    ("JP", "Japan"),
    ("KR", "South Korea"),
    ("MX", "Mexico"),
    ("NG", "Nigeria"),
    ("PL", "Poland"),
    ("SE", "Sweden"),
    ("US", "United States"),
    ("VN", "Vietnam"),
];

struct User {
    email: &'static str,
    name: &'static str,
    country: Option<&'static str>,
    birthday: Option<Date>,
    active: bool,
    /// Locale, theme and whether the newsletter is wanted.
    preferences: Option<(&'static str, &'static str, bool)>,
    tags: &'static [&'static str],
    created: &'static str,
    deleted: Option<&'static str>,
}

/// An active user without anything optional, to be completed.
const PLAIN: User = User {
    email: "",
    name: "",
    country: None,
    birthday: None,
    active: true,
    preferences: None,
    tags: &[],
    created: "",
    deleted: None,
};

const USERS: [User; 15] = [
    User {
        email: "zoe.mueller@example.de",
        name: "Zoë Müller",
        country: Some("DE"),
        birthday: Date::from_ymd_opt(1991, 4, 23),
        preferences: Some(("de-DE", "dark", true)),
        tags: &["vip", "newsletter", "early adopter"],
        created: "2025-01-07T08:15:30.120500Z",
        ..PLAIN
    },
    User {
        email: "jose.garcia@example.mx",
        name: "José García Núñez",
        country: Some("MX"),
        birthday: Date::from_ymd_opt(1984, 11, 2),
        preferences: Some(("es-MX", "light", false)),
        tags: &["wholesale"],
        created: "2025-01-19T21:40:02Z",
        ..PLAIN
    },
    User {
        email: "misaki.sato@example.jp",
        name: "佐藤 美咲",
        country: Some("JP"),
        birthday: Date::from_ymd_opt(1996, 7, 7),
        preferences: Some(("ja-JP", "light", true)),
        tags: &["vip", "newsletter"],
        created: "2025-02-03T01:05:59.000001Z",
        ..PLAIN
    },
    User {
        email: "wang.xiaoming@example.cn",
        name: "王小明",
        country: Some("CN"),
        birthday: Date::from_ymd_opt(1979, 12, 31),
        preferences: Some(("zh-CN", "system", false)),
        created: "2025-02-14T12:00:00Z",
        ..PLAIN
    },
    User {
        email: "minjun.kim@example.kr",
        name: "김민준",
        country: Some("KR"),
        birthday: Date::from_ymd_opt(2001, 2, 18),
        preferences: Some(("ko-KR", "dark", true)),
        tags: &["newsletter", "student"],
        created: "2025-03-01T06:22:41.750000Z",
        ..PLAIN
    },
    User {
        email: "lukasz.wisniewski@example.pl",
        name: "Łukasz Wiśniewski",
        country: Some("PL"),
        birthday: Date::from_ymd_opt(1988, 9, 15),
        preferences: Some(("pl-PL", "system", true)),
        tags: &["newsletter"],
        created: "2025-03-22T17:48:10Z",
        ..PLAIN
    },
    User {
        email: "amelie.lefevre@example.fr",
        name: "Amélie Lefèvre",
        country: Some("FR"),
        birthday: Date::from_ymd_opt(1993, 6, 1),
        preferences: Some(("fr-FR", "light", true)),
        tags: &["vip", "newsletter"],
        created: "2025-04-09T09:30:00.333333Z",
        ..PLAIN
    },
    User {
        email: "asa.oberg@example.se",
        name: "Åsa Öberg",
        country: Some("SE"),
        preferences: Some(("sv-SE", "dark", false)),
        tags: &["early adopter"],
        created: "2025-04-30T15:11:27Z",
        ..PLAIN
    },
    User {
        email: "fatima.elsayed@example.eg",
        name: "فاطمة السيد",
        country: Some("EG"),
        birthday: Date::from_ymd_opt(1990, 3, 8),
        preferences: Some(("ar-EG", "light", false)),
        created: "2025-05-18T10:02:45Z",
        ..PLAIN
    },
    User {
        email: "priya.raghunathan@example.in",
        name: "Priya Raghunathan",
        country: Some("IN"),
        // A leap day.
        birthday: Date::from_ymd_opt(1992, 2, 29),
        preferences: Some(("en-IN", "system", true)),
        tags: &["newsletter", "wholesale"],
        created: "2025-06-02T04:55:13.987654Z",
        ..PLAIN
    },
    User {
        email: "anh.nguyen@example.vn",
        name: "Nguyễn Thị Ánh",
        country: Some("VN"),
        birthday: Date::from_ymd_opt(2003, 10, 20),
        tags: &["student"],
        created: "2025-07-11T13:37:00Z",
        ..PLAIN
    },
    User {
        email: "chinedu.okafor@example.ng",
        name: "Chinedu Okafor",
        country: Some("NG"),
        birthday: Date::from_ymd_opt(1986, 1, 12),
        active: false,
        preferences: Some(("en-NG", "dark", false)),
        created: "2025-08-05T19:20:36Z",
        ..PLAIN
    },
    User {
        email: "brian.oconnor@example.com",
        name: "Brian O'Connor",
        country: Some("US"),
        active: false,
        created: "2025-08-29T23:59:59.999999Z",
        ..PLAIN
    },
    User {
        email: "marcia.santos@example.br",
        name: "Márcia dos Santos",
        country: Some("BR"),
        birthday: Date::from_ymd_opt(1975, 5, 5),
        preferences: Some(("pt-BR", "light", false)),
        created: "2025-09-16T11:08:04Z",
        deleted: Some("2025-12-20T07:30:00Z"),
        ..PLAIN
    },
    User {
        email: "olena@example.org",
        name: "Олена 🌻 Шевченко",
        created: "2025-10-24T16:44:52.500000Z",
        ..PLAIN
    },
];

const TAGS: [(&str, Option<&str>); 6] = [
    ("vip", Some("Spent more than 500 euro in a year")),
    ("newsletter", Some("Reads the monthly letter")),
    (
        "wholesale",
        Some("Buys for resale, invoice with VAT number"),
    ),
    ("early adopter", None),
    ("student", Some("Showed a valid student card")),
    ("press", None),
];

pub(super) async fn seed(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let countries = COUNTRIES.map(|(code, name)| [code.into(), name.into()]);
    insert(db, "countries", ["code", "name"], countries.into()).await?;

    let users = USERS.iter().map(user_row).collect();
    insert(db, "users", USER_COLUMNS, users).await?;

    let tags = TAGS.map(|(name, description)| [name.into(), description.into()]);
    insert(db, "tags", ["name", "description"], tags.into()).await?;

    let user_ids = Keys::of(db, "users", "email").await?;
    let tag_ids = Keys::of(db, "tags", "name").await?;
    let mut pairs = Vec::new();
    for user in &USERS {
        for tag in user.tags {
            pairs.push([user_ids.get(user.email)?.into(), tag_ids.get(tag)?.into()]);
        }
    }
    insert(db, "users_tags", ["user_id", "tag_id"], pairs).await
}

const USER_COLUMNS: [&str; 9] = [
    "email",
    "name",
    "country_code",
    "birthday",
    "is_active",
    "preferences",
    "created_at",
    "updated_at",
    "deleted_at",
];

fn user_row(user: &User) -> [Expr; 9] {
    let preferences = user.preferences.map(|(locale, theme, newsletter)| {
        json!({ "locale": locale, "theme": theme, "newsletter": newsletter })
    });
    let changed = user.deleted.unwrap_or(user.created);
    [
        user.email.into(),
        user.name.into(),
        user.country.into(),
        user.birthday.into(),
        user.active.into(),
        preferences.into(),
        at(user.created).into(),
        at(changed).into(),
        user.deleted.map(at).into(),
    ]
}
