//! The site on loopback, for the person at this machine.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use axum::Router;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

/// Serves the files below `directory` at any free port of 127.0.0.1, for as long as it can.
///
/// `ready` is told the address once requests are taken.
pub fn run(directory: &Path, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        let (address, serving) = bind(directory).await?;
        ready(address);
        serving.await
    })
}

async fn bind(
    directory: &Path,
) -> io::Result<(SocketAddr, impl Future<Output = io::Result<()>> + use<>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let router = Router::new().fallback_service(ServeDir::new(directory));
    let serving = async move { axum::serve(listener, router).await };
    Ok((address, serving))
}
