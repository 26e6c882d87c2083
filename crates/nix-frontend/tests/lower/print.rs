//! Lowered code as text: `x:depth.slot` is a variable, `#x` one of the outermost scope, `x:with[depths]` one from a `with`; a string that
//! lies in the file is told from one that had to be made, which begins with `=`.

use bstr::BStr;
use nix_frontend::ir::Symbol;
use nix_frontend::ir::expr::{
    AttrName, AttrNameKind, Binding, BindingValue, Expr, ExprKind, Formals, LambdaExpr, Literal,
    Operator, Part,
};

use crate::{GLOBALS, Run};

pub fn expr(run: &Run, expr: &Expr) -> String {
    let print = |inner: &Expr| self::expr(run, inner);
    let name = |symbol: Symbol| run.symbols.text(symbol);
    match &expr.kind {
        ExprKind::Int(number) => number.to_string(),
        ExprKind::Float(number) => format!("{number:?}"),
        ExprKind::String(literal) => string(run, literal),
        ExprKind::Interpolation(parts) => format!("(string {})", self::parts(run, parts)),
        ExprKind::Path(path) => path.to_string(),
        ExprKind::PathInterpolation(parts) => format!("(path {})", self::parts(run, parts)),
        ExprKind::SearchPath(path) => format!("<{path}>"),
        ExprKind::Local {
            depth,
            index,
            name: symbol,
        } => format!("{}:{depth}.{index}", name(*symbol)),
        ExprKind::Global(number) => format!("#{}", GLOBALS[*number as usize]),
        ExprKind::With {
            name: symbol,
            withs,
        } => format!("{}:with{withs:?}", name(*symbol)),
        ExprKind::CurrentPosition => "__curPos".to_owned(),
        ExprKind::Select(select) => {
            let path = path(run, &select.path);
            let default = select.default.as_ref();
            let default =
                default.map_or(String::new(), |default| format!(" or {}", print(default)));
            format!("(select {} {path}{default})", print(&select.subject))
        }
        ExprKind::HasAttr(has) => format!("(has {} {})", print(&has.subject), path(run, &has.path)),
        ExprKind::Attrs(attrs) => {
            let mut text = String::from(if attrs.recursive { "rec{" } else { "{" });
            text.push_str(&bindings(run, &attrs.attrs, &attrs.sources));
            for dynamic in &attrs.dynamic {
                let (name, value) = (print(&dynamic.name), print(&dynamic.value));
                text.push_str(&format!(" ${{{name}}}={value}"));
            }
            text + " }"
        }
        ExprKind::Let(inner) => {
            let bindings = bindings(run, &inner.bindings, &inner.sources);
            format!("(let{bindings} in {})", print(&inner.body))
        }
        ExprKind::List(items) => {
            let items: Vec<String> = items.iter().map(print).collect();
            format!("[{}]", items.join(" "))
        }
        ExprKind::Lambda(lambda) => self::lambda(run, lambda),
        ExprKind::Call(call) => {
            let arguments: Vec<String> = call.arguments.iter().map(print).collect();
            format!("(call {} {})", print(&call.function), arguments.join(" "))
        }
        ExprKind::WithIn(with) => {
            format!("(with {} {})", print(&with.namespace), print(&with.body))
        }
        ExprKind::If(parts) => {
            let condition = print(&parts.condition);
            format!(
                "(if {condition} {} {})",
                print(&parts.yes),
                print(&parts.no)
            )
        }
        ExprKind::Assert(assert) => {
            format!(
                "(assert {} {})",
                print(&assert.condition),
                print(&assert.body)
            )
        }
        ExprKind::Not(operand) => format!("(! {})", print(operand)),
        ExprKind::Negate(operand) => format!("(- {})", print(operand)),
        ExprKind::Binary(binary) => {
            let written = run.file.slice(binary.operator_span);
            assert_eq!(operator(binary.operator), written);
            format!(
                "({written} {} {})",
                print(&binary.left),
                print(&binary.right)
            )
        }
        ExprKind::Broken(message) => format!("<{message}>"),
    }
}

fn string(run: &Run, literal: &Literal) -> String {
    match literal {
        Literal::Slice { start, end } => {
            let bytes = &run.file.bytes()[*start as usize..*end as usize];
            format!("{:?}", BStr::new(bytes))
        }
        Literal::Owned(bytes) => format!("={:?}", BStr::new(bytes)),
    }
}

fn parts(run: &Run, parts: &[Part]) -> String {
    let parts = parts.iter().map(|part| match part {
        Part::Literal(bytes) => format!("{:?}", BStr::new(bytes)),
        Part::Interpolated(inner) => expr(run, inner),
    });
    parts.collect::<Vec<_>>().join(" ")
}

fn path(run: &Run, names: &[AttrName]) -> String {
    let names = names.iter().map(|name| match &name.kind {
        AttrNameKind::Static(name) => format!(".{}", run.symbols.text(*name)),
        AttrNameKind::Dynamic(inner) => format!(".${{{}}}", expr(run, inner)),
    });
    names.collect()
}

fn bindings(run: &Run, bindings: &[Binding], sources: &[Expr]) -> String {
    assert!(bindings.is_sorted_by(|first, second| first.name < second.name));
    let values = bindings.iter().map(|binding| {
        let name = run.symbols.text(binding.name);
        match &binding.value {
            BindingValue::Expr(value) => format!(" {name}={}", expr(run, value)),
            BindingValue::Inherit(value) => format!(" inherit {name}={}", expr(run, value)),
            BindingValue::InheritFrom(number) => format!(" inherit({number}) {name}"),
        }
    });
    let sources = sources.iter().enumerate();
    let sources = sources.map(|(number, source)| format!(" ({number})={}", expr(run, source)));
    values.chain(sources).collect()
}

fn lambda(run: &Run, lambda: &LambdaExpr) -> String {
    let name = |symbol: Symbol| run.symbols.text(symbol);
    let mut text = String::from("(fn");
    if let Some(own) = lambda.name {
        text.push_str(&format!(":{}", name(own)));
    }
    if let Some(argument) = lambda.argument {
        text.push_str(&format!(" {}", name(argument)));
    }
    if let Some(formals) = &lambda.formals {
        text.push_str(&self::formals(run, formals));
    }
    format!("{text} => {})", expr(run, &lambda.body))
}

fn formals(run: &Run, formals: &Formals) -> String {
    let sorted = formals
        .entries
        .is_sorted_by(|first, second| first.name < second.name);
    assert!(sorted);
    let mut text = String::from(" {");
    for formal in &formals.entries {
        text.push_str(&format!(" {}", run.symbols.text(formal.name)));
        if let Some(default) = &formal.default {
            text.push_str(&format!("?{}", expr(run, default)));
        }
    }
    text.push_str(if formals.ellipsis { " ... }" } else { " }" });
    text
}

fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::And => "&&",
        Operator::Or => "||",
        Operator::Implies => "->",
        Operator::Update => "//",
        Operator::Concat => "++",
    }
}
