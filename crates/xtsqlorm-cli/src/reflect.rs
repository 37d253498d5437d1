//! `xtsqlorm reflect`: reads a database and writes a crate of SeaORM entities.
//!
//! The steps, each in a module of its own: `connect` and `discover` read; `overrides`, `plan` and
//! `generate` decide and do no I/O; `format` and `write` see to the files; `report` tells.

mod connect;
mod discover;
mod format;
mod generate;
mod manifest;
mod model;
mod names;
mod overrides;
mod plan;
mod report;
mod write;

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, Result};
use sea_orm_cli::DateTimeCrate;
use sea_orm_codegen::WithSerde;
use secrecy::{ExposeSecret, SecretString};

use self::generate::Options;
use self::plan::Selection;
use self::report::Report;

/// The exit code when a table with a key, or a column, has no place in the entities.
const LOST: u8 = 3;

/// The options of `xtsqlorm reflect`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The database, by its key in xtsqlorm.toml
    #[arg(long, value_name = "KEY", conflicts_with = "url")]
    pub(crate) key: Option<String>,
    /// The database, by its URL; without --key and --url it is DATABASE_URL, which keeps the
    /// password out of the process list
    #[arg(long)]
    pub(crate) url: Option<SecretString>,
    /// The directory of the entity crate
    #[arg(long, default_value = "entity", value_name = "DIR")]
    out: PathBuf,
    /// The configuration file with [reflect.types]; XTSQLORM_CONFIG or ./xtsqlorm.toml when absent
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// These tables only
    #[arg(long, value_delimiter = ',', value_name = "TABLE,..")]
    tables: Vec<String>,
    /// Leave out the tables that match, such as 'tmp_*'; may be given several times
    #[arg(long, value_delimiter = ',', value_name = "GLOB,..")]
    exclude: Vec<glob::Pattern>,
    /// Which serde derives models and enums get: none, serialize, deserialize or both
    #[arg(long, default_value = "both", value_parser = WithSerde::from_str)]
    serde: WithSerde,
    /// The crate of date and time types
    #[arg(long, value_enum, default_value = "chrono")]
    date_time_crate: DateTimeCrate,
    /// Further derives for models, such as 'Hash'
    #[arg(long, value_delimiter = ',', value_name = "DERIVE,..")]
    model_extra_derives: Vec<String>,
    /// Further derives for enums
    #[arg(long, value_delimiter = ',', value_name = "DERIVE,..")]
    enum_extra_derives: Vec<String>,
    /// Write nothing; print how the directory differs from the database, and exit with 1 if it does
    #[arg(long, conflicts_with_all = ["dry_run", "prune"])]
    check: bool,
    /// Write nothing; report what would be done
    #[arg(long)]
    dry_run: bool,
    /// Remove generated files that belong to no table any more
    #[arg(long)]
    prune: bool,
}

/// Reads the database, writes the crate, and reports on stderr.
///
/// # Errors
///
/// When the database cannot be read, an override names no column, or a file written by hand is in
/// the way. No message holds the password.
pub(crate) async fn run(args: &Args) -> Result<ExitCode> {
    let overrides = overrides::load(args.config.as_deref())?;
    let mut schema = discover(args).await?;
    let unused = overrides::apply(&overrides, &mut schema)?;
    let mut report = Report::found(&schema);
    let selection = Selection {
        tables: args.tables.clone(),
        exclude: args.exclude.clone(),
    };
    let plan = plan::plan(schema, &selection)?;
    let options = Options {
        serde: args.serde,
        date_time_crate: codegen_crate(&args.date_time_crate),
        model_extra_derives: args.model_extra_derives.clone(),
        enum_extra_derives: args.enum_extra_derives.clone(),
    };
    let mut generated = generate::generate(&plan, &options)?;
    report.generated(&plan, &generated);
    unused.into_iter().for_each(|note| report.note(note));
    if let Err(error) = format::rustfmt(&mut generated.files, &args.out) {
        report.note(format!("not formatted as `cargo fmt` would: {error:#}"));
    }
    let changes = write::compare(
        &args.out,
        &generated.files,
        &manifest::manifest(&args.out, &options),
    )?;
    let differs = !(changes.write.is_empty() && changes.stale.is_empty());
    if args.check {
        print!("{}", write::diff(&changes));
        report.files(&changes, "out of date", false);
    } else if args.dry_run {
        report.files(&changes, "to write", false);
    } else {
        write::write(&changes)?;
        if args.prune {
            write::prune(&changes)?;
        }
        report.files(&changes, "written", args.prune);
    }
    eprint!("{report}");
    Ok(match (args.check && differs, report.lost()) {
        (true, _) => ExitCode::FAILURE,
        (false, true) => ExitCode::from(LOST),
        (false, false) => ExitCode::SUCCESS,
    })
}

/// Connects and reads, with the password kept out of errors.
async fn discover(args: &Args) -> Result<model::Schema> {
    let url = connect::url_of(args)?;
    let scrub = connect::Scrub::new(url.expose_secret());
    let db = connect::connect(&url).await?;
    let schema = discover::schema(&db)
        .await
        .map_err(|error| scrub.error(&error));
    let closed = db.close().await.context("cannot close the connection");
    let schema = schema?;
    closed.map(|()| schema).map_err(|error| scrub.error(&error))
}

/// sea-orm-cli's choice in sea-orm-codegen's terms.
fn codegen_crate(choice: &DateTimeCrate) -> sea_orm_codegen::DateTimeCrate {
    match choice {
        DateTimeCrate::Chrono => sea_orm_codegen::DateTimeCrate::Chrono,
        DateTimeCrate::Time => sea_orm_codegen::DateTimeCrate::Time,
    }
}

/// ", did you mean ..?" for the candidate that is closest, if one is close.
fn nearest(wanted: &str, candidates: impl IntoIterator<Item = String>) -> String {
    let close = |candidate: &String| strsim::jaro_winkler(wanted, candidate);
    candidates
        .into_iter()
        .map(|candidate| (close(&candidate), candidate))
        .filter(|(score, _)| *score > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| format!(", did you mean \"{candidate}\"?"))
        .unwrap_or_default()
}
