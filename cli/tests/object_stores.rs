//! Object stores as a user names them: the AWS default chain, profiles, the configuration, and servers that are wrong or away.

mod process;

use std::process::Output;

use prismlake_test_store::TestS3;
use process::{Home, shared};

fn lake() -> TestS3 {
    let server = TestS3::start().unwrap();
    server.create_bucket("lake").unwrap();
    let folder = shared().join("lakes/spark/evolved_parquet");
    server.upload_folder("lake", "t/", &folder).unwrap();
    server
}

const SCRIPT: &str = "CREATE EXTERNAL TABLE t (id bigint) PARTITIONED BY (dt date) STORED AS PARQUET LOCATION 's3://lake/t/'; \
    MSCK REPAIR TABLE t; SELECT sum(id) AS s FROM t";

/// Runs the script with nothing of the AWS settings around it.
fn run(home: &Home, settings: &[(&str, &str)]) -> Output {
    let mut command = home.command();
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
        command.env_remove(name);
    }
    command
        .env("AWS_CONFIG_FILE", home.0.path().join("aws-config"))
        .env(
            "AWS_SHARED_CREDENTIALS_FILE",
            home.0.path().join("aws-credentials"),
        )
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(settings.iter().copied())
        .args(["sql", "--format", "csv", "-e", SCRIPT])
        .output()
        .unwrap()
}

fn assert_sums(output: &Output) {
    let rows = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && rows.ends_with("s\n1313010\n"),
        "{rows}{errors}"
    );
}

#[test]
fn keys_and_endpoint_come_from_the_environment() {
    let (server, home) = (lake(), Home::new());
    let output = run(
        &home,
        &[
            ("AWS_ACCESS_KEY_ID", server.access_key()),
            ("AWS_SECRET_ACCESS_KEY", server.secret_key()),
            ("AWS_ENDPOINT_URL_S3", server.endpoint()),
        ],
    );
    assert_sums(&output);
}

#[test]
fn a_shared_profile_gives_keys_region_and_endpoint() {
    let (server, home) = (lake(), Home::new());
    std::fs::write(
        home.0.path().join("aws-config"),
        format!(
            "[profile own]\nregion = eu-central-1\nendpoint_url = {}\n",
            server.endpoint()
        ),
    )
    .unwrap();
    std::fs::write(
        home.0.path().join("aws-credentials"),
        format!(
            "[own]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            server.access_key(),
            server.secret_key()
        ),
    )
    .unwrap();
    assert_sums(&run(&home, &[("AWS_PROFILE", "own")]));
}

#[test]
fn the_configuration_says_how_to_reach_a_prefix() {
    let (server, home) = (lake(), Home::new());
    std::fs::write(
        home.0.path().join("config.toml"),
        format!(
            "[[storage]]\nurl = 's3://lake/'\nendpoint = '{}'\nregion = 'x'\naccess_key_id = '{}'\nsecret_access_key = '{}'\n",
            server.endpoint(),
            server.access_key(),
            server.secret_key()
        ),
    )
    .unwrap();
    assert_sums(&run(&home, &[]));
}

#[test]
fn wrong_keys_and_servers_that_are_away_are_errors_without_secrets() {
    let server = lake();
    let secret = "a-wrong-secret";
    for (endpoint, code) in [
        (server.endpoint(), "PERMISSION_DENIED"),
        ("http://127.0.0.1:9", "HIVE_FILESYSTEM_ERROR"),
    ] {
        let home = Home::new();
        let output = run(
            &home,
            &[
                ("AWS_ACCESS_KEY_ID", server.access_key()),
                ("AWS_SECRET_ACCESS_KEY", secret),
                ("AWS_ENDPOINT_URL", endpoint),
            ],
        );
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            errors.contains(code) && errors.contains("s3://lake/"),
            "{errors}"
        );
        assert!(!errors.contains(secret), "{errors}");
    }
}
