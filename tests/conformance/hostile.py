"""Documents that try every field with every kind of value, for the comparison with Backstage's own pipeline.

They are generated from the tables, so that a new field is tried without anybody thinking of it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from callboard.catalog.kinds import KINDS

LONG = "a" * 63
OWNER = {"owner": "group:team"}
GOOD: dict[str, dict[str, Any]] = {
    "Component": {"type": "service", "lifecycle": "production", **OWNER},
    "API": {"type": "openapi", "lifecycle": "production", **OWNER, "definition": "x"},
    "Resource": {"type": "database", **OWNER},
    "System": {**OWNER},
    "Domain": {**OWNER},
    "Group": {"type": "team", "children": []},
    "User": {"memberOf": []},
    "Location": {"targets": []},
    "Template": {"type": "service", "steps": [{"action": "debug:log"}]},
}
AI_GOOD: dict[str, dict[str, Any]] = {
    "AiResource": {"type": "prompt", "lifecycle": "production", **OWNER},
    "AiResource:skill": {"type": "skill", "lifecycle": "production", **OWNER},
    "AiResource:rule": {"type": "rule", "lifecycle": "production", **OWNER, "category": "x", "rationale": "y"},
    "AiResource:plugin": {"type": "plugin", "lifecycle": "production", **OWNER, "skills": ["one"]},
    "AiResource:marketplace": {"type": "marketplace", "lifecycle": "production", **OWNER, "plugins": ["one"]},
    "API:mcp-server": {
        "type": "mcp-server",
        "lifecycle": "production",
        **OWNER,
        "remotes": [{"type": "sse", "url": "https://example.org/"}],
    },
}
VALUES: tuple[Any, ...] = (
    None, "", "a", " ", 0, 5, -1.5, True, False, [], [""], ["a"], [None], [1], [["a"]], [{}], {}, {"a": "b"}, {"$ref": "#/x"},
    ["component:b", "component:a"], ["user:x/y"], "user:x", "group:", ":a", "a/b/c", "/a", "a:b:c", " a ", "a\n", "Ä", "component:a",
    {"kind": "API", "name": "n"}, {"kind": "API", "name": "n", "namespace": ""}, {"name": "n"}, [{"kind": "API", "namespace": "q", "name": "n"}],
    "optional", "required", "mcp-server", "skill", "x" * 500, "x" * 501, "😀" * 500, "😀" * 501,
)  # fmt: skip
TEXTS: tuple[Any, ...] = (
    None, "", 0, 1.0, True, [], {}, "a", "A", "a-b", "-a", "a-", "a_", "a.", ".a", "a..b", "a--b", "a b", "a\n", "\na", "a/b", "a:b", "a+b",
    "c++", "c#", "#", "+", "-", "ä", "a\u200b", "😀", LONG, LONG + "a", LONG[:-1] + "😀", "1", "٣", "ſ", "K", "a,b", "a\u2028", "A.b_C-9",
)  # fmt: skip
KEYS: tuple[str, ...] = (
    "", "a", "A", "a/b", "A/b", "a.b/c", "a..b/c", "/a", "a/", "a/b/c", "a b", "a\n", "x" * 63, "x" * 64, "b" * 63 + "/a",
    "b" * 64 + "/a", ".".join(["c" * 60] * 4) + "/a", ".".join(["c" * 61] * 4) + "/a", ".".join(["c" * 63] * 4) + "/a", "backstage.io/orphan", "__proto__", "constructor", "$x",
)  # fmt: skip
URLS: tuple[Any, ...] = (
    "https://example.org", "http://a", "javascript:alert(1)", "data:,x", "mailto:a@b", "example.org", "/a", "./a", "//a", "#a", "?a", "a:b", "1:b",
    "https://", "https:// ", "https://a b", "https://a/ b", "https://[::1]/", "https://[::g]/", "https://1.2.3.256/", "https://1.2.3/", "https://0x7f.1",
    "https://a:70000/", "https://a:80a/", "https://ex%41mple.org", "https://ex%zz", "https://ä.example", "https://xn--a", "https://xn--zzzzzz--", "https:a", "https:/a",
    "https:\\\\a\\b", " https://a", "https://a\n", "\u00a0https://a", "ht\ntps://a", "file:///a", "file:a", "urn:x:y", "http://a..b", "http://.", "http://%", "http://\u00ad",
    "http://a@b@c/", "http://@/", "http://:80", "ssh://git@h/x", "git@github.com:o/r", "c:\\x", "https://exa^mple.org", "https://exa|mple.org", "foo://exa^mple", "", " ", None, 5, {}, [], True,
)  # fmt: skip


def entity(kind: str = "Component", spec: Any = None, **metadata: Any) -> dict[str, Any]:
    name = kind.partition(":")[0]
    version = "scaffolder.backstage.io/v1beta3" if name == "Template" else "backstage.io/v1alpha1"
    good = {**GOOD, **AI_GOOD}.get(kind, {})
    return {
        "apiVersion": version,
        "kind": name,
        "metadata": {"name": "x", **metadata},
        "spec": copy.deepcopy(good) if spec is None else spec,
    }


def spec_cases(kinds: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every field that one of *kinds* has, in each of them, with every value and without one."""
    wanted = {kind.partition(":")[0] for kind in kinds}
    names = sorted(
        {field.name for kind in KINDS if kind.name in wanted for field in kind.fields} | {"dependencyOf", "unknown"}
    )
    for kind, good in kinds.items():
        for name in names:
            yield entity(kind, {key: value for key, value in good.items() if key != name})
            own = {field.name for known in KINDS if known.name == kind.partition(":")[0] for field in known.fields}
            for value in VALUES if name in own or name == "dependencyOf" else VALUES[::5]:
                yield entity(kind, {**good, name: value})
        for spec in (None, "x", [], 5, True, {}, {"__proto__": 1}, {"__proto__": {"a": 1}}):
            yield {**entity(kind), "spec": spec}
        without = entity(kind)
        del without["spec"]
        yield without


