//! `LikePattern`: SQL's LIKE over partition values, with `%` for any text and `_` for one character.

/// A pattern of LIKE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikePattern {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Any,
    One,
    Exactly(char),
}

impl LikePattern {
    /// Reads a pattern.
    pub fn new(pattern: &str) -> Self {
        let pieces = pattern.chars().map(|c| match c {
            '%' => Piece::Any,
            '_' => Piece::One,
            c => Piece::Exactly(c),
        });
        LikePattern {
            pieces: pieces.collect(),
        }
    }

    /// Reads a pattern in which a character takes the meaning from the wildcard that follows it.
    pub fn with_escape(pattern: &str, escape: char) -> Self {
        let mut pieces = Vec::new();
        let mut characters = pattern.chars();
        while let Some(c) = characters.next() {
            pieces.push(match c {
                c if c == escape => match characters.next() {
                    Some(next) => Piece::Exactly(next),
                    None => Piece::Exactly(c),
                },
                '%' => Piece::Any,
                '_' => Piece::One,
                c => Piece::Exactly(c),
            });
        }
        LikePattern { pieces }
    }

    /// The pattern of texts that begin so.
    pub fn starting_with(prefix: &str) -> Self {
        let pieces = prefix.chars().map(Piece::Exactly);
        LikePattern {
            pieces: pieces.chain([Piece::Any]).collect(),
        }
    }

    /// What every match begins with.
    pub fn prefix(&self) -> String {
        self.pieces
            .iter()
            .map_while(|piece| match piece {
                Piece::Exactly(c) => Some(*c),
                _ => None,
            })
            .collect()
    }

    /// The only match, if the pattern has no wildcard.
    pub fn only_match(&self) -> Option<String> {
        let prefix = self.prefix();
        (prefix.chars().count() == self.pieces.len()).then_some(prefix)
    }

    /// Whether the text matches, in time of both lengths multiplied at worst.
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut piece, mut at) = (0, 0);
        // Where to go on from when a piece after the last `%` does not fit.
        let mut retry: Option<(usize, usize)> = None;
        loop {
            let fits = match (self.pieces.get(piece), text.get(at)) {
                (None, None) => return true,
                (Some(Piece::Any), _) => {
                    retry = Some((piece + 1, at));
                    piece += 1;
                    continue;
                }
                (Some(Piece::One), Some(_)) => true,
                (Some(Piece::Exactly(wanted)), Some(found)) => wanted == found,
                _ => false,
            };
            if fits {
                piece += 1;
                at += 1;
                continue;
            }
            match &mut retry {
                Some((after, from)) if *from < text.len() => {
                    *from += 1;
                    (piece, at) = (*after, *from);
                }
                _ => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LikePattern;

    #[test]
    fn wildcards_match_as_in_sql() {
        for (pattern, text, matches) in [
            ("", "", true),
            ("%", "", true),
            ("a%", "abc", true),
            ("%c", "abc", true),
            ("%b%", "abc", true),
            ("a_c", "abc", true),
            ("a_c", "ac", false),
            ("_", "東", true),
            ("a%b%c", "axxbxbyc", true),
            ("a%b%c", "axxcxb", false),
            ("abc", "ABC", false),
            ("%%", "x", true),
        ] {
            assert_eq!(
                LikePattern::new(pattern).matches(text),
                matches,
                "{pattern} of {text}"
            );
        }
        assert_eq!(LikePattern::new("ab%c").prefix(), "ab");
        assert_eq!(LikePattern::new("ab").only_match().as_deref(), Some("ab"));
        let hard = LikePattern::new(&"%a".repeat(50));
        assert!(!hard.matches(&"a".repeat(49)));
    }
}
