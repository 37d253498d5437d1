//! Export and import.

#[cfg(all(feature = "parquet", feature = "xlsx"))]
mod columnar;
mod exports;
mod imports;
mod round_trips;

use xtsqlorm::{
    operations::{Export, Format},
    prelude::*,
};

use crate::support::Result;

/// The rows of a table as text.
async fn text_of(table: &DynamicRepository, format: Format) -> Result<String> {
    let mut bytes = Vec::new();
    Export::of(table).to_writer(&mut bytes, format).await?;
    Ok(String::from_utf8(bytes)?)
}
