//! The kinds of geometries, and their names.

/// A kind of geometry, in the order in which Trino lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Point,
    MultiPoint,
    Line,
    MultiLine,
    Polygon,
    MultiPolygon,
    Collection,
}

impl Kind {
    /// As Trino's messages name it.
    pub(super) fn constant_name(self) -> &'static str {
        match self {
            Kind::Point => "POINT",
            Kind::MultiPoint => "MULTI_POINT",
            Kind::Line => "LINE_STRING",
            Kind::MultiLine => "MULTI_LINE_STRING",
            Kind::Polygon => "POLYGON",
            Kind::MultiPolygon => "MULTI_POLYGON",
            Kind::Collection => "GEOMETRY_COLLECTION",
        }
    }

    /// As GeoJSON names it.
    pub(super) fn class_name(self) -> &'static str {
        match self {
            Kind::Point => "Point",
            Kind::MultiPoint => "MultiPoint",
            Kind::Line => "LineString",
            Kind::MultiLine => "MultiLineString",
            Kind::Polygon => "Polygon",
            Kind::MultiPolygon => "MultiPolygon",
            Kind::Collection => "GeometryCollection",
        }
    }

    /// As `ST_GeometryType` names it.
    pub(super) fn standard_name(self) -> &'static str {
        match self {
            Kind::Point => "ST_Point",
            Kind::MultiPoint => "ST_MultiPoint",
            Kind::Line => "ST_LineString",
            Kind::MultiLine => "ST_MultiLineString",
            Kind::Polygon => "ST_Polygon",
            Kind::MultiPolygon => "ST_MultiPolygon",
            Kind::Collection => "ST_GeomCollection",
        }
    }
}

/// Kinds as messages list them.
pub(super) fn listed(kinds: &[Kind]) -> String {
    let names: Vec<_> = kinds.iter().map(|kind| kind.constant_name()).collect();
    names.join(" or ")
}
