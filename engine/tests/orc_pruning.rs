//! ORC's statistics at work: stripes and row groups that cannot match are not read, and no row is lost by it.

mod lake;

use lake::TestLake;

/// Numbers from 0, each digit a cross join.
fn numbers(digits: u32) -> String {
    let digit = "(VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))";
    let tables: Vec<String> = (0..digits)
        .map(|n| format!("{digit} AS d{n}(x{n})"))
        .collect();
    let sum: Vec<String> = (0..digits)
        .map(|n| format!("x{n} * {}", 10_u32.pow(n)))
        .collect();
    format!(
        "(SELECT {} AS n FROM {}) AS numbers",
        sum.join(" + "),
        tables.join(", ")
    )
}

/// Tables of the same 100,000 rows in ORC and in Parquet, ordered by `n`.
async fn tables(properties: &str) -> TestLake {
    // One writer, so that the files have the rows in order.
    let mut settings = prismlake_engine::Settings::default();
    settings.limits.parallelism = 1;
    let lake = TestLake::with_settings(settings).await;
    let rows = format!(
        "SELECT n, n % 1000 AS m, CAST(n AS double) / 8 AS f, CAST(n AS real) AS r, CAST(n AS decimal(20,4)) / 4 AS d, \
         'key ' || CAST(n AS varchar) AS txt, n % 2 = 0 AS flag, date_add('day', n / 100, DATE '2000-01-01') AS day, \
         date_add('minute', n, TIMESTAMP '2000-01-01 00:00:00') AS ts, CAST(n / 50000 AS tinyint) AS t, \
         CASE WHEN n % 3 = 0 THEN n END AS sparse, CASE WHEN n >= 50000 THEN n END AS late FROM {} ORDER BY n",
        numbers(5)
    );
    lake.rows(&format!(
        "CREATE TABLE p WITH (format = 'PARQUET') AS {rows}"
    ))
    .await;
    lake.rows(&format!(
        "CREATE TABLE o WITH (format = 'ORC'{properties}) AS SELECT * FROM p ORDER BY n"
    ))
    .await;
    // Else no file would be opened of which the catalog knows enough.
    lake.forget_file_statistics("p").await;
    lake.forget_file_statistics("o").await;
    lake
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_predicate_gives_the_rows_that_parquet_gives() {
    let lake = tables(", orc_bloom_filter_columns = ARRAY['m', 'txt', 'day']").await;
    for predicate in [
        "n = 77777",
        "n IN (5, 50000, 99999, 100000)",
        "n BETWEEN 9999 AND 10001",
        "n < 10 OR n > 99990",
        "NOT (n < 99990)",
        "f = 1000.125",
        "r > 99990",
        "d >= 24999.75",
        "txt = 'key 4711'",
        "txt LIKE 'key 9999%'",
        "txt > 'key 99990'",
        "flag AND n < 100",
        "day = DATE '2001-02-03'",
        "day > DATE '2002-09-20'",
        "ts >= TIMESTAMP '2000-03-10 10:00:00'",
        "ts < TIMESTAMP '2000-01-01 00:05:00'",
        "t = 1",
        "sparse IS NULL AND n < 50",
        "late IS NULL AND n >= 49000",
        "late IS NOT NULL AND n < 50010",
        "m = 123",
        "m = 1234",
        "CAST(n AS varchar) = '12345'",
        "n + 1 = 60000",
        "n = 5 AND m = 6",
    ] {
        let figures = |table: &str| {
            format!(
                "SELECT count(*), sum(n), min(txt), max(ts), count(late) FROM {table} WHERE {predicate}"
            )
        };
        assert_eq!(
            lake.rows(&figures("o")).await,
            lake.rows(&figures("p")).await,
            "{predicate}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_groups_that_cannot_match_are_not_decoded_and_stripes_not_read() {
    let lake = tables("").await;
    let whole = lake.report("SELECT sum(f) FROM o").await;
    assert_eq!(whole.rows_scanned, Some(100_000));
    let one = lake.report("SELECT sum(f) FROM o WHERE n = 77777").await;
    // A row group has 10,000 rows; how many hold the number's range depends on the order in which the rows were written.
    let decoded = one.rows_scanned.unwrap();
    assert!(
        (10_000..50_000).contains(&decoded),
        "{decoded} rows were decoded"
    );
    assert_eq!(decoded % 10_000, 0);
    let none = lake.report("SELECT sum(f) FROM o WHERE n > 200000").await;
    assert_eq!(none.rows_scanned, Some(0));
    assert_eq!(
        none.row_groups_scanned,
        Some(0),
        "the stripes' statistics rule them out"
    );
    assert!(none.data_scanned_bytes < whole.data_scanned_bytes / 10);
    // The dry run tells the same.
    let estimate = lake.dry_run("SELECT sum(f) FROM o WHERE n > 200000").await;
    assert_eq!(estimate, none.data_scanned_bytes);
    let estimate = lake.dry_run("SELECT sum(f) FROM o WHERE n = 77777").await;
    assert_eq!(estimate, one.data_scanned_bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn bloom_filters_find_what_ranges_cannot() {
    let plain = tables("").await;
    let filtered =
        tables(", orc_bloom_filter_columns = ARRAY['m'], orc_bloom_filter_fpp = 0.01").await;
    // 1,234 lies between the least and the greatest of every row group of neither table; 0.5 of a value would not.
    let query = "SELECT count(*) FROM o WHERE txt = 'key 5' AND m = 5";
    assert_eq!(plain.rows(query).await, [["1"]]);
    assert_eq!(filtered.rows(query).await, [["1"]]);
    plain
        .rows("CREATE TABLE odd WITH (format = 'ORC') AS SELECT n * 2 AS x FROM o")
        .await;
    plain
        .rows("CREATE TABLE even WITH (format = 'ORC', orc_bloom_filter_columns = ARRAY['x']) AS SELECT (n % 1000) * 2 AS x FROM o")
        .await;
    let absent = plain
        .report("SELECT count(*) FROM even WHERE x = 777")
        .await;
    assert_eq!(
        absent.row_groups_scanned,
        Some(0),
        "no row group has an odd number"
    );
    assert_eq!(
        plain.rows("SELECT count(*) FROM even WHERE x = 776").await,
        [["100"]]
    );
}
