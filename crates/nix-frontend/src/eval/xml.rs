//! Values as XML.
//!
//! Each value is an element named by its type, indented by two spaces. Functions show their formals; builtins and what is not evaluated
//! are `<unevaluated />`. What is out of reach is so too, but an error where all is to be evaluated. The attributes of one derivation are
//! shown once.

use rustc_hash::FxHashSet;
use source::{Pos, Span};

use crate::escape::xml_attribute_into;
use crate::eval::attrs::Attrs;
use crate::eval::error::{Result, describe};
use crate::eval::evaluator::Evaluator;
use crate::eval::string::StringBuilder;
use crate::eval::value::{Closure, Value};
use crate::ir::symbol::{Symbol, known};
use crate::number::print_float;

/// How values become XML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct XmlStyle {
    /// Whether everything is evaluated first.
    pub strict: bool,
    /// Whether attributes and functions tell where they stand.
    pub places: bool,
}

impl<'a> Evaluator<'a> {
    /// Appends `value` as an XML document to `out`, which takes over the contexts of all strings in it.
    ///
    /// Errors: if strict, a value that fails; too deep nesting.
    pub fn xml_into(
        &self,
        out: &mut StringBuilder<'a>,
        value: Value<'a>,
        style: XmlStyle,
    ) -> Result<()> {
        out.bytes
            .extend_from_slice(b"<?xml version='1.0' encoding='utf-8'?>\n");
        let mut writer = Writer {
            evaluator: self,
            out,
            style,
            depth: 0,
            derivations: FxHashSet::default(),
        };
        writer.element("expr", &[], |writer| writer.value(value))
    }
}

struct Writer<'w, 'a> {
    evaluator: &'w Evaluator<'a>,
    out: &'w mut StringBuilder<'a>,
    style: XmlStyle,
    depth: usize,
    /// The derivations whose attributes were shown.
    derivations: FxHashSet<Vec<u8>>,
}

type XmlAttribute<'x> = (&'static str, &'x [u8]);

