//! Geometries as SQL has them: unlike the `geo` crate's, points may be empty.

use geo::{
    Area, Coord, CoordsIter, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint,
    MultiPolygon, Point, Polygon,
};

use super::bounds::Bounds;
use super::kind::{Kind, listed};
use crate::error::FunctionError;

/// A geometry. Readers drop empty parts of multi-geometries, close rings, and turn exterior rings counterclockwise, interior ones
/// clockwise, as Trino shows them.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Point(Option<Coord>),
    MultiPoint(Vec<Coord>),
    Line(LineString),
    MultiLine(Vec<LineString>),
    Polygon(Polygon),
    MultiPolygon(Vec<Polygon>),
    Collection(Vec<Shape>),
}

/// The points, lines and polygons of a geometry that are not empty.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    pub(super) points: Vec<Coord>,
    pub(super) lines: Vec<&'a LineString>,
    pub(super) polygons: Vec<&'a Polygon>,
}

impl Shape {
    /// A point.
    pub(super) fn at(x: f64, y: f64) -> Shape {
        Shape::Point(Some(Coord { x, y }))
    }

    /// A polygon without rings.
    pub(super) fn empty_polygon() -> Shape {
        Shape::Polygon(Polygon::new(LineString(vec![]), vec![]))
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Shape::Point(_) => Kind::Point,
            Shape::MultiPoint(_) => Kind::MultiPoint,
            Shape::Line(_) => Kind::Line,
            Shape::MultiLine(_) => Kind::MultiLine,
            Shape::Polygon(_) => Kind::Polygon,
            Shape::MultiPolygon(_) => Kind::MultiPolygon,
            Shape::Collection(_) => Kind::Collection,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Shape::Point(at) => at.is_none(),
            Shape::MultiPoint(points) => points.is_empty(),
            Shape::Line(line) => line.0.is_empty(),
            Shape::MultiLine(lines) => lines.iter().all(|line| line.0.is_empty()),
            Shape::Polygon(polygon) => polygon.exterior().0.is_empty(),
            Shape::MultiPolygon(polygons) => polygons
                .iter()
                .all(|polygon| polygon.exterior().0.is_empty()),
            Shape::Collection(shapes) => shapes.iter().all(Shape::is_empty),
        }
    }

    /// 0 for points, 1 for lines, 2 for polygons; a collection has the greatest of its geometries.
    pub(super) fn dimension(&self) -> i8 {
        match self {
            Shape::Point(_) | Shape::MultiPoint(_) => 0,
            Shape::Line(_) | Shape::MultiLine(_) => 1,
            Shape::Polygon(_) | Shape::MultiPolygon(_) => 2,
            Shape::Collection(shapes) => shapes.iter().map(Shape::dimension).max().unwrap_or(0),
        }
    }

    /// What it consists of.
    pub(super) fn parts(&self) -> Parts<'_> {
        let mut parts = Parts::default();
        self.add_parts(&mut parts);
        parts
    }

    /// Readers bound how deep collections nest.
    pub(super) fn add_parts<'a>(&'a self, parts: &mut Parts<'a>) {
        match self {
            Shape::Point(at) => parts.points.extend(at),
            Shape::MultiPoint(points) => parts.points.extend(points),
            Shape::Line(line) => parts.add_lines(std::slice::from_ref(line)),
            Shape::MultiLine(lines) => parts.add_lines(lines),
            Shape::Polygon(polygon) => parts.add_polygons(std::slice::from_ref(polygon)),
            Shape::MultiPolygon(polygons) => parts.add_polygons(polygons),
            Shape::Collection(shapes) => {
                for shape in shapes {
                    shape.add_parts(parts);
                }
            }
        }
    }

    /// The geometries of a multi-geometry or collection; otherwise the geometry itself.
    pub(super) fn members(&self) -> Vec<Shape> {
        match self {
            Shape::MultiPoint(points) => points.iter().map(|at| Shape::Point(Some(*at))).collect(),
            Shape::MultiLine(lines) => lines.iter().cloned().map(Shape::Line).collect(),
            Shape::MultiPolygon(polygons) => polygons.iter().cloned().map(Shape::Polygon).collect(),
            Shape::Collection(shapes) => shapes.clone(),
            single => vec![single.clone()],
        }
    }

    /// All vertices in order, with those that close rings; rings run as they are stored.
    pub(super) fn vertices(&self) -> Vec<Coord> {
        match self {
            Shape::Point(at) => at.iter().copied().collect(),
            Shape::MultiPoint(points) => points.clone(),
            Shape::Line(line) => line.0.clone(),
            Shape::MultiLine(lines) => lines
                .iter()
                .flat_map(|line| line.0.iter().copied())
                .collect(),
            Shape::Polygon(polygon) => polygon.coords_iter().collect(),
            Shape::MultiPolygon(polygons) => polygons
                .iter()
                .flat_map(|polygon| polygon.coords_iter())
                .collect(),
            Shape::Collection(shapes) => shapes.iter().flat_map(Shape::vertices).collect(),
        }
    }

    pub(super) fn bounds(&self) -> Option<Bounds> {
        match self {
            Shape::Point(at) => Bounds::of(*at),
            Shape::MultiPoint(points) => Bounds::of(points.iter().copied()),
            Shape::Line(line) => Bounds::of(line.0.iter().copied()),
            Shape::Polygon(polygon) => Bounds::of(polygon.exterior().0.iter().copied()),
            other => Bounds::of(other.vertices()),
        }
    }

    /// The same with exterior rings clockwise and interior ones counterclockwise, as Trino computes and writes GeoJSON.
    pub(super) fn clockwise(&self) -> Shape {
        match self {
            Shape::Polygon(polygon) => Shape::Polygon(reversed(polygon)),
            Shape::MultiPolygon(polygons) => {
                Shape::MultiPolygon(polygons.iter().map(reversed).collect())
            }
            Shape::Collection(shapes) => {
                Shape::Collection(shapes.iter().map(Shape::clockwise).collect())
            }
            other => other.clone(),
        }
    }

    /// The geometry for algorithms, which need finite numbers. Lines and polygons without extent become what they cover.
    pub(super) fn to_geo(&self) -> Result<Geometry, FunctionError> {
        let mut members = Vec::new();
        self.add_geo(&mut members)?;
        Ok(match members.pop() {
            Some(only) if members.is_empty() => only,
            Some(last) => {
                members.push(last);
                Geometry::GeometryCollection(GeometryCollection(members))
            }
            None => Geometry::MultiPoint(MultiPoint(vec![])),
        })
    }

    fn add_geo(&self, into: &mut Vec<Geometry>) -> Result<(), FunctionError> {
        match self {
            Shape::Point(None) => {}
            Shape::Point(Some(at)) => {
                check_finite(&[*at])?;
                into.push(Geometry::Point(Point(*at)));
            }
            Shape::MultiPoint(points) => {
                check_finite(points)?;
                if !points.is_empty() {
                    into.push(Geometry::MultiPoint(MultiPoint(
                        points.iter().copied().map(Point).collect(),
                    )));
                }
            }
            Shape::Line(line) => add_line(line, into)?,
            Shape::MultiLine(lines) => {
                if lines.iter().all(has_length) && !lines.is_empty() {
                    for line in lines {
                        check_finite(&line.0)?;
                    }
                    into.push(Geometry::MultiLineString(MultiLineString(lines.clone())));
                } else {
                    for line in lines {
                        add_line(line, into)?;
                    }
                }
            }
            Shape::Polygon(polygon) => add_polygon(polygon, into)?,
            Shape::MultiPolygon(polygons) => {
                if polygons.iter().all(has_area) && !polygons.is_empty() {
                    for polygon in polygons {
                        check_finite_polygon(polygon)?;
                    }
                    into.push(Geometry::MultiPolygon(MultiPolygon(polygons.clone())));
                } else {
                    for polygon in polygons {
                        add_polygon(polygon, into)?;
                    }
                }
            }
            Shape::Collection(shapes) => {
                for shape in shapes {
                    shape.add_geo(into)?;
                }
            }
        }
        Ok(())
    }
}

