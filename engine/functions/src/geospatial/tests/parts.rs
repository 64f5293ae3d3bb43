//! What geometries consist of, and how large they are.

use arrow::array::Float64Array;

use super::{drawn, geometries, geometry, integer, of_one, of_two};
use crate::testing::{column, double, shown};

#[tokio::test]
async fn points_have_coordinates() {
    let xs = Float64Array::from(vec![Some(1.0), None, Some(f64::NAN)]);
    assert_eq!(
        drawn("st_point", vec![column("double", xs), double(2.5)]).await,
        "POINT (1 2.5)|NULL|POINT EMPTY"
    );
    let points = || geometries(&[Some("POINT (1 2)"), None, Some("POINT EMPTY")]);
    assert_eq!(shown("st_x", vec![points()]).await, "1.0|NULL|NULL");
    assert_eq!(
        shown("st_y", vec![geometry("POLYGON ((2 0, 2 1, 3 1))")]).await,
        "ERROR: ST_Y only applies to POINT. Input type is: POLYGON"
    );
    assert_eq!(shown("st_isempty", vec![points()]).await, "false|NULL|true");
}

#[tokio::test]
async fn parts_are_found() {
    let holed = "POLYGON ((0 0, 0 5, 5 5, 5 0, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))";
    assert_eq!(
        of_one("st_exteriorring", holed).await,
        "LINESTRING (0 0, 5 0, 5 5, 0 5, 0 0)"
    );
    assert_eq!(
        of_one("st_interiorrings", holed).await,
        "LINESTRING (1 1, 1 2, 2 2, 2 1, 1 1)"
    );
    assert_eq!(
        of_one("st_points", "POLYGON ((8 4, 3 9, 5 6, 8 4))").await,
        "POINT (8 4);POINT (5 6);POINT (3 9);POINT (8 4)"
    );
    assert_eq!(
        of_one("st_boundary", "LINESTRING (8 4, 5 7)").await,
        "MULTIPOINT ((8 4), (5 7))"
    );
    assert_eq!(
        of_one("st_boundary", "POLYGON ((1 1, 4 1, 1 4))").await,
        "MULTILINESTRING ((1 1, 4 1, 1 4, 1 1))"
    );
    assert_eq!(
        of_one("st_envelope", "LINESTRING (8 4, 5 7)").await,
        "POLYGON ((5 4, 8 4, 8 7, 5 7, 5 4))"
    );
    assert_eq!(
        of_one("st_envelope", "LINESTRING EMPTY").await,
        "POLYGON EMPTY"
    );
    assert_eq!(
        of_one("st_geometries", "MULTIPOINT (1 2, 4 8)").await,
        "POINT (1 2);POINT (4 8)"
    );
    assert_eq!(of_one("st_geometries", "POINT EMPTY").await, "NULL");
    assert_eq!(
        drawn(
            "st_pointn",
            vec![geometry("LINESTRING(1 2, 3 4)"), integer(2)]
        )
        .await,
        "POINT (3 4)"
    );
    assert_eq!(
        drawn(
            "st_pointn",
            vec![geometry("LINESTRING(1 2, 3 4)"), integer(i32::MIN)]
        )
        .await,
        "NULL"
    );
    assert_eq!(
        drawn(
            "st_geometryn",
            vec![geometry("MULTIPOINT (1 2, 2 4)"), integer(2)]
        )
        .await,
        "POINT (2 4)"
    );
    assert_eq!(
        shown(
            "st_numpoints",
            vec![geometry(
                "POLYGON ((0 0, 8 0, 0 8, 0 0), (1 1, 1 5, 5 1, 1 1))"
            )]
        )
        .await,
        "6"
    );
    assert_eq!(
        shown(
            "st_numgeometries",
            vec![geometry("MULTIPOINT (1 2, 2 4, 3 6)")]
        )
        .await,
        "3"
    );
    assert_eq!(
        shown(
            "st_geometrytype",
            vec![geometry("GEOMETRYCOLLECTION EMPTY")]
        )
        .await,
        "ST_GeomCollection"
    );
}

