//! From the table `pool` to the settings of a pool.

use super::{fields, pool::PoolConfig, section::Section};
use crate::error::ConfigError;

/// The largest number of connections that is taken for meant.
const COUNT: u64 = 100_000;

/// Reads `pool` over the settings of a URL.
pub(super) fn read(section: &Section<'_>, mut pool: PoolConfig) -> Result<PoolConfig, ConfigError> {
    section.only(fields::POOL)?;
    let size = section.integer("size", 1..=COUNT)?;
    let overflow = section.integer("max_overflow", 0..=COUNT)?;
    if let Some(size) = size {
        pool = pool.size(size);
    }
    if let Some(overflow) = overflow {
        pool = pool.max_overflow(overflow);
    }
    if let Some(max) = section.integer::<u32>("max_connections", 1..=COUNT)? {
        pool = cap(section, pool, max, size, overflow)?;
    }
    if let Some(min) = section.integer("min_connections", 0..=COUNT)? {
        pool = pool.min_connections(min);
    }
    if let Some(name) = one_of(section, &["acquire_timeout", "pool_timeout"])?
        && let Some(limit) = section.duration(name)?
    {
        pool = pool.acquire_timeout(limit);
    }
    if let Some(limit) = section.duration("connect_timeout")? {
        let other = pool.get_connect_timeout();
        if other != limit && other != PoolConfig::CONNECT_TIMEOUT {
            let reason = "the URL or `options` have another connect_timeout; keep one of them";
            return Err(section.place_of("connect_timeout").conflict(reason));
        }
        pool = pool.connect_timeout(limit);
    }
    if let Some(limit) = section.duration_or_never("idle_timeout")? {
        pool = pool.idle_timeout(limit);
    }
    if let Some(name) = one_of(section, &["max_lifetime", "pool_recycle", "recycle"])?
        && let Some(limit) = section.duration_or_never(name)?
    {
        pool = pool.max_lifetime(limit);
    }
    Ok(pool)
}

/// Caps the pool at `max` connections, which `size` and `overflow` must add up to where both are
/// given.
fn cap(
    section: &Section<'_>,
    pool: PoolConfig,
    max: u32,
    size: Option<u32>,
    overflow: Option<u32>,
) -> Result<PoolConfig, ConfigError> {
    let conflict = |sum: String| {
        let reason = format!("{max} disagrees with {sum}; keep one of them");
        Err(section.place_of("max_connections").conflict(reason))
    };
    match (size, overflow) {
        (None, None) => Ok(pool.max_connections(max)),
        (Some(size), Some(overflow)) if size + overflow != max => {
            conflict(format!("size {size} + max_overflow {overflow}"))
        }
        (Some(size), _) if size > max => conflict(format!("size {size}")),
        (Some(size), _) => Ok(pool.max_overflow(max - size)),
        (None, Some(overflow)) if overflow >= max => conflict(format!("max_overflow {overflow}")),
        (None, Some(overflow)) => Ok(pool.size(max - overflow)),
    }
}

/// The one of `names`, which mean the same, that is given.
fn one_of<'n>(section: &Section<'_>, names: &[&'n str]) -> Result<Option<&'n str>, ConfigError> {
    let mut given = names.iter().filter(|name| section.has(name));
    match (given.next(), given.next()) {
        (Some(first), Some(second)) => Err(section
            .place_of(second)
            .conflict(format!("means the same as `{first}`; keep one of them"))),
        (first, _) => Ok(first.copied()),
    }
}
