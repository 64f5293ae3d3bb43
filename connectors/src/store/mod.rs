//! Object stores: one registry opens them by URL, and every read of a query is metered.
//!
//! The stack, from the outside in: meter, retries and signatures (`object_store`), HTTP. All of it is put together in
//! [`registry`] and nowhere else.

mod aws_environment;
mod http_meter;
pub mod listing;
mod local_meter;
pub mod meter;
pub mod object_version;
pub mod registry;
pub mod settings;

pub use listing::{DataObject, data_objects_at, list_data_objects, list_folders};
pub use meter::{RequestMeter, RequestTotals};
pub use object_version::{version_of, version_with_e_tag};
pub use registry::{QueryStores, StoreRegistry};
pub use settings::StorageSettings;
