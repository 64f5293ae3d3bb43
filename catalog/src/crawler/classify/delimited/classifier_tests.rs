use super::*;

fn shown(findings: DelimitedFindings) -> (DelimitedDetail, String, u64) {
    let columns: Vec<String> = findings
        .columns
        .iter()
        .map(|(name, column)| format!("{name} {}", column.hive_text()))
        .collect();
    (findings.detail, columns.join("; "), findings.records)
}

fn built_in(text: &str, is_whole: bool) -> Option<(DelimitedDetail, String, u64)> {
    classify_delimited(SampleText { text, is_whole }, IntegerWidth::BigInt).map(shown)
}

fn custom(text: &str, options: &CsvOptions) -> Option<(DelimitedDetail, String, u64)> {
    let is_whole = true;
    classify_custom(SampleText { text, is_whole }, options, IntegerWidth::BigInt).map(shown)
}

#[test]
fn a_file_is_described() {
    let text = "Id,Full Name,Price,Joined,Seen,Ok,Zip,Empty\n\
        1,\"Lovelace, Ada\",1.5,2024-01-01,2024-01-01 10:00:00,true,01234,\n\
        2,\"Turing\nAlan\",2,2024-01-02,2024-01-01,FALSE,04109,\\N\n";
    let (detail, columns, records) = built_in(text, true).unwrap();
    let expected = DelimitedDetail {
        delimiter: ',',
        quote: Some('"'),
        escape: None,
        has_header: true,
        header: [
            "Id",
            "Full Name",
            "Price",
            "Joined",
            "Seen",
            "Ok",
            "Zip",
            "Empty",
        ]
        .map(str::to_owned)
        .to_vec(),
    };
    assert_eq!(detail, expected);
    assert_eq!(
        columns,
        "id bigint; full name string; price double; joined date; seen timestamp; ok boolean; zip string; empty string"
    );
    assert_eq!(records, 2);
}

#[test]
fn without_a_header_columns_are_numbered() {
    let (detail, columns, records) = built_in("1|a\n2|b\n", true).unwrap();
    assert_eq!(
        (detail.delimiter, detail.has_header, records),
        ('|', false, 2)
    );
    assert_eq!(detail.header, [""; 0]);
    assert_eq!(columns, "col0 bigint; col1 string");
}

#[test]
fn the_record_that_the_cut_left_incomplete_does_not_count() {
    let (_, columns, records) = built_in("a,b\n1,2\n3,4\n5,\"x", false).unwrap();
    assert_eq!((columns.as_str(), records), ("a bigint; b bigint", 2));
}

#[test]
fn mixed_columns_are_strings_and_wide_integers_stay_exact() {
    let (_, columns, _) = built_in("1,1,18446744073709551615\nx,2.5,1\n", true).unwrap();
    assert_eq!(columns, "col0 string; col1 double; col2 decimal(38,0)");
}

#[test]
fn a_delimiter_that_ends_every_record_makes_no_column() {
    let (_, columns, _) = built_in("a;b;\n1;2;\n", true).unwrap();
    assert_eq!(columns, "a bigint; b bigint");
}

#[test]
fn blanks_around_integers_make_them_strings_as_the_readers_give_null() {
    let (_, columns, _) = built_in("1, 2, 2.5\n3, 4, 3.5\n", true).unwrap();
    assert_eq!(columns, "col0 bigint; col1 string; col2 double");
    let options = CsvOptions {
        disable_value_trimming: true,
        ..CsvOptions::default()
    };
    let (_, columns, _) = custom("1, 2, 2.5\n3, 4, 3.5\n", &options).unwrap();
    assert_eq!(columns, "col0 bigint; col1 string; col2 string");
}

#[test]
fn integers_are_narrow_where_asked() {
    let sample = SampleText {
        text: "1,3000000000\n2,2\n",
        is_whole: true,
    };
    let (_, columns, _) = shown(classify_delimited(sample, IntegerWidth::Narrowest).unwrap());
    assert_eq!(columns, "col0 int; col1 bigint");
}

#[test]
fn a_custom_classifier_says_what_the_built_in_one_finds_out() {
    let options = CsvOptions {
        delimiter: Some('~'),
        quote: Some('\''),
        contains_header: HeaderRule::Present,
        ..CsvOptions::default()
    };
    let (detail, columns, records) = custom("a~b\n'x~y'~1\n", &options).unwrap();
    assert_eq!((detail.delimiter, detail.quote), ('~', Some('\'')));
    assert_eq!((columns.as_str(), records), ("a string; b bigint", 1));
    let absent = CsvOptions {
        contains_header: HeaderRule::Absent,
        ..CsvOptions::default()
    };
    let (detail, columns, _) = custom("id,name\n1,x\n", &absent).unwrap();
    assert!(!detail.has_header);
    assert_eq!(columns, "col0 string; col1 string");
    assert_eq!(custom("a,b\n", &options), None);
}

#[test]
fn a_given_header_names_the_columns_whether_or_not_the_file_has_it() {
    let options = CsvOptions {
        header: vec!["Id".to_owned(), "Name".to_owned()],
        ..CsvOptions::default()
    };
    let (detail, columns, records) = custom("1,x\n2,y\n", &options).unwrap();
    assert!(!detail.has_header);
    assert_eq!((columns.as_str(), records), ("id bigint; name string", 2));
    let (detail, _, records) = custom("ID,NAME\n1,x\n", &options).unwrap();
    assert!(detail.has_header);
    assert_eq!(records, 1);
    assert_eq!(custom("1,2,3\n4,5,6\n", &options), None);
}

#[test]
fn one_column_is_enough_only_where_allowed() {
    assert!(built_in("1\n2\n", true).is_none());
    let mut options = CsvOptions::default();
    assert_eq!(custom("1\n2\n", &options), None);
    options.allow_single_column = true;
    let (_, columns, records) = custom("total\n1\n2\n", &options).unwrap();
    assert_eq!((columns.as_str(), records), ("total bigint", 2));
}

#[test]
fn given_data_types_count_whatever_the_values() {
    let names = ["string", "DECIMAL", "Long", "SHORT", "float", "BINARY"];
    let options = CsvOptions {
        contains_header: HeaderRule::Absent,
        custom_datatypes: names.iter().map(|name| name.parse().unwrap()).collect(),
        ..CsvOptions::default()
    };
    let (_, columns, _) = custom("1,2.25,3,4,5,6,7\n1,2.5,3,4,5,6,7\n", &options).unwrap();
    assert_eq!(
        columns,
        "col0 string; col1 decimal(38,2); col2 bigint; col3 smallint; col4 float; col5 binary; col6 bigint"
    );
    assert!("VARCHAR".parse::<CsvDatatype>().is_err());
}
