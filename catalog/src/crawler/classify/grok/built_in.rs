//! The logs that Glue knows, in its order.

use std::sync::LazyLock;

use super::lines::Comments;
use super::pattern::GrokPattern;

/// A kind of log.
#[derive(Debug)]
pub(in crate::crawler::classify) struct BuiltInLog {
    pub classification: &'static str,
    /// A line has to begin with it. The text is what a reader finds in any line.
    pub pattern: GrokPattern,
    pub comments: Comments,
}

/// What a log is called, its pattern, and the patterns that this one needs.
type Definition = (&'static str, &'static str, &'static str);

const LOGS: [Definition; 8] = [
    ("combined_apache", "%{COMBINEDAPACHELOG}", ""),
    ("apache", "%{COMMONAPACHELOG}", ""),
    (
        "linux_kernel",
        // From syslog, or from dmesg with the time since boot alone.
        r"(?:%{SYSLOGTIMESTAMP:timestamp} %{SYSLOGHOST:host} kernel: |(?=\[\s*%{KERNELTIME}\]))(?:\[\s*%{KERNELTIME:uptime}\] )?%{GREEDYDATA:message}",
        r"KERNELTIME \d+\.\d+",
    ),
    (
        "microsoft_log",
        // IIS in W3C's extended format with its default fields, those of older versions without the referrer.
        "%{TIMESTAMP_ISO8601:timestamp} %{IPORHOST:server_ip} %{WORD:method} %{NOTSPACE:uri_stem} %{NOTSPACE:uri_query} %{NUMBER:port} %{NOTSPACE:username} %{IPORHOST:client_ip} %{NOTSPACE:user_agent}(?: %{NOTSPACE:referrer})? %{NUMBER:status} %{NUMBER:substatus} %{NUMBER:win32_status}(?: %{NUMBER:time_taken})?",
        "",
    ),
    ("ruby_logger", "%{RUBY_LOGGER}", ""),
    (
        "squid",
        // The well-known SQUID3 does not match requests that no server answered.
        r"%{NUMBER:timestamp}\s+%{NUMBER:duration} %{IPORHOST:client_address} %{WORD:cache_result}/%{NONNEGINT:status_code} %{NUMBER:bytes} %{NOTSPACE:request_method} %{NOTSPACE:url} %{NOTSPACE:user} %{WORD:hierarchy_code}/%{NOTSPACE:server} %{NOTSPACE:content_type}",
        "",
    ),
    ("redismonlog", "%{REDISMONLOG}", ""),
    (
        "redislog",
        // `[pid] date * message` up to Redis 2, `pid:role date * message` since.
        r"\[?%{POSINT:pid}(?:\]|:%{REDISROLE:role}) %{REDISDATE:timestamp} %{REDISLEVEL:level} %{GREEDYDATA:message}",
        "REDISROLE [XCSM]\nREDISDATE %{MONTHDAY} %{MONTH}(?: %{YEAR})? %{TIME}\nREDISLEVEL [.*#-]",
    ),
];

/// All of them, compiled once.
pub(in crate::crawler::classify) fn built_in_logs() -> &'static [BuiltInLog] {
    static COMPILED: LazyLock<Vec<BuiltInLog>> = LazyLock::new(|| {
        let compile = |(classification, pattern, custom_patterns): &Definition| {
            Some(BuiltInLog {
                classification,
                pattern: GrokPattern::compile_anchored(pattern, custom_patterns).ok()?,
                comments: if *classification == "microsoft_log" {
                    Comments::AreSkipped
                } else {
                    Comments::AreLines
                },
            })
        };
        LOGS.iter().filter_map(compile).collect()
    });
    &COMPILED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crawler::classify::grok::lines::count_matching;
    use crate::crawler::classify::sample::SampleText;

    const SAMPLES: [(&str, &str, &str); 11] = [
        (
            "combined_apache",
            r#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326 "http://x.org/start.html" "Mozilla/4.08 [en]""#,
            "clientip,ident,auth,timestamp,verb,request,httpversion,rawrequest,response,bytes,referrer,agent",
        ),
        (
            "apache",
            r#"host.example.org - - [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 304 -"#,
            "clientip,ident,auth,timestamp,verb,request,httpversion,rawrequest,response,bytes",
        ),
        (
            "linux_kernel",
            "Mar  7 10:00:00 web1 kernel: [12345.678901] eth0: link up",
            "timestamp,host,uptime,message",
        ),
        (
            "linux_kernel",
            "[    0.000000] Linux version 6.1.0",
            "timestamp,host,uptime,message",
        ),
        (
            "microsoft_log",
            "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip\n2024-01-02 03:04:05 10.0.0.1 GET /default.htm - 80 - 10.0.0.2 Mozilla/5.0+(Windows) - 200 0 0 15",
            "timestamp,server_ip,method,uri_stem,uri_query,port,username,client_ip,user_agent,referrer,status,substatus,win32_status,time_taken",
        ),
        (
            "ruby_logger",
            "I, [2024-03-03T02:34:24.895701 #19074]  INFO -- Main: info.",
            "timestamp,pid,loglevel,progname,message",
        ),
        (
            "squid",
            "1066036250.603    310 192.168.0.227 TCP_MISS/200 4580 GET http://x.org/a - DIRECT/66.163.171.128 text/html",
            "timestamp,duration,client_address,cache_result,status_code,bytes,request_method,url,user,hierarchy_code,server,content_type",
        ),
        (
            "squid",
            "1066036250.603      0 192.168.0.227 TCP_DENIED/403 4580 CONNECT x.org:443 - HIER_NONE/- text/html",
            "timestamp,duration,client_address,cache_result,status_code,bytes,request_method,url,user,hierarchy_code,server,content_type",
        ),
        (
            "redismonlog",
            r#"1339518083.107412 [0 127.0.0.1:60866] "set" "a" "1""#,
            "timestamp,database,client,port,command,params",
        ),
        (
            "redislog",
            "[4018] 14 Nov 07:01:22.119 * Background saving terminated with success",
            "pid,role,timestamp,level,message",
        ),
        (
            "redislog",
            "1:M 14 Nov 2023 07:01:22.119 # Server initialized",
            "pid,role,timestamp,level,message",
        ),
    ];

    #[test]
    fn all_patterns_compile() {
        assert_eq!(built_in_logs().len(), LOGS.len());
    }

    #[test]
    fn each_log_is_told_by_the_first_pattern_that_matches() {
        for (classification, text, columns) in SAMPLES {
            let sample = SampleText {
                text,
                is_whole: true,
            };
            let log = built_in_logs()
                .iter()
                .find(|log| count_matching(sample, &log.pattern, log.comments).is_some());
            let log = log.unwrap_or_else(|| panic!("{text}"));
            assert_eq!(log.classification, classification);
            let names: Vec<&str> = log
                .pattern
                .columns()
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            assert_eq!(names.join(","), columns);
        }
    }

    #[test]
    fn the_texts_match_lines_without_the_anchor_too() {
        for (classification, text, _) in SAMPLES {
            let log = built_in_logs()
                .iter()
                .find(|log| log.classification == classification)
                .unwrap();
            let pattern =
                GrokPattern::compile(log.pattern.pattern(), log.pattern.custom_patterns()).unwrap();
            assert!(text.lines().any(|line| pattern.is_match(line)), "{text}");
        }
    }

    #[test]
    fn other_lines_are_no_log() {
        for line in [
            "a,b,c",
            "2024-01-01 10:00:00 INFO started",
            "[INFO] started",
            "[123] hello",
            "1.5 2.5",
        ] {
            assert!(
                !built_in_logs().iter().any(|log| log.pattern.is_match(line)),
                "{line}"
            );
        }
    }
}
