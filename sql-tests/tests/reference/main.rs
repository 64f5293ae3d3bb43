//! The reference of functions and statements, `docs/sql`, is made of what the engine has and does, and compared with what is committed.
//!
//! `scripts/reference` writes both pages anew.

mod functions;
mod lake;
mod page;
mod slt;
mod statements;

use functions::FunctionReference;
use lake::Lake;
use slt::SqlTests;
use statements::StatementReference;

#[tokio::test]
async fn the_functions_page_tells_of_the_functions_that_there_are() {
    let tests = SqlTests::read();
    let reference = FunctionReference::gather(&Lake::open().await).await;
    page::hold("functions.md", &reference.page(&tests));
}

#[tokio::test]
async fn every_supported_function_is_called_by_a_sql_test() {
    let tests = SqlTests::read();
    let reference = FunctionReference::gather(&Lake::open().await).await;
    let untested = reference.untested(&tests);
    assert!(
        untested.is_empty(),
        "no query under sql-tests/tests/slt calls: {}",
        untested.join(", ")
    );
}

#[tokio::test]
async fn the_statements_page_tells_of_the_statements_that_run() {
    let reference = StatementReference::gather(&Lake::open().await).await;
    page::hold("statements.md", &reference.page());
}
