//! Addresses on the internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use garde::{i18n::InvalidEmail, rules::email::parse_email};
use url::{Host, Url};

use super::{RuleResult, broken, host};

/// Longest address that a mail server takes (RFC 5321, 4.5.3.1.3, without the angle brackets).
const MAX_EMAIL: usize = 254;

/// Wants an e-mail address that a person on the internet can have. Code: `email`.
///
/// That is what browsers take for one (checked by garde), and no more than 254 bytes, no dot at the
/// ends of the part before the `@` nor two in sequence, and after it a domain below a top-level
/// domain, with no letters that are made to look like those of another one. A domain in another
/// script is fine (`ada@例子.中国`). Quotes, comments and numeric addresses, which the RFC knows, are
/// not. Whether the mailbox exists, only a mail to it tells.
///
/// ```
/// use xtsqlorm::operations::validators::email;
///
/// assert!(email("ada+news@mail.example.com").is_ok());
/// assert!(email("ada@example.com\n").is_err());
/// assert!(email("ada@exаmple.com").is_err()); // one letter is Cyrillic
/// ```
///
/// # Errors
///
/// A [`RuleError`](crate::error::RuleError) with the reason `missing_at`, `local_part`, `domain`,
/// `look_alike` or `too_long`.
pub fn email(value: &str) -> RuleResult {
    parse_email(value).map_err(|error| match error {
        InvalidEmail::Empty | InvalidEmail::MissingAt => broken("email", "missing_at"),
        InvalidEmail::InvalidUser => broken("email", "local_part"),
        InvalidEmail::UserLengthExceeded | InvalidEmail::DomainLengthExceeded => {
            broken("email", "too_long")
        }
        _ => broken("email", "domain"),
    })?;
    let Some((local, domain)) = value.rsplit_once('@') else {
        return Err(broken("email", "missing_at"));
    };
    if local.split('.').any(str::is_empty) {
        return Err(broken("email", "local_part"));
    }
    host::check(domain).map_err(|reason| match reason {
        "host" => broken("email", "domain"),
        other => broken("email", other),
    })?;
    match value.len() <= MAX_EMAIL {
        true => Ok(()),
        false => Err(broken("email", "too_long")),
    }
}

/// Which schemes a URL may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlScheme {
    /// `https://` alone.
    #[default]
    Https,
    /// `https://` and `http://`.
    HttpOrHttps,
}

impl UrlScheme {
    fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::Https => &["https://"],
            Self::HttpOrHttps => &["https://", "http://"],
        }
    }
}

/// Wants an absolute URL of the web. Code: `url`.
///
/// It is refused where a browser would go elsewhere than the text says at first sight, or would
/// mend it: with a user name or a password before the host, with spaces, controls or backslashes,
/// with a host that looks like another, or an IP address in any but its usual form. A name without a
/// top-level domain, as `localhost`, is refused too. Where the address points to, inside your own
/// network say, is not looked at: do that when you connect.
///
/// ```
/// use xtsqlorm::operations::validators::{UrlScheme, url};
///
/// let https = url(UrlScheme::Https);
/// assert!(https("https://example.com/a?b=c#d").is_ok());
/// assert!(https("http://example.com/").is_err());
/// assert!(https("javascript:alert(1)").is_err());
/// assert!(https("https://example.com:pass@evil.example/").is_err());
/// ```
pub fn url(scheme: UrlScheme) -> impl Fn(&str) -> RuleResult + Clone {
    move |value| {
        let begins_with = |prefix: &&str| {
            let start = value.get(..prefix.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        let Some(prefix) = scheme.prefixes().iter().find(|prefix| begins_with(prefix)) else {
            let schemes = scheme.prefixes().join(", ");
            return Err(broken("url", "scheme").with("schemes", schemes));
        };
        let must_be_encoded = |letter: char| {
            letter.is_whitespace()
                || super::present::is_invisible(letter)
                || matches!(letter, '\\' | '"' | '<' | '>' | '^' | '`' | '{' | '|' | '}')
        };
        if value.chars().any(must_be_encoded) {
            return Err(broken("url", "characters"));
        }
        let authority = value[prefix.len()..]
            .split(['/', '?', '#'])
            .next()
            .unwrap_or_default();
        if authority.contains('@') {
            return Err(broken("url", "credentials"));
        }
        let parsed = Url::parse(value).map_err(|_| broken("url", "host"))?;
        check_host(authority, &parsed)
    }
}

/// Compares what is written with what a browser makes of it.
fn check_host(authority: &str, parsed: &Url) -> RuleResult {
    let without_port = match authority.rfind(':') {
        // The colons inside brackets belong to an address.
        Some(colon) if !authority[colon..].contains(']') => &authority[..colon],
        _ => authority,
    };
    let is_as_written = match parsed.host() {
        Some(Host::Domain(_)) => {
            return host::check(without_port).map_err(|reason| broken("url", reason));
        }
        Some(Host::Ipv4(address)) => address.to_string() == without_port,
        Some(Host::Ipv6(_)) => true,
        None => false,
    };
    match is_as_written {
        true => Ok(()),
        false => Err(broken("url", "host")),
    }
}

/// Which versions of the internet protocol an address may be of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum IpVersion {
    /// Both.
    #[default]
    Any,
    /// `203.0.113.7`
    V4,
    /// `2001:db8::7`, and `::ffff:203.0.113.7`, by which sockets of both versions show the first.
    V6,
}

/// Wants an IP address, without a port, a mask or a zone. Code: `ip`.
///
/// ```
/// use xtsqlorm::operations::validators::{IpVersion, ip};
///
/// assert!(ip(IpVersion::Any)("::ffff:1.2.3.4").is_ok());
/// assert!(ip(IpVersion::V4)("1.2.3").is_err());
/// ```
pub fn ip(version: IpVersion) -> impl Fn(&str) -> RuleResult + Clone {
    move |value| {
        let (is_one, reason) = match version {
            IpVersion::Any => (value.parse::<IpAddr>().is_ok(), "any"),
            IpVersion::V4 => (value.parse::<Ipv4Addr>().is_ok(), "v4"),
            IpVersion::V6 => (value.parse::<Ipv6Addr>().is_ok(), "v6"),
        };
        match is_one {
            true => Ok(()),
            false => Err(broken("ip", reason)),
        }
    }
}
