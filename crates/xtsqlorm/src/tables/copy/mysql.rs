//! MySQL and MariaDB: `SHOW CREATE TABLE`, which says everything, with other names, so that the copy
//! is made by one statement.

use sea_orm::{DbBackend, Value};

use crate::{
    error::{Error, Result},
    reflect::{
        TableModel, TableName,
        tokens::{Token, behind_group, items, tokens},
    },
    tables::{CopyOptions, edits::Edits, names::Taken, quote, run::Change},
};

const DIALECT: DbBackend = DbBackend::MySql;

pub(super) async fn copy(
    source: &TableModel,
    copy: &TableName,
    options: CopyOptions,
    change: &mut Change,
) -> Result<()> {
    const TAKEN: &str = "SELECT constraint_name FROM information_schema.table_constraints \
         WHERE constraint_schema = ? AND constraint_type IN ('FOREIGN KEY', 'CHECK')";
    let table = quote::table(DIALECT, &source.name);
    let shown = change
        .texts(&format!("SHOW CREATE TABLE {table}"), Vec::new())
        .await?;
    let Some([_, Some(shown)]) = shown.into_iter().next() else {
        return Err(Error::invalid(
            format!("the table `{}`", source.name),
            "the server does not show how it was made",
            "give the account the right to see it",
        ));
    };
    let schema = Value::from(source.name.schema.as_str());
    let taken = change.texts(TAKEN, vec![schema]).await?;
    let taken = Taken::new(DIALECT, taken.into_iter().filter_map(|[name]| name));
    let sql = Definition::new(&shown, &source.name, copy, taken).rewritten(options);
    change.run(&sql).await
}

/// A table as the server shows it.
struct Definition<'a> {
    tokens: Vec<Token<'a>>,
    edits: Edits<'a>,
    source: &'a TableName,
    copy: &'a TableName,
    taken: Taken,
}

impl<'a> Definition<'a> {
    fn new(shown: &'a str, source: &'a TableName, copy: &'a TableName, taken: Taken) -> Self {
        Self {
            tokens: tokens(DIALECT, shown),
            edits: Edits::of(shown),
            source,
            copy,
            taken,
        }
    }

    fn rewritten(mut self, options: CopyOptions) -> String {
        let opening = self.tokens.iter().position(|token| token.is_sign('('));
        let Some(opening) = opening.filter(|place| *place > 0) else {
            return self.edits.finish();
        };
        let copy = quote::table(DIALECT, self.copy);
        self.edits
            .replace(self.tokens[opening - 1].place.clone(), copy);
        let end = behind_group(&self.tokens, opening);
        for item in items(&self.tokens, opening + 1..end - 1) {
            if self.tokens[item.start].is("CONSTRAINT") && item.len() > 2 {
                self.constraint(item.start, item.end, options);
            }
        }
        self.count_anew(end);
        self.edits.finish()
    }

    /// The name of a foreign key or check is one of the schema.
    fn constraint(&mut self, start: usize, end: usize, options: CopyOptions) {
        let foreign = self.tokens[start + 2].is("FOREIGN");
        if foreign && !options.foreign_keys {
            let comma = self.tokens[start - 1].place.start;
            let end = self.tokens[end - 1].place.end;
            self.edits.replace(comma..end, "");
            return;
        }
        let name = &self.tokens[start + 1];
        let derived = self
            .taken
            .derived(&name.name(), &self.source.table, &self.copy.table);
        let place = name.place.clone();
        self.edits.replace(place, quote::name(DIALECT, &derived));
        if foreign {
            self.reference(start, end);
        }
    }

    /// What refers to the source itself refers to the copy.
    fn reference(&mut self, start: usize, end: usize) {
        let word = (start..end).find(|place| self.tokens[*place].is("REFERENCES"));
        let Some(target) = word.map(|word| word + 1) else {
            return;
        };
        let Some(name) = self.tokens.get(target) else {
            return;
        };
        // In another schema, it stands before the name.
        let elsewhere = self
            .tokens
            .get(target + 1)
            .is_some_and(|next| next.is_sign('.'));
        if !elsewhere && name.name() == self.source.table {
            let copy = quote::table(DIALECT, self.copy);
            self.edits.replace(name.place.clone(), copy);
        }
    }

    /// Takes out how far the source has counted.
    fn count_anew(&mut self, options: usize) {
        for place in options..self.tokens.len() {
            let [word, equals, number] = &self.tokens[place..self.tokens.len().min(place + 3)]
            else {
                return;
            };
            if word.is("AUTO_INCREMENT") && equals.is_sign('=') {
                self.edits.replace(word.place.start..number.place.end, "");
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: &str = r"CREATE TABLE `s``rc` (
  `id` int(11) NOT NULL AUTO_INCREMENT COMMENT 'CONSTRAINT `a` FOREIGN KEY, AUTO_INCREMENT=7 )',
  `up` int(11) DEFAULT NULL CHECK (`up` > 0),
  PRIMARY KEY (`id`),
  KEY `s``rc_up` (`up`),
  CONSTRAINT `s``rc_ibfk_1` FOREIGN KEY (`up`) REFERENCES `s``rc` (`id`),
  CONSTRAINT `other` FOREIGN KEY (`up`) REFERENCES `x`.`s``rc` (`id`),
  CONSTRAINT `s``rc_chk_1` CHECK ((`up` <> 5))
) ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4 COMMENT='AUTO_INCREMENT=42'";

    fn rewritten(options: CopyOptions) -> String {
        let source = TableName::new("db", "s`rc");
        let copy = TableName::new("db", "copy");
        let taken = Taken::new(DIALECT, ["copy_chk_1".to_owned()]);
        Definition::new(SHOWN, &source, &copy, taken).rewritten(options)
    }

    #[test]
    fn names_are_replaced_and_nothing_else() {
        let expected = SHOWN
            .replace("TABLE `s``rc`", "TABLE `db`.`copy`")
            .replace("`s``rc_ibfk_1`", "`copy_ibfk_1`")
            .replace("REFERENCES `s``rc`", "REFERENCES `db`.`copy`")
            .replace("`other`", "`copy_other`")
            .replace("`s``rc_chk_1`", "`copy_chk_1_1`")
            .replace("InnoDB AUTO_INCREMENT=42", "InnoDB ");
        assert_eq!(rewritten(CopyOptions::new()), expected);
    }

    #[test]
    fn foreign_keys_can_be_left_out() {
        let sql = rewritten(CopyOptions::new().foreign_keys(false));
        assert!(!sql.contains("REFERENCES"), "{sql}");
        assert!(
            sql.contains("KEY `s``rc_up` (`up`),\n  CONSTRAINT `copy_chk_1_1` CHECK"),
            "{sql}"
        );
    }
}
