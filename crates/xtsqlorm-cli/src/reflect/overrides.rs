//! `[reflect.types]`: columns for which the user names the Rust type.

mod field;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use xtsqlorm::reflect::TableName;

use self::field::change;
use super::model::{Schema, Table};

/// The configuration file where none is named.
const USUAL: &str = "xtsqlorm.toml";

/// The `[reflect]` section of the configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Section {
    /// Rust type by `schema.table.column`, `table.column` or `*.column`.
    #[serde(default)]
    pub(crate) types: BTreeMap<String, String>,
}

/// The overrides of a run, and how sure it is that they are meant for this database.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    /// Rust type by target.
    types: BTreeMap<String, String>,
    /// Where they come from, in words; absent when the user named the file.
    found: Option<String>,
}

/// Reads the section from the file named, from `XTSQLORM_CONFIG`, or from `xtsqlorm.toml`.
///
/// # Errors
///
/// When the file cannot be read; the message quotes no line of it, for it may hold passwords.
pub(crate) fn load(named: Option<&Path>) -> Result<Overrides> {
    let from_env = || {
        std::env::var_os("XTSQLORM_CONFIG")
            .filter(|name| !name.is_empty())
            .map(PathBuf::from)
    };
    let usual = Path::new(USUAL);
    let (path, found) = match named.map(Path::to_owned).or_else(from_env) {
        Some(path) => (path, None),
        None if usual.exists() => (
            usual.to_owned(),
            Some(format!("[reflect.types] in {USUAL}")),
        ),
        None => return Ok(Overrides::default()),
    };
    let settings = config::Config::builder()
        .add_source(config::File::from(path.as_path()))
        .build()
        .map_err(|error| anyhow!("cannot read {}: {}", path.display(), first_line(&error)))?;
    let section = match settings.get::<Section>("reflect") {
        Err(config::ConfigError::NotFound(_)) => Section::default(),
        section => section.with_context(|| format!("[reflect] in {}", path.display()))?,
    };
    Ok(Overrides {
        types: section.types,
        found,
    })
}

/// What is wrong and where; the further lines quote the file.
fn first_line(error: &config::ConfigError) -> String {
    let text = match error {
        config::ConfigError::FileParse { cause, .. } => cause.to_string(),
        error => error.to_string(),
    };
    text.lines().next().unwrap_or_default().to_owned()
}

/// Changes the columns that the overrides name: `*.column` first, then `table.column`, then
/// `schema.table.column`.
///
/// A file that merely lies in the working directory may be about another database: if not one of
/// its targets is a table here, none applies, and the note answered says so.
///
/// # Errors
///
/// When a target names no column, or a type cannot hold the column's values.
pub(crate) fn apply(overrides: &Overrides, schema: &mut Schema) -> Result<Option<String>> {
    for target in overrides.types.keys() {
        if !target.contains('.') {
            bail!("[reflect.types] \"{target}\": write \"table.column\" or \"*.column\"");
        }
    }
    let is_here = |target: &String| {
        let mut tables = schema.tables.iter().map(|table| &table.model.name);
        target.starts_with("*.")
            || tables.any(|name| {
                let of = |name: &str| target.starts_with(&format!("{name}."));
                of(&name.table) || of(&name.to_string())
            })
    };
    if let Some(found) = &overrides.found
        && !overrides.types.is_empty()
        && !overrides.types.keys().any(is_here)
    {
        return Ok(Some(format!(
            "{found} names no table of this database and was not used"
        )));
    }
    let mut unused: BTreeSet<&String> = overrides.types.keys().collect();
    let backend = schema.backend;
    for Table { model, fields } in &mut schema.tables {
        for (column, field) in model.columns.iter().zip(fields) {
            for target in targets(&model.name, &column.name) {
                if let Some((target, wanted)) = overrides.types.get_key_value(&target) {
                    change(column, field, wanted, backend)
                        .with_context(|| format!("[reflect.types] \"{target}\""))?;
                    unused.remove(target);
                }
            }
        }
    }
    match unused.first() {
        Some(target) => {
            let hint = nearest(schema, target);
            bail!("[reflect.types] \"{target}\": there is no such column{hint}");
        }
        None => Ok(None),
    }
}

/// What a column may be called, the most general first.
fn targets(table: &TableName, column: &str) -> [String; 3] {
    [
        format!("*.{column}"),
        format!("{}.{column}", table.table),
        format!("{table}.{column}"),
    ]
}

