"""An embedded V8: Graphviz answers, and whatever it is asked, it ends in time and harms nobody."""

import re
import subprocess
import sys
import time

import pytest

from callboard import resources
from callboard.isolate import Graphviz, Isolate, IsolateError, graphviz


@pytest.fixture(scope="module")
def viz():
    drawer = graphviz(resources.vendored())
    with drawer.isolate:
        yield drawer


@pytest.fixture
def script(tmp_path):
    """Makes an isolate whose answers are the value of a JavaScript expression of ``q``."""
    made = []

    def isolate(expression, **options):
        (tmp_path / "library.js").write_text("var loaded = 1;")
        made.append(Isolate([tmp_path / "library.js"], f"globalThis.answer = (q) => ({{value: String({expression})}})", **options))
        return made[-1]

    yield isolate
    for one in made:
        one.close()


def test_a_graph_is_drawn_the_same_in_every_process(viz):
    dot = "digraph { rankdir=LR; gateway -> orders -> database; orders -> gateway [label=événement] }"
    with graphviz(resources.vendored()).isolate as other:
        again = Graphviz(other).draw(dot)

    drawn = viz.draw(dot)

    assert drawn == again
    assert re.findall(r"<text[^>]*>([^<]*)</text>", drawn) == ["gateway", "orders", "événement", "database"]


@pytest.mark.parametrize("engine", ["dot", "neato", "fdp", "sfdp", "twopi", "circo"])
def test_every_layout_of_techdocs_core_is_there(viz, engine):
    assert viz.draw("graph { a -- b }", engine).count('class="node"') == 2


def test_another_program_is_no_layout(viz):
    with pytest.raises(ValueError, match="osage is none of circo, dot, fdp, neato, sfdp, twopi"):
        viz.draw("graph { a }", "osage")


def test_what_is_wrong_with_a_graph_is_said_in_its_words_and_the_next_one_is_drawn(viz):
    with pytest.raises(IsolateError, match="^syntax error in line 2 near '->'$"):
        viz.draw("digraph {\n a -> -> b\n}")

    assert viz.draw("digraph { a }").count('class="node"') == 1


@pytest.mark.parametrize(
    "dot",
    [
        'digraph { a [image="/etc/hostname"] }',
        'digraph { a [shape=epsf, shapefile="/etc/hostname"] }',
        'digraph { fontpath="/etc"; imagepath="/etc"; a [image="hostname"] }',
        'digraph { a [label=<<table><tr><td><img src="/etc/hostname"/></td></tr></table>>] }',
        'digraph { stylesheet="https://evil.example/a.css"; a [image="https://evil.example/a.png"] }',
    ],
)
def test_a_graph_reads_no_file_and_no_address(viz, dot):
    drawn = viz.draw(dot)

    assert "<image" not in drawn and "hostname" not in re.sub(r"<!--.*?-->|<title>.*?</title>", "", drawn)


def test_a_graph_that_takes_too_long_is_ended_and_the_next_one_is_drawn(viz):
    many = " ".join(f"n{n}" for n in range(1500))
    started = time.monotonic()
    with pytest.raises(IsolateError) as caught:
        viz.draw(f"graph {{ {{{many}}} -- {{{many}}} }}", seconds=1)

    assert caught.value.bounded and str(caught.value) == "it takes longer than 1 s"
    assert time.monotonic() - started < 3
    assert viz.draw("digraph { a }").count('class="node"') == 1


def test_a_graph_that_needs_too_much_memory_spares_the_next_one(viz):
    with pytest.raises(IsolateError):
        viz.draw("digraph { a [peripheries=100000000] }")

    assert viz.draw("digraph { a }").count('class="node"') == 1


def test_a_script_that_hoards_is_ended(script):
    isolate = script("(() => { const all = []; for (;;) all.push(new Array(1e5).fill(q)) })()", memory=64 << 20)

    with pytest.raises(IsolateError):
        isolate.ask(1, seconds=20)


def test_a_script_that_never_ends_is_ended(script):
    isolate = script("q ? (() => { for (;;); })() : 'fine'")
    with pytest.raises(IsolateError, match=r"it takes longer than 0\.5 s"):
        isolate.ask(1, seconds=0.5)

    assert isolate.ask(0, seconds=10) == "fine"


def test_a_script_finds_no_way_out(script):
    names = "fetch XMLHttpRequest WebSocket Worker require process Deno importScripts EventSource"

    assert script(f"'{names}'.split(' ').filter((name) => name in globalThis)").ask(0, seconds=10) == ""


def test_the_process_has_no_secret(script, monkeypatch):
    monkeypatch.setenv("CALLBOARD_TEST_SECRET", "hunter2")
    isolate = script("q")
    isolate.ask(0, seconds=10)

    with open(f"/proc/{isolate._process.pid}/environ", "rb") as environment:
        assert b"hunter2" not in environment.read()


def test_nothing_stays_behind(script):
    isolate = script("q")
    isolate.ask(0, seconds=10)
    process = isolate._process

    isolate.close()

    assert process.poll() is not None


def test_the_docs_worker_holds_no_v8():
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, callboard.docs.worker, callboard.docs.render; print('py_mini_racer' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )

    assert loaded.stdout == "False\n"
