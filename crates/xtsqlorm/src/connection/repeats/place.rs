//! Who sent a statement.

use std::backtrace::Backtrace;

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

/// The innermost function on the stack that is somebody else's, with its file and line where the
/// program has them.
pub(super) fn of_caller() -> Option<String> {
    in_stack(&Backtrace::force_capture().to_string())
}

/// Reads the lines that a backtrace prints: `12: name::of::a::function`, and then maybe
/// `at file.rs:7:5`.
fn in_stack(stack: &str) -> Option<String> {
    let mut callers: Option<&str> = None;
    for line in stack.lines().map(str::trim) {
        if let Some(file) = line.strip_prefix("at ") {
            if let Some(function) = callers {
                return Some(format!("{function} at {file}"));
            }
            continue;
        }
        if let Some(function) = callers {
            return Some(function.to_owned());
        }
        if let Some((number, function)) = line.split_once(": ")
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && is_of_somebody_else(function)
        {
            callers = Some(function);
        }
    }
    callers.map(str::to_owned)
}

fn is_of_somebody_else(function: &str) -> bool {
    let name = function.trim_start_matches(['<', '&', '(']);
    // `<F as Trait>::method` says nothing of where the method is called, nor do names without a
    // path, which the linker and the system have.
    let Some((of, _)) = name.split_once("::") else {
        return false;
    };
    !of.contains(' ') && !BETWEEN.contains(&of)
}

#[cfg(test)]
mod tests {
    use super::in_stack;

    #[test]
    fn the_first_function_of_somebody_else_is_the_place() {
        let stack = "   0: std::backtrace::Backtrace::create
   1: xtsqlorm::connection::repeats::Tally::count
             at ./src/connection/repeats.rs:1:1
   2: <core::pin::Pin<P> as core::future::future::Future>::poll
             at /rustc/x/library/core/src/future/future.rs:133:9
   3: <F as xtsqlorm::session::work::Work>::run
   4: shop::orders::page::{{closure}}
             at ./src/orders.rs:42:17
   5: main
";
        let expected = "shop::orders::page::{{closure}} at ./src/orders.rs:42:17";
        assert_eq!(in_stack(stack).as_deref(), Some(expected));
        let stripped: String = stack
            .lines()
            .filter(|line| !line.trim().starts_with("at "))
            .map(|line| format!("{line}\n"))
            .collect();
        let expected = "shop::orders::page::{{closure}}";
        assert_eq!(in_stack(&stripped).as_deref(), Some(expected));
        assert_eq!(in_stack("   0: main\n   1: <unknown>\n"), None);
    }
}
