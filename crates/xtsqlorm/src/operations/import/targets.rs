//! From the names of a file to the columns of the table.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use crate::{
    dynamic::{DynamicRepository, LoadedColumn},
    error::{Error, Result},
};

/// The columns that the names of a file stand for.
pub(super) struct Targets {
    table: DynamicRepository,
    renamed: BTreeMap<String, Option<String>>,
    known: HashMap<String, Option<Arc<LoadedColumn>>>,
    /// Columns of the file that the database computes.
    pub(super) computed: BTreeSet<String>,
}

impl Targets {
    pub(super) fn new(table: DynamicRepository, renamed: BTreeMap<String, Option<String>>) -> Self {
        Self {
            table,
            renamed,
            known: HashMap::new(),
            computed: BTreeSet::new(),
        }
    }

    /// The column that `name` stands for; `None` for what is passed over.
    pub(super) fn find(&mut self, name: &str) -> Result<Option<Arc<LoadedColumn>>> {
        if let Some(known) = self.known.get(name) {
            return Ok(known.clone());
        }
        let target = self.look_up(name)?;
        self.known.insert(name.to_owned(), target.clone());
        Ok(target)
    }

    fn look_up(&mut self, name: &str) -> Result<Option<Arc<LoadedColumn>>> {
        let name = match self.renamed.get(name) {
            Some(None) => return Ok(None),
            Some(Some(column)) => column.as_str(),
            None => name,
        };
        let column = self.table.loaded_column(name)?;
        if column.computed {
            self.computed.insert(name.to_owned());
            return Ok(None);
        }
        if column.numbered {
            return Err(Error::invalid(
                format!("{}.{name}", self.table.table_name()),
                "the database numbers this column and takes no number for it",
                "tell the import to ignore it",
            ));
        }
        Ok(Some(Arc::new(column)))
    }

    /// The columns of a header, of which each stands there once.
    pub(super) fn of_header(&mut self, names: &[String]) -> Result<Vec<Option<Arc<LoadedColumn>>>> {
        let mut targets: Vec<Option<Arc<LoadedColumn>>> = Vec::with_capacity(names.len());
        for name in names {
            let target = self.find(name)?;
            let is_named = |name: &String| {
                let mut named = targets.iter().flatten();
                named.any(|other| other.name == *name)
            };
            if let Some(target) = &target
                && is_named(&target.name)
            {
                return Err(Error::invalid(
                    format!("{}.{}", self.table.table_name(), target.name),
                    "two columns of the file stand for it",
                    "tell the import to ignore one of them",
                ));
            }
            targets.push(target);
        }
        Ok(targets)
    }
}
