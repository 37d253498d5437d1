# shellcheck shell=sh disable=SC2154 # variables of common.sh and db.sh
# Servers run by a container engine from docker-compose.yml, as a project and on ports of their own.

compose() {
    COMPOSE_PROJECT_NAME=xtsqlorm-$id \
        XTSQLORM_MYSQL_PORT=$(db_port mysql) \
        XTSQLORM_MARIADB_PORT=$(db_port mariadb) \
        XTSQLORM_POSTGRES_PORT=$(db_port postgres) \
        docker compose --file "$root/docker-compose.yml" "$@"
}

compose_up() {
    compose up --detach --wait --wait-timeout 300 "$@" >&2 || {
        compose logs --tail 30 "$@" >&2
        die "compose could not bring up $*"
    }
    for server; do
        db_wait "$server"
    done
}

compose_start() {
    compose_up "$1"
}

compose_kill() {
    compose kill --signal KILL "$1" >&2
}

# Stops the server and removes its data.
compose_down() {
    compose rm --stop --force --volumes "$1" >&2
    rm -rf "${state:?}/$1"
}

compose_running() {
    [ -n "$(compose ps --quiet --status running "$1" 2>/dev/null)" ]
}

compose_query() {
    case $1 in
        mysql) compose exec -T mysql mysql -uroot -BNe "$2" ;;
        mariadb) compose exec -T mariadb mariadb -uroot -BNe "$2" ;;
        postgres) compose exec -T postgres psql -XqAt -U postgres -c "$2" ;;
    esac </dev/null
}

compose_log() {
    compose logs "$1"
}
