//! Who sent a statement.

use std::{
    backtrace::Backtrace,
    path::{Path, PathBuf},
};

/// Crates whose functions stand between a statement and whoever meant to send it.
const BETWEEN: [&str; 13] = [
    "alloc",
    "async_stream",
    "core",
    "futures_core",
    "futures_executor",
    "futures_util",
    "sea_orm",
    "sea_query",
    "sqlx",
    "std",
    "tokio",
    "tracing",
    "xtsqlorm",
];

/// Where sources of others lie.
const ELSEWHERE: [&str; 4] = [
    "/rustc/",
    "/rustlib/src/",
    "/.cargo/registry/",
    "/.cargo/git/",
];

/// Where the sources of this library lie.
const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// The innermost function on the stack that is somebody else's, with its file and line where the
/// program has them.
pub(super) fn of_caller() -> Option<String> {
    let folder = std::env::current_dir().unwrap_or_default();
    in_stack(&Backtrace::force_capture().to_string(), &folder)
}

/// Reads the lines that a backtrace prints: `12: name::of::a::function`, and then maybe
/// `at ./file.rs:7:5`, of a file below `folder`.
fn in_stack(stack: &str, folder: &Path) -> Option<String> {
    let mut lines = stack.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        let Some((number, function)) = line.split_once(": ") else {
            continue;
        };
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let file = lines.next_if(|line| line.starts_with("at "));
        match file.and_then(|line| line.strip_prefix("at ")) {
            Some(file) if is_elsewhere(file, folder) || is_between(function) => {}
            Some(file) => return Some(format!("{function} at {file}")),
            None if is_between(function) || !has_path(function) => {}
            None => return Some(function.to_owned()),
        }
    }
    None
}

fn is_elsewhere(file: &str, folder: &Path) -> bool {
    let whole = match file.strip_prefix("./") {
        Some(below) => folder.join(below),
        None => PathBuf::from(file),
    };
    whole.starts_with(HERE) || ELSEWHERE.iter().any(|place| file.contains(place))
}

fn is_between(function: &str) -> bool {
    let name = function.trim_start_matches(['<', '&', '(']);
    let first = name.split("::").next().unwrap_or(name);
    BETWEEN.contains(&first)
}

/// `<F as Trait>::method` says nothing of where the method is called, nor do names without a path,
/// which the linker and the system have.
fn has_path(function: &str) -> bool {
    let name = function.trim_start_matches(['<', '&', '(']);
    name.split_once("::")
        .is_some_and(|(first, _)| !first.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_function_of_somebody_else_is_the_place() {
        let stack = format!(
            "   0: std::backtrace::Backtrace::create
   1: {{impl#1}}
             at {HERE}/connection/repeats.rs:1:1
   2: <core::pin::Pin<P> as core::future::future::Future>::poll
             at /rustc/x/library/core/src/future/future.rs:133:9
   3: {{async_fn#0}}
             at /home/me/.cargo/registry/src/index/sea-orm-2.0.4/src/query.rs:1:1
   4: <F as xtsqlorm::session::work::Work>::run
   5: {{async_fn#0}}
             at ./src/orders.rs:42:17
   6: shop::orders::page::{{{{closure}}}}
   7: main
"
        );
        let expected = "{async_fn#0} at ./src/orders.rs:42:17";
        let place = in_stack(&stack, Path::new("/home/me/shop"));
        assert_eq!(place.as_deref(), Some(expected));
        // The same file, if it were one of ours.
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let expected = "shop::orders::page::{{closure}}";
        assert_eq!(in_stack(&stack, folder).as_deref(), Some(expected));
        assert_eq!(in_stack("   0: main\n   1: <unknown>\n", folder), None);
    }
}
