//! A file that appears when it is whole.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempPath;
use tokio::fs::File;

use crate::error::{Error, Result};

/// A file that is being written. Unless it is [kept](Self::keep), nothing of it stays.
pub(super) struct Destination {
    path: PathBuf,
    pub(super) file: File,
    /// Where it is until it is whole; devices and pipes are written to as they are.
    unfinished: Option<TempPath>,
}

impl Destination {
    pub(super) async fn open(path: &Path) -> Result<Self> {
        // Through a link, the file that it leads to is replaced and not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let opened = match fs::metadata(&path) {
            Ok(there) if !there.is_file() => fs::File::options()
                .write(true)
                .open(&path)
                .map(|file| (file, None)),
            there => beside(&path, there.ok()).map(|(file, name)| (file, Some(name))),
        };
        let (file, unfinished) = opened.map_err(|error| cannot_write(&path, error))?;
        Ok(Self {
            path,
            file: File::from_std(file),
            unfinished,
        })
    }

    /// Gives the file its name.
    pub(super) async fn keep(self) -> Result<()> {
        let Some(unfinished) = self.unfinished else {
            return Ok(());
        };
        let on_disk = self.file.sync_all().await;
        on_disk.map_err(|error| cannot_write(&self.path, error))?;
        let named = unfinished.persist(&self.path);
        named.map_err(|error| cannot_write(&self.path, error.error))
    }
}

/// The most bytes of a name that the unfinished file shows; systems allow 255 with what is added.
const SHOWN: usize = 200;

/// An unfinished file in the folder of `path`, with the permissions of the one that is `there`.
fn beside(path: &Path, there: Option<fs::Metadata>) -> std::io::Result<(fs::File, TempPath)> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let prefix = format!(".{}.", &name[..name.floor_char_boundary(SHOWN)]);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".part");
    if let Some(there) = there {
        let made = builder.tempfile_in(folder)?;
        made.as_file().set_permissions(there.permissions())?;
        return Ok(made.into_parts());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the caller's mask leaves of it, as of any other new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    Ok(builder.tempfile_in(folder)?.into_parts())
}

fn cannot_write(path: &Path, error: std::io::Error) -> Error {
    Error::file(format!("{} cannot be written", path.display()), error)
}
