//! Everything that speaks HTTP: pages for staff, pages for recipients, the API.
//!
//! A handler parses, asks [`crate::staff::may`], calls one use case inside one read or write of the database,
//! and answers. [`routes`] is the table of every address.

pub mod assets;
pub mod routes;
mod state;

use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::{App, HttpServer, web};

pub use state::State;

/// Serves on a listening socket until the returned server's handle stops it.
///
/// # Errors
/// When the socket cannot be used.
pub fn serve(state: State, listener: TcpListener) -> std::io::Result<Server> {
    let state = web::Data::new(state);
    Ok(HttpServer::new(move || App::new().app_data(state.clone()).configure(routes::configure))
        .workers(2)
        .shutdown_timeout(5)
        .disable_signals()
        .listen(listener)?
        .run())
}
