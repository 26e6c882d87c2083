#!/usr/bin/env python3
"""Text with colours of a terminal, on standard input, as SVG: terminal.py TITLE COLUMNS."""

import re
import sys
from html import escape

WIDTH, HEIGHT, MARGIN, HEAD = 8.4, 19, 18, 40
COLOURS = {
    30: "#484f58", 31: "#ff7b72", 32: "#56d364", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#56d4dd", 37: "#c9d1d9",
    90: "#8b949e", 91: "#ffa198", 92: "#7ee787", 93: "#f2cc60", 94: "#a5d6ff", 95: "#e2c5ff", 96: "#b3f0ff", 97: "#ffffff",
}
PLAIN = {"fill": "#e6edf3", "bold": False, "dim": False, "under": False}


def applied(style, codes):
    """The style after a sequence of codes."""
    style, codes = dict(style), [int(code or 0) for code in codes.split(";")]
    while codes:
        code = codes.pop(0)
        if code == 0:
            style = dict(PLAIN)
        elif code == 1:
            style["bold"] = True
        elif code == 2:
            style["dim"] = True
        elif code == 4:
            style["under"] = True
        elif code == 22:
            style["bold"] = style["dim"] = False
        elif code == 39:
            style["fill"] = PLAIN["fill"]
        elif code in COLOURS:
            style["fill"] = COLOURS[code]
        elif code == 38 and codes[:1] == [2]:
            style["fill"] = "#%02x%02x%02x" % tuple(codes[1:4])
            codes = codes[4:]
        elif code == 38 and codes[:1] == [5]:
            number = codes[1]
            style["fill"] = COLOURS.get(30 + number if number < 8 else 82 + number, PLAIN["fill"])
            codes = codes[2:]
    return style


def pieces(lines):
    """Each line as pieces of one style."""
    style = dict(PLAIN)
    for line in lines:
        found = []
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            codes = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
            if codes:
                style = applied(style, codes[1])
            elif part:
                found.append((part, style))
        yield found


def tspan(text, style, column):
    looks = [f'fill="{style["fill"]}"']
    if style["bold"]:
        looks.append('font-weight="700"')
    if style["dim"]:
        looks.append('opacity=".7"')
    if style["under"]:
        looks.append('text-decoration="underline"')
    x, length = MARGIN + column * WIDTH, len(text) * WIDTH
    return f'<tspan x="{x:.1f}" textLength="{length:.1f}" {" ".join(looks)}>{escape(text)}</tspan>'


def main():
    title, columns = sys.argv[1], int(sys.argv[2])
    lines = [title, ""] + sys.stdin.read().expandtabs(8).rstrip("\n").split("\n")
    rows = list(pieces(lines))
    columns = max([columns, *(sum(len(text) for text, _ in row) for row in rows)])
    width, height = columns * WIDTH + 2 * MARGIN, len(rows) * HEIGHT + HEAD + MARGIN
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" role="img">')
    print(f"<title>{escape(title[2:])}</title>")
    print(f'<rect width="{width:.0f}" height="{height:.0f}" rx="9" fill="#0d1117"/>')
    for number, colour in enumerate(["#ff5f57", "#febc2e", "#28c840"]):
        print(f'<circle cx="{MARGIN + 5 + number * 19}" cy="19" r="5.5" fill="{colour}"/>')
    print('<g font-family="ui-monospace, Cascadia Mono, DejaVu Sans Mono, monospace" font-size="14" xml:space="preserve" style="white-space: pre">')
    for number, row in enumerate(rows):
        column, spans = 0, []
        for text, style in row:
            for word in re.split(r"(  +)", text):
                if word.strip():
                    spans.append(tspan(word, style, column))
                column += len(word)
        if spans:
            print(f'<text y="{HEAD + 14 + number * HEIGHT}">{"".join(spans)}</text>')
    print("</g>\n</svg>")


main()
