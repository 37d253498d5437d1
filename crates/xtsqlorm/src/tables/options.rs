//! What can be asked for beside the usual.

/// How a table is copied. Default: with its foreign keys, to a name that is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct CopyOptions {
    pub(super) foreign_keys: bool,
    pub(super) get_or_create: bool,
}

impl Default for CopyOptions {
    fn default() -> Self {
        Self {
            foreign_keys: true,
            get_or_create: false,
        }
    }
}

impl CopyOptions {
    /// The usual.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the copy refers to the tables that its source refers to. Default: yes. A foreign key
    /// of the source to itself becomes one of the copy to itself.
    ///
    /// Without them, rows that were moved to the copy do not stand in the way when the rows that
    /// they refer to are removed.
    pub fn foreign_keys(mut self, keep: bool) -> Self {
        self.foreign_keys = keep;
        self
    }

    /// Whether a table that has the name already, and the same structure, is as good as a copy.
    /// Default: no, it is an error. One that has another structure is an error in any case.
    pub fn get_or_create(mut self, yes: bool) -> Self {
        self.get_or_create = yes;
        self
    }
}

/// How a table is dropped. Default: only if nothing refers to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct DropOptions {
    pub(super) cascade: bool,
    pub(super) if_exists: bool,
}

impl DropOptions {
    /// The usual.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether what refers to the table goes as well: the foreign keys of other tables; on
    /// PostgreSQL also views and tables that inherit from it, with all that depends on those.
    /// Default: no, the table stays, and the error names them.
    ///
    /// MySQL commits the end of each foreign key by itself. SQLite cannot drop a foreign key.
    pub fn cascade(mut self, yes: bool) -> Self {
        self.cascade = yes;
        self
    }

    /// Whether it is fine that there is no such table. Default: no, it is an error.
    pub fn if_exists(mut self, yes: bool) -> Self {
        self.if_exists = yes;
        self
    }
}
