//! One evaluation: its arena, its limits, and the short ways to make and take values.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bumpalo::Bump;
use rustc_hash::FxHashMap;
use source::{Pos, Span};

use crate::builtins;
use crate::eval::attrs::{Attr, Attrs};
use crate::eval::env::Env;
use crate::eval::error::{ErrorKind, EvalError, Result};
use crate::eval::limits::Limits;
use crate::eval::recursion;
use crate::eval::stored::{KnownDerivation, Stored};
use crate::eval::string::{ContextElement, Str, StringBuilder};
use crate::eval::thunk::{Application, Calls, LazyFn, Over, Selection, State, Thunk};
use crate::eval::value::{Builtin, List, NativeFn, Origin, OutOfReach, Partial, Run, Value};
use crate::ir::symbol::{Symbol, known};
use crate::session::Session;

/// What an evaluation may see of its surroundings, and what it may take.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What it may take.
    pub limits: Limits,
    /// Whether impure builtins (`currentSystem`, `currentTime`) answer as in impure Nix.
    pub impure: bool,
    /// What `currentTime` is: seconds since 1970.
    pub time: i64,
    /// What `getEnv` knows: names and values; nothing in pure Nix.
    pub environment: Vec<(String, String)>,
    /// The search path of `<…>`, in order: prefix (empty for none) and directory.
    pub search_path: Vec<(String, PathBuf)>,
    /// Where `~/` leads, if anywhere.
    pub home: Option<PathBuf>,
    /// Whether `|>` and `<|` are operators.
    pub pipes: bool,
    /// Whether findings tell every frame of their trace.
    pub show_trace: bool,
    /// Whether `builtins.warn` fails, so that the trace tells what asked for it.
    pub abort_on_warn: bool,
    /// Set from outside to end the evaluation with an error.
    pub interrupt: Option<Arc<AtomicBool>>,
    /// Whether memory is left as it is at the end, for a process that ends then too.
    pub leaves_memory: bool,
    /// Who hears at once what evaluation says; otherwise that is kept until the end.
    pub listener: Option<Listener>,
}

/// Hears what evaluation says, in the evaluation's own thread.
#[derive(Clone)]
pub struct Listener(pub Arc<dyn Fn(&Notice) + Send + Sync>);

impl fmt::Debug for Listener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Listener")
    }
}

/// Something that evaluation says besides its result.
#[derive(Clone, Debug)]
pub struct Notice {
    /// `builtins.warn`, rather than `builtins.trace`.
    pub is_warning: bool,
    /// What it says.
    pub text: String,
    /// Where it was asked to.
    pub span: Span,
}

/// A call of a value out of reach, for who looks for something in its arguments.
#[derive(Clone, Copy)]
pub struct UnknownCall<'a> {
    /// What was called.
    pub callee: &'a OutOfReach<'a>,
    /// With what.
    pub arguments: &'a [Value<'a>],
}

/// One evaluation. Everything it makes lives in its arena.
pub struct Evaluator<'a> {
    /// Where values live.
    pub arena: &'a Bump,
    /// Names, files and lowered code.
    pub session: &'a Session<'a>,
    /// What it may see and take.
    pub options: Options,
    /// What it said besides its result.
    pub notices: RefCell<Vec<Notice>>,
    /// The calls of values out of reach, in the order they came.
    pub unknown_calls: RefCell<Vec<UnknownCall<'a>>>,
    pub(crate) globals: Cell<&'a [Value<'a>]>,
    pub(crate) imports: RefCell<FxHashMap<Vec<u8>, Value<'a>>>,
    /// What the store paths stand for that this evaluation named.
    pub(crate) store: RefCell<FxHashMap<&'a [u8], Stored<'a>>>,
    /// The derivations that this evaluation made, by the store paths of their texts.
    pub(crate) derivations: RefCell<FxHashMap<&'a [u8], KnownDerivation<'a>>>,
    /// The store paths of what was copied to the store.
    pub(crate) copied: RefCell<FxHashMap<Vec<u8>, &'a Str<'a>>>,
    /// What makes a flake of its directory and what is known of its source.
    pub(crate) flakes: Cell<Option<Value<'a>>>,
    pub(crate) fetched: Cell<Option<Value<'a>>>,
    pub(crate) regexes: RefCell<builtins::regex::Cache>,
    /// Where the builtin was called that has just begun; calls within it change this.
    pub(crate) call_span: Cell<Span>,
    pub(crate) depth: Cell<u32>,
    pub(crate) steps: Cell<u64>,
    most_steps: Cell<u64>,
    /// How much of the arena was taken before what the limits hold for.
    taken_before: Cell<usize>,
    /// The lowest address that the stack may grow to, and how many bytes above it belong to the stack.
    stack: Cell<(usize, usize)>,
    failures: RefCell<Vec<EvalError>>,
    buffer: Cell<Vec<u8>>,
    /// Environments that nothing refers to any more, each with the next as its outer one.
    pub(crate) spare: Cell<Option<&'a Env<'a>>>,
}

