"""A language that nobody speaks: every text of the catalogue in brackets, and an organisation whose every word has "zz".

What a page of that portal says outside of brackets, and without "zz", stands in no catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import strings
from babel.messages import Catalog
from babel.messages.pofile import generate_po

from portals import organisation

CODE = "en-XA"
ACCENTS = str.maketrans("aeiou", "äëïöü")
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
_KEPT = re.compile(r"(%\(\w+\)s|%%|<[^>]*>|&\w+;)")


def bracketed(text: str) -> str:
    parts = _KEPT.split(text)
    return "⟦" + "".join(part if n % 2 else part.translate(ACCENTS) for n, part in enumerate(parts)) + "⟧"


def catalogue() -> str:
    """Every text, in brackets."""
    catalog = Catalog()
    for _, message in strings.messages():
        key = (message.one, message.many) if message.many else message.one
        said = (bracketed(message.one), bracketed(message.many)) if message.many else bracketed(message.one)
        catalog.add(key, said, context=message.context or None)
    return HEADER + "".join(generate_po(catalog, omit_header=True, width=0))


def entity(kind: str, name: str, spec: str, metadata: str = "", api: str = "backstage.io/v1alpha1") -> str:
    return f"apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name}\n{metadata}spec:\n{spec}---\n"


OPENAPI = """\
openapi: 3.1.0
info: {title: Zz-orders, version: zz1, description: Zzall., contact: {name: Zzteam, email: zz@zz.example}, license: {name: Zzfree}, termsOfService: https://zz.example/}
externalDocs: {url: https://zz.example/more}
servers: [{url: https://zz.example, description: Zzhere}]
tags: [{name: zzorders, description: Zzorders.}]
security: [{zzkey: []}, {zzhttp: [zzread]}]
paths:
  /zz/{zzid}:
    get:
      tags: [zzorders, zzother]
      operationId: zzget
      summary: Zzget
      deprecated: true
      parameters:
        - {name: zzid, in: path, required: true, schema: {type: string, format: uuid, minLength: 1, maxLength: 26}, example: zz9}
        - {name: zzhow, in: query, schema: {type: array, items: {type: integer, minimum: 1, maximum: 9}, minItems: 2, uniqueItems: true}}
      requestBody: {required: true, description: Zzbody., content: {application/json: {schema: {$ref: '#/components/schemas/ZzOrder'}}}}
      responses:
        '200': {description: Zzgood., headers: {Zz-Left: {schema: {type: integer}}}, content: {application/json: {schema: {$ref: '#/components/schemas/ZzOrder'}}}}
        default: {description: Zzbad.}
      callbacks: {zzback: {'{$request.zz}': {post: {summary: Zzback, requestBody: {content: {application/json: {schema: {type: object}}}}}}}}
  /zzplain: {get: {responses: {'204': {description: Zznothing.}}}}
webhooks: {zzhook: {post: {summary: Zzhook, responses: {'200': {description: Zzgood.}}}}}
components:
  securitySchemes: {zzkey: {type: apiKey, in: header, name: Zz-Key}, zzhttp: {type: http, scheme: bearer}, zzbasic: {type: http, scheme: basic}, zztls: {type: mutualTLS}}
  schemas:
    ZzOrder:
      type: object
      required: [zzid]
      properties:
        zzid: {type: string, description: Zzid., pattern: '^zz', readOnly: true}
        zzlines: {type: array, items: {$ref: '#/components/schemas/ZzLine'}, maxItems: 3}
        zzmap: {type: object, additionalProperties: {type: [string, 'null']}, minProperties: 1}
        zzone: {oneOf: [{type: string}, {type: integer}]}
        zzmany: {oneOf: [{type: string}, {type: integer}, {type: boolean}, {type: 'null'}, {type: object, properties: {zza: true}}, {type: array}]}
        zzsum: {type: number, exclusiveMinimum: 0, maximum: 9, multipleOf: 3, default: 3}
        zzenum: {type: string, enum: [zza, zzb]}
        zzany: true
      additionalProperties: false
    ZzLine: {allOf: [{$ref: '#/components/schemas/ZzBase'}, {type: object, properties: {zzs: {type: string, deprecated: true, writeOnly: true}}}]}
    ZzBase: {type: object, properties: {zzself: {$ref: '#/components/schemas/ZzBase'}}, additionalProperties: {type: string}}
"""
ASYNCAPI = """\
asyncapi: 3.0.0
info: {title: Zz-told, version: zz1}
servers: {zzprod: {host: zz.example, protocol: zzkafka, description: Zzhere., security: [{type: userPassword}]}}
channels:
  zzthings: {address: 'zz.{zzid}', title: Zz-things, parameters: {zzid: {description: Zzid.}}, messages: {zzm: {$ref: '#/components/messages/Zzm'}}}
operations: {zzsend: {action: send, channel: {$ref: '#/channels/zzthings'}, reply: {channel: {$ref: '#/channels/zzthings'}}}}
components:
  messages: {Zzm: {name: zzm, contentType: application/json, headers: {type: object, properties: {zzh: {type: string}}}, payload: {type: object, properties: {zzp: {type: string}}}, examples: [{payload: {zzp: zz}}, {payload: {zzp: zzz}}]}}
"""
GRAPHQL = """\
"Zzask" type Query { "Zzall" zzall(zzfirst: Int = 3): [ZzThing!]! }
type Mutation { zzdo: ZzThing }
interface ZzNode { zzid: ID! }
type ZzThing implements ZzNode { zzid: ID! zzof(zza: Int): ZzThing zzold: Int @deprecated(reason: "Zzold") }
enum ZzState { ZZA ZZB }
union ZzAny = ZzThing
input ZzIn { zzx: Int = 1 }
scalar ZzDate
"""
PROTO = """\
syntax = "proto3"; package zz;
import "zz/other.proto";
service ZzService { rpc ZzTalk(stream ZzAsk) returns (stream ZzAnswer); rpc ZzHear(ZzAsk) returns (ZzAnswer); }
message ZzAsk { reserved 7; map<string, int32> zzmap = 1; repeated string zzlist = 2; optional string zzmay = 3; oneof zzgroup { string zza = 4; } ZzState zzstate = 5; }
message ZzAnswer { option deprecated = true; ZzAsk zzask = 1; }
enum ZzState { ZZA = 0; }
"""
MANUAL = """\
---
description: Zzdescribed.
---

# Zzhow

## Zzpart { #zzpart }

| Zza | Zzb |
|-----|-----|
| zz1 | zz2 |

- [x] zzdone
- [ ] zzopen

```mermaid
flowchart LR
  zza --> zzb
```

```python
zz = 1  # (1)!
```

1. Zznote

$$zz^2$$

```graphviz dot zz.svg
digraph { zza -> zzb }
```
"""
TEMPLATE = """\
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: zz-make, title: Zz-make, description: Zzmakes., tags: [zztag]}
spec:
  type: zztype
  owner: zz-crew
  parameters:
    - {title: Zzform, required: [zzname], properties: {zzname: {title: Zzname, type: string, description: Zzname.}, zzflag: {type: boolean, default: true}, zznum: {type: integer}, zzlist: {type: array}, zzpick: {type: string, enum: [zza]}}}
    - {properties: {zzlast: {type: object}}}
  steps: [{id: zzstep, name: Zzstep, action: 'fetch:template', if: zzif}]
"""


def descriptors() -> dict[str, str]:
    """Repositories with entities of each kind, a manual, APIs, a template and problems, by path."""
    noted = "  title: Zz-shop\n  description: Zzsells **zzall**.\n  tags: [zza, zzb, zzc, zzd, zze]\n  labels: {zz.example/zz: zz}\n  annotations: {backstage.io/techdocs-ref: 'dir:.', zz.example/zz: zz}\n  links: [{url: 'https://zz.example/', title: Zzlink}]\n"
    shop = entity("Component", "zz-shop", "  type: service\n  lifecycle: production\n  owner: zz-crew\n  system: zz-sale\n  providesApis: [zz-orders, zz-told]\n  consumesApis: [zz-asked]\n  dependsOn: ['resource:zz-base', 'component:zz-gone']\n", noted)
    parts = "".join(entity("Component", f"zz-part-{n}", "  type: zztype\n  lifecycle: zzlife\n  owner: zz-crew\n  system: zz-sale\n  dependsOn: ['component:zz-shop']\n") for n in range(30))
    rest = [
        entity("Component", "zz-lone", "  type: website\n  lifecycle: zzlife\n  owner: zz-nobody\n"),
        entity("Resource", "zz-base", "  type: zztype\n  owner: zz-sub\n  system: zz-sale\n"),
        entity("System", "zz-sale", "  owner: zz-crew\n  domain: zz-trade\n"),
        entity("System", "zz-empty", "  owner: zz-crew\n"),
        entity("Domain", "zz-trade", "  owner: zz-crew\n"),
        entity("Domain", "zz-void", "  owner: user:zz-jo\n  subdomainOf: zz-trade\n"),
        entity("Group", "zz-crew", "  type: team\n  children: [zz-sub]\n  profile: {displayName: Zz-crew, email: zz@zz.example}\n"),
        entity("Group", "zz-sub", "  type: team\n  children: []\n  parent: zz-crew\n"),
        entity("Group", "zz-idle", "  type: team\n  children: []\n"),
        entity("User", "zz-jo", "  memberOf: [zz-crew, zz-sub]\n  profile: {displayName: Zz-Jo, email: zz@zz.example}\n"),
        "".join(entity("User", f"zz-u{n}", "  memberOf: [zz-crew]\n") for n in range(10)),
        entity("User", "zz-new", "  memberOf: []\n"),
        entity("Location", "zz-place", "  targets: [./zz.yaml]\n"),
        *(
            entity("API", name, f"  type: {type}\n  lifecycle: experimental\n  owner: zz-crew\n  definition: {{$text: ./{name}.txt}}\n")
            for name, type in (("zz-orders", "openapi"), ("zz-told", "asyncapi"), ("zz-asked", "graphql"), ("zz-called", "grpc"), ("zz-odd", "zzodd"), ("zz-torn", "openapi"))
        ),
    ]
    return {
        "zz-shop/catalog-info.yaml": shop + parts + "".join(rest) + "".join(entity("Component", f"zz-bad-{n}", "  type: 7\n") for n in range(2)),
        "zz-shop/zz.yaml": entity("Component", "zz-found", "  type: zztype\n  lifecycle: zzlife\n  owner: zz-crew\n  subcomponentOf: zz-shop\n"),
        "zz-shop/zz-orders.txt": OPENAPI,
        "zz-shop/zz-told.txt": ASYNCAPI,
        "zz-shop/zz-asked.txt": GRAPHQL,
        "zz-shop/zz-called.txt": PROTO,
        "zz-shop/zz-odd.txt": "zz\n" * 3100,
        "zz-shop/zz-torn.txt": "zz: 1\n",
        "zz-shop/mkdocs.yml": "site_name: Zz-manual\nnav: [{Zzhow: index.md}, {Zzparts: [zzmore.md]}]\nplugins: [techdocs-core]\nmarkdown_extensions: [{pymdownx.arithmatex: {generic: true}}, pymdownx.tasklist, attr_list]\n",
        "zz-shop/docs/index.md": MANUAL,
        "zz-shop/docs/zzmore.md": "# Zzmore\n\nzz\n",
        "zz-shop/docs/adr/0001-zzfirst.md": "---\nstatus: superseded by [Zzsecond](0002-zzsecond.md)\ndate: 2026-01-02\n---\n\n# Zzfirst\n\nzz\n",
        "zz-shop/docs/adr/0002-zzsecond.md": "---\nstatus: accepted\n---\n\n# Zzsecond\n\nzz\n",
        "zz-make/catalog-info.yaml": TEMPLATE,
        "zz-make/skeleton/catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: '${{ values.zz }}'}\n",
    }


def portal(folder: Path, links: str = "folders") -> Path:
    """Write the organisation and the catalogue; returns the path of the configuration."""
    po = folder / "zztheme/locale" / CODE / "messages.po"
    po.parent.mkdir(parents=True)
    po.write_text(catalogue(), "utf-8")
    site = f"site: {{title: Zz-portal, description: Zzall., language: {CODE}, theme: zztheme, links: {links}}}\nsources: [{{folder: {{path: repos}}}}]\n"
    return organisation(folder, descriptors(), site)


SAID = re.compile(r"[^\W\d_][\w'-]*", re.UNICODE)
ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "data-title", "label")
QUIET = {"script", "style", "code", "pre", "kbd", "template"}


def outside(text: str, depth: int = 0) -> tuple[str, int]:
    """What of *text* is outside of brackets, and how many brackets are open at its end."""
    left = []
    for char in text:
        if char == "⟦":
            depth += 1
        elif char == "⟧":
            depth -= 1
            left.append(" ")
        elif depth == 0:
            left.append(char)
    return "".join(left), depth


OWN = re.compile(r"\S*(?:zz\S*[:/.@]|[:/.@=]zz)\S*|[\w./-]+\.yaml(?::\d+)*", re.IGNORECASE)
"""References, addresses and paths of the organisation."""


def words(text: str, known: frozenset[str]) -> list[str]:
    """Words that are neither the organisation's own nor *known*."""
    return [word for word in SAID.findall(OWN.sub(" ", text)) if "zz" not in word.lower() and word not in known]


class Page(HTMLParser):
    """Finds what a page says that stands in no catalogue. *spared* are classes and tags whose content is data."""

    def __init__(self, known: frozenset[str], spared: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.known = known
        self.spared = spared
        self.depth = 0
        self.text = ""
        self.open: list[tuple[str, bool, bool]] = []
        """Elements that are open: whether nothing in them is said to readers, and whether their text is data."""
        self.found: list[str] = []

    @property
    def quiet(self) -> bool:
        return any(quiet for _, quiet, _ in self.open)

    @property
    def data(self) -> bool:
        return any(data for _, _, data in self.open)

    def flush(self, tag: str) -> None:
        """What was said until now is whole, unless *tag* only marks a part of it."""
        if tag != "mark":
            self.note("text", self.text)
            self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.flush(tag)
        given = dict(attrs)
        hidden = "hidden" in given and "data-pagefind-ignore" in given  # what the full-text index reads
        classes = set((given.get("class") or "").split())
        data = bool(self.spared & {*classes, tag})
        quiet = tag in QUIET or hidden
        if not (quiet or self.quiet):
            for name in ATTRIBUTES:
                if not (data and name == "title"):
                    self.check(f"{tag} {name}", given.get(name) or "")
            if tag == "meta" and given.get("name") == "description":
                self.check("description", given.get("content") or "")
        if tag not in ("meta", "link", "input", "img", "br", "hr", "col", "path", "rect", "use", "symbol"):
            self.open.append((tag, quiet, data))

    def handle_endtag(self, tag: str) -> None:
        self.flush(tag)
        for n in range(len(self.open) - 1, -1, -1):
            if self.open[n][0] == tag:
                del self.open[n:]
                break

    def handle_data(self, data: str) -> None:
        if self.data:
            return
        left, self.depth = outside(data, self.depth)
        if not self.quiet:
            self.text += left

    def check(self, place: str, value: str) -> None:
        left, depth = outside(value)
        assert depth == 0, value
        self.note(place, left)

    def note(self, place: str, text: str) -> None:
        if words(text, self.known):
            self.found.append(f"{place}: {' '.join(text.split())[:120]}")


def unsaid(html: str, known: frozenset[str], spared: frozenset[str]) -> Iterator[str]:
    """What *html* says that stands in no catalogue."""
    page = Page(known, spared)
    page.feed(html)
    page.close()
    page.flush("")
    if page.depth:
        yield f"{page.depth} brackets are open at the end"
    yield from dict.fromkeys(page.found)
