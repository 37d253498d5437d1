# shellcheck shell=sh disable=SC2034 # variables for the others
# Shared by all scripts: messages, the repository's root, root's rights.

root=$(cd "$(dirname "$0")/.." && pwd -P)
umask 022 # the servers' own users read what is made here

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "error: $*"
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

is_root() {
    [ "$(id -u)" -eq 0 ]
}

# need_root DEED: stops here if we are neither root nor able to become it.
need_root() {
    is_root || have sudo || die "$* needs root or sudo"
}

as_root() {
    if is_root; then
        "$@"
    else
        sudo "$@"
    fi
}
