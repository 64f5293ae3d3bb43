//! Relations of geometries, and their validity.

use super::{geometries, geometry};
use crate::testing::{shown, text};

#[tokio::test]
async fn relations_hold() {
    let square = "POLYGON ((1 1, 1 4, 4 4, 4 1))";
    for (name, left, right, expected) in [
        (
            "st_contains",
            "LINESTRING (20 20, 30 30)",
            "POINT (25 25)",
            true,
        ),
        (
            "st_contains",
            "LINESTRING (20 20, 30 30)",
            "MULTIPOINT (25 25, 31 31)",
            false,
        ),
        ("st_contains", square, "POINT (1 2)", false),
        ("st_contains", "LINESTRING EMPTY", square, false),
        ("st_within", "POINT (3 2)", square, true),
        (
            "st_crosses",
            "LINESTRING(0 0, 1 1)",
            "LINESTRING (1 0, 0 1)",
            true,
        ),
        ("st_crosses", square, square, false),
        (
            "st_disjoint",
            "LINESTRING (2 1, 1 2)",
            "LINESTRING (3 1, 1 3)",
            true,
        ),
        ("st_disjoint", "POINT EMPTY", square, true),
        ("st_equals", square, "POLYGON ((4 4, 4 1, 1 1, 1 4))", true),
        ("st_equals", "POINT EMPTY", "POINT EMPTY", false),
        (
            "st_intersects",
            "POLYGON ((16.5 54, 16.5 54.1, 16.51 54.1, 16.8 54))",
            "LINESTRING (16.6 53, 16.6 56)",
            true,
        ),
        (
            "st_overlaps",
            square,
            "POLYGON ((3 3, 3 5, 5 5, 5 3))",
            true,
        ),
        ("st_overlaps", square, square, false),
        ("st_touches", "POINT (1 2)", square, true),
        (
            "st_touches",
            "MULTIPOINT (50 100, 50 200)",
            "POINT (50 100)",
            false,
        ),
    ] {
        assert_eq!(
            shown(name, vec![geometry(left), geometry(right)]).await,
            expected.to_string(),
            "{name}({left}, {right})"
        );
    }
    let points = geometries(&[Some("POINT (2 2)"), None, Some("POINT (9 9)")]);
    assert_eq!(
        shown("st_contains", vec![geometry(square), points]).await,
        "true|NULL|false"
    );
    let relate = |pattern| {
        shown(
            "st_relate",
            vec![
                geometry("POLYGON ((2 0, 2 1, 3 1))"),
                geometry(square),
                text(pattern),
            ],
        )
    };
    assert_eq!(relate("****T****").await, "true");
    assert_eq!(relate("T********").await, "false");
    assert_eq!(
        relate("T").await,
        "ERROR: relation string length has to be equal to 9"
    );
}

#[tokio::test]
async fn geometries_are_validated() {
    for (wkt, reason) in [
        ("POINT EMPTY", "NULL"),
        ("LINESTRING EMPTY", "NULL"),
        (
            "MULTIPOLYGON (((1 1, 1 3, 3 3, 3 1)), ((2 4, 2 6, 6 6, 6 4)))",
            "NULL",
        ),
        ("LINESTRING (0 0, 1 1, 1 0, 0 0)", "NULL"),
        (
            "MULTIPOINT ((0 0), (0 1), (1 1), (0 1))",
            "Repeated points at or near (0.0 1.0) and (0.0 1.0)",
        ),
        (
            "LINESTRING (0 0, 0 1, 0 1, 1 1, 1 0, 0 0)",
            "Degenerate segments at or near (0.0 1.0)",
        ),
        (
            "LINESTRING (0 0, -1 0.5, 0 1, 1 1, 1 0, 0 1, 0 0)",
            "Self-tangency at or near (0.0 1.0) and (0.0 1.0)",
        ),
        (
            "POLYGON ((0 0, 1 1, 0 1, 1 0, 0 0))",
            "Intersecting or overlapping segments at or near (1.0 0.0) and (1.0 1.0)",
        ),
        (
            "POLYGON ((0 0, 0 1, 1 1, 1 0, 0 0), (2 2, 2 3, 3 3, 3 2, 2 2))",
            "RingOrientation",
        ),
        (
            "POLYGON ((0 0, 0 1, 2 1, 1 1, 1 0, 0 0))",
            "Intersecting or overlapping segments at or near (0.0 1.0) and (2.0 1.0)",
        ),
        (
            "POLYGON ((0 0, 0 1, 1 1, 1 0, 0 0), (0 1, 1 1, 0.5 0.5, 0 1))",
            "Self-intersection at or near (0.0 1.0) and (1.0 1.0)",
        ),
        (
            "POLYGON ((0 0, -1 0.5, 0 1, 1 1, 1 0, 0 1, 0 0))",
            "Self-tangency at or near (0.0 1.0) and (0.0 1.0)",
        ),
    ] {
        assert_eq!(
            shown("geometry_invalid_reason", vec![geometry(wkt)]).await,
            reason,
            "{wkt}"
        );
        assert_eq!(
            shown("st_isvalid", vec![geometry(wkt)]).await,
            (reason == "NULL").to_string(),
            "{wkt}"
        );
    }
    let split = "POLYGON ((0 0, 0 1, 1 1, 1 0, 0 0), (0 0, 0.5 0.7, 1 1, 0.5 0.4, 0 0))";
    assert!(
        shown("geometry_invalid_reason", vec![geometry(split)])
            .await
            .starts_with("Disconnected interior")
    );
    for (wkt, simple) in [
        ("MULTIPOINT (1 2, 2 4, 3 6, 1 2)", false),
        ("LINESTRING (1 1, 2 2, 1 3, 1 1)", true),
        ("LINESTRING (0 0, 1 1, 1 0, 0 1)", false),
        ("MULTILINESTRING ((1 1, 5 1), (2 4, 4 0))", false),
        ("POLYGON ((2 0, 2 1, 3 1))", true),
    ] {
        assert_eq!(
            shown("st_issimple", vec![geometry(wkt)]).await,
            simple.to_string(),
            "{wkt}"
        );
    }
    assert_eq!(
        shown(
            "st_isring",
            vec![geometry("LINESTRING (0 0, 1 1, 0 2, 0 0)")]
        )
        .await,
        "true"
    );
}
