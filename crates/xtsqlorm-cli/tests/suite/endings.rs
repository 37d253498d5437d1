//! How a command ends that is not let finish: a closed pipe, a full disk, a signal.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use super::servers::{Scratch, Server};
use super::support::{Result, assert_code};

/// Everything that prints to stdout, on a database with one table.
const PRINTING: [&[&str]; 8] = [
    &["tables"],
    &["tables", "--json"],
    &["describe", "numbers"],
    &["describe", "numbers", "--json"],
    &["ping"],
    &["ping", "--json"],
    &["completions", "bash"],
    &["reflect", "--dry-run", "--report", "json"],
];

async fn numbers(rows: u32) -> Result<Scratch> {
    let scratch = Scratch::create(Server::Sqlite).await?;
    let fill = format!(
        "INSERT INTO numbers WITH RECURSIVE n(i) AS \
         (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT i FROM n"
    );
    scratch
        .run(&[
            "CREATE TABLE numbers (id INTEGER NOT NULL PRIMARY KEY)",
            &fill,
        ])
        .await?;
    Ok(scratch)
}

#[tokio::test]
async fn a_reader_that_has_enough_is_no_error() -> Result<()> {
    let scratch = numbers(1).await?;
    for args in PRINTING {
        let (reads, writes) = std::io::pipe()?;
        drop(reads);
        let ended = scratch.command(args).stdout(writes).output()?;
        assert_code(&ended, 0);
        assert!(!text(&ended).contains("error"), "{args:?}: {ended:?}");
    }
    scratch.drop().await
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_told() -> Result<()> {
    let scratch = numbers(1).await?;
    for args in PRINTING {
        let full = fs::File::options().write(true).open("/dev/full")?;
        let ended = scratch.command(args).stdout(full).output()?;
        assert_code(&ended, 1);
        let told = text(&ended);
        assert!(
            told.contains("error: cannot write to stdout: No space left"),
            "{args:?}: {told}"
        );
    }
    scratch.drop().await
}

fn text(ended: &Output) -> String {
    String::from_utf8_lossy(&ended.stderr).into_owned()
}

#[cfg(unix)]
fn send(signal: &str, to: &Child) -> Result<()> {
    let sent = Command::new("kill")
        .args([signal, &to.id().to_string()])
        .status()?;
    assert!(sent.success());
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_leaves_no_unfinished_file() -> Result<()> {
    let scratch = numbers(400_000).await?;
    let folder = scratch.path("exports");
    fs::create_dir(&folder)?;
    let file = folder.join("numbers.csv");
    fs::write(&file, "old")?;
    let others = |folder: &Path| -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
        let entries = entries.collect::<std::io::Result<Vec<PathBuf>>>()?;
        Ok(entries.into_iter().filter(|path| *path != file).collect())
    };
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let to = file.to_string_lossy().into_owned();
        let mut export = scratch
            .command(&["export", "numbers", &to])
            .stderr(Stdio::piped())
            .spawn()?;
        while others(&folder)?.is_empty() {
            assert!(export.try_wait()?.is_none(), "it ended too soon");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        send(signal, &export)?;
        assert_code(&export.wait_with_output()?, code);
        assert_eq!(others(&folder)?, Vec::<PathBuf>::new());
        assert_eq!(fs::read_to_string(&file)?, "old");
    }
    scratch.drop().await
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_takes_an_import_back() -> Result<()> {
    let scratch = numbers(1).await?;
    let mut import = scratch
        .command(&["import", "-", "numbers", "--format", "csv"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut pipe = import.stdin.take().ok_or("a pipe")?;
    pipe.write_all(b"id\n")?;
    for id in 2..20_000 {
        writeln!(pipe, "{id}")?;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(import.try_wait()?.is_none(), "it waits for more");
    send("-INT", &import)?;
    assert_code(&import.wait_with_output()?, 130);
    drop(pipe);
    let left = scratch
        .command(&["export", "numbers", "-", "--format", "csv"])
        .output()?;
    assert_eq!(String::from_utf8_lossy(&left.stdout), "id\n1\n");
    scratch.drop().await
}
