//! The PostgreSQL wire protocol: psql, JDBC, psycopg and their like ask the query service.

mod backend;
mod binary_parameters;
mod cancel;
mod columns;
mod endpoint;
mod errors;
mod parameters;
mod responses;
mod session;
mod session_statements;
mod values;

pub use endpoint::PostgresEndpoint;
