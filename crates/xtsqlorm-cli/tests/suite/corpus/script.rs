//! SQL scripts without a client program.

use crate::servers::Server;

/// A part of a script.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A statement.
    Statement(String),
    /// `COPY .. FROM stdin` of PostgreSQL, with the lines that follow it.
    Copy(String, String),
}

/// The parts of a script for the server's own client.
///
/// `DELIMITER` lines of `mysql`, dollar quotes and `COPY` data of `psql` and the bodies of SQLite's
/// triggers are understood; the clients' own commands, and statements that choose or make the
/// database that they want to be in, are left out.
pub(super) fn steps(script: &str, server: Server) -> Vec<Step> {
    let mut reader = Reader {
        rest: script,
        server,
        delimiter: ";".to_owned(),
        statement: String::new(),
    };
    let mut steps = Vec::new();
    while !reader.rest.is_empty() {
        if let Some(statement) = reader.next_statement() {
            let words = statement.trim();
            let upper = words.to_ascii_uppercase();
            if upper.starts_with("COPY ") && upper.ends_with("FROM STDIN") {
                let (data, rest) = copied(reader.rest);
                reader.rest = rest;
                steps.push(Step::Copy(words.to_owned(), data.to_owned()));
            } else if !words.is_empty() && !chooses_database(&upper, server) {
                steps.push(Step::Statement(words.to_owned()));
            }
        }
    }
    steps
}

fn chooses_database(upper: &str, server: Server) -> bool {
    let words: &[&str] = match server {
        Server::Mysql | Server::Mariadb => &[
            "CREATE DATABASE",
            "CREATE SCHEMA",
            "DROP DATABASE",
            "DROP SCHEMA",
            "USE ",
        ],
        Server::Postgres => &["CREATE DATABASE", "DROP DATABASE"],
        Server::Sqlite => &[],
    };
    words.iter().any(|words| upper.starts_with(words))
}

/// The lines up to `\.`, and what comes after.
fn copied(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches([' ', '\r']);
    let text = text.strip_prefix('\n').unwrap_or(text);
    if let Some(rest) = text.strip_prefix("\\.\n") {
        return ("", rest);
    }
    match text.split_once("\n\\.") {
        Some((data, rest)) => (&text[..=data.len()], rest),
        None => (text, ""),
    }
}

struct Reader<'a> {
    rest: &'a str,
    server: Server,
    delimiter: String,
    statement: String,
}

impl Reader<'_> {
    /// Reads up to a delimiter. `None` after a line that is the client's own.
    fn next_statement(&mut self) -> Option<String> {
        while let Some(letter) = self.rest.chars().next() {
            let at_start = self.statement.trim().is_empty();
            if at_start && self.client_command() {
                return None;
            }
            if self.rest.starts_with(&self.delimiter) && !self.in_trigger() {
                self.rest = &self.rest[self.delimiter.len()..];
                return Some(std::mem::take(&mut self.statement));
            }
            match self.comment() {
                Some(length) => self.rest = &self.rest[length..],
                None => {
                    let length = self.quoted().unwrap_or(letter.len_utf8());
                    self.statement.push_str(&self.rest[..length]);
                    self.rest = &self.rest[length..];
                }
            }
        }
        Some(std::mem::take(&mut self.statement))
    }

    /// Skips a line of the client's own.
    fn client_command(&mut self) -> bool {
        let line = self.rest.lines().next().unwrap_or_default();
        let word = line.get(..10).unwrap_or_default();
        if word.eq_ignore_ascii_case("delimiter ") {
            line[10..].trim().clone_into(&mut self.delimiter);
        } else if !(self.server == Server::Postgres && line.starts_with('\\')) {
            return false;
        }
        self.statement.clear();
        self.rest = &self.rest[line.len()..];
        true
    }

    /// Whether the statement so far is a trigger of SQLite without its end.
    fn in_trigger(&self) -> bool {
        let upper = self.statement.trim().to_ascii_uppercase();
        self.server == Server::Sqlite
            && upper.starts_with("CREATE TRIGGER")
            && !upper.ends_with("END")
    }

    fn comment(&self) -> Option<usize> {
        let rest = self.rest;
        let mysql = matches!(self.server, Server::Mysql | Server::Mariadb);
        let dashes = match rest.strip_prefix("--") {
            // MySQL wants a blank behind them.
            Some(after) => !mysql || after.starts_with(char::is_whitespace),
            None => false,
        };
        if dashes || (mysql && rest.starts_with('#')) {
            Some(rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") && !rest.starts_with("/*!") && !rest.starts_with("/*M!") {
            Some(rest.find("*/").map_or(rest.len(), |end| end + 2))
        } else {
            None
        }
    }

    /// The length of the quoted text that comes next.
    fn quoted(&self) -> Option<usize> {
        let rest = self.rest;
        let quote = rest.chars().next()?;
        if quote == '$' && self.server == Server::Postgres {
            let tag = &rest[..=1 + rest[1..].find('$')?];
            let name = &tag[1..tag.len() - 1];
            let is_tag = name.chars().all(|c| c.is_alphanumeric() || c == '_');
            let body = is_tag.then(|| rest[tag.len()..].find(tag)).flatten()?;
            return Some(body + 2 * tag.len());
        }
        if !matches!(quote, '\'' | '"' | '`') {
            return None;
        }
        let backslash = match self.server {
            Server::Mysql | Server::Mariadb => quote != '`',
            Server::Postgres => quote == '\'' && self.statement.ends_with(['E', 'e']),
            Server::Sqlite => false,
        };
        let mut letters = rest.char_indices().skip(1);
        while let Some((place, letter)) = letters.next() {
            if backslash && letter == '\\' {
                letters.next();
            } else if letter == quote {
                return Some(place + 1);
            }
        }
        Some(rest.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(script: &str, server: Server) -> Vec<String> {
        let steps = steps(script, server).into_iter();
        steps
            .map(|step| match step {
                Step::Statement(statement) => statement,
                Step::Copy(statement, data) => format!("{statement}|{data}"),
            })
            .collect()
    }

    #[test]
    fn a_script_of_mysql_is_split_as_its_client_does() {
        let script = "-- it's\nUSE x;\nSELECT 'a;''b\\';'; /* ; */\nDELIMITER ;;\nBEGIN x; y; END;;\n\
                      DELIMITER ;\nSELECT 1;\n";
        let found = statements(script, Server::Mysql);
        assert_eq!(found, ["SELECT 'a;''b\\';'", "BEGIN x; y; END", "SELECT 1"]);
    }

    #[test]
    fn a_script_of_postgres_is_split_as_psql_does() {
        let script = "\\c x;\nCREATE FUNCTION f() AS $a$ BEGIN x; END $a$;\nSELECT 'b\\';SELECT E'c\\';';\n\
                      COPY t (a) FROM stdin;\n1\n\\N\n\\.\nSELECT $1;\nCOPY t (a) FROM stdin;\n\\.\n\nSELECT 2";
        let found = statements(script, Server::Postgres);
        let expected = [
            "CREATE FUNCTION f() AS $a$ BEGIN x; END $a$",
            "SELECT 'b\\'",
            "SELECT E'c\\';'",
            "COPY t (a) FROM stdin|1\n\\N\n",
            "SELECT $1",
            "COPY t (a) FROM stdin|",
            "SELECT 2",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_trigger_of_sqlite_is_one_statement() {
        let script = "CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; SELECT 2; END; SELECT 3;";
        let found = statements(script, Server::Sqlite);
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
