//! Arrow, Parquet and workbooks: what they refuse, and what they leave behind.

use std::{fs, path::Path};

use tempfile::{TempDir, tempdir};
use xtsqlorm::{
    operations::{Export, Format, Import, OnError},
    prelude::*,
};

use crate::support::{Kind, Result, TestDatabase, on_every_backend, on_sqlite};

on_every_backend!(
    a_text_that_no_cell_holds_is_told_by_row_and_column_and_leaves_no_file,
    a_value_beyond_its_type_is_told_by_row_and_column_and_leaves_no_file,
    bad_rows_of_a_file_without_lines_are_told_by_row,
    a_given_up_import_of_a_whole_file_leaves_nothing,
    files_come_through_readers_and_pipes,
);
on_sqlite!(
    what_a_sheet_has_beside_its_rows_is_refused_or_passed_over,
    a_compression_that_is_not_read_is_named,
    broken_files_are_errors_and_change_nothing,
    a_key_that_is_null_is_told_by_row_and_column,
);

/// The formats that are not text.
const FORMATS: [(&str, Format); 3] = [
    ("arrow", Format::Arrow),
    ("parquet", Format::Parquet),
    ("xlsx", Format::Xlsx),
];

/// A table with a text of each of these numbers of characters.
async fn novels(db: &TestDatabase, lengths: &[usize]) -> Result<DynamicRepository> {
    let text = match db.kind() {
        Kind::MySql | Kind::MariaDb => "LONGTEXT CHARACTER SET utf8mb4",
        _ => "TEXT",
    };
    let create = format!("CREATE TABLE novels (id INT NOT NULL PRIMARY KEY, t {text})");
    db.execute(&[&create]).await?;
    let table = DynamicRepository::reflect(&db.provider(), "novels").await?;
    for (id, length) in lengths.iter().enumerate() {
        let row = Row::new().with("id", id as i64);
        table.create(row.with("t", "a".repeat(*length))).await?;
    }
    Ok(table)
}

/// Exports over a file that is there, and gives the error; the file is as it was.
async fn refused(table: &DynamicRepository, format: Format) -> Result<String> {
    let folder = tempdir()?;
    let file = folder.path().join("rows");
    fs::write(&file, "old")?;
    let sorted = table.find().order_by_asc("id");
    let error = Export::of(sorted).to_path_as(&file, format).await;
    assert_eq!(fs::read_to_string(&file)?, "old");
    assert_eq!(fs::read_dir(folder.path())?.count(), 1);
    Ok(error.expect_err("a value is refused").to_string())
}

async fn a_text_that_no_cell_holds_is_told_by_row_and_column_and_leaves_no_file(
    db: TestDatabase,
) -> Result {
    let table = novels(&db, &[1, 32_767, 32_768]).await?;
    assert_eq!(
        refused(&table, Format::Xlsx).await?,
        "novels.t: row 4 of the sheet has a text of more than the 32767 characters of a cell; \
         leave the column out, or export to another format"
    );
    let folder = tempdir()?;
    let file = folder.path().join("novels.xlsx");
    let written = Export::of(&table).columns(["id"]).to_path(&file).await?;
    assert_eq!(written.rows, 3);
    table.update(2, [("t", "_x0041\r")]).await?;
    let told = refused(&table, Format::Xlsx).await?;
    assert!(
        told.starts_with("novels.t: row 4 of the sheet has a control character behind"),
        "{told}"
    );
    Ok(())
}

async fn a_value_beyond_its_type_is_told_by_row_and_column_and_leaves_no_file(
    db: TestDatabase,
) -> Result {
    let (column, good, bad, name) = match db.kind() {
        Kind::MySql | Kind::MariaDb => ("TIME", "'10:00:00'", "'-838:59:59'", "Time64(µs)"),
        Kind::Postgres => ("numeric(5, 2)", "1.5", "'NaN'", "Decimal128(5, 2)"),
        Kind::Sqlite => ("INTEGER", "1", "'many'", "Int64"),
    };
    let create = format!("CREATE TABLE odds (id INT NOT NULL PRIMARY KEY, v {column})");
    db.execute(&[&create]).await?;
    for (id, value) in [good, "NULL", bad, good].iter().enumerate() {
        let insert = format!("INSERT INTO odds VALUES ({id}, {value})");
        db.execute(&[&insert]).await?;
    }
    let table = DynamicRepository::reflect(&db.provider(), "odds").await?;
    let told = format!(
        "odds.v: row 3 has a value there that is no {name}; export the column as text, or all \
         rows to CSV"
    );
    for format in [Format::Arrow, Format::Parquet] {
        assert_eq!(refused(&table, format.clone()).await?, told);
        let as_text = Export::of(&table).as_text(["v"]);
        let written = as_text.to_writer(Vec::new(), format.clone()).await?;
        assert_eq!(written.rows, 4);
        let unknown = Export::of(&table).as_text(["w"]);
        let error = unknown.to_writer(Vec::new(), format).await.unwrap_err();
        assert!(error.to_string().starts_with("odds.w: "), "{error}");
    }
    Ok(())
}

