//! A database per test, SQL scripts without a client program, and crates compiled from what was
//! reflected.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sea_orm::sqlx::{self, Connection, Executor, MySqlConnection};

/// The result of a test.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A database that lives as long as a test.
pub(crate) struct TestDatabase {
    /// The URL of the server, with a user who may create databases.
    admin: String,
    /// The name of the database.
    name: String,
}

impl TestDatabase {
    /// Makes an empty database on the server that the variable names.
    pub(crate) async fn create(variable: &str, what: &str) -> Result<Self> {
        let admin = std::env::var(variable)
            .unwrap_or_else(|_| panic!("{variable} is not set: run scripts/test"));
        let moment = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)?
            .as_nanos();
        let name = format!(
            "cli_{what}_{}_{}",
            std::process::id(),
            moment % 1_000_000_000
        );
        let mut connection = MySqlConnection::connect(&admin).await?;
        run(
            &mut connection,
            &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"),
        )
        .await?;
        Ok(Self { admin, name })
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        let (scheme, rest) = self.admin.split_once("://").expect("a URL");
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        format!("{scheme}://{host}/{}", self.name)
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A connection to it.
    pub(crate) async fn connect(&self) -> Result<MySqlConnection> {
        Ok(MySqlConnection::connect(&self.url()).await?)
    }

    /// Drops it.
    pub(crate) async fn drop(self) -> Result<()> {
        let mut connection = MySqlConnection::connect(&self.admin).await?;
        run(&mut connection, &format!("DROP DATABASE {}", self.name)).await
    }
}

/// Runs one statement as text.
pub(crate) async fn run(connection: &mut MySqlConnection, sql: &str) -> Result<()> {
    connection
        .execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())))
        .await?;
    Ok(())
}

/// The text of a dataset's file.
pub(crate) fn dataset(file: &str) -> String {
    let root = std::env::var("XTSQLORM_DATASETS").unwrap_or_else(|_| {
        panic!("XTSQLORM_DATASETS is not set: it names the folder that holds {file}")
    });
    let path = Path::new(&root).join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The statements of a script for the `mysql` client, DELIMITER lines understood.
pub(crate) fn statements(script: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut delimiter = ";".to_owned();
    let mut current = String::new();
    let mut rest = script;
    while let Some(c) = rest.chars().next() {
        let at_start = current.trim().is_empty();
        let word = rest.get(..10).unwrap_or_default();
        let skip = if at_start && word.eq_ignore_ascii_case("delimiter ") {
            let line = rest.lines().next().unwrap_or_default();
            delimiter = line[10..].trim().to_owned();
            current.clear();
            rest = &rest[line.len()..];
            continue;
        } else if rest.starts_with(&delimiter) {
            statements.push(std::mem::take(&mut current));
            rest = &rest[delimiter.len()..];
            continue;
        } else if matches!(c, '\'' | '"' | '`') {
            quoted(rest, c)
        } else if rest.starts_with("-- ") || rest.starts_with("--\n") || c == '#' {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
            continue;
        } else if rest.starts_with("/*") && !rest.starts_with("/*!") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
            continue;
        } else {
            c.len_utf8()
        };
        current.push_str(&rest[..skip]);
        rest = &rest[skip..];
    }
    statements.push(current);
    statements.retain(|statement| !statement.trim().is_empty());
    statements
}

/// The length of the quoted text at the start.
fn quoted(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((index, c)) = chars.next() {
        if c == '\\' && quote != '`' {
            chars.next();
        } else if c == quote {
            return index + 1;
        }
    }
    text.len()
}

/// Runs `xtsqlorm reflect`, with no configuration but what `args` name.
pub(crate) fn reflect(url: &str, out: &Path, args: &[&str]) -> Output {
    reflect_into("--out", url, out, args)
}

/// The same for a module of a crate.
pub(crate) fn reflect_module(url: &str, dir: &Path, args: &[&str]) -> Output {
    reflect_into("--module", url, dir, args)
}

fn reflect_into(kind: &str, url: &str, dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtsqlorm"))
        .arg("reflect")
        .arg(kind)
        .arg(dir)
        .args(args)
        .env("DATABASE_URL", url)
        .env_remove("XTSQLORM_CONFIG")
        .current_dir(std::env::temp_dir())
        .output()
        .expect("xtsqlorm starts")
}

/// Fails with what the command printed unless it ended with `code`.
#[track_caller]
pub(crate) fn assert_code(output: &Output, code: i32) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(
        output.status.code(),
        Some(code),
        "\n--- stdout\n{}\n--- stderr\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

/// The root of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where generated crates are compiled, for all tests: cargo builds what they share once.
pub(crate) fn generated() -> PathBuf {
    workspace().join("target/generated")
}

/// How they are compiled: once, and never under a debugger, so what only fills the disk is left out.
pub(crate) const PROFILE: &str = "[profile.dev]\ndebug = false\nincremental = false\n";

/// Turns `dir` into a crate on the versions of this workspace: `src` is an entity library, `main` a
/// program beside it.
pub(crate) fn crate_with_program(dir: &Path, name: &str, variable: &str, main: &str) -> Result<()> {
    // Tests share a folder of compiled crates, so each has a name of its own: cargo takes crates of
    // one name for the same, wherever they are.
    let program = format!("{name}-{}", variable.to_lowercase());
    let workspace = workspace().canonicalize()?;
    let manifest = format!(
        "[package]\nname = \"{program}-entities\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [workspace]\n\n{PROFILE}\n[lib]\nname = \"{name}\"\n\n\
         [[bin]]\nname = \"{program}\"\npath = \"program.rs\"\n\n[dependencies]\n\
         xtsqlorm = {{ path = \"{root}/crates/xtsqlorm\", features = [\"dynamic\"] }}\n\
         sea-orm = {{ version = \"2\", default-features = false, features = [\"macros\", \
         \"runtime-tokio-rustls\", \"sqlx-mysql\", \"with-chrono\", \"with-json\", \
         \"with-rust_decimal\", \"with-uuid\"] }}\n\
         futures-util = {{ version = \"0.3\", default-features = false }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n",
        root = workspace.display()
    );
    fs::create_dir_all(dir)?;
    fs::write(dir.join("Cargo.toml"), manifest)?;
    fs::write(dir.join("program.rs"), main)?;
    fs::copy(workspace.join("Cargo.lock"), dir.join("Cargo.lock"))?;
    Ok(())
}

/// Compiles and runs the program of [`crate_with_program`]; warnings are on its stderr.
pub(crate) fn run_program(dir: &Path, url: &str) -> Result<Output> {
    Ok(Command::new(env!("CARGO"))
        .args(["run", "--offline", "--quiet"])
        .current_dir(dir)
        .env("CARGO_TARGET_DIR", generated())
        .env("DATABASE_URL", url)
        .output()?)
}

#[test]
fn a_script_is_split_as_the_client_does() {
    let script = "-- it's\nSELECT 'a;''b\\';'; /* ; */\nDELIMITER ;;\nBEGIN x; y; END;;\nDELIMITER ;\nSELECT 1;\n";
    let statements: Vec<String> = statements(script)
        .iter()
        .map(|s| s.trim().to_owned())
        .collect();
    assert_eq!(
        statements,
        ["SELECT 'a;''b\\';'", "BEGIN x; y; END", "SELECT 1"]
    );
}
