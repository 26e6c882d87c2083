//! Findings as a person reads them in a terminal: headline, excerpts, notes, help.
//!
//! miette draws the excerpts. Labels of one file that lie close together share one; a label over another one gets an excerpt of
//! its own, since both cannot be underlined on the same line.

use std::fmt;
use std::ops::Range;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, ThemeCharacters, ThemeStyles};
use source::{Diagnostic, Severity, SourceFile};

use super::Style;
use super::excerpt::{Excerpt, LEAD, TAB, content, room};
use super::located::{LocatedLabel, labels};
use super::printable::{one_line, printable};
use crate::place::Places;

/// A label over more lines than this is shown on its first line only.
const TALLEST: usize = 8;
/// Labels with at most this many lines from one to the next share an excerpt.
const NEAR: usize = 3;

/// Writes one finding.
pub(crate) fn write(
    diagnostic: &Diagnostic,
    places: Places<'_>,
    style: &Style,
    out: &mut dyn fmt::Write,
) -> fmt::Result {
    let painter = Painter {
        style,
        severity: diagnostic.severity,
    };
    painter.headline(diagnostic, out)?;
    let (labels, lost) = labels(diagnostic, places);
    for group in groups(&labels, style) {
        painter.excerpt(&group, places, out)?;
    }
    for text in lost {
        painter.remark("at", text, out)?;
    }
    let trace = diagnostic
        .trace
        .iter()
        .map(|frame| match places.name(frame.span) {
            Some(place) => format!("{}  {place}", frame.text),
            None => frame.text.clone(),
        });
    let trace = trace.collect::<Vec<_>>().join("\n");
    if !trace.is_empty() {
        painter.remark("trace", &trace, out)?;
    }
    for note in &diagnostic.notes {
        painter.remark("note", note, out)?;
    }
    let fix = diagnostic.fixes.first();
    // A help that is the fix itself is not said twice.
    let said_by_fix = |help: &&String| fix.is_some_and(|fix| fix.title == **help);
    if let Some(help) = diagnostic.help.as_ref().filter(|help| !said_by_fix(help)) {
        painter.remark("help", help, out)?;
    }
    if let Some(fix) = fix {
        let how = if fix.safe { "--fix" } else { "--unsafe-fixes" };
        painter.remark("fix", &format!("{} ({how})", fix.title), out)?;
    }
    Ok(())
}

/// A label as far as it is drawn.
struct Drawn<'d> {
    file: &'d SourceFile,
    label: &'d LocatedLabel<'d>,
    range: Range<usize>,
    /// Its first and last line, from 0.
    lines: (usize, usize),
    text: String,
    /// Its number among the finding's labels.
    rank: usize,
}

impl<'d> Drawn<'d> {
    fn new(label: &'d LocatedLabel<'d>, rank: usize) -> Drawn<'d> {
        let file = &*label.place.file;
        let line_of = |offset: usize| file.lines().line_of(offset as u32) as usize;
        let first = line_of(label.place.range.start);
        let on_first = content(file, first);
        let start = label.place.range.start.min(on_first.end);
        let text = file.text.get(start..label.place.range.end);
        let trimmed = text.unwrap_or_default().trim_end_matches(['\r', '\n']);
        let mut end = start + trimmed.len();
        let mut last = line_of(end);
        if last - first >= TALLEST {
            (end, last) = (on_first.end, first);
        }
        // The end may lie between the `\r` and the `\n` of its line.
        let end = end.min(content(file, last).end).max(start);
        Drawn {
            file,
            label,
            range: start..end,
            lines: (first, last),
            text: label.text.to_owned(),
            rank,
        }
    }

    fn overlaps(&self, other: &Drawn<'_>) -> bool {
        let (a, b) = (&self.range, &other.range);
        a.start == b.start || (a.start < b.end && b.start < a.end)
    }

    /// Whether `next`, which starts later, can share the excerpt.
    fn is_near(&self, next: &Drawn<'_>) -> bool {
        std::ptr::eq(self.file, next.file)
            && !self.overlaps(next)
            && next.lines.0 <= self.lines.1 + NEAR
    }

    /// Whether a row of the terminal shows both this and `next`, if they are on one line.
    fn fits_with(&self, next: &Drawn<'_>, style: &Style) -> bool {
        let on_one_line = self.lines.1 == next.lines.0;
        let line = content(self.file, next.lines.0);
        let room = room(style);
        !on_one_line
            || line.len() <= room
            || next.range.end.saturating_sub(self.range.start) <= room - LEAD
    }
}

/// The labels that share an excerpt, the finding's first label's excerpt first.
fn groups<'d>(labels: &'d [LocatedLabel<'d>], style: &Style) -> Vec<Vec<Drawn<'d>>> {
    let mut drawn: Vec<Drawn<'d>> = vec![];
    for (rank, label) in labels.iter().enumerate() {
        let label = Drawn::new(label, rank);
        let twin = |other: &&mut Drawn<'_>| {
            std::ptr::eq(other.file, label.file) && other.range == label.range
        };
        match drawn.iter_mut().find(twin) {
            Some(twin) if twin.text == label.text => {}
            Some(twin) => twin.text = format!("{}; {}", twin.text, label.text),
            None => drawn.push(label),
        }
    }
    let mut groups: Vec<Vec<Drawn<'d>>> = vec![];
    // Labels over others come after those, so that the ones in front share their excerpts as before.
    let (over, apart) = split_overlapping(drawn);
    for labels in [apart, over] {
        groups.extend(neighbours(labels, style));
    }
    groups.sort_by_key(|group| group.iter().map(|label| label.rank).min());
    groups
}

