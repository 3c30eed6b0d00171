"""Texts that try the edges of YAML, for the comparison with npm's ``yaml``."""

from __future__ import annotations

import random
from collections.abc import Iterator

SCALARS = """
on|off|yes|no|y|n|Y|N|true|True|TRUE|tRue|false|False|FALSE|null|Null|NULL|nULL|~|~a|-|--|---a|.|..|...a|+|0|-0|+0|00|010|0o10|0o8|0O10|-0o7|0x1F|0xg|0X1f|-0x1
1_000|1e3|1E3|1e+3|1.e3|.1e3|.e3|1e|e3|1.5|1.|.5|-.5|+.5|.|1.2.3|1,000|.inf|-.inf|+.Inf|.INF|.iNF|.nan|.NaN|.NAN|.Nan|-.nan|inf|nan|0.1|1e400|-1e400|9007199254740993
12345678901234567890|0b101|12:30|1:2:3|190:20:30|2024-01-01|2024-01-01T00:00:00Z|2024-01-01 00:00:00|<<|=|!|!!|!foo|!foo x|!!str 1|!!str|!!int 5|!!int x|!!int "5"|!!float 5|!!float 5.5|!!bool yes
!!bool true|!!null x|!!null ""|!!binary aGk=|!!timestamp 2001-12-14|!!timestamp 2001-12-14t21:59:43.10-05:00|!!python/name:os.system|!!python/object/apply:os.system ["x"]|!<tag:x> y|!e!x y|! 5|! x|!!map {a: 1}|!!seq [a]|!!omap [a: 1]
&a x|&a|*a|&a-b x|"a|'a|a"b|a'b|"a\\nb"|"a\\qb"|"\\x41"|"\\u0041"|"\\U0001F600"|"\\ud83d\\ude00"|"\\ud83d"|"\\/"|"\\ "|"a\\"|'it''s'|'a\\n'|"\\e\\0\\a"|"\\_\\N\\L\\P"|\\ud83d\\ude00|'\\ud83d\\ude00'
[a, b]|[a, b,]|[a,, b]|[,]|[]|{}|{a}|{a: 1, b}|{a: 1,}|{a:1}|{"a":1}|{'a':1}|{a: {b: c}}|[a: b]|[a: b, c: d]|{? a : b}|[? a : b]|{[a]: b}|{{a: b}: c}|{a, a}|[a b]|[a #c|{a: b #c|[a]b|[a] b|{a: b}c|[a]: b
{{ x }}|{{x}}|{% if x %}|${{ values.name }}|${{ x }}-y|%a|@a|`a`|a: b|a: b: c|a:b|a :b|a : b|:a|: a|? a|?a|- a|-a|a - b|a # c|a #c|a#c|#c|a, b|a]|a}|[a]]|>|\\||> a|\\|- x|>-|\\|+|\\|2|>1-|\\|10|a\tb|\ta|a\t|"a\tb"
http://a.b/c|mailto:a@b|C:\\x|a\\nb|*|*a b|&|& a|a&b|a*b|a!b|!a!b c|a\u0085b|a\u2028b|a\u2029b|a\u00a0b|a\ufeffb|a\x07b|a\x7fb|a\u200bb|😀|é|\x00|a\x0bb
"""

