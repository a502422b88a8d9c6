//! What the client, the generator and a build cost: each as a ratio to a baseline, in one run.
//!
//! [`bodies`] and [`server`] are what the calls of [`calls`] get their answers from;
//! [`synthetic`] writes documents of any size and [`bare`] is what they are measured against;
//! [`builds`] builds from nothing. The benchmarks in `benches/` measure, each into files below
//! `target/`; [`results`] reads those, [`report`] writes `BENCHMARKS.md`, and [`cli`] is the
//! command line on top.

pub mod bare;
pub mod bodies;
pub mod builds;
pub mod calls;
pub mod cli;
pub mod report;
pub mod results;
pub mod server;
pub mod synthetic;
