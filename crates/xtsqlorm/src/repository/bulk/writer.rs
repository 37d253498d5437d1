//! Rows of one chunk go to the database.

use std::sync::Arc;

use sea_orm::{
    ConnectionTrait, DbBackend, ExecResult, Statement, Value,
    sea_query::{Expr, ExprTrait, OnConflict, ValueTuple},
};

use super::{
    change::{Updates, changed_at_once},
    copy::{self, Copied, Copier},
    insert::Inserts,
    limits::{self, Limits},
    report::Refused,
    row::BulkRow,
    table::BulkTable,
    target::{BulkTarget, Kind},
};
use crate::{
    error::{Error, Result},
    repository::{bulk::key_tuple, conventions::version_number, display_key, unknown_key},
    session::{Session, SessionProvider},
};

/// The most rows of a statement that creates them: beyond, it gets slower on every server.
pub(super) const ROWS: usize = 1_000;

/// What became of the rows of a chunk.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) inserted: u64,
    pub(super) updated: u64,
    pub(super) deleted: u64,
    pub(super) unchanged: u64,
    pub(super) missing: Vec<usize>,
    /// Rows that are in another version than they were changed in.
    pub(super) stale: Vec<Refused>,
    pub(super) keys: Vec<(usize, ValueTuple)>,
}

/// Writes the rows of one operation.
pub(crate) struct Writer {
    pub(super) kind: Kind,
    pub(super) table: BulkTable,
    limits: Limits,
    inserts: Inserts,
    updates: Updates,
    /// How many rows statements usually create.
    usual: usize,
    /// Writes out copies, once it was asked which the table takes.
    copier: Option<Arc<Copier>>,
    keys: bool,
}

impl Writer {
    pub(super) fn new(
        kind: Kind,
        table: BulkTable,
        limits: Limits,
        provider: &SessionProvider,
        chunk: usize,
        keys: bool,
    ) -> Self {
        let returning = keys && provider.manager().supports_insert_returning();
        Self {
            kind,
            table,
            limits,
            inserts: Inserts {
                returning,
                apart: keys,
                ..Inserts::default()
            },
            updates: Updates::default(),
            usual: chunk.min(ROWS),
            copier: None,
            keys,
        }
    }

    /// Whether one statement writes them, and nothing is to be found out after it, so that it needs no
    /// transaction.
    pub(super) fn is_one_statement(&self, rows: &[BulkRow]) -> bool {
        let fitting = || self.limits.fit(rows, self.usual, 0, |row| row.cells.len());
        let are_alike = || self.inserts.alike(&self.table, rows) == rows.len();
        let tells_keys = !self.keys || self.inserts.returning;
        self.kind == Kind::Create && tells_keys && fitting() >= rows.len() && are_alike()
    }

    /// What writes out rows for COPY, where that was done before.
    pub(super) fn copier(&self) -> Option<Arc<Copier>> {
        self.copier.clone()
    }

    /// Writes the rows, which may have been written out already.
    pub(super) async fn write<T: BulkTarget>(
        &mut self,
        target: &T,
        rows: Vec<BulkRow>,
        copied: Option<Copied>,
    ) -> Result<Written> {
        let mut written = Written::default();
        match self.kind {
            Kind::Create => self.create(target, rows, copied, &mut written).await?,
            Kind::Update => self.update(target, rows, &mut written).await?,
            Kind::Upsert => self.upsert(target, rows, &mut written).await?,
            Kind::Delete => self.delete(target, &rows, &mut written).await?,
        }
        Ok(written)
    }

    async fn create<T: BulkTarget>(
        &mut self,
        target: &T,
        rows: Vec<BulkRow>,
        copied: Option<Copied>,
        written: &mut Written,
    ) -> Result<()> {
        let provider = target.provider();
        if !self.keys {
            written.inserted += self.insert(provider, rows, copied).await?;
            return Ok(());
        }
        let known = rows.iter().map(|row| (row.index, row.key.clone()));
        let mut known = known.collect::<Vec<_>>().into_iter();
        for part in self
            .inserts
            .parts(&self.table, &self.limits, rows, self.usual)
        {
            let rows: Vec<(usize, Vec<Value>)> = known.by_ref().take(part.rows).collect();
            let are_known = rows.iter().all(|(_, key)| !key.is_empty());
            if self.inserts.returning {
                let stored = provider.query_all_raw(part.statement).await?;
                for ((index, _), stored) in rows.iter().zip(&stored) {
                    written.keys.push((*index, target.returned_key(stored)?));
                }
                written.inserted += stored.len() as u64;
                continue;
            }
            let done = send(provider, part.statement, part.once).await?;
            written.inserted += done.rows_affected();
            let first = if are_known { 0 } else { done.last_insert_id() };
            let step = match rows.len() {
                1 => 0,
                _ if are_known => 0,
                _ => limits::step_of_keys(provider).await?,
            };
            for (place, (index, key)) in (0_u64..).zip(rows) {
                let key = match key.is_empty() {
                    false => Some(key_tuple(key)),
                    // The database numbers nothing by itself.
                    true if first == 0 => None,
                    true => target.numbered_key(first + place * step)?,
                };
                let key = key.ok_or_else(|| unknown_key(&self.table.name))?;
                written.keys.push((index, key));
            }
        }
        Ok(())
    }

