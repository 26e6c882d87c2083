//! Which part of an expression is to blame: the operand, the argument, the subject that was not what it should be.
//!
//! Who refuses a value does not know by which expression it came; who evaluates the expression does not know which value was refused.
//! So the error takes along what the value was ([`Found`]), and the expression that it passes first finds the part with that value.

use source::Span;

use crate::eval::attrs::Attr;
use crate::eval::env::Env;
use crate::eval::error::EvalError;
use crate::eval::evaluator::Evaluator;
use crate::eval::missing;
use crate::eval::outline::Bounds;
use crate::eval::string::Str;
use crate::eval::thunk::State;
use crate::eval::value::Value;
use crate::ir::Expr;
use crate::ir::expr::{Binary, Call, ExprKind, Operator};

/// What a label shows of a value.
const IN_LABEL: Bounds = Bounds {
    depth: 2,
    attrs: 3,
    items: 3,
    bytes: 32,
};
/// Code longer than this is not repeated in a help.
const LONGEST_CODE: usize = 40;
const NOT_CALLED: &str =
    "a function stands here without its arguments; in a list a call needs parentheses: `[ (f x) ]`";

/// What was refused.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// Two operands that do not go together.
    Pair,
    /// A value.
    Value {
        /// Its type and the word that it is.
        identity: (&'static str, u64),
        /// What it should have been, with an article; empty if its type was right.
        wanted: String,
        /// What to say of the expression that it came by.
        label: String,
    },
}

impl Found {
    fn is(&self, value: Value<'_>) -> bool {
        match self {
            Found::Pair => false,
            Found::Value {
                identity: found, ..
            } => identity(value) == Some(*found),
        }
    }

    /// What to say of a place where it was found.
    pub(crate) fn label(&self) -> &str {
        match self {
            Found::Pair => "these do not go together",
            Found::Value { label, .. } => label,
        }
    }
}

/// What tells a value from others: its type, and its address or the number that it is.
fn identity(value: Value<'_>) -> Option<(&'static str, u64)> {
    fn address<T>(value: &T) -> u64 {
        std::ptr::from_ref(value).addr() as u64
    }
    let word = match value {
        Value::Null => 0,
        Value::Bool(value) => u64::from(value.get()),
        Value::Int(value) => value as u64,
        Value::Float(value) => value.get().to_bits(),
        Value::String(value) | Value::Path(value) => address(value),
        Value::List(value) => address(value),
        Value::Attrs(value) => address(value),
        Value::Lambda(value) => address(value),
        Value::Builtin(value) => address(value),
        Value::Partial(value) => address(value),
        Value::Thunk(thunk) => return identity(thunk.done()?),
        Value::OutOfReach(_) => return None,
    };
    Some((value.type_name()?, word))
}

/// `error` tells of both operands.
#[cold]
pub(crate) fn of_both(mut error: Box<EvalError>) -> Box<EvalError> {
    error.found = Some(Box::new(Found::Pair));
    error
}

fn done(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Thunk(thunk) => thunk.done().unwrap_or(value),
        value => value,
    }
}

impl<'a> Evaluator<'a> {
    /// `error` tells of `value`, of which `label` says what is wrong with it.
    #[cold]
    pub(crate) fn of_value(
        &self,
        mut error: Box<EvalError>,
        value: Value<'a>,
        label: impl Into<String>,
    ) -> Box<EvalError> {
        if let Some(identity) = identity(value) {
            let (wanted, label) = (String::new(), label.into());
            error.found = Some(Box::new(Found::Value {
                identity,
                wanted,
                label,
            }));
        }
        error
    }

    /// `error` tells of `value`, which should have been `wanted`.
    #[cold]
    pub(crate) fn unfit(
        &self,
        mut error: Box<EvalError>,
        value: Value<'a>,
        wanted: &str,
    ) -> Box<EvalError> {
        if let Some(identity) = identity(value) {
            let (wanted, label) = (wanted.to_owned(), format!("{wanted} is needed here"));
            error.help = advice(&wanted, value).map(str::to_owned);
            error.found = Some(Box::new(Found::Value {
                identity,
                wanted,
                label,
            }));
        }
        error
    }