#[tokio::test]
async fn geometries_are_measured() {
    let area = |wkt| shown("st_area", vec![geometry(wkt)]);
    assert_eq!(area("POLYGON ((2 2, 2 6, 6 6, 6 2))").await, "16.0");
    assert_eq!(area("GEOMETRYCOLLECTION (POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0)), POLYGON ((1 1, 3 1, 3 3, 1 3, 1 1)))").await, "8.0");
    assert_eq!(
        shown("st_length", vec![geometry("LINESTRING (0 0, 2 2)")]).await,
        "2.8284271247461903"
    );
    assert_eq!(
        shown("st_length", vec![geometry("POLYGON EMPTY")]).await,
        "ERROR: ST_Length only applies to LINE_STRING or MULTI_LINE_STRING. Input type is: POLYGON"
    );
    let apart = |left, right| shown("st_distance", vec![geometry(left), geometry(right)]);
    assert_eq!(
        apart("POINT (50 100)", "POINT (150 150)").await,
        "111.80339887498948"
    );
    assert_eq!(
        apart("LINESTRING (50 100, 50 200)", "LINESTRING (10 10, 20 20)").await,
        "85.44003745317531"
    );
    assert_eq!(
        apart(
            "MULTIPOLYGON (((1 1, 1 3, 3 3, 3 1)), ((0 0, 0 2, 2 2, 2 0)))",
            "POLYGON ((10 100, 30 10))"
        )
        .await,
        "27.892651361962706"
    );
    assert_eq!(apart("POINT EMPTY", "POINT (1 1)").await, "NULL");
    assert_eq!(
        of_one("st_centroid", "LINESTRING EMPTY").await,
        "POINT EMPTY"
    );
    assert_eq!(
        of_one("st_centroid", "MULTILINESTRING ((1 1, 5 1), (2 4, 4 4))").await,
        "POINT (3 2)"
    );
    assert_eq!(
        of_one(
            "st_centroid",
            "MULTIPOLYGON (((1 1, 1 3, 3 3, 3 1)), ((2 4, 2 6, 6 6, 6 4)))"
        )
        .await,
        "POINT (3.3333333333333335 4)"
    );
    assert_eq!(
        of_one(
            "st_centroid",
            "POLYGON ((0 0, 0 5, 5 5, 5 0, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))"
        )
        .await,
        "POINT (2.5416666666666665 2.5416666666666665)"
    );
    assert_eq!(
        of_two(
            "geometry_nearest_points",
            "GEOMETRYCOLLECTION (POINT (0 0), LINESTRING (0 20, 20 0))",
            "POLYGON ((5 5, 5 6, 6 6, 6 5, 5 5))"
        )
        .await,
        "POINT (10 10);POINT (6 6)"
    );
}

#[tokio::test]
async fn lines_are_followed() {
    let locate = |line, point| shown("line_locate_point", vec![geometry(line), geometry(point)]);
    assert_eq!(
        locate("LINESTRING (0 0, 0 1, 2 1)", "POINT (0.9 1)").await,
        "0.6333333333333333"
    );
    assert_eq!(
        locate("LINESTRING (1 3, 5 4)", "POINT (2 3)").await,
        "0.23529411764705882"
    );
    assert_eq!(
        locate("POLYGON ((1 1, 1 4, 4 4, 4 1))", "POINT (0 1)").await,
        "ERROR: First argument to line_locate_point must be a LineString or a MultiLineString. Got: Polygon"
    );
    let line = || geometry("LINESTRING (0 0, 1 1, 10 10)");
    assert_eq!(
        drawn("line_interpolate_point", vec![line(), double(0.4)]).await,
        "POINT (4.000000000000001 4.000000000000001)"
    );
    assert_eq!(
        drawn("line_interpolate_points", vec![line(), double(0.3)]).await,
        "POINT (3 3);POINT (6 6);POINT (9 9)"
    );
    assert_eq!(
        drawn("line_interpolate_point", vec![line(), double(2.0)]).await,
        "ERROR: fraction must be between 0 and 1"
    );
    assert!(
        drawn("line_interpolate_points", vec![line(), double(1e-12)])
            .await
            .starts_with("ERROR")
    );
}
