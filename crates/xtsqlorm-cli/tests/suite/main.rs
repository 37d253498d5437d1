//! What `xtsqlorm reflect` promises, tried on real servers.
//!
//! The servers come from `XTSQLORM_TEST_MYSQL_URL`, `XTSQLORM_TEST_MARIADB_URL` and
//! `XTSQLORM_TEST_POSTGRES_URL` (a user who may create databases), the datasets from
//! `XTSQLORM_DATASETS`.

mod account;
mod check;
mod computed;
mod corpus;
mod diagram;
mod endings;
mod entities;
mod files;
mod hostile;
#[cfg(target_os = "linux")]
mod memory;
mod modules;
mod own_code;
mod records;
mod relations;
mod rows;
mod sakila;
mod schemas;
mod servers;
mod support;
