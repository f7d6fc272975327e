//! Everything that speaks HTTP: pages for staff, pages for recipients, the API.
//!
//! A handler parses, asks [`crate::staff::may`], calls one use case inside one read or write of the database,
//! and answers. [`routes`] is the table of every address.

pub mod api;
pub mod assets;
pub mod catcher;
pub mod charts;
pub mod error;
pub mod form;
pub mod guard;
pub mod i18n;
pub mod metrics;
pub mod page;
pub mod parts;
pub mod pictures;
pub mod public;
pub mod routes;
pub mod session;
pub mod staff;
mod state;
mod told;

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};

pub use state::State;

/// The running web server. Ends when its handle stops it and what it has counted is written.
pub struct Server {
    handle: ServerHandle,
    running: Pin<Box<dyn Future<Output = io::Result<()>> + Send>>,
}

impl Server {
    /// Stops the server.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.handle.clone()
    }
}

impl Future for Server {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.running.as_mut().poll(context)
    }
}

/// Serves on a listening socket until the returned server's handle stops it.
///
/// # Errors
/// When the socket cannot be used.
pub fn serve(state: State, listener: TcpListener) -> io::Result<Server> {
    i18n::show_times_of(state.config.time_zone);
    let tracker = state.tracker.clone();
    let state = web::Data::new(state);
    let app = move || {
        App::new()
            .app_data(state.clone())
            .wrap(from_fn(guard::own_forms_only))
            .wrap(from_fn(error::pages))
            .wrap(from_fn(guard::headers))
            .wrap(from_fn(guard::head_as_get))
            .configure(routes::configure)
    };
    let server =
        HttpServer::new(app).workers(2).shutdown_timeout(5).disable_signals().listen(listener)?.run();
    let writing = tracker.start();
    Ok(Server {
        handle: server.handle(),
        running: Box::pin(async move {
            let ended = server.await;
            tracker.stop();
            // It logs by itself what it could not write.
            let _ = writing.await;
            ended
        }),
    })
}
