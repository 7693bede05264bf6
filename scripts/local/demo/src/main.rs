//! `linernotes-demo serve`: the demo upstreams as a process of their own.

use std::io::Write;
use std::net::SocketAddr;

use anyhow::Context;
use clap::{Parser, Subcommand};
use linernotes_demo::{Demo, Settings, World, serve};

/// The demo world and its upstreams.
#[derive(Debug, Parser)]
#[command(name = "linernotes-demo", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves all providers on one origin, until it is stopped
    Serve {
        /// Where to listen; port 0 takes a free one
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: SocketAddr,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Prints the artists that there are to look for, one a line
    Artists {
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Serve { listen, settings } => {
            let listener = tokio::net::TcpListener::bind(listen)
                .await
                .with_context(|| format!("cannot listen on {listen}"))?;
            let demo = Demo::new(*settings);
            let mut out = std::io::stdout();
            writeln!(out, "{{\"listening\":\"{}\"}}", listener.local_addr()?)?;
            out.flush()?;
            serve(listener, demo).await?;
        }
        Command::Artists { settings } => {
            let world = World::generate(settings.seed, settings.artists);
            let mut out = std::io::stdout();
            for name in world.artist_names() {
                writeln!(out, "{name}")?;
            }
        }
    }
    Ok(())
}
