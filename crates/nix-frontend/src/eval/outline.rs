//! Values as text for messages: short, in one line, and nothing is forced.

use rustc_hash::FxHashSet;

use crate::escape::{attribute_name_into, string_literal_into};
use crate::eval::attrs::Attr;
use crate::eval::error::describe;
use crate::eval::evaluator::Evaluator;
use crate::eval::thunk::State;
use crate::eval::value::{Closure, Value};
use crate::ir::symbol::known;
use crate::number::print_float;

/// How much of a value an outline shows, in all.
#[derive(Clone, Copy)]
pub struct Bounds {
    /// How deep sets and lists are opened.
    pub depth: usize,
    /// The most attributes.
    pub attrs: usize,
    /// The most list elements.
    pub items: usize,
    /// The most bytes of one string.
    pub bytes: usize,
}

impl Bounds {
    /// What an error message shows.
    pub const MESSAGE: Bounds = Bounds {
        depth: 10,
        attrs: 10,
        items: 10,
        bytes: 1024,
    };
    /// Everything.
    pub const NONE: Bounds = Bounds {
        depth: usize::MAX,
        attrs: usize::MAX,
        items: usize::MAX,
        bytes: usize::MAX,
    };
}

impl<'a> Evaluator<'a> {
    /// `value` as Nix shows it in messages: what is not evaluated is `«thunk»`, what is left out is counted (`«3 items elided»`).
    pub fn outline(&self, value: Value<'a>, bounds: Bounds) -> String {
        let mut outliner = Outliner {
            evaluator: self,
            bounds,
            out: vec![],
            attrs: 0,
            items: 0,
            seen: FxHashSet::default(),
        };
        outliner.value(value, 0);
        String::from_utf8_lossy(&outliner.out).into_owned()
    }
}

struct Outliner<'o, 'a> {
    evaluator: &'o Evaluator<'a>,
    bounds: Bounds,
    out: Vec<u8>,
    /// How many attributes were shown.
    attrs: usize,
    /// How many list elements were shown.
    items: usize,
    /// The addresses of the lists and sets that were shown.
    seen: FxHashSet<usize>,
}

impl<'a> Outliner<'_, 'a> {
    fn value(&mut self, value: Value<'a>, depth: usize) {
        match value {
            Value::Null => self.text("null"),
            Value::Bool(value) => self.text(if value.get() { "true" } else { "false" }),
            Value::Int(value) => self.text(&value.to_string()),
            Value::Float(value) => self.text(&print_float(value.get())),
            Value::String(value) => self.string(value.bytes),
            Value::Path(value) => self.out.extend_from_slice(value.bytes),
            Value::List(list) => {
                let address = std::ptr::from_ref(list).addr();
                if self.is_new(address, list.items.is_empty()) {
                    self.list(list.items, depth);
                }
            }
            Value::Attrs(attrs) => {
                let address = std::ptr::from_ref(attrs).addr();
                if self.is_new(address, attrs.is_empty()) {
                    self.set(self.evaluator.ordered(attrs), depth);
                }
            }
            Value::Lambda(closure) => self.function(closure),
            Value::Builtin(builtin) => self.text(&format!("«primop {}»", builtin.name)),
            Value::Partial(partial) => {
                let name = partial.builtin.name;
                self.text(&format!("«partially applied primop {name}»"));
            }
            Value::OutOfReach(unknown) => {
                let name = describe(&self.evaluator.session.symbols, unknown);
                self.text(&format!("«{name} is out of reach»"));
            }
            Value::Thunk(thunk) => match thunk.state.get() {
                State::Done(value) => self.value(value, depth),
                State::Forcing => self.text("«potential infinite recursion»"),
                _ => self.text("«thunk»"),
            },
        }
    }

    fn string(&mut self, bytes: &[u8]) {
        match bytes.split_at_checked(self.bounds.bytes) {
            Some((shown, left_out)) if !left_out.is_empty() => {
                string_literal_into(&mut self.out, shown);
                self.text(" ");
                self.elided(left_out.len(), "byte");
            }
            _ => string_literal_into(&mut self.out, bytes),
        }
    }

    fn list(&mut self, items: &'a [Value<'a>], depth: usize) {
        if self.is_too_deep(depth) {
            return self.text("[ ... ]");
        }
        self.text("[ ");
        for (at, item) in items.iter().enumerate() {
            if self.items >= self.bounds.items {
                self.elided(items.len() - at, "item");
                self.text(" ");
                break;
            }
            self.value(*item, depth + 1);
            self.text(" ");
            self.items += 1;
        }
        self.text("]");
    }

    /// Where not all may be shown, what says what the set is comes first.
    fn set(&mut self, attrs: &[Attr<'a>], depth: usize) {
        if self.is_too_deep(depth) {
            return self.text("{ ... }");
        }
        let is_first = |attr: &&Attr<'a>| {
            self.bounds.attrs < usize::MAX && matches!(attr.name, known::TYPE | known::TYPE_TAG)
        };
        let (first, others): (Vec<&Attr<'a>>, Vec<&Attr<'a>>) = attrs.iter().partition(is_first);
        self.text("{ ");
        for (at, attr) in first.into_iter().chain(others).enumerate() {
            if self.attrs >= self.bounds.attrs {
                self.elided(attrs.len() - at, "attribute");
                self.text(" ");
                break;
            }
            attribute_name_into(&mut self.out, self.evaluator.name(attr.name));
            self.text(" = ");
            self.value(attr.value, depth + 1);
            self.text("; ");
            self.attrs += 1;
        }
        self.text("}");
    }

    fn function(&mut self, closure: &Closure<'a>) {
        let code = closure.code;
        let name = code.name.map(|name| self.evaluator.name_text(name));
        let place = self.evaluator.session.sources.locate(code.span.start);
        self.text("«lambda");
        if let Some(name) = name {
            self.text(&format!(" {name}"));
        }
        if let Some((path, at)) = place {
            self.text(&format!(" @ {}:{}:{}", path.display(), at.line, at.column));
        }
        self.text("»");
    }

    fn is_too_deep(&self, depth: usize) -> bool {
        depth >= self.bounds.depth || self.evaluator.check_stack().is_err()
    }

    fn is_new(&mut self, address: usize, is_empty: bool) -> bool {
        let is_new = is_empty || self.seen.insert(address);
        if !is_new {
            self.text("«repeated»");
        }
        is_new
    }

    fn elided(&mut self, count: usize, what: &str) {
        let plural = if count == 1 { "" } else { "s" };
        self.text(&format!("«{count} {what}{plural} elided»"));
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}