/// A view of SQLite, or a key, may be NULL although nothing says so.
async fn a_key_that_is_null_is_told_by_row_and_column(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE loose (id TEXT PRIMARY KEY, n INT)",
        "INSERT INTO loose VALUES ('a', 1), (NULL, 2)",
    ])
    .await?;
    let table = DynamicRepository::reflect(&db.provider(), "loose").await?;
    for (ending, format) in FORMATS {
        let mut bytes = Vec::new();
        let written = Export::of(&table).to_writer(&mut bytes, format.clone());
        assert_eq!(written.await?.rows, 2, "{ending}");
        db.execute(&["CREATE TABLE other (id TEXT PRIMARY KEY, n INT)"])
            .await?;
        let other = DynamicRepository::reflect(&db.provider(), "other").await?;
        let read = Import::into(&other).from_reader(bytes.as_slice(), format);
        assert_eq!(read.await?.inserted, 2, "{ending}");
        let nulls = db.raw().await?;
        let mut nulls = nulls;
        let count = "SELECT COUNT(*) FROM other WHERE id IS NULL AND n = 2";
        assert_eq!(nulls.number(count.to_owned()).await?, 1, "{ending}");
        db.execute(&["DROP TABLE other"]).await?;
    }
    Ok(())
}

/// A file of each format with rows of which some do not fit into `people`.
async fn mixed(db: &TestDatabase) -> Result<(TempDir, DynamicRepository)> {
    db.execute(&[
        "CREATE TABLE mixed (id INT NOT NULL, age VARCHAR(9))",
        "INSERT INTO mixed VALUES (1, '7'), (2, 'hush'), (3, NULL), (1, '8'), (5, '9')",
        "CREATE TABLE people (id INT NOT NULL PRIMARY KEY, age INT)",
    ])
    .await?;
    let mixed = DynamicRepository::reflect(&db.provider(), "mixed").await?;
    let folder = tempdir()?;
    for (ending, format) in FORMATS {
        let file = folder.path().join(format!("mixed.{ending}"));
        let written = Export::of(&mixed).to_path_as(&file, format).await?;
        assert_eq!(written.rows, 5);
    }
    let people = DynamicRepository::reflect(&db.provider(), "people").await?;
    Ok((folder, people))
}

async fn bad_rows_of_a_file_without_lines_are_told_by_row(db: TestDatabase) -> Result {
    let (folder, people) = mixed(&db).await?;
    for (ending, _) in FORMATS {
        let file = folder.path().join(format!("mixed.{ending}"));
        // A sheet counts its header, too.
        let header = u64::from(ending == "xlsx");
        let error = Import::into(&people).from_path(&file).await.unwrap_err();
        let told = format!("line {} of the file was refused", 2 + header);
        assert_eq!(error.to_string(), told, "{ending}");
        assert_eq!(people.count().await?, 0, "{ending}");
        let skipping = Import::into(&people).on_error(OnError::Skip);
        let report = skipping.from_path(&file).await?;
        assert_eq!((report.read, report.inserted), (5, 3), "{ending}");
        let lines: Vec<u64> = report.refused.iter().map(|refused| refused.line).collect();
        assert_eq!(lines, [2 + header, 4 + header], "{ending}");
        assert_eq!(report.refused[0].column.as_deref(), Some("age"), "{ending}");
        assert!(!format!("{report:?}").contains("hush"), "{ending}");
        db.execute(&["DELETE FROM people"]).await?;
    }
    Ok(())
}

async fn a_given_up_import_of_a_whole_file_leaves_nothing(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE many (id INT NOT NULL PRIMARY KEY)"])
        .await?;
    let many = DynamicRepository::reflect(&db.provider(), "many").await?;
    for from in (0..20_000).step_by(1_000) {
        let rows = (from..from + 1_000).map(|id| Row::new().with("id", id));
        many.create_many(rows).await?;
    }
    db.execute(&["CREATE TABLE others (id INT NOT NULL PRIMARY KEY)"])
        .await?;
    let others = DynamicRepository::reflect(&db.provider(), "others").await?;
    for (ending, format) in FORMATS {
        let mut bytes = Vec::new();
        let written = Export::of(&many).to_writer(&mut bytes, format.clone());
        assert_eq!(written.await?.rows, 20_000);
        let (begun, hears) = tokio::sync::oneshot::channel();
        let mut begun = Some(begun);
        let import = Import::into(&others).on_progress(move |_| {
            if let Some(begun) = begun.take() {
                begun.send(()).ok();
            }
        });
        tokio::select! {
            biased;
            _ = hears => {}
            done = import.from_reader(bytes.as_slice(), format) => panic!("too fast: {done:?}"),
        }
        assert_eq!(others.count().await?, 0, "{ending}");
    }
    Ok(())
}

