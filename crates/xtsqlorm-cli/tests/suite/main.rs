//! What `xtsqlorm reflect` promises, tried on real servers.
//!
//! The servers come from `XTSQLORM_TEST_MYSQL_URL` and `XTSQLORM_TEST_MARIADB_URL` (a user who may
//! create databases), the datasets from `XTSQLORM_DATASETS`.

mod entities;
mod files;
mod hostile;
mod sakila;
mod support;
