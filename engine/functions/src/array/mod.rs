//! Functions of arrays.
//!
//! A file a kind: `access` reads elements, `construct` makes arrays, `sequence` counts (months by `calendar`), `reshape`, `groups` and
//! `combine` rearrange what is there, `sets` and `search` compare elements for equality, `order` for their order (by a lambda in
//! `comparator`), `text` joins them, `lambda`, `matching` and `reduce` evaluate lambdas over them.

mod access;
mod calendar;
mod combine;
mod comparator;
mod construct;
mod groups;
mod lambda;
mod matching;
mod order;
mod reduce;
mod reshape;
mod search;
mod sequence;
mod sets;
mod text;

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    [
        access::definitions(),
        combine::definitions(),
        construct::definitions(),
        groups::definitions(),
        lambda::definitions(),
        matching::definitions(),
        order::definitions(),
        reduce::definitions(),
        reshape::definitions(),
        search::definitions(),
        sequence::definitions(),
        sets::definitions(),
        text::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::lit;

    use crate::testing::{Argument, Typed, bigint, lambda, text};
    use crate::testing_collections::{assert_rows_alone, rows};
    use crate::types::Type;

    fn arrays() -> Argument {
        rows(
            "array(bigint)",
            "[[3, 1, null, 3], [], null, [7], [null], [2, 1, 2]]",
        )
    }

    fn others() -> Argument {
        rows(
            "array(bigint)",
            "[[1], [4], [5], [7, 8], [null], [2, 1, 2, 9]]",
        )
    }

    #[tokio::test]
    async fn rows_do_not_depend_on_the_rows_beside_them() {
        for name in [
            "array_distinct",
            "array_sort",
            "array_max",
            "reverse",
            "array_histogram",
        ] {
            assert_rows_alone(name, || vec![arrays()]).await;
        }
        for name in [
            "array_union",
            "array_except",
            "array_intersect",
            "arrays_overlap",
            "concat",
        ] {
            assert_rows_alone(name, || vec![arrays(), others()]).await;
            assert_rows_alone(name, || vec![others(), arrays()]).await;
        }
        for name in ["zip", "$equal", "$is_distinct_from", "contains_sequence"] {
            assert_rows_alone(name, || vec![arrays(), others()]).await;
        }
        let values = || rows("bigint", "[3, 1, 1, null, 2, 9]");
        for name in [
            "contains",
            "array_position",
            "array_remove",
            "$concat",
            "element_at",
        ] {
            assert_rows_alone(name, || vec![arrays(), values()]).await;
        }
        assert_rows_alone("array_join", || vec![arrays(), text("-"), text("?")]).await;
        assert_rows_alone("slice", || vec![arrays(), values(), bigint(2)]).await;
        assert_rows_alone("repeat", || vec![arrays(), bigint(2)]).await;
        assert_rows_alone("$array_constructor", || vec![arrays(), others()]).await;
        let nested = || {
            rows(
                "array(array(bigint))",
                "[[[1], null], [[2, 3], []], null, [[]]]",
            )
        };
        for name in ["flatten", "array_distinct", "array_last"] {
            assert_rows_alone(name, || vec![nested()]).await;
        }
    }

    #[tokio::test]
    async fn lambdas_do_not_depend_on_the_rows_beside_them() {
        let large = || {
            lambda(1, |of| Typed {
                expr: of[0].expr.clone().gt(lit(1_i64)),
                data_type: Type::Boolean,
            })
        };
        for name in [
            "transform",
            "filter",
            "all_match",
            "any_match",
            "array_first",
        ] {
            assert_rows_alone(name, || vec![arrays(), large()]).await;
        }
        let sum = || {
            lambda(2, |of| Typed {
                expr: of[0].expr.clone() + of[1].expr.clone(),
                data_type: Type::Bigint,
            })
        };
        assert_rows_alone("zip_with", || vec![arrays(), others(), sum()]).await;
        let itself = || lambda(1, |of| of[0].clone());
        assert_rows_alone("reduce", || vec![arrays(), bigint(1), sum(), itself()]).await;
    }
}
