//! `xtsqlorm reflect`: reads a database and writes a crate of SeaORM entities.
//!
//! The steps, each in a module of its own: `connect` and `discover` read; `overrides`, `plan` and
//! `generate` decide and do no I/O; `format` and `write` see to the files; `report` tells.

mod connect;
mod diagram;
mod discover;
mod format;
mod generate;
mod kept;
mod limits;
mod manifest;
mod model;
mod names;
mod overrides;
mod plan;
mod progress;
mod report;
mod shape;
mod write;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use secrecy::SecretString;
use xtsqlorm::reflect::MappingOptions;

use self::generate::{DateTimeCrate, Generated, Layout, Options, Serde};
use self::kept::Kept;
use self::plan::Selection;
use self::progress::Progress;
use self::report::{Report, Style};
use self::shape::Shape;
use self::write::Target;

/// The exit code when a table or a column has no place in the entities.
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
    /// Write a module of an existing crate into this directory, with a mod.rs, and no crate. Names that
    /// are not ASCII may bring warnings that only the root of a crate can allow:
    /// uncommon_codepoints, confusable_idents, mixed_script_confusables
    #[arg(long, value_name = "DIR", conflicts_with = "out")]
    module: Option<PathBuf>,
    /// These schemas (in MySQL: databases), '*' for all that are not the server's own; the one that
    /// the connection is in when absent. Several get a module each
    #[arg(long, value_delimiter = ',', value_name = "SCHEMA,..")]
    schema: Vec<String>,
    /// The configuration file with [reflect.types]; XTSQLORM_CONFIG or ./xtsqlorm.toml when absent
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// These tables and views only, as table or schema.table, or those that match, such as 'film*'
    #[arg(long, value_delimiter = ',', value_name = "TABLE,..")]
    tables: Vec<String>,
    /// Leave out the tables that match, such as 'tmp_*'; may be given several times
    #[arg(long, value_delimiter = ',', value_name = "GLOB,..")]
    exclude: Vec<glob::Pattern>,
    /// The form of the entities
    #[arg(long, value_enum, default_value = "compact", value_name = "FORM")]
    format: Shape,
    /// Which serde derives models and enums get
    #[arg(long, value_enum, default_value = "both")]
    serde: Serde,
    /// The crate of date and time types
    #[arg(long, value_enum, default_value = "chrono")]
    date_time_crate: DateTimeCrate,
    /// What is true of the data though the database does not enforce it, for plainer types; a row
    /// of which it is not true does not decode
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT,..")]
    assume: Vec<Assumption>,
    /// Hold tinyint(1) of MySQL as i8 and not as bool
    #[arg(long)]
    tinyint_as_number: bool,
    /// Further derives for models, such as 'Hash'
    #[arg(long, value_delimiter = ',', value_name = "DERIVE,..")]
    model_extra_derives: Vec<String>,
    /// Further derives for enums
    #[arg(long, value_delimiter = ',', value_name = "DERIVE,..")]
    enum_extra_derives: Vec<String>,
    /// Draw the tables into this file too: .html is a page to search and walk in that needs nothing
    /// else, .mmd a Mermaid diagram, .md that diagram in a document. With --dry-run it is all that
    /// is written
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    diagram: Option<diagram::Target>,
    /// Write nothing; print how the directory differs from the database, and exit with 1 if it does
    #[arg(long, conflicts_with_all = ["dry_run", "prune"])]
    check: bool,
    /// Write no entities; report what would be done
    #[arg(long)]
    dry_run: bool,
    /// Remove generated files that belong to no table any more, unless they hold code of yours
    #[arg(long)]
    prune: bool,
    /// How the report is printed
    #[arg(long, value_enum, default_value = "text", value_name = "STYLE")]
    report: Style,
}

/// What may be true of data though the database does not enforce it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Assumption {
    /// TIME columns of MySQL hold times of day, 00:00:00 to 23:59:59, and those of PostgreSQL no
    /// 24:00:00
    TimesOfDay,
    /// Arrays of PostgreSQL have one dimension and no NULL in them
    PlainArrays,
    /// Columns of SQLite hold what their declared types say, as one program has written all rows
    DeclaredTypes,
}

