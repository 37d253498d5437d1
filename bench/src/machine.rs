//! What a result was measured on and with.

use std::{fs, process::Command};

/// Lines that tell the machine and the versions.
pub(crate) fn lines() -> Vec<String> {
    let mut lines = Vec::new();
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name\t: "));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory.lines().next().unwrap_or_default();
    let memory: u64 = memory
        .split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse().ok())
        .unwrap_or(0);
    lines.push(format!(
        "{}, {cores} cores, {} GiB; {}; {}",
        cpu.unwrap_or("unknown processor"),
        memory.div_ceil(1 << 20),
        said("uname", &["-sr"]),
        said("rustc", &["--version"]),
    ));
    let lock = include_str!("../Cargo.lock");
    let shown = [
        "xtsqlorm",
        "sea-orm",
        "sqlx",
        "libsqlite3-sys",
        "tokio",
        "diesel",
        "diesel-async",
        "rbatis",
    ];
    let versions: Vec<_> = shown
        .iter()
        .filter_map(|name| Some(format!("{name} {}", version(lock, name)?)))
        .collect();
    lines.push(versions.join(", "));
    lines
}

/// What this program was called with.
pub(crate) fn command_line() -> String {
    let args: Vec<String> = std::env::args().skip(1).collect();
    format!("cargo run --release -- {}", args.join(" "))
        .trim_end_matches(" -- ")
        .to_owned()
}

fn version<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let name = format!("name = \"{name}\"\nversion = \"");
    let rest = &lock[lock.find(&name)? + name.len()..];
    rest.split('"').next()
}

fn said(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    let said = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    said.unwrap_or_default()
}