BLOCKS = (
    "", "\n", "# c", "# c\n", "---", "---\n", "---\n---", "---\n---\n", "...", "...\n", "--- a\n...\n--- b\n", "a\n...\nb\n", "--- |\n a\n---\nb\n", "a: 1\n---\n", "a: 1\n--- # c\nb: 2\n",
    "---a: 1\n", "a: 1\n----\n", "a: 1\n --- \nb: 2\n", "%YAML 1.1\n---\na: yes\nb: 010\nc: 0o10\nd: 12:30\ne: 1_000\nf: 2001-12-14\ng: ~\n", "%YAML 1.2\n---\na: yes\n", "%YAML 1.3\n---\na: yes\n", "%YAML 2.0\n---\na: 1\n",
    "%YAML 1.1\n---\na: yes\n---\nb: yes\n", "%YAML 1.1\n---\na: yes\n...\n%YAML 1.2\n---\nb: yes\n", "%YAML 1.1\n---\na: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n", "%YAML 1.1\n---\na: &x {b: 1}\nc:\n  <<: [*x, {b: 2, e: 3}]\n  b: 9\n",
    "%YAML 1.1\na: 1\n", "%FOO bar\n---\na: 1\n", "%TAG !e! tag:x,2000:\n---\na: !e!y z\n", "%TAG ! tag:x,2000:\n---\na: !y z\n", "%YAML\n---\na: 1\n", "%YAML 1.1 x\n---\na: 1\n", "%YAML 1.1 # c\n---\na: on\n",
    "a: 1\n%YAML 1.1\n---\nb: 2\n", "a: |\n  %YAML 1.1\n  x\n", "a: 1\na: 2\n", "a: 1\n'a': 2\n", "1: a\n1.0: b\n", "1: a\n'1': b\n", "~: a\nnull: b\n", "true: a\nTrue: b\n", ".nan: a\n.nan: b\n", "? a\n: 1\n? a\n: 2\n",
    "{a: 1, a: 2}\n", "? [a]\n: 1\n", "? {a: b}\n: 1\n", "? |\n  x\n: 1\n", "[a]: 1\n", "{a: b}: 1\n", "? a\n", "? a\nb: 1\n", "1.5: a\n", "1e3: a\n", "0x10: a\n", "-0: a\n", ".inf: a\n", "!!str 1: a\n",
    "a:\n  - b\n", "a:\n- b\n", "a:\n- b\nc: d\n", "a:\n - b\n  - c\n", "- a\n- b\n", "- - a\n  - b\n", "- a: 1\n  b: 2\n", "- a: 1\n b: 2\n", "a:\n    b: 1\n  c: 2\n", "a:\n  b: 1\n c: 2\n", "  a: 1\n  b: 2\n", "  a: 1\n b: 2\n",
    "a: 1\n  b: 2\n", "a:\n\tb: 1\n", "a:\n  b: 1\n\tc: 2\n", "a:\tb\n", "-\ta\n", "a: [\n\tb]\n", "a:\n  - b\n\t- c\n", "a: 1 \t\n", "a: 1\n\t\nb: 2\n", "a: 1\n\t# c\nb: 2\n", "\ta: 1\n", "a: {\n\tb: 1\n\t}\n", "a: |\n\tx\n", "a: |\n  x\n\ty\n",
    "a: |\n  x\n  y\n", "a: |\n  x\n\n\n", "a: |+\n  x\n\n\n", "a: |-\n  x\n\n", "a: >\n  x\n  y\n\n  z\n", "a: >\n  x\n   y\n  z\n", "a: |2\n    x\n", "a: |1\n x\n", "a: |\n    x\n  y\n", "a: |\n\n    x\n  y\n", "a: |\n   \n  x\n", "a: | # c\n  x\n", "a: |x\n  y\n",
    "a: |\nb: 1\n", "a: |\n", "a: >", "a: |\n  x", "- |\n x\n- >\n y\n", "a: x\n  y\n  z\n", "a: x\n\n  y\n", "a: 'x\n  y\n\n  z'\n", "a: \"x\n  y \\\n  z\"\n", "a: \"x\n---\ny\"\n", "a: 'x\n", "a: \"x\nb: 1\n---\nc: 2\n", "a: [b\nc: d\n---\ne: f\n", "a: {b\n---\ne: f\n",
    "a: b\nc\n", "a: b\nc\nd: e\n", "a\nb: c\n", "a b\n", "a\n b\n", "'a' b: c\n", "a: 'b' c\n", "a: \"b\" # c\n", "a: \"b\"#c\n", "a: [b]#c\n", "a: [b] #c\n", "a: b #c\n#d\ne: f\n", "a: #c\n  b\n", "a: #c\n  b: 1\n", "a:\n#c\n  b: 1\n", "a:\n  #c\n  b: 1\n",
    "a: &x 1\nb: *x\n", "a: *x\nb: &x 1\n", "a: &x 1\nb: &x 2\nc: *x\n", "a: &x [*x]\n", "a: &x {b: *x}\n", "&x a: *x\n", "*x : a\n", "&x a: 1\n*x : 2\n", "a: &x\n  b: 1\nc: *x\n", "a: &x\nb: *x\n", "- &x a\n- *x\n", "a: &x &y 1\n", "a: !x !y 1\n", "a: &x !y 1\n", "a: !y &x 1\n", "a: *x b\n",
    "&x\na: 1\n", "!!map\na: 1\n", "--- &x\na: 1\n", "--- !x\na: 1\n", "--- a: 1\n", "--- - a\n", "--- [a]\n", "--- 'a'\n", "--- # c\na: 1\n", "a: !!set {b}\n", "a: &x b\nc: &x\n", "a: &x,y b\n", "[&x a, *x]\n", "{&x a: 1, b: *x}\n", "- *x\n",
    "a: &x " + "[1]" + "\nb: [" + ", ".join(["*x"] * 99) + "]\n", "a: &x [1]\nb: [" + ", ".join(["*x"] * 100) + "]\n", "a: &x 1\nb: [" + ", ".join(["*x"] * 100) + "]\n", "a: &x {}\nb: [" + ", ".join(["*x"] * 500) + "]\n", "a: &x []\nb: [" + ", ".join(["*x"] * 500) + "]\n",
    "a: &a [1,2]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: [*c,*c,*c]\n", "a: &a [1,2]\nb: &b [*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]\n", "a: &a 1\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "\ufeffa: 1\n", "\ufeff---\na: 1\n", "a: 1\n---\n\ufeffb: 2\n", "a: 1\r\nb: 2\r\n", "a: 1\rb: 2\n", "a: |\r\n  x\r\n  y\r\n", "a: 'x\r\n  y'\r\n", "a: 1\n\rb: 2\n", "a: x\r\n---\r\nb: y\r\n", "a: |\n  x\ry\n", "a: \"x\\\r\n  y\"\r\n",
    "a: |\n  {{ x }}\n", "{{ x }}: b\n", "a: {{ x }}\n", "{%- if x %}\na: 1\n{%- endif %}\n", "a: 1\n{% if x %}\nb: 2\n", "{{- x }}\n", "a: [{{ x }}]\n", "a: '{{ x }}'\n", "<<: {a: 1}\n", "a:\n  <<: b\n  <<: c\n", "a: <<\n", "__proto__: 1\n", "__proto__: {a: 1}\n", "constructor: 1\n", "a: {__proto__: {b: 1}}\n",
    "? \n: a\n", ": a\n", "? a\n? b\n", "- ? a\n  : b\n", "? - a\n: - b\n", "a:\n  ? b\n  : c\n", "a: ? b\n", "a: - b\n", "- - - a\n", "-\n  a\n", "-\na\n", "- \n- \n", "-\n-\n", "- a\nb\n", "- a\nb: c\n", "a: b\n- c\n", "a:\n- b\nc\n", "[a, b]\nc: d\n", "[a,\nb]\n", "a: [b,\nc]\n", "a: [b,\n  c\n]\n", "a: {b: c\n}\n", "a: {\nb: c}\n",
    "a: [b\n  c]\n", "{a: b\n c: d}\n", "{a\n: b}\n", "{a:\n b}\n", "[a\n: b]\n", "{\"a\"\n: b}\n", "'a\n b': c\n", "a\n b: c\n", "[a,\n b]: c\n", "{? a}\n", "{: a}\n", "[: a]\n", "{a: }\n", "{a:}\n", "{a:, b: c}\n", "[a:]\n", "[-]\n", "[- a]\n", "[-a]\n", "{-a: b}\n", "[?a]\n", "[a?]\n", "[http://a:80/b]\n", "{a: http://b}\n", "{http://a: b}\n",
    "a: \"" + "x" * 2000 + "\"\n", "x" * 1020 + ": a\n", "x" * 1030 + ": a\n", "\"" + "x" * 1030 + "\": a\n", "{" + "x" * 1030 + ": a}\n", "[" * 50 + "]" * 50 + "\n", "- " * 50 + "a\n", "[" * 150 + "]" * 150 + "\n", "a: " + "0" * 400 + "1\n", "a: 1" + "0" * 400 + "\n", "a: " + "1" * 5000 + "\n", "a: 0x" + "f" * 400 + "\n",
    "a: b\n\n\n\nc: d\n", "\n\n\na: b\n", "  \n a: b\n", "a: b   \nc: d\n", "a:   b\n", "a:b\nc: d\n", "a: b:c\n", "a: b:\n", "a: :b\n", "a: -b\n", "a: ?b\n", "'a': b\n", "\"a\": b\n", "\"a\" : b\n", "a : b\n", "a   : b\n", "'a':b\n", "\"a\":b\n", "a: 'b': c\n", "a: [b]: c\n", "a: {b: c}: d\n", "a: |\n b\n c: d\n", "'': a\n", "? ''\n", "\"\\x\": a\n",
)  # fmt: skip

