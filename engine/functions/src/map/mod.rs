//! Functions of maps: `access` reads them, `construct` makes them of keys and values, `entries` takes them apart and puts them together,
//! `lambda` evaluates lambdas over their entries.

mod access;
mod construct;
mod entries;
mod keys;
mod lambda;

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    [
        access::definitions(),
        construct::definitions(),
        entries::definitions(),
        lambda::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::lit;

    use crate::testing::{Argument, Typed, lambda};
    use crate::testing_collections::{assert_rows_alone, rows};
    use crate::types::Type;

    fn maps() -> Argument {
        rows(
            "map(varchar, bigint)",
            r#"[{"a": 1, "b": 2}, {}, null, {"c": null}, {"a": 5}]"#,
        )
    }

    fn others() -> Argument {
        rows(
            "map(varchar, bigint)",
            r#"[{"b": 3}, {"x": 1}, {}, {"c": 7}, {"b": 1, "a": 5}]"#,
        )
    }

    #[tokio::test]
    async fn rows_do_not_depend_on_the_rows_beside_them() {
        for name in ["map_keys", "map_values", "map_entries", "cardinality"] {
            assert_rows_alone(name, || vec![maps()]).await;
        }
        for name in ["map_concat", "$equal", "$is_distinct_from"] {
            assert_rows_alone(name, || vec![maps(), others()]).await;
        }
        let keys = || rows("varchar", r#"["b", "b", "b", "c", null]"#);
        assert_rows_alone("element_at", || vec![maps(), keys()]).await;
        let large = || {
            lambda(2, |of| Typed {
                expr: of[1].expr.clone().gt(lit(1_i64)),
                data_type: Type::Boolean,
            })
        };
        assert_rows_alone("map_filter", || vec![maps(), large()]).await;
        let first = || lambda(2, |of| of[0].clone());
        assert_rows_alone("transform_keys", || vec![maps(), first()]).await;
        assert_rows_alone("transform_values", || vec![maps(), first()]).await;
        let second = || lambda(3, |of| of[2].clone());
        assert_rows_alone("map_zip_with", || vec![maps(), others(), second()]).await;
        let keys = || rows("array(varchar)", r#"[["a"], null, ["b", "c"], []]"#);
        let values = || rows("array(bigint)", "[[1], [2], [3, null], []]");
        assert_rows_alone("map", || vec![keys(), values()]).await;
        let entries = || {
            let entries = r#"[[{"field0": 1, "field1": "x"}, {"field0": 1}], [], null, [{"field0": 2, "field1": "y"}]]"#;
            rows("array(row(bigint, varchar))", entries)
        };
        assert_rows_alone("multimap_from_entries", || vec![entries()]).await;
    }
}
