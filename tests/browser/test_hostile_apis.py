"""Definitions of APIs that attack, as Chromium shows them: OpenAPI 2, 3.0 and 3.1, AsyncAPI 2 and 3, GraphQL, protobuf.

Every place of a definition where a text, a name, a value, an address or a reference may stand holds an attack. One portal
is built of all of them, and every page is opened under the portal's own policy, the framed reference with every fold open.
Nothing may be refused by a policy (what is refused was published), no dialog may open, nobody but the host may be asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import pytest
from browser_kit import Host, hosted
from playwright.sync_api import Browser, Frame, Page, expect

from portals import Site, build_site, group, organisation
from test_hostile_manuals import ELSEWHERE, EVIL, SCRIPTS, WATCH, WHOLE, Incidents

PAGES = "catalog/default/api/"
REFERENCES = ("swagger", "openapi-30", "openapi-31")
TEXTS = (
    *WHOLE, *(f"[x]({address} \"t\")" for address in (*SCRIPTS, *ELSEWHERE)), *(f"<a href=\"{address}\">x</a>" for address in SCRIPTS if '"' not in address),
    f"![x]({EVIL}/x.png)", f"![x][r]\n\n[r]: {EVIL}/x.png", "[x]\n\n[x]: javascript:alert(1)", "<javascript:alert(1)>", "```html\n<script>alert(1)</script>\n```",
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |", "</code></pre></div></main></body></html><script>alert(1)</script>", "<!--", "<plaintext>", "<h1 id=cb-main class=cb-dialog>x</h1>",
    "{{ 7*7 }}{% raw %}${x}", "\u202ehidden\u2066", "a\x00b\x1b[2J\x7f", "\u2028alert(1)\u2029",
)  # fmt: skip
NAMES = (
    "\"><script>alert(1)</script>", "' onfocus='alert(1)' autofocus='", "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "javascript:alert(1)", "../../../../index", "..%2f..%2findex",
    "/etc/passwd", "C:\\x", "cb-main", "cb types", "definition", "reference", "types", "__proto__", "constructor", "\u202egnp.exe", "a\x00b", "%00", "{{ 7*7 }}", "<!--", "]]>", "x" * 600, " ", "#", "?q=<script>",
)  # fmt: skip
SHOWABLE = tuple(name for name in NAMES if name not in {"constructor", "__proto__"})
"""Those others Redoc takes for its own, and shows nothing at all."""
REFS = ("#/components/schemas/Nowhere", "other.yaml#/x", f"{EVIL}/y.json#/z", "file:///etc/passwd", "../../secret.yaml", "javascript:alert(1)", "#/components/schemas/Loop")


class Attack:
    """The next attack of each kind, so that every place sees another one, and every one is somewhere."""

    def __init__(self, skip: int, names: tuple[str, ...] = NAMES) -> None:
        self._kinds = {"text": cycle(TEXTS), "name": cycle(names), "address": cycle((*SCRIPTS, *ELSEWHERE)), "ref": cycle(REFS)}
        for kind in self._kinds.values():
            for _ in range(skip):
                next(kind)

    @property
    def text(self) -> str:
        return next(self._kinds["text"])

    @property
    def name(self) -> str:
        return next(self._kinds["name"])

    @property
    def address(self) -> str:
        return next(self._kinds["address"])

    @property
    def ref(self) -> dict[str, str]:
        return {"$ref": next(self._kinds["ref"])}


def schema(a: Attack, depth: int = 2) -> dict[str, Any]:
    """An object with an attack in every keyword that is shown."""
    return {
        "type": "object", "title": a.text, "description": a.text, "required": [a.name], "discriminator": {"propertyName": a.name, "mapping": {a.name: "#/components/schemas/Evil"}},
        "externalDocs": {"url": a.address, "description": a.text}, "xml": {"name": a.name, "namespace": a.address, "prefix": a.name},
        "properties": {
            a.name: {"type": "string", "description": a.text, "enum": [a.text, a.name, a.address], "default": a.text, "example": a.text, "pattern": a.text, "format": a.name},
            a.name: {"type": a.text, "const": a.text, "examples": [a.text], "contentMediaType": a.text, "x-enumDescriptions": {a.name: a.text}, "x-enum-varnames": [a.name]},
            a.name: a.ref, "again": {"$ref": "#/components/schemas/Loop"}, "list": {"type": "array", "items": schema(a, depth - 1) if depth else a.ref},
            a.name: {"oneOf": [a.ref, {"title": a.text, "type": "object", "properties": {a.name: {"type": "integer", "default": a.text}}}, {"const": a.text, "description": a.text}]},
        },
        "additionalProperties": {"description": a.text, "x-additionalPropertiesName": a.name},
    }  # fmt: skip


def schemas(a: Attack) -> dict[str, Any]:
    """Types with names: attacks, cycles, one that is nested very deeply, and one with very many values."""
    deep: dict[str, Any] = {"type": "string", "description": a.text}
    for _ in range(60):
        deep = {"type": "object", "properties": {a.name or "x": deep}}
    loop = {"$ref": "#/components/schemas/Loop"}
    return {
        "Evil": schema(a), **{a.name: schema(a, 0) for _ in range(4)}, "Deep": deep, "Many": {"type": "string", "enum": [f"{a.name}{n}" for n in range(3_000)]},
        "Loop": {"type": "object", "description": a.text, "properties": {"self": loop, "list": {"type": "array", "items": loop}, "map": {"type": "object", "additionalProperties": loop}, "other": {"$ref": "#/components/schemas/Pool"}}},
        "Pool": {"allOf": [loop, {"type": "object", "properties": {a.name: loop}}]}, "Whole": {"allOf": [{"$ref": "#/components/schemas/Whole"}]}, "Only": {"$ref": "#/components/schemas/Only"},
    }  # fmt: skip


def info(a: Attack) -> dict[str, Any]:
    contact = {"name": a.text, "url": a.address, "email": "a@b.example?cc=<script>"}
    return {
        "title": a.text, "version": a.text, "summary": a.text, "description": "\n\n".join(a.text for _ in range(len(TEXTS))), "contact": contact, "license": {"name": a.text, "url": a.address},
        "termsOfService": a.address, "x-logo": {"url": a.address, "href": a.address, "altText": a.text, "backgroundColor": f"url({EVIL}/x)"},
    }  # fmt: skip


def openapi(version: str, skip: int) -> dict[str, Any]:
    a = Attack(skip, SHOWABLE)
    old = version.startswith("2")

    def content() -> dict[str, Any]:
        media = {"schema": a.ref, "example": a.text}, {"schema": {"$ref": "#/components/schemas/Evil"}, "examples": {a.name: {"summary": a.text, "description": a.text, "value": a.text}, "x": {"externalValue": a.address}}}
        return {a.name: media[0], "application/json": media[1], "text/html": {"schema": schema(a, 0), "example": a.text}, "application/xml": {"schema": {"$ref": "#/components/schemas/Loop"}}}

    def parameter(place: str) -> dict[str, Any]:
        found = {"name": a.name or "x", "in": place, "required": place == "path", "description": a.text, "example": a.text}
        return {**found, "type": "string", "enum": [a.text], "default": a.text} if old else {**found, "schema": {"type": "string", "enum": [a.text], "default": a.text, "pattern": a.text}}

    def answer() -> dict[str, Any]:
        headers = {a.name or "x": {"description": a.text, "schema": {"type": "string", "default": a.text}, "type": "string"}}
        link = {a.name: {"operationId": a.name, "description": a.text, "parameters": {a.name: a.text}, "server": {"url": a.address}}}
        return {"description": a.text, "headers": headers, "schema": {"$ref": "#/definitions/Evil"}, "examples": {"application/json": a.text}} if old else {"description": a.text, "headers": headers, "content": content(), "links": link}

    def operation() -> dict[str, Any]:
        places = ("path", "query", "header", "formData") if old else ("path", "query", "header", "cookie")
        found: dict[str, Any] = {
            "tags": [a.name], "operationId": a.name, "summary": a.text, "description": a.text, "externalDocs": {"url": a.address, "description": a.text}, "security": [{a.name: [a.text]}], "deprecated": True,
            "parameters": [*map(parameter, places), *([{"in": "body", "name": a.name, "description": a.text, "schema": {"$ref": "#/definitions/Evil"}}] if old else []), a.ref],
            "responses": {"200": answer(), "404": answer(), a.name: {"description": a.text}, "default": a.ref}, "x-codeSamples": [{"lang": a.name, "label": a.text, "source": a.text}], "x-badges": [{"name": a.text, "color": a.text}],
        }  # fmt: skip
        if not old:
            found |= {"requestBody": {"description": a.text, "required": True, "content": content()}, "servers": [{"url": a.address, "description": a.text}]}
            found["callbacks"] = {a.name or "x": {f"{{$request.body#/{a.name}}}": {"post": {"summary": a.text, "description": a.text, "requestBody": {"content": content()}, "responses": {"200": {"description": a.text}}}}}}
        return found

    scheme = {a.name or "x": {"type": kind, "description": a.text, "name": a.name, "in": a.name, "scheme": a.text, "bearerFormat": a.text, "openIdConnectUrl": a.address,
                              "flows": {"implicit": {"authorizationUrl": a.address, "tokenUrl": a.address, "refreshUrl": a.address, "scopes": {a.name: a.text}}}, "flow": "implicit", "authorizationUrl": a.address, "scopes": {a.name: a.text}}
              for kind in ("apiKey", "http", "oauth2", "openIdConnect", "basic")}  # fmt: skip
    paths = {f"/{a.name}": {"summary": a.text, "description": a.text, "parameters": [parameter("query")], method: operation()} for method in ("get", "post", "put", "delete", "patch", "options")}
    tree: dict[str, Any] = {"info": info(a), "tags": [{"name": a.name, "description": a.text, "x-displayName": a.text, "externalDocs": {"url": a.address}} for _ in range(6)], "externalDocs": {"url": a.address, "description": a.text}, "paths": paths}
    if old:
        return {"swagger": version, **tree, "host": a.name, "basePath": a.name, "schemes": [a.address, "https"], "consumes": [a.name], "produces": ["application/json"],
                "definitions": json.loads(json.dumps(schemas(a)).replace("#/components/schemas/", "#/definitions/")), "securityDefinitions": scheme}  # fmt: skip
    tree["servers"] = [{"url": address, "description": a.text, "variables": {a.name: {"default": a.text, "enum": [a.text], "description": a.text}}} for address in (*SCRIPTS, f"{EVIL}/{{x}}")]
    if version.startswith("3.1"):
        tree |= {"webhooks": {a.name or "x": {"post": operation()}}, "jsonSchemaDialect": a.address}
    return {"openapi": version, **tree, "components": {"schemas": schemas(a), "securitySchemes": scheme}, "x-tagGroups": [{"name": a.text, "tags": SHOWABLE}]}


def many(skip: int) -> dict[str, Any]:
    """Enough for a page of its own for every tag: what a tag is called is where its page lies."""
    a = Attack(skip)
    paths = {f"/{n}/{a.name}": {"get": {"tags": [f"{name}"], "summary": a.text, "description": "\n\n".join(f"{a.text} {n * 7919 + m * 104729}" for m in range(12)), "responses": {"200": {"description": a.text}}}}
             for n, name in enumerate(name for name in NAMES for _ in range(5))}  # fmt: skip
    return {"openapi": "3.0.3", "info": {"title": a.text, "version": "1"}, "paths": paths, "components": {"schemas": {a.name or "x": schema(a) for _ in range(12)}}}


def asyncapi(version: str, skip: int) -> dict[str, Any]:
    a = Attack(skip)
    old = version.startswith("2")

    def message() -> dict[str, Any]:
        return {"name": a.name, "title": a.text, "summary": a.text, "description": a.text, "contentType": a.name, "payload": schema(a), "headers": schema(a, 0), "correlationId": {"location": a.text, "description": a.text},
                "externalDocs": {"url": a.address}, "bindings": {a.name: {a.name: a.text}}, "examples": [{"name": a.name, "summary": a.text, "payload": a.text, "headers": {a.name: a.text}}], "traits": [a.ref, {"description": a.text}]}  # fmt: skip

    def avro() -> dict[str, Any]:
        return {"name": a.name, "schemaFormat": f"application/vnd.apache.avro;{a.text}", "payload": a.text}

    servers = {a.name or "x": {"url": a.address, "host": a.name, "pathname": a.name, "protocol": a.text, "protocolVersion": a.text, "description": a.text, "security": [a.ref], "variables": {a.name: {"default": a.text}}} for _ in range(6)}
    components = {"schemas": schemas(a), "messages": {"M": message(), "N": avro()}, "securitySchemes": {a.name or "x": {"type": a.text, "description": a.text, "in": a.name}}}
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for n, name in enumerate(NAMES[:6]):
        common = {"description": a.text, "summary": a.text, "title": a.text, "bindings": {a.name: {a.name: a.text}}, "parameters": {a.name or "x": {"description": a.text, "schema": {"enum": [a.text]}, "enum": [a.text], "location": a.text}}}
        action = {"operationId": a.name, "title": a.text, "summary": a.text, "description": a.text, "bindings": {a.name: {a.name: a.text}}, "security": [{a.name: [a.text]}], "externalDocs": {"url": a.address}}
        if old:
            channels[name] = {**common, "publish": {**action, "message": {"oneOf": [message(), a.ref, {"$ref": "#/components/messages/N"}]}}, "subscribe": {**action, "message": message()}}
        else:
            key = name.replace("~", "~0").replace("/", "~1")
            channels[name] = {**common, "address": a.name, "messages": {a.name or "x": message(), "n": {"$ref": "#/components/messages/N"}}}
            reply = {"address": {"location": a.text, "description": a.text}, "channel": {"$ref": f"#/channels/{key}"}, "messages": [message(), a.ref]}
            operations[f"{a.name}{n}"] = {**action, "action": ("send", "receive", "cb-main", a.text)[n % 4], "channel": {"$ref": f"#/channels/{key}"}, "messages": [{"$ref": "#/components/messages/M"}, a.ref], "reply": reply}
    return {"asyncapi": version, "info": info(a), "servers": servers, "channels": channels, **({} if old else {"operations": operations}), "components": components, "defaultContentType": a.text}


def graphql(skip: int) -> str:
    a = Attack(skip)

    def about() -> str:
        return '"""\n' + a.text.replace("\\", "").replace('"', "'").replace("\x00", "").replace("\x1b", "") + '\n"""'

    def quoted() -> str:
        return json.dumps(a.text, ensure_ascii=True)

    fields = "\n".join(f'  {about()} f{n}({about()} a: String = {quoted()} b: [Loop!] = []): Loop @deprecated(reason: {quoted()})' for n in range(20))
    values = "\n".join(f"  {about() if n < 60 else ''} V{n}" for n in range(3_000))
    types = "\n".join(f"{about()} type __proto__{n} implements I {{ {about()} constructor: __proto__{n} hasOwnProperty(x: E = V1): [U!]! @x(y: {quoted()}) }}" for n in range(10))
    return f"{about()} schema {{ query: Q mutation: Q }}\n{about()} type Q {{\n{fields}\n}}\n{types}\n{about()} enum E {{\n{values}\n}}\n{about()} union U = __proto__1 | constructor\n{about()} input Loop {{ self: Loop! = {{}} }}\n{about()} scalar S @specifiedBy(url: {quoted()})\ninterface I {{ constructor: I }}\n"


def protobuf(skip: int) -> str:
    a = Attack(skip)

    def about() -> str:
        return "".join(f"// {line}\n" for line in (a.text.splitlines() or [""]))

    def quoted() -> str:
        return json.dumps(a.text, ensure_ascii=True)

    fields = "\n".join(f"{about()} optional string __proto__{n} = {n + 1} [default = {quoted()}, deprecated = true, (x.y) = {{ a: {quoted()} }}]; /* {a.text.replace('*/', '')} */" for n in range(24))
    nested = "message D { " * 40 + "string x = 1; " + "}" * 40
    calls = "\n".join(f"{about()} rpc constructor{n}(stream A) returns (stream .evil.A) {{ option (google.api.http) = {{ get: {quoted()} body: {quoted()} }}; }}" for n in range(10))
    values = "\n".join(f"{about() if n < 60 else ''} V{n} = {n};" for n in range(3_000))
    return f"{about()}syntax = \"proto2\";\npackage evil;\nimport {json.dumps(a.name)};\n{about()} message A {{\n{fields}\nmap<string, A> loop = 99;\n{nested}\nreserved {quoted()};\n}}\n{about()} enum E {{\n{values}\n}}\n{about()} service S {{\n{calls}\n}}\nextend A {{ {about()} optional A again = 500; }}\n"


def definitions() -> Mapping[str, tuple[str, str]]:
    """Type and text of each."""
    trees = {
        "swagger": openapi("2.0", 0), "openapi-30": openapi("3.0.3", 17), "openapi-31": openapi("3.1.0", 41), "many": many(5), "asyncapi-2": asyncapi("2.6.0", 3), "asyncapi-3": asyncapi("3.0.0", 29),
    }  # fmt: skip
    return {
        **{name: ("asyncapi" if "async" in name else "openapi", json.dumps(tree)) for name, tree in trees.items()},
        "graphs": ("graphql", graphql(7)), "calls": ("grpc", protobuf(11)), "broken": ("openapi", f"openapi: 3.0.0\npaths: {json.dumps(TEXTS[0])}\n"), "text": ("wsdl", "\n".join(TEXTS)),
    }  # fmt: skip


OF_MANY = [f"{PAGES}many/api/{page}" for page in ("", "definition/", "definition-2/", "reference-2/", "types/", "types-2/", "index/", "cb-main/", "etc-passwd/", "proto/")]
TOUCH = """
async (inside) => {
  document.addEventListener("click", (event) => event.preventDefault(), true);
  const found = [];
  for (const element of document.querySelectorAll(inside)) {
    for (const { name, value } of element.attributes) {
      if (/^on/.test(name)) found.push(`handler ${element.tagName} ${name}`);
      if (!/^(xlink:)?(href|src|action|formaction|data|poster|srcset)$/.test(name)) continue;
      const scheme = URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI).protocol : "none:";
      if (!["http:", "https:", "mailto:", ...(name === "src" ? ["data:"] : [])].includes(scheme)) found.push(`address ${element.tagName} ${name} ${value.slice(0, 200)}`);
    }
    for (const name of ["mouseover", "focus", "animationstart", "error", "load", "toggle", "pointerenter"]) element.dispatchEvent(new Event(name, { cancelable: true }));
  }
  await new Promise((done) => setTimeout(done, 40));  // as for manuals: what is told of later than it happened
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [...window.refused.map((text) => `refused ${text}`), ...found];
}
"""
"""Every address is looked at as the browser sees it, and every element is touched in each way that a handler could wait for."""
OWN = r"""
() => {
  const found = [];
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) < at))) found.push(`two of the id ${id}`);
  for (const { id } of document.querySelectorAll(".api-main [id^=cb-]")) if (!["cb-api", "cb-types"].includes(id)) found.push(`taken from the shell ${id}`);
  for (const element of document.querySelectorAll("main :is(code, h1, h2, h3, h4, .api-type, .api-nav a, .api-notes)")) {
    if (element.closest(".api-about, .api-answer-about")) continue;  // prose has its own directions, and ends with its block
    if (/[\u202a-\u202e\u2066-\u2069]/.test(element.textContent)) found.push(`turned around ${element.tagName} ${element.className}`);
  }
  return [...new Set(found)];
}
"""
"""What is the shell's own stays its own, and a name reads as it is written."""
UNFOLD = """
async () => {
  const opened = new Set();
  for (let round = 0; round < 4; round += 1) {
    const folds = [...document.querySelectorAll("button, [role=button], [role=tab], [aria-expanded=false]")].filter((fold) => !opened.has(fold)).slice(0, 150);
    for (const fold of folds) {
      opened.add(fold);
      fold.click();
    }
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
  return opened.size;
}
"""
"""Opens whatever opens in a reference, and what is in it, some levels down."""


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Host]]:
    folder = tmp_path_factory.mktemp("hostile")
    files: dict[str, str | bytes] = {"crew/catalog-info.yaml": group()}
    for name, (type, text) in definitions().items():
        files[f"{name}/catalog-info.yaml"] = f"apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {{name: {name}}}\nspec: {{type: {type}, lifecycle: production, owner: crew, definition: {{$text: ./definition}}}}\n"
        files[f"{name}/definition"] = text.encode("utf-8", "replace")
    site = build_site(organisation(folder, files), folder / "site")
    with hosted(site.folder) as host:
        yield site, host


