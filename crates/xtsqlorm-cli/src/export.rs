//! `xtsqlorm export`: the rows of a table into a file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::json;
use xtsqlorm::dynamic::DynamicFind;
use xtsqlorm::operations::{Export, Exported, Format};
use xtsqlorm::prelude::*;
use xtsqlorm::repository::QueryRules;

use crate::database::{Access, Database};
use crate::format::FileFormat;
use crate::meter::Meter;
use crate::print::print_line;

/// The options of `xtsqlorm export`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  xtsqlorm export users users.csv --key default\n  \
    xtsqlorm export orders - --format ndjson --columns id,total | gzip > orders.ndjson.gz\n  \
    xtsqlorm export users adults.csv --filter 'age__gte=18&name__icontains=bob&sort=-created_at'\n  \
    xtsqlorm export orders orders.parquet --as-text shipped\n  \
    xtsqlorm export orders orders.xlsx\n\n\
    Parquet and Arrow hold each value as what it is; of a value that its type does not hold, row and \
    column are told, and --as-text writes the column as text. A workbook holds 1048575 rows, and \
    32767 characters in a cell.\n\
    The file appears when it is whole, and replaces the one that is there.\n\
    Ends with 0 when all rows are written, and with 1 and the reason when not."
)]
pub(crate) struct Args {
    /// The table or view, as table or schema.table
    table: String,
    /// The file, whose ending is the format; `-` is stdout
    file: PathBuf,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    format: FileFormat,
    /// Write these columns only, in this order
    #[arg(long, value_delimiter = ',', value_name = "COLUMN,..")]
    columns: Vec<String>,
    /// Write the values of these columns as text, where a type of Arrow does not hold all of them
    #[arg(long, value_delimiter = ',', value_name = "COLUMN,..")]
    as_text: Vec<String>,
    /// Write these rows only, in this order: a query string as of a list in an API
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "QUERY"
    )]
    filter: String,
    /// Write ' before texts of a CSV file that Excel would take for formulas
    #[arg(long)]
    guard_formulas: bool,
    /// Print a JSON object about what was written; on stderr where the rows are on stdout
    #[arg(long)]
    json: bool,
}

/// Writes the file, and says how many rows are in it.
///
/// # Errors
///
/// When the table, a column or the format is unknown, the database cannot be read, or the file cannot
/// be written.
pub(crate) async fn run(args: &Args) -> Result<ExitCode> {
    let format = args.format.of(&args.file, args.guard_formulas)?;
    let manager = args.database.connect(Access::Read).await?;
    let written = export(args, &manager, format).await;
    manager.dispose().await;
    let written = written?;
    let to_stdout = args.file == Path::new("-");
    let told = match args.json {
        true => {
            json!({ "table": args.table, "rows": written.rows, "bytes": written.bytes }).to_string()
        }
        false => format!("{} rows, {} bytes", written.rows, written.bytes),
    };
    if args.json && !to_stdout {
        print_line(told)?;
    } else {
        eprintln!("{told}");
    }
    Ok(ExitCode::SUCCESS)
}

async fn export(args: &Args, manager: &ConnectionManager, format: Format) -> Result<Exported> {
    let provider = SessionProvider::new(manager.clone());
    let table = DynamicRepository::reflect(&provider, &args.table).await?;
    let rows = wanted(table.find(), &args.filter)?;
    let whole = rows.clone().count().await?;
    let meter = Meter::of(Some(whole), "rows");
    let shown = meter.clone();
    let mut export = Export::of(rows).on_progress(move |progress| {
        shown.at(progress.rows, format!("{} MB", progress.bytes / 1_000_000));
    });
    if !args.columns.is_empty() {
        export = export.columns(args.columns.iter().cloned());
    }
    if !args.as_text.is_empty() {
        export = export.as_text(args.as_text.iter().cloned());
    }
    let written = match args.file == Path::new("-") {
        true => export.to_writer(tokio::io::stdout(), format).await,
        false => export.to_path_as(&args.file, format).await,
    };
    meter.end();
    written.with_context(|| format!("cannot export {}", args.table))
}

/// Filters and sorts as a query string says; a page of the rows only where it asks for one.
fn wanted(rows: DynamicFind, query: &str) -> Result<DynamicFind> {
    const ALL: u64 = i64::MAX.unsigned_abs();
    let rules = QueryRules::any_column().default_size(ALL).max_size(ALL);
    let asked = rules.parse(query).context("--filter")?;
    let is_page =
        (asked.page, asked.size) != (1, ALL) || asked.after.is_some() || asked.before.is_some();
    Ok(match is_page {
        true => rows.list(asked),
        false => rows.filter(asked.filter).sort_by(&asked.sort),
    })
}
