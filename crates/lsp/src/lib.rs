//! A language server for inventories.
//!
//! It runs beside a server for Nix, knows what that does not, and is silent where there is no clan. Nothing outside this crate knows the
//! protocol, and this crate knows nothing of Nix: what is answered comes from `ide`.

mod analyst;
mod capabilities;
mod clans;
mod client;
mod convert;
mod diagnostics;
mod dispatch;
mod documents;
mod edits;
mod handlers;
mod notifications;
mod outgoing;
mod places;
mod server;
mod settings;
mod shift;
mod state;
mod uri;

use lsp_server::Connection;

pub use crate::settings::{Settings, Wishes};

/// How a server ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// The client asked for it, in order.
    Clean,
    /// The client went away, or ended it without `shutdown`.
    Abrupt,
}

/// Serves a client over standard input and output until it ends.
///
/// Errors: what does not belong into the protocol, or is not writable.
pub fn serve_stdio(settings: Settings) -> Result<End, String> {
    let (connection, threads) = Connection::stdio();
    let end = serve(&connection, settings);
    drop(connection);
    // The threads end with the pipes; what they met there, the other side knows already.
    let _ = threads.join();
    end
}

/// Serves a client over a connection until it ends.
///
/// Errors: what does not belong into the protocol.
pub fn serve(connection: &Connection, mut settings: Settings) -> Result<End, String> {
    let (id, parameters) = match connection.initialize_start() {
        Ok(started) => started,
        Err(error) if error.channel_is_disconnected() => return Ok(End::Abrupt),
        Err(error) => return Err(error.to_string()),
    };
    let client = client::Client::new(&parameters);
    settings.configure(&client.options, server::base(&client));
    let result = capabilities::initialize_result(&client, &settings);
    let result = serde_json::to_value(result).unwrap_or_default();
    if connection.initialize_finish(id, result).is_err() {
        return Ok(End::Abrupt);
    }
    Ok(server::Server::new(connection, client, settings).run())
}