impl<'a> Parts<'a> {
    fn add_lines(&mut self, lines: &'a [LineString]) {
        self.lines
            .extend(lines.iter().filter(|line| !line.0.is_empty()));
    }

    fn add_polygons(&mut self, polygons: &'a [Polygon]) {
        self.polygons.extend(
            polygons
                .iter()
                .filter(|polygon| !polygon.exterior().0.is_empty()),
        );
    }
}

/// The exterior ring and then the interior ones.
pub(super) fn rings(polygon: &Polygon) -> impl Iterator<Item = &LineString> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// A polygon of rings, closed and turned as they are stored. The first is the exterior.
pub(super) fn polygon_of(rings: Vec<Vec<Coord>>) -> Polygon {
    let mut rings = rings
        .into_iter()
        .filter(|ring| !ring.is_empty())
        .enumerate()
        .map(|(place, mut ring)| {
            if ring.first() != ring.last() || ring.len() == 1 {
                ring.extend(ring.first().copied());
            }
            let counterclockwise = twice_signed_area(&ring) > 0.0;
            let clockwise = twice_signed_area(&ring) < 0.0;
            if (place == 0 && clockwise) || (place > 0 && counterclockwise) {
                ring.reverse();
            }
            LineString(ring)
        });
    let exterior = rings.next().unwrap_or_else(|| LineString(vec![]));
    Polygon::new(exterior, rings.collect())
}

