//! The loop: messages of the client on one side, analyses that are done on the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::{never, select};
use gen_lsp_types as types;
use gen_lsp_types::Uri;
use lsp_server::{Connection, ErrorCode, Message, Request, RequestId, Response};
use serde_json::Value as Json;

use crate::End;
use crate::analyst::{Analyst, Done};
use crate::clans::Clans;
use crate::client::Client;
use crate::diagnostics::by_file;
use crate::dispatch::{Route, answer, waits};
use crate::documents::Documents;
use crate::outgoing::Outgoing;
use crate::settings::{SECTION, Settings};
use crate::state::State;
use crate::uri;

/// After so long the client is told that an analysis is under way.
const LONG: Duration = Duration::from_millis(500);

/// A request whose texts are not analysed yet.
struct Waiting {
    request: Request,
    target: PathBuf,
    until: Instant,
}

/// The server.
pub(crate) struct Server<'c> {
    connection: &'c Connection,
    route: Route,
    /// What it knows.
    pub state: State,
    /// What it asks of the client.
    pub outgoing: Outgoing<'c>,
    analyst: Analyst,
    waiting: Vec<Waiting>,
    is_shut_down: bool,
}

impl<'c> Server<'c> {
    /// A server for a client that has been greeted.
    pub fn new(
        connection: &'c Connection,
        route: Route,
        client: Client,
        settings: Settings,
        section: Json,
    ) -> Server<'c> {
        Server {
            outgoing: Outgoing::new(connection),
            connection,
            route,
            state: State {
                client,
                settings,
                section,
                documents: Documents::default(),
                clans: Clans::default(),
            },
            analyst: Analyst::new(),
            waiting: vec![],
            is_shut_down: false,
        }
    }

    /// Serves until the client ends it or goes away.
    pub fn run(mut self) -> End {
        self.outgoing.register(&self.state.client);
        self.ask_configuration();
        loop {
            let done = self.analyst.done().clone();
            let messages = &self.connection.receiver;
            let timer = self.next_moment().map_or_else(never, crossbeam_channel::at);
            select! {
                recv(messages) -> message => match message {
                    Ok(message) => {
                        if let Some(end) = self.hear(message) {
                            return end;
                        }
                    }
                    Err(_) => return self.ended(),
                },
                recv(done) -> done => match done {
                    Ok(done) => self.take(done),
                    Err(_) => self.restart(),
                },
                recv(timer) -> _ => {}
            }
            self.look_at_the_clock();
            self.answer_waiting();
        }
    }

    fn ended(&self) -> End {
        self.analyst.interrupt();
        match self.is_shut_down {
            true => End::Clean,
            false => End::Abrupt,
        }
    }

    fn hear(&mut self, message: Message) -> Option<End> {
        match message {
            Message::Request(request) => self.request(request),
            Message::Response(response) => self.response(response),
            Message::Notification(notification) if notification.method == "exit" => {
                return Some(self.ended());
            }
            Message::Notification(notification) => {
                self.notification(&notification.method, notification.params);
            }
        }
        None
    }

    fn request(&mut self, request: Request) {
        if self.is_shut_down {
            let message = "the server has been shut down".to_owned();
            let code = ErrorCode::InvalidRequest as i32;
            return self.send(Response::new_err(request.id, code, message));
        }
        if request.method == "shutdown" {
            self.is_shut_down = true;
            self.analyst.interrupt();
            return self.send(Response::new_ok(request.id, Json::Null));
        }
        match self.unsettled_target(&request) {
            Some(target) => self.waiting.push(Waiting {
                request,
                target,
                until: Instant::now() + self.state.settings.patience,
            }),
            None => self.answer(request),
        }
    }

    /// The clan that a request is about, if its newest texts are not analysed yet.
    fn unsettled_target(&mut self, request: &Request) -> Option<PathBuf> {
        if !waits(&request.method) {
            return None;
        }
        let clans = &mut self.state.clans;
        let uri = request
            .params
            .pointer("/textDocument/uri")
            .or_else(|| request.params.pointer("/item/uri"));
        let Some(uri) = uri.and_then(Json::as_str) else {
            let mut unsettled = clans.iter().filter(|(_, clan)| !clan.is_settled());
            return unsettled.next().map(|(target, _)| target.clone());
        };
        let target = clans.target_of(&uri::to_path(&Uri(uri.to_owned()))?)?;
        let clan = clans.get(&target)?;
        let is_ready = match request.method.as_str() {
            "textDocument/completion" => clan.snapshot().is_some(),
            _ => clan.is_settled(),
        };
        (!is_ready).then_some(target)
    }

    fn answer(&mut self, request: Request) {
        let response = answer(self.route, &self.state, request);
        self.send(response);
    }

    fn send(&self, response: Response) {
        // Who does not listen any more, does not miss it.
        let _ = self.connection.sender.send(Message::Response(response));
    }

    fn answer_waiting(&mut self) {
        let now = Instant::now();
        for waiting in std::mem::take(&mut self.waiting) {
            let clan = self.state.clans.get(&waiting.target);
            let is_settled = clan.is_none_or(crate::clans::Clan::is_settled);
            if is_settled || now >= waiting.until {
                self.answer(waiting.request);
            } else {
                self.waiting.push(waiting);
            }
        }
    }

    /// Gives up a request that waits.
    pub fn cancel(&mut self, id: &RequestId) {
        let found = self.waiting.iter().position(|each| each.request.id == *id);
        if let Some(at) = found {
            let waiting = self.waiting.remove(at);
            let code = ErrorCode::RequestCanceled as i32;
            let message = "the request has been cancelled".to_owned();
            self.send(Response::new_err(waiting.request.id, code, message));
        }
    }

    /// When something is to be done without a message.
    fn next_moment(&self) -> Option<Instant> {
        let patience = self.waiting.iter().map(|waiting| waiting.until).min();
        let running = self
            .analyst
            .running()
            .map(|(_, since)| match self.outgoing.has_progress() {
                false if since.elapsed() < LONG => since + LONG,
                _ => since + self.state.settings.budget,
            });
        let running = running.filter(|moment| *moment > Instant::now());
        patience.into_iter().chain(running).min()
    }

    /// Tells of analyses that take long, and ends those that take too long.
    fn look_at_the_clock(&mut self) {
        let Some((target, since)) = self.analyst.running() else {
            return;
        };
        if since.elapsed() >= self.state.settings.budget {
            self.analyst.interrupt();
            let target = target.to_owned();
            let clan = self.state.clans.entry(&target);
            if !std::mem::replace(&mut clan.is_told_slow, true) {
                let seconds = self.state.settings.budget.as_secs();
                self.outgoing.warn(&format!(
                    "{} takes more than {seconds} s to evaluate; its findings are not shown",
                    target.display()
                ));
            }
        } else if since.elapsed() >= LONG {
            let title = format!("Evaluating {}", target.display());
            self.outgoing.begin_progress(&self.state.client, &title);
        }
    }

    fn take(&mut self, done: Done) {
        self.analyst.finished();
        if self.analyst.running().is_none() {
            self.outgoing.end_progress();
        }
        let clan = self.state.clans.entry(&done.clan);
        let Some(snapshot) = done.snapshot else {
            // What was given up has a successor, unless it took too long or panicked: then its texts count as analysed.
            clan.analysed = done.generation;
            return;
        };
        let generation = done.generation;
        let is_newest = generation == clan.generation;
        clan.take(generation, snapshot);
        if is_newest {
            self.publish(&done.clan);
        }
    }

    fn restart(&mut self) {
        self.analyst.restart();
        for target in self.state.open_targets() {
            self.analyse(&target);
        }
    }

    /// Wants an analysis of a clan's newest texts.
    pub fn analyse(&mut self, target: &Path) {
        let clan = self.state.clans.entry(target);
        clan.generation += 1;
        let generation = clan.generation;
        self.analyst.want(self.state.job(target, generation));
    }

    /// Wants an analysis of every clan that has open texts, and forgets the others.
    pub fn analyse_all(&mut self) {
        self.state.clans.forget_targets();
        let targets = self.state.open_targets();
        let known = self.state.clans.iter().map(|(target, _)| target.clone());
        let gone: Vec<PathBuf> = known.filter(|target| !targets.contains(target)).collect();
        for target in gone {
            if let Some(clan) = self.state.clans.remove(&target) {
                for path in clan.published {
                    self.publish_file(&path, vec![]);
                }
            }
        }
        for target in targets {
            self.analyse(&target);
        }
    }

    /// Tells the client the findings of a clan, and which files have none any more.
    fn publish(&mut self, target: &Path) {
        let Some(clan) = self.state.clans.get(target) else {
            return;
        };
        let Some(snapshot) = &clan.newest else {
            return;
        };
        let mut files = match clan.is_clan() {
            true => by_file(self.state.places_in(snapshot), &self.state.settings),
            false => BTreeMap::new(),
        };
        if self.state.client.pulls() {
            files.retain(|path, _| self.state.documents.get(path).is_none());
        }
        let published = files.keys().cloned().collect();
        let before = std::mem::replace(&mut self.state.clans.entry(target).published, published);
        for path in before {
            files.entry(path).or_default();
        }
        for (path, findings) in files {
            self.publish_file(&path, findings);
        }
        self.outgoing.refresh(&self.state.client);
    }

    fn publish_file(&self, path: &Path, diagnostics: Vec<types::Diagnostic>) {
        let document = self.state.documents.get(path);
        let parameters = types::PublishDiagnosticsParams {
            uri: document.map_or_else(|| uri::of_path(path), |document| document.uri.clone()),
            version: document.map(|document| document.version),
            diagnostics,
        };
        self.outgoing
            .tell::<types::PublishDiagnosticsNotification>(parameters);
    }

    /// Asks for the configuration, if the client can be asked.
    pub fn ask_configuration(&mut self) {
        if self.state.client.can("/workspace/configuration") {
            self.outgoing.ask_configuration(SECTION);
        }
    }

    /// Takes in a configuration.
    pub fn configure(&mut self, section: Json) {
        self.state.section = section;
        self.folders_changed();
    }

    /// Reads the configuration anew: its relative paths may start elsewhere.
    pub fn folders_changed(&mut self) {
        let state = &mut self.state;
        state
            .settings
            .configure(&state.section, base(&state.client));
        self.analyse_all();
    }

    fn response(&mut self, response: Response) {
        if self.outgoing.is_configuration(&response.id)
            && let Ok(Json::Array(sections)) = response.response_result
            && let Some(Json::Object(section)) = sections.first()
        {
            // Editors whose users gave no section say so with an empty one; what they gave at the start holds.
            let section = match section.is_empty() {
                true => self.state.client.options.clone(),
                false => Json::Object(section.clone()),
            };
            self.configure(section);
        }
    }
}

/// Where relative paths of the configuration start.
pub(crate) fn base(client: &Client) -> &Path {
    client
        .folders
        .first()
        .map_or(Path::new("/"), PathBuf::as_path)
}
