//! The row-oriented formats through SQL: what each SerDe makes of its files, as Athena documents it.

mod lake;

use std::io::Write;

use lake::TestLake;

const LAZY: &str = "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','";
const REGEX: &str = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'";
const GROK: &str = "ROW FORMAT SERDE 'com.amazonaws.glue.serde.GrokSerDe'";
const HIVE_JSON: &str = "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'";
const OPENX_JSON: &str = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'";
const OPEN_CSV: &str = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'";

/// A lake with one table `t` over files of these names and contents.
async fn table(columns: &str, stored: &str, files: &[(&str, &[u8])]) -> TestLake {
    let lake = TestLake::open().await;
    let folder = lake.home.path().join("t");
    std::fs::create_dir(&folder).unwrap();
    for (name, content) in files {
        std::fs::write(folder.join(name), content).unwrap();
    }
    let (stored, properties) = stored.split_once(" TBLPROPERTIES").unwrap_or((stored, ""));
    let properties = if properties.is_empty() {
        String::new()
    } else {
        format!("TBLPROPERTIES{properties}")
    };
    lake.rows(&format!(
        "CREATE EXTERNAL TABLE t ({columns}) {stored} LOCATION 'file://{}/' {properties}",
        folder.display()
    ))
    .await;
    lake
}

#[tokio::test]
async fn delimited_text_with_nested_types_escapes_and_nulls() {
    let lake = table(
        "id int, tags array<string>, props map<string,int>, who struct<name:string,age:int>, note string",
        "ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ESCAPED BY '\\\\' COLLECTION ITEMS TERMINATED BY '|' MAP KEYS TERMINATED BY ':' NULL DEFINED AS 'nil'",
        &[("a.csv", b"1,a|b,x:1|y:2,Ann|30,one\\, two\n2,nil,nil,nil,nil\nx,,,,\n3,c\n")],
    )
    .await;
    assert_eq!(
        lake.rows("SELECT id, element_at(tags, 1), element_at(props, 'y'), who.name, who.age, note FROM t ORDER BY id NULLS LAST, note").await,
        [
            ["1", "a", "2", "Ann", "30", "one, two"],
            ["2", "NULL", "NULL", "NULL", "NULL", "NULL"],
            ["3", "c", "NULL", "NULL", "NULL", "NULL"],
            ["NULL", "NULL", "NULL", "", "NULL", ""],
        ]
    );
}

#[tokio::test]
async fn header_and_footer_lines_are_skipped_in_every_file() {
    let lake = table(
        "a int, b string",
        &format!(
            "{LAZY} TBLPROPERTIES ('skip.header.line.count'='1', 'skip.footer.line.count'='1')"
        ),
        &[
            ("1.csv", b"a,b\n1,x\n2,y\ntotal,2\n"),
            ("2.csv", b"a,b\n3,z\ntotal,1"),
        ],
    )
    .await;
    assert_eq!(
        lake.rows("SELECT count(*), sum(a) FROM t").await,
        [["3", "6"]]
    );
}

#[tokio::test]
async fn text_in_other_encodings_is_read_as_utf_8() {
    for (encoding, content) in [
        ("ISO-8859-1", b"1,caf\xe9\n".as_slice()),
        ("UTF-16LE", b"\xff\xfe1\0,\0c\0a\0f\0\xe9\0\n\0"),
        ("windows-1252", b"1,caf\xe9\r\n"),
    ] {
        let lake = table(
            "a int, b string",
            &format!("{LAZY} TBLPROPERTIES ('serialization.encoding'='{encoding}')"),
            &[("a.csv", content)],
        )
        .await;
        assert_eq!(
            lake.rows("SELECT a, b FROM t").await,
            [["1", "café"]],
            "{encoding}"
        );
    }
}

#[tokio::test]
async fn csv_quotes_hold_separators_line_breaks_and_quotes() {
    let lake = table(
        "a string, b int, c date, d timestamp",
        OPEN_CSV,
        &[("a.csv", b"\"x, \"\"y\"\"\nz\",\"7\",20454,1767225600500\n\\\"q\\\",8,2026-01-01,2026-01-01 00:00:00\n")],
    )
    .await;
    assert_eq!(
        lake.rows("SELECT a, b, CAST(c AS varchar), d FROM t ORDER BY b")
            .await,
        [
            ["x, \"y\"\nz", "7", "2026-01-01", "2026-01-01T00:00:00.500"],
            ["\"q\"", "8", "2026-01-01", "2026-01-01T00:00:00"],
        ]
    );
}