    /// A value in a few words: ``a string: "22"``, ``the function `double` ``.
    fn seen(&self, value: Value<'a>) -> String {
        match done(value) {
            Value::Lambda(closure) => match closure.code.name {
                Some(name) => format!("the function `{}`", self.name_text(name)),
                None => "a function".to_owned(),
            },
            Value::Null => "null".to_owned(),
            value @ (Value::Builtin(_) | Value::Partial(_)) => value.type_with_article().into(),
            value => format!(
                "{}: {}",
                value.type_with_article(),
                self.outline(value, IN_LABEL)
            ),
        }
    }

    /// The code of an expression, if it is short.
    fn code(&self, span: Span) -> Option<String> {
        let file = self.session.sources.file(span.some()?.start)?;
        let text = file.slice(span);
        let is_short = text.len() <= LONGEST_CODE && !text.contains('\n') && !text.is_empty();
        is_short.then(|| text.to_owned())
    }

    /// The same, in parentheses if it is more than a name, a literal or something in brackets.
    pub(crate) fn operand_code(&self, span: Span) -> Option<String> {
        let code = self.code(span)?;
        let is_one = !code.contains(char::is_whitespace)
            || matches!(code.as_bytes().first(), Some(b'"' | b'(' | b'[' | b'{'));
        Some(if is_one { code } else { format!("({code})") })
    }

    // Operands

    /// The error of an operation, told of the operand that is to blame.
    #[cold]
    pub(crate) fn blame_operand(
        &self,
        mut error: Box<EvalError>,
        binary: &Binary,
        (left, right): (Value<'a>, Value<'a>),
        span: Span,
    ) -> Box<EvalError> {
        let Some(found) = error.found.as_deref().filter(|_| error.span.is_none()) else {
            return error.at(span);
        };
        let blamed = match (found.is(left), found.is(right)) {
            (true, false) => &binary.left,
            (true, true) if binary.operator != Operator::Divide => &binary.left,
            (_, true) => &binary.right,
            // In Nix what is added stands at the fault.
            _ if matches!(found, Found::Pair) && binary.operator == Operator::Add => &binary.right,
            _ if matches!(found, Found::Pair) => &binary.left,
            _ => return error.at(span),
        };
        if binary.operator == Operator::Add || matches!(found, Found::Pair) {
            let labels = [(&binary.left, left), (&binary.right, right)];
            for (expr, value) in labels {
                if std::ptr::eq(expr, blamed) {
                    error.label = Some(self.seen(value));
                } else if !matches!(done(value), Value::Thunk(_)) {
                    error = error.label(expr.span, self.seen(value));
                }
            }
        }
        if let Some(help) = self.operand_help(binary, done(left), done(right)) {
            error.help = Some(help);
        }
        error.at(blamed.span)
    }

    fn operand_help(&self, binary: &Binary, left: Value<'a>, right: Value<'a>) -> Option<String> {
        let first = self.operand_code(binary.left.span)?;
        let second = self.operand_code(binary.right.span)?;
        let types = (left.type_name()?, right.type_name().unwrap_or("unknown"));
        Some(match (binary.operator, types) {
            (Operator::Subtract, ("lambda", _)) if self.is_sign(binary) => {
                format!(
                    "this subtracts; an argument with a sign needs parentheses: `{first} (-{second})`"
                )
            }
            (_, ("lambda", _) | (_, "lambda")) => NOT_CALLED.to_owned(),
            (Operator::Add, ("string", "int" | "float" | "list")) => {
                format!("write `{first} + toString {second}`")
            }
            (Operator::Add, ("string", "null")) => {
                format!("`toString {second}` is empty for null")
            }
            (Operator::Add, ("int" | "float", "string")) => {
                format!(
                    "to join texts, write `toString {first} + {second}`; to add numbers, `{first} + lib.toInt {second}`"
                )
            }
            (Operator::Add, ("list", "list")) => {
                format!("lists are joined by `++`: `{first} ++ {second}`")
            }
            (Operator::Add, ("set", "set")) => {
                format!("sets are merged by `//`: `{first} // {second}`")
            }
            (Operator::Update, ("list", "list")) => {
                format!("lists are joined by `++`: `{first} ++ {second}`")
            }
            (Operator::Update, ("set", "list") | ("list", "set")) => {
                "`//` merges sets; of a list, `builtins.listToAttrs` makes one".to_owned()
            }
            (Operator::Update, (_, "null") | ("null", _)) => {
                "`lib.optionalAttrs condition { … }` is a set in any case".to_owned()
            }
            (Operator::Concat, ("list", "null") | ("null", "list")) => {
                "`lib.optionals condition [ … ]` is a list in any case".to_owned()
            }
            (Operator::Concat, ("list", _)) => format!("write `{first} ++ [ {second} ]`"),
            (Operator::Concat, (_, "list")) => format!("write `[ {first} ] ++ {second}`"),
            (Operator::Concat, ("string", "string")) => {
                format!("strings are joined by `+`: `{first} + {second}`")
            }
            (Operator::Concat, ("set", "set")) => {
                format!("sets are merged by `//`: `{first} // {second}`")
            }
            (_, ("string", "int" | "float")) if is_comparison(binary.operator) => {
                compare_help(&first, &second)
            }
            (_, ("int" | "float", "string")) if is_comparison(binary.operator) => {
                compare_help(&second, &first)
            }
            _ => return None,
        })
    }