/// The hint at the column that was meant.
fn nearest(schema: &Schema, target: &str) -> String {
    let names = schema.tables.iter().flat_map(|table| {
        let columns = table.model.columns.iter();
        columns.flat_map(|column| targets(&table.model.name, &column.name))
    });
    let dots = |text: &str| text.matches('.').count();
    let alike = names.filter(|name| {
        name.starts_with("*.") == target.starts_with("*.") && dots(name) == dots(target)
    });
    super::nearest(target, alike)
}

#[cfg(test)]
mod tests {
    use sea_query::ColumnType;
    use xtsqlorm::reflect::{DataType, MappedKind};

    use super::*;
    use crate::reflect::model::samples;

    fn schema() -> Schema {
        samples::schema(["products", "orders"].map(|name| {
            let mut table = samples::table(name, &["public_id", "price"], &["public_id"]);
            table.columns[0].sql_type = "binary(16)".to_owned();
            table.columns[0].data_type = DataType::Binary { length: 16 };
            table
        }))
    }

    fn overrides(target: &str, wanted: &str) -> Overrides {
        let types = BTreeMap::from([(target.to_owned(), wanted.to_owned())]);
        Overrides { types, found: None }
    }

    fn applied(target: &str, wanted: &str) -> Result<Schema> {
        let mut schema = schema();
        apply(&overrides(target, wanted), &mut schema)?;
        Ok(schema)
    }

    #[test]
    fn one_column_or_every_column_of_that_name() -> Result<()> {
        let uuid = MappedKind::Plain(ColumnType::Uuid);
        let schema = applied("products.public_id", "Uuid")?;
        assert_eq!(schema.tables[0].fields[0].kind, uuid);
        assert_ne!(schema.tables[1].fields[0].kind, uuid);
        let schema = applied("*.public_id", "Uuid")?;
        assert_eq!(schema.tables[1].fields[0].kind, uuid);
        let schema = applied("shop.orders.public_id", "Uuid")?;
        assert_eq!(schema.tables[1].fields[0].kind, uuid);
        assert_ne!(schema.tables[0].fields[0].kind, uuid);
        Ok(())
    }

    #[test]
    fn an_unknown_target_names_the_nearest_column() {
        let error = applied("products.publicid", "Uuid")
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "[reflect.types] \"products.publicid\": there is no such column, \
             did you mean \"products.public_id\"?"
        );
        let error = applied("*.publicid", "Uuid").unwrap_err().to_string();
        assert!(error.contains("\"*.public_id\""), "{error}");
    }

    #[test]
    fn a_type_that_cannot_hold_the_column_is_refused() {
        let error = format!("{:#}", applied("products.price", "Uuid").unwrap_err());
        assert!(error.contains("uuid") && error.contains("int"), "{error}");
        let error = format!("{:#}", applied("products.price", "Strin").unwrap_err());
        assert!(error.contains("did you mean \"String\"?"), "{error}");
    }

    #[test]
    fn optional_and_foreign_types() -> Result<()> {
        let schema = applied("products.price", "Option<crate::Money>")?;
        let field = &schema.tables[0].fields[1];
        assert_eq!(
            (field.nullable, field.rust_type.as_deref()),
            (true, Some("crate::Money"))
        );
        Ok(())
    }

    #[test]
    fn a_file_about_another_database_is_left_alone_unless_named() -> Result<()> {
        let mut overrides = overrides("films.public_id", "Uuid");
        assert!(apply(&overrides, &mut schema()).is_err());
        overrides.found = Some("[reflect.types] in xtsqlorm.toml".to_owned());
        assert!(apply(&overrides, &mut schema())?.is_some());
        overrides
            .types
            .insert("products.publicid".to_owned(), "Uuid".to_owned());
        assert!(apply(&overrides, &mut schema()).is_err());
        Ok(())
    }

    #[test]
    fn a_broken_file_is_not_quoted() -> Result<()> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("some.toml");
        std::fs::write(&path, "[databases.default]\npassword = \"s3cret\n")?;
        let error = format!("{:#}", load(Some(&path)).unwrap_err());
        assert!(
            error.contains("line 2") && !error.contains("s3cret"),
            "{error}"
        );
        Ok(())
    }

    #[test]
    fn names_with_dots_and_capitals_survive_the_file() -> Result<()> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("some.toml");
        std::fs::write(
            &path,
            "[other]\nx = 1\n[reflect.types]\n\"Orders.PublicID\" = \"Uuid\"\n",
        )?;
        let overrides = load(Some(&path))?;
        assert_eq!(
            overrides.types.get("Orders.PublicID").map(String::as_str),
            Some("Uuid")
        );
        std::fs::write(&path, "[reflect.type]\n")?;
        assert!(load(Some(&path)).is_err());
        Ok(())
    }
}
