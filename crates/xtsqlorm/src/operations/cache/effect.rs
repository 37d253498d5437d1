//! Which rows of a table a statement may change, as far as its text tells.
//!
//! The statements of SeaORM that write single rows are recognized to the letter, so that such a
//! write concerns these rows and no others. Every other statement that names the table concerns all
//! of its rows.

use std::{collections::BTreeSet, sync::OnceLock};

use sea_orm::{
    DbBackend, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, RelationTrait, Value,
    sea_query::{ForeignKeyAction, TableRef},
};

use super::key::{Kind, slot_of};
use crate::connection::Effect;

/// How statements on one table look.
pub(super) struct Shape {
    table: String,
    dialect: DbBackend,
    /// The key's columns, quoted.
    key: Vec<String>,
    /// ``"users"."id" = ``, for each column of the key.
    equations: Vec<String>,
    /// Tables that rows of this one refer to, and that change them.
    parents: Vec<Parent>,
    /// Tables of which every write counts.
    watched: Vec<String>,
    /// The kinds of the values that rows are read by; not known before the first read.
    pub(super) kinds: OnceLock<Option<Vec<Kind>>>,
}

/// A table whose foreign key has an action: what happens to its rows happens to others.
struct Parent {
    table: String,
    deletes: bool,
    /// The columns whose change is passed on.
    updates: Vec<String>,
}

impl Shape {
    pub(super) fn new<E: EntityTrait>(dialect: DbBackend, watched: Vec<String>) -> Self {
        let quote = |name: &str| match dialect {
            DbBackend::MySql => format!("`{}`", name.replace('`', "``")),
            _ => format!("\"{}\"", name.replace('"', "\"\"")),
        };
        let table = E::default().table_name().to_owned();
        let columns = || E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
        let key: Vec<String> = columns().map(|column| quote(column.as_str())).collect();
        let quoted = quote(&table);
        Self {
            equations: key
                .iter()
                .map(|column| format!("{quoted}.{column} = "))
                .collect(),
            table,
            dialect,
            key,
            parents: parents::<E>().collect(),
            watched,
            kinds: OnceLock::new(),
        }
    }

    /// What a statement that writes may change here.
    pub(super) fn effect_of(&self, sql: &str, values: &[Value]) -> Option<Effect> {
        let lower = sql.to_ascii_lowercase();
        let watched = || self.watched.iter().any(|table| mentions(&lower, table));
        // The table may be its own parent.
        let passed_on = || self.parents.iter().any(|parent| parent.passes_on(&lower));
        if watched() || passed_on() {
            return Some(EVERYTHING);
        }
        mentions(&lower, &self.table)
            .then(|| self.of_rows(sql, &lower, values).unwrap_or(EVERYTHING))
    }

    /// `None` where the text does not say which rows.
    fn of_rows(&self, sql: &str, lower: &str, values: &[Value]) -> Option<Effect> {
        let odd = ["'", "--", "/*", ";", "||"]
            .iter()
            .any(|sign| sql.contains(sign));
        if odd || mentions(lower, "select") || self.placeholders(sql) != values.len() {
            return None;
        }
        if lower.starts_with("insert into ") {
            self.of_insert(sql, values)
        } else if lower.starts_with("update ") || lower.starts_with("delete from ") {
            self.of_condition(sql, values)
        } else {
            None
        }
    }

    /// `UPDATE .. WHERE "users"."id" = $2 AND ..`
    fn of_condition(&self, sql: &str, values: &[Value]) -> Option<Effect> {
        let (before, condition) = sql.split_once(" WHERE ")?;
        let changes_key = |column: &String| before.contains(&format!("{column} = "));
        if condition.contains(" WHERE ") || self.key.iter().any(changes_key) {
            return None;
        }
        let mut rest = condition;
        let mut place = self.placeholders(before);
        let mut key = Vec::with_capacity(self.equations.len());
        for (index, equation) in self.equations.iter().enumerate() {
            if index > 0 {
                rest = rest.strip_prefix(" AND ")?;
            }
            rest = self.placeholder(rest.strip_prefix(equation)?, &mut place)?;
            key.push(values.get(place - 1)?.clone());
        }
        let (further, _) = rest.split_once(" RETURNING ").unwrap_or((rest, ""));
        let further_lower = further.to_ascii_lowercase();
        let restricts = further.is_empty() || further.starts_with(" AND ");
        let widens = ["or", "xor"]
            .iter()
            .any(|word| mentions(&further_lower, word));
        if !restricts || widens {
            return None;
        }
        Some(rows([self.slot(&key)?]))
    }