    /// Whether the `-` looks like a sign: a blank before it and none after.
    fn is_sign(&self, binary: &Binary) -> bool {
        let (left, right) = (binary.left.span, binary.right.span);
        let between = self.session.sources.file(left.start).and_then(|file| {
            let between = Span::new(left.end, right.start);
            file.text.get(file.range(between)).map(str::to_owned)
        });
        between.is_some_and(|text| text.starts_with(char::is_whitespace) && text.ends_with('-'))
    }

    /// The error of a condition that does not hold, with the values that it compares as far as they are those of names.
    #[cold]
    pub(crate) fn with_operands(
        &self,
        mut error: Box<EvalError>,
        condition: &'a Expr,
        env: &'a Env<'a>,
    ) -> Box<EvalError> {
        let ExprKind::Binary(binary) = &condition.kind else {
            return error;
        };
        if matches!(
            binary.operator,
            Operator::And | Operator::Or | Operator::Implies
        ) {
            return error;
        }
        for operand in [&binary.left, &binary.right] {
            let is_name = matches!(
                operand.kind,
                ExprKind::Local { .. } | ExprKind::With { .. } | ExprKind::Select(_)
            );
            if !is_name {
                continue;
            }
            let Ok(value) = self.eval(operand, env) else {
                continue;
            };
            if error.label.is_none() {
                error.span = operand.span;
                error.label = Some(self.seen(value));
            } else {
                error = error.label(operand.span, self.seen(value));
            }
        }
        error
    }

    // Parts of strings

    /// `error` tells of `value`, which is no text.
    #[cold]
    pub(crate) fn not_text(&self, error: Box<EvalError>, value: Value<'a>) -> Box<EvalError> {
        let help = match value {
            Value::Attrs(_) => Some(
                "a set is text only with `outPath` or `__toString`; choose an attribute, or write `builtins.toJSON …`",
            ),
            value if value.is_function() => Some(NOT_CALLED),
            _ => None,
        };
        let mut error = self.of_value(error, value, "no text");
        error.help = help.map(str::to_owned);
        error
    }

    /// The error of making text of an interpolated value.
    #[cold]
    pub(crate) fn blame_part(
        &self,
        mut error: Box<EvalError>,
        value: Value<'a>,
        part: &Expr,
    ) -> Box<EvalError> {
        if error.span.is_none()
            && error.found.as_ref().is_some_and(|found| found.is(value))
            && let Some(code) = self.operand_code(part.span)
            && let Some(help) = self.part_help(value, &code)
        {
            error.help = Some(help);
        }
        error.at(part.span)
    }

