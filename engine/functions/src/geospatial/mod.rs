//! Geometries, spherical geographies and Bing tiles.
//!
//! Geometries are stored as well-known binary ([`wkb`]) and computed with as [`shape::Shape`]s; algorithms that the `geo` crate has are
//! called through [`rows::guarded`]. Results follow Esri's and JTS's, which Trino uses: how rings turn and where they start, above all.

mod bounds;
mod java_number;
mod kind;
mod rows;
mod shape;
mod wkb;

mod geojson;
mod hadoop_shape;
mod polyline;
mod well_known_text;

mod accessors;
mod aggregates;
mod bing_functions;
mod bing_tile;
mod buffer;
mod construction;
mod edges;
mod exact_areas;
mod hull;
mod linework;
mod measures;
mod nearest;
mod overlay;
mod relations;
mod simplify;
mod spherical;
mod tile_circle;
mod tile_cover;
mod validity;

#[cfg(test)]
mod tests;

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    [
        accessors::definitions(),
        aggregates::definitions(),
        bing_functions::definitions(),
        buffer::definitions(),
        construction::definitions(),
        hull::definitions(),
        measures::definitions(),
        nearest::definitions(),
        overlay::definitions(),
        relations::definitions(),
        simplify::definitions(),
        spherical::definitions(),
        validity::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The text by which results show a stored geometry; `None` if the bytes are none.
pub(crate) fn as_text(bytes: &[u8]) -> Option<String> {
    wkb::read(bytes)
        .ok()
        .map(|shape| well_known_text::write(&shape))
}
