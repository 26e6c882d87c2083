//! What the topics share.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::ops::canonical;
use nix_frontend::eval::string::StringBuilder;
use nix_frontend::eval::{Attrs, ErrorKind, EvalError, Evaluator, Result, Str, Value};
use source::Span;

/// How many elements a list is to have. Errors: no number, or less than none.
pub(crate) fn list_size<'a>(evaluator: &Evaluator<'a>, size: Value<'a>) -> Result<usize> {
    let size = evaluator.force_int(size)?;
    let negative = |_| EvalError::type_error(format!("cannot create list of size {size}"));
    usize::try_from(size).map_err(negative)
}

/// What `throw` raises.
#[cold]
pub(crate) fn throw(message: impl Into<String>) -> Box<EvalError> {
    EvalError::new(ErrorKind::Throw, message)
}

/// What `abort` raises.
#[cold]
pub(crate) fn abort(message: &str) -> Box<EvalError> {
    EvalError::new(
        ErrorKind::Abort,
        format!("evaluation aborted with the following error message: '{message}'"),
    )
}

/// What a failed `assert` raises.
#[cold]
pub(crate) fn assertion(message: impl Into<String>) -> Box<EvalError> {
    EvalError::new(ErrorKind::Assertion, message)
}

/// What `attrs.name` raises if there is none of that name.
#[cold]
pub(crate) fn missing_attribute(name: &str) -> Box<EvalError> {
    let message = format!("attribute '{name}' missing");
    EvalError::new(ErrorKind::MissingAttribute, message)
}

/// Says `message` as `builtins.warn` does.
pub(crate) fn warn(evaluator: &Evaluator<'_>, message: impl Into<String>) -> Result<()> {
    evaluator.warn(message, Span::NONE)
}

/// A value whose mention says `message` as `lib.warn` does, once.
pub(crate) fn deprecated<'a>(
    evaluator: &Evaluator<'a>,
    message: impl Into<String>,
    value: Value<'a>,
) -> Value<'a> {
    let message = message.into();
    let message: &'a str = evaluator.arena.alloc_str(&message);
    evaluator.lazy(move |evaluator| {
        warn(evaluator, message)?;
        evaluator.force(value)
    })
}

/// `toString value`
pub(crate) fn text<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<&'a Str<'a>> {
    evaluator.coerce_to_string(value, Coercion::TO_STRING)
}

/// `"${value}"`
pub(crate) fn interpolated<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<&'a Str<'a>> {
    evaluator.coerce_to_string(value, Coercion::INTERPOLATION)
}

/// What a predicate says of `item`.
pub(crate) fn says_yes<'a>(
    evaluator: &Evaluator<'a>,
    predicate: Value<'a>,
    item: Value<'a>,
) -> Result<bool> {
    evaluator.force_bool(evaluator.call1(predicate, item)?)
}

/// Whether one of `items` equals `wanted`.
pub(crate) fn holds<'a>(
    evaluator: &Evaluator<'a>,
    items: &[Value<'a>],
    wanted: Value<'a>,
) -> Result<bool> {
    for item in items {
        if evaluator.equal(*item, wanted)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A call of the builtin of that name.
pub(crate) fn builtin<'a>(
    evaluator: &Evaluator<'a>,
    name: &str,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let function = evaluator.builtins_value(name)?;
    evaluator.call(function, arguments, Span::NONE)
}

/// A function of one argument that captures what it needs.
pub(crate) fn function<'a>(
    evaluator: &Evaluator<'a>,
    name: &str,
    run: impl Fn(&Evaluator<'a>, Value<'a>) -> Result<Value<'a>> + 'a,
) -> Value<'a> {
    evaluator.native(name, 1, move |evaluator, arguments| {
        let [argument] = take(arguments)?;
        run(evaluator, argument)
    })
}

/// `source.name`
pub(crate) fn get<'a>(
    evaluator: &Evaluator<'a>,
    source: Value<'a>,
    name: impl AsRef<[u8]>,
) -> Result<Value<'a>> {
    let name = evaluator.symbol(name);
    evaluator.select(evaluator.force(source)?, name, Span::NONE)
}

/// `source.name`, selected when it is needed.
pub(crate) fn later<'a>(
    evaluator: &Evaluator<'a>,
    source: Value<'a>,
    name: impl AsRef<[u8]>,
) -> Value<'a> {
    evaluator.lazy_select(source, evaluator.symbol(name), Span::NONE)
}

/// `source.name` if `source ? name`. Errors: the source is out of reach.
pub(crate) fn find<'a>(
    evaluator: &Evaluator<'a>,
    source: Value<'a>,
    name: impl AsRef<[u8]>,
) -> Result<Option<Value<'a>>> {
    let name = evaluator.symbol(name);
    match evaluator.force(source)? {
        Value::Attrs(attrs) => Ok(attrs.value(name)),
        Value::OutOfReach(unknown) if unknown.known(name).is_some() => Ok(unknown.known(name)),
        unknown @ Value::OutOfReach(_) => Err(evaluator.expected("a set", unknown)),
        _ => Ok(None),
    }
}

/// A set with further attributes over it.
pub(crate) fn with<'a, N: AsRef<[u8]>>(
    evaluator: &Evaluator<'a>,
    attrs: &'a Attrs<'a>,
    more: impl IntoIterator<Item = (N, Value<'a>)>,
) -> &'a Attrs<'a> {
    let more = more.into_iter();
    let more = more.map(|(name, value)| evaluator.attr(name, value));
    attrs.update(evaluator.attrs_ref(more.collect()), evaluator.arena)
}

/// `directory + "/name"`
pub(crate) fn below<'a>(
    evaluator: &Evaluator<'a>,
    directory: Value<'a>,
    name: &[u8],
) -> Result<Value<'a>> {
    if let Value::Path(directory) = evaluator.force(directory)? {
        let path = [directory.bytes, b"/", name].concat();
        return Ok(evaluator.path(canonical(&path)));
    }
    let mut path = Text::new(evaluator);
    path.interpolate(directory)?;
    path.push("/");
    path.push(name);
    Ok(path.finish())
}

/// A set of functions.
pub(crate) fn set_of<'a>(evaluator: &Evaluator<'a>, table: &'static [Spec]) -> Value<'a> {
    let functions = table.iter();
    evaluator.attrs_from(functions.map(|spec| (spec.name, evaluator.builtin(spec))))
}

/// A string that is built of several, with the contexts of all.
pub(crate) struct Text<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    builder: StringBuilder<'a>,
}

impl<'e, 'a> Text<'e, 'a> {
    pub(crate) fn new(evaluator: &'e Evaluator<'a>) -> Text<'e, 'a> {
        Text {
            evaluator,
            builder: StringBuilder::default(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.builder.bytes.is_empty()
    }

    pub(crate) fn push(&mut self, bytes: impl AsRef<[u8]>) {
        self.builder.bytes.extend_from_slice(bytes.as_ref());
    }

    pub(crate) fn push_string(&mut self, string: &Str<'a>) {
        self.builder.push(string);
    }

    /// Appends `"${value}"`.
    pub(crate) fn interpolate(&mut self, value: Value<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        evaluator.coerce_into(value, Coercion::INTERPOLATION, &mut self.builder)
    }

    /// Takes over the context of a string.
    pub(crate) fn context_of(&mut self, string: &Str<'a>) {
        self.builder.add_context(string.context);
    }

    pub(crate) fn finish(self) -> Value<'a> {
        self.evaluator.built_string(self.builder)
    }
}