    fn part_help(&self, value: Value<'a>, code: &str) -> Option<String> {
        Some(match value {
            Value::Int(_) | Value::Float(_) => format!("write `${{toString {code}}}`"),
            Value::List(_) => format!(
                "write `${{toString {code}}}` for blanks between the items, or `${{lib.concatStringsSep \", \" {code}}}`"
            ),
            Value::Null => format!("`${{toString {code}}}` is empty for null"),
            Value::Bool(_) => format!("write `${{lib.boolToString {code}}}`"),
            Value::Attrs(attrs) => {
                let attrs = self.ordered(attrs);
                let is_text = |attr: &&Attr<'a>| matches!(done(attr.value), Value::String(_));
                let name = attrs.iter().find(is_text).or(attrs.first())?.name;
                let name = self.name_text(name);
                format!(
                    "choose an attribute, such as `${{{code}.{name}}}`, or write `${{builtins.toJSON {code}}}`"
                )
            }
            value if value.is_function() => {
                format!("call it: `${{{code} …}}`")
            }
            _ => return None,
        })
    }

    /// The error of a string where an absolute path is needed.
    #[cold]
    pub(crate) fn no_absolute_path(&self, value: Value<'a>, text: &Str<'a>) -> Box<EvalError> {
        let text = text.text();
        let error = EvalError::type_error(format!(
            "string '{text}' doesn't represent an absolute path"
        ));
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"./_-+".contains(&byte);
        let error = match text.is_empty() || !text.bytes().all(is_plain) {
            true => error,
            false if text.starts_with('.') => error.help(format!("a path has no quotes: `{text}`")),
            false => error.help(format!("a path has no quotes: `./{text}`")),
        };
        self.of_value(error, value, "a string")
    }

    // Arguments

    /// The error of a call, told of the argument that is to blame, or of the function.
    #[cold]
    pub(crate) fn blame_argument(
        &self,
        mut error: Box<EvalError>,
        call: &Call,
        function: Value<'a>,
        arguments: &[Value<'a>],
        span: Span,
    ) -> Box<EvalError> {
        if let Some(circle) = &mut error.circle
            && circle.has_just_passed(span)
            && let Some(argument) = in_need(&call.arguments, arguments)
        {
            circle.comes_from(argument.span);
            if error.span == span {
                error.span = argument.span;
            }
            return error;
        }
        let Some(found) = error.found.as_deref() else {
            return error;
        };
        let Found::Value { wanted, .. } = found else {
            return error;
        };
        if error.span != span {
            return error;
        }
        let given = call.arguments.iter().zip(arguments);
        // What a lambda gives back may well be one of its arguments.
        let is_result = wanted == A_FUNCTION && !takes_itself(function);
        let blamed = given
            .clone()
            .find(|(_, value)| !is_result && found.is(**value));
        let within = given
            .clone()
            .find_map(|(argument, value)| Some((argument, item(found, *value)?)));
        if let Some((argument, value)) = blamed {
            let mut others = given.filter(|(other, _)| !std::ptr::eq(*other, argument));
            let is_swapped =
                arguments.len() == 2 && others.any(|(other, value)| fits(other, *value, wanted));
            if is_swapped {
                error.help = Some("are the arguments in the wrong order?".to_owned());
            } else if let Some(help) = self.argument_help(wanted, done(*value), argument) {
                error.help = Some(help);
            }
            error.span = argument.span;
            // The call is on the same lines, and says its name itself.
            error.trace.pop_if(|frame| frame.span == span);
        } else if let Some((argument, (number, value))) = within
            && wanted != A_FUNCTION
        {
            error.span = argument.span;
            match &argument.kind {
                ExprKind::List(items) if number < items.len() => {
                    error.span = items.get(number).map_or(argument.span, |item| item.span);
                }
                _ => error.label = Some(format!("item {number} is {}", self.seen(value))),
            }
            error.trace.pop_if(|frame| frame.span == span);
            if let (Value::Int(_) | Value::Float(_), Some(code)) =
                (value, self.operand_code(argument.span))
            {
                error.help = Some(format!(
                    "`(map toString {code})` makes strings of the items"
                ));
            }
        } else if wanted == A_FUNCTION {
            if found.is(function) {
                error.label = Some("not a function".to_owned());
                error.span = call.function.span;
                if let Value::Attrs(attrs) = function {
                    let help = missing::has(&self.names(attrs).collect::<Vec<_>>());
                    error.help = Some(format!("a set is no function; this one {help}"));
                }
            } else {
                error.label = Some("more arguments than it takes".to_owned());
            }
        }
        error
    }

    fn argument_help(&self, wanted: &str, value: Value<'a>, argument: &Expr) -> Option<String> {
        let code = self.operand_code(argument.span)?;
        Some(match (wanted, value) {
            ("a list", Value::Attrs(_)) => format!(
                "`builtins.attrValues {code}` is the list of its values, `builtins.attrNames {code}` of its names"
            ),
            ("a list", Value::String(_) | Value::Path(_) | Value::Int(_)) => {
                format!("write `[ {code} ]`")
            }
            ("a string", Value::Int(_) | Value::Float(_)) => format!("write `(toString {code})`"),
            ("an integer", Value::String(_)) => format!("write `(lib.toInt {code})`"),
            _ => return None,
        })
    }
}

/// What a value that is called should be.
pub(crate) const A_FUNCTION: &str = "a function";

/// The argument that is being evaluated, or was when the error came.
fn in_need<'e>(exprs: &'e [Expr], values: &[Value<'_>]) -> Option<&'e Expr> {
    let mut given = exprs.iter().zip(values);
    let (expr, _) = given.find(|(_, value)| match value {
        Value::Thunk(thunk) => matches!(thunk.state.get(), State::Forcing | State::Failed(_)),
        _ => false,
    })?;
    Some(expr)
}

/// Whether a function is a builtin, which calls its arguments itself.
fn takes_itself(function: Value<'_>) -> bool {
    matches!(function, Value::Builtin(_) | Value::Partial(_))
}

/// The item of a list that was refused, and its number.
fn item<'a>(found: &Found, list: Value<'a>) -> Option<(usize, Value<'a>)> {
    let Value::List(list) = done(list) else {
        return None;
    };
    let mut items = list.items.iter().copied().enumerate();
    let (number, item) = items.find(|(_, item)| found.is(*item))?;
    Some((number, done(item)))
}

/// Whether an argument is what was wanted in place of another, as far as that is known without evaluating it.
fn fits(argument: &Expr, value: Value<'_>, wanted: &str) -> bool {
    match (wanted, done(value), &argument.kind) {
        (A_FUNCTION, value, _) if value.is_function() => true,
        ("a list", Value::Thunk(_), ExprKind::List(_)) => true,
        ("a set", Value::Thunk(_), ExprKind::Attrs(_)) => true,
        ("a string", Value::Thunk(_), ExprKind::Interpolation(_)) => true,
        (wanted, value, _) => !wanted.is_empty() && value.type_with_article() == wanted,
    }
}

fn is_comparison(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual
    )
}

