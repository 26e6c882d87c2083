//! Code as `nix-instantiate --parse` prints it.
//!
//! Every operation stands in parentheses, what is defined piecewise stands together, and names are sorted. Arithmetic and comparison are calls
//! of the builtins that Nix makes of them.

use crate::escape::{attribute_name_into, string_literal_into};
use crate::ir::expr::{
    AttrName, AttrNameKind, AttrsExpr, Binary, Binding, BindingValue, DynamicBinding, Expr,
    ExprKind, Formals, LambdaExpr, Literal, Operator, Part,
};
use crate::ir::lower::with_stack;
use crate::ir::symbol::Symbol;
use crate::number::print_float;
use crate::session::Session;

/// Appends the code `expr`.
pub fn show_into(out: &mut Vec<u8>, session: &Session<'_>, expr: &Expr) {
    Shower { session, out }.expr(expr);
}

struct Shower<'s, 'f, 'o> {
    session: &'s Session<'f>,
    out: &'o mut Vec<u8>,
}

impl Shower<'_, '_, '_> {
    fn write(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn name(&mut self, name: Symbol) {
        attribute_name_into(self.out, self.session.symbols.name(name));
    }

    fn expr(&mut self, expr: &Expr) {
        with_stack(|| self.kind(expr));
    }

    /// `before expr after`, without blanks.
    fn within(&mut self, before: &str, expr: &Expr, after: &str) {
        self.write(before);
        self.expr(expr);
        self.write(after);
    }

    fn kind(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Int(number) => self.write(&number.to_string()),
            ExprKind::Float(number) => self.write(&print_float(*number)),
            ExprKind::String(literal) => self.literal(expr, literal),
            ExprKind::Interpolation(parts) => self.parts(parts, false),
            ExprKind::Path(path) => self.write(path),
            ExprKind::PathInterpolation(parts) => self.parts(parts, true),
            ExprKind::SearchPath(path) => {
                self.write("(__findFile __nixPath ");
                string_literal_into(self.out, path.as_bytes());
                self.write(")");
            }
            ExprKind::Local { name, .. } | ExprKind::With { name, .. } => self.name(*name),
            ExprKind::Global(number) => {
                if let Some(name) = self.session.global_name(*number) {
                    self.name(name);
                }
            }
            ExprKind::CurrentPosition => self.write("__curPos"),
            ExprKind::Select(select) => {
                self.within("(", &select.subject, ").");
                self.path(&select.path);
                if let Some(default) = &select.default {
                    self.within(" or (", default, ")");
                }
            }
            ExprKind::HasAttr(has) => {
                self.within("((", &has.subject, ") ? ");
                self.path(&has.path);
                self.write(")");
            }
            ExprKind::Attrs(attrs) => {
                self.write(if attrs.recursive { "rec { " } else { "{ " });
                let AttrsExpr {
                    attrs,
                    sources,
                    dynamic,
                    ..
                } = &**attrs;
                self.bindings(attrs, sources, dynamic);
                self.write("}");
            }
            ExprKind::Let(binding) => {
                self.write("(let ");
                self.bindings(&binding.bindings, &binding.sources, &[]);
                self.within("in ", &binding.body, ")");
            }
            ExprKind::List(items) => {
                self.write("[ ");
                for item in items {
                    self.within("(", item, ") ");
                }
                self.write("]");
            }
            ExprKind::Lambda(lambda) => self.lambda(lambda),
            ExprKind::Call(call) => self.call(&call.function, &call.arguments),
            ExprKind::WithIn(with) => {
                self.within("(with ", &with.namespace, "; ");
                self.within("", &with.body, ")");
            }
            ExprKind::If(branch) => {
                self.within("(if ", &branch.condition, " then ");
                self.within("", &branch.yes, " else ");
                self.within("", &branch.no, ")");
            }
            ExprKind::Assert(assert) => {
                self.within("assert ", &assert.condition, "; ");
                self.expr(&assert.body);
            }
            ExprKind::Not(operand) => self.within("(! ", operand, ")"),
            ExprKind::Negate(operand) => self.within("(__sub 0 ", operand, ")"),
            ExprKind::Binary(binary) => self.binary(binary),
            ExprKind::Broken(message) => {
                self.write("abort ");
                string_literal_into(self.out, message.as_bytes());
            }
        }
    }

    fn literal(&mut self, expr: &Expr, literal: &Literal) {
        match literal {
            Literal::Slice { start, end } => {
                let bytes = self.session.file_bytes(expr.span.start);
                let range = *start as usize..*end as usize;
                string_literal_into(self.out, bytes.get(range).unwrap_or_default());
            }
            Literal::Owned(bytes) => string_literal_into(self.out, bytes),
        }
    }

    /// The sum that an interpolation is; a path begins with one.
    fn parts(&mut self, parts: &[Part], is_path: bool) {
        self.write("(");
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                self.write(" + ");
            }
            match part {
                Part::Literal(bytes) if is_path && at == 0 => self.out.extend_from_slice(bytes),
                Part::Literal(bytes) => string_literal_into(self.out, bytes),
                Part::Interpolated(expr) => self.expr(expr),
            }
        }
        self.write(")");
    }

    fn path(&mut self, path: &[AttrName]) {
        for (at, name) in path.iter().enumerate() {
            if at > 0 {
                self.write(".");
            }
            match &name.kind {
                AttrNameKind::Static(name) => self.name(*name),
                AttrNameKind::Dynamic(expr) => self.within("\"${", expr, "}\""),
            }
        }
    }

    fn bindings(&mut self, bindings: &[Binding], sources: &[Expr], dynamic: &[DynamicBinding]) {
        let symbols = &self.session.symbols;
        let mut sorted: Vec<&Binding> = bindings.iter().collect();
        sorted.sort_by_key(|binding| symbols.name(binding.name));
        let inherited = sorted
            .iter()
            .filter(|binding| matches!(binding.value, BindingValue::Inherit(_)));
        self.inherited(None, inherited.map(|binding| binding.name).collect());
        for (number, source) in sources.iter().enumerate() {
            let from = sorted.iter().filter(|binding| {
                matches!(binding.value, BindingValue::InheritFrom(from) if from as usize == number)
            });
            self.inherited(Some(source), from.map(|binding| binding.name).collect());
        }
        for binding in sorted {
            if let BindingValue::Expr(value) = &binding.value {
                self.name(binding.name);
                self.within(" = ", value, "; ");
            }
        }
        for binding in dynamic {
            self.within("\"${", &binding.name, "}\" = ");
            self.within("", &binding.value, "; ");
        }
    }

    fn inherited(&mut self, source: Option<&Expr>, names: Vec<Symbol>) {
        if names.is_empty() {
            return;
        }
        self.write("inherit");
        if let Some(source) = source {
            self.within(" (", source, ")");
        }
        for name in names {
            self.write(" ");
            self.name(name);
        }
        self.write("; ");
    }

    fn lambda(&mut self, lambda: &LambdaExpr) {
        self.write("(");
        if let Some(formals) = &lambda.formals {
            self.formals(formals);
            if lambda.argument.is_some() {
                self.write(" @ ");
            }
        }
        if let Some(argument) = lambda.argument {
            self.name(argument);
        }
        self.within(": ", &lambda.body, ")");
    }

    fn formals(&mut self, formals: &Formals) {
        let symbols = &self.session.symbols;
        let mut sorted: Vec<_> = formals.entries.iter().collect();
        sorted.sort_by_key(|formal| symbols.name(formal.name));
        self.write("{ ");
        for (at, formal) in sorted.iter().enumerate() {
            if at > 0 {
                self.write(", ");
            }
            self.name(formal.name);
            if let Some(default) = &formal.default {
                self.within(" ? ", default, "");
            }
        }
        if formals.ellipsis {
            self.write(if sorted.is_empty() { "..." } else { ", ..." });
        }
        self.write(" }");
    }

    fn call(&mut self, function: &Expr, arguments: &[Expr]) {
        self.within("(", function, "");
        for argument in arguments {
            self.within(" ", argument, "");
        }
        self.write(")");
    }

    fn binary(&mut self, binary: &Binary) {
        let Binary { left, right, .. } = binary;
        let (before, first, between, second, after) = match binary.operator {
            Operator::Subtract => ("(__sub ", left, " ", right, ")"),
            Operator::Multiply => ("(__mul ", left, " ", right, ")"),
            Operator::Divide => ("(__div ", left, " ", right, ")"),
            Operator::Less => ("(__lessThan ", left, " ", right, ")"),
            Operator::Greater => ("(__lessThan ", right, " ", left, ")"),
            Operator::LessOrEqual => ("(! (__lessThan ", right, " ", left, "))"),
            Operator::GreaterOrEqual => ("(! (__lessThan ", left, " ", right, "))"),
            Operator::Add => ("(", left, " + ", right, ")"),
            Operator::Equal => ("(", left, " == ", right, ")"),
            Operator::NotEqual => ("(", left, " != ", right, ")"),
            Operator::And => ("(", left, " && ", right, ")"),
            Operator::Or => ("(", left, " || ", right, ")"),
            Operator::Implies => ("(", left, " -> ", right, ")"),
            Operator::Update => ("(", left, " // ", right, ")"),
            Operator::Concat => ("(", left, " ++ ", right, ")"),
        };
        self.within(before, first, between);
        self.within("", second, after);
    }
}
