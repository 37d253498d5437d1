//! Every row of every database of the corpus, through entities that nobody touched.
//!
//! For each database: reflect it, compile what was generated with warnings as errors, read every
//! table and view through its entity, write every row to an empty copy, and compare the two on the
//! server byte for byte. Then the same through rows at run time.
//!
//! The databases are those of the folder that `XTSQLORM_DATASETS` names, and the schemas of
//! `tests/corpus`, which have a table for each trap that is known.

mod base;
mod catalogue;
mod connection;
mod contents;
mod crates;
mod dynamic;
mod report;
mod script;
mod stock;

use std::fs;

use base::{Base, Source, sources};
use catalogue::Kind;
use contents::{count, difference};
use crates::Crates;
use report::{Line, table};

use crate::servers::Server;
use crate::support::{Result, reflect};

/// The corpus on one server.
async fn every_row_round_trips(server: Server) -> Result<()> {
    let key = format!("{server:?}").to_lowercase();
    let crates = Crates::new(&key, true)?;
    let bases = bases(server, |source| source.files.is_empty() || has_datasets());
    let bases = bases.await?;
    let mut lines = reflected(&crates, &bases, &key, &[])?;
    compiled(&crates, &bases, &mut lines).await?;
    for (base, line) in bases.iter().zip(&mut lines) {
        let tally = dynamic::trip(base).await?;
        line.dynamic_read = tally.read;
        line.dynamic_round_tripped = tally.round_tripped;
        for failed in tally.failed {
            line.problem(format!("at run time: {failed}"));
        }
    }
    let stock = stock::lines(server, &bases).await?;
    let all = || lines.iter().chain(&stock);
    println!("{}", table(all()));
    report::save(&key, all())?;
    ended(bases, &lines).await
}

/// One database of the corpus in another form than the compact one: Sakila, or where there are no
/// datasets the schema of this project.
async fn every_row_round_trips_in(form: &str, server: Server) -> Result<()> {
    let key = format!("{server:?}-{form}").to_lowercase();
    let crates = Crates::new(&key, true)?;
    let wanted = match has_datasets() {
        true => "sakila",
        false => "hostile",
    };
    let bases = bases(server, |source| source.name == wanted).await?;
    let mut lines = reflected(&crates, &bases, &key, &["--format", form])?;
    compiled(&crates, &bases, &mut lines).await?;
    ended(bases, &lines).await
}

fn has_datasets() -> bool {
    std::env::var_os("XTSQLORM_DATASETS").is_some()
}

/// The databases that are wanted, with their rows.
async fn bases(server: Server, wanted: impl Fn(&Source) -> bool) -> Result<Vec<Base>> {
    let mut bases = Vec::new();
    for source in sources(server).iter().filter(|source| wanted(source)) {
        bases.push(Base::create(server, source).await?);
    }
    Ok(bases)
}

/// Writes the crate of each database, and a program that tries it.
fn reflected(crates: &Crates, bases: &[Base], key: &str, options: &[&str]) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for base in bases {
        let name = format!("{}-{key}", base.name);
        let mut line = Line::new(&name, &base.catalogue);
        if !base.may_refuse {
            for refused in &base.refused {
                line.problem(format!("the server refuses its script: {refused}"));
            }
        }
        let dir = crates.entity_dir(&name)?;
        let config = dir.join("xtsqlorm.toml");
        fs::write(&config, format!("[reflect.types]\n{}", base.types))?;
        let config = config.display().to_string();
        let mut arguments = vec!["--config", &config];
        arguments.extend(options);
        if base.full.server == Server::Postgres {
            arguments.extend(["--schema", "*"]);
        }
        let output = reflect(&base.full.url, &dir, &arguments);
        if !output.status.success() {
            line.problem(format!(
                "reflect: {}",
                String::from_utf8_lossy(&output.stderr)
            ));
        }
        crates.add_program(&name)?;
        lines.push(line);
    }
    Ok(lines)
}

