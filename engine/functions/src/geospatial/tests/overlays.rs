//! Geometries made of others.

use super::{drawn, geometries, geometry, of_one, of_two};
use crate::testing::{double, shown};

#[tokio::test]
async fn geometries_are_overlaid() {
    let square = "POLYGON ((1 1, 1 4, 4 4, 4 1))";
    for (name, left, right, expected) in [
        (
            "st_intersection",
            "POINT (50 100)",
            "POINT (150 150)",
            "MULTIPOLYGON EMPTY",
        ),
        (
            "st_intersection",
            "LINESTRING (50 100, 50 200)",
            "LINESTRING (20 150, 100 150)",
            "POINT (50 150)",
        ),
        (
            "st_intersection",
            "MULTILINESTRING ((1 1, 5 1), (2 4, 4 4))",
            "MULTILINESTRING ((3 4, 6 4), (5 0, 5 4))",
            "GEOMETRYCOLLECTION (POINT (5 1), LINESTRING (3 4, 4 4))",
        ),
        (
            "st_intersection",
            square,
            "LINESTRING (2 0, 2 3)",
            "LINESTRING (2 1, 2 3)",
        ),
        (
            "st_intersection",
            "POLYGON ((0 0, 0 1, 1 1, 1 0, 0 0))",
            "LINESTRING (0 0, 1 -1, 1 2)",
            "GEOMETRYCOLLECTION (POINT (0 0), LINESTRING (1 0, 1 1))",
        ),
        (
            "st_intersection",
            "POLYGON ((0 0, 5 0, 5 5, 0 5))",
            "POLYGON ((4 4, 6 4, 6 6, 4 6))",
            "POLYGON ((4 4, 5 4, 5 5, 4 5, 4 4))",
        ),
        (
            "st_intersection",
            "POLYGON ((0 0, 5 0, 5 5, 0 5))",
            "POLYGON ((-1 -1, 0 -1, 0 1, -1 1))",
            "LINESTRING (0 0, 0 1)",
        ),
        (
            "st_intersection",
            "POLYGON ((0 0, 5 0, 5 5, 0 5))",
            "POLYGON ((-1 -1, 0 -1, 0 0, -1 0))",
            "POINT (0 0)",
        ),
        (
            "st_difference",
            "MULTIPOINT (50 100, 50 200)",
            "POINT (50 100)",
            "POINT (50 200)",
        ),
        (
            "st_difference",
            "LINESTRING (50 100, 50 200)",
            "LINESTRING (50 50, 50 150)",
            "LINESTRING (50 150, 50 200)",
        ),
        (
            "st_difference",
            square,
            "POLYGON ((2 2, 2 5, 5 5, 5 2))",
            "POLYGON ((1 1, 4 1, 4 2, 2 2, 2 4, 1 4, 1 1))",
        ),
        (
            "st_symdifference",
            "MULTILINESTRING ((1 1, 5 1), (2 4, 4 4))",
            "MULTILINESTRING ((3 4, 6 4), (5 0, 5 4))",
            "MULTILINESTRING ((5 0, 5 1), (1 1, 5 1), (5 1, 5 4), (2 4, 3 4), (4 4, 5 4), (5 4, 6 4))",
        ),
        (
            "st_symdifference",
            square,
            "POLYGON ((2 2, 2 5, 5 5, 5 2))",
            "MULTIPOLYGON (((1 1, 4 1, 4 2, 2 2, 2 4, 1 4, 1 1)), ((4 2, 5 2, 5 5, 2 5, 2 4, 4 4, 4 2)))",
        ),
        (
            "st_union",
            "POINT EMPTY",
            "LINESTRING (0 0, 2 2, 4 4)",
            "LINESTRING (0 0, 2 2, 4 4)",
        ),
        (
            "st_union",
            "POINT (1 2)",
            "MULTIPOINT ((1 2), (3 4))",
            "MULTIPOINT ((1 2), (3 4))",
        ),
        (
            "st_union",
            "LINESTRING (0 1, 1 2)",
            "LINESTRING (1 2, 3 4)",
            "LINESTRING (0 1, 1 2, 3 4)",
        ),
        (
            "st_union",
            "LINESTRING (20 20, 30 30)",
            "POINT (25 25)",
            "LINESTRING (20 20, 25 25, 30 30)",
        ),
        (
            "st_union",
            "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))",
            "POLYGON ((1 0, 2 0, 2 1, 1 1, 1 0))",
            "POLYGON ((0 0, 1 0, 2 0, 2 1, 1 1, 0 1, 0 0))",
        ),
        (
            "st_union",
            "GEOMETRYCOLLECTION (POLYGON ((1 1, 3 1, 3 3, 1 3, 1 1)), LINESTRING (1 1, 3 1))",
            "GEOMETRYCOLLECTION (POLYGON ((2 2, 4 2, 4 4, 2 4, 2 2)), LINESTRING (2 1, 4 1))",
            "GEOMETRYCOLLECTION (LINESTRING (3 1, 4 1), POLYGON ((1 1, 2 1, 3 1, 3 2, 4 2, 4 4, 2 4, 2 3, 1 3, 1 1)))",
        ),
    ] {
        assert_eq!(
            of_two(name, left, right).await,
            expected,
            "{name}({left}, {right})"
        );
    }
    let exact = of_two(
        "st_intersection",
        "POLYGON ((0.1 0.1, 0.7 0.1, 0.7 0.7, 0.1 0.7))",
        "POLYGON ((0.3 0.3, 9.9 0.3, 9.9 9.9, 0.3 9.9))",
    );
    assert_eq!(
        exact.await,
        "POLYGON ((0.3 0.3, 0.7 0.3, 0.7 0.7, 0.3 0.7, 0.3 0.3))"
    );
}