def nested_cases() -> Iterator[dict[str, Any]]:
    """The fields within fields: profiles, and everything in a template."""
    for kind in ("User", "Group"):
        for name in ("displayName", "email", "picture", "other"):
            for value in VALUES:
                yield entity(kind, {**GOOD[kind], "profile": {name: value}})
    paths = (
        ("steps", 0, "action"), ("steps", 0, "id"), ("steps", 0, "name"), ("steps", 0, "input"), ("steps", 0, "if"), ("steps", 0, "each"),
        ("steps", 0, "backstage:permissions"), ("steps", 0, "backstage:permissions", "tags"), ("parameters", "backstage:permissions"), ("parameters", "backstage:permissions", "tags"),
        ("parameters", 0), ("parameters", 0, "backstage:permissions"), ("parameters", 0, "backstage:permissions", "tags"), ("secrets", "schema"), ("presentation", "buttonLabels"),
        ("presentation", "buttonLabels", "backButtonText"), ("EXPERIMENTAL_recovery", "EXPERIMENTAL_strategy"), ("formDecorators", 0), ("formDecorators", 0, "id"),
        ("formDecorators", 0, "input"), ("EXPERIMENTAL_formDecorators", 0, "id"), ("output", "links"), ("output", "links", 0), ("output", "links", 0, "if"), ("output", "links", 0, "url"),
        ("output", "links", 0, "entityRef"), ("output", "links", 0, "title"), ("output", "links", 0, "icon"), ("output", "text", 0), ("output", "text", 0, "if"),
        ("output", "text", 0, "title"), ("output", "text", 0, "icon"), ("output", "text", 0, "content"), ("output", "other"),
    )  # fmt: skip
    for path in paths:
        for value in VALUES:
            spec: dict[str, Any] = {"type": "service", "steps": [{"action": "debug:log"}]}
            place: Any = spec
            for key, following in pairwise(path):
                empty: Any = [] if isinstance(following, int) else {}
                if isinstance(key, int):
                    if len(place) <= key:
                        place.append(empty)
                    place = place[key]
                else:
                    place = place.setdefault(key, empty)
            if isinstance(path[-1], int) and isinstance(place, list) and len(place) <= path[-1]:
                place.append(value)
            else:
                place[path[-1]] = value
            yield entity("Template", spec)


