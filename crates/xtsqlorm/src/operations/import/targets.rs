//! From the names of a file to the columns of the table.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use crate::{
    dynamic::{Form, Loader},
    error::{Error, Result},
};

/// A column that is written.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) column: String,
    pub(super) form: Form,
    /// Whether the database keeps values of other types than the column's.
    pub(super) loose: bool,
    pub(super) nullable: bool,
}

/// The columns that the names of a file stand for.
pub(super) struct Targets {
    loader: Loader,
    renamed: BTreeMap<String, Option<String>>,
    known: HashMap<String, Option<Arc<Target>>>,
    /// Columns of the file that the database computes.
    pub(super) computed: BTreeSet<String>,
}

impl Targets {
    pub(super) fn new(loader: Loader, renamed: BTreeMap<String, Option<String>>) -> Self {
        Self {
            loader,
            renamed,
            known: HashMap::new(),
            computed: BTreeSet::new(),
        }
    }

    /// The column that `name` stands for; `None` for what is passed over.
    pub(super) fn find(&mut self, name: &str) -> Result<Option<Arc<Target>>> {
        if let Some(known) = self.known.get(name) {
            return Ok(known.clone());
        }
        let target = self.look_up(name)?;
        self.known.insert(name.to_owned(), target.clone());
        Ok(target)
    }

    fn look_up(&mut self, name: &str) -> Result<Option<Arc<Target>>> {
        let column = match self.renamed.get(name) {
            Some(None) => return Ok(None),
            Some(Some(column)) => column.as_str(),
            None => name,
        };
        let form = self.loader.form(column)?;
        if self.loader.is_computed(column)? {
            self.computed.insert(column.to_owned());
            return Ok(None);
        }
        if self.loader.is_always_numbered(column)? {
            return Err(Error::invalid(
                format!("{}.{column}", self.loader.table_name()),
                "the database numbers this column and takes no number for it",
                "tell the import to ignore it",
            ));
        }
        Ok(Some(Arc::new(Target {
            column: column.to_owned(),
            form,
            loose: self.loader.is_loose(column)?,
            nullable: self.loader.is_nullable(column)?,
        })))
    }

    /// The columns of a header, of which each stands there once.
    pub(super) fn of_header(&mut self, names: &[String]) -> Result<Vec<Option<Arc<Target>>>> {
        let mut targets: Vec<Option<Arc<Target>>> = Vec::with_capacity(names.len());
        for name in names {
            let target = self.find(name)?;
            let is_named = |column: &String| {
                let mut named = targets.iter().flatten();
                named.any(|other| other.column == *column)
            };
            if let Some(target) = &target
                && is_named(&target.column)
            {
                return Err(Error::invalid(
                    format!("{}.{}", self.loader.table_name(), target.column),
                    "two columns of the file stand for it",
                    "tell the import to ignore one of them",
                ));
            }
            targets.push(target);
        }
        Ok(targets)
    }
}
