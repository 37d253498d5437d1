//! `xtsqlorm import`: the rows of a file into a table.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::json;
use xtsqlorm::operations::{Format, Import, Imported, OnError, Refused};
use xtsqlorm::prelude::*;

use crate::database::{Access, Database};
use crate::format::FileFormat;
use crate::meter::Meter;
use crate::print::print_line;

/// The exit code when rows were refused and the others are in the table.
const REFUSED: u8 = 3;

/// The most refused rows that are printed for a person.
const SHOWN: usize = 20;

/// The options of `xtsqlorm import`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  xtsqlorm import users.csv users --key default\n  \
    xtsqlorm import people.csv users --rename 'E-Mail=email' --ignore Remark --on-error skip\n  \
    xtsqlorm import people.xlsx users --on-error skip --json\n\n\
    Of a workbook, the first sheet is read, whose first row names the columns.\n\
    All rows are inserted or none, unless --commit-every or --on-error skip is given.\n\
    Ends with 0 when all rows are in the table, with 1 and the reason when the import ended, and \
    with 3 when rows were skipped."
)]
pub(crate) struct Args {
    /// The file, whose ending is the format; `-` is stdin
    file: PathBuf,
    /// The table, as table or schema.table
    table: String,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    format: FileFormat,
    /// What the file calls NAME is the table's COLUMN; may be given several times
    #[arg(long, value_name = "NAME=COLUMN")]
    rename: Vec<String>,
    /// Pass over what the file calls NAME
    #[arg(long, value_delimiter = ',', value_name = "NAME,..")]
    ignore: Vec<String>,
    /// What becomes of the import when a row is refused
    #[arg(long, value_enum, default_value = "abort", value_name = "WHAT")]
    on_error: Refusal,
    /// Commit after about so many rows; what is committed stays
    #[arg(long, value_name = "ROWS")]
    commit_every: Option<u64>,
    /// Print a JSON object with the refused rows
    #[arg(long)]
    json: bool,
}

/// What becomes of the import when a row is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Refusal {
    /// It ends, and nothing stays
    Abort,
    /// The row is left out and reported
    Skip,
}

/// Reads the file, and says what became of its rows.
///
/// # Errors
///
/// When the table, a name or the format is unknown, the file cannot be read, or a row is refused.
pub(crate) async fn run(args: &Args) -> Result<ExitCode> {
    let format = args.format.of(&args.file, false)?;
    let manager = args.database.connect(Access::Write).await?;
    let report = import(args, &manager, format).await;
    manager.dispose().await;
    let report = report?;
    match args.json {
        true => print_line(as_json(&report)).context("the rows are in the table")?,
        false => tell(&report),
    }
    Ok(match report.refused_rows {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(REFUSED),
    })
}

async fn import(args: &Args, manager: &ConnectionManager, format: Format) -> Result<Imported> {
    let provider = SessionProvider::new(manager.clone());
    let table = DynamicRepository::reflect(&provider, &args.table).await?;
    let from_stdin = args.file == Path::new("-");
    // The others are not read from the beginning to the end.
    let in_order = matches!(format, Format::Csv(_) | Format::Ndjson);
    let size = match from_stdin {
        true => None,
        false => std::fs::metadata(&args.file).ok().map(|file| file.len()),
    };
    let meter = match in_order {
        true => Meter::of(size, "bytes"),
        false => Meter::of(None, "rows"),
    };
    let shown = meter.clone();
    let mut import = Import::into(&table).on_progress(move |progress| {
        let rows = format!("{} rows, {} refused", progress.inserted, progress.refused);
        let done = match in_order {
            true => progress.bytes,
            false => progress.read,
        };
        shown.at(done, rows);
    });
    for renamed in &args.rename {
        let Some((name, column)) = renamed.rsplit_once('=') else {
            bail!("--rename {renamed}: write NAME=COLUMN");
        };
        import = import.rename(name, column);
    }
    for name in &args.ignore {
        import = import.ignore(name);
    }
    if args.on_error == Refusal::Skip {
        import = import.on_error(OnError::Skip);
    }
    if let Some(rows) = args.commit_every {
        import = import.commit_every(rows);
    }
    let report = match from_stdin {
        true => import.from_reader(tokio::io::stdin(), format).await,
        false => import.from_path_as(&args.file, format).await,
    };
    meter.end();
    report.map_err(|error| {
        let stays = match args.commit_every {
            Some(_) => "; what was committed before stays",
            None => ", and no row was inserted",
        };
        let failed = format!("cannot import into {}{stays}", args.table);
        // The words of the database's error may hold values of the row.
        match Refused::of_error(table.table(), &error) {
            Some(refused) => anyhow!("{failed}: {refused}"),
            None => anyhow!(error).context(failed),
        }
    })
}

fn tell(report: &Imported) {
    eprintln!("{} rows read, {} inserted", report.read, report.inserted);
    if !report.computed.is_empty() {
        let columns = report.computed.join(", ");
        eprintln!("passed over, since the database computes them: {columns}");
    }
    if report.refused_rows == 0 {
        return;
    }
    eprintln!("{} rows were refused:", report.refused_rows);
    for refused in report.refused.iter().take(SHOWN) {
        eprintln!("  {refused}");
    }
    if report.refused_rows > SHOWN as u64 {
        eprintln!("  and others; --json has the first thousand");
    }
}

fn as_json(report: &Imported) -> serde_json::Value {
    let refused: Vec<serde_json::Value> = report
        .refused
        .iter()
        .map(|refused| {
            json!({ "line": refused.line, "column": refused.column, "reason": refused.reason })
        })
        .collect();
    json!({
        "read": report.read,
        "inserted": report.inserted,
        "refused_rows": report.refused_rows,
        "refused": refused,
        "computed": report.computed,
    })
}
