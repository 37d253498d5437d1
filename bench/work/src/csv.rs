//! A CSV file for peers that leave writing one to their user.

use std::{
    fmt::Display,
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use chrono::NaiveDateTime;

use crate::Result;

/// The file, as a careful user would write it by hand.
#[derive(Debug)]
pub struct CsvFile {
    out: BufWriter<File>,
    rows: u64,
}

impl CsvFile {
    /// Makes the file, with the line of names.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn create(path: &Path) -> Result<Self> {
        let mut out = BufWriter::with_capacity(64 * 1024, File::create(path)?);
        out.write_all(b"id,code,name,note,amount,quantity,active,rating,created_at,updated_at\n")?;
        Ok(Self { out, rows: 0 })
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    #[expect(clippy::too_many_arguments, reason = "the columns of the table")]
    pub fn row(
        &mut self,
        id: i64,
        code: &str,
        name: &str,
        note: Option<&str>,
        amount: impl Display,
        quantity: i32,
        active: bool,
        rating: f64,
        created_at: NaiveDateTime,
        updated_at: Option<NaiveDateTime>,
    ) -> Result<()> {
        write!(self.out, "{id},")?;
        self.text(code)?;
        self.text(name)?;
        self.text(note.unwrap_or_default())?;
        write!(self.out, "{amount},{quantity},{active},{rating},")?;
        write!(self.out, "{},", created_at.format("%Y-%m-%dT%H:%M:%S%.f"))?;
        if let Some(updated_at) = updated_at {
            write!(self.out, "{}", updated_at.format("%Y-%m-%dT%H:%M:%S%.f"))?;
        }
        self.out.write_all(b"\n")?;
        self.rows += 1;
        Ok(())
    }

    /// How many rows were written, all of which are in the file now.
    ///
    /// # Errors
    ///
    /// Where they cannot be written.
    pub fn finish(mut self) -> Result<u64> {
        self.out.flush()?;
        Ok(self.rows)
    }

    fn text(&mut self, text: &str) -> Result<()> {
        if text.contains(['"', ',', '\n', '\r']) {
            write!(self.out, "\"{}\",", text.replace('"', "\"\""))?;
        } else {
            self.out.write_all(text.as_bytes())?;
            self.out.write_all(b",")?;
        }
        Ok(())
    }
}