/// Twice the area that a closed ring encloses; positive where it runs counterclockwise.
pub(super) fn twice_signed_area(ring: &[Coord]) -> f64 {
    let Some(origin) = ring.first() else {
        return 0.0;
    };
    ring.windows(2)
        .map(|edge| match edge {
            [from, to] => {
                (from.x - origin.x) * (to.y - origin.y) - (to.x - origin.x) * (from.y - origin.y)
            }
            _ => 0.0,
        })
        .sum()
}

fn reversed(polygon: &Polygon) -> Polygon {
    let turned = |ring: &LineString| LineString(ring.0.iter().rev().copied().collect());
    Polygon::new(
        turned(polygon.exterior()),
        polygon.interiors().iter().map(turned).collect(),
    )
}

fn has_length(line: &LineString) -> bool {
    line.0.windows(2).any(|pair| pair.first() != pair.last())
}

fn has_area(polygon: &Polygon) -> bool {
    polygon.exterior().0.len() >= 4 && polygon.unsigned_area() > 0.0
        || twice_signed_area(&polygon.exterior().0) != 0.0
}

fn add_line(line: &LineString, into: &mut Vec<Geometry>) -> Result<(), FunctionError> {
    check_finite(&line.0)?;
    if has_length(line) {
        into.push(Geometry::LineString(line.clone()));
    } else if let Some(at) = line.0.first() {
        into.push(Geometry::Point(Point(*at)));
    }
    Ok(())
}

fn add_polygon(polygon: &Polygon, into: &mut Vec<Geometry>) -> Result<(), FunctionError> {
    check_finite_polygon(polygon)?;
    if has_area(polygon) {
        into.push(Geometry::Polygon(polygon.clone()));
        Ok(())
    } else {
        add_line(polygon.exterior(), into)
    }
}

fn check_finite_polygon(polygon: &Polygon) -> Result<(), FunctionError> {
    rings(polygon).try_for_each(|ring| check_finite(&ring.0))
}

/// Algorithms need numbers that their squares do not overflow.
const COORDINATE_MAX: f64 = 1e150;

pub(super) fn check_finite(coordinates: &[Coord]) -> Result<(), FunctionError> {
    let computable = |value: f64| value.abs() <= COORDINATE_MAX;
    if coordinates
        .iter()
        .all(|at| computable(at.x) && computable(at.y))
    {
        Ok(())
    } else {
        Err(FunctionError::argument(
            "Geometry has coordinates that are not finite",
        ))
    }
}

/// Fails with Trino's message unless the geometry is of one of these kinds, which are listed in their order.
pub(super) fn require(function: &str, shape: &Shape, kinds: &[Kind]) -> Result<(), FunctionError> {
    if kinds.contains(&shape.kind()) {
        return Ok(());
    }
    Err(FunctionError::argument(format!(
        "{function} only applies to {}. Input type is: {}",
        listed(kinds),
        shape.kind().constant_name()
    )))
}
