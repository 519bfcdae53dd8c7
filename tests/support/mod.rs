//! What the tests that run real engines share.
#![allow(dead_code, reason = "every test binary includes the whole of this module and uses its own part of it")]

pub mod case;
pub mod engine;
pub mod holding;
pub mod markdown;
pub mod program;
pub mod proof;
pub mod reference;
pub mod rows;
pub mod sample;
pub mod world;
