# shellcheck shell=sh disable=SC2034,SC2154 # variables shared with other scripts
# The test servers whatever runs them: names, folders, ports, URLs.
#
# XTSQLORM_DB_ENGINE  compose or native; the default is compose where a container engine answers
# XTSQLORM_DB_DIR     where the servers keep port, pid, log and data; default target/db. Another
#                     folder is another set of servers, for a test that kills some

all_servers="mysql mariadb postgres"

state=${XTSQLORM_DB_DIR:-$root/target/db}
mkdir -p "$state"
state=$(cd "$state" && pwd -P)
id=$(printf '%s' "$state" | cksum | cut -d' ' -f1) # two checkouts must not meet

engine=${XTSQLORM_DB_ENGINE:-}
if [ -z "$engine" ]; then
    engine=native
    if have docker && docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1; then
        engine=compose
    fi
fi
if [ "$engine" = native ]; then
    # shellcheck source=scripts/lib/native.sh
    . "$root/scripts/lib/native.sh"
elif [ "$engine" = compose ]; then
    # shellcheck source=scripts/lib/compose.sh
    . "$root/scripts/lib/compose.sh"
else
    die "XTSQLORM_DB_ENGINE is '$engine', not compose or native"
fi

# Lets one command at a time change this set of servers.
db_lock() {
    if have flock; then
        exec 9>"$state/lock"
        flock 9
    fi
}

db_up() {
    "${engine}_up" "$@"
}

db_start() {
    "${engine}_start" "$1"
    db_wait "$1"
}

db_kill() {
    "${engine}_kill" "$1"
}

db_down() {
    "${engine}_down" "$1"
}

db_running() {
    "${engine}_running" "$1"
}

# db_query NAME SQL: runs SQL with the server's own client, prints bare rows.
db_query() {
    "${engine}_query" "$1" "$2"
}

# db_client URL: prints the client for the server of a URL; fails where none is installed.
db_client() {
    case $1 in
        postgres*) clients=psql ;;
        *) clients='mysql mariadb' ;;
    esac
    for client in $clients; do
        if have "$client"; then
            echo "$client"
            return
        fi
    done
    return 1
}

# db_query_url URL SQL: the same on any server, with whatever client is installed.
db_query_url() {
    client=$(db_client "$1") || die "no client of ${1%%:*} is installed"
    if [ "$client" = psql ]; then
        psql --no-psqlrc -qAtc "$2" "$1"
        return
    fi
    rest=${1#*://}
    rest=${rest%%[/?]*}
    address=${rest##*@}
    login=
    case $rest in *@*) login=${rest%@*} ;; esac
    password=
    case $login in *:*) password=${login#*:} ;; esac
    port=3306
    case $address in *:*) port=${address#*:} ;; esac
    MYSQL_PWD=$(percent_decoded "$password") "$client" --no-defaults --protocol=tcp \
        --host="${address%%:*}" --port="$port" --user="$(percent_decoded "${login%%:*}")" -BNe "$2"
}

# percent_decoded TEXT: prints a part of a URL as what it stands for.
percent_decoded() {
    # awk knows no hexadecimal numbers, and printf of sh none but octal ones.
    printf '%b' "$(printf '%s\n' "$1" | LC_ALL=C awk '{
        text = ""
        while (match($0, /%[0-9A-Fa-f][0-9A-Fa-f]/)) {
            high = index("0123456789ABCDEF", toupper(substr($0, RSTART + 1, 1))) - 1
            low = index("0123456789ABCDEF", toupper(substr($0, RSTART + 2, 1))) - 1
            text = text plain(substr($0, 1, RSTART - 1)) sprintf("\\0%03o", high * 16 + low)
            $0 = substr($0, RSTART + 3)
        }
        printf "%s", text plain($0)
    }
    function plain(text) {
        gsub(/\\/, "\\0134", text)
        return text
    }')"
}

db_version() {
    db_query "$1" 'SELECT VERSION()' | cut -d'(' -f1
}

db_url() {
    case $1 in
        postgres) echo "postgres://postgres@127.0.0.1:$(db_port "$1")/postgres" ;;
        *) echo "mysql://root@127.0.0.1:$(db_port "$1")/mysql" ;;
    esac
}

db_url_variable() {
    echo "XTSQLORM_TEST_$(echo "$1" | tr '[:lower:]' '[:upper:]')_URL"
}

# Prints the server's port. The first call chooses one that nobody listens on. It lies below those
# that the kernel gives to outgoing connections, so a server that was killed finds it free again.
db_port() {
    if [ ! -s "$state/$1/port" ]; then
        mkdir -p "$state/$1"
        case $1 in
            mysql) port=20000 ;;
            mariadb) port=20001 ;;
            postgres) port=20002 ;;
        esac
        port=$((port + id % 4000 * 3))
        while port_is_taken "$port"; do
            port=$((port + 3))
        done
        echo "$port" >"$state/$1/port"
    fi
    cat "$state/$1/port"
}

port_is_taken() {
    grep -qsE ": [0-9A-F]+:$(printf '%04X' "$1") [0-9A-F]+:[0-9A-F]+ 0A " /proc/net/tcp /proc/net/tcp6
}

# Waits until the server answers a query: 60 s at most, and no longer than it lives, although it may
# need a moment to be recognised.
db_wait() {
    tries=300
    until db_query "$1" 'SELECT 1' >/dev/null 2>&1; do
        tries=$((tries - 1))
        if [ "$tries" -eq 0 ] || { [ "$tries" -lt 290 ] && ! db_running "$1"; }; then
            say "error: $1 does not answer on port $(db_port "$1"); the end of its log:"
            "${engine}_log" "$1" | tail -n 30 >&2
            exit 1
        fi
        sleep 0.2
    done
}
