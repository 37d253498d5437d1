//! How much memory an export takes, and what becomes of it where the disk is full.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::rows::formats;
use super::servers::{Scratch, Server};
use super::support::{Result, assert_code};

/// The rows of the small table and of the large one.
const FEW: u64 = 10_000;
const MANY: u64 = 200_000;

/// What an export may take more for the large table, in KiB; its rows are 75 MB as values.
fn more(ending: &str) -> u64 {
    match ending {
        // A row group, as pages and as bytes of the file, for which the small table is too small.
        "parquet" => 40 * 1024,
        _ => 12 * 1024,
    }
}

/// Makes `few` and `many`, with texts that are not alike.
async fn tables(scratch: &Scratch) -> Result<()> {
    let text = scratch.server.choose(
        "SUBSTRING(REPEAT(SHA2(n, 256), 4), 1, 200)",
        "substr(repeat(md5(n::text), 8), 1, 200)",
        "substr(hex(randomblob(100)), 1, 200)",
    );
    let digits = "SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL \
                  SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL \
                  SELECT 8 UNION ALL SELECT 9";
    let numbers = format!(
        "SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d + 100000 * g.d AS n \
         FROM ({digits}) a, ({digits}) b, ({digits}) c, ({digits}) e, ({digits}) f, ({digits}) g"
    );
    for (name, rows) in [("few", FEW), ("many", MANY)] {
        let create = format!(
            "CREATE TABLE {name} (id INT NOT NULL PRIMARY KEY, t VARCHAR(200), n BIGINT, d DOUBLE \
             PRECISION)"
        );
        let insert = format!(
            "INSERT INTO {name} SELECT n, {text}, n * 1000, n / 7.0 FROM ({numbers}) numbers \
             WHERE n < {rows}"
        );
        scratch.run(&[&create, &insert]).await?;
    }
    Ok(())
}

/// Exports a table and gives the most memory that the command had, in KiB.
async fn peak(scratch: &Scratch, table: &str, rows: u64, file: &Path) -> Result<u64> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtsqlorm"))
        .args(["export", table])
        .arg(file)
        .env("DATABASE_URL", &scratch.url)
        .env_remove("XTSQLORM_CONFIG")
        // Else each thread has a heap of its own, and what one gave back another does not take.
        .env("MALLOC_ARENA_MAX", "2")
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let status = format!("/proc/{}/status", command.id());
    let mut peak = 0;
    while command.try_wait()?.is_none() {
        // It is empty at the end, when the memory is given back already.
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        if let Some(kib) = line.and_then(|line| line.split_whitespace().next()) {
            peak = kib.parse()?;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let output = command.wait_with_output()?;
    assert_code(&output, 0);
    let told = String::from_utf8(output.stderr)?;
    assert!(told.starts_with(&format!("{rows} rows, ")), "{told}");
    Ok(peak)
}

/// Twenty times the rows, and in any format not much more memory.
async fn assert_memory_is_flat(server: Server) -> Result<()> {
    let scratch = Scratch::create(server).await?;
    tables(&scratch).await?;
    for ending in formats() {
        let file = scratch.path(&format!("rows.{ending}"));
        let few = peak(&scratch, "few", FEW, &file).await?;
        let many = peak(&scratch, "many", MANY, &file).await?;
        println!("{ending}: {few} KiB for {FEW} rows, {many} KiB for {MANY}");
        assert!(few > 1024, "{ending}: the peak was not seen");
        assert!(
            many < few + more(ending),
            "{ending}: {few} KiB for {FEW} rows, {many} KiB for {MANY}"
        );
        fs::remove_file(&file)?;
    }
    scratch.drop().await
}

#[tokio::test]
async fn exports_of_pages_take_no_more_memory_for_more_rows() -> Result<()> {
    assert_memory_is_flat(Server::Sqlite).await
}

#[tokio::test]
#[ignore = "needs a server: scripts/test"]
async fn exports_of_streams_take_no_more_memory_for_more_rows() -> Result<()> {
    assert_memory_is_flat(Server::Postgres).await
}

/// Where nothing more can be written, an export ends with an error and leaves no file.
#[tokio::test]
async fn a_full_disk_is_an_error_and_leaves_no_file() -> Result<()> {
    let scratch = Scratch::create(Server::Sqlite).await?;
    tables(&scratch).await?;
    for ending in formats() {
        let file = scratch.path(&format!("rows.{ending}"));
        // Of the shell, so that the command has it: no file may grow beyond some MB.
        let output = Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f 2000; exec \"$@\"", "sh"])
            .args([env!("CARGO_BIN_EXE_xtsqlorm"), "export", "many"])
            .arg(&file)
            .env("DATABASE_URL", &scratch.url)
            .env_remove("XTSQLORM_CONFIG")
            .stdin(Stdio::null())
            .output()?;
        assert_code(&output, 1);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("written"), "{ending}: {told}");
        assert!(!file.exists(), "{ending}");
    }
    scratch.drop().await
}
