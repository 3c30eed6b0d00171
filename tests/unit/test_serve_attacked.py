"""What another page in the reader's browser, or a program of the machine, can get out of ``callboard serve``."""

import contextlib
import http.client
import socket
import threading

import pytest

from callboard.cli.serve import BUILDS, SCRIPT, open_server
from docs_kit import write_tree

SECRET = "only-for-the-organisation"


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """Sends a request line and a Host as they are; status, headers and body of the answer."""
    folder = write_tree(tmp_path_factory.mktemp("served"), {"site/index.html": f"<head></head>{SECRET}", "site/404.html": "Nothing is here", "site/data.js": f"take('{SECRET}')",
                          "site/docs/index.html": "docs", "site/a.json": f'["{SECRET}"]', "beside.txt": "outside"})  # fmt: skip
    server = open_server(folder / "site", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def send(path, host=None, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.putrequest(method, "/", skip_host=True)
        connection._buffer[0] = f"{method} {path} HTTP/1.1".encode("latin-1")
        if host != "":
            connection.putheader("Host", host or f"127.0.0.1:{server.server_port}")
        connection.endheaders()
        answer = connection.getresponse()
        body = b"" if answer.headers["Content-Type"] == "text/event-stream" else answer.read()
        connection.close()
        return answer.status, answer.headers, body.decode()

    yield send
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:1", "localhost", "localhost:8000", "LOCALHOST", "[::1]:8000", ""])
def test_the_names_of_this_machine_are_answered(ask, host):
    """Fails where _Handler.parse_request answers to no name; the next test means something only because these are answered."""
    assert ask("/", host)[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "127.0.0.1:80:80", "[::1", ".", "127.0.0.2"]
)
@pytest.mark.parametrize("path", ["/", "/a.json", "/data.js", SCRIPT, BUILDS, "/nowhere"])
def test_a_name_that_was_made_to_lead_here_is_not_answered(ask, host, path):
    """Fails without _Handler.parse_request: a page of evil.example, whose name now leads to this machine, would read all."""
    status, _, body = ask(path, host)

    assert (status, SECRET in body, "Nothing is here" in body) == (403, False, False)
    assert ask(path, host, "HEAD")[0] == 403


@pytest.mark.parametrize("path", ["/", "/data.js", "/a.json", SCRIPT, BUILDS, "/nowhere", "/docs"])
def test_no_answer_can_be_taken_into_the_page_of_another_origin(ask, path):
    """Fails without either header of _Handler.end_headers: <script src="http://127.0.0.1:8000/data.js"> gives its data to whoever asks."""
    headers = ask(path)[1]

    assert (headers["Cross-Origin-Resource-Policy"], headers["X-Content-Type-Options"]) == ("same-origin", "nosniff")
    assert headers["Access-Control-Allow-Origin"] is None


@pytest.mark.parametrize(
    "path",
    [
        "/../beside.txt", "/%2e%2e/beside.txt", "/..%2fbeside.txt", "/%2e%2e%2fbeside.txt", "/docs/../../beside.txt", "/..\\beside.txt", "/%5c..%5cbeside.txt",
        "/%252e%252e/beside.txt", "//beside.txt", "/site/../beside.txt", "../beside.txt", "/%00", "/beside.txt%00.html", "/docs/%00/", "http://127.0.0.1/../beside.txt", "*",
        "/.", "/..", "/....//beside.txt", "/%c0%ae%c0%ae/beside.txt", "/\udcff", "/?/../../beside.txt", "/#/../../beside.txt",
    ],
)  # fmt: skip
def test_no_spelling_of_a_path_leaves_the_folder_or_upsets_the_server(ask, capfd, path):
    """Fails without translate_path of the base class (paths), and without the look at the path in _Handler.send_head (NUL)."""
    status, headers, body = ask(path.encode("utf-8", "surrogateescape").decode("latin-1"))

    assert status in {200, 301, 404, 400} and "outside" not in body and (headers["Location"] or "/")[:2] in {"/", "/."}
    assert capfd.readouterr() == ("", "")
    assert ask("/docs/")[0] == 200


@pytest.mark.parametrize("path", ["//evil.example", "//evil.example/..", "//evil.example/%2e%2e", "/\\evil.example/..", "/docs", "//evil.example/../docs"])
def test_no_address_sends_the_reader_to_another_host(ask, path):
    """Fails without the look at the path in _Handler.send_head, for a backslash; the base class takes // for /."""
    location = ask(path)[1]["Location"]

    assert location is None or (location.startswith("/") and not location.startswith(("//", "/\\")))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"])
def test_the_server_only_shows(ask, method):
    """Fails where _Handler has a method for another verb, such as do_POST."""
    assert ask("/", method=method)[0] == 501


def test_a_hundred_requests_at_once_find_a_place(tmp_path):
    """Those of a page with many pictures, before the first is answered: what the queue has no room for is refused by the kernel in silence."""
    server = open_server(tmp_path, 0)
    with contextlib.closing(server.socket), contextlib.ExitStack() as waiting:
        for _ in range(100):
            waiting.enter_context(socket.create_connection(("127.0.0.1", server.server_port), timeout=5))