def metadata_cases() -> Iterator[dict[str, Any]]:
    for field in (
        "name",
        "namespace",
        "title",
        "description",
        "uid",
        "etag",
        "annotations",
        "labels",
        "tags",
        "links",
        "other",
    ):
        for value in (*VALUES, *TEXTS):
            yield {**entity(), "metadata": {"name": "x", field: value}}
    for text in TEXTS:
        yield entity(tags=[text])
        yield entity(tags=["ok", text])
        yield entity(labels={"a": text})
        yield entity(annotations={"a": text})
        for field in ("title", "icon", "type"):
            yield entity(links=[{"url": "https://a", field: text}])
    for blank in ("\u00a0", "\ufeff", "\u0085", "\x1c", "\u2003", "\t", "\u180e", "\u200b", "\u3000"):
        yield entity(links=[{"url": "https://a", "title": blank}])
        yield entity(title=blank)
    for key in KEYS:
        yield entity(labels={key: "x"})
        yield entity(annotations={key: "x"})
        yield entity(annotations={key: {"y": 1}})
        yield entity(labels={key: {"y": 1}})
        yield entity(**{key: "x"})
        yield {**entity(), key: "x"}
        yield {**entity(), key: {"y": "x"}}
    for name in (
        "managed-by-location",
        "managed-by-origin-location",
        "view-url",
        "edit-url",
        "source-location",
        "orphan",
    ):
        for value in (5, None, "", "x", "javascript:x", "url:https://example.org/", {"a": 1}):
            yield entity(annotations={f"backstage.io/{name}": value})
    for url in URLS:
        yield entity(links=[{"url": url}])
    for links in ([None], ["x"], [{}], [[]], [{"url": "https://a"}, {}]):
        yield entity(links=links)
    for metadata in (None, "x", [], 5, True, {}):
        yield {**entity(), "metadata": metadata}
    without = entity()
    del without["metadata"]
    yield without


def envelope_cases() -> Iterator[dict[str, Any]]:
    versions = (
        "backstage.io/v1alpha1", "backstage.io/v1beta1", "backstage.io/v1", "backstage.io/v1alpha2", "scaffolder.backstage.io/v1beta2",
        "scaffolder.backstage.io/v1beta3", "v1", "acme.example/v1", "Backstage.io/v1alpha1", "backstage.io/v1alpha1 ", "backstage.io/", "/v1", "a/b/c",
    )  # fmt: skip
    kinds = (
        "Component",
        "component",
        "COMPONENT",
        "Api",
        "API",
        "Dataset",
        "Template",
        "AiResource",
        "Location",
        "Comp onent",
        "1a",
        "a" * 63,
        "a" * 64,
        "Ä",
    )
    for version in (*versions, *VALUES):
        yield {**entity(), "apiVersion": version}
    for kind in (*kinds, *VALUES):
        yield {**entity(), "kind": kind}
    for version in versions:
        for kind in ("Component", "Template", "API", "Group"):
            yield {**entity(kind), "apiVersion": version}
    for field in ("relations", "status", "Spec", "owner", "", "$x", "spec "):
        for value in ([], {}, None, "x", [{"type": "a", "targetRef": "b"}], {"items": []}):
            yield {**entity(), field: value}
    for field in ("apiVersion", "kind"):
        without = entity()
        del without[field]
        yield without


