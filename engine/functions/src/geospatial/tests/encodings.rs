//! Text, bytes and JSON of geometries.

use crate::geospatial::wkb;
use arrow::array::StringArray;
use datafusion::scalar::ScalarValue;

use super::{drawn, geometry, stored};
use crate::testing::{column, constant, shown, text};

#[tokio::test]
async fn text_is_read_and_written() {
    for (read, written) in [
        ("POINT (1 2)", "POINT (1 2)"),
        ("point z (122.3 10.55 7)", "POINT (122.3 10.55)"),
        ("POINT EMPTY", "POINT EMPTY"),
        ("MULTIPOINT (1 2, (3 4))", "MULTIPOINT ((1 2), (3 4))"),
        (
            "POLYGON ((1 1, 1 4, 4 4, 4 1))",
            "POLYGON ((1 1, 4 1, 4 4, 1 4, 1 1))",
        ),
        ("MULTILINESTRING (EMPTY)", "MULTILINESTRING EMPTY"),
        (
            "GEOMETRYCOLLECTION (POINT EMPTY, LINESTRING(0 0,1 -1e-1))",
            "GEOMETRYCOLLECTION (POINT EMPTY, LINESTRING (0 0, 1 -0.1))",
        ),
    ] {
        assert_eq!(
            drawn("st_geometryfromtext", vec![text(read)]).await,
            written
        );
        assert_eq!(shown("st_astext", vec![geometry(read)]).await, written);
    }
    for wrong in [
        "LINESTRING (0 0, 1)",
        "POLYGON(0 0)",
        "POINT (inf 1)",
        "POINT (1 2) x",
        "",
    ] {
        assert_eq!(
            drawn("st_geometryfromtext", vec![text(wrong)]).await,
            format!("ERROR: Invalid WKT: {wrong}")
        );
    }
    let deep = format!(
        "{}POINT (1 1){}",
        "GEOMETRYCOLLECTION (".repeat(100_000),
        ")".repeat(100_000)
    );
    assert!(
        drawn("st_geometryfromtext", vec![text(&deep)])
            .await
            .starts_with("ERROR: Invalid WKT")
    );
    assert_eq!(
        drawn("st_linefromtext", vec![text("MULTILINESTRING EMPTY")]).await,
        "ERROR: ST_LineFromText only applies to LINE_STRING. Input type is: MULTI_LINE_STRING"
    );
    let texts = StringArray::from(vec![Some("POINT (1 2)"), None]);
    assert_eq!(
        drawn("st_geometryfromtext", vec![column("varchar", texts)]).await,
        "POINT (1 2)|NULL"
    );
}

#[test]
fn binary_that_promises_more_than_it_has_is_refused() {
    let bytes = stored("MULTIPOLYGON (((0 0, 3 0, 3 3, 0 0), (1 1, 2 1, 2 2, 1 1)))");
    assert!(wkb::read(&bytes).is_ok());
    for length in 0..bytes.len() {
        assert!(wkb::read(bytes.get(..length).expect("a prefix")).is_err());
    }
    let mut huge = vec![1, 2, 0, 0, 0];
    huge.extend(u32::MAX.to_le_bytes());
    assert_eq!(
        wkb::read(&huge).expect_err("too few").message,
        "Invalid WKB"
    );
}

#[tokio::test]
async fn geojson_and_polylines_convert() {
    let json = r#"{"type":"Polygon","coordinates":[[[0.0,0.0],[0.0,1],[1,1],[1,0.0],[0.0,0.0]]]}"#;
    assert_eq!(
        shown(
            "to_geojson_geometry",
            vec![geometry("POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))")]
        )
        .await,
        json
    );
    assert_eq!(
        drawn("from_geojson_geometry", vec![text(json)]).await,
        "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"
    );
    for (json, expected) in [
        (r#"{"type":"Point"}"#, "POINT EMPTY"),
        (
            r#"{"type":"FeatureCollection","features":[]}"#,
            "GEOMETRYCOLLECTION EMPTY",
        ),
        (
            r#"{"coordinates":[1,2]}"#,
            "ERROR: Invalid GeoJSON: Could not parse Geometry from Json string.  No 'type' property found.",
        ),
        (
            r#"{"type":"MultiPoint","crashMe"}"#,
            "ERROR: Invalid GeoJSON: Unexpected token RIGHT BRACE(}) at position 30.",
        ),
    ] {
        assert_eq!(
            drawn("from_geojson_geometry", vec![text(json)]).await,
            expected
        );
    }
    let line = "LINESTRING (-120.2 38.5, -120.95 40.7, -126.453 43.252)";
    assert_eq!(
        shown("to_encoded_polyline", vec![geometry(line)]).await,
        "_p~iF~ps|U_ulLnnqC_mqNvxq`@"
    );
    let decoded = drawn(
        "from_encoded_polyline",
        vec![text("_p~iF~ps|U_ulLnnqC_mqNvxq`@")],
    )
    .await;
    assert!(
        decoded.starts_with("LINESTRING (-120.2") && decoded.contains(" 38.5, -120.95"),
        "{decoded}"
    );
    assert!(
        drawn("from_encoded_polyline", vec![text("_")])
            .await
            .starts_with("ERROR")
    );
    assert_eq!(
        shown("to_encoded_polyline", vec![geometry("POINT (1 2)")]).await,
        "ERROR: encode_polyline only applies to MULTI_POINT or LINE_STRING. Input type is: POINT"
    );
}

#[tokio::test]
async fn hadoop_shapes_are_read() {
    let shape = |hex: &str| {
        let bytes = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hex"))
            .collect();
        vec![constant("varbinary", ScalarValue::Binary(Some(bytes)))]
    };
    for (hex, expected) in [
        (
            "000000000101000000FFFFFFFFFFFFEFFFFFFFFFFFFFFFEFFF",
            "POINT EMPTY",
        ),
        (
            "000000000101000000000000000000F03F0000000000000040",
            "POINT (1 2)",
        ),
        (
            "00000000030500000000000000000000000000000000000000000000000000F03F000000000000F03F010000000500000000000000000000000000000000000000000000000000000000000000000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000000000000000000000000000000000000000",
            "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))",
        ),
        ("1234", "ERROR: Hadoop shape input is too short"),
        (
            "00000000FF01000000FFFFFFFFFFFFEFFFFFFFFFFFFFFFEFFF",
            "ERROR: Invalid Hadoop shape type: -1",
        ),
        (
            "000000000501000000000000000000F03F0000000000000040",
            "ERROR: Invalid Hadoop shape",
        ),
    ] {
        assert_eq!(
            drawn("geometry_from_hadoop_shape", shape(hex)).await,
            expected
        );
    }
}