    /// Creates rows of which nothing comes back.
    async fn insert(
        &mut self,
        provider: &SessionProvider,
        rows: Vec<BulkRow>,
        copied: Option<Copied>,
    ) -> Result<u64> {
        if let Some(session) = provider.current_session() {
            let copied = match copied {
                Some(copied) => Some(copied),
                None => self.copied(&session, &rows).await?,
            };
            if let Some(Copied { sql, data }) = copied {
                return Ok(session.copy_in(&sql, data).await?);
            }
        }
        let mut inserted = 0;
        for part in self
            .inserts
            .parts(&self.table, &self.limits, rows, self.usual)
        {
            let done = send(provider, part.statement, part.once).await?;
            inserted += done.rows_affected();
        }
        Ok(inserted)
    }

    /// The rows as COPY reads them, where that is faster and does the same.
    async fn copied(&mut self, session: &Session, rows: &[BulkRow]) -> Result<Option<Copied>> {
        if rows.len() < copy::FEWEST_ROWS {
            return Ok(None);
        }
        let copier = match &self.copier {
            Some(copier) => copier,
            None => {
                let copier = Copier::of(&self.table, session).await?;
                self.copier.insert(Arc::new(copier))
            }
        };
        Ok(copier.copied(rows).await)
    }

    async fn update<T: BulkTarget>(
        &mut self,
        target: &T,
        rows: Vec<BulkRow>,
        written: &mut Written,
    ) -> Result<()> {
        let settings = target.touched()?;
        for group in self.table.groups(rows) {
            let columns = group[0].cells.len();
            let is_idle = columns == 0;
            let is_versioned = group[0].version.is_some();
            for mut rows in self.pieces(group, settings.len(), columns) {
                if is_idle || is_versioned {
                    rows = self.present(target, rows, true, written).await?;
                }
                if is_idle {
                    written.unchanged += rows.len() as u64;
                    continue;
                }
                if rows.is_empty() {
                    continue;
                }
                let update = self.updates.statement(&self.table, &rows, &settings);
                let found = send(target.provider(), update, false)
                    .await?
                    .rows_affected();
                // Versions were looked at before, and are others by now.
                if found < rows.len() as u64 && !is_versioned {
                    // As they are: a snapshot of MySQL may still show what was not there to change.
                    self.present(target, rows, true, written).await?;
                }
                written.updated += found;
            }
        }
        Ok(())
    }

