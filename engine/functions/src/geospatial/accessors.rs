//! What a geometry consists of: its kind, vertices, rings, members and bounds.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int8Array, Int32Array, Int64Array};
use arrow::datatypes::Int32Type;
use datafusion::error::Result;
use geo::{Coord, LineString, Polygon};

use super::bounds::Bounds;
use super::kind::Kind;
use super::rows::{Computed, Shapes, booleans, doubles, each, rows, shape_lists, shapes, texts};
use super::shape::{Shape, require, rings};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("st_geometrytype", "Kind of a geometry")
            .strict("(Geometry) -> varchar", |call| {
                texts(each(call, |shape| Ok(Some(shape.kind().standard_name())))?)
            }),
        Definition::new(
            "st_coorddim",
            "Number of coordinates of a geometry's points",
        )
        .strict("(Geometry) -> tinyint", |call| {
            Ok(Arc::new(Int8Array::from(each(call, |_| Ok(Some(2_i8)))?)))
        }),
        Definition::new("st_dimension", "Dimension of a geometry itself").strict(
            "(Geometry) -> tinyint",
            |call| {
                Ok(Arc::new(Int8Array::from(each(call, |shape| {
                    Ok(Some(shape.dimension()))
                })?)))
            },
        ),
        Definition::new("st_isempty", "Whether a geometry has no points")
            .strict("(Geometry) -> boolean", |call| {
                booleans(each(call, |shape| Ok(Some(shape.is_empty())))?)
            }),
        Definition::new("st_isclosed", "Whether lines end where they start")
            .strict("(Geometry) -> boolean", |call| {
                booleans(each(call, is_closed)?)
            }),
        Definition::new("st_x", "X coordinate of a point").strict("(Geometry) -> double", |call| {
            doubles(each(
                call,
                |shape| Ok(point("ST_X", shape)?.map(|at| at.x)),
            )?)
        }),
        Definition::new("st_y", "Y coordinate of a point").strict("(Geometry) -> double", |call| {
            doubles(each(
                call,
                |shape| Ok(point("ST_Y", shape)?.map(|at| at.y)),
            )?)
        }),
        bound("st_xmin", "Least X coordinate of a geometry", |call| {
            bounds_of(call, |bounds| bounds.x_min)
        }),
        bound("st_xmax", "Greatest X coordinate of a geometry", |call| {
            bounds_of(call, |bounds| bounds.x_max)
        }),
        bound("st_ymin", "Least Y coordinate of a geometry", |call| {
            bounds_of(call, |bounds| bounds.y_min)
        }),
        bound("st_ymax", "Greatest Y coordinate of a geometry", |call| {
            bounds_of(call, |bounds| bounds.y_max)
        }),
        Definition::new("st_envelope", "Rectangle around a geometry").strict(
            "(Geometry) -> Geometry",
            |call| {
                shapes(each(call, |shape| {
                    Ok(Some(
                        shape.bounds().map_or_else(Shape::empty_polygon, |bounds| {
                            Shape::Polygon(bounds.polygon())
                        }),
                    ))
                })?)
            },
        ),
        Definition::new(
            "st_envelopeaspts",
            "Lower left and upper right corner of the rectangle around a geometry",
        )
        .strict("(Geometry) -> array(Geometry)", |call| {
            let corners = each(call, |shape| {
                Ok(shape.bounds().map(|bounds| {
                    vec![
                        Shape::at(bounds.x_min, bounds.y_min),
                        Shape::at(bounds.x_max, bounds.y_max),
                    ]
                }))
            })?;
            shape_lists(call, corners)
        }),
        Definition::new(
            "st_numpoints",
            "Number of a geometry's points, without those that close rings",
        )
        .strict("(Geometry) -> bigint", |call| {
            Ok(Arc::new(Int64Array::from(each(call, |shape| {
                Ok(i64::try_from(point_count(shape)).ok())
            })?)))
        }),
        Definition::new("st_points", "Points of a geometry").strict(
            "(Geometry) -> array(Geometry)",
            |call| {
                let points = each(call, |shape| {
                    let vertices = shape.clockwise().vertices();
                    Ok((!vertices.is_empty()).then(|| {
                        vertices
                            .into_iter()
                            .map(|at| Shape::Point(Some(at)))
                            .collect()
                    }))
                })?;
                shape_lists(call, points)
            },
        ),
        Definition::new("st_startpoint", "First point of a LineString").strict(
            "(Geometry) -> Geometry",
            |call| {
                shapes(each(call, |shape| {
                    Ok(line("ST_StartPoint", shape)?
                        .first()
                        .map(|at| Shape::Point(Some(*at))))
                })?)
            },
        ),
        Definition::new("st_endpoint", "Last point of a LineString").strict(
            "(Geometry) -> Geometry",
            |call| {
                shapes(each(call, |shape| {
                    Ok(line("ST_EndPoint", shape)?
                        .last()
                        .map(|at| Shape::Point(Some(*at))))
                })?)
            },
        ),
        Definition::new("st_pointn", "Point of a LineString at an index").strict(
            "(Geometry, integer) -> Geometry",
            |call| {
                indexed(call, |shape, place| {
                    Ok(line("ST_PointN", shape)?
                        .get(place)
                        .map(|at| Shape::Point(Some(*at))))
                })
            },
        ),
        Definition::new("st_exteriorring", "Exterior ring of a polygon").strict(
            "(Geometry) -> Geometry",
            |call| {
                shapes(each(call, |shape| {
                    let ring = polygon("ST_ExteriorRing", shape)?.exterior();
                    Ok((!ring.0.is_empty()).then(|| Shape::Line(ring.clone())))
                })?)
            },
        ),
        Definition::new("st_interiorrings", "Interior rings of a polygon").strict(
            "(Geometry) -> array(Geometry)",
            |call| {
                let found = each(call, |shape| {
                    let polygon = polygon("ST_InteriorRings", shape)?;
                    Ok((!shape.is_empty()).then(|| {
                        polygon
                            .interiors()
                            .iter()
                            .cloned()
                            .map(Shape::Line)
                            .collect()
                    }))
                })?;
                shape_lists(call, found)
            },
        ),
        Definition::new("st_interiorringn", "Interior ring of a polygon at an index").strict(
            "(Geometry, integer) -> Geometry",
            |call| {
                indexed(call, |shape, place| {
                    let interiors = polygon("ST_InteriorRingN", shape)?.interiors();
                    Ok(interiors.get(place).cloned().map(Shape::Line))
                })
            },
        ),
        Definition::new(
            "st_numinteriorring",
            "Number of interior rings of a polygon",
        )
        .strict("(Geometry) -> bigint", |call| {
            Ok(Arc::new(Int64Array::from(each(call, |shape| {
                let polygon = polygon("ST_NumInteriorRing", shape)?;
                Ok((!shape.is_empty())
                    .then(|| i64::try_from(polygon.interiors().len()).unwrap_or(i64::MAX)))
            })?)))
        }),
        Definition::new("st_numgeometries", "Number of geometries of a collection").strict(
            "(Geometry) -> integer",
            |call| {
                Ok(Arc::new(Int32Array::from(each(call, |shape| {
                    let count = if shape.is_empty() {
                        0
                    } else {
                        member_count(shape)
                    };
                    Ok(i32::try_from(count).ok())
                })?)))
            },
        ),
        Definition::new("st_geometries", "Geometries of a collection").strict(
            "(Geometry) -> array(Geometry)",
            |call| {
                let members = each(call, |shape| {
                    Ok((!shape.is_empty()).then(|| shape.members()))
                })?;
                shape_lists(call, members)
            },
        ),
        Definition::new("st_geometryn", "Geometry of a collection at an index").strict(
            "(Geometry, integer) -> Geometry",
            |call| {
                indexed(call, |shape, place| {
                    Ok((!shape.is_empty())
                        .then(|| shape.members().into_iter().nth(place))
                        .flatten())
                })
            },
        ),
        Definition::new("st_boundary", "Closure of a geometry's boundary")
            .strict("(Geometry) -> Geometry", |call| {
                shapes(each(call, boundary)?)
            }),
    ]
}

