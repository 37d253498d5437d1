//! Encryption of the connection to a server.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::{kind::DatabaseKind, place::Problem};

/// How much a connection insists on TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsMode {
    /// Never encrypts. Written `disabled`.
    Disabled,
    /// Encrypts if the server can, and checks no certificate. Written `preferred`.
    #[default]
    Preferred,
    /// Refuses a server that cannot encrypt, and checks no certificate. Written `required`.
    Required,
    /// Also checks that the certificate comes from a trusted authority. Written `verify_ca`.
    VerifyCa,
    /// Also checks that the certificate is made out to the host. Written `verify_identity`.
    VerifyIdentity,
}

impl TlsMode {
    /// All modes, from the weakest to the strictest.
    const ALL: [Self; 5] = [
        Self::Disabled,
        Self::Preferred,
        Self::Required,
        Self::VerifyCa,
        Self::VerifyIdentity,
    ];

    /// Returns the name as written in a configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Preferred => "preferred",
            Self::Required => "required",
            Self::VerifyCa => "verify_ca",
            Self::VerifyIdentity => "verify_identity",
        }
    }

    /// Reads the names used here, by MySQL and by PostgreSQL. `allow` is read as disabled: the
    /// driver encrypts in neither.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().replace('-', "_").as_str() {
            "disable" | "allow" => Some(Self::Disabled),
            "prefer" => Some(Self::Preferred),
            "require" => Some(Self::Required),
            "verify_full" => Some(Self::VerifyIdentity),
            name => Self::ALL.into_iter().find(|mode| mode.as_str() == name),
        }
    }

    /// The names to choose from, for a message.
    pub(super) fn names() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }

    /// The name inside the driver's URL.
    pub(super) const fn in_url(self, kind: DatabaseKind) -> &'static str {
        match (self, kind.speaks_mysql()) {
            (Self::Disabled, true) => "DISABLED",
            (Self::Preferred, true) => "PREFERRED",
            (Self::Required, true) => "REQUIRED",
            (Self::VerifyCa, true) => "VERIFY_CA",
            (Self::VerifyIdentity, true) => "VERIFY_IDENTITY",
            (Self::Disabled, false) => "disable",
            (Self::Preferred, false) => "prefer",
            (Self::Required, false) => "require",
            (Self::VerifyCa, false) => "verify-ca",
            (Self::VerifyIdentity, false) => "verify-full",
        }
    }
}

impl fmt::Display for TlsMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether and how the connection to a server is encrypted. SQLite has no use for it.
///
/// ```
/// use xtsqlorm::config::{TlsConfig, TlsMode};
///
/// let tls = TlsConfig::new().mode(TlsMode::VerifyIdentity).ca("ca.pem");
/// assert_eq!(tls.get_mode(), TlsMode::VerifyIdentity);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsConfig {
    /// How much the connection insists on TLS.
    mode: TlsMode,
    /// The authority to trust.
    ca: Option<PathBuf>,
    /// The client's certificate.
    cert: Option<PathBuf>,
    /// The key of the client's certificate.
    key: Option<PathBuf>,
}

impl TlsConfig {
    /// Creates the defaults: encrypt if the server can.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how much the connection insists on TLS. Default: [`TlsMode::Preferred`].
    #[must_use]
    pub fn mode(mut self, mode: TlsMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets the PEM file of the authority to trust. Default: the authorities built into the driver.
    ///
    /// Needs a mode that verifies; with a weaker one the file would be ignored, which is an error.
    #[must_use]
    pub fn ca(mut self, file: impl Into<PathBuf>) -> Self {
        self.ca = Some(file.into());
        self
    }

    /// Sets the PEM file of the client's certificate. Default: none. Needs [`key`](Self::key).
    #[must_use]
    pub fn cert(mut self, file: impl Into<PathBuf>) -> Self {
        self.cert = Some(file.into());
        self
    }

    /// Sets the PEM file of the key of [`cert`](Self::cert). Default: none.
    #[must_use]
    pub fn key(mut self, file: impl Into<PathBuf>) -> Self {
        self.key = Some(file.into());
        self
    }

    /// Returns how much the connection insists on TLS.
    #[must_use]
    pub fn get_mode(&self) -> TlsMode {
        self.mode
    }

    /// Returns the PEM file of the authority to trust.
    #[must_use]
    pub fn get_ca(&self) -> Option<&Path> {
        self.ca.as_deref()
    }

    /// Returns the PEM file of the client's certificate.
    #[must_use]
    pub fn get_cert(&self) -> Option<&Path> {
        self.cert.as_deref()
    }

    /// Returns the PEM file of the key of the client's certificate.
    #[must_use]
    pub fn get_key(&self) -> Option<&Path> {
        self.key.as_deref()
    }

    /// Finds the first setting that would be ignored.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self.ca.is_some() && self.mode < TlsMode::VerifyCa {
            let reason = format!(
                "is not looked at in mode `{}`; take verify_ca or verify_identity",
                self.mode
            );
            return Err(Problem::new("tls.ca", reason));
        }
        match (&self.cert, &self.key) {
            (Some(_), None) => Err(Problem::new("tls.cert", "needs `key` beside it")),
            (None, Some(_)) => Err(Problem::new("tls.key", "needs `cert` beside it")),
            _ => Ok(()),
        }
    }
}
