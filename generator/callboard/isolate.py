"""An embedded V8, bounded: programs that have their reference implementation in JavaScript, without a Node.

Every isolate is a process of its own that holds nothing: an empty environment, no arguments but the libraries' files,
limits of the system on time, memory and files. V8 itself gives a script neither files nor network. What goes in and
what comes out are JSON lines; an answer that does not come in time ends the process, and the next call starts another.

Architecture, decision 7: Graphviz is its own WebAssembly build here. It needs no fonts and no system library, so the
same text becomes the same picture on every machine.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

START_SECONDS = 30.0
MEMORY = 512 << 20
"""Bytes that scripts of one isolate may hold, and, each for itself, a WebAssembly program in it."""
ANSWER_LIMIT = 16 << 20
ENGINES = frozenset({"dot", "neato", "fdp", "sfdp", "twopi", "circo"})
"""Layouts of Graphviz that authors may name: those of techdocs-core's markdown_inline_graphviz."""
DOT_LIMIT = 100_000
DRAW_SECONDS = 10.0
TEX_LIMIT = 10_000
MATHML_LIMIT = 256 << 10

_SURROUNDINGS = """
globalThis.self = globalThis; globalThis.window = globalThis;
globalThis.location = {href: "file:///"};
globalThis.document = {currentScript: {src: "file:///library.js", tagName: "SCRIPT"}, baseURI: "", compatMode: "CSS1Compat"};
globalThis.console = {log() {}, warn() {}, error() {}, info() {}, debug() {}};
globalThis.URL = class { constructor(address) { this.href = address; } };
globalThis.crypto = {getRandomValues: (array) => array.fill(0)};
globalThis.atob ??= (text) => {
  const values = new Uint8Array(128);
  [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].forEach((char, value) => (values[char.charCodeAt(0)] = value));
  const digits = text.replace(/=+$/, "");
  const bytes = new Uint8Array((digits.length * 3) >> 2);
  for (let at = 0, from = 0; at < bytes.length; from += 4) {
    const held = [0, 1, 2, 3].reduce((sum, n) => (sum << 6) | (from + n < digits.length ? values[digits.charCodeAt(from + n)] : 0), 0);
    for (let shift = 16; shift >= 0 && at < bytes.length; shift -= 8) bytes[at++] = held >> shift;
  }
  const parts = [];
  for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return parts.join("");
};
globalThis.TextDecoder ??= class {
  decode(bytes = []) {
    const parts = [];
    for (let at = 0; at < bytes.length; ) {
      const first = bytes[at++];
      const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
      let code = more ? first & (0x3f >> more) : first;
      for (let n = 0; n < more; n++) code = (code << 6) | (bytes[at++] & 0x3f);
      parts.push(String.fromCodePoint(code <= 0x10ffff ? code : 0xfffd));
    }
    return parts.join("");
  }
};
{
  const grow = WebAssembly.Memory.prototype.grow;
  WebAssembly.Memory.prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * 65536 > LIMIT) throw new RangeError("out of memory");
    return grow.call(this, pages);
  };
}
"""
"""What libraries look for in a browser before they begin; chance is none, so that equal questions have equal answers.
``LIMIT`` is put in as a number."""

_GRAPHVIZ = """
Viz.instance().then((viz) => {
  globalThis.answer = ({dot, engine, format}) => {
    const font = {fontname: "Helvetica"};
    const graph = {fontname: "Helvetica", bgcolor: "transparent"};
    const options = {format, engine, graphAttributes: graph, nodeAttributes: font, edgeAttributes: font};
    const {status, output, errors} = viz.render(dot, options);
    if (status === "success") return {value: output};
    const error = errors.find(({level}) => level === "error") ?? errors[0];
    return {error: error ? error.message : "it is not a graph"};
  };
  return viz.graphvizVersion;
})
"""

