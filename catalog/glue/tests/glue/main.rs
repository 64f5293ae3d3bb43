//! The store over Glue: the suite of every store against moto's Glue, what Glue alone has, and what moto has not.

mod commits;
mod environment;
mod failures;
mod fixture;
mod moto_server;
mod partitions;
mod requests;
#[allow(
    dead_code,
    reason = "the suite is that of every store; two of its tests ask for what a stand-in cannot show"
)]
#[path = "../../../tests/conformance/store.rs"]
mod store;
mod tables;
mod test_door;

macro_rules! conformance {
    ($($test:ident),* $(,)?) => {
        mod moto {
            $(#[tokio::test]
            async fn $test() {
                let fixture = crate::fixture::of_moto().await;
                crate::store::$test(&fixture.catalog).await;
            })*
        }
    };
}

// Two of the suite's tests are left out:
// - updates_archive_versions_and_notice_each_other: moto counts versions from 1, Glue and the other stores from 0.
//   `tables` has a test of the same name that reads the first version.
// - statistics_of_columns_and_files_are_kept: Glue tells the statistics of columns that are asked for by name, and the
//   suite's table has none; nor has moto statistics. `requests` has tests of them, `tables` of those of files.
conformance!(
    partitions_come_in_the_order_of_their_typed_values_and_by_predicate,
    more_partitions_than_a_page_are_all_found,
    a_write_is_committed_whole_or_not_at_all,
    partitions_change_their_values_and_places,
    a_later_key_finds_few_among_many,
    keys_keep_their_types_while_there_are_partitions,
);

/// Of functions, classifiers and partition indexes moto 5.2 says `The create_classifier action has not been implemented`
/// and the like: a stand-in has these.
mod moto_with_its_gaps_filled {
    #[tokio::test]
    async fn databases_functions_and_indexes_are_kept() {
        let (fixture, _door) = crate::requests::of_filled_moto().await;
        crate::store::databases_functions_and_indexes_are_kept(&fixture.catalog).await;
    }

    #[tokio::test]
    async fn crawlers_run_one_at_a_time_and_remember() {
        let (fixture, _door) = crate::requests::of_filled_moto().await;
        crate::store::crawlers_run_one_at_a_time_and_remember(&fixture.catalog).await;
    }
}