#[tokio::test]
async fn hulls_buffers_and_simplified_geometries_are_drawn() {
    assert_eq!(
        of_one("st_convexhull", "LINESTRING (1 1, 1 9, 2 2, 1 1, 4 0)").await,
        "POLYGON ((1 1, 4 0, 1 9, 1 1))"
    );
    assert_eq!(
        of_one("st_convexhull", "MULTIPOINT (0 1, 1 2, 2 3)").await,
        "LINESTRING (0 1, 2 3)"
    );
    assert_eq!(
        of_one(
            "st_convexhull",
            "GEOMETRYCOLLECTION (POINT (1 1), POINT EMPTY)"
        )
        .await,
        "POINT (1 1)"
    );
    assert_eq!(
        of_one("st_convexhull", "MULTIPOLYGON EMPTY").await,
        "MULTIPOLYGON EMPTY"
    );

    let buffer = |wkt, distance| drawn("st_buffer", vec![geometry(wkt), double(distance)]);
    let circle = buffer("POINT (0 0)", 0.5).await;
    assert!(
        circle.starts_with("POLYGON ((0.5 0, 0.49892946") && circle.contains(", 0 0.5, "),
        "{circle}"
    );
    assert_eq!(buffer("POINT (0 0)", 0.0).await, "POINT (0 0)");
    assert_eq!(buffer("POINT EMPTY", 1.0).await, "NULL");
    assert_eq!(
        buffer("POINT (0 0)", f64::INFINITY).await,
        "MULTIPOLYGON EMPTY"
    );
    assert_eq!(
        buffer("POINT (0 0)", -1.2).await,
        "ERROR: distance is negative"
    );
    assert_eq!(
        buffer("POINT (0 0)", f64::NAN).await,
        "ERROR: distance is NaN"
    );
    let widened = buffer("POLYGON ((0 0, 0 5, 5 5, 5 0, 0 0))", 1.2).await;
    let area = shown("st_area", vec![geometry(&widened)])
        .await
        .parse::<f64>()
        .expect("an area");
    assert!(
        (area - (25.0 + 24.0 + 1.44 * std::f64::consts::PI)).abs() < 0.02,
        "{area}"
    );

    let simplify =
        |wkt, tolerance| drawn("simplify_geometry", vec![geometry(wkt), double(tolerance)]);
    assert_eq!(
        simplify("POLYGON ((1 0, 2 1, 3 1, 3 1, 4 1, 1 0))", 1.5).await,
        "POLYGON ((1 0, 4 1, 2 1, 1 0))"
    );
    let towers = "POLYGON ((1 0, 1 1, 2 1, 2 3, 3 3, 3 1, 4 1, 4 0, 1 0))";
    assert_eq!(
        simplify(towers, 1.0).await,
        "POLYGON ((1 0, 4 0, 3 3, 2 3, 1 0))"
    );
    assert_eq!(
        simplify(towers, 0.5).await,
        "POLYGON ((1 0, 4 0, 4 1, 3 1, 3 3, 2 3, 2 1, 1 1, 1 0))"
    );
    assert_eq!(
        simplify(towers, -0.5).await,
        "ERROR: distanceTolerance is negative"
    );
}

#[tokio::test]
async fn aggregates_keep_a_geometry() {
    let rows = || {
        geometries(&[
            Some("POLYGON ((1 1, 3 1, 3 3, 1 3, 1 1))"),
            None,
            Some("POLYGON ((2 2, 4 2, 4 4, 2 4, 2 2))"),
        ])
    };
    assert_eq!(
        drawn("geometry_union_agg", vec![rows()]).await,
        "POLYGON ((1 1, 3 1, 3 2, 4 2, 4 4, 2 4, 2 3, 1 3, 1 1))"
    );
    assert_eq!(
        drawn("convex_hull_agg", vec![rows()]).await,
        "POLYGON ((1 1, 3 1, 4 2, 4 4, 2 4, 1 3, 1 1))"
    );
    assert_eq!(
        drawn("convex_hull_agg", vec![geometries(&[None])]).await,
        "NULL"
    );
}

#[tokio::test]
async fn areas_of_overlays_add_up() {
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        // A coordinate of up to 10 with a digit after the point.
        (seed >> 33) % 100
    };
    let mut triangle = || {
        let corners: Vec<_> = (0..3)
            .map(|_| {
                format!(
                    "{}.{} {}.{}",
                    next() / 10,
                    next() % 10,
                    next() / 10,
                    next() % 10
                )
            })
            .collect();
        format!("POLYGON (({}))", corners.join(", "))
    };
    for _ in 0..40 {
        let (left, right) = (triangle(), triangle());
        let mut areas = Vec::new();
        for name in [
            "st_intersection",
            "st_difference",
            "st_symdifference",
            "st_union",
        ] {
            let result = of_two(name, &left, &right).await;
            assert!(
                !result.starts_with("ERROR"),
                "{name}({left}, {right}): {result}"
            );
            areas.push(area(&result).await);
        }
        let [common, difference, symmetric, union] = areas.as_slice() else {
            panic!("four areas");
        };
        let (of_left, of_right) = (area(&left).await, area(&right).await);
        for (one, other) in [
            (common + difference, of_left),
            (symmetric + common, *union),
            (union + common, of_left + of_right),
        ] {
            assert!((one - other).abs() < 1e-6, "{left} and {right}: {areas:?}");
        }
    }
}

async fn area(wkt: &str) -> f64 {
    let shown = shown("st_area", vec![geometry(wkt)]).await;
    shown.parse().expect("an area")
}