const STACK_RESERVE: usize = 256 << 10;
/// The largest buffer that is kept for the next string.
const KEPT_BUFFER: usize = 64 << 10;
const STEPS_BETWEEN_CHECKS: u64 = 1024;

impl<'a> Evaluator<'a> {
    /// An evaluation that has evaluated nothing yet.
    pub fn new(arena: &'a Bump, session: &'a Session<'a>, options: Options) -> Evaluator<'a> {
        let evaluator = Evaluator {
            arena,
            session,
            most_steps: Cell::new(options.limits.steps),
            options,
            notices: RefCell::default(),
            unknown_calls: RefCell::default(),
            globals: Cell::new(&[]),
            imports: RefCell::default(),
            store: RefCell::default(),
            derivations: RefCell::default(),
            copied: RefCell::default(),
            flakes: Cell::new(None),
            fetched: Cell::new(None),
            regexes: RefCell::default(),
            call_span: Cell::new(Span::NONE),
            depth: Cell::new(0),
            steps: Cell::new(0),
            taken_before: Cell::new(0),
            stack: Cell::new((0, 0)),
            failures: RefCell::default(),
            buffer: Cell::default(),
            spare: Cell::new(None),
        };
        builtins::install(&evaluator);
        evaluator
    }

    // Symbols

    /// The symbol of `name`.
    pub fn symbol(&self, name: impl AsRef<[u8]>) -> Symbol {
        self.session.symbols.intern(name)
    }

    /// The bytes of the symbol's name, for as long as the run.
    pub fn name(&self, symbol: Symbol) -> &'a [u8] {
        self.session.symbols.name(symbol)
    }

    /// The symbol's name as text.
    pub fn name_text(&self, symbol: Symbol) -> String {
        self.session.symbols.text(symbol)
    }

    // Making values

