//! No input makes a classifier panic or run away: mutations of good samples, and bytes at random, by a seeded generator.

use super::*;

/// Knuth's MMIX linear congruential generator.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

const SEEDS: [&str; 12] = [
    "{\"a\":1,\"b\":[{\"c\":\"2024-01-01\"}],\"d\":{\"e\":null,\"\\u00e9\\ud83e\\udd89\":1.5e3}}\n{\"a\":true}\n",
    "[{\"a\":{\"b\":[[1],[2.5]]}},\n{\"a\":\"x\"}]",
    "id,\"full, name\",day\n1,\"x\n\"\"y\"\"\",2024-01-01\n2,z,2024-01-01 10:00:00.5\n",
    "a;b;c\n1,5;2,5;x\n3;4;\"\\\"q\\\"\"\n",
    "name\tcity\nAda\tLondon\nAlan\tParis\nGrace\tRome\n",
    "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"b\">]><r><row a='1'><b>2</b><b/><![CDATA[x]]></row></r>",
    "$ion_1_0 {a: 1}",
    "127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.0\" 200 2326 \"http://x/\" \"Mozilla\"\n",
    "I, [2024-03-03T02:34:24.895701 #19074]  INFO -- Main: info.\n",
    "1:M 14 Nov 2023 07:01:22.119 # Server initialized\n",
    "1|x|\\N\n2|y|-12345678901234567890.123\n",
    "é,ü\u{1}€\n\u{feff}{\u{2028}[\"🦉\"]}\n",
];

const PIECES: [&str; 28] = [
    "{", "}", "[", "]", "\"", "\\", ",", ":", "\n", "\r", "\t", ";", "|", "\u{1}", "<", ">", "</",
    "/>", "<row>", "<!--", "=", "'", "\\u", "e", "-", "9", "é", "\0",
];

fn mutated(seed: &str, random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.as_bytes().repeat(1 + random.below(3));
    for _ in 0..random.below(8) {
        let position = random.below(bytes.len() + 1);
        match random.below(5) {
            0 => bytes.truncate(position),
            1 => {
                let piece = PIECES[random.below(PIECES.len())].repeat(1 + random.below(4));
                bytes.splice(position..position, piece.bytes());
            }
            2 if position < bytes.len() => {
                bytes[position] = u8::try_from(random.below(256)).unwrap()
            }
            3 if position < bytes.len() => {
                bytes.remove(position);
            }
            _ => {
                let other = SEEDS[random.below(SEEDS.len())].as_bytes();
                let end = random.below(other.len() + 1);
                bytes.splice(position..position, other[..end].iter().copied());
            }
        }
    }
    bytes
}

fn custom() -> Vec<CustomClassifier> {
    let name = || "custom".to_owned();
    let json = |path: &str| CustomClassifier::Json {
        name: name(),
        path: JsonPath::parse(path).unwrap(),
    };
    let csv = |options: CsvOptions| CustomClassifier::Csv {
        name: name(),
        options,
    };
    vec![
        json("$.b[*]"),
        json("$[*].*[0]"),
        CustomClassifier::Xml {
            name: name(),
            classification: "rows".to_owned(),
            row_tag: Some("row".to_owned()),
        },
        CustomClassifier::Grok {
            name: name(),
            classification: "grok".to_owned(),
            pattern: GrokPattern::compile("^%{WORD:w}%{GREEDYDATA:rest}x$", "").unwrap(),
        },
        csv(CsvOptions {
            delimiter: Some('é'),
            quote: Some('\''),
            ..CsvOptions::default()
        }),
        csv(CsvOptions {
            allow_single_column: true,
            contains_header: HeaderRule::Present,
            custom_datatypes: vec![CsvDatatype::Decimal],
            ..CsvOptions::default()
        }),
    ]
}

fn check(bytes: &[u8], custom: &[CustomClassifier]) {
    for is_whole in [true, false] {
        let sample = Sample { bytes, is_whole };
        for custom in [&[][..], custom] {
            let found = classify(sample, custom, &ClassifyOptions::default());
            for (_, column) in found.columns {
                assert!(!column.hive_text().is_empty());
                let (same, conflict) = column.clone().merge(column.clone());
                assert_eq!((same, conflict), (column, false));
            }
        }
        for classifier in custom {
            classify(
                sample,
                std::slice::from_ref(classifier),
                &ClassifyOptions::default(),
            );
        }
    }
}

#[test]
fn mutated_samples_are_classified_as_something() {
    let mut random = Random(20_240_229);
    let custom = custom();
    for round in 0..3_000 {
        check(&mutated(SEEDS[round % SEEDS.len()], &mut random), &custom);
    }
}

#[test]
fn every_cut_of_a_sample_is_classified_as_something() {
    let custom = custom();
    for seed in SEEDS {
        for end in 0..=seed.len() {
            check(&seed.as_bytes()[..end], &custom);
        }
    }
}

#[test]
fn bytes_at_random_are_classified_as_something() {
    let mut random = Random(7);
    let custom = custom();
    for _ in 0..300 {
        let length = random.below(400);
        let bytes: Vec<u8> = (0..length)
            .map(|_| u8::try_from(random.below(256)).unwrap())
            .collect();
        check(&bytes, &custom);
        let pieces: String = (0..length)
            .map(|_| PIECES[random.below(PIECES.len() - 1)])
            .collect();
        check(pieces.as_bytes(), &custom);
    }
}

#[test]
fn samples_made_to_take_long_come_to_an_end() {
    let size = 1 << 17;
    for piece in [
        "[1,\n",
        "{\"a\":\n",
        "\"",
        "\"\n",
        ",",
        ",\n",
        "a,\"\n",
        "<a>",
        "<a b='",
        "<!--",
        "[[",
        "{}\n",
        "{}\nx\n",
        "{}{}{}{}{}x\n[",
        "x",
        "1.2.3.4 ",
        "\\",
        "<row><a/>",
        "a b ",
    ] {
        let text = piece.repeat(size / piece.len());
        check(text.as_bytes(), &custom());
    }
    let keys: String = (0..20_000)
        .map(|key| format!("\"k{key}\":{{\"v\":{key}}},"))
        .collect();
    check(
        format!("{{\"o\":{{{keys}\"z\":1}}}}\n").as_bytes(),
        &custom(),
    );
    let header: String = (0..30_000).map(|_| "a,").collect();
    check(format!("{header}a\n{header}a\n").as_bytes(), &custom());
    let children: String = (0..20_000)
        .map(|key| format!("<k{key}>1</k{key}>"))
        .collect();
    check(format!("<row>{children}</row>").as_bytes(), &custom());
}
