//! The wrapper `vobiz` against real sockets, and the mock that its users test with.

mod config;
mod faults;
mod kill;
mod mock;
mod properties;
mod retries;
mod support;
mod wire;