fn compare_help(text: &str, number: &str) -> String {
    format!(
        "compare numbers, `lib.toInt {text}`, or versions, `lib.versionAtLeast {text} \"{number}\"`"
    )
}

/// What to do with a value that should have been something else.
fn advice(wanted: &str, value: Value<'_>) -> Option<&'static str> {
    Some(match (wanted, value) {
        ("a Boolean", Value::String(text)) if text.bytes == b"true" => {
            "write `true` without quotes"
        }
        ("a Boolean", Value::String(text)) if text.bytes == b"false" => {
            "write `false` without quotes"
        }
        ("a Boolean", Value::Null | Value::String(_)) => "compare it, as in `… != null`",
        ("a Boolean", Value::List(_)) => "compare it, as in `… != [ ]`",
        ("a Boolean", Value::Attrs(_)) => "compare it, as in `… != { }`",
        ("a Boolean", Value::Int(_)) => "compare it, as in `… != 0`",
        ("a list", Value::Attrs(_)) => {
            "`builtins.attrValues` makes a list of a set's values, `builtins.attrNames` of its names"
        }
        ("a list", Value::String(_) | Value::Path(_) | Value::Int(_)) => "write `[ … ]` around it",
        ("a string", Value::Int(_) | Value::Float(_)) => "`toString` makes a string of it",
        ("an integer", Value::String(_)) => "`lib.toInt` makes an integer of it",
        (wanted, value) if wanted != A_FUNCTION && value.is_function() => NOT_CALLED,
        _ => return None,
    })
}
