# Each recipe calls cargo or a script, so nothing here needs `just`.

# List the recipes
[private]
default:
    @just --list --unsorted

# Write SeaORM entities for a database of xtsqlorm.toml: just reflect mysql --out entity
reflect key="mysql" *args:
    scripts/reflect --key {{ key }} {{ args }}

# Write the entity crate anew from the sample schema; --check says whether it drifted
entity *args:
    scripts/entity {{ args }}

# Run all tests on SQLite, MySQL, MariaDB and PostgreSQL; brings the servers up and down
test *args:
    scripts/test {{ args }}

# Run the tests that need no server
test-local *args:
    cargo test --workspace --all-features {{ args }}

# Run the claims about transactions under faults for longer; kills servers of its own
chaos *args:
    scripts/chaos {{ args }}

# Measure xtsqlorm beside SeaORM, sqlx and the peers; results go to bench/results
bench *args:
    scripts/bench {{ args }}

# Measure how long a service takes to build, on SeaORM alone and with the library
compile-time:
    scripts/compile-time

# Run the quickstart example on embedded SQLite
demo *args:
    cargo run -q --example quickstart -- {{ args }}

# Bring the test servers up
db-up *names:
    scripts/db up {{ names }}
    scripts/db env {{ names }}

# Take the test servers down and remove their data
db-down *names:
    scripts/db down {{ names }}

# Format the code
fmt:
    cargo fmt --all

# Check format and lints
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --all-features -- -D warnings

# Build the documentation
doc:
    RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --all-features

# Run what continuous integration runs
ci:
    .ci/run
