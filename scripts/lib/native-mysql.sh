# shellcheck shell=sh disable=SC2154 # variables of common.sh and db.sh
# MySQL: an installed one, else Debian sid's, unpacked beside the system and run by its own loader.
# Debian's stable releases have no MySQL, and its packages cannot live beside MariaDB's.

mysql_missing() {
    mysql_is_installed || [ -d "$cache/mysql-root" ] || have debootstrap || echo debootstrap
}

# An installed `mysqld` may well be MariaDB under its old name.
mysql_is_installed() {
    have mysql && mysqld --version 2>/dev/null | grep -v MariaDB | grep -qE 'Ver ([89]|[1-9][0-9])\.'
}

mysql_fetch() {
    make_mysql_user
    mysql_is_installed || [ -d "$cache/mysql-root" ] || mysql_unpack
}

# Makes $cache/mysql-root in one step, so that nobody ever sees half of it.
mysql_unpack() {
    need_root "unpacking MySQL"
    say "fetching MySQL into $cache/mysql-root"
    mkdir -p "$cache"
    unpacked=$cache/mysql-root.$$
    log=$state/mysql-fetch.log
    if ! as_root sh -s "$unpacked" >"$log" 2>&1 <<'EOS'
        set -eu
        debootstrap --download-only --variant=minbase \
            --include=mysql-server-core,mysql-client-core sid "$1"
        for package in "$1"/var/cache/apt/archives/*.deb; do
            dpkg-deb -x "$package" "$1"
            rm "$package"
        done
EOS
    then
        as_root rm -rf "$unpacked"
        tail -n 20 "$log" >&2
        die "could not fetch MySQL; see $log"
    fi
    # Another checkout may have been faster.
    as_root mv -T "$unpacked" "$cache/mysql-root" 2>/dev/null || as_root rm -rf "$unpacked"
}

# mysql_run PROGRAM ARGS: replaces this subshell by one of MySQL's programs.
mysql_run() {
    program=$1
    shift
    if mysql_is_installed; then
        exec_as mysql "$program" --no-defaults "$@"
    fi
    for loader in "$cache"/mysql-root/usr/lib*/ld-linux*.so.*; do
        [ -x "$loader" ] && break
    done
    for libraries in "$cache"/mysql-root/usr/lib/*-linux-gnu; do
        [ -d "$libraries" ] && break
    done
    for path in "$cache"/mysql-root/usr/*bin/"$program"; do
        [ -x "$path" ] && break
    done
    (exec_as mysql test -x "$path") ||
        die "$path cannot be run by the user mysql; set XTSQLORM_DB_CACHE to a folder open to all"
    exec_as mysql "$loader" --library-path "$libraries" "$path" --no-defaults "$@"
}

mysqld_run() {
    if mysql_is_installed; then
        mysql_run mysqld "$@"
    fi
    mysql_run mysqld --basedir="$cache/mysql-root/usr" \
        --lc-messages-dir="$cache/mysql-root/usr/share/mysql" \
        --character-sets-dir="$cache/mysql-root/usr/share/mysql/charsets" \
        --plugin-dir="$cache/mysql-root/usr/lib/mysql/plugin" "$@"
}

mysql_init() {
    mysqld_run --initialize-insecure --datadir="$1" --tmpdir="$1.tmp"
}

mysql_serve() {
    write_init_sql "$1.sql"
    mysqld_run --datadir="$1" --tmpdir="$1.tmp" --init-file="$1.sql" \
        --port="$2" --bind-address=127.0.0.1 \
        --socket="/tmp/xtsqlorm-$id-mysql.sock" --pid-file="$1/mysqld.pid" --mysqlx=OFF \
        --local-infile=1 --secure-file-priv= --skip-log-bin --max-connections=300 \
        --innodb-buffer-pool-size=64M --innodb-flush-log-at-trx-commit=2 --sync-binlog=0
}

mysql_stop_signal() {
    echo TERM
}

mysql_client() (
    mysql_run mysql --protocol=tcp --host=127.0.0.1 --port="$1" --user=root \
        --batch --skip-column-names --execute="$2"
)