/// The labels that overlap an earlier one, and the others.
fn split_overlapping(labels: Vec<Drawn<'_>>) -> (Vec<Drawn<'_>>, Vec<Drawn<'_>>) {
    let mut over = vec![];
    let mut apart: Vec<Drawn<'_>> = vec![];
    for label in labels {
        let same_file = |other: &&Drawn<'_>| std::ptr::eq(other.file, label.file);
        if apart
            .iter()
            .filter(same_file)
            .any(|other| other.overlaps(&label))
        {
            over.push(label);
        } else {
            apart.push(label);
        }
    }
    (over, apart)
}

fn neighbours<'d>(mut labels: Vec<Drawn<'d>>, style: &Style) -> Vec<Vec<Drawn<'d>>> {
    labels.sort_by_key(|label| (std::ptr::from_ref(label.file), label.range.start));
    let mut groups: Vec<Vec<Drawn<'d>>> = vec![];
    for label in labels {
        match groups.last_mut() {
            Some(group)
                if group.last().is_some_and(|last| last.is_near(&label))
                    && group.iter().all(|other| other.fits_with(&label, style)) =>
            {
                group.push(label);
            }
            _ => groups.push(vec![label]),
        }
    }
    groups
}

struct Painter<'s> {
    style: &'s Style,
    severity: Severity,
}

impl Painter<'_> {
    fn headline(&self, diagnostic: &Diagnostic, out: &mut dyn fmt::Write) -> fmt::Result {
        let (kind, code) = (diagnostic.severity.name(), diagnostic.code);
        let message = printable(&diagnostic.message, self.style.unicode);
        let mut lines = message.lines();
        let first = lines.next().unwrap_or_default();
        let kind = self.paint(&format!("{kind}[{code}]"));
        let (bold, plain) = self.style.bold();
        writeln!(out, "{kind}{bold}: {first}{plain}")?;
        for line in lines {
            writeln!(out, "  {line}")?;
        }
        Ok(())
    }

    fn excerpt(
        &self,
        group: &[Drawn<'_>],
        places: Places<'_>,
        out: &mut dyn fmt::Write,
    ) -> fmt::Result {
        let Some(first) = group.first() else {
            return Ok(());
        };
        let ranges: Vec<Range<usize>> = group.iter().map(|label| label.range.clone()).collect();
        let lines = shown_lines(group);
        let path = first.label.place.path(places);
        let name = printable(&path, self.style.unicode).into_owned();
        let (excerpt, placed) = Excerpt::new(name, first.file, lines, &ranges, self.style);
        let labels = group.iter().zip(placed).map(|(label, range)| {
            let text = one_line(&label.text, self.style.unicode);
            let text = (!text.is_empty()).then_some(text);
            if label.label.primary {
                LabeledSpan::new_primary_with_span(text, range)
            } else {
                LabeledSpan::new_with_span(text, range)
            }
        });
        let drawing = Drawing {
            labels: labels.collect(),
            excerpt,
        };
        let primary = group.iter().map(|label| label.label.primary).collect();
        let mut text = String::new();
        self.handler(primary).render_report(&mut text, &drawing)?;
        // The headline stands above all excerpts already; miette's own, the first line, is empty.
        let body = text.split_once('\n').map_or("", |(_, body)| body);
        for line in body.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn remark(&self, kind: &str, text: &str, out: &mut dyn fmt::Write) -> fmt::Result {
        let text = printable(text.trim_end(), self.style.unicode);
        let (bold, plain) = self.style.bold();
        for (number, line) in text.lines().enumerate() {
            match number {
                0 => writeln!(out, "  {bold}{kind}{plain}: {line}")?,
                _ if line.is_empty() => writeln!(out)?,
                _ => writeln!(out, "    {line}")?,
            }
        }
        Ok(())
    }

    fn paint(&self, text: &str) -> String {
        if !self.style.color {
            return text.to_owned();
        }
        let color = match self.severity {
            Severity::Error => 31,
            Severity::Warning => 33,
            Severity::Note => 36,
        };
        format!("\u{1B}[1;{color}m{text}\u{1B}[0m")
    }

    /// The drawer of excerpts; `primary` says of each label, by place, whether it is the main one.
    fn handler(&self, primary: Vec<bool>) -> GraphicalReportHandler {
        let characters = if self.style.unicode {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        };
        let mut styles = if self.style.color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        };
        let main = match self.severity {
            Severity::Error => styles.error,
            Severity::Warning => styles.warning,
            Severity::Note => styles.advice,
        };
        let side = styles.help;
        let styled = primary
            .into_iter()
            .map(|main_one| if main_one { main } else { side });
        styles.highlights = styled.collect();
        GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
            .with_width(self.style.width)
            .with_context_lines(1)
            .tab_width(TAB)
            .with_links(false)
            .without_cause_chain()
            .with_wrap_lines(false)
            .without_syntax_highlighting()
    }
}

/// The lines of an excerpt, from 0: those of its labels and one more on each side.
fn shown_lines(group: &[Drawn<'_>]) -> (usize, usize) {
    let first = group.iter().map(|label| label.lines.0).min();
    let last = group.iter().map(|label| label.lines.1).max();
    let (first, last) = (first.unwrap_or(0), last.unwrap_or(0));
    let count = group
        .first()
        .map_or(1, |label| label.file.lines().line_count() as usize);
    let next = last + 1;
    // The empty line behind the last newline is not worth a row.
    let next_is_shown = group.first().is_some_and(|label| {
        next < count && (next + 1 < count || !content(label.file, next).is_empty())
    });
    let last = if next_is_shown { next } else { last };
    (first.saturating_sub(1), last)
}

/// What miette draws: labels on an excerpt.
#[derive(Debug)]
struct Drawing {
    excerpt: Excerpt,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Drawing {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Drawing {}

impl miette::Diagnostic for Drawing {
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