    /// A string without context.
    pub fn string(&self, bytes: impl AsRef<[u8]>) -> Value<'a> {
        let bytes = self.arena.alloc_slice_copy(bytes.as_ref());
        self.borrowed_string(bytes)
    }

    /// A string without context whose bytes live long enough already.
    pub fn borrowed_string(&self, bytes: &'a [u8]) -> Value<'a> {
        Value::String(self.arena.alloc(Str::plain(bytes)))
    }

    /// A string with a context.
    pub fn string_with_context(
        &self,
        bytes: &'a [u8],
        context: &'a [ContextElement<'a>],
    ) -> Value<'a> {
        Value::String(self.arena.alloc(Str { bytes, context }))
    }

    /// The string that was built.
    pub fn built_string(&self, builder: StringBuilder<'a>) -> Value<'a> {
        let (mut bytes, context) = builder.finish();
        let string = self.arena.alloc(Str {
            bytes: self.arena.alloc_slice_copy(&bytes),
            context: self.arena.alloc_slice_copy(&context),
        });
        if bytes.capacity() <= KEPT_BUFFER {
            bytes.clear();
            self.buffer.set(bytes);
        }
        Value::String(string)
    }

    /// A builder with the buffer of the last string that was built, if nobody else has it.
    pub(crate) fn string_builder(&self) -> StringBuilder<'a> {
        StringBuilder::in_buffer(self.buffer.take())
    }

    /// The name of `symbol` as a string.
    pub fn symbol_string(&self, symbol: Symbol) -> Value<'a> {
        self.borrowed_string(self.name(symbol))
    }

    /// A path; `bytes` must be absolute and normal.
    pub fn path(&self, bytes: impl AsRef<[u8]>) -> Value<'a> {
        let bytes = self.arena.alloc_slice_copy(bytes.as_ref());
        Value::Path(self.arena.alloc(Str::plain(bytes)))
    }

    /// A list.
    pub fn list(&self, items: &[Value<'a>]) -> Value<'a> {
        self.list_of(self.arena.alloc_slice_copy(items))
    }

    /// A list whose elements live long enough already.
    pub fn list_of(&self, items: &'a [Value<'a>]) -> Value<'a> {
        Value::List(self.arena.alloc(List { items }))
    }

    /// A list of as many elements as the iterator tells.
    pub fn list_from(&self, items: impl ExactSizeIterator<Item = Value<'a>>) -> Value<'a> {
        self.list_of(self.arena.alloc_slice_fill_iter(items))
    }

    /// A set of attributes in any order. Of several with one name the last counts.
    pub fn attrs(&self, attrs: Vec<Attr<'a>>) -> Value<'a> {
        Value::Attrs(self.attrs_ref(attrs))
    }

    /// Like [`Evaluator::attrs`], as a reference.
    pub fn attrs_ref(&self, mut attrs: Vec<Attr<'a>>) -> &'a Attrs<'a> {
        attrs.sort_by_key(|attr| attr.name);
        attrs.dedup_by(|later, kept| {
            let again = later.name == kept.name;
            if again {
                *kept = *later;
            }
            again
        });
        self.sorted_attrs(&attrs)
    }

    /// Like [`Evaluator::attrs`], but of several with one name the first counts.
    pub fn first_attrs(&self, mut attrs: Vec<Attr<'a>>) -> Value<'a> {
        attrs.sort_by_key(|attr| attr.name);
        attrs.dedup_by_key(|attr| attr.name);
        Value::Attrs(self.sorted_attrs(&attrs))
    }

    /// The set of these attributes, which must be sorted by symbol, each once.
    pub fn sorted_attrs(&self, attrs: &[Attr<'a>]) -> &'a Attrs<'a> {
        let items = self.arena.alloc_slice_copy(attrs);
        self.arena.alloc(Attrs::sorted(items))
    }

    /// A set of attributes that no file defines. Of several with one name the last counts.
    pub fn attrs_from<N: AsRef<[u8]>>(
        &self,
        attrs: impl IntoIterator<Item = (N, Value<'a>)>,
    ) -> Value<'a> {
        let attrs = attrs
            .into_iter()
            .map(|(name, value)| self.attr(name, value));
        self.attrs(attrs.collect())
    }

    /// An attribute that no file defines.
    pub fn attr(&self, name: impl AsRef<[u8]>, value: Value<'a>) -> Attr<'a> {
        Attr {
            name: self.symbol(name),
            place: Pos::NONE,
            value,
        }
    }

    /// The attributes of a set, sorted by symbol.
    pub fn items(&self, attrs: &Attrs<'a>) -> &'a [Attr<'a>] {
        attrs.items(self.arena)
    }

    /// The attributes of a set, in the order of their names.
    pub fn ordered(&self, attrs: &Attrs<'a>) -> &'a [Attr<'a>] {
        attrs.ordered(self.arena, &self.session.symbols)
    }

    /// A function of `arity` arguments, at least one, that captures what it needs.
    pub fn native(
        &self,
        name: &str,
        arity: usize,
        run: impl Fn(&Evaluator<'a>, &[Value<'a>]) -> Result<Value<'a>> + 'a,
    ) -> Value<'a> {
        self.native_with_formals(name, arity, &[], run)
    }

    /// A function in Rust for which `functionArgs` answers.
    pub fn native_with_formals(
        &self,
        name: &str,
        arity: usize,
        formals: &[(Symbol, bool)],
        run: impl Fn(&Evaluator<'a>, &[Value<'a>]) -> Result<Value<'a>> + 'a,
    ) -> Value<'a> {
        let run: &'a NativeFn<'a> = self.arena.alloc(run);
        Value::Builtin(self.arena.alloc(Builtin {
            name: self.arena.alloc_str(name),
            arity: arity.max(1),
            run: Run::Native(run),
            formals: self.arena.alloc_slice_copy(formals),
        }))
    }

    /// A function from a table.
    pub fn builtin(&self, spec: &'static builtins::Spec) -> Value<'a> {
        let formals: Vec<(Symbol, bool)> = spec
            .formals
            .iter()
            .map(|(name, optional)| (self.symbol(name), *optional))
            .collect();
        Value::Builtin(self.arena.alloc(Builtin {
            name: spec.name,
            arity: spec.arity,
            run: Run::Function(spec.run),
            formals: self.arena.alloc_slice_copy(&formals),
        }))
    }

    pub(crate) fn partial(&self, builtin: &'a Builtin<'a>, arguments: &[Value<'a>]) -> Value<'a> {
        let arguments = self.arena.alloc_slice_copy(arguments);
        Value::Partial(self.arena.alloc(Partial { builtin, arguments }))
    }

    /// A value that is computed when it is needed.
    pub fn lazy(&self, compute: impl Fn(&Evaluator<'a>) -> Result<Value<'a>> + 'a) -> Value<'a> {
        let compute: &'a LazyFn<'a> = self.arena.alloc(compute);
        self.thunk(State::Native(compute))
    }

    /// A call that is made when its result is needed.
    pub fn lazy_call(&self, function: Value<'a>, arguments: &[Value<'a>], span: Span) -> Value<'a> {
        let arguments = self.arena.alloc_slice_copy(arguments);
        let application = self.arena.alloc(Application {
            function,
            arguments,
            span,
        });
        self.thunk(State::Apply(application))
    }

    /// Calls that are made when their results are needed, one for each element; they lie in one piece of memory.
    pub fn lazy_calls(
        &self,
        function: Value<'a>,
        over: Over<'a>,
    ) -> impl ExactSizeIterator<Item = Value<'a>> + use<'a> {
        let calls: &'a Calls<'a> = self.arena.alloc(Calls { function, over });
        let thunk = |number| Thunk::new(State::Element(calls, number as u32));
        let thunks = self.arena.alloc_slice_fill_with(over.count(), thunk);
        thunks.iter().map(Value::Thunk)
    }

    /// `source.name`, selected when it is needed.
    pub fn lazy_select(&self, source: Value<'a>, name: Symbol, span: Span) -> Value<'a> {
        let selection = self.arena.alloc(Selection { source, name, span });
        self.thunk(State::Select(selection))
    }

    /// A source that is not here: how it is called (`inputs.foo`) and why it is not here.
    pub fn out_of_reach(&self, name: &str, because: &str) -> Value<'a> {
        self.out_of_reach_but(name, because, None)
    }

    /// A source that is not here, of which some attributes are known all the same.
    pub fn out_of_reach_but(
        &self,
        name: &str,
        because: &str,
        known: Option<&'a Attrs<'a>>,
    ) -> Value<'a> {
        let origin = Origin::Root {
            name: self.arena.alloc_str(name),
            because: self.arena.alloc_str(because),
            known,
        };
        self.out_of_reach_from(origin, Span::NONE)
    }

    /// What failed because something is out of reach, as a value out of reach.
    pub fn or_unknown(&self, result: Result<Value<'a>>) -> Result<Value<'a>> {
        match result {
            Err(error) if error.is_out_of_reach() => {
                let (name, because) = error.unknown().unwrap_or_default();
                let origin = Origin::Root {
                    name: self.arena.alloc_str(name),
                    because: self.arena.alloc_str(because),
                    known: None,
                };
                Ok(self.out_of_reach_from(origin, error.span))
            }
            result => result,
        }
    }

    /// A set that has more attributes if the names of some failed, being out of reach.
    pub fn perhaps_open(&self, attrs: Value<'a>, open: Option<Box<EvalError>>) -> Value<'a> {
        let Some(error) = open else {
            return attrs;
        };
        match (attrs, self.or_unknown(Err(error))) {
            (Value::Attrs(attrs), Ok(Value::OutOfReach(unknown))) => {
                self.known_beside(unknown, attrs)
            }
            (attrs, _) => attrs,
        }
    }

    /// An attribute of something out of reach; the result is never a thunk.
    pub(crate) fn select_unknown(
        &self,
        unknown: &'a OutOfReach<'a>,
        name: Symbol,
        span: Span,
    ) -> Result<Value<'a>> {
        match unknown.known(name) {
            Some(value) => self.force(value),
            None => Ok(self.out_of_reach_from(Origin::Select(unknown, name), span)),
        }
    }

    pub(crate) fn out_of_reach_from(&self, origin: Origin<'a>, span: Span) -> Value<'a> {
        Value::OutOfReach(self.arena.alloc(OutOfReach { origin, span }))
    }

    pub(crate) fn thunk(&self, state: State<'a>) -> Value<'a> {
        Value::Thunk(self.arena.alloc(Thunk::new(state)))
    }

    /// Makes `getFlake` answer for flakes on the disk with what `function` gives. It is called with the path of the directory, a string, and the
    /// set of what is known of the source.
    pub fn provide_flakes(&self, function: Value<'a>) {
        self.flakes.set(Some(function));
    }

    /// Makes the fetchers answer for sources of which something is known with what `function` gives. It is called with the URL, a string, and
    /// with what the source is called in messages; null means that nothing is known.
    pub fn provide_fetched(&self, function: Value<'a>) {
        self.fetched.set(Some(function));
    }

    /// The variable of the outermost scope of that name.
    pub fn global(&self, name: Symbol) -> Option<Value<'a>> {
        let number = self.session.global(name)?;
        self.globals.get().get(usize::from(number)).copied()
    }

    /// `builtins`. Errors: none in a running evaluation.
    pub fn builtins(&self) -> Result<&'a Attrs<'a>> {
        self.force_attrs(self.global(known::BUILTINS).unwrap_or(Value::Null))
    }

    /// A member of `builtins`. Errors: there is none of that name.
    pub fn builtins_value(&self, name: &str) -> Result<Value<'a>> {
        let builtins = Value::Attrs(self.builtins()?);
        self.select(builtins, self.symbol(name), Span::NONE)
    }

    /// Says something besides the result.
    pub fn tell(&self, notice: Notice) {
        match &self.options.listener {
            Some(listener) => (listener.0)(&notice),
            None => self.notices.borrow_mut().push(notice),
        }
    }

    /// Warns as `builtins.warn` does. Errors: it shall abort.
    pub fn warn(&self, text: impl Into<String>, span: Span) -> Result<()> {
        self.tell(Notice {
            is_warning: true,
            text: text.into(),
            span,
        });
        if self.options.abort_on_warn {
            return Err(EvalError::new(
                ErrorKind::Abort,
                "aborting to reveal stack trace of warning, as abort-on-warn is set",
            ));
        }
        Ok(())
    }

    // Keeping errors

    /// Keeps a failure for who asks for the same value again. An error that passes many thunks without gaining a word is kept once.
    #[cold]
    pub(crate) fn keep(&self, error: &mut EvalError) -> u32 {
        let mut failures = self.failures.borrow_mut();
        if let Some(number) = error.kept
            && let Some(earlier) = failures.get(number as usize)
            && !error.says_more_than(earlier)
        {
            return number;
        }
        let number = failures.len() as u32;
        error.kept = Some(number);
        failures.push(error.clone());
        number
    }

    #[cold]
    pub(crate) fn kept(&self, number: u32) -> Box<EvalError> {
        let failures = self.failures.borrow();
        let mut error = match failures.get(number as usize) {
            Some(error) => Box::new(error.clone()),
            None => EvalError::new(ErrorKind::InfiniteRecursion, recursion::MESSAGE),
        };
        if let Some(circle) = &mut error.circle {
            circle.settle();
        }
        error
    }

    // Limits

    /// From here on the limits hold anew, with at most `steps` of the steps: for one input of many that share the arena.
    pub fn renew_limits(&self, steps: u64) {
        self.steps
            .set(self.options.limits.steps.saturating_sub(steps));
        self.depth.set(0);
        self.taken_before.set(self.taken());
    }

    /// How many bytes of the arena are taken; what its last chunk has left is not.
    pub fn taken(&self) -> usize {
        let left = self.arena.chunk_capacity();
        self.arena.allocated_bytes().saturating_sub(left)
    }

    /// Counts one call. Errors: the run has used up its steps or its memory.
    #[inline]
    pub fn tick(&self) -> Result<()> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps.is_multiple_of(STEPS_BETWEEN_CHECKS) {
            self.check_budget(0)
        } else {
            Ok(())
        }
    }

    /// To be called before making something of `bytes` bytes. Errors: the run would exceed its memory.
    pub fn check_budget(&self, bytes: usize) -> Result<()> {
        let limits = &self.options.limits;
        if self.steps.get() > self.most_steps.get() {
            return Err(limits.too_many_steps());
        }
        let taken = self.taken().saturating_sub(self.taken_before.get());
        if taken.saturating_add(bytes) > limits.memory {
            return Err(limits.too_much_memory());
        }
        match &self.options.interrupt {
            Some(interrupt) if interrupt.load(Ordering::Relaxed) => {
                Err(EvalError::new(ErrorKind::Interrupted, "interrupted"))
            }
            _ => Ok(()),
        }
    }

    /// To be called by everything that recurses with the depth of its input. Errors: the stack is nearly used up.
    #[inline]
    pub fn check_stack(&self) -> Result<()> {
        let marker = 0_u8;
        let here = std::ptr::from_ref(&marker).addr();
        let (floor, size) = self.stack.get();
        if here.wrapping_sub(floor) < size {
            Ok(())
        } else {
            self.measure_stack(here)
        }
    }

    /// Finds out which addresses the stack may still grow to: at the first call, near its end, and on another stack.
    #[cold]
    fn measure_stack(&self, here: usize) -> Result<()> {
        match stacker::remaining_stack() {
            Some(left) if left < STACK_RESERVE => Err(self.options.limits.stack_used_up()),
            Some(left) => {
                let size = left - STACK_RESERVE;
                self.stack.set((here - size, size + STACK_RESERVE / 4));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// How many calls were made.
    pub fn steps(&self) -> u64 {
        self.steps.get()
    }
}
