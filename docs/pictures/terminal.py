#!/usr/bin/env python3
"""Text with colours of a terminal, on standard input, as SVG: terminal.py TITLE COLUMNS.

A title that begins with `$ ` is a command, and stands above what it printed; any other one is the window's.
"""

import re
import sys
from html import escape

WIDTH, HEIGHT, MARGIN, HEAD = 8.4, 19, 18, 40
COLOURS = {
    30: "#484f58", 31: "#ff7b72", 32: "#56d364", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#56d4dd", 37: "#c9d1d9",
    90: "#8b949e", 91: "#ffa198", 92: "#7ee787", 93: "#f2cc60", 94: "#a5d6ff", 95: "#e2c5ff", 96: "#b3f0ff", 97: "#ffffff",
}
GROUND = "#0d1117"
PLAIN = {"fill": "#e6edf3", "back": None, "bold": False, "dim": False, "slanted": False, "under": None, "swapped": False}


def colour(codes):
    """The colour that codes after 38, 48 or 58 name, which are taken away; none for what is unknown."""
    kind = codes.pop(0) if codes else 0
    if kind == 2:
        red, green, blue = (codes.pop(0) for _ in range(3))
        return f"#{red:02x}{green:02x}{blue:02x}"
    if kind == 5:
        number = codes.pop(0)
        return COLOURS.get(30 + number if number < 8 else 82 + number, PLAIN["fill"])
    return None


def applied(style, codes):
    """The style after a sequence of codes."""
    # `4:3` is an undercurl, `58:2::r:g:b` the colour of underlines.
    codes = re.sub(r"4:(\d)", lambda found: "4" if found[1] != "0" else "24", codes).replace("::", ";").replace(":", ";")
    style, codes = dict(style), [int(code or 0) for code in codes.split(";")]
    while codes:
        code = codes.pop(0)
        if code == 0:
            style = dict(PLAIN)
        elif code == 1:
            style["bold"] = True
        elif code == 2:
            style["dim"] = True
        elif code == 3:
            style["slanted"] = True
        elif code == 4:
            style["under"] = style["under"] or "currentColor"
        elif code == 7:
            style["swapped"] = True
        elif code == 22:
            style["bold"] = style["dim"] = False
        elif code == 23:
            style["slanted"] = False
        elif code == 24:
            style["under"] = None
        elif code == 27:
            style["swapped"] = False
        elif code == 38:
            style["fill"] = colour(codes) or PLAIN["fill"]
        elif code == 39:
            style["fill"] = PLAIN["fill"]
        elif code == 48:
            style["back"] = colour(codes)
        elif code == 49:
            style["back"] = None
        elif code == 58:
            style["under"] = colour(codes)
        elif code == 59:
            style["under"] = style["under"] and "currentColor"
        elif code in COLOURS:
            style["fill"] = COLOURS[code]
        elif code - 10 in COLOURS:
            style["back"] = COLOURS[code - 10]
    return style


def pieces(lines):
    """Each line as pieces of one style."""
    style = dict(PLAIN)
    for line in lines:
        found = []
        for part in re.split(r"(\x1b\[[0-9;:]*m)", line):
            codes = re.fullmatch(r"\x1b\[([0-9;:]*)m", part)
            if codes:
                style = applied(style, codes[1])
            elif part:
                found.append((part, style))
        yield found


def looks(style):
    """What is in front and what behind."""
    fill, back = style["fill"], style["back"]
    return (back or GROUND, fill) if style["swapped"] else (fill, back)


def tspan(text, style, column):
    fill, _ = looks(style)
    attributes = [f'fill="{fill}"']
    if style["bold"]:
        attributes.append('font-weight="700"')
    if style["dim"]:
        attributes.append('opacity=".7"')
    if style["slanted"]:
        attributes.append('font-style="italic"')
    x, length = MARGIN + column * WIDTH, len(text) * WIDTH
    return f'<tspan x="{x:.1f}" textLength="{length:.1f}" {" ".join(attributes)}>{escape(text)}</tspan>'


def behind(text, style, column, top):
    """What is drawn below a text: its ground, its line."""
    fill, back = looks(style)
    x, length = MARGIN + column * WIDTH, len(text) * WIDTH
    if back:
        yield f'<rect x="{x:.1f}" y="{top}" width="{length:.1f}" height="{HEIGHT}" fill="{back}" shape-rendering="crispEdges"/>'
    if style["under"] and text.strip():
        line = fill if style["under"] == "currentColor" else style["under"]
        yield f'<rect x="{x:.1f}" y="{top + HEIGHT - 2}" width="{length:.1f}" height="1.2" fill="{line}"/>'


def main():
    title, columns = sys.argv[1], int(sys.argv[2])
    is_command = title.startswith("$ ")
    lines = sys.stdin.read().expandtabs(8).rstrip("\n").split("\n")
    rows = list(pieces([title, "", *lines] if is_command else lines))
    columns = max([columns, *(sum(len(text) for text, _ in row) for row in rows)])
    width, height = columns * WIDTH + 2 * MARGIN, len(rows) * HEIGHT + HEAD + MARGIN
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" role="img">')
    print(f"<title>{escape(title.removeprefix('$ '))}</title>")
    print(f'<rect width="{width:.0f}" height="{height:.0f}" rx="9" fill="{GROUND}"/>')
    for number, shade in enumerate(["#ff5f57", "#febc2e", "#28c840"]):
        print(f'<circle cx="{MARGIN + 5 + number * 19}" cy="19" r="5.5" fill="{shade}"/>')
    print('<g font-family="ui-monospace, Cascadia Mono, DejaVu Sans Mono, monospace" font-size="14" xml:space="preserve" style="white-space: pre">')
    if not is_command:
        print(f'<text x="{width / 2:.0f}" y="24" text-anchor="middle" font-size="13" fill="#8b949e">{escape(title)}</text>')
    for number, row in enumerate(rows):
        column, spans, grounds = 0, [], []
        for text, style in row:
            grounds.extend(behind(text, style, column, HEAD + number * HEIGHT))
            for word in re.split(r"(  +)", text):
                if word.strip():
                    spans.append(tspan(word, style, column))
                column += len(word)
        print("".join(grounds), end="\n" if grounds else "")
        if spans:
            print(f'<text y="{HEAD + 14 + number * HEIGHT}">{"".join(spans)}</text>')
    print("</g>\n</svg>")


main()