@contextmanager
def watched(browser: Browser, host: Host) -> Iterator[tuple[Page, Incidents]]:
    """A page in a profile of its own, and what happens in it that must not."""
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(WATCH)
    context.set_default_timeout(10_000)
    incidents = Incidents(context, host.origin)
    page = context.new_page()
    page.on("popup", lambda popup: incidents.add(f"window {popup.url}"))
    page.on("download", lambda download: incidents.add(f"download of {download.url}"))
    yield page, incidents
    context.close()


def look(page: Page, host: Host, address: str, incidents: Incidents) -> None:
    incidents.page = address
    page.goto(f"{host.url}{address}", wait_until="load")
    for what in (*page.evaluate(TOUCH, "main *, nav *"), *page.evaluate(OWN)):
        incidents.add(what)
    if page.url != f"{host.url}{address}":
        incidents.add(f"went to {page.url}")


def test_no_page_of_a_hostile_definition_runs_it_reaches_out_or_meets_the_policy(browser, attacked):
    """Tried: fails without the sanitiser of descriptions, without safe_url, and for each text that a template takes for HTML."""
    site, host = attacked
    pages = sorted(path.relative_to(site.folder).as_posix().removesuffix("index.html") for path in site.folder.glob(f"{PAGES}*/api/**/index.html"))

    with watched(browser, host) as (page, incidents):
        for address in [*(each for each in pages if not any(part in each for part in ("/reference/", "/many/", "/openapi-30/"))), *OF_MANY, "apis/", "search/?query=alert", "health/"]:
            look(page, host, address, incidents)

    assert incidents.found == []
    shown = {ref.name for ref, description in site.built.portal.apis.by_entity.items() if description.shown}
    assert shown == set(definitions()) - {"broken", "text"}
    assert set(OF_MANY) < set(pages)


