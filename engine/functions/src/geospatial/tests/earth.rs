//! Spherical measures and Bing tiles.

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::scalar::ScalarValue;

use super::{drawn, geography, geometry, integer};
use crate::testing::{call, constant, double, shown, text};

#[tokio::test]
async fn the_earth_is_a_sphere() {
    let distance = |a, b, c, d| {
        shown(
            "great_circle_distance",
            vec![double(a), double(b), double(c), double(d)],
        )
    };
    assert_eq!(
        distance(36.12, -86.67, 33.94, -118.40).await,
        "2886.4489734367016"
    );
    assert_eq!(
        distance(100.0, 20.0, 30.0, 40.0).await,
        "ERROR: Latitude must be between -90 and 90"
    );
    assert_eq!(
        distance(10.0, f64::NAN, 30.0, 40.0).await,
        "ERROR: Longitude must be between -180 and 180"
    );
    let area = |wkt| shown("st_area", vec![geography(wkt)]);
    let about = |shown: String, expected: f64| {
        (shown.parse::<f64>().expect("an area") / expected - 1.0).abs() < 1e-4
    };
    assert!(about(
        area("POLYGON((-135 85, -45 85, 45 85, 135 85, -135 85))").await,
        619.00E9
    ));
    assert!(about(
        area("POLYGON((90 0, 0 0, 0 90), (89 1, 1 1, 1 89))").await,
        348.04E10
    ));
    assert_eq!(area("POLYGON EMPTY").await, "NULL");
    assert_eq!(
        area("POLYGON((90 0, 0 0))").await,
        "ERROR: Polygon is not valid: a loop contains less then 3 vertices."
    );
    assert_eq!(
        area("POINT (0 1)").await,
        "ERROR: When applied to SphericalGeography inputs, ST_Area only supports POLYGON or MULTI_POLYGON. Input type is: POINT"
    );
    assert_eq!(
        drawn(
            "to_spherical_geography",
            vec![geometry("POINT (-340.2 28.9)")]
        )
        .await,
        "ERROR: Longitude must be between -180 and 180"
    );
    assert_eq!(
        shown(
            "st_distance",
            vec![
                geography("POINT (-86.67 36.12)"),
                geography("POINT (-118.40 33.94)")
            ]
        )
        .await,
        "2886448.9734367016"
    );
    assert_eq!(
        shown("st_length", vec![geography("LINESTRING (0 0, 0 0)")]).await,
        "0.0"
    );
}

#[tokio::test]
async fn bing_tiles_divide_the_map() {
    let tile = |x, y, level| vec![integer(x), integer(y), integer(level)];
    let (values, _) = call("bing_tile", tile(21845, 13506, 15))
        .await
        .expect("a tile");
    let encoded = values.as_primitive::<Int64Type>().value(0);
    let encoded = || constant("BingTile", ScalarValue::from(encoded));
    assert_eq!(
        shown("bing_tile_quadkey", vec![encoded()]).await,
        "123030123010121"
    );
    assert_eq!(
        shown("bing_tile_coordinates", vec![encoded()]).await,
        "{x: 21845, y: 13506}"
    );
    assert_eq!(shown("bing_tile_zoom_level", vec![encoded()]).await, "15");
    assert_eq!(
        drawn(
            "bing_tile_polygon",
            vec![constant("BingTile", ScalarValue::from(1_i64))]
        )
        .await,
        "POLYGON ((-180 0, 0 0, 0 85.05112877980659, -180 85.05112877980659, -180 0))"
    );
    assert_eq!(
        shown("bing_tile", tile(10, 2, 3)).await,
        "ERROR: XY coordinates for a Bing tile at zoom level 3 must be within [0, 8) range"
    );
    assert_eq!(
        shown("bing_tile", tile(0, 0, 0)).await,
        "ERROR: Zoom level must be > 0"
    );
    assert_eq!(
        shown("bing_tile", vec![text("12x")]).await,
        "ERROR: Invalid QuadKey digit sequence: 12x"
    );
    let at = |latitude, longitude, level| vec![double(latitude), double(longitude), integer(level)];
    let (values, _) = call("bing_tile_at", at(30.12, 60.0, 15))
        .await
        .expect("a tile");
    assert_eq!(
        shown(
            "bing_tile_quadkey",
            vec![constant(
                "BingTile",
                ScalarValue::from(values.as_primitive::<Int64Type>().value(0))
            )]
        )
        .await,
        "123030123010121"
    );
    assert_eq!(
        shown("bing_tile_at", at(300.12, 60.0, 15)).await,
        "ERROR: Latitude must be between -85.05112878 and 85.05112878"
    );

    let keys = |values: arrow::array::ArrayRef| {
        let list = values.as_list::<i32>().value(0);
        let keys: Vec<_> = list
            .as_primitive::<Int64Type>()
            .values()
            .iter()
            .map(|tile| crate::geospatial::bing_tile::BingTile::decode(*tile).quad_key())
            .collect();
        keys.join(",")
    };
    let (values, _) = call("bing_tiles_around", at(30.12, 60.0, 1))
        .await
        .expect("tiles");
    assert_eq!(keys(values), "0,2,1,3");
    for (level, radius, expected) in [
        (1, 1000.0, "1"),
        (15, 0.5, "123030123010120,123030123010121,123030123010123"),
    ] {
        let mut within = at(30.12, 60.0, level);
        within.push(double(radius));
        let (values, _) = call("bing_tiles_around", within).await.expect("tiles");
        assert_eq!(keys(values), expected);
    }
    let (values, _) = call(
        "geometry_to_bing_tiles",
        vec![geometry("POLYGON ((0 0, 10 0, 10 10))"), integer(6)],
    )
    .await
    .expect("tiles");
    assert_eq!(keys(values), "122220,122222,122221,122223");
    assert_eq!(
        shown(
            "geometry_to_bing_tiles",
            vec![geometry("POINT (60 300.12)"), integer(10)]
        )
        .await,
        "ERROR: Latitude span for the geometry must be in [-85.05, 85.05] range"
    );
    assert!(
        shown(
            "geometry_to_bing_tiles",
            vec![geometry("LINESTRING (0 0, 80 80)"), integer(23)]
        )
        .await
        .starts_with("ERROR: The zoom level is too high")
    );
}
