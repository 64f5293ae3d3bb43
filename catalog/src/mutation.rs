//! Random changes to texts, the same in every run: what parsers must survive without a panic.

/// How many mutated texts each parser's test reads.
const ROUNDS: usize = 20_000;

/// A xorshift generator.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// Gives `check` many texts made from the samples: characters are dropped, doubled, replaced, and samples are spliced.
pub(crate) fn for_each_mutation(samples: &[&str], mut check: impl FnMut(&str)) {
    const STRANGE: &[&str] = &[
        "",
        "'",
        "\"",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "*",
        "?",
        "\\",
        "-",
        "%",
        "+",
        ",",
        "/",
        "#",
        "0",
        "99999999999999999999",
        "L",
        "W",
        "é",
        "東",
        "\u{0}",
        "İ",
        " ",
        "\n",
        "NOT ",
        ".",
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..ROUNDS {
        let mut text: Vec<char> = samples[random.below(samples.len())].chars().collect();
        for _ in 0..=random.below(6) {
            let at = random.below(text.len() + 1);
            let end = (at + random.below(4)).min(text.len());
            let inserted: Vec<char> = match random.below(4) {
                0 => Vec::new(),
                1 => text[at..end].repeat(2),
                2 => samples[random.below(samples.len())]
                    .chars()
                    .skip(at)
                    .collect(),
                _ => STRANGE[random.below(STRANGE.len())].chars().collect(),
            };
            text.splice(at..end, inserted);
        }
        check(&text.into_iter().collect::<String>());
    }
}