async fn files_come_through_readers_and_pipes(db: TestDatabase) -> Result {
    let table = novels(&db, &[3, 40_000 / 2, 0]).await?;
    db.execute(&["CREATE TABLE lengths (id INT NOT NULL PRIMARY KEY)"])
        .await?;
    let copy = DynamicRepository::reflect(&db.provider(), "lengths").await?;
    for (ending, format) in FORMATS {
        let mut bytes = Vec::new();
        let written = Export::of(&table).to_writer(&mut bytes, format.clone());
        let written = written.await?;
        assert_eq!(written.bytes, bytes.len() as u64, "{ending}");
        let import = || Import::into(&copy).ignore("t");
        let read = import().from_reader(bytes.as_slice(), format.clone());
        assert_eq!(read.await?.inserted, 3, "{ending}");
        db.execute(&["DELETE FROM lengths"]).await?;
        #[cfg(target_os = "linux")]
        {
            let folder = tempdir()?;
            let pipe = folder.path().join("pipe");
            let made = std::process::Command::new("mkfifo").arg(&pipe).status()?;
            assert!(made.success());
            let writing = tokio::task::spawn_blocking({
                let pipe = pipe.clone();
                move || fs::write(pipe, bytes)
            });
            let read = import().from_path_as(&pipe, format).await?;
            writing.await??;
            assert_eq!(read.inserted, 3, "{ending}");
            db.execute(&["DELETE FROM lengths"]).await?;
        }
    }
    Ok(())
}

/// Files that were cut off, or of which some bytes are others.
async fn broken_files_are_errors_and_change_nothing(db: TestDatabase) -> Result {
    let table = novels(&db, &[1, 100, 1_000]).await?;
    db.execute(&["CREATE TABLE copies (id INT, t TEXT)"])
        .await?;
    let copies = DynamicRepository::reflect(&db.provider(), "copies").await?;
    let folder = tempdir()?;
    let import = async |file: &Path, format: &Format| {
        let done = Import::into(&copies).from_path_as(file, format.clone());
        let done = done.await;
        if done.is_err() {
            assert_eq!(copies.count().await.unwrap(), 0);
        }
        db.execute(&["DELETE FROM copies"]).await.unwrap();
        done
    };
    for (ending, format) in FORMATS {
        let file = folder.path().join(ending);
        let written = Export::of(&table).to_path_as(&file, format.clone());
        written.await?;
        assert_eq!(import(&file, &format).await?.inserted, 3, "{ending}");
        let whole = fs::read(&file)?;
        let step = (whole.len() / 60).max(1);
        for end in (0..whole.len()).step_by(step) {
            fs::write(&file, &whole[..end])?;
            let error = import(&file, &format).await.expect_err(ending);
            assert!(matches!(error, Error::InvalidInput { .. }), "{error:?}");
        }
        for place in (0..whole.len()).step_by(step) {
            let mut other = whole.clone();
            other[place] ^= 0x55;
            fs::write(&file, &other)?;
            // Some bytes mean nothing; none of them ends the program.
            import(&file, &format).await.ok();
        }
        fs::write(&file, "id,t\n1,a\n")?;
        let error = import(&file, &format).await.expect_err(ending);
        assert!(error.to_string().contains("cannot be read"), "{error}");
    }
    Ok(())
}

/// Cells behind the last column of the header, and such as have a format and nothing in them.
async fn what_a_sheet_has_beside_its_rows_is_refused_or_passed_over(db: TestDatabase) -> Result {
    use rust_xlsxwriter::{Format as Look, Workbook};

    db.execute(&["CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, name TEXT)"])
        .await?;
    let people = DynamicRepository::reflect(&db.provider(), "people").await?;
    let bold = Look::new().set_bold();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["id", "name"]) {
        sheet.write_string(0, column, name)?;
    }
    sheet.write_blank(0, 2, &bold)?;
    for row in 1..=3 {
        sheet.write_number(row, 0, row)?;
        sheet.write_blank(row, 3, &bold)?;
    }
    sheet.write_string(2, 2, "hush")?;
    for row in 4..=6 {
        sheet.write_blank(row, 0, &bold)?;
        sheet.write_blank(row, 1, &bold)?;
    }
    let file = workbook.save_to_buffer()?;
    let report = Import::into(&people)
        .on_error(OnError::Skip)
        .from_reader(&file[..], Format::Xlsx)
        .await?;
    assert_eq!((report.read, report.inserted), (3, 2));
    let told = report.refused[0].to_string();
    assert!(
        told.starts_with("line 3: it has cells beyond the 2 of the header"),
        "{told}"
    );
    Ok(())
}

async fn a_compression_that_is_not_read_is_named(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE few (id INTEGER NOT NULL PRIMARY KEY)",
        "INSERT INTO few VALUES (1)",
    ])
    .await?;
    let few = DynamicRepository::reflect(&db.provider(), "few").await?;
    let mut file = Vec::new();
    Export::of(&few)
        .to_writer(&mut file, Format::Parquet)
        .await?;
    // In the footer, the codec stands behind the name of the column: Snappy is 1, and Zstandard 6.
    let snappy = b"\x02id\x15\x02\x16";
    let place = file.windows(snappy.len()).position(|part| part == snappy);
    file[place.ok_or_else(|| anyhow::anyhow!("a codec"))? + 4] = 12;
    let error = Import::into(&few)
        .from_reader(&file[..], Format::Parquet)
        .await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "the file: it is compressed by ZSTD, which is not supported; write it with Snappy or \
         without compression"
    );
    Ok(())
}
