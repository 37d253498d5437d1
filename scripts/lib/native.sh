# shellcheck shell=sh disable=SC2030,SC2031,SC2154 # variables of common.sh and db.sh; subshells
# Servers run straight from Debian's packages, with a data folder, port and process of their own.
# Each server has a file that says how: NAME_missing, NAME_init, NAME_serve, NAME_client.

# shellcheck source=scripts/lib/native-mysql.sh
. "$root/scripts/lib/native-mysql.sh"
# shellcheck source=scripts/lib/native-mariadb.sh
. "$root/scripts/lib/native-mariadb.sh"
# shellcheck source=scripts/lib/native-postgres.sh
. "$root/scripts/lib/native-postgres.sh"

# What is fetched once per machine. Root's home is closed to the servers' users.
if is_root; then
    cache=/var/cache
else
    cache=$HOME/.cache
fi
cache=${XTSQLORM_DB_CACHE:-${XDG_CACHE_HOME:-$cache}/xtsqlorm}

native_up() {
    native_install "$@"
    for server; do
        native_start "$server"
    done
    for server; do
        db_wait "$server"
    done
}

# Installs what the named servers lack, in one go, and starts none of Debian's own services.
native_install() {
    packages=
    for server; do
        packages="$packages $("${server}_missing")"
    done
    if [ -n "$(echo "$packages" | tr -d ' ')" ]; then
        # shellcheck disable=SC2086 # a list of names
        install_packages $packages
    fi
    for server; do
        "${server}_fetch"
    done
}

# A subshell, so that the trap is its own.
install_packages() (
    have apt-get || die "without a container engine this needs Debian's packages: $*"
    need_root "installing $*"
    say "installing $*"
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'as_root rm -f "$policy"' EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    log=$state/install.log
    {
        as_root apt-get update || echo "apt-get update failed; the old lists may do"
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
    } >"$log" 2>&1 </dev/null || {
        tail -n 20 "$log" >&2
        die "could not install $*; see $log"
    }
)

# Starts the server on its data folder, which is made if there is none. Does not wait for it.
native_start() {
    if native_running "$1"; then
        return
    fi
    data=$(native_data "$1")
    if [ ! -d "$data" ]; then
        native_init "$1"
        if port_is_taken "$(db_port "$1")"; then
            rm "$state/$1/port" # another is chosen
        fi
    fi
    private_folder "$data.tmp" "$1"
    rm -f "/tmp/xtsqlorm-$id-$1.sock"* # of a killed one
    {
        detach=setsid # a signal to our terminal is not for the server
        "$1_serve" "$data" "$(db_port "$1")"
    } >>"$state/$1/log" 2>&1 </dev/null 9>&- &
    echo $! >"$state/$1/pid"
}

# Makes the data folder, under another name until it is complete.
native_init() {
    data=$(native_data "$1")
    rm -rf "$data.new"
    mkdir -p "$state/$1"
    private_folder "$data.new" "$1"
    private_folder "$data.new.tmp" "$1"
    if ! ("$1_init" "$data.new") >"$state/$1/log" 2>&1 </dev/null; then
        tail -n 60 "$state/$1/log" >&2
        die "could not make a data folder for $1; see $state/$1/log"
    fi
    mv "$data.new" "$data"
    rm -rf "$data.new.tmp"
}

# private_folder PATH NAME: makes a folder for the server's user alone.
private_folder() {
    mkdir -p "$1"
    chmod 700 "$1"
    if is_root; then
        chown "$(native_user "$2")" "$1"
    fi
}

# Stops the server and removes its data.
native_down() {
    if native_running "$1"; then
        pid=$(cat "$state/$1/pid")
        kill "-$("$1_stop_signal")" "$pid"
        tries=300
        until has_ended "$pid"; do
            tries=$((tries - 1))
            [ "$tries" -gt 0 ] || kill -KILL "$pid" || true
            sleep 0.2
        done
    fi
    data=$(native_data "$1")
    rm -rf "$data" "$data.tmp" "$data.new" "$data.new.tmp" "$data.sql" "${state:?}/$1"
}

# Ends the server and its children at once, as a crash of the machine would.
native_kill() {
    native_running "$1" || die "$1 is not running"
    pid=$(cat "$state/$1/pid")
    # shellcheck disable=SC2046 # a list of numbers
    kill -KILL "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null) || true
    until has_ended "$pid"; do
        sleep 0.05
    done
}

# True once the process and its threads have let go of their files, be it collected or a zombie.
has_ended() {
    [ ! -d "/proc/$1" ] || {
        grep -q '^State:.Z' "/proc/$1/status" &&
            [ "$(echo "/proc/$1/task"/*)" = "/proc/$1/task/$1" ]
    }
} 2>/dev/null

# True if the process that we started is there and is still that server.
native_running() {
    [ -s "$state/$1/pid" ] &&
        tr '\0' '\n' 2>/dev/null <"/proc/$(cat "$state/$1/pid")/cmdline" |
        grep -qF -- "$(native_data "$1")"
} 2>/dev/null

native_query() {
    "$1_client" "$(db_port "$1")" "$2"
}

native_log() {
    cat "$state/$1/log"
}

native_user() {
    case $1 in
        postgres) echo postgres ;;
        *) echo mysql ;;
    esac
}

# Prints the data folder: beside the rest, or in the temporary folder if the server's user, which is
# not root, cannot reach it there.
native_data() {
    if (exec_as "$(native_user "$1")" test -x "$state") 2>/dev/null; then
        echo "$state/$1/data"
    else
        echo "${TMPDIR:-/tmp}/xtsqlorm-db-$id/$1"
    fi
}

# Replaces this subshell by a command, run as USER where we are root: no server accepts root.
exec_as() {
    user=$1
    shift
    cd /
    # shellcheck disable=SC2086 # none or one word
    is_root || exec ${detach:-} "$@"
    # shellcheck disable=SC2086
    exec ${detach:-} setpriv --reuid="$user" --regid="$user" --clear-groups "$@"
}

# Makes the user that MySQL and MariaDB run as, which only Debian's full server package brings.
make_mysql_user() {
    if is_root && ! id mysql >/dev/null 2>&1; then
        useradd --system --user-group --no-create-home --shell /usr/sbin/nologin mysql
    fi
}

# What MySQL and MariaDB run when they start: the tests' way in over TCP, and the sample database.
write_init_sql() {
    cat >"$1" <<SQL
CREATE USER IF NOT EXISTS root@'%' IDENTIFIED BY '';
GRANT ALL PRIVILEGES ON *.* TO root@'%' WITH GRANT OPTION;
CREATE DATABASE IF NOT EXISTS xtsqlorm;
SQL
}
