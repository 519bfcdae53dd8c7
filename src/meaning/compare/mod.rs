//! Whether two metrics mean the same, and where they do not, the smallest rows found on which they differ.

mod align;
mod alike;
mod cases;
mod contexts;
mod direction;
mod footprint;
mod lattice;
mod schema;
mod truth;
