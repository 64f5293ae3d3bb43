//! Amazon Ion, text and binary, as IonHiveSerDe reads it: each top-level struct is a row.
//!
//! Format: <https://amazon-ion.github.io/ion-docs/>.

mod decoder;
mod path_extractor;
mod values;

pub use decoder::IonOptions;
pub(super) use decoder::ion_decoder;
