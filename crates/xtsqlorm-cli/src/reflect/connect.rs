//! From the command line to an open connection, with the password kept out of every message.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use percent_encoding::percent_decode_str;
use sea_orm::sqlx::{Connection, MySqlConnection};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use secrecy::{ExposeSecret, SecretString};

use super::Args;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The URL of the database to read; the one place that decides where it comes from.
pub(crate) fn url_of(args: &Args) -> Result<SecretString> {
    if let Some(url) = &args.url {
        return Ok(url.clone());
    }
    if let Some(key) = &args.key {
        return Ok(xtsqlorm::config::connect_str(key)?);
    }
    match std::env::var("DATABASE_URL") {
        Ok(url) if !url.is_empty() => Ok(url.into()),
        _ => bail!(
            "no database named: give --key KEY, --url mysql://user:password@host/database, or set \
             DATABASE_URL"
        ),
    }
}

/// Opens a small pool of connections.
pub(crate) async fn connect(url: &SecretString) -> Result<DatabaseConnection> {
    let scrub = Scrub::new(url.expose_secret());
    let scheme = url.expose_secret().split(':').next().unwrap_or_default();
    if !matches!(scheme, "mysql" | "mariadb") {
        bail!(
            "`reflect` reads MySQL and MariaDB so far, and this URL does not start with `mysql://`"
        );
    }
    // A pool answers a refused connection with its own time-out; a connection by itself tells the
    // cause, and at once.
    let probe = async {
        let connection = MySqlConnection::connect(url.expose_secret()).await?;
        connection.close().await
    };
    let reached = match tokio::time::timeout(PATIENCE, probe).await {
        Ok(reached) => reached.map_err(anyhow::Error::from),
        Err(_) => Err(anyhow!("no answer within {} seconds", PATIENCE.as_secs())),
    };
    // SeaORM knows the scheme `mysql` only.
    let url = match url.expose_secret().strip_prefix("mariadb:") {
        Some(rest) => SecretString::from(format!("mysql:{rest}")),
        None => url.clone(),
    };
    let mut options = ConnectOptions::new(url.expose_secret());
    options.max_connections(2).sqlx_logging(false);
    let opened = match reached {
        Ok(()) => Database::connect(options)
            .await
            .map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    opened
        .map_err(|error| scrub.error(&error))
        .context("cannot connect to the database")
}

/// Removes a URL and its password from texts of others: sqlx and SeaORM print both.
#[derive(Clone)]
pub(crate) struct Scrub {
    /// The texts that must not be seen, longest first.
    secrets: Vec<String>,
}

impl std::fmt::Debug for Scrub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scrub")
    }
}

impl Scrub {
    /// Remembers what `url` holds.
    pub(crate) fn new(url: &str) -> Self {
        let mut secrets = vec![url.to_owned()];
        let authority = url.split_once("://").map_or("", |(_, rest)| rest);
        if let Some((user_info, _)) = authority.rsplit_once('@')
            && let Some((_, password)) = user_info.split_once(':')
            && !password.is_empty()
        {
            secrets.push(password.to_owned());
            secrets.push(
                percent_decode_str(password)
                    .decode_utf8_lossy()
                    .into_owned(),
            );
        }
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Self { secrets }
    }

    /// The text without the secrets.
    pub(crate) fn text(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret.as_str(), "***")
        })
    }

    /// The error and its causes as one line without the secrets, and without repetitions: SeaORM
    /// and sqlx both quote the cause that they wrap.
    pub(crate) fn error(&self, error: &anyhow::Error) -> anyhow::Error {
        let mut text = String::new();
        for cause in error.chain().map(ToString::to_string) {
            if text.is_empty() {
                text = cause;
            } else if !text.contains(&cause) {
                text = format!("{text}: {cause}");
            }
        }
        anyhow!(self.text(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_removed_raw_and_decoded() {
        let scrub = Scrub::new("mysql://app:p%40ss%2Fword@db:3306/shop");
        assert_eq!(
            scrub.text("for p%40ss%2Fword and p@ss/word"),
            "for *** and ***"
        );
        assert_eq!(
            scrub.text("in mysql://app:p%40ss%2Fword@db:3306/shop!"),
            "in ***!"
        );
    }

    #[test]
    fn a_password_with_an_unescaped_at_sign_is_removed_whole() {
        let scrub = Scrub::new("mysql://app:one@two@db/shop");
        assert_eq!(scrub.text("one@two"), "***");
    }

    #[test]
    fn nothing_is_removed_without_a_password() {
        let scrub = Scrub::new("mysql://root@db/shop");
        assert_eq!(scrub.text("root at db"), "root at db");
    }
}