_KATEX = """
// KaTeX leaves the tags of rows out of MathML. They are read from its tree, row by row; true is a number of its own.
const symbol = (name) => />([^<]+)<\\/m[ino]/.exec(katex.renderToString(name, {output: "mathml", throwOnError: false}))?.[1] ?? name;
const accents = {"'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", '"': "\u0308", c: "\u0327", r: "\u030a", v: "\u030c", H: "\u030b"};
const words = (node) => {
  if (node?.type === "accent") return (words(node.base) + (accents[node.label[1]] ?? "")).normalize("NFC");
  if (Array.isArray(node)) return node.map(words).join("");
  if (typeof node?.text === "string") return node.text.startsWith("\\\\") ? symbol(node.text) : node.text;
  return node ? words(node.body ?? node.base) : "";
};
const escaped = (text) => text.replace(/&(?!#?\\w+;)/g, "&amp;").replace(/</g, "&lt;");
const tagsOf = (node) => {
  if (!node || typeof node !== "object") return [];
  if (node.type !== "array" || !node.tags) return Object.entries(node).flatMap(([name, part]) => (name === "loc" ? [] : tagsOf(part)));
  return node.body.flatMap((row, at) => [
    ...tagsOf(row),
    ...(Array.isArray(node.tags[at]) ? [`<mtext>${escaped(words(node.tags[at]))}</mtext>`] : node.tags[at] ? [""] : []),
  ]);
};
globalThis.answer = ({formulas}) => {
  const macros = {};
  const refuse = ({command}) => { throw new katex.ParseError(`${command} is not typeset`); };
  const refused = "#bad0ff"; // the colour of commands that KaTeX refuses by itself
  const one = ([tex, displayMode]) => {
    if (tex.length > TEX_LIMIT) return {error: `it has ${tex.length} characters; TEX_LIMIT are typeset`, at: -1};
    const options = {
      displayMode, output: "mathml", throwOnError: true, trust: refuse, strict: "ignore",
      maxSize: 50, maxExpand: 1000, macros, globalGroup: true, errorColor: refused,
    };
    try {
      const tags = tex.includes("\\\\tag") && tex.includes("\\\\begin") ? tagsOf(katex.__parse(tex, {...options, macros: {...macros}})) : [];
      const value = katex.renderToString(tex, options).replace(/(<mtd class ?="mml-eqn-num">)(?=<\\/mtd>)/g, (cell) => cell + (tags.shift() ?? ""));
      const command = new RegExp(`mathcolor="${refused}"><mtext>([^<]*)`).exec(value);
      if (command) return {error: `${command[1]} is not typeset`, at: -1};
      return value.length > MATHML_LIMIT ? {error: "it becomes too large", at: -1} : {value};
    } catch (error) {
      if (!(error instanceof katex.ParseError)) return {error: "it is more than can be done", at: -1};
      return {error: error.rawMessage, at: error.position ?? -1};
    }
  };
  return {value: JSON.stringify(formulas.map(one))};
};
"""
"""Formulas of one page share what they define. What would load or link something is refused; what LaTeX would not
take but browsers' typesetters do is taken. The limits are put in as numbers."""


class IsolateError(Exception):
    """A script did not answer: what it said, or which limit it came to."""

    def __init__(self, message: str, *, bounded: bool = False) -> None:
        super().__init__(message)
        self.bounded = bounded
        """Whether it came to a limit, so that another machine might have answered."""


