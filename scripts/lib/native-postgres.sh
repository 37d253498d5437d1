# shellcheck shell=sh disable=SC2154 # variables of common.sh and db.sh
# PostgreSQL from Debian's packages, beside the cluster that those make.

# Prints the newest installed version's folder of programs, if any.
postgres_bin() {
    for bin in /usr/lib/postgresql/*/bin; do
        [ ! -x "$bin/postgres" ] || echo "$bin"
    done | sort -V | tail -n 1
}

postgres_missing() {
    [ -n "$(postgres_bin)" ] || echo postgresql
}

postgres_fetch() {
    :
}

# A subshell, so that both commands are run as the server's user.
postgres_init() {
    bin=$(postgres_bin)
    (exec_as postgres "$bin/initdb" --pgdata="$1" --username=postgres --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync) || return
    echo 'CREATE DATABASE xtsqlorm' | (exec_as postgres "$bin/postgres" --single -F -D "$1" postgres)
}

# A killed server leaves its lock, which counts as held until someone collects the dead process.
postgres_serve() {
    rm -f "$1/postmaster.pid"
    exec_as postgres "$(postgres_bin)/postgres" -D "$1" -p "$2" -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories= -c max_connections=300 -c fsync=off \
        -c synchronous_commit=off -c full_page_writes=off
}

postgres_stop_signal() {
    echo INT # the fast shutdown, which does not wait for clients
}

postgres_client() {
    "$(postgres_bin)/psql" --no-psqlrc --host=127.0.0.1 --port="$1" --username=postgres \
        --dbname=postgres --quiet --no-align --tuples-only --command="$2"
}