/// Reads the database, writes the crate, and reports on stderr.
///
/// # Errors
///
/// When the database cannot be read, an override names no column, or a file written by hand is in
/// the way. No message holds the password.
pub(crate) async fn run(args: &Args) -> Result<ExitCode> {
    let overrides = overrides::load(args.config.as_deref())?;
    let progress = Progress::begin();
    let mut schema = discover(args).await?;
    let unused = overrides::apply(&overrides, &mut schema)?;
    let mut report = Report::found(&schema);
    let selection = Selection {
        tables: args.tables.clone(),
        exclude: args.exclude.clone(),
    };
    let picture = args.diagram.as_ref();
    let picture =
        picture.map(|file| (file, schema.found(|name| selection.refuses(name).is_none())));
    let backend = schema.backend;
    let plan = plan::plan(schema, &selection)?;
    if let Some((file, found)) = picture {
        let note = file.write(&found)?;
        report.diagram(file.path(), note);
    }
    let options = args.options();
    progress.tables(plan.entities.len());
    let mut generated = generate::generate(&plan, &options)?;
    report.generated(&plan, &generated);
    limits::notes(&plan, backend)
        .into_iter()
        .for_each(|note| report.note(note));
    unused.into_iter().for_each(|note| report.note(note));
    let shaped = shape::apply(args.format, &mut generated)?;
    shaped.into_iter().for_each(|note| report.note(note));
    let target = args.target(&options, &generated);
    let kept = Kept::read(&target.src, generated.files.keys())?;
    let made_room = kept.make_room(&mut generated.files)?;
    made_room.into_iter().for_each(|note| report.note(note));
    progress.step("formatting");
    if let Err(error) = format::rustfmt(&mut generated.files, &target.src) {
        report.note(format!("not formatted as `cargo fmt` would: {error:#}"));
    }
    progress.step("comparing with the files there");
    let changes = write::compare(&target, &generated.files, &kept)?;
    if args.check {
        report.diff(write::diff(&changes));
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
    let drifted = args.check && !changes.is_empty();
    drop(progress);
    report.print(args.report, args.check && !drifted)?;
    Ok(match (drifted, report.lost()) {
        (true, _) => ExitCode::FAILURE,
        (false, true) => ExitCode::from(LOST),
        (false, false) => ExitCode::SUCCESS,
    })
}

impl Args {
    /// The choices about the code.
    fn options(&self) -> Options {
        Options {
            layout: match self.module {
                Some(_) => Layout::Module,
                None => Layout::Crate,
            },
            serde: self.serde,
            date_time_crate: self.date_time_crate,
            model_extra_derives: self.model_extra_derives.clone(),
            enum_extra_derives: self.enum_extra_derives.clone(),
        }
    }

    /// Where the files go.
    fn target(&self, options: &Options, generated: &Generated) -> Target {
        match &self.module {
            Some(dir) => Target {
                src: dir.clone(),
                manifest: None,
            },
            None => Target {
                src: self.out.join("src"),
                manifest: Some((
                    self.out.join("Cargo.toml"),
                    manifest::manifest(&self.out, options, &generated.features),
                )),
            },
        }
    }
}

/// Connects and reads.
async fn discover(args: &Args) -> Result<model::Schema> {
    let assumed = |what| args.assume.contains(&what);
    let options = MappingOptions {
        arrays_as_vec: assumed(Assumption::PlainArrays),
        times_as_text: !assumed(Assumption::TimesOfDay),
        sqlite_as_declared: assumed(Assumption::DeclaredTypes),
        tiny_int_1_as_bool: !args.tinyint_as_number,
    };
    let manager = connect::connect(args).await?;
    let schema = discover::schema(&manager, &args.schema, &options).await;
    manager.dispose().await;
    schema
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
