# shellcheck shell=sh disable=SC2154 # variables of common.sh and db.sh
# MariaDB from Debian's core packages, which bring no service.

mariadb_missing() {
    have mariadbd && have mariadb-install-db || echo mariadb-server-core
    have mariadb || echo mariadb-client-core
}

mariadb_fetch() {
    make_mysql_user
}

# In a shared temporary folder a server that starts removes the temporary tables of the others.
mariadb_init() {
    exec_as mysql mariadb-install-db --no-defaults --datadir="$1" --tmpdir="$1.tmp" --skip-test-db \
        --auth-root-authentication-method=normal --innodb-flush-log-at-trx-commit=2
}

mariadb_serve() {
    write_init_sql "$1.sql"
    exec_as mysql mariadbd --no-defaults --datadir="$1" --tmpdir="$1.tmp" --init-file="$1.sql" \
        --port="$2" --bind-address=127.0.0.1 --socket="/tmp/xtsqlorm-$id-mariadb.sock" \
        --pid-file="$1/mariadbd.pid" --character-set-server=utf8mb4 \
        --local-infile=1 --skip-log-bin --max-connections=300 \
        --innodb-buffer-pool-size=64M --innodb-flush-log-at-trx-commit=2 --sync-binlog=0
}

mariadb_stop_signal() {
    echo TERM
}

mariadb_client() {
    mariadb --no-defaults --protocol=tcp --host=127.0.0.1 --port="$1" --user=root \
        --batch --skip-column-names --execute="$2"
}
