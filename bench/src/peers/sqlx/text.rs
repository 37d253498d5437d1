//! The statements, written once.

use work::Backend;

const COLUMNS: &str =
    "id, code, name, note, amount, quantity, active, rating, created_at, updated_at";
const NEW: &str = "code, name, note, amount, quantity, active, rating, created_at, updated_at";

/// Statements with the placeholders of one backend.
pub(super) struct Text {
    pub(super) get: &'static str,
    pub(super) create: &'static str,
    pub(super) update: &'static str,
    pub(super) update_returning: &'static str,
    pub(super) delete: &'static str,
    pub(super) exists: &'static str,
    pub(super) count: &'static str,
    pub(super) list: &'static str,
    pub(super) page: &'static str,
    pub(super) upsert: &'static str,
    pub(super) all: &'static str,
    numbered: bool,
}

impl Text {
    pub(super) fn of(backend: Backend) -> Self {
        let numbered = backend == Backend::Postgres;
        let text = |text: String| place(&text, numbered).leak() as &'static str;
        let create = format!("INSERT INTO bench_row ({NEW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        let update = "UPDATE bench_row SET name = ?, amount = ? WHERE id = ?";
        let returning = format!(" RETURNING {COLUMNS}");
        let with_id =
            format!("INSERT INTO bench_row (id, {NEW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        let settings = |value: &dyn Fn(&str) -> String| {
            let settings = NEW
                .split(", ")
                .map(|name| format!("{name} = {}", value(name)));
            settings.collect::<Vec<_>>().join(", ")
        };
        let upsert = if matches!(backend, Backend::MySql | Backend::MariaDb) {
            let settings = settings(&|name| format!("VALUES({name})"));
            format!("{with_id} ON DUPLICATE KEY UPDATE {settings}")
        } else {
            let settings = settings(&|name| format!("excluded.{name}"));
            format!("{with_id} ON CONFLICT (id) DO UPDATE SET {settings}{returning}")
        };
        let rows = format!("SELECT {COLUMNS} FROM bench_row");
        Self {
            get: text(format!("{rows} WHERE id = ?")),
            create: text(if backend == Backend::MySql {
                create
            } else {
                create + &returning
            }),
            update: text(update.into()),
            update_returning: text(update.to_owned() + &returning),
            delete: text("DELETE FROM bench_row WHERE id = ?".into()),
            exists: text("SELECT 1 FROM bench_row WHERE quantity = ? LIMIT 1".into()),
            count: text("SELECT COUNT(*) FROM bench_row WHERE quantity = ?".into()),
            list: text(format!("{rows} ORDER BY id LIMIT ?")),
            page: text(format!("{rows} WHERE id > ? ORDER BY id LIMIT ?")),
            upsert: text(upsert),
            all: text(rows),
            numbered,
        }
    }

    /// An INSERT of so many rows.
    pub(super) fn insert(&self, rows: usize) -> String {
        let row = "(?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let rows = vec![row; rows].join(", ");
        place(
            &format!("INSERT INTO bench_row ({NEW}) VALUES {rows}"),
            self.numbered,
        )
    }
}

/// Numbers the placeholders where the backend wants them numbered.
fn place(text: &str, numbered: bool) -> String {
    if !numbered {
        return text.to_owned();
    }
    let mut parts = text.split('?');
    let mut placed = parts.next().unwrap_or_default().to_owned();
    for (number, part) in parts.enumerate() {
        placed.push_str(&format!("${}", number + 1));
        placed.push_str(part);
    }
    placed
}