DESCRIPTOR = """\
# the shop
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
  description: |
    Sells things: "all" of them.

    - and more
  annotations:
    github.com/project-slug: 'acme/shop'
    backstage.io/techdocs-ref: dir:.
  tags: [java, "c++"]
  links:
    - url: https://example.org/?a=b#c
      title: Home & more
spec:
  type: service
  owner: &owner group:team
  dependsOn:
    - resource:db
    - component:a   # why
  data: {a: 1, b: [x, y], "c": *owner}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: shop-api}
spec:
  definition: >-
    folded
      text

    here
  n: 010
"""
PIECES = (
    "'",
    '"',
    ":",
    ": ",
    " ",
    "\n",
    "\t",
    "-",
    "- ",
    "#",
    " #",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&a ",
    "*a",
    "!x ",
    "|\n",
    ">",
    "%",
    "@",
    "---\n",
    "...\n",
    "\\",
    "?",
    "? ",
    "~",
    "0",
    "{{ x }}",
    "\r",
    "\u2028",
    "<<: ",
    "  ",
    "\n\n",
)


NAMES_OF_COLLECTIONS = (
    "{{ x }}: ",
    "{{x}}: ",
    "{{a: b}: c}: ",
    "{[a]: b}: ",
    '{"a":1}: ',
    "{'a':1}: ",
    "!!binary aGk=: ",
    '["x"]: ',
)
"""Keys that are collections: read alike, and only written otherwise as text."""
PLAIN_DATA = ("!!omap", "!!set")
"""Tags that make objects of JavaScript there, and plain data here."""
HALVES = ('"\\ud83d"',)
"""Half a character, which no file can hold."""
LIBYAML = (
    "{a\n",
    '{"a"\n',
    "x" * 1030 + ": a}",
    "[a]: b",
    "[b]: c",
    "{b: c}: d",
    "&a: a",
    "&: a",
    "%YAML 1.1\n---\nb",
    "  \ta\n",
    "{b\n  ---",
    '"a\\"',
)
"""Syntax that libyaml judges otherwise and nobody writes."""


