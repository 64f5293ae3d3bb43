//! The columns' names in the catalog, made of the header's.

use std::collections::HashSet;

/// The most characters of a column's name.
const NAME_CHARACTERS_MAX: usize = 255;

/// `count` names in lower case, no two of them the same. A column without a name is `col0`, `col1` and so on by its
/// position; of equal names the later ones get a number.
pub(super) fn column_names(header: &[String], count: usize) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::with_capacity(count);
    let mut names = Vec::with_capacity(count);
    for position in 0..count {
        let given = header.get(position).map_or("", |name| name.trim());
        let name: String = given
            .to_lowercase()
            .chars()
            .take(NAME_CHARACTERS_MAX)
            .collect();
        let name = if name.is_empty() {
            format!("col{position}")
        } else {
            name
        };
        let name = if taken.contains(&name) {
            // The position is tried first: it is free but for a header that foresaw it, and keeps this from being
            // quadratic.
            let numbered = |number: usize| format!("{name}_{number}");
            (position..)
                .map(numbered)
                .find(|name| !taken.contains(name))
                .unwrap_or(name)
        } else {
            name
        };
        taken.insert(name.clone());
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_lower_case_and_no_two_are_the_same() {
        let header = ["Id", " id ", "", "id_1", "First Name"].map(str::to_owned);
        assert_eq!(
            column_names(&header, 6),
            ["id", "id_1", "col2", "id_1_3", "first name", "col5"]
        );
    }
}