class Isolate:
    """One V8 in a process of its own, started by the first call; safe to use from several threads, one at a time.

    *libraries* are classic scripts; *begin* is an expression, or a promise of it, after which ``answer(question)``
    gives ``{value}`` or ``{error}``. Use as a context manager.
    """

    def __init__(self, libraries: Sequence[Path], begin: str, *, memory: int = MEMORY) -> None:
        self.libraries = tuple(libraries)
        self.begin = begin
        self.memory = memory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, where one runs."""
        with self._lock:
            self._end()

    def ask(self, question: Any, *, seconds: float) -> str:
        """The answer to *question*. Raises IsolateError, after *seconds* at the latest."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
            try:
                answer = self._exchange(question, seconds)
            except BaseException:
                self._end()
                raise
            if isinstance(answer, dict) and answer.get("ended"):
                self._end()
        if not isinstance(answer, dict) or not isinstance(answer.get("value"), str):
            said = answer.get("error") if isinstance(answer, dict) else None
            raise IsolateError(" ".join(str(said or "it gives no answer").split())[:300])
        return str(answer["value"])

    def _start(self) -> None:
        command = [sys.executable, "-P", "-s", "-W", "ignore", "-m", "callboard.isolate", str(self.memory)]
        try:
            self._process = subprocess.Popen(
                command,
                env={"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"},
                cwd=tempfile.gettempdir(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise IsolateError(f"the embedded V8 does not start: {error.strerror or error}") from None
        try:
            ready = self._exchange({"libraries": [str(path) for path in self.libraries], "begin": self.begin}, START_SECONDS)
        except BaseException:
            self._end()
            raise
        if not isinstance(ready, dict) or "value" not in ready:
            self._end()
            raise IsolateError(f"the embedded V8 does not start: {ready.get('error') if isinstance(ready, dict) else ready}")

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                pipe.close()

    def _exchange(self, question: Any, seconds: float) -> Any:
        """Write one line, read one line. Raises IsolateError."""
        assert self._process is not None and self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise IsolateError("the embedded V8 ended") from None
        line = _line(self._process.stdout, seconds)
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            raise IsolateError("the embedded V8 answered what is not JSON") from None


def _line(pipe: IO[bytes], seconds: float) -> bytes:
    """The next line of *pipe*, which nobody reads ahead of. Raises IsolateError."""
    data = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        end = time.monotonic() + seconds
        while not data.endswith(b"\n"):
            if not selector.select(max(0.0, end - time.monotonic())):
                raise IsolateError(f"it takes longer than {seconds:g} s", bounded=True)
            chunk = os.read(pipe.fileno(), 1 << 16)
            if not chunk:
                raise IsolateError("it needs more memory than it may have", bounded=True)
            data += chunk
            if len(data) > ANSWER_LIMIT:
                raise IsolateError(f"it becomes larger than {ANSWER_LIMIT >> 20} MiB", bounded=True)
    return bytes(data)


@dataclass(frozen=True, slots=True)
class Graphviz:
    """Draws graphs; *isolate* is its own. Use :func:`graphviz` to make one."""

    isolate: Isolate

    def draw(self, dot: str, engine: str = "dot", *, format: str = "svg", seconds: float = DRAW_SECONDS) -> str:
        """*dot* as SVG, or in another *format* of Graphviz, laid out by *engine*. Raises IsolateError; ValueError where
        there is no such engine.

        The SVG is what Graphviz wrote: it has to be sanitised before anybody sees it.
        """
        if engine not in ENGINES:
            raise ValueError(f"{engine} is none of {', '.join(sorted(ENGINES))}")
        if len(dot) > DOT_LIMIT:
            raise IsolateError(f"it has {len(dot):,} characters; {DOT_LIMIT:,} are drawn")
        return self.isolate.ask({"dot": dot.replace("\x00", ""), "engine": engine, "format": format}, seconds=seconds)


def graphviz(libraries: Path) -> Graphviz:
    """Graphviz out of the folder *libraries*; a process is started by the first picture."""
    return Graphviz(Isolate([libraries / "viz.js"], _GRAPHVIZ))


@dataclass(frozen=True, slots=True)
class Katex:
    """Typesets formulas; *isolate* is its own. Use :func:`katex` to make one."""

    isolate: Isolate

    def typeset(self, formulas: Sequence[tuple[str, bool]], *, seconds: float = DRAW_SECONDS) -> list[Any]:
        """For each (TeX, whether it has a line of its own): ``{"value": MathML}``, or ``{"error", "at"}``.

        Raises IsolateError where all of them together come to a limit. The MathML has to be sanitised before anybody
        sees it.
        """
        answer = json.loads(self.isolate.ask({"formulas": [[tex.replace("\x00", ""), display] for tex, display in formulas]}, seconds=seconds))
        if not isinstance(answer, list) or len(answer) != len(formulas):
            raise IsolateError("it gives no answer")
        return answer


def katex(libraries: Path) -> Katex:
    """KaTeX out of the folder *libraries*; a process is started by the first formula."""
    begin = _KATEX.replace("TEX_LIMIT", str(TEX_LIMIT)).replace("MATHML_LIMIT", str(MATHML_LIMIT))
    return Katex(Isolate([libraries / "katex.js"], begin))


# -- the process -------------------------------------------------------------------------------------------------------


def _limit(memory: int) -> None:
    """Bound what the process can do to its machine, as far as the system lets it be said."""
    try:
        import resource
    except ImportError:  # Windows
        return
    # Address space cannot be limited: V8 reserves gigabytes of it and uses little. What is written to counts as data.
    limits = {resource.RLIMIT_DATA: 4 * memory, resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_NOFILE: 32}
    for which, limit in limits.items():
        resource.setrlimit(which, (limit, limit))


def _serve(memory: int, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    from py_mini_racer import JSEvalException, JSPromise, MiniRacer

    def reply(answer: Any) -> None:
        outgoing.write(json.dumps(answer).encode() + b"\n")
        outgoing.flush()

    opening = json.loads(incoming.readline())
    racer = MiniRacer()
    racer.set_hard_memory_limit(memory)
    racer.eval(_SURROUNDINGS.replace("LIMIT", str(memory)))
    try:
        for library in opening["libraries"]:
            racer.eval(Path(library).read_text("utf-8"))
        begun = racer.eval(opening["begin"])
        if isinstance(begun, JSPromise):
            begun.get(timeout=START_SECONDS)
    except (OSError, JSEvalException) as error:
        reply({"error": str(error)})
        return
    _limit(memory)
    reply({"value": ""})
    for line in incoming:
        try:
            answer = racer.eval(f"JSON.stringify(answer({json.dumps(json.loads(line))}))")
            assert isinstance(answer, str)
            reply(json.loads(answer))
        except JSEvalException:  # what a program says when it breaks is for its makers
            reply({"error": "it is more than can be done", "ended": True})
            return  # and it may be left in pieces


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _serve(int(sys.argv[1]), sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