FILES = {
    "files/api.txt": "openapi: 3.0.0\n",
    "files/empty.txt": "",
    "files/one.txt": "a: [1, 2]\nb: on\n",
    "files/two.txt": "a: 1\n---\nb: 2\n",
    "files/trailing.txt": "a: 1\n---\n",
    "files/broken.txt": "a: [\n",
    "files/data.json": '{"a": [1, 2.0, 1e3], "b": null}',
    "files/list.json": '["component:b", "component:a"]',
    "files/text.json": '"group:x"',
    "files/nan.json": '{"a": NaN}',
    "files/bom.json": '\ufeff{"a": 1}',
    "files/spec.txt": "type: service\nlifecycle: x\nowner: y\n",
    "files/proto.json": '{"__proto__": {"a": 1}, "type": "service", "lifecycle": "x", "owner": "y"}',
    "files/space name.txt": "x",
    "files/a+b.txt": "x",
    "files/%41.txt": "x",
    "top.txt": "top",
}


def placeholder_cases() -> Iterator[dict[str, Any]]:
    targets: tuple[Any, ...] = (
        *(f"./{name}" for name in FILES), *FILES, *(f"/{name}" for name in FILES), "../top.txt", "./files/../top.txt", "%2e%2e/top.txt", "files/%2e%2e/top.txt",
        "files%2fapi.txt", "..%2ftop.txt", "files/..%2ftop.txt", "files/%252e%252e/top.txt", "./files/space%20name.txt", "./files/api.txt?x=1", " ./files/api.txt ",
        "files\\api.txt", "//files/api.txt", "/../top.txt", "/files/../top.txt", "https://github.com/acme/shop/blob/main/files/api.txt",
        "https://github.com/acme/shop/tree/main/files/api.txt", "https://github.com/acme/shop/raw/main/files/api.txt", "https://github.com/acme/other/blob/main/top.txt",
        "https://github.com/acme/shop/blob/other/top.txt", "https://example.org/x.txt", "http://169.254.169.254/latest/", "file:///etc/hostname", "/etc/hostname",
        "https://raw.githubusercontent.com/acme/shop/main/top.txt", "nothing.txt", ".", "./", "files", "a:b.txt", "javascript:x", 5, None, [], {}, True, "../../../../../etc/hostname",
    )  # fmt: skip
    for key in ("$text", "$json", "$yaml", "$ref", "$env", "$TEXT", "$", "$$text"):
        for target in targets if key in ("$text", "$yaml", "$json") else targets[:3]:
            yield entity("API", {**GOOD["API"], "definition": {key: target}})
    for key in ("$text", "$json", "$yaml"):
        for file in FILES:
            found = {key: f"./{file}"}
            yield entity("Component", found)
            yield entity("Component", {**GOOD["Component"], "dependsOn": found})
            yield entity("Component", {**GOOD["Component"], "owner": found})
            yield entity("Component", {**GOOD["Component"], "dependsOn": [found]})
            yield entity(description=found)
            yield entity(labels=found)
            yield entity(annotations=found)
            yield entity(annotations={"a": found})
            yield entity(tags=found)
            yield entity(other={"deep": [1, {"x": found}]})
            yield entity(other={**found, "more": found})
            yield {**entity(), "metadata": found}
            yield {**entity(), "kind": found}
            yield {**entity(), "metadata": {"name": found}}
            yield {**entity(), "metadata": {"name": "x", "namespace": found}}
            yield found


def location_cases() -> Iterator[dict[str, Any]]:
    for type in ("url", "file", "git", "URL", None, ""):
        for target in ("./x.txt", "files/", "/etc/"):
            yield entity("Location", {"type": type, "target": target, "presence": "optional"})
    for spec in (
        {},
        {"target": "./files/one.txt"},
        {"targets": ["./files/broken.txt"]},
        {"target": "./files/list.json"},
        {"targets": ["files/trailing.txt"], "presence": "optional"},
    ):
        yield entity("Location", spec)


def written(value: Any, number: int) -> str:
    """*value* as a YAML document; every third with escapes instead of letters."""
    return json.dumps(value, ensure_ascii=number % 3 == 0) + "\n"
