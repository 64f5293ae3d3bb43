//! Lakes as people lay them out, and the tables that they are.

use super::*;
use crate::crawler::schema::{FileFormat, FoundType};
use crate::hive_type::HiveType;
use crate::model::Crawler;

fn schema(format: FileFormat, columns: &str) -> FileSchema {
    FileSchema {
        format,
        compression: "none".to_owned(),
        columns: columns
            .split_whitespace()
            .map(|name| (name.to_owned(), FoundType::Declared(HiveType::BigInt)))
            .collect(),
    }
}

/// Tables as `root[keys]:members`, for folders given as path and columns; `o:` before the columns makes them ORC.
fn tables(
    folders: &[(&str, &str)],
    configuration: Option<&str>,
    level: Option<usize>,
) -> Vec<String> {
    let mut schemas = Vec::new();
    let mut data = Vec::new();
    for (path, columns) in folders {
        let schema = match columns.strip_prefix("o:") {
            Some(columns) => schema(FileFormat::Orc, columns),
            None => schema(FileFormat::Parquet, columns),
        };
        let place = schemas.iter().position(|known| *known == schema);
        let place = place.unwrap_or_else(|| {
            schemas.push(schema);
            schemas.len() - 1
        });
        data.push(DataFolder {
            segments: path
                .split('/')
                .filter(|s| !s.is_empty())
                .map(str::to_owned)
                .collect(),
            schema: place,
        });
    }
    let settings = CrawlSettings::of(&Crawler {
        configuration: configuration.map(str::to_owned),
        ..Crawler::default()
    })
    .unwrap();
    group_tables(&data, &schemas, &settings, level)
        .tables
        .iter()
        .map(|table| {
            let keys: Vec<&str> = table
                .keys
                .iter()
                .map(|key| match key {
                    KeyName::Named(name) => name.as_str(),
                    KeyName::Plain => "*",
                })
                .collect();
            format!(
                "{}[{}]:{}",
                table.root.join("/"),
                keys.join(","),
                table.members.len()
            )
        })
        .collect()
}

#[test]
fn hive_folders_are_partitions_of_the_folder_above_them() {
    assert_eq!(
        tables(
            &[
                ("dt=1/h=1", "a b"),
                ("dt=1/h=2", "a b"),
                ("dt=2/h=1", "a b c d e f")
            ],
            None,
            None
        ),
        ["[dt,h]:3"]
    );
    // A lake of tables with equal columns.
    assert_eq!(
        tables(
            &[
                ("x/dt=1", "a b"),
                ("x/dt=2", "a b"),
                ("y/dt=1", "a b"),
                ("z/dt=1", "o:a b")
            ],
            None,
            None
        ),
        ["x[dt]:2", "y[dt]:1", "z[dt]:1"]
    );
    assert_eq!(
        tables(
            &[
                ("x/dt=1", "a b"),
                ("x/dt=2", "a b"),
                ("y", "a b"),
                ("w", "q r")
            ],
            None,
            None
        ),
        ["w[]:1", "x[dt]:2", "y[]:1"]
    );
}

#[test]
fn plain_folders_of_like_columns_are_partitions_and_others_tables() {
    assert_eq!(
        tables(
            &[
                ("2024/01/01", "a b"),
                ("2024/01/02", "a b"),
                ("2025/03/04", "a b")
            ],
            None,
            None
        ),
        ["[*,*,*]:3"]
    );
    assert_eq!(
        tables(&[("customers", "a b c"), ("orders", "d e f")], None, None),
        ["customers[]:1", "orders[]:1"]
    );
    assert_eq!(
        tables(&[("east", "a b c"), ("west", "a b c")], None, None),
        ["[*]:2"]
    );
    assert_eq!(
        tables(&[("2024/dt=1", "a b"), ("2025/dt=1", "a b")], None, None),
        ["[*,dt]:2"]
    );
}

#[test]
fn incompatible_folders_are_tables_of_their_own() {
    // Glue's own example.
    let folders = [("year=2017", "a b"), ("year=2018", "c d")];
    assert_eq!(
        tables(&folders, None, None),
        ["year=2017[]:1", "year=2018[]:1"]
    );
    let combined =
        r#"{"Version":1.0,"Grouping":{"TableGroupingPolicy":"CombineCompatibleSchemas"}}"#;
    assert_eq!(tables(&folders, Some(combined), None), ["[year]:2"]);
    // One stray folder does not take a table apart.
    let mut many: Vec<(String, &str)> = (0..9).map(|n| (format!("dt={n}"), "a b")).collect();
    many.push(("dt=9".to_owned(), "o:x y"));
    let many: Vec<(&str, &str)> = many
        .iter()
        .map(|(path, columns)| (path.as_str(), *columns))
        .collect();
    assert_eq!(tables(&many, None, None), ["[dt]:9", "dt=9[]:1"]);
}

#[test]
fn a_level_says_where_tables_lie() {
    let folders = [("a/x/1", "a b"), ("a/x/2", "c d"), ("a/y/1", "a b")];
    assert_eq!(tables(&folders, None, Some(2)), ["a/x[*]:2", "a/y[*]:1"]);
}

#[test]
fn files_at_several_depths_are_read_through_one_root_if_alike() {
    assert_eq!(
        tables(
            &[
                ("2024/01", "a b"),
                ("2024/02/15", "a b"),
                ("2023/1/1/1", "a b")
            ],
            None,
            None
        ),
        ["[]:3"]
    );
    assert_eq!(tables(&[("", "a b")], None, None), ["[]:1"]);
    assert_eq!(
        tables(
            &[("", "a b"), ("more", "a b"), ("even/more", "a b")],
            None,
            None
        ),
        ["[]:3"]
    );
}

#[test]
fn files_beside_tables_are_left_out() {
    assert_eq!(
        tables(
            &[("", "o:x y"), ("t/dt=1", "a b"), ("t/dt=2", "a b")],
            None,
            None
        ),
        ["t[dt]:2"]
    );
}