@pytest.mark.parametrize("name", REFERENCES)
def test_the_framed_reference_of_a_hostile_definition_runs_nothing_and_asks_for_nothing(name, browser, attacked):
    _, host = attacked
    with watched(browser, host) as (page, incidents):
        incidents.page = name
        page.goto(f"{host.url}{PAGES}{name}/api/reference/")
        expect(page.locator("cb-reference [role=status]")).to_be_hidden(timeout=30_000)
        frame = framed(page)
        frame.locator("h1").first.wait_for()

        assert frame.evaluate(UNFOLD) > 20
        for what in (*frame.evaluate(TOUCH, "body *"), *page.evaluate(TOUCH, "main *")):
            incidents.add(what)

    assert incidents.found == []


def framed(page: Page) -> Frame:
    return next(frame for frame in page.frames if "redoc" in frame.url)


def test_a_link_in_the_framed_reference_opens_beside_the_portal_and_leaves_the_reference_where_it_is(browser, attacked):
    """The frame itself can go nowhere: it would show that it was refused, in place of the reference."""
    _, host = attacked
    with watched(browser, host) as (page, _):
        page.context.route("https://evil.example/**", lambda route: route.fulfill(body="elsewhere"))
        page.goto(f"{host.url}{PAGES}swagger/api/reference/")
        link = page.frame_locator("iframe.reference-frame").locator("a[href^='https://evil.example/']").first

        with page.context.expect_page() as opened:
            link.click(timeout=30_000)

        assert (opened.value.url, opened.value.evaluate("window.opener")) == (f"{EVIL}/x", None)
        expect(link).to_be_visible()