def is_known_difference(text: str) -> bool:
    """Whether *text* is read otherwise, as docs/adr says."""
    signs = (*NAMES_OF_COLLECTIONS, *PLAIN_DATA, *HALVES, *LIBYAML)
    return text.startswith("...") or any(sign in text for sign in signs)


def cases() -> Iterator[str]:
    for scalar in SCALARS.replace("\\|", "\x1f").replace("\n", "|").split("|"):
        if scalar:
            scalar = scalar.replace("\x1f", "|")
            for form in (
                "{}",
                "a: {}\n",
                "- {}\n",
                "{}: a\n",
                "[{}]\n",
                "[{}, b]\n",
                "{{a: {}}}\n",
                "a: {}\nb: c\n",
                "a:\n  {}\nb: c\n",
                "a: x {}\n",
                "a:\n  - {}\n  - b\n",
            ):
                yield form.format(scalar)
    for block in BLOCKS:
        yield block
        yield f"{block}\n---\nz: 1\n"
        yield "a:\n" + "".join(f"  {line}" for line in block.splitlines(keepends=True))


def mutations(count: int, seed: int = 7) -> Iterator[str]:
    """*DESCRIPTOR* with one or two small accidents: a piece put in, or some characters taken out."""
    chance = random.Random(seed)
    for _ in range(count):
        text = DESCRIPTOR
        for _ in range(chance.choice((1, 1, 2))):
            at = chance.randrange(len(text))
            if chance.random() < 0.6:
                text = text[:at] + chance.choice(PIECES) + text[at:]
            else:
                text = text[:at] + text[at + chance.choice((1, 1, 2, 5, 20)) :]
        yield text
