//! Reads paths. Parentheses hold paths or predicates, and only what stands behind them tells; so one descent reads both.

mod expression;
mod predicate;

use std::rc::Rc;

use super::PathError;
use super::syntax::{Expression, Path, Predicate};
use super::token::{Token, Tokens};

/// How deep parentheses, filters and subscripts may nest.
const NESTING_MAX: usize = 64;

type Parsed<T> = Result<T, PathError>;

/// What a part of a path turns out to be.
enum Part {
    Path(Expression),
    Predicate(Predicate),
}

/// Reads a path.
pub(in crate::json) fn parse(path: &str) -> Parsed<Path> {
    let mut parser = Parser {
        tokens: Tokens::new(path),
        depth: 0,
        variables: Vec::new(),
    };
    let lax = if parser.tokens.take_word("lax") {
        true
    } else if parser.tokens.take_word("strict") {
        false
    } else {
        return Err(parser.tokens.mismatch("{'lax', 'strict'}"));
    };
    let root = parser.path()?;
    if *parser.tokens.current() != Token::End {
        return Err(parser.tokens.mismatch("<EOF>"));
    }
    Ok(Path {
        lax,
        root,
        variables: parser.variables,
    })
}

struct Parser<'a> {
    tokens: Tokens<'a>,
    depth: usize,
    variables: Vec<Rc<str>>,
}

impl Parser<'_> {
    fn path(&mut self) -> Parsed<Expression> {
        let part = self.sum()?;
        self.as_path(part)
    }

    fn as_path(&self, part: Part) -> Parsed<Expression> {
        match part {
            Part::Path(path) => Ok(path),
            Part::Predicate(_) => Err(self
                .tokens
                .error("a path is expected, not a predicate".to_owned())),
        }
    }

    fn predicate(&mut self) -> Parsed<Predicate> {
        let part = self.disjunction()?;
        self.as_predicate(part)
    }

    fn as_predicate(&self, part: Part) -> Parsed<Predicate> {
        match part {
            Part::Predicate(predicate) => Ok(predicate),
            Part::Path(_) => Err(self.tokens.mismatch("a predicate")),
        }
    }

    /// What stands between brackets, one level deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= NESTING_MAX {
            return Err(self
                .tokens
                .error("the JSON path nests too deeply".to_owned()));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn text(&mut self) -> Parsed<String> {
        match self.tokens.current() {
            Token::Text(text) => {
                let text = text.clone();
                self.tokens.advance();
                Ok(text)
            }
            _ => Err(self.tokens.mismatch("STRING")),
        }
    }

    fn variable(&mut self, name: &str) -> Expression {
        let known = self
            .variables
            .iter()
            .find(|known| known.as_ref() == name)
            .cloned();
        let name = known.unwrap_or_else(|| {
            let name: Rc<str> = name.into();
            self.variables.push(Rc::clone(&name));
            name
        });
        Expression::Variable(name)
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn paths_of_every_form_are_read() {
        for path in [
            "lax $",
            "strict $.a.\"b c\".*[*][0, 1 to last]..d..\"e\"",
            "lax $ ?(@.a > 1 && (@.b == \"x\" || !exists(@.c)))",
            "lax ($.a + 1) * -2 / $x % .5",
            "lax $?((@.a < 1) is unknown)",
            "lax $?(!(@ starts with $p))",
            "lax $?(@ like_regex \"^a\" flag \"i\")",
            "lax $?((@.a + 1) >= (2))",
            "lax $.size.type().double().ceiling().floor().abs().keyvalue().size()",
            "lax $.lax.strict.to.exists.is.unknown",
            "lax -1.5.abs()",
            "lax - - +$.a",
            "lax null",
        ] {
            assert!(parse(path).is_ok(), "{path}: {:?}", parse(path).err());
        }
    }

    #[track_caller]
    fn assert_refused(path: &str, message: &str) {
        assert_eq!(
            parse(path).map(|_| ()).map_err(|error| error.message),
            Err(message.to_owned()),
            "{path}"
        );
    }

    #[test]
    fn wrong_paths_are_refused() {
        assert_refused(
            "certainly not a valid path",
            "mismatched input 'certainly' expecting {'lax', 'strict'}",
        );
        assert_refused("", "mismatched input '<EOF>' expecting {'lax', 'strict'}");
        assert_refused(
            "LAX $",
            "mismatched input 'LAX' expecting {'lax', 'strict'}",
        );
        assert_refused("lax $[0", "mismatched input '<EOF>' expecting ']'");
        assert_refused("lax $.a b", "mismatched input 'b' expecting <EOF>");
        assert_refused(
            "lax $.datetime()",
            "datetime method in JSON path is not yet supported",
        );
        for path in [
            "lax",
            "lax $.",
            "lax $..",
            "lax $[]",
            "lax $?(@)",
            "lax $?(@ = 1)",
            "lax @ == 1",
            "lax $.foo()",
            "lax 'a'",
            "lax $?(@ starts @)",
            "lax (@ == 1) + 1",
            "lax $?(1 && 2)",
            "lax $?(!@.a)",
            "lax 99999999999999999999",
            "lax \"open",
            "lax $?(@ like_regex \"[\")",
            "lax $?(@ like_regex \"a\" flag \"z\")",
            "lax $.5",
            "lax é",
        ] {
            assert!(parse(path).is_err(), "{path}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        for (open, close) in [("(", ")"), ("$?(exists(", "))"), ("$[", "]"), ("-", "")] {
            let path =
                |depth: usize| format!("lax {}$.a{}", open.repeat(depth), close.repeat(depth));
            assert!(parse(&path(30)).is_ok(), "{open}");
            assert!(parse(&path(100_000)).is_err(), "{open}");
        }
        assert!(parse(&format!("lax ${}", ".a".repeat(100_000))).is_ok());
        assert!(parse(&format!("lax 1{}", " + 1".repeat(100_000))).is_ok());
    }

    #[test]
    fn errors_say_where_they_are() {
        let error = parse("lax\n $.a ]").unwrap_err();
        assert_eq!((error.line, error.column), (2, 5));
    }
}