fn bound(
    name: &'static str,
    description: &'static str,
    kernel: fn(&Call<'_>) -> Result<ArrayRef>,
) -> Definition {
    Definition::new(name, description).strict("(Geometry) -> double", kernel)
}

fn bounds_of(call: &Call<'_>, side: impl Fn(Bounds) -> f64) -> Result<ArrayRef> {
    doubles(each(call, |shape| Ok(shape.bounds().map(&side)))?)
}

fn point(function: &str, shape: &Shape) -> Computed<Coord> {
    require(function, shape, &[Kind::Point])?;
    Ok(match shape {
        Shape::Point(at) => *at,
        _ => None,
    })
}

fn line<'a>(function: &str, shape: &'a Shape) -> Result<&'a [Coord], FunctionError> {
    require(function, shape, &[Kind::Line])?;
    Ok(match shape {
        Shape::Line(line) => &line.0,
        _ => &[],
    })
}

fn polygon<'a>(function: &str, shape: &'a Shape) -> Result<&'a Polygon, FunctionError> {
    match shape {
        Shape::Polygon(polygon) => Ok(polygon),
        other => Err(require(function, other, &[Kind::Polygon])
            .err()
            .unwrap_or_else(|| FunctionError::argument("Geometry is no polygon"))),
    }
}

