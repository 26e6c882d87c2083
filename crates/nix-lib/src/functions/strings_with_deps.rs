//! `lib.stringsWithDeps`: texts that need others before them.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use rustc_hash::FxHashSet;
use source::Span;

use crate::functions::tools::Text;

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("fullDepEntry", 2, |evaluator, arguments| {
        let [text, deps] = take(arguments)?;
        Ok(entry(evaluator, text, deps))
    }),
    Spec::new("noDepEntry", 1, |evaluator, arguments| {
        let [text] = take(arguments)?;
        Ok(entry(evaluator, text, evaluator.list_of(&[])))
    }),
    Spec::new("packEntry", 1, |evaluator, arguments| {
        let [deps] = take(arguments)?;
        Ok(entry(evaluator, evaluator.borrowed_string(b""), deps))
    }),
    Spec::new("stringAfter", 2, |evaluator, arguments| {
        let [deps, text] = take(arguments)?;
        Ok(entry(evaluator, text, deps))
    }),
    Spec::new("textClosureList", 2, |evaluator, arguments| {
        let [known, wanted] = take(arguments)?;
        Ok(evaluator.list(&closure(evaluator, known, wanted)?))
    }),
    Spec::new("textClosureMap", 3, text_closure_map),
];

fn entry<'a>(evaluator: &Evaluator<'a>, text: Value<'a>, deps: Value<'a>) -> Value<'a> {
    evaluator.attrs_from([("text", text), ("deps", deps)])
}

/// The texts of the wanted entries, each behind those that it needs, each once. An entry is wanted by its name, or is there itself.
fn closure<'a>(
    evaluator: &Evaluator<'a>,
    known: Value<'a>,
    wanted: Value<'a>,
) -> Result<Vec<Value<'a>>> {
    let mut closure = Closure {
        evaluator,
        known,
        done: FxHashSet::default(),
        texts: vec![],
    };
    closure.add_all(wanted)?;
    Ok(closure.texts)
}

struct Closure<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    known: Value<'a>,
    done: FxHashSet<Symbol>,
    texts: Vec<Value<'a>>,
}

impl<'a> Closure<'_, 'a> {
    fn add_all(&mut self, wanted: Value<'a>) -> Result<()> {
        self.evaluator.check_stack()?;
        for entry in self.evaluator.force_list(wanted)? {
            self.add(*entry)?;
        }
        Ok(())
    }

    fn add(&mut self, entry: Value<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        let mut entry = evaluator.force(entry)?;
        while !matches!(entry, Value::Attrs(_)) {
            let name = evaluator.symbol(evaluator.force_plain_string(entry)?);
            if !self.done.insert(name) {
                return Ok(());
            }
            let known = evaluator.force(self.known)?;
            entry = evaluator.select(known, name, Span::NONE)?;
            entry = evaluator.force(entry)?;
        }
        let deps = evaluator.select(entry, evaluator.symbol("deps"), Span::NONE)?;
        self.add_all(deps)?;
        let text = evaluator.symbol("text");
        self.texts
            .push(evaluator.lazy_select(entry, text, Span::NONE));
        Ok(())
    }
}

fn text_closure_map<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, known, wanted] = take(arguments)?;
    let mut all = Text::new(evaluator);
    let texts = closure(evaluator, known, wanted)?;
    for (at, text) in texts.into_iter().enumerate() {
        if at > 0 {
            all.push("\n");
        }
        all.interpolate(evaluator.call1(function, text)?)?;
    }
    Ok(all.finish())
}
