//! SQLite: the texts of the table and its indexes, with other names.

use std::ops::Range;

use sea_orm::{DbBackend, Value};

use crate::{
    error::{Error, Result},
    reflect::{
        TableModel, TableName,
        tokens::{Token, behind_group, items, tokens},
    },
    tables::{CopyOptions, edits::Edits, names::Taken, quote, run::Change},
};

const DIALECT: DbBackend = DbBackend::Sqlite;

pub(super) async fn copy(
    source: &TableModel,
    copy: &TableName,
    options: CopyOptions,
    change: &mut Change,
) -> Result<()> {
    let master = format!(
        "{}.sqlite_master",
        quote::name(DIALECT, &source.name.schema)
    );
    let texts = format!(
        "SELECT type, name, sql FROM {master} WHERE tbl_name = ? COLLATE NOCASE \
         AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC, name"
    );
    let table = Value::from(source.name.table.as_str());
    let texts = change.texts(&texts, vec![table]).await?;
    let taken = change
        .texts(&format!("SELECT name FROM {master}"), Vec::new())
        .await?;
    let mut taken = Taken::new(DIALECT, taken.into_iter().filter_map(|[name]| name));
    for [kind, name, sql] in texts {
        let (Some(kind), Some(name), Some(sql)) = (kind, name, sql) else {
            continue;
        };
        let definition = Definition::new(&sql, &source.name, copy);
        let rewritten = if kind == "table" {
            definition.table(options)
        } else {
            let name = taken.derived(&name, &source.name.table, &copy.table);
            definition.index(&name)
        };
        let rewritten = rewritten.ok_or_else(|| {
            Error::invalid(
                format!("the {kind} `{name}`"),
                format!("its definition cannot be taken apart: {sql}"),
                "make the copy by statements of your own",
            )
        })?;
        change.run(&rewritten).await?;
    }
    Ok(())
}

/// A table or index as it was written.
struct Definition<'a> {
    tokens: Vec<Token<'a>>,
    edits: Edits<'a>,
    source: &'a TableName,
    copy: &'a TableName,
}

impl<'a> Definition<'a> {
    fn new(sql: &'a str, source: &'a TableName, copy: &'a TableName) -> Self {
        Self {
            tokens: tokens(DIALECT, sql),
            edits: Edits::of(sql),
            source,
            copy,
        }
    }

    fn table(mut self, options: CopyOptions) -> Option<String> {
        let opening = self.tokens.iter().position(|token| token.is_sign('('))?;
        self.name(0, "TABLE", opening, quote::table(DIALECT, self.copy))?;
        let end = behind_group(&self.tokens, opening);
        for item in items(&self.tokens, opening + 1..end - 1) {
            self.references(item, options);
        }
        self.qualified(opening);
        Some(self.edits.finish())
    }

    fn index(mut self, name: &str) -> Option<String> {
        let opening = self.tokens.iter().position(|token| token.is_sign('('))?;
        let on = self.tokens.iter().position(|token| token.is("ON"))?;
        let index = TableName::new(&self.copy.schema, name);
        self.name(0, "INDEX", on, quote::table(DIALECT, &index))?;
        self.name(on, "ON", opening, quote::name(DIALECT, &self.copy.table))?;
        self.qualified(opening);
        Some(self.edits.finish())
    }

    /// Puts another name between a keyword and a token, with what may stand before a name.
    fn name(&mut self, from: usize, keyword: &str, end: usize, by: String) -> Option<()> {
        let word = (from..end).find(|place| self.tokens[*place].is(keyword))?;
        let behind = self.tokens[word].place.end;
        let last = self.tokens[word + 1..end].last()?;
        self.edits.replace(behind..last.place.end, format!(" {by}"));
        Some(())
    }

    /// The foreign keys of a column or rule: those to the source itself become ones to the copy.
    fn references(&mut self, item: Range<usize>, options: CopyOptions) {
        let mut place = item.start;
        while place < item.end {
            if self.tokens[place].is_sign('(') {
                place = behind_group(&self.tokens, place);
                continue;
            }
            if !self.tokens[place].is("REFERENCES") {
                place += 1;
                continue;
            }
            let end = self.clause_end(place, item.end);
            if !options.foreign_keys {
                self.leave_out(self.clause_start(place, item.start)..end, &item);
            } else if let Some(target) = self.tokens.get(place + 1)
                && self.is_source(target)
            {
                let copy = quote::name(DIALECT, &self.copy.table);
                self.edits.replace(target.place.clone(), copy);
            }
            place = end;
        }
    }

    /// Where a foreign key begins whose `REFERENCES` is here: at its columns, at its name.
    fn clause_start(&self, references: usize, first: usize) -> usize {
        let foreign = (first..references).rev().find(|place| {
            self.tokens[*place].is("FOREIGN")
                && behind_group(&self.tokens, *place + 2) == references
        });
        let start = foreign.unwrap_or(references);
        if start >= first + 2 && self.tokens[start - 2].is("CONSTRAINT") {
            start - 2
        } else {
            start
        }
    }