/// Compiles everything, and tries the entities of what compiles.
async fn compiled(crates: &Crates, bases: &[Base], lines: &mut [Line]) -> Result<()> {
    let built = crates.build(&["--keep-going"])?;
    for (base, line) in bases.iter().zip(lines) {
        // What failed may be one crate of several.
        let alone = || crates.build(&["--package", &format!("{}-program", line.name)]);
        let alone = if built.status.success() {
            None
        } else {
            Some(alone()?)
        };
        match alone.filter(|alone| !alone.status.success()) {
            Some(failed) => line.problem(String::from_utf8_lossy(&failed.stderr)),
            None => {
                line.compiled = true;
                entities(crates, base, line).await?;
            }
        }
    }
    Ok(())
}

/// Removes the databases; fails where anything did not round-trip.
async fn ended(bases: Vec<Base>, lines: &[Line]) -> Result<()> {
    let mut problems = Vec::new();
    for (base, line) in bases.into_iter().zip(lines) {
        let found = line.problems.iter();
        problems.extend(found.map(|problem| format!("{}: {problem}", line.name)));
        base.drop().await?;
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// What the program of a database's crate makes of its rows.
async fn entities(crates: &Crates, base: &Base, line: &mut Line) -> Result<()> {
    base.empty_copy().await?;
    let mut outcomes = crates.run(&line.name, base, None)?;
    let mut same = Vec::new();
    for written in [Kind::Table, Kind::Parent] {
        if written == Kind::Parent {
            if base
                .catalogue
                .wanted()
                .all(|table| table.kind != Kind::Parent)
            {
                continue;
            }
            base.empty_copy().await?;
            outcomes = crates.run(&line.name, base, Some(Kind::Parent))?;
        }
        for table in base
            .catalogue
            .wanted()
            .filter(|table| table.kind == written)
        {
            match difference(base, table).await? {
                None => same.push((&table.schema, &table.name)),
                Some(difference) => line.problem(format!("{}: {difference}", table.name)),
            }
        }
    }
    for outcome in &outcomes {
        line.fields += outcome.fields;
    }
    for table in base.catalogue.wanted() {
        let outcome = outcomes
            .iter()
            .find(|outcome| outcome.table == format!("{}.{}", table.schema, table.name));
        let Some(outcome) = outcome else {
            line.problem(format!("{}: has no entity", table.name));
            continue;
        };
        if outcome.fields != table.columns.len() {
            let columns = table.columns.len();
            line.problem(format!(
                "{}: {} fields of {columns}",
                table.name, outcome.fields
            ));
        }
        match (&outcome.unread, &outcome.unwritten) {
            (None, None) if outcome.rows == count(base, table).await? => {
                line.read += 1;
                line.rows += outcome.rows;
                line.round_tripped += usize::from(
                    table.kind == Kind::View || same.contains(&(&table.schema, &table.name)),
                );
            }
            (Some(unread), _) => line.problem(format!("{}: is not read: {unread}", table.name)),
            (None, Some(unwritten)) => {
                line.read += 1;
                line.problem(format!("{}: is not written: {unwritten}", table.name));
            }
            (None, None) => line.problem(format!("{}: {} rows are read", table.name, outcome.rows)),
        }
    }
    Ok(())
}

macro_rules! on_every_server {
    ($($name:ident: $server:ident),+) => { $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        #[ignore = "needs a server, and minutes to compile what it generates: scripts/test"]
        async fn $name() -> Result<()> {
            claim(Server::$server).await
        }
    )+ };
}

mod every_row_of_the_corpus_round_trips {
    use super::every_row_round_trips as claim;
    use crate::servers::Server;
    use crate::support::Result;

    on_every_server!(sqlite: Sqlite, mysql: Mysql, mariadb: Mariadb, postgres: Postgres);
}

mod every_row_round_trips_in_the_expanded_form {
    use crate::servers::Server;
    use crate::support::Result;

    async fn claim(server: Server) -> Result<()> {
        super::every_row_round_trips_in("expanded", server).await
    }

    on_every_server!(sqlite: Sqlite, mysql: Mysql, mariadb: Mariadb, postgres: Postgres);
}

mod every_row_round_trips_in_the_dense_form {
    use crate::servers::Server;
    use crate::support::Result;

    async fn claim(server: Server) -> Result<()> {
        super::every_row_round_trips_in("dense", server).await
    }

    on_every_server!(sqlite: Sqlite, mysql: Mysql, mariadb: Mariadb, postgres: Postgres);
}