impl<'a> Writer<'_, 'a> {
    fn value(&mut self, value: Value<'a>) -> Result<()> {
        self.evaluator.check_stack()?;
        // The indentation makes each further level cost more than the one before.
        self.evaluator.check_budget(self.out.bytes.len())?;
        let value = self.seen(value)?;
        match value {
            Value::Null => self.empty("null", &[]),
            Value::Bool(value) => self.simple("bool", value.get().to_string().as_bytes()),
            Value::Int(value) => self.simple("int", value.to_string().as_bytes()),
            Value::Float(value) => self.simple("float", print_float(value.get()).as_bytes()),
            Value::String(value) => {
                self.out.add_context(value.context);
                self.simple("string", value.bytes);
            }
            Value::Path(value) => self.simple("path", value.bytes),
            Value::List(list) => {
                return self.element("list", &[], |writer| {
                    list.items.iter().try_for_each(|item| writer.value(*item))
                });
            }
            Value::Attrs(attrs) => return self.set(attrs),
            Value::Lambda(closure) => return self.function(closure),
            Value::Builtin(_) | Value::Partial(_) | Value::Thunk(_) => {
                self.empty("unevaluated", &[]);
            }
            Value::OutOfReach(_) if self.style.strict => {
                return Err(self.evaluator.expected("a value", value));
            }
            Value::OutOfReach(_) => self.empty("unevaluated", &[]),
        }
        self.evaluator.check_budget(self.out.bytes.len())
    }

    /// The value, evaluated if the style says so or if it is at hand.
    fn seen(&self, value: Value<'a>) -> Result<Value<'a>> {
        match value {
            value if self.style.strict => self.evaluator.force(value),
            Value::Thunk(thunk) => Ok(thunk.done().unwrap_or(value)),
            value => Ok(value),
        }
    }

    fn set(&mut self, attrs: &'a Attrs<'a>) -> Result<()> {
        if !self.is_derivation(attrs)? {
            return self.element("attrs", &[], |writer| writer.attributes(attrs));
        }
        let derivation = self.string_of(attrs, known::DRV_PATH)?;
        let output = self.string_of(attrs, known::OUT_PATH)?;
        let shown = [("drvPath", derivation), ("outPath", output)];
        let shown = shown
            .iter()
            .filter_map(|(name, value)| Some((*name, (*value)?)));
        let shown: Vec<XmlAttribute<'_>> = shown.collect();
        self.element("derivation", &shown, |writer| {
            if writer.is_new(attrs, derivation)? {
                return writer.attributes(attrs);
            }
            writer.empty("repeated", &[]);
            Ok(())
        })
    }

    /// Whether this derivation is met for the first time, by its path or by the name of the path that is out of reach.
    fn is_new(&mut self, attrs: &Attrs<'a>, path: Option<&'a [u8]>) -> Result<bool> {
        let unknown = match attrs.value(known::DRV_PATH) {
            Some(value) => self.seen(value)?,
            None => return Ok(false),
        };
        let name = match (path, unknown) {
            (Some(path), _) => path.to_vec(),
            (None, Value::OutOfReach(unknown)) => {
                describe(&self.evaluator.session.symbols, unknown).into_bytes()
            }
            (None, _) => return Ok(false),
        };
        Ok(!name.is_empty() && self.derivations.insert(name))
    }

    fn is_derivation(&self, attrs: &Attrs<'a>) -> Result<bool> {
        let Some(kind) = attrs.value(known::TYPE) else {
            return Ok(false);
        };
        let kind = self.evaluator.force(kind)?;
        Ok(matches!(kind, Value::String(kind) if kind.bytes == b"derivation"))
    }

    fn string_of(&self, attrs: &Attrs<'a>, name: Symbol) -> Result<Option<&'a [u8]>> {
        let Some(value) = attrs.value(name) else {
            return Ok(None);
        };
        match self.seen(value)? {
            Value::String(string) => Ok(Some(string.bytes)),
            _ => Ok(None),
        }
    }

    fn attributes(&mut self, attrs: &'a Attrs<'a>) -> Result<()> {
        for attr in self.evaluator.ordered(attrs) {
            let place = Place::of(self.evaluator, self.style, attr.place);
            let mut shown = place.attributes();
            let at = if shown.is_empty() { 0 } else { 2 };
            shown.insert(at, ("name", self.evaluator.name(attr.name)));
            self.element("attr", &shown, |writer| writer.value(attr.value))?;
        }
        Ok(())
    }

    fn function(&mut self, closure: &'a Closure<'a>) -> Result<()> {
        let code = closure.code;
        let place = Place::of(self.evaluator, self.style, code.span.start);
        let argument = code.argument.map(|name| self.evaluator.name(name));
        self.element("function", &place.attributes(), |writer| {
            let Some(formals) = &code.formals else {
                writer.empty("varpat", &[("name", argument.unwrap_or_default())]);
                return Ok(());
            };
            let mut names: Vec<&'a [u8]> = formals
                .entries
                .iter()
                .map(|formal| writer.evaluator.name(formal.name))
                .collect();
            names.sort_unstable();
            let mut shown: Vec<XmlAttribute<'_>> = vec![];
            if formals.ellipsis {
                shown.push(("ellipsis", b"1"));
            }
            shown.extend(argument.map(|name| ("name", name)));
            writer.element("attrspat", &shown, |writer| {
                for name in names {
                    writer.empty("attr", &[("name", name)]);
                }
                Ok(())
            })
        })
    }

    fn simple(&mut self, name: &str, value: &[u8]) {
        self.empty(name, &[("value", value)]);
    }

    fn empty(&mut self, name: &str, attributes: &[XmlAttribute<'_>]) {
        self.open(name, attributes);
        self.out.bytes.extend_from_slice(b" />\n");
    }

    fn element(
        &mut self,
        name: &str,
        attributes: &[XmlAttribute<'_>],
        content: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        self.open(name, attributes);
        self.out.bytes.extend_from_slice(b">\n");
        self.depth += 1;
        content(self)?;
        self.depth -= 1;
        self.indent();
        self.out
            .bytes
            .extend_from_slice(format!("</{name}>\n").as_bytes());
        Ok(())
    }

    fn open(&mut self, name: &str, attributes: &[XmlAttribute<'_>]) {
        self.indent();
        let bytes = &mut self.out.bytes;
        bytes.extend_from_slice(format!("<{name}").as_bytes());
        for (name, value) in attributes {
            bytes.extend_from_slice(format!(" {name}=\"").as_bytes());
            xml_attribute_into(bytes, value);
            bytes.push(b'"');
        }
    }

    fn indent(&mut self) {
        let spaces = self.depth * 2;
        self.out.bytes.resize(self.out.bytes.len() + spaces, b' ');
    }
}

/// Where something stands, as the attributes of an element say it; in the order of their names.
struct Place {
    known: Option<(String, String, String)>,
}

impl Place {
    fn of(evaluator: &Evaluator<'_>, style: XmlStyle, pos: Pos) -> Place {
        let located = match style.places && !Span::at(pos).is_none() {
            true => evaluator.session.sources.locate(pos),
            false => None,
        };
        Place {
            known: located.map(|(path, place)| {
                let path = path.to_string_lossy().into_owned();
                (place.column.to_string(), place.line.to_string(), path)
            }),
        }
    }

    fn attributes(&self) -> Vec<XmlAttribute<'_>> {
        match &self.known {
            None => vec![],
            Some((column, line, path)) => vec![
                ("column", column.as_bytes()),
                ("line", line.as_bytes()),
                ("path", path.as_bytes()),
            ],
        }
    }
}
