//! Names of hosts, in any script.

use unicode_security::{RestrictionLevel, RestrictionLevelDetection, skeleton};

/// Longest name, and longest part of one, in their ASCII form (RFC 1035).
const MAX: usize = 253;
const MAX_LABEL: usize = 63;

/// Checks the name of a host below a top-level domain; `Err` holds the reason.
///
/// A name in another script is taken as it is written there or as its `xn--` form. Refused as
/// look-alikes are parts that mix scripts, as `аpple` with a Cyrillic letter does, and parts
/// of one script that read like ASCII, as `сорасе`: the rules of UTS 39 by which browsers decide
/// whether they show the name.
pub(super) fn check(name: &str) -> Result<(), &'static str> {
    let ascii = idna::domain_to_ascii(name).map_err(|_| "host")?;
    let (written, result) = idna::domain_to_unicode(&ascii);
    result.map_err(|_| "host")?;
    // IDNA folds full-width letters, ligatures and other dots, and drops what has no width. Who
    // types them means another text than the one that would be stored.
    let as_typed = name.to_lowercase();
    if as_typed != written && as_typed != ascii {
        return Err("host");
    }
    let labels: Vec<&str> = ascii.split('.').collect();
    let has_domain = labels.len() > 1 && ascii.len() <= MAX;
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    if !has_domain || !labels.iter().all(|label| is_label(label)) {
        return Err("host");
    }
    if labels.last().is_some_and(|last| is_number(last)) {
        return Err("host");
    }
    match written.split('.').any(looks_like_another) {
        true => Err("look_alike"),
        false => Ok(()),
    }
}

/// Letters, digits, and hyphens between them.
fn is_label(label: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=MAX_LABEL).contains(&label.len())
        && label.bytes().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn looks_like_another(label: &str) -> bool {
    if label.is_ascii() {
        return false;
    }
    let mixes = label.detect_restriction_level() > RestrictionLevel::HighlyRestrictive;
    mixes || skeleton(label).all(|letter| letter.is_ascii())
}