    /// `INSERT INTO "users" ("id", ..) VALUES ($1, ..), (..)`
    fn of_insert(&self, sql: &str, values: &[Value]) -> Option<Effect> {
        let (columns, rest) = sql.split_once(" (")?.1.split_once(") VALUES (")?;
        let columns: Vec<&str> = columns.split(", ").collect();
        let named = |column: &&str| column.len() > 1 && column.starts_with(['"', '`']);
        if !columns.iter().all(named) || !values.len().is_multiple_of(columns.len()) {
            return None;
        }
        let count = values.len() / columns.len();
        if rest.matches("), (").count() + 1 != count {
            return None;
        }
        let places: Option<Vec<usize>> = self
            .key
            .iter()
            .map(|key| columns.iter().position(|column| column == key))
            .collect();
        let slots = places.and_then(|places| {
            let keys = values.chunks(columns.len()).map(|row| {
                let key: Vec<Value> = places.iter().map(|place| row[*place].clone()).collect();
                // MySQL gives a row whose key is 0 another one.
                self.slot(&key).filter(|slot| slot != "0,")
            });
            keys.collect::<Option<Vec<String>>>()
        });
        let (has_conflict, on_key) = match rest.split_once(" ON CONFLICT ") {
            Some((_, target)) => {
                let key = format!("({}) DO ", self.key.join(", "));
                (true, target.starts_with(&key))
            }
            None => (rest.contains(" ON DUPLICATE "), false),
        };
        match slots {
            Some(slots) if on_key || !has_conflict => Some(rows(slots)),
            None if !has_conflict => Some(Effect {
                appearing: true,
                ..Effect::default()
            }),
            _ => None,
        }
    }

    fn slot(&self, key: &[Value]) -> Option<String> {
        slot_of(key, self.kinds.get()?.as_deref()?)
    }

    /// How many values a text binds.
    fn placeholders(&self, sql: &str) -> usize {
        sql.matches(self.mark()).count()
    }

    /// Reads a placeholder, whose number, from 1, `place` becomes.
    fn placeholder<'a>(&self, sql: &'a str, place: &mut usize) -> Option<&'a str> {
        let rest = sql.strip_prefix(self.mark())?;
        if self.dialect != DbBackend::Postgres {
            *place += 1;
            return Some(rest);
        }
        let length = rest
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(rest.len());
        let (number, rest) = rest.split_at(length);
        *place = number.parse().ok().filter(|number| *number > 0)?;
        Some(rest)
    }

    fn mark(&self) -> char {
        match self.dialect {
            DbBackend::Postgres => '$',
            _ => '?',
        }
    }
}

const EVERYTHING: Effect = Effect {
    rows: BTreeSet::new(),
    appearing: false,
    everything: true,
};

fn rows(slots: impl IntoIterator<Item = String>) -> Effect {
    Effect {
        rows: slots.into_iter().collect(),
        ..Effect::default()
    }
}

impl Parent {
    fn passes_on(&self, lower: &str) -> bool {
        /// Words of the statements by which rows go away.
        const REMOVING: [&str; 5] = ["delete", "truncate", "replace", "merge", "drop"];
        let removes = || REMOVING.iter().any(|word| mentions(lower, word));
        let changing = ["conflict", "duplicate", ";"];
        let adds =
            lower.starts_with("insert into ") && !changing.iter().any(|sign| lower.contains(sign));
        let assigned = lower.split(" where ").next().unwrap_or(lower);
        let assigns = || self.updates.iter().any(|column| mentions(assigned, column));
        let moves = || !adds && assigns();
        mentions(lower, &self.table) && ((self.deletes && removes()) || moves())
    }
}

fn parents<E: EntityTrait>() -> impl Iterator<Item = Parent> {
    let acts = |action: &Option<ForeignKeyAction>| {
        use ForeignKeyAction::{Cascade, SetDefault, SetNull};
        matches!(action, Some(Cascade | SetDefault | SetNull))
    };
    let relations = E::Relation::iter().map(|relation| relation.def());
    relations.filter_map(move |relation| {
        let (deletes, updates) = (acts(&relation.on_delete), acts(&relation.on_update));
        match relation.to_tbl {
            // SeaORM calls the side that others refer to the owner.
            TableRef::Table(table, _) if !relation.is_owner && (deletes || updates) => {
                let columns = relation.to_col.into_iter();
                Some(Parent {
                    table: table.1.to_string(),
                    deletes,
                    updates: columns
                        .filter(|_| updates)
                        .map(|column| column.to_string())
                        .collect(),
                })
            }
            _ => None,
        }
    })
}

/// Whether a word, or the name of a table, stands in a text of small letters. A name of anything but letters,
/// digits and `_` may be written in several ways, and counts as found.
fn mentions(lower: &str, name: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    if !name
        .chars()
        .all(|letter| letter.is_ascii() && is_letter(letter))
    {
        return true;
    }
    let name = name.to_ascii_lowercase();
    lower.match_indices(&name).any(|(start, _)| {
        let before = lower[..start].chars().next_back();
        let after = lower[start + name.len()..].chars().next();
        !before.is_some_and(is_letter) && !after.is_some_and(is_letter)
    })
}

#[cfg(test)]
mod tests;
