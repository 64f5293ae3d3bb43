//! Which keys globs exclude, and which globs are refused.

use super::*;
use crate::mutation::for_each_mutation;

fn pattern(text: &str) -> ExclusionPattern {
    ExclusionPattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn globs_match_as_in_glue() {
    for (glob, key, matches) in [
        ("*.csv", "a.csv", true),
        ("*.csv", ".csv", true),
        ("*.csv", ".hidden.csv", true),
        ("*.csv", "b/a.csv", false),
        ("*.*", "a.b", true),
        ("*.*", "ab", false),
        ("**.csv", "a.csv", true),
        ("**.csv", "x/y/a.csv", true),
        ("**/a.csv", "a.csv", false),
        ("**/a.csv", "x/y/a.csv", true),
        ("employees/*.csv", "employees/a.csv", true),
        ("employees/*.csv", "employees/x/a.csv", false),
        ("departments/**", "departments/x/y", true),
        ("departments/**", "departments/", true),
        ("departments/**", "departments", false),
        ("departments*", "departments/x", false),
        ("myfolder**", "myfolder/a", true),
        ("myfolder**", "myfolder.txt", true),
        ("myfolder/*/b", "myfolder/a/b", true),
        ("myfolder/*/b", "myfolder//b", true),
        ("?.csv", "a.csv", true),
        ("?.csv", "東.csv", true),
        ("?.csv", "ab.csv", false),
        ("a?b", "a/b", false),
        ("[abc].csv", "b.csv", true),
        ("[a-cx]", "x", true),
        ("[a-c]", "d", false),
        ("[!a-c]", "d", true),
        ("[!a-c]", "a", false),
        ("[!a]", "/", false),
        ("[*?\\]", "\\", true),
        ("[*?\\]", "*", true),
        ("[-a]", "-", true),
        ("[a-]", "-", true),
        ("[!-a]", "-", false),
        ("[^a]", "^", true),
        ("{a,b*}.csv", "bcd.csv", true),
        ("{a,b*}.csv", "ad.csv", false),
        ("{a,}b", "b", true),
        ("{}b", "b", true),
        ("{x/**,y}z", "x/1/2/z", true),
        ("{a,b}{c,d}", "bc", true),
        ("{a,b}{c,d}", "ab", false),
        ("\\*.csv", "*.csv", true),
        ("\\*.csv", "a.csv", false),
        ("\\{a\\,b\\}", "{a,b}", true),
        ("{\\,,\\}}", "}", true),
        ("a,b}]", "a,b}]", true),
        ("*", "", true),
        ("", "", true),
        ("", "a", false),
        ("***", "a/b", true),
        ("A", "a", false),
        ("year=*/**/_tmp*", "year=1/x/y/_tmp.1", true),
    ] {
        assert_eq!(pattern(glob).matches(key), matches, "{glob} of {key}");
    }
}

#[test]
fn a_folder_is_excluded_only_if_all_below_it_is() {
    for (glob, folder, excluded) in [
        ("departments/**", "departments", true),
        ("departments/**", "departments/", true),
        ("departments/**", "departments/x/y", true),
        ("departments/**", "department", false),
        ("departments/*", "departments", false),
        ("departments**", "departments", true),
        ("departments**", "departments2/x", true),
        ("**", "", true),
        ("**", "x", true),
        ("*", "x", false),
        ("**.csv", "x", false),
        ("**.csv", "x.csv", false),
        ("*/tmp/**", "x/tmp", true),
        ("*/tmp/**", "x/y/tmp", false),
        ("**/tmp/**", "x/y/tmp", true),
        ("**/tmp/**", "x/y", false),
        ("{a/**,b}", "a", true),
        ("{a/**,b}", "b", false),
        ("{a/**,b}{c,}", "a/x", true),
        ("{a/**,b}c", "a", false),
        ("a/***", "a", true),
        ("a/**{,x}*", "a", true),
        ("", "", false),
    ] {
        assert_eq!(
            pattern(glob).excludes_folder(folder),
            excluded,
            "{glob} of {folder}"
        );
    }
}

#[test]
fn any_of_several_patterns_excludes() {
    let patterns = ExclusionPatterns::parse(["**.tmp", "logs/**"]).unwrap();
    assert!(patterns.matches("a/b.tmp"));
    assert!(patterns.matches("logs/x"));
    assert!(!patterns.matches("a/b.csv"));
    assert!(patterns.excludes_folder("logs"));
    assert!(!patterns.excludes_folder("a"));
    assert!(!patterns.is_empty());
    let none = ExclusionPatterns::default();
    assert!(none.is_empty() && !none.matches("") && !none.excludes_folder(""));
    assert!(ExclusionPatterns::parse(["a", "["]).is_err());
}

#[test]
fn refusals_quote_the_pattern_and_say_what_to_do() {
    for (glob, part) in [
        ("a[bc", "`[` at character 2"),
        ("[", "never closed"),
        ("[!", "never closed"),
        ("[a-", "never closed"),
        ("a{b,c", "`{` at character 2"),
        ("{a,{b}}", "character 4 stands within braces"),
        ("[]", "are empty"),
        ("[!]", "are empty"),
        ("[z-a]", "before its start"),
        ("[a/]", "`/`"),
        ("[+-/]", "`/`"),
        ("a\\", "backslash"),
    ] {
        let message = ExclusionPattern::parse(glob).unwrap_err().to_string();
        assert!(
            message.contains(part) && message.contains(glob),
            "{glob}: {message}"
        );
    }
    assert_eq!(
        ExclusionPattern::parse(&"a".repeat(2049)),
        Err(ExclusionError::TooLong)
    );
}

#[test]
fn hard_patterns_take_no_exponential_time() {
    let key = format!("{}b", "a".repeat(1023));
    for glob in [
        "*a".repeat(1000),
        "**a".repeat(600),
        "{*,**}a".repeat(200),
        "{a,a*}".repeat(300) + "c",
    ] {
        assert!(!pattern(&glob).matches(&key));
    }
}

#[test]
fn no_pattern_makes_it_panic_and_excluded_folders_hold_only_excluded_keys() {
    let samples = [
        "departments/**",
        "{a,b*,[!x-z]}/**/\\*?.csv",
        "**/[a-c]/{**,d}",
        "year=*/month=?/**",
    ];
    let keys = [
        "",
        "a",
        "a/",
        "departments/x",
        "a/b/c/d.csv",
        "year=1/month=2/x/y",
        "b/c/",
        "/",
    ];
    for_each_mutation(&samples, |text| match ExclusionPattern::parse(text) {
        Ok(pattern) => {
            for folder in ["", "a", "departments", "year=1/month=2", "a/b"] {
                if pattern.excludes_folder(folder) {
                    for key in keys {
                        let below = match folder {
                            "" => key.to_owned(),
                            folder => format!("{folder}/{key}"),
                        };
                        assert!(pattern.matches(&below), "{text} of {below}");
                    }
                }
            }
            assert_eq!(pattern.to_string(), text);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    });
}
