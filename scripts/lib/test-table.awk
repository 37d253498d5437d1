# Counts tests by backend: `test module::claim::mysql ... ok` is one of mysql's, `none` needs no
# backend. First file: a backend and its version a line; second: what `cargo test` printed.
# Fails, in a full run, if a named backend ran no test or a test stayed ignored.

FNR == NR {
    name = $1
    sub(/^[^ ]+ /, "")
    version[name] = $0
    next
}

/^test .* \.\.\. (ok|FAILED|ignored)/ {
    name = "none"
    if (match($2, /::(sqlite|mysql|mariadb|postgres)$/)) {
        name = substr($2, RSTART + 2)
    }
    if (/ \.\.\. ok/) passed[name]++
    if (/ \.\.\. FAILED/) failed[name]++
    if (/ \.\.\. ignored/) ignored[name]++
}

END {
    printf "\n%-9s  %-34s  %6s  %6s  %7s\n", "backend", "version", "passed", "failed", "ignored"
    count = split(backends " none", names, " ")
    for (i = 1; i <= count; i++) {
        name = names[i]
        printf "%-9s  %-34s  %6d  %6d  %7d\n", name, (name in version) ? version[name] : "-", \
            passed[name], failed[name], ignored[name]
        if (full == "yes" && name != "none" && passed[name] + failed[name] == 0) {
            printf "error: no test ran on %s\n", name
            bad = 1
        }
        if (full == "yes" && ignored[name] > 0) {
            printf "error: %d tests of %s stayed ignored\n", ignored[name], name
            bad = 1
        }
    }
    exit bad
}
