//! The line editor: history on disk, statements over many lines, a menu of completions.

use std::borrow::Cow;
use std::path::Path;

use prismlake_engine::sql::is_complete;
use reedline::{
    ColumnarMenu, Emacs, FileBackedHistory, KeyCode, KeyModifiers, MenuBuilder, Prompt,
    PromptEditMode, PromptHistorySearch, Reedline, ReedlineEvent, ReedlineMenu, ValidationResult,
    Validator, default_emacs_keybindings,
};

use super::completer::{Names, WordCompleter};

/// Lines kept in the history file.
const HISTORY_LINES: usize = 10_000;
const MENU: &str = "completions";

/// The editor, with its history in the home folder.
pub fn editor(home: &Path, names: Names) -> Result<Reedline, Box<dyn std::error::Error>> {
    let history = FileBackedHistory::with_file(HISTORY_LINES, home.join("history"))?;
    let mut keys = default_emacs_keybindings();
    keys.add_binding(
        KeyModifiers::NONE,
        KeyCode::Tab,
        ReedlineEvent::UntilFound(vec![
            ReedlineEvent::Menu(MENU.to_owned()),
            ReedlineEvent::MenuNext,
        ]),
    );
    Ok(Reedline::create()
        .with_history(Box::new(history))
        .with_validator(Box::new(StatementValidator))
        .with_completer(Box::new(WordCompleter { names }))
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(
            ColumnarMenu::default().with_name(MENU),
        )))
        .with_edit_mode(Box::new(Emacs::new(keys))))
}

/// Enter ends a statement at its `;`, and a command of the shell at once.
struct StatementValidator;

impl Validator for StatementValidator {
    fn validate(&self, text: &str) -> ValidationResult {
        let blank = text.trim().is_empty();
        if blank || text.trim_start().starts_with('\\') || is_complete(text) {
            ValidationResult::Complete
        } else {
            ValidationResult::Incomplete
        }
    }
}

/// `prismlake:database>`.
pub struct StatementPrompt {
    pub database: String,
}

impl Prompt for StatementPrompt {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Owned(format!("prismlake:{}", self.database))
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _mode: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("> ")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed("   -> ")
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        Cow::Owned(format!("(search: {}) ", search.term))
    }
}