    /// Where it ends: behind the table, its columns, and what is said of actions and time.
    fn clause_end(&self, references: usize, last: usize) -> usize {
        let is = |place: usize, word: &str| {
            place < last && self.tokens.get(place).is_some_and(|token| token.is(word))
        };
        let mut end = references + 2;
        if end < last && self.tokens[end].is_sign('(') {
            end = behind_group(&self.tokens, end);
        }
        let event = |place: usize| {
            let events = ["DELETE", "UPDATE", "INSERT"];
            is(place, "ON") && events.iter().any(|event| is(place + 1, event))
        };
        loop {
            let length = if event(end) {
                let two_words = is(end + 2, "SET") || is(end + 2, "NO");
                if two_words { 4 } else { 3 }
            } else if is(end, "DEFERRABLE") {
                1
            } else if is(end, "MATCH")
                || is(end, "INITIALLY")
                || (is(end, "NOT") && is(end + 1, "DEFERRABLE"))
            {
                2
            } else {
                return end.min(last);
            };
            end += length;
        }
    }

    /// Takes a foreign key out, with its comma where it is all of its item.
    fn leave_out(&mut self, clause: Range<usize>, item: &Range<usize>) {
        let first = if clause == *item && item.start > 0 {
            item.start - 1
        } else {
            clause.start
        };
        let start = self.tokens[first].place.start;
        let end = self.tokens[clause.end - 1].place.end;
        self.edits.replace(start..end, "");
    }

    /// In expressions, the source's name may stand before that of a column.
    fn qualified(&mut self, from: usize) {
        let copy = quote::name(DIALECT, &self.copy.table);
        for place in from..self.tokens.len() {
            let dot = self
                .tokens
                .get(place + 1)
                .is_some_and(|next| next.is_sign('.'));
            if dot && self.is_source(&self.tokens[place]) {
                self.edits
                    .replace(self.tokens[place].place.clone(), copy.clone());
            }
        }
    }

    fn is_source(&self, token: &Token<'_>) -> bool {
        token.may_be_name() && token.name().eq_ignore_ascii_case(&self.source.table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(sql: &str, options: CopyOptions) -> String {
        let source = TableName::new("main", "s rc");
        let copy = TableName::new("main", "co\"py");
        Definition::new(sql, &source, &copy).table(options).unwrap()
    }

    #[test]
    fn a_table_refers_to_itself_under_its_new_name() {
        let sql = r#"CREATE TABLE [s rc] (id INTEGER PRIMARY KEY, up INT REFERENCES "S RC"(id) ON DELETE SET NULL,
            "s rc" TEXT DEFAULT 's rc' CHECK ("s rc"."s rc" <> 'REFERENCES "s rc"'),
            o INT REFERENCES other) -- "s rc" REFERENCES "s rc""#;
        let expected = r#"CREATE TABLE "main"."co""py" (id INTEGER PRIMARY KEY, up INT REFERENCES "co""py"(id) ON DELETE SET NULL,
            "s rc" TEXT DEFAULT 's rc' CHECK ("co""py"."s rc" <> 'REFERENCES "s rc"'),
            o INT REFERENCES other) -- "s rc" REFERENCES "s rc""#;
        assert_eq!(table(sql, CopyOptions::new()), expected);
    }

    #[test]
    fn foreign_keys_are_left_out_wherever_they_stand() {
        let sql = r#"CREATE TABLE "s rc"(a INT CONSTRAINT "up" REFERENCES x (id) ON DELETE NO ACTION ON UPDATE CASCADE MATCH FULL NOT DEFERRABLE INITIALLY DEFERRED NOT NULL UNIQUE, b INT REFERENCES y, CHECK (a > 0), FOREIGN KEY (a, b) REFERENCES z (c, d) DEFERRABLE, CONSTRAINT k FOREIGN KEY (b) REFERENCES y, UNIQUE (b) CONSTRAINT m FOREIGN KEY (a) REFERENCES x)"#;
        let expected = r#"CREATE TABLE "main"."co""py"(a INT  NOT NULL UNIQUE, b INT , CHECK (a > 0), UNIQUE (b) )"#;
        let found = table(sql, CopyOptions::new().foreign_keys(false));
        assert_eq!(found, expected);
    }

    #[test]
    fn an_index_is_on_the_copy() {
        let source = TableName::new("main", "src");
        let copy = TableName::new("main", "copy");
        let sql = "CREATE UNIQUE INDEX \"src_i\" ON src (lower(a), \"on\") WHERE src.b > 0";
        let found = Definition::new(sql, &source, &copy)
            .index("copy_i")
            .unwrap();
        assert_eq!(
            found,
            "CREATE UNIQUE INDEX \"main\".\"copy_i\" ON \"copy\" (lower(a), \"on\") WHERE \"copy\".b > 0"
        );
    }
}
