//! Words that name columns, and hardly ever are a value.

/// Sorted, in lower case.
const WORDS: &[&str] = &[
    "account",
    "action",
    "active",
    "address",
    "age",
    "amount",
    "author",
    "balance",
    "birthday",
    "birthdate",
    "brand",
    "browser",
    "bytes",
    "capital",
    "carrier",
    "category",
    "channel",
    "city",
    "class",
    "code",
    "color",
    "colour",
    "column",
    "comment",
    "comments",
    "company",
    "content",
    "count",
    "country",
    "county",
    "created",
    "creator",
    "cost",
    "currency",
    "customer",
    "date",
    "day",
    "department",
    "description",
    "destination",
    "device",
    "district",
    "domain",
    "duration",
    "email",
    "employee",
    "end",
    "enabled",
    "error",
    "event",
    "field",
    "file",
    "filename",
    "firstname",
    "flag",
    "format",
    "from",
    "fullname",
    "gender",
    "genre",
    "group",
    "height",
    "host",
    "hostname",
    "hour",
    "id",
    "index",
    "industry",
    "ip",
    "isbn",
    "iso",
    "item",
    "job",
    "key",
    "kind",
    "label",
    "language",
    "lastname",
    "lat",
    "latitude",
    "level",
    "link",
    "lng",
    "location",
    "lon",
    "longitude",
    "manufacturer",
    "message",
    "method",
    "model",
    "modified",
    "month",
    "name",
    "nationality",
    "note",
    "notes",
    "number",
    "occupation",
    "order",
    "origin",
    "owner",
    "parent",
    "password",
    "path",
    "percent",
    "person",
    "phone",
    "position",
    "postcode",
    "price",
    "priority",
    "product",
    "province",
    "publisher",
    "quantity",
    "rank",
    "rate",
    "rating",
    "reason",
    "region",
    "result",
    "role",
    "salary",
    "score",
    "section",
    "sector",
    "segment",
    "sex",
    "shape",
    "size",
    "sku",
    "source",
    "species",
    "start",
    "state",
    "status",
    "store",
    "street",
    "subject",
    "summary",
    "surname",
    "symbol",
    "tag",
    "tags",
    "target",
    "team",
    "telephone",
    "text",
    "time",
    "timestamp",
    "timezone",
    "title",
    "to",
    "token",
    "topic",
    "total",
    "type",
    "unit",
    "updated",
    "uri",
    "url",
    "user",
    "username",
    "uuid",
    "value",
    "vendor",
    "version",
    "weight",
    "year",
    "zip",
    "zipcode",
];

/// Whether a name is such a word, or ends or begins with one as in `order_date`, `customerId` and `Name of pet`.
pub(super) fn names_a_column(name: &str) -> bool {
    let words = split_words(name);
    let is_known = |word: Option<&String>| word.is_some_and(|word| WORDS.contains(&word.as_str()));
    is_known(words.first()) || is_known(words.last())
}

/// The words of a name in lower case: `customerId` and `CUSTOMER_ID` are `customer`, `id`.
fn split_words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut after_lower_case = false;
    for character in name.chars() {
        let is_letter = character.is_alphanumeric();
        if !is_letter || (character.is_uppercase() && after_lower_case) {
            words.push(std::mem::take(&mut word));
        }
        if is_letter {
            word.extend(character.to_lowercase());
        }
        after_lower_case = character.is_lowercase();
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_their_first_or_last_word() {
        for name in [
            "id",
            "Order Date",
            "customerId",
            "CUSTOMER_ID",
            "name-of-pet",
            "zip.code",
        ] {
            assert!(names_a_column(name), "{name}");
        }
        for name in ["Berlin", "Anna", "", "__", "ide", "Dateline"] {
            assert!(!names_a_column(name), "{name}");
        }
    }
}
