//! A statement as tokens, and which runs of them are expressions: enough of SQL to cut a part out of one statement and put it
//! into another where it has a chance to mean something.

use std::ops::Range;

/// Symbols of more than one character.
const LONG_SYMBOLS: &[&str] = &["<>", "!=", "<=", ">=", "||", "->", "=>", "{-", "-}"];

/// Words that are no operand. Other words are a name, a function or a literal.
const KEYWORDS: &str = " SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET FETCH FIRST NEXT ROWS ROW RANGE GROUPS ONLY TIES WITH \
    RECURSIVE AS ON USING JOIN LEFT RIGHT FULL OUTER INNER CROSS NATURAL UNION EXCEPT INTERSECT ALL DISTINCT VALUES TABLE AND OR NOT \
    IN IS LIKE ESCAPE BETWEEN EXISTS CASE WHEN THEN ELSE END OVER PARTITION WINDOW PRECEDING FOLLOWING UNBOUNDED FILTER WITHIN IGNORE \
    RESPECT NULLS LAST ASC DESC AT TIME ZONE INTERVAL DATE TIMESTAMP DECIMAL JSON LATERAL UNNEST ORDINALITY ROLLUP CUBE GROUPING SETS \
    ARRAY CAST TRY_CAST EXTRACT FOR TO YEAR MONTH DAY HOUR MINUTE SECOND X U ANY SOME SYMMETRIC PASSING RETURNING DEFAULT EMPTY ERROR ";

/// The tokens of a text, without blanks and comments.
pub fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if let Some(after) = rest.strip_prefix("--") {
            rest = after.split_once('\n').map_or("", |(_, line)| line);
            rest = rest.trim_start();
            continue;
        } else if first.is_alphanumeric() || first == '_' || first == '.' && digit_follows(rest) {
            let word = word_length(rest);
            match rest[word..].chars().next() {
                // X'00' and U&'text' are one token.
                Some('\'') if rest[..word].eq_ignore_ascii_case("x") => {
                    word + quoted_length(&rest[word..], '\'')
                }
                Some('&') if rest[word..].starts_with("&'") => {
                    word + 1 + quoted_length(&rest[word + 1..], '\'')
                }
                _ => word,
            }
        } else if first == '\'' || first == '"' {
            quoted_length(rest, first)
        } else if let Some(symbol) = LONG_SYMBOLS
            .iter()
            .find(|symbol| rest.starts_with(**symbol))
        {
            symbol.len()
        } else {
            first.len_utf8()
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

fn digit_follows(text: &str) -> bool {
    text[1..].starts_with(|c: char| c.is_ascii_digit())
}

/// The length of a name or a number; `1.5e-3` is one.
fn word_length(text: &str) -> usize {
    let number = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let mut before = ' ';
    text.find(|c: char| {
        let inside = c.is_alphanumeric()
            || c == '_'
            || number && (c == '.' || "+-".contains(c) && "eE".contains(before));
        before = c;
        !inside
    })
    .unwrap_or(text.len())
}

/// The length of a quoted text with its quotes, which are doubled within it.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut end = 1;
    while let Some(place) = text[end..].find(quote) {
        end += place + 1;
        if !text[end..].starts_with(quote) {
            return end;
        }
        end += 1;
    }
    text.len()
}

/// Whether a token is a name, a number or a text.
pub fn is_operand(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphanumeric() || "_'\".".contains(c))
        && token != "."
        && !is_keyword(token)
}

fn is_keyword(token: &str) -> bool {
    KEYWORDS.contains(&format!(" {} ", token.to_ascii_uppercase()))
}

/// Where the bracket that opens at a place closes.
pub fn closing(tokens: &[String], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "(" | "[" => depth += 1,
            ")" | "]" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(place);
                }
            }
            _ => {}
        }
    }
    None
}

/// What stands between the commas of a bracket, and nothing where it is empty.
pub fn arguments(tokens: &[String], open: usize, close: usize) -> Vec<Range<usize>> {
    let mut arguments = Vec::new();
    let (mut from, mut depth) = (open + 1, 0_i32);
    let within = tokens.iter().enumerate().take(close + 1).skip(open + 1);
    for (place, token) in within {
        match token.as_str() {
            "(" | "[" => depth += 1,
            ")" | "]" if place < close => depth -= 1,
            "," if depth > 0 => {}
            "," | ")" | "]" if place == close || token == "," => {
                if from < place {
                    arguments.push(from..place);
                }
                from = place + 1;
            }
            _ => {}
        }
    }
    arguments
}

/// Calls with the function's name, and brackets with the word before them.
pub fn calls(tokens: &[String]) -> Vec<Range<usize>> {
    (0..tokens.len())
        .filter(|place| matches!(tokens[*place].as_str(), "(" | "["))
        .filter_map(|open| {
            let close = closing(tokens, open)?;
            let named = open > 0 && tokens[open - 1].starts_with(|c: char| c.is_alphabetic());
            Some(open - usize::from(named)..close + 1)
        })
        .collect()
}

/// Runs of tokens that are likely expressions: operands, calls, arguments, CASE.
pub fn expressions(tokens: &[String]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = (0..tokens.len())
        .filter(|place| is_operand(&tokens[*place]))
        .filter(|place| tokens.get(place + 1).is_none_or(|next| next != "("))
        .map(|place| place..place + 1)
        .collect();
    let mut cases = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "(" | "[" => {
                if let Some(close) = closing(tokens, place) {
                    found.extend(arguments(tokens, place, close));
                }
            }
            "CASE" => cases.push(place),
            "END" => found.extend(cases.pop().map(|from| from..place + 1)),
            _ => {}
        }
    }
    found.extend(calls(tokens));
    found
}
