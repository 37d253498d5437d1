//! `xtsqlorm export`, `import`, `tables`, `describe` and `ping`.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use super::servers::{Scratch, on_every_backend};
use super::support::{Result, assert_code};

on_every_backend!(
    rows_go_to_a_file_and_into_another_table,
    rows_go_through_pipes,
    every_format_goes_through_pipes,
    what_a_format_does_not_hold_is_told_and_leaves_no_file,
    a_query_string_says_which_rows_go,
    refused_rows_are_told_and_change_the_exit_code,
    tables_are_listed_and_described,
    errors_say_what_to_do,
);

fn run(scratch: &Scratch, args: &[&str]) -> Output {
    scratch.command(args).output().expect("xtsqlorm starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// All formats that the command has, by the endings of files.
pub(crate) fn formats() -> Vec<&'static str> {
    let columnar = cfg!(feature = "parquet").then_some(["arrow", "parquet"]);
    let workbooks = cfg!(feature = "xlsx").then_some("xlsx");
    let text = ["csv", "tsv", "ndjson"].into_iter();
    text.chain(columnar.into_iter().flatten())
        .chain(workbooks)
        .collect()
}

/// Two tables of the same structure, one with three rows.
async fn people(scratch: &Scratch) -> Result<()> {
    let text = scratch.server.choose(
        "VARCHAR(50) CHARACTER SET utf8mb4",
        "VARCHAR(50)",
        "VARCHAR(50)",
    );
    for table in ["people", "copied"] {
        let create = format!(
            "CREATE TABLE {table} (id INT NOT NULL PRIMARY KEY, name {text} UNIQUE, age INT)"
        );
        scratch.run(&[&create]).await?;
    }
    let insert = "INSERT INTO people VALUES (1, '日本, \"Ann\"', 36), (2, '', NULL), (3, NULL, 7)";
    scratch.run(&[insert]).await
}

async fn rows_go_to_a_file_and_into_another_table(scratch: &Scratch) -> Result<()> {
    people(scratch).await?;
    for ending in formats() {
        let file = scratch.path(&format!("people.{ending}"));
        let file = file.to_string_lossy();
        let written = run(scratch, &["export", "people", &file, "--json"]);
        assert_code(&written, 0);
        let size = fs::metadata(&*file)?.len();
        assert_eq!(
            json_of(&written),
            json!({ "table": "people", "rows": 3, "bytes": size })
        );
        assert_eq!(stderr(&written), "", "a pipe sees no progress");
        let read = run(scratch, &["import", &file, "copied", "--json"]);
        assert_code(&read, 0);
        assert_eq!(json_of(&read)["inserted"], json!(3));
        let both = ["people", "copied"]
            .map(|table| stdout(&run(scratch, &["export", table, "-", "--format", "csv"])));
        assert_eq!(
            both[0],
            "id,name,age\n1,\"日本, \"\"Ann\"\"\",36\n2,\"\",\n3,,7\n"
        );
        assert_eq!(both[0], both[1], "{ending}");
        scratch.run(&["DELETE FROM copied"]).await?;
    }
    Ok(())
}

async fn a_query_string_says_which_rows_go(scratch: &Scratch) -> Result<()> {
    people(scratch).await?;
    let ids = |filter: &str| {
        let columns = [
            "export",
            "people",
            "-",
            "--format",
            "csv",
            "--columns",
            "id",
        ];
        let written = run(scratch, &[&columns[..], &["--filter", filter]].concat());
        assert_code(&written, 0);
        stdout(&written)
            .lines()
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("sort=-id"), ["3", "2", "1"]);
    assert_eq!(ids("age__gte=7&sort=id"), ["1", "3"]);
    assert_eq!(ids("name__icontains=ANN"), ["1"]);
    assert_eq!(ids("sort=id&size=1&page=2"), ["2"]);
    for (filter, part) in [
        ("aeg=7", "age"),
        ("age=seven", "people.age"),
        ("after=token&sort=id", "after"),
    ] {
        let refused = run(
            scratch,
            &[
                "export", "people", "-", "--format", "csv", "--filter", filter,
            ],
        );
        assert_code(&refused, 1);
        assert!(stderr(&refused).contains(part), "{}", stderr(&refused));
    }
    Ok(())
}

async fn rows_go_through_pipes(scratch: &Scratch) -> Result<()> {
    people(scratch).await?;
    let written = run(
        scratch,
        &[
            "export",
            "people",
            "-",
            "--format",
            "tsv",
            "--null",
            "-",
            "--columns",
            "age,id",
        ],
    );
    assert_code(&written, 0);
    assert_eq!(stdout(&written), "age\tid\n36\t1\n-\t2\n7\t3\n");
    let mut reading = scratch
        .command(&[
            "import",
            "-",
            "copied",
            "--format",
            "csv",
            "--delimiter",
            ";",
            "--rename",
            "Nr=id",
            "--ignore",
            "x",
        ])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut pipe = reading.stdin.take().ok_or("a pipe")?;
    pipe.write_all(b"Nr;name;x\n8;Eve;1\n9;\"Fay\";2\n")?;
    drop(pipe);
    let read = reading.wait_with_output()?;
    assert_code(&read, 0);
    assert_eq!(stderr(&read), "2 rows read, 2 inserted\n");
    Ok(())
}

async fn every_format_goes_through_pipes(scratch: &Scratch) -> Result<()> {
    people(scratch).await?;
    for format in formats() {
        let written = run(scratch, &["export", "people", "-", "--format", format]);
        assert_code(&written, 0);
        assert!(stderr(&written).starts_with("3 rows, "), "{written:?}");
        let mut reading = scratch
            .command(&["import", "-", "copied", "--format", format])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut pipe = reading.stdin.take().ok_or("a pipe")?;
        pipe.write_all(&written.stdout)?;
        drop(pipe);
        let read = reading.wait_with_output()?;
        assert_code(&read, 0);
        assert_eq!(stderr(&read), "3 rows read, 3 inserted\n", "{format}");
        let sorted = |table| {
            let csv = [
                "export", table, "-", "--format", "csv", "--filter", "sort=id",
            ];
            stdout(&run(scratch, &csv))
        };
        assert_eq!(sorted("people"), sorted("copied"), "{format}");
        scratch.run(&["DELETE FROM copied"]).await?;
    }
    Ok(())
}

async fn what_a_format_does_not_hold_is_told_and_leaves_no_file(scratch: &Scratch) -> Result<()> {
    let (text, span, bad) = scratch.server.choose(
        ("LONGTEXT", "TIME", "'-100:00:00'"),
        ("TEXT", "DATE", "'infinity'"),
        ("TEXT", "INTEGER", "'many'"),
    );
    let create = format!("CREATE TABLE odds (id INT NOT NULL PRIMARY KEY, t {text}, s {span})");
    let insert = format!(
        "INSERT INTO odds VALUES (1, '{}', NULL), (2, '', {bad})",
        "a".repeat(32_768)
    );
    scratch.run(&[&create, &insert]).await?;
    let mut refused = Vec::new();
    if cfg!(feature = "parquet") {
        refused.extend([
            ("odds.parquet", "odds.s: row 2 "),
            ("odds.arrow", "odds.s: row 2 "),
        ]);
    }
    if cfg!(feature = "xlsx") {
        refused.push(("odds.xlsx", "odds.t: row 2 of the sheet "));
    }
    for (name, words) in refused {
        let file = scratch.path(name);
        let file = file.to_string_lossy();
        let sorted = ["export", "odds", &file, "--filter", "sort=id"];
        let ended = run(scratch, &sorted);
        assert_code(&ended, 1);
        assert!(stderr(&ended).contains(words), "{}", stderr(&ended));
        assert!(!fs::exists(&*file)?, "{name}");
        let fitting = match name {
            "odds.xlsx" => ["--columns", "id,s"],
            _ => ["--as-text", "s"],
        };
        let written = run(scratch, &[&sorted[..], &fitting].concat());
        assert_code(&written, 0);
    }
    Ok(())
}

async fn refused_rows_are_told_and_change_the_exit_code(scratch: &Scratch) -> Result<()> {
    people(scratch).await?;
    let file = scratch.path("bad.csv");
    fs::write(&file, "id,name,age\n1,Ann,hush\n2,Bob,1\n3,Bob,2\n")?;
    let file = file.to_string_lossy();
    let ended = run(scratch, &["import", &file, "copied"]);
    assert_code(&ended, 1);
    let told = stderr(&ended);
    assert!(
        told.starts_with(
            "error: cannot import into copied, and no row was inserted: line 2, column `age`: a text \
             of 4 characters does not suit"
        ),
        "{told}"
    );
    assert!(!told.contains("hush"));
    // The database's own words have the value in them, on some.
    let twice = scratch.path("twice.csv");
    fs::write(&twice, "id,name\n1,hush\n2,hush\n")?;
    let ended = run(scratch, &["import", &twice.to_string_lossy(), "copied"]);
    assert_code(&ended, 1);
    let told = stderr(&ended);
    assert!(
        told.contains("inserted: line 3") && told.contains("unique key rule violated"),
        "{told}"
    );
    assert!(!told.contains("hush"), "{told}");
    let skipped = run(
        scratch,
        &["import", &file, "copied", "--on-error", "skip", "--json"],
    );
    assert_code(&skipped, 3);
    let report = json_of(&skipped);
    assert_eq!(
        (&report["inserted"], &report["refused_rows"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(report["refused"][0]["line"], json!(2));
    assert_eq!(report["refused"][0]["column"], json!("age"));
    assert_eq!(report["refused"][1]["line"], json!(4));
    Ok(())
}

async fn tables_are_listed_and_described(scratch: &Scratch) -> Result<()> {
    people(scratch).await?;
    scratch
        .run(&["CREATE VIEW adults AS SELECT id FROM people"])
        .await?;
    let listed = run(scratch, &["tables"]);
    assert_code(&listed, 0);
    assert_eq!(
        stdout(&listed),
        "adults  view\ncopied  table\npeople  table\n"
    );
    let names: Vec<Value> = json_of(&run(scratch, &["tables", "--json"]))
        .as_array()
        .ok_or("an array")?
        .iter()
        .map(|entry| entry["table"].clone())
        .collect();
    assert_eq!(names, [json!("adults"), json!("copied"), json!("people")]);
    let described = run(scratch, &["describe", "people"]);
    assert_code(&described, 0);
    let text = stdout(&described);
    assert!(
        text.starts_with("table ") && text.contains("\nprimary key\n"),
        "{text}"
    );
    let model = json_of(&run(scratch, &["describe", "people", "--json"]));
    assert_eq!(model["columns"][1]["name"], json!("name"));
    let answered = run(scratch, &["ping", "--json"]);
    assert_code(&answered, 0);
    let backend = json_of(&answered)["backend"].clone();
    let version = json_of(&answered)["version"].clone();
    assert!(
        backend.is_string() && version.is_string(),
        "{backend} {version}"
    );
    Ok(())
}

async fn errors_say_what_to_do(scratch: &Scratch) -> Result<()> {
    people(scratch).await?;
    for (args, code, words) in [
        (
            vec!["export", "poeple", "x.csv"],
            1,
            "did you mean `people`?",
        ),
        (
            vec!["export", "people", "x.csv", "--columns", "nmae"],
            1,
            "did you mean `name`?",
        ),
        (
            vec!["export", "people", "x.doc"],
            1,
            "end the name in one of csv",
        ),
        (vec!["export", "people", "-"], 1, "give --format"),
        (
            vec!["export", "people", "-", "--format", "doc"],
            2,
            "possible values: csv",
        ),
        (
            vec!["export", "people", "x.ndjson", "--null", "-"],
            1,
            "are for CSV",
        ),
        (
            vec!["export", "people", "x.csv", "--delimiter", "e"],
            1,
            "--delimiter",
        ),
        (
            vec!["export", "people", "x.csv", "--null", "a,b"],
            1,
            "cannot be told from fields",
        ),
        (
            vec!["export", "people", "/no/such/folder/x.csv"],
            1,
            "cannot be written",
        ),
        (
            vec!["import", "/no/such/file.csv", "people"],
            1,
            "cannot be read",
        ),
        (vec!["describe", "poeple"], 1, "did you mean `people`?"),
        (
            vec!["ping", "--url", "postgres://u:hush@127.0.0.1:1/x"],
            1,
            "refused",
        ),
        (vec!["frobnicate"], 2, "unrecognized subcommand"),
    ] {
        let ended = run(scratch, &args);
        assert_code(&ended, code);
        let told = stderr(&ended);
        assert!(told.contains(words), "{args:?}: {told}");
        assert!(!told.contains("hush"), "{told}");
        assert_eq!(stdout(&ended), "", "{args:?}");
    }
    Ok(())
}

/// Each command shows how it is used, and shells can complete it.
#[test]
fn help_has_examples_and_shells_their_completions() {
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_xtsqlorm"))
            .args(args)
            .output();
        let output = output.expect("xtsqlorm starts");
        assert_code(&output, 0);
        stdout(&output)
    };
    for name in [
        "export",
        "import",
        "tables",
        "describe",
        "ping",
        "completions",
    ] {
        let help = run(&[name, "--help"]);
        assert!(help.contains(&format!("  xtsqlorm {name} ")), "{help}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = run(&["completions", shell]);
        assert!(
            script.contains("export") && script.contains("on-error"),
            "{shell}"
        );
    }
}