#[tokio::test]
async fn a_csv_field_that_is_no_number_names_its_object_row_and_column() {
    let lake = table("a string, b int", OPEN_CSV, &[("bad.csv", b"x,1\ny,\n")]).await;
    let error = lake.error("SELECT sum(b) FROM t").await;
    assert_eq!(error.code.name(), "HIVE_BAD_DATA");
    for part in ["bad.csv", "row 2", "'b'"] {
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[tokio::test]
async fn json_of_both_serdes() {
    let lines = br#"{"ID": 1, "a.b": "dot", "tags": ["x","y"], "m": {"k": 1.5}, "when": "2026-01-01 10:00:00"}
{"id": 2, "a.b": null, "tags": [], "unknown": {"deep": [1]}}
"#;
    let lake = table(
        "id int, a_b string, tags array<string>, m map<string,double>, moment timestamp",
        &format!(
            "{OPENX_JSON} WITH SERDEPROPERTIES ('dots.in.keys'='true', 'mapping.moment'='when')"
        ),
        &[("a.json", lines)],
    )
    .await;
    assert_eq!(
        lake.rows("SELECT id, a_b, cardinality(tags), m['k'], moment FROM t ORDER BY id")
            .await,
        [
            ["1", "dot", "2", "1.5", "2026-01-01T10:00:00"],
            ["2", "NULL", "0", "NULL", "NULL"],
        ]
    );
    let bad = b"{\"id\": 1}\nnot json\n{\"id\": 3, \"id\": 4}\n".as_slice();
    let lake = table("id int", OPENX_JSON, &[("bad.json", bad)]).await;
    let error = lake.error("SELECT * FROM t").await;
    assert_eq!(error.code.name(), "HIVE_BAD_DATA");
    assert!(error.to_string().contains("bad.json"), "{error}");
    let ignoring = " WITH SERDEPROPERTIES ('ignore.malformed.json'='true')";
    let lake = table(
        "id int",
        &format!("{OPENX_JSON}{ignoring}"),
        &[("bad.json", bad)],
    )
    .await;
    assert_eq!(
        lake.rows("SELECT id FROM t ORDER BY id").await,
        [["1"], ["NULL"], ["NULL"]]
    );
    let lake = table(
        "id int",
        HIVE_JSON,
        &[("twice.json", b"{\"id\": 3, \"id\": 4}\n")],
    )
    .await;
    assert_eq!(lake.rows("SELECT id FROM t").await, [["4"]]);
}

#[tokio::test]
async fn cloud_trail_logs_are_a_row_a_record() {
    let log = br#"{"Records":[
        {"eventVersion":"1.08","userIdentity":{"type":"IAMUser","userName":"ann"},"eventTime":"2026-01-02T03:04:05Z","eventName":"GetObject","requestParameters":{"bucketName":"b","key":"k"},"resources":[{"ARN":"arn:x","type":"AWS::S3::Object"}]},
        {"eventVersion":"1.08","userIdentity":{"type":"Root"},"eventTime":"2026-01-02T03:04:06Z","eventName":"ListBuckets","requestParameters":null}
    ]}"#;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(log).unwrap();
    let log = gzip.finish().unwrap();
    let columns = "eventversion string, useridentity struct<type:string,username:string>, eventtime string, eventname string, requestparameters string, resources array<struct<arn:string,type:string>>";
    for stored in [
        "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe' STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat' OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'",
        "ROW FORMAT SERDE 'com.amazon.emr.hive.serde.CloudTrailSerde' STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat' OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'",
    ] {
        let lake = table(columns, stored, &[("log.json.gz", &log)]).await;
        assert_eq!(
            lake.rows("SELECT eventname, useridentity.username, requestparameters, cardinality(resources) FROM t ORDER BY eventtime").await,
            [
                ["GetObject", "ann", r#"{"bucketName":"b","key":"k"}"#, "1"],
                ["ListBuckets", "NULL", "NULL", "NULL"],
            ]
        );
    }
}

#[tokio::test]
async fn web_server_logs_by_a_regular_expression() {
    let line = br#"10.0.0.1 - frank [10/Oct/2026:13:55:36 +0000] "GET /a%20b HTTP/1.0" 200 2326 "http://x/" "Mozilla"
not a log line
10.0.0.2 - - [10/Oct/2026:13:55:37 +0000] "GET / HTTP/1.1" 404 - "-" "curl"
"#;
    let lake = table(
        "client string, ident string, usr string, request_time string, request string, status int, bytes bigint, referer string, agent string",
        &format!(
            "{REGEX} WITH SERDEPROPERTIES ('input.regex'='([^ ]*) ([^ ]*) ([^ ]*) (-|\\\\[[^\\\\]]*\\\\]) ([^ \\\"]*|\\\"[^\\\"]*\\\") (-|[0-9]*) (-|[0-9]*)(?: ([^ \\\"]*|\\\"[^\\\"]*\\\") ([^ \\\"]*|\\\"[^\\\"]*\\\"))?')"
        ),
        &[("access.log", line)],
    )
    .await;
    assert_eq!(
        lake.rows(
            "SELECT client, usr, request, status, bytes, agent FROM t ORDER BY client NULLS LAST"
        )
        .await,
        [
            [
                "10.0.0.1",
                "frank",
                "\"GET /a%20b HTTP/1.0\"",
                "200",
                "2326",
                "\"Mozilla\""
            ],
            [
                "10.0.0.2",
                "-",
                "\"GET / HTTP/1.1\"",
                "404",
                "NULL",
                "\"curl\""
            ],
            ["NULL", "NULL", "NULL", "NULL", "NULL", "NULL"],
        ]
    );
}

#[tokio::test]
async fn load_balancer_logs_as_athena_documents_them() {
    let log = br#"https 2026-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "arn:aws:acm:us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012" 1 2026-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-"
"#;
    let lake = table(
        "type string, time string, elb string, client_ip string, client_port int, target_ip string, target_port int, request_processing_time double, target_processing_time double, response_processing_time double, elb_status_code int, target_status_code string, received_bytes bigint, sent_bytes bigint, request_verb string, request_url string, request_proto string, user_agent string",
        &format!(
            "{REGEX} WITH SERDEPROPERTIES ('serialization.format' = '1', 'input.regex' = '([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*) \\\"([^ ]*) ([^ ]*) (- |[^ ]*)\\\" \\\"([^\\\"]*)\\\" .*')"
        ),
        &[("elb.log", log)],
    )
    .await;
    assert_eq!(
        lake.rows("SELECT client_ip, client_port, target_port, target_processing_time, elb_status_code, sent_bytes, request_url, user_agent FROM t").await,
        [["192.168.131.39", "2817", "80", "0.048", "200", "57", "https://www.example.com:443/", "curl/7.46.0"]]
    );
}

#[tokio::test]
async fn tab_separated_logs_with_two_header_lines() {
    let log = b"#Version: 1.0\n#Fields: date time\n2026-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\n2026-12-05\t\tSEA1\t-\t192.0.2.2\tPUT\n";
    let lake = table(
        "`date` date, time string, location string, bytes bigint, request_ip string, method string",
        "ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' TBLPROPERTIES ('skip.header.line.count'='2')",
        &[("cloudfront.log", log)],
    )
    .await;
    assert_eq!(
        lake.rows("SELECT CAST(\"date\" AS varchar), location, bytes, method FROM t ORDER BY 1")
            .await,
        [
            ["2026-12-04", "LAX1", "392", "GET"],
            ["2026-12-05", "SEA1", "NULL", "PUT"],
        ]
    );
}

#[tokio::test]
async fn grok_patterns_with_their_own_additions() {
    let lake = table(
        "loglevel string, at string, id string, message string",
        &format!(
            "{GROK} WITH SERDEPROPERTIES ('input.grokCustomPatterns' = 'POSTFIX_QUEUEID [0-9A-F]{{7,12}}\\nLEVEL (?:INFO|WARN)', 'input.format'='%{{LEVEL:logLevel}} %{{TIMESTAMP_ISO8601:at}} %{{POSTFIX_QUEUEID:id}}: %{{GREEDYDATA:message}}') STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat' OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'"
        ),
        &[("mail.log", b"INFO 2026-01-02T03:04:05Z 0123ABCD: hello there\nnonsense\n")],
    )
    .await;
    assert_eq!(
        lake.rows("SELECT * FROM t ORDER BY loglevel NULLS LAST")
            .await,
        [
            ["INFO", "2026-01-02T03:04:05Z", "0123ABCD", "hello there"],
            ["NULL", "NULL", "NULL", "NULL"],
        ]
    );
}

#[tokio::test]
async fn ion_in_text_with_paths_and_every_type() {
    let rows = br#"
        {id: 1, Name: "Ann", price: 12.50, ratio: 1.5e0, ok: true, born: 2026-01-02T, at: 2026-01-02T03:04:05.678+01:00, tags: [a, "b"], who: {age: 30}, data: {{AP8=}}, deep: {x: {y: "z"}}}
        {id: 2, price: null.decimal, tags: (c)}
    "#;
    let lake = table(
        "id bigint, name string, price decimal(10,2), ratio double, ok boolean, born date, at timestamp, tags array<string>, who struct<age:int>, data binary, z string",
        "ROW FORMAT SERDE 'com.amazon.ionhiveserde.IonHiveSerDe' WITH SERDEPROPERTIES ('ion.z.path_extractor'='(deep x y)') STORED AS ION",
        &[("a.ion", rows)],
    )
    .await;
    assert_eq!(
        lake.rows("SELECT id, name, price, ratio, ok, CAST(born AS varchar), at, tags[1], who.age, data, z FROM t ORDER BY id").await,
        [
            ["1", "Ann", "12.50", "1.5", "true", "2026-01-02", "2026-01-02T02:04:05.678", "a", "30", "00ff", "z"],
            ["2", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL", "c", "NULL", "NULL", "NULL"],
        ]
    );
    let bad = b"{id: 99999999999}".as_slice();
    let serde = "ROW FORMAT SERDE 'com.amazon.ionhiveserde.IonHiveSerDe'";
    let lake = table("id int", serde, &[("big.ion", bad)]).await;
    let error = lake.error("SELECT * FROM t").await;
    assert_eq!(error.code.name(), "HIVE_BAD_DATA");
    assert!(error.to_string().contains("big.ion"), "{error}");
    let lake = table(
        "id int",
        &format!("{serde} WITH SERDEPROPERTIES ('ion.fail_on_overflow'='false')"),
        &[("big.ion", bad)],
    )
    .await;
    assert_eq!(lake.rows("SELECT id FROM t").await, [["NULL"]]);
}

#[tokio::test]
async fn every_compression_is_told_by_name_or_by_content() {
    let plain = b"1,x\n2,y\n".repeat(1000);
    let gzip = |plain: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    };
    let zstd = zstd::encode_all(plain.as_slice(), 1).unwrap();
    // A second member goes on where the first ends.
    let members = [gzip(&plain[..400]), gzip(&plain[400..])].concat();
    for (name, content) in [
        ("a.csv", plain.clone()),
        ("a.csv.gz", members.clone()),
        ("a", members),
        ("b.zst", zstd.clone()),
        ("b.csv", zstd),
    ] {
        let lake = table("a int, b string", LAZY, &[(name, &content)]).await;
        assert_eq!(
            lake.rows("SELECT count(*), sum(a) FROM t").await,
            [["2000", "3000"]],
            "{name}"
        );
    }
    let broken = gzip(&plain);
    let lake = table(
        "a int, b string",
        LAZY,
        &[("cut.gz", &broken[..broken.len() / 2])],
    )
    .await;
    let error = lake.error("SELECT count(*) FROM t").await;
    assert_eq!(error.code.name(), "HIVE_BAD_DATA");
    assert!(error.to_string().contains("cut.gz"), "{error}");
}

#[tokio::test]
async fn what_is_written_as_rows_is_read_back() {
    let lake = TestLake::open().await;
    let query = "SELECT id, CAST(id AS tinyint) AS t, CAST(id AS decimal(20,3)) AS d, CAST(id AS double) / 7 AS f, txt, id > 1 AS ok, \
        DATE '2026-01-02' AS day, TIMESTAMP '2026-01-02 03:04:05.678901' AS ts, X'00ff' AS bin, ARRAY[txt, 'b'] AS tags \
        FROM (VALUES (1, 'a'), (2, 'b \"c\"'), (NULL, NULL)) AS v(id, txt)";
    let expected = lake.rows(&format!("{query} ORDER BY id NULLS LAST")).await;
    for (format, codecs) in [
        (
            "AVRO",
            ["NONE", "SNAPPY", "ZSTD", "BZIP2", "DEFLATE"].as_slice(),
        ),
        ("JSON", &["NONE", "GZIP", "BZIP2", "ZSTD", "SNAPPY", "LZ4"]),
        (
            "TEXTFILE",
            &["NONE", "GZIP", "BZIP2", "ZSTD", "SNAPPY", "LZ4"],
        ),
    ] {
        for codec in codecs {
            let name = format!("t_{format}_{codec}");
            lake.rows(&format!("CREATE TABLE {name} WITH (format='{format}', write_compression='{codec}') AS {query}"))
                .await;
            lake.rows(&format!("INSERT INTO {name} {query}")).await;
            let found = lake
                .rows(&format!(
                    "SELECT DISTINCT * FROM {name} ORDER BY id NULLS LAST"
                ))
                .await;
            assert_eq!(found, expected, "{name}");
            assert_eq!(
                lake.rows(&format!("SELECT count(*) FROM {name}")).await,
                [["6"]]
            );
        }
    }
    lake.rows("CREATE TABLE piped WITH (format = 'TEXTFILE', field_delimiter = '|', write_compression = 'NONE') AS SELECT 1 AS a, CAST('x' AS varchar) AS b")
        .await;
    let error = lake.error("INSERT INTO piped SELECT 2, 'a|b'").await;
    assert!(error.to_string().contains("escape.delim"), "{error}");
    assert_eq!(lake.rows("SELECT * FROM piped").await, [["1", "x"]]);
    let path = lake.rows("SELECT \"$path\" FROM piped").await[0][0].clone();
    let text = std::fs::read_to_string(path.strip_prefix("file://").unwrap()).unwrap();
    assert_eq!(text, "1|x\n");
}

#[tokio::test]
async fn unload_writes_files_and_no_table() {
    let lake = TestLake::open().await;
    let folder = lake.home.path().join("out");
    let to = format!("file://{}/", folder.display());
    lake.rows(&format!(
        "UNLOAD (SELECT a, (a + 1) AS b, 'k' AS p FROM (VALUES (1), (2)) AS v(a)) TO '{to}' WITH (format = 'PARQUET', compression = 'ZSTD', compression_level = 5, partitioned_by = ARRAY['p'])"
    ))
    .await;
    lake.rows(&format!("CREATE EXTERNAL TABLE u (a bigint, b bigint) PARTITIONED BY (p string) STORED AS PARQUET LOCATION '{to}'"))
        .await;
    lake.rows("MSCK REPAIR TABLE u").await;
    assert_eq!(
        lake.rows("SELECT a, b, p FROM u ORDER BY a").await,
        [["1", "2", "k"], ["2", "3", "k"]]
    );
    let error = lake
        .error(&format!(
            "UNLOAD (SELECT 1 AS a) TO '{to}' WITH (format = 'JSON')"
        ))
        .await;
    assert_eq!(error.code.name(), "HIVE_PATH_ALREADY_EXISTS");
    for (with, code) in [
        ("", "INVALID_TABLE_PROPERTY"),
        ("WITH (format = 'XML')", "INVALID_TABLE_PROPERTY"),
        (
            "WITH (format = 'ORC', colour = 'red')",
            "INVALID_TABLE_PROPERTY",
        ),
        (
            "WITH (format = 'JSON', field_delimiter = '|')",
            "INVALID_TABLE_PROPERTY",
        ),
    ] {
        let error = lake
            .error(&format!("UNLOAD (SELECT 1 AS a) TO '{to}other/' {with}"))
            .await;
        assert_eq!(error.code.name(), code, "{with}: {error}");
    }
}

#[tokio::test]
async fn lines_of_large_files_are_read_once_however_they_are_split() {
    let lines: String = (0..400_000)
        .map(|n| format!("{n},row number {n}\n"))
        .collect();
    let lake = table(
        "n bigint, txt string",
        LAZY,
        &[("big.csv", lines.as_bytes())],
    )
    .await;
    lake.rows("SELECT 1").await;
    let (rows, report) = lake
        .run("SELECT count(*), sum(n), max(length(txt)) FROM t")
        .await
        .unwrap();
    assert_eq!(rows, [["400000", "79999800000", "17"]]);
    assert_eq!(
        report.data_scanned_bytes,
        u64::try_from(lines.len()).unwrap()
    );
    assert_eq!(report.files_scanned, Some(1));
    let plan = lake
        .rows("EXPLAIN SELECT count(*) FROM t WHERE n > 5")
        .await;
    let plan: String = plan.into_iter().flatten().collect();
    assert!(plan.contains("big.csv:"), "the file is not split: {plan}");
}

#[tokio::test]
async fn avro_files_by_a_schema_of_the_tables() {
    let lake = TestLake::open().await;
    lake.rows("CREATE TABLE a WITH (format = 'AVRO') AS SELECT 1 AS id, 'x' AS old_name")
        .await;
    let path = lake.rows("SELECT \"$path\" FROM a").await[0][0].clone();
    let folder = path.rsplit_once('/').unwrap().0.to_owned();
    let schema = r#"{"type":"record","name":"r","fields":[{"name":"id","type":["null","long"],"default":null},{"name":"renamed","aliases":["old_name"],"type":["null","string"],"default":null},{"name":"added","type":"int","default":42}]}"#;
    let file = lake.home.path().join("schema.avsc");
    std::fs::write(&file, schema).unwrap();
    let properties = [
        format!("'avro.schema.literal'='{schema}'"),
        format!("'avro.schema.url'='file://{}'", file.display()),
    ];
    for (n, property) in properties.iter().enumerate() {
        lake.rows(&format!(
            "CREATE EXTERNAL TABLE b{n} (id bigint, renamed string, added int) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.avro.AvroSerDe' WITH SERDEPROPERTIES ({property}) STORED AS AVRO LOCATION '{folder}/'"
        ))
        .await;
        assert_eq!(
            lake.rows(&format!("SELECT id, renamed, added FROM b{n}"))
                .await,
            [["1", "x", "42"]]
        );
        assert_eq!(
            lake.rows(&format!("SELECT added FROM b{n}")).await,
            [["42"]]
        );
        assert_eq!(
            lake.rows(&format!("SELECT count(*) FROM b{n}")).await,
            [["1"]]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_go_on_over_the_cuts_of_large_files_stay_whole() {
    // Fields of up to 300 kB with line breaks, so that many of them lie over the places where an object is cut.
    let mut text = String::from("n,txt\n");
    let mut length = 0;
    for n in 0..400 {
        let lines = "a \"\"quoted\"\" line\n".repeat((n * 37) % 17_000);
        length += lines.replace("\"\"", "\"").len();
        text.push_str(&format!("{n},\"{lines}\"\n"));
    }
    assert!(text.len() > 20 << 20);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let serde = format!(
        "{OPEN_CSV} WITH SERDEPROPERTIES ('escapeChar'='\\\"') TBLPROPERTIES ('skip.header.line.count'='1')"
    );
    let stored = serde.replace(" TBLPROPERTIES", " STORED AS TEXTFILE TBLPROPERTIES");
    for (name, content) in [("a.csv", text.as_bytes()), ("a.csv.gz", &gzip)] {
        let lake = table("n int, txt string", &stored, &[(name, content)]).await;
        assert_eq!(
            lake.rows("SELECT count(*), sum(n), sum(length(txt)) FROM t")
                .await,
            [["400".to_owned(), "79800".to_owned(), length.to_string()]],
            "{name}"
        );
    }
    let lines = text.lines().count() + 1;
    let broken = format!("{text}not a number,x\n");
    let lake = table(
        "n int, txt string",
        &stored,
        &[("a.csv", broken.as_bytes())],
    )
    .await;
    let error = lake.error("SELECT sum(n) FROM t").await;
    assert!(
        error.to_string().contains(&format!("row {lines}:")),
        "{error}"
    );
    let unclosed = format!("{text}7,\"never closed\n");
    let lake = table(
        "n int, txt string",
        &stored,
        &[("a.csv", unclosed.as_bytes())],
    )
    .await;
    let error = lake.error("SELECT sum(n) FROM t").await;
    assert!(error.to_string().contains("not closed"), "{error}");
}
