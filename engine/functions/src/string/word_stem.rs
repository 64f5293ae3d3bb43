//! `word_stem`: the stem of a word, by Snowball's algorithm for its language.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::text::{TextArgument, TextWriter};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "word_stem",
            "Returns the stem of a word in the given language, English if none is given",
        )
        .strict("(varchar(x)) -> varchar(x)", |call| {
            word_stem(call, &TextArgument::Constant("en"))
        })
        .strict("(varchar(x), varchar(2)) -> varchar(x)", |call| {
            word_stem(call, &TextArgument::of(call, 1)?)
        }),
    ]
}

fn word_stem(call: &Call<'_>, languages: &TextArgument<'_>) -> Result<ArrayRef> {
    let words = TextArgument::of(call, 0)?;
    let mut prepared: Option<(usize, Stemmer)> = None;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if !call.is_null(row) {
            let stemmer = match &mut prepared {
                Some((at, stemmer)) if languages.same(*at, row) => stemmer,
                other => &mut other.insert((row, Stemmer::of(languages.value(row))?)).1,
            };
            writer.text().push_str(&stemmer.stem(words.value(row)));
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

/// The algorithms as Trino has them are Snowball's of before 2019. Of those, one crate lacks some languages; another has all of them in a
/// newer version, whose German folds umlauts as Trino's German does.
enum Stemmer {
    Classic(rust_stemmers::Stemmer),
    New(snowball_stemmers_rs::Stemmer),
}

impl Stemmer {
    fn of(language: &str) -> Result<Stemmer, FunctionError> {
        use rust_stemmers::Algorithm as Classic;
        use snowball_stemmers_rs::Algorithm as New;
        let classic = |algorithm| Stemmer::Classic(rust_stemmers::Stemmer::create(algorithm));
        let new = |algorithm| Stemmer::New(snowball_stemmers_rs::Stemmer::create(algorithm));
        Ok(match language {
            "ca" => new(New::Catalan),
            "da" => classic(Classic::Danish),
            "de" => new(New::German),
            "en" => classic(Classic::English),
            "es" => classic(Classic::Spanish),
            "eu" => new(New::Basque),
            "fi" => classic(Classic::Finnish),
            "fr" => classic(Classic::French),
            "hu" => classic(Classic::Hungarian),
            "hy" => new(New::Armenian),
            "ir" => new(New::Irish),
            "it" => classic(Classic::Italian),
            "lt" => new(New::Lithuanian),
            "nl" => classic(Classic::Dutch),
            "no" => classic(Classic::Norwegian),
            "pt" => classic(Classic::Portuguese),
            "ro" => classic(Classic::Romanian),
            "ru" => classic(Classic::Russian),
            "sv" => classic(Classic::Swedish),
            "tr" => classic(Classic::Turkish),
            other => {
                return Err(FunctionError::argument(format!(
                    "Unknown stemmer language: {other}"
                )));
            }
        })
    }

    fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        match self {
            Stemmer::Classic(stemmer) => stemmer.stem(word),
            Stemmer::New(stemmer) => stemmer.stem(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;
    use datafusion::scalar::ScalarValue;

    use crate::testing::{column, constant, shown, text};

    #[tokio::test]
    async fn words_are_english_unless_said_otherwise() {
        let words = StringArray::from(vec![
            Some("it's"),
            Some("generally"),
            None,
            Some("running"),
            Some(""),
            Some("authorized"),
        ]);
        assert_eq!(
            shown("word_stem", vec![column("varchar", words)]).await,
            "it|general|NULL|run||author"
        );
    }

    #[tokio::test]
    async fn every_language_of_trino_is_known() {
        let cases = [
            ("ca", "gats", "gat"),
            ("da", "undersøgelser", "undersøg"),
            ("de", "auferstnde", "auferstnd"),
            ("de", "Strassenbahnen", "Strassenbahn"),
            ("en", "accessories", "accessori"),
            ("es", "torpedearon", "torped"),
            ("eu", "euskaldunak", "euskal"),
            ("fi", "taloissa", "talo"),
            ("fr", "continuerait", "continu"),
            ("hu", "magyarok", "magyar"),
            ("hy", "հայերեն", "հայերե"),
            ("ir", "leabhair", "leabhair"),
            ("it", "pronunziare", "pronunz"),
            ("lt", "namams", "nam"),
            ("nl", "lichamelijke", "licham"),
            ("no", "opningene", "opning"),
            ("pt", "bastão", "bastã"),
            ("ro", "copiilor", "cop"),
            ("ru", "вороны", "ворон"),
            ("sv", "klostergården", "klostergård"),
            ("tr", "kitaplar", "kitap"),
        ];
        let mut wrong = Vec::new();
        for (language, word, stem) in cases {
            let argument = constant("varchar(2)", ScalarValue::from(language));
            let found = shown("word_stem", vec![text(word), argument]).await;
            if found != stem {
                wrong.push((language, word, found));
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
        let unknown = constant("varchar(2)", ScalarValue::from("xx"));
        assert_eq!(
            shown("word_stem", vec![text("test"), unknown]).await,
            "ERROR: Unknown stemmer language: xx"
        );
    }
}
