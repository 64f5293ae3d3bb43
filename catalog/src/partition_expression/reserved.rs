//! The words that JSQLParser, which reads Glue's expressions, keeps for itself.

const RESERVED_WORDS: &[&str] = &[
    "all",
    "and",
    "any",
    "as",
    "asc",
    "begin",
    "between",
    "by",
    "case",
    "create",
    "delete",
    "desc",
    "distinct",
    "do",
    "drop",
    "else",
    "end",
    "escape",
    "exists",
    "from",
    "full",
    "group",
    "having",
    "in",
    "index",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "join",
    "key",
    "left",
    "like",
    "limit",
    "natural",
    "not",
    "null",
    "offset",
    "on",
    "open",
    "or",
    "order",
    "outer",
    "primary",
    "replace",
    "right",
    "select",
    "set",
    "some",
    "table",
    "then",
    "top",
    "truncate",
    "union",
    "update",
    "using",
    "values",
    "when",
    "where",
    "with",
];

/// Whether the word, in lower case, names a column only within quotes.
pub fn is_reserved(word: &str) -> bool {
    RESERVED_WORDS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_as_its_search_needs() {
        assert!(RESERVED_WORDS.is_sorted());
        assert!(is_reserved("key"));
        assert!(!is_reserved("year"));
    }
}
