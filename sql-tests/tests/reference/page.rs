//! A generated page: its pieces of Markdown, and the comparison with the committed one.

use std::path::Path;

/// The variable that has pages written instead of compared.
const WRITE: &str = "PRISMLAKE_WRITE_REFERENCE";

/// Fails unless the committed page is this text; writes it where `PRISMLAKE_WRITE_REFERENCE` is set.
pub fn hold(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs/sql")
        .join(name);
    if std::env::var_os(WRITE).is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if committed == text {
        return;
    }
    let line = committed
        .lines()
        .zip(text.lines())
        .take_while(|(committed, generated)| committed == generated)
        .count();
    let at = |text: &str| text.lines().nth(line).unwrap_or("(its end)").to_owned();
    panic!(
        "docs/sql/{name} is not what the engine does; write it anew with scripts/reference.\nline {}: {}\nshould be: {}",
        line + 1,
        at(&committed),
        at(text)
    );
}

/// Code within a table's cell.
pub fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("`{}`", text.replace('|', "\\|"))
}

/// Words within a table's cell.
pub fn words(text: &str) -> String {
    text.replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('\n', " ")
}

/// A row of a table.
pub fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// A table's first lines.
pub fn header(titles: &[&str]) -> String {
    format!(
        "| {} |\n|{}\n",
        titles.join(" | "),
        "---|".repeat(titles.len())
    )
}