/// What is at an index from 1 on.
fn indexed(call: &Call<'_>, find: impl Fn(&Shape, usize) -> Computed<Shape>) -> Result<ArrayRef> {
    let (values, indexes) = (Shapes::of(call, 0)?, call.primitives::<Int32Type>(1)?);
    shapes(rows(call, |row| {
        // No geometry has so many parts that the greatest place is one of them.
        let place = usize::try_from(i64::from(indexes.value(row)) - 1).unwrap_or(usize::MAX);
        find(values.get(row)?.as_ref(), place)
    })?)
}

fn is_closed(shape: &Shape) -> Computed<bool> {
    require("ST_IsClosed", shape, &[Kind::Line, Kind::MultiLine])?;
    Ok(Some(
        shape
            .parts()
            .lines
            .iter()
            .all(|line| line.0.first() == line.0.last()),
    ))
}

fn member_count(shape: &Shape) -> usize {
    match shape {
        Shape::MultiPoint(points) => points.len(),
        Shape::MultiLine(lines) => lines.len(),
        Shape::MultiPolygon(polygons) => polygons.len(),
        Shape::Collection(shapes) => shapes.len(),
        _ => 1,
    }
}

/// The number of points, where the point that closes a ring is not counted again.
pub(super) fn point_count(shape: &Shape) -> usize {
    let parts = shape.parts();
    let on_lines: usize = parts.lines.iter().map(|line| line.0.len()).sum();
    let on_rings: usize = parts
        .polygons
        .iter()
        .flat_map(|polygon| rings(polygon))
        .map(|ring| ring.0.len().saturating_sub(1))
        .sum();
    parts.points.len() + on_lines + on_rings
}

/// The rings of polygons; the ends of lines that an odd number of lines share.
fn boundary(shape: &Shape) -> Computed<Shape> {
    Ok(Some(match shape {
        Shape::Point(_) | Shape::MultiPoint(_) => Shape::MultiPoint(vec![]),
        Shape::Line(_) | Shape::MultiLine(_) => {
            let parts = shape.parts();
            let mut ends: Vec<Coord> = Vec::new();
            let all: Vec<Coord> = parts
                .lines
                .iter()
                .flat_map(|line| line.0.first().into_iter().chain(line.0.last()).copied())
                .collect();
            let mut counts = std::collections::HashMap::new();
            let key = |at: &Coord| ((at.x + 0.0).to_bits(), (at.y + 0.0).to_bits());
            for at in &all {
                *counts.entry(key(at)).or_insert(0_usize) += 1;
            }
            for at in &all {
                if counts.remove(&key(at)).is_some_and(|count| count % 2 == 1) {
                    ends.push(*at);
                }
            }
            Shape::MultiPoint(ends)
        }
        Shape::Polygon(_) | Shape::MultiPolygon(_) => {
            let parts = shape.parts();
            let all: Vec<LineString> = parts
                .polygons
                .iter()
                .flat_map(|polygon| rings(polygon).cloned())
                .collect();
            Shape::MultiLine(all)
        }
        Shape::Collection(_) => {
            return Err(FunctionError::argument(
                "ST_Boundary does not support GEOMETRY_COLLECTION",
            ));
        }
    }))
}
