//! Names of columns, out of headers and the members of documents.

use std::collections::{HashMap, HashSet};

/// Glue's bound on the names of columns.
const COLUMN_NAME_CHARACTERS_MAX: usize = 255;
/// The name for a column without one.
const NAMELESS: &str = "col";

/// The name of a column: letters and digits of any script in lower case and `_`, which also stands for every other character.
/// At most 255 characters; a name without any is `col`.
pub fn column_name(raw: &str) -> String {
    let kept = raw.chars().flat_map(char::to_lowercase).map(|character| {
        if character.is_alphanumeric() {
            character
        } else {
            '_'
        }
    });
    let name: String = kept.take(COLUMN_NAME_CHARACTERS_MAX).collect();
    if name.is_empty() {
        NAMELESS.to_owned()
    } else {
        name
    }
}

/// The same names in the same order, of which each that came before gets `_2`, `_3` and so on. The first of a name keeps it, and
/// no new name is one that another column has.
pub fn unique_column_names(names: Vec<String>) -> Vec<String> {
    let mut taken: HashSet<String> = names.iter().cloned().collect();
    let mut seen: HashSet<String> = HashSet::with_capacity(names.len());
    // The next number to try, so that many columns of one name take linear time.
    let mut next_numbers: HashMap<String, usize> = HashMap::new();
    let mut unique = Vec::with_capacity(names.len());
    for name in names {
        if seen.insert(name.clone()) {
            unique.push(name);
            continue;
        }
        let number = next_numbers.entry(name.clone()).or_insert(2);
        loop {
            let candidate = numbered(&name, *number);
            *number += 1;
            if taken.insert(candidate.clone()) {
                unique.push(candidate);
                break;
            }
        }
    }
    unique
}

/// The name with a number behind it, cut so that both fit.
fn numbered(name: &str, number: usize) -> String {
    let suffix = format!("_{number}");
    let room = COLUMN_NAME_CHARACTERS_MAX.saturating_sub(suffix.len());
    name.chars().take(room).chain(suffix.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutation::for_each_mutation;

    fn unique(names: &[&str]) -> Vec<String> {
        unique_column_names(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn headers_name_columns() {
        for (raw, name) in [
            ("Order ID", "order_id"),
            ("price(€)", "price___"),
            ("Größe", "größe"),
            ("ΑΒΓ", "αβγ"),
            ("東京", "東京"),
            ("a.b-c", "a_b_c"),
            ("2024", "2024"),
            ("", "col"),
            ("%", "_"),
        ] {
            assert_eq!(column_name(raw), name);
        }
        assert_eq!(column_name(&"é".repeat(300)).chars().count(), 255);
    }

    #[test]
    fn clashes_get_numbers_that_nobody_has() {
        assert_eq!(unique(&["a", "b", "a", "a"]), ["a", "b", "a_2", "a_3"]);
        assert_eq!(unique(&["a", "a", "a_2"]), ["a", "a_3", "a_2"]);
        assert_eq!(
            unique(&["a_2", "a", "a", "a_2"]),
            ["a_2", "a", "a_3", "a_2_2"]
        );
        assert_eq!(unique(&[]), Vec::<String>::new());
        let long = "x".repeat(255);
        let pair = unique(&[&long, &long, &long]);
        assert!(pair.iter().all(|name| name.len() == 255));
        assert!(pair[1].ends_with("_2") && pair[2].ends_with("_3"));
    }

    #[test]
    fn many_columns_of_one_name_take_linear_time() {
        let names = unique_column_names(vec!["a".to_owned(); 100_000]);
        assert_eq!(names.last().map(String::as_str), Some("a_100000"));
    }

    #[test]
    fn names_of_any_text_are_names_and_stay_so() {
        let mut names = Vec::new();
        for_each_mutation(&["Order ID", "größe İ", "a.b"], |text| {
            let name = column_name(text);
            assert!(!name.is_empty() && name.chars().count() <= 255);
            assert_eq!(column_name(&name), name);
            names.push(name);
        });
        let count = names.len();
        let unique: HashSet<String> = unique_column_names(names).into_iter().collect();
        assert_eq!(unique.len(), count);
    }
}
