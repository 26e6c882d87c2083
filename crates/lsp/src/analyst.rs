//! Analyses on a thread of their own: one at a time, and of each clan only the newest text.
//!
//! A newer text interrupts the analysis of an older one. A panic ends one analysis and not the thread; if the thread should end all the same,
//! the next analysis gets a new one.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use ide::Snapshot;
use project::analysis::Request;
use project::session::Options;
use source::files::disk::Disk;
use source::files::memory::Memory;
use source::files::overlay::Overlay;

/// An analysis that is wanted.
pub(crate) struct Job {
    /// The clan.
    pub clan: PathBuf,
    /// Which state of the texts it is of.
    pub generation: u64,
    /// The texts that are open.
    pub texts: Memory,
    /// Where files are read from.
    pub readable: Vec<PathBuf>,
    /// What is wanted.
    pub request: Request,
    /// What evaluation may see and take.
    pub options: Options,
}

/// An analysis that is done.
pub(crate) struct Done {
    /// The clan.
    pub clan: PathBuf,
    /// Which state of the texts it is of.
    pub generation: u64,
    /// What came of it; none if it was interrupted or panicked.
    pub snapshot: Option<Arc<Snapshot>>,
}

struct Running {
    clan: PathBuf,
    since: Instant,
    interrupt: Arc<AtomicBool>,
}

/// Does analyses.
pub(crate) struct Analyst {
    jobs: Sender<Job>,
    done: Receiver<Done>,
    running: Option<Running>,
    waiting: VecDeque<Job>,
}

impl Analyst {
    /// Has nothing to do yet.
    pub fn new() -> Analyst {
        Analyst::over(start())
    }

    fn over((jobs, done): (Sender<Job>, Receiver<Done>)) -> Analyst {
        Analyst {
            jobs,
            done,
            running: None,
            waiting: VecDeque::new(),
        }
    }

    /// What is done comes out here. An error means that the thread has ended: see [`Analyst::restart`].
    pub fn done(&self) -> &Receiver<Done> {
        &self.done
    }

    /// Wants an analysis; older ones of the same clan are given up.
    pub fn want(&mut self, job: Job) {
        self.waiting.retain(|other| other.clan != job.clan);
        if let Some(running) = self.running.as_ref().filter(|each| each.clan == job.clan) {
            running.interrupt.store(true, Ordering::Relaxed);
        }
        self.waiting.push_back(job);
        self.go_on();
    }

    /// The running one has ended.
    pub fn finished(&mut self) {
        self.running = None;
        self.go_on();
    }

    /// A new thread for what is waiting.
    pub fn restart(&mut self) {
        (self.jobs, self.done) = start();
        self.finished();
    }

    /// Interrupts what is running.
    pub fn interrupt(&self) {
        if let Some(running) = &self.running {
            running.interrupt.store(true, Ordering::Relaxed);
        }
    }

    /// The clan that is being analysed, and since when.
    pub fn running(&self) -> Option<(&Path, Instant)> {
        let running = self.running.as_ref()?;
        Some((&running.clan, running.since))
    }

    fn go_on(&mut self) {
        if self.running.is_some() {
            return;
        }
        let Some(mut job) = self.waiting.pop_front() else {
            return;
        };
        let interrupt = Arc::new(AtomicBool::new(false));
        job.options.interrupt = Some(interrupt.clone());
        self.running = Some(Running {
            clan: job.clan.clone(),
            since: Instant::now(),
            interrupt,
        });
        if let Err(refused) = self.jobs.send(job) {
            self.running = None;
            self.waiting.push_front(refused.0);
        }
    }
}

fn start() -> (Sender<Job>, Receiver<Done>) {
    let (jobs, wanted) = bounded::<Job>(1);
    let (tell, done) = unbounded();
    let work = move || {
        for job in wanted {
            let (clan, generation) = (job.clan.clone(), job.generation);
            let interrupt = job.options.interrupt.clone();
            let snapshot = catch_unwind(AssertUnwindSafe(|| analyse(job))).ok();
            let interrupted = interrupt.is_some_and(|flag| flag.load(Ordering::Relaxed));
            let snapshot = snapshot.filter(|_| !interrupted).map(Arc::new);
            let done = Done {
                clan,
                generation,
                snapshot,
            };
            if tell.send(done).is_err() {
                break;
            }
        }
    };
    // Without a thread the channel is closed, which the server notices.
    let _ = thread::Builder::new()
        .name("analyst".to_owned())
        .spawn(work);
    (jobs, done)
}

fn analyse(job: Job) -> Snapshot {
    let disk = Disk::below(job.readable).for_one_run();
    let files = Overlay::new(job.texts, &disk);
    Snapshot::new(&files, job.options, &job.request)
}

#[cfg(test)]
mod tests {
    use project::analysis::Entry;

    use super::*;

    fn job(generation: u64) -> Job {
        Job {
            clan: PathBuf::from("/clan.nix"),
            generation,
            texts: Memory::new().with("/clan.nix", "{ inventory.machines.jon = { }; }"),
            readable: vec![],
            request: Request::of(Entry::Path(PathBuf::from("/clan.nix"))),
            options: Options::default(),
        }
    }

    #[test]
    fn a_thread_that_has_ended_is_replaced() {
        let (jobs, _) = bounded(1);
        let (_, done) = unbounded();
        let mut analyst = Analyst::over((jobs, done));
        analyst.want(job(1));
        assert!(analyst.done().recv().is_err());
        analyst.restart();
        let done = analyst.done().recv().expect("an analysis");
        assert!(done.snapshot.is_some_and(|snapshot| snapshot.is_clan()));
        analyst.finished();
        analyst.want(job(2));
        assert_eq!(analyst.done().recv().map(|done| done.generation), Ok(2));
    }

    #[test]
    fn of_a_clan_only_the_newest_text_is_analysed() {
        let (jobs, taken) = bounded(1);
        let (_tell, done) = unbounded();
        let mut analyst = Analyst::over((jobs, done));
        for generation in 1..=3 {
            analyst.want(job(generation));
        }
        let first: Job = taken.recv().expect("a job");
        let interrupt = first.options.interrupt.expect("a flag");
        assert!(first.generation == 1 && interrupt.load(Ordering::Relaxed));
        analyst.finished();
        let next = taken.recv().map(|job| job.generation);
        assert_eq!((next, analyst.waiting.len()), (Ok(3), 0));
    }
}
