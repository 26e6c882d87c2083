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

use crate::dispatch::Route;
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
pub fn serve(connection: &Connection, settings: Settings) -> Result<End, String> {
    serve_with(connection, settings, dispatch::route)
}

fn serve_with(
    connection: &Connection,
    mut settings: Settings,
    route: Route,
) -> Result<End, String> {
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
    let section = client.options.clone();
    Ok(server::Server::new(connection, route, client, settings, section).run())
}

#[cfg(test)]
mod tests {
    use lsp_server::{ErrorCode, Message, Notification, Request, RequestId};
    use serde_json::{Value as Json, json};

    use super::*;

    /// The kind of the error that a request is answered with; none for a result.
    fn asked(connection: &Connection, id: i32, method: &str, parameters: Json) -> Option<i32> {
        let request = Request::new(RequestId::from(id), method.to_owned(), parameters);
        connection.sender.send(Message::Request(request)).unwrap();
        loop {
            match connection.receiver.recv().unwrap() {
                Message::Response(response) if response.id == RequestId::from(id) => {
                    return response.response_result.err().map(|error| error.code);
                }
                _ => {}
            }
        }
    }

    #[test]
    fn a_handler_that_panics_takes_nothing_else_with_it() {
        let (connection, other) = Connection::memory();
        let route: Route = |state, request| match request.method.as_str() {
            "textDocument/hover" => panic!("on purpose"),
            _ => dispatch::route(state, request),
        };
        let server = std::thread::spawn(move || serve_with(&other, Settings::default(), route));
        let tell = |method: &str| {
            let notification = Notification::new(method.to_owned(), json!({}));
            let message = Message::Notification(notification);
            connection.sender.send(message).unwrap();
        };
        let greeting = json!({ "processId": null, "rootUri": null, "capabilities": {} });
        assert_eq!(asked(&connection, 1, "initialize", greeting), None);
        tell("initialized");
        for id in [2, 3] {
            let answer = asked(&connection, id, "textDocument/hover", Json::Null);
            assert_eq!(answer, Some(ErrorCode::InternalError as i32));
        }
        let query = json!({ "query": "" });
        assert_eq!(asked(&connection, 4, "workspace/symbol", query), None);
        assert_eq!(asked(&connection, 5, "shutdown", Json::Null), None);
        tell("exit");
        assert_eq!(server.join().unwrap(), Ok(End::Clean));
    }
}
