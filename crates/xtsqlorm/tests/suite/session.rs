//! Transactions: how they end, who takes part, and what a failure means for them.

mod closures;
mod failures;
mod given_up;
mod handles;
mod joining;
mod nesting;
mod options;
mod raw_text;
mod seaorm_api;
mod streams;
