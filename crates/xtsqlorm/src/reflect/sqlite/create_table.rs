//! What no pragma tells of a table, read from its `CREATE TABLE`.

use std::collections::HashMap;

use sea_orm::DbBackend;

use super::pieces::{split, written};
use crate::reflect::{
    CheckModel, Deferral,
    tokens::{Kind, Token, behind_group, tokens},
};

/// What the text says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct TableText {
    /// By name in lower case.
    pub(super) columns: HashMap<String, ColumnText>,
    /// In the order of the text.
    pub(super) checks: Vec<CheckModel>,
    /// Name and deferral of the foreign keys in the order of the text.
    pub(super) foreign_keys: Vec<(Option<String>, Deferral)>,
    /// The name of the primary key's rule.
    pub(super) primary_key: Option<String>,
}

/// What the text says of a column.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ColumnText {
    pub(super) generated: Option<String>,
    pub(super) collation: Option<String>,
}

impl TableText {
    pub(super) fn parse(sql: &str) -> Self {
        let tokens = tokens(DbBackend::Sqlite, sql);
        let mut text = Self::default();
        let Some(open) = tokens.iter().position(|token| token.is_sign('(')) else {
            return text;
        };
        let end = behind_group(&tokens, open) - 1;
        for item in split(tokens.get(open + 1..end).unwrap_or_default()) {
            text.item(sql, item);
        }
        text
    }

    /// A column, or rules of the table, which may do without commas between them.
    fn item(&mut self, sql: &str, item: &[Token<'_>]) {
        const RULES: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
        let Some(first) = item.first() else { return };
        if RULES.iter().any(|keyword| first.is(keyword)) {
            self.rules(sql, item);
        } else {
            let column = self.rules(sql, &item[1..]);
            self.columns.insert(first.name().to_lowercase(), column);
        }
    }

    /// The rules of a column or of the table, wherever they stand among other words.
    fn rules(&mut self, sql: &str, tokens: &[Token<'_>]) -> ColumnText {
        let mut column = ColumnText::default();
        let mut name = None;
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            let next = tokens.get(index + 1);
            let group = next.filter(|next| next.is_sign('(')).map(|_| {
                let end = behind_group(tokens, index + 1);
                let inner = tokens.get(index + 2..end - 1).unwrap_or_default();
                (written(sql, inner).to_owned(), end)
            });
            index += 1;
            if token.is("CONSTRAINT") {
                name = next.map(Token::name);
                index += 1;
            } else if token.is("COLLATE") {
                name = None;
                column.collation = next.map(Token::name);
                index += 1;
            } else if token.is("DEFAULT") {
                name = None;
                let action = index >= 2 && tokens[index - 2].is("SET");
                if !action {
                    // Its value may be a word like those looked for here.
                    index = group.map_or(index + 1, |(_, end)| end);
                }
            } else if let (true, Some((expression, end))) = (token.is("CHECK"), &group) {
                self.checks
                    .push(CheckModel::new(name.take(), expression.as_str()));
                index = *end;
            } else if let (true, Some((expression, end))) = (token.is("AS"), &group) {
                name = None;
                column.generated = Some(expression.clone());
                index = *end;
            } else if token.is("PRIMARY") {
                self.primary_key = name.take();
            } else if token.is("REFERENCES") {
                let deferral = deferral(&tokens[index..]);
                self.foreign_keys.push((name.take(), deferral));
            } else if token.is("UNIQUE") || token.is("NOT") || token.is("NULL") {
                // `NOT DEFERRABLE` has no name that could be lost: the key took it.
                name = None;
            } else if token.kind == Kind::Sign('(') {
                index = behind_group(tokens, index - 1);
            }
        }
        column
    }
}

/// When the foreign key whose `REFERENCES` these tokens follow is checked.
fn deferral(tokens: &[Token<'_>]) -> Deferral {
    const NEXT: [&str; 9] = [
        "CONSTRAINT",
        "PRIMARY",
        "UNIQUE",
        "CHECK",
        "FOREIGN",
        "REFERENCES",
        "COLLATE",
        "GENERATED",
        "AS",
    ];
    let own = tokens
        .iter()
        .position(|token| NEXT.iter().any(|keyword| token.is(keyword)));
    let own = &tokens[..own.unwrap_or(tokens.len())];
    let Some(place) = own.iter().position(|token| token.is("DEFERRABLE")) else {
        return Deferral::Immediate;
    };
    let negated = place > 0 && own[place - 1].is("NOT");
    let deferred = own.get(place + 2).is_some_and(|token| token.is("DEFERRED"));
    if deferred && !negated {
        Deferral::Deferred
    } else {
        Deferral::Immediate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sql: &str) -> Vec<Option<String>> {
        let checks = TableText::parse(sql).checks;
        checks.into_iter().map(|check| check.name).collect()
    }

    #[test]
    fn a_name_goes_with_the_rule_behind_it_and_no_other() {
        for (rules, name) in [
            ("CONSTRAINT c CHECK (a)", Some("c")),
            ("CONSTRAINT x NOT NULL CHECK (a)", None),
            ("CONSTRAINT x DEFAULT 5 CHECK (a)", None),
            ("CONSTRAINT x COLLATE nocase CHECK (a)", None),
            ("CONSTRAINT x UNIQUE CONSTRAINT c CHECK (a)", Some("c")),
            ("CONSTRAINT x PRIMARY KEY CHECK (a)", None),
            (
                "CONSTRAINT x REFERENCES p ON DELETE SET DEFAULT CHECK (a)",
                None,
            ),
            ("DEFAULT CHECK CONSTRAINT c CHECK (a)", Some("c")),
        ] {
            let sql = format!("CREATE TABLE t (a INT {rules})");
            assert_eq!(names(&sql), [name.map(str::to_owned)], "{rules}");
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic() {
        const PIECES: [&str; 24] = [
            "CREATE TABLE t",
            "(",
            ")",
            ",",
            "a",
            "INT",
            "'",
            "\"",
            "`",
            "[",
            "]",
            "--",
            "\n",
            "/*",
            "*/",
            "CONSTRAINT",
            "CHECK",
            "AS",
            "DEFAULT",
            "REFERENCES",
            "DEFERRABLE",
            "PRIMARY KEY",
            "é",
            "''",
        ];
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..20_000 {
            let length = random.usize(0..20);
            let pieces = (0..length).map(|_| PIECES[random.usize(0..PIECES.len())]);
            let sql: Vec<&str> = pieces.collect();
            for separator in ["", " "] {
                let sql = sql.join(separator);
                TableText::parse(&sql);
                super::super::create_index::IndexText::parse(&sql);
                super::super::pieces::default_expression(&sql);
            }
        }
    }
}
