//! `brevduva serve` and `brevduva worker`.

use super::Context;
use crate::app::{App, Parts, StopSignals};

/// What `serve` accepts.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Leave jobs and sending to `brevduva worker`
    #[arg(long)]
    no_worker: bool,
}

pub(super) async fn serve(context: Context, arguments: &Arguments) -> anyhow::Result<()> {
    let parts = if arguments.no_worker { Parts::Web } else { Parts::WebAndWorker };
    let base_url = context.config.base_url.clone();
    let signals = StopSignals::listen()?;
    let app = App::start(context.config, context.clock, parts).await?;
    tracing::info!(port = app.port(), %base_url, "serving");
    app.run_until_stopped(signals).await;
    Ok(())
}

pub(super) async fn worker(context: Context) -> anyhow::Result<()> {
    let signals = StopSignals::listen()?;
    let app = App::start(context.config, context.clock, Parts::Worker).await?;
    tracing::info!("working");
    app.run_until_stopped(signals).await;
    Ok(())
}