    async fn upsert<T: BulkTarget>(
        &mut self,
        target: &T,
        rows: Vec<BulkRow>,
        written: &mut Written,
    ) -> Result<()> {
        let (keyed, new): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| !row.key.is_empty());
        if !new.is_empty() {
            self.create(target, new, None, written).await?;
        }
        let touched = target.touched()?;
        for group in self.table.groups(keyed) {
            let columns = group[0].cells.len();
            for rows in self.pieces(group, touched.len() + 1, columns) {
                if self.keys {
                    let keys = rows.iter();
                    let keys = keys.map(|row| (row.index, key_tuple(row.key.clone())));
                    written.keys.extend(keys);
                }
                match self.table.dialect() {
                    DbBackend::MySql => self.insert_or_update(target, rows, written).await?,
                    _ => self.insert_on_conflict(target, rows, written).await?,
                }
            }
        }
        Ok(())
    }

    async fn insert_on_conflict<T: BulkTarget>(
        &self,
        target: &T,
        rows: Vec<BulkRow>,
        written: &mut Written,
    ) -> Result<()> {
        let (there, new) = self.split(target, rows, false, written).await?;
        let (updated, inserted) = (there.len() as u64, new.len() as u64);
        let rows: Vec<BulkRow> = there.into_iter().chain(new).collect();
        let Some(like) = rows.first() else {
            return Ok(());
        };
        let mut settings = target.touched()?;
        if self
            .table
            .deleted
            .is_none_or(|deleted| !like.changed.contains(&deleted))
        {
            settings.extend(target.revived()?);
        }
        let name = |place: &usize| self.table.columns[*place].clone();
        let mut on_conflict = OnConflict::columns(self.table.key.iter().map(name));
        let is_idle = like.changed.is_empty() && settings.is_empty();
        if is_idle {
            on_conflict.do_nothing();
        } else {
            let settings = settings.iter().map(|(place, to)| (name(place), to.clone()));
            on_conflict
                .update_columns(like.changed.iter().map(name))
                .values(settings);
        }
        if let (Some(place), Some(_)) = (self.table.version, &like.version) {
            let given = Expr::col(("excluded", self.table.columns[place].clone()));
            on_conflict.action_and_where(self.table.column(place).eq(given));
        }
        let insert = Inserts::default().or_change(&self.table, rows, on_conflict);
        send(target.provider(), insert, false).await?;
        written.inserted += inserted;
        if is_idle {
            written.unchanged += updated;
        } else {
            written.updated += updated;
        }
        Ok(())
    }

    /// On MySQL, ON DUPLICATE KEY would change a row that shares any other unique key.
    async fn insert_or_update<T: BulkTarget>(
        &mut self,
        target: &T,
        mut rows: Vec<BulkRow>,
        written: &mut Written,
    ) -> Result<()> {
        let mut locks = false;
        while !rows.is_empty() {
            let stale_before = written.stale.len();
            let (there, new) = self.split(target, rows.clone(), locks, written).await?;
            locks |= rows[0].version.is_some();
            if !new.is_empty() {
                let count = new.len() as u64;
                match self.insert(target.provider(), new, None).await {
                    Ok(_) => written.inserted += count,
                    // Somebody else created one of them in between, which the snapshot does not show.
                    Err(error) if error.is_unique_violation() && !locks => {
                        locks = true;
                        written.stale.truncate(stale_before);
                        continue;
                    }
                    Err(error) => return Err(error),
                }
            }
            let found = self.change(target, &there, written).await?;
            if locks || found == there.len() as u64 {
                break;
            }
            // Somebody else deleted some in between, which the snapshot does not show either.
            locks = true;
            (_, rows) = self.split(target, there, locks, written).await?;
        }
        Ok(())
    }

    /// Changes rows that are to be put and are there; how many there were.
    async fn change<T: BulkTarget>(
        &mut self,
        target: &T,
        there: &[BulkRow],
        written: &mut Written,
    ) -> Result<u64> {
        let Some(like) = there.first() else {
            return Ok(0);
        };
        let mut settings = target.touched()?;
        let deleted = self.table.deleted;
        if !deleted.is_some_and(|deleted| like.changed.contains(&deleted)) {
            settings.extend(target.revived()?);
        }
        let changes = there.iter().cloned().map(|mut row| {
            let BulkRow { cells, changed, .. } = &mut row;
            cells.retain(|(place, _)| changed.contains(place));
            row
        });
        let changes: Vec<BulkRow> = changes.collect();
        if changes[0].cells.is_empty() && settings.is_empty() {
            written.unchanged += changes.len() as u64;
            return Ok(changes.len() as u64);
        }
        let update = self.updates.statement(&self.table, &changes, &settings);
        let found = send(target.provider(), update, false).await?;
        written.updated += found.rows_affected();
        Ok(found.rows_affected())
    }

    async fn delete<T: BulkTarget>(
        &self,
        target: &T,
        rows: &[BulkRow],
        written: &mut Written,
    ) -> Result<()> {
        let settings = target.marked_deleted()?;
        for rows in self.pieces(rows.to_vec(), settings.as_ref().map_or(0, Vec::len), 0) {
            let rows = self.present(target, rows, true, written).await?;
            if rows.is_empty() {
                continue;
            }
            let keys: Vec<&[Value]> = rows.iter().map(|row| row.key.as_slice()).collect();
            let delete = self.table.delete(&keys, settings.as_ref());
            written.deleted += send(target.provider(), delete, false)
                .await?
                .rows_affected();
        }
        Ok(())
    }

    /// Rows of one form in as many pieces as statements need that name each row by its key.
    fn pieces(&self, mut rows: Vec<BulkRow>, fixed: usize, columns: usize) -> Vec<Vec<BulkRow>> {
        let most = changed_at_once(self.table.dialect());
        let keys = self.table.key.len();
        // A CASE names the key again for each column; a search names it twice.
        let each = match self.table.dialect() {
            DbBackend::MySql => columns * (keys + 1) + 2 * keys + 1,
            _ => columns + 2 * keys + 1,
        };
        let mut pieces = Vec::new();
        while !rows.is_empty() {
            let rest = rows.split_off(self.limits.fit(&rows, most, fixed, |_| each));
            pieces.push(std::mem::replace(&mut rows, rest));
        }
        pieces
    }

    /// The rows that the table has and shows to this operation. The others are noted.
    async fn present<T: BulkTarget>(
        &self,
        target: &T,
        rows: Vec<BulkRow>,
        locks: bool,
        written: &mut Written,
    ) -> Result<Vec<BulkRow>> {
        let versions = self.locate(target, &rows, locks, true).await?;
        let (present, missing) = self.sort(rows, versions, written);
        written.missing.extend(missing.iter().map(|row| row.index));
        Ok(present)
    }

    /// The rows that the table has, and those that are new.
    async fn split<T: BulkTarget>(
        &self,
        target: &T,
        rows: Vec<BulkRow>,
        locks: bool,
        written: &mut Written,
    ) -> Result<(Vec<BulkRow>, Vec<BulkRow>)> {
        let locks = locks || rows.first().is_some_and(|row| row.version.is_some());
        let versions = self.locate(target, &rows, locks, false).await?;
        Ok(self.sort(rows, versions, written))
    }

    /// Rows that were found, in the version that they were changed in, and those that were not.
    /// Stale ones are noted.
    fn sort(
        &self,
        rows: Vec<BulkRow>,
        versions: Vec<Option<Option<i64>>>,
        written: &mut Written,
    ) -> (Vec<BulkRow>, Vec<BulkRow>) {
        let (mut there, mut absent) = (Vec::new(), Vec::new());
        for (row, found) in rows.into_iter().zip(versions) {
            match found {
                None => absent.push(row),
                Some(version) => match self.refusal(&row, version) {
                    Some(refused) => written.stale.push(refused),
                    None => there.push(row),
                },
            }
        }
        (there, absent)
    }

    /// Why a row is not written that is in this version.
    fn refusal(&self, row: &BulkRow, version: Option<i64>) -> Option<Refused> {
        let expected = version_number(row.version.as_ref()?);
        let current = version.filter(|current| *current != expected)?;
        Some(Refused {
            index: row.index,
            error: Error::StaleVersion {
                entity: self.table.name.clone(),
                key: display_key(&key_tuple(row.key.clone())),
                current,
            },
        })
    }

    /// For each row whether the table has it, and in which version.
    async fn locate<T: BulkTarget>(
        &self,
        target: &T,
        rows: &[BulkRow],
        locks: bool,
        only_seen: bool,
    ) -> Result<Vec<Option<Option<i64>>>> {
        let mut located = vec![None; rows.len()];
        if rows.is_empty() {
            return Ok(located);
        }
        let keys: Vec<&[Value]> = rows.iter().map(|row| row.key.as_slice()).collect();
        let locate = self.table.locate(&keys, locks, only_seen);
        for found in target.provider().query_all_raw(locate).await? {
            let place = integer(&found, "place")?;
            let version = match self.table.version {
                Some(_) => Some(integer(&found, "version")?),
                None => None,
            };
            let place = usize::try_from(place).ok();
            if let Some(place) = place.and_then(|place| located.get_mut(place)) {
                *place = Some(version);
            }
        }
        Ok(located)
    }
}

/// A whole number, of whichever width the server made it.
fn integer(row: &sea_orm::QueryResult, column: &str) -> Result<i64> {
    if let Ok(number) = row.try_get::<i64>("", column) {
        return Ok(number);
    }
    if let Ok(number) = row.try_get::<i32>("", column) {
        return Ok(number.into());
    }
    if let Ok(number) = row.try_get::<i16>("", column) {
        return Ok(number.into());
    }
    let number = row.try_get::<u64>("", column)?;
    Ok(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Sends a statement; one that is sent `once` leaves nothing prepared behind.
async fn send(provider: &SessionProvider, statement: Statement, once: bool) -> Result<ExecResult> {
    Ok(match provider.current_session() {
        Some(session) if once => session.execute_once(statement).await?,
        _ => provider.execute_raw(statement).await?,
    })
}
