//! Areas within a distance of a geometry.

use geo::buffer::{BufferStyle, LineCap, LineJoin};
use geo::{Buffer, Coord, LineString, MultiPolygon, Polygon, unary_union};

use super::rows::{Computed, each_with_double, guarded, shapes};
use super::shape::{Shape, polygon_of};
use crate::definition::Definition;
use crate::error::FunctionError;

/// The corners of a circle.
const CIRCLE_CORNERS: u32 = 96;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("st_buffer", "All points within a distance of a geometry")
            .strict("(Geometry, double) -> Geometry", |call| {
                shapes(each_with_double(call, buffer)?)
            }),
    ]
}

fn buffer(shape: &Shape, distance: f64) -> Computed<Shape> {
    if distance.is_nan() {
        return Err(FunctionError::argument("distance is NaN"));
    }
    if distance < 0.0 {
        return Err(FunctionError::argument("distance is negative"));
    }
    if distance == 0.0 {
        return Ok(Some(shape.clone()));
    }
    if shape.is_empty() {
        return Ok(None);
    }
    if distance.is_infinite() {
        return Ok(Some(Shape::MultiPolygon(vec![])));
    }
    if let Shape::Point(Some(centre)) = shape {
        return Ok(Some(Shape::Polygon(circle(*centre, distance))));
    }
    let corner = std::f64::consts::TAU / f64::from(CIRCLE_CORNERS);
    let style = BufferStyle::new(distance)
        .line_join(LineJoin::Round(corner))
        .line_cap(LineCap::Round(corner));
    let area = match shape {
        Shape::MultiPoint(points) => {
            let circles: Vec<Polygon> = points.iter().map(|at| circle(*at, distance)).collect();
            guarded(|| unary_union(&circles))?
        }
        _ => {
            let geometry = shape.to_geo()?;
            guarded(|| geometry.buffer_with_style(style))?
        }
    };
    Ok(Some(of_areas(area)))
}

fn of_areas(areas: MultiPolygon) -> Shape {
    let mut polygons: Vec<Polygon> = areas
        .0
        .iter()
        .map(|polygon| {
            polygon_of(
                super::shape::rings(polygon)
                    .map(|ring| ring.0.clone())
                    .collect(),
            )
        })
        .collect();
    match (polygons.len(), polygons.pop()) {
        (1, Some(only)) => Shape::Polygon(only),
        (_, last) => {
            polygons.extend(last);
            Shape::MultiPolygon(polygons)
        }
    }
}

/// A circle from its rightmost point on, counterclockwise.
fn circle(centre: Coord, radius: f64) -> Polygon {
    let quarter = CIRCLE_CORNERS / 4;
    let corner = |place: u32| {
        let angle = std::f64::consts::TAU * f64::from(place % quarter) / f64::from(CIRCLE_CORNERS);
        let (sin, cos) = angle.sin_cos();
        // Quarters are turned exactly.
        let (cos, sin) = match place / quarter {
            0 => (cos, sin),
            1 => (-sin, cos),
            2 => (-cos, -sin),
            _ => (sin, -cos),
        };
        Coord {
            x: centre.x + radius * cos + 0.0,
            y: centre.y + radius * sin + 0.0,
        }
    };
    let ring: Vec<Coord> = (0..CIRCLE_CORNERS).map(corner).chain([corner(0)]).collect();
    Polygon::new(LineString(ring), vec![])
}
