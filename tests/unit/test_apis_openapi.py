"""What OpenAPI definitions say, and what of them is not believed."""

from __future__ import annotations

import json

import pytest

from callboard.apis import describe
from callboard.model.api import ApiDescription, Complaint, Example, Fact, Group, Operation, Part, Shape, Type

SMALL = """\
openapi: 3.1.0
info: {title: Orders, version: "2"}
servers: [{url: https://api.example.org, description: Production}]
security: [{key: []}]
paths:
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, description: Its number., schema: {type: integer, minimum: 1}}]
    get:
      tags: [Orders]
      operationId: readOrder
      summary: Read an order
      deprecated: true
      responses:
        "200": {description: The order., content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
        default: {description: Something else.}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key, description: Ask us.}}
  schemas:
    Order:
      type: object
      required: [number]
      properties:
        number: {type: integer}
        state: {type: string, enum: [open, closed]}
        parent: {$ref: "#/components/schemas/Order"}
"""


def read(text: str | dict[str, object]) -> ApiDescription:
    found = describe(text if isinstance(text, str) else json.dumps(text), "openapi")
    assert found is not None
    return found


def with_schemas(**schemas: object) -> dict[str, object]:
    return {"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}}


def type_of(schema: object, **others: object) -> Shape:
    """The shape of *schema*, which may refer to *others*."""
    found = read(with_schemas(Here={"properties": {"it": schema}}, **others))
    return next(type for type in found.types if type.name == "Here").shape.rows[0]


def test_a_definition_becomes_operations_in_groups_and_types():
    rows = (
        Shape(name="number", type="integer", required=True),
        Shape(name="state", type="string", values=("open", "closed")),
        Shape(name="parent", type="Order", target="Order"),
    )
    example = Example(text='{\n  "number": 1,\n  "state": "open"\n}', made=True)

    assert read(SMALL) == ApiDescription(
        format="openapi",
        edition="OpenAPI 3.1.0",
        title="Orders",
        version="2",
        servers=(Fact("", "https://api.example.org", "Production"),),
        security=(Fact("key", "API key in header X-Key", "Ask us."),),
        groups=(
            Group(
                id="group-orders",
                title="Orders",
                operations=(
                    Operation(
                        id="get-orders-id",
                        verb="GET",
                        name="/orders/{id}",
                        summary="Read an order",
                        deprecated=True,
                        facts=(Fact("Authorisation", "key"), Fact("Name", "readOrder")),
                        parts=(
                            Part(title="Path parameters", shape=Shape(rows=(Shape(name="id", type="integer", required=True, description="Its number.", notes=("at least 1",)),))),
                            Part(title="Answer", code="200", detail="application/json", description="The order.", shape=Shape(type="Order", target="Order", rows=rows), examples=(example,)),
                            Part(title="Any other answer", code="default", description="Something else."),
                        ),
                    ),
                ),
            ),
        ),
        types=(Type(id="type-order", kind="schema", name="Order", shape=Shape(type="object", rows=(*rows[:2], Shape(name="parent", type="Order", target="Order"))), examples=(example,)),),
        reference=read(SMALL).reference,
    )


def test_the_same_in_json_is_the_same():
    from callboard import yamlsource

    plain = json.dumps(yamlsource.read_documents(SMALL)[0].value)

    assert read(plain) == read(SMALL)


def test_swagger_2_is_read_with_its_bodies_forms_and_media_types():
    found = read("""\
swagger: "2.0"
info: {title: Old, version: 1.0.0}
host: old.example.org
basePath: /v1
schemes: [https, http]
consumes: [application/json]
produces: [application/xml]
securityDefinitions: {who: {type: oauth2, flow: implicit, scopes: {read: To read}}}
paths:
  /things:
    post:
      security: [{who: [read]}]
      parameters:
        - {name: body, in: body, required: true, description: The thing., schema: {$ref: "#/definitions/Thing"}}
      responses: {"200": {description: Good., schema: {type: array, items: {$ref: "#/definitions/Thing"}}}}
    put:
      consumes: [multipart/form-data]
      parameters: [{name: file, in: formData, type: file, required: true}, {name: n, in: query, type: integer, default: 3}]
      responses: {}
definitions: {Thing: {type: object, properties: {name: {type: string, x-secret: 1}}}}
""")

    assert (found.edition, [fact.text for fact in found.servers]) == ("Swagger 2.0", ["https://old.example.org/v1", "http://old.example.org/v1"])
    assert found.security == (Fact("who", "OAuth 2: implicit"),)
    post, put = found.operations
    assert [(part.title, part.code, part.detail, part.shape and part.shape.type, part.required) for part in post.parts] == [
        ("Request", "", "application/json", "Thing", True),
        ("Answer", "200", "application/xml", "list of Thing", False),
    ]
    assert post.facts == (Fact("Authorisation", "who (read)"),)
    assert [(part.title, part.detail, [(row.name, row.type, row.required, row.notes) for row in part.shape.rows]) for part in put.parts if part.shape] == [
        ("Query parameters", "", [("n", "integer", False, ("default 3",))]),
        ("Request", "multipart/form-data", [("file", "file", True, ())]),
    ]


def test_webhooks_and_callbacks_are_shown_with_what_they_send():
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {"at": {"type": "string"}}}}}}
    found = read(
        {
            "openapi": "3.1.0",
            "webhooks": {"orderPlaced": {"post": {"requestBody": body, "responses": {}}}},
            "paths": {"/subscribe": {"post": {"responses": {}, "callbacks": {"onOrder": {"{$request.body#/url}": {"post": {"requestBody": body}}}}}}},
        }
    )

    assert [(group.title, [operation.title for operation in group.operations]) for group in found.groups] == [("Operations", ["POST /subscribe"]), ("Webhooks", ["POST orderPlaced"])]
    (part,) = next(iter(found.operations)).parts
    assert (part.title, part.detail, [row.name for row in part.shape.rows]) == ("Calls back: onOrder", "POST {$request.body#/url}", ["at"])


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "format": "date-time"}, "string, date-time"),
        ({"type": ["string", "null"]}, "string or null"),
        ({"type": "string", "nullable": True}, "string or null"),
        ({"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}, "list of list of integer"),
        ({"type": "array"}, "list"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "map of number"),
        ({"$ref": "#/components/schemas/Thing"}, "Thing"),
        ({"$ref": "#/components/schemas/Code"}, "Code (string)"),
        ({"allOf": [{"$ref": "#/components/schemas/Thing"}], "description": "One."}, "Thing"),
        ({"anyOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]}, "Thing or null"),
        ({"oneOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "string"}]}, "Thing or string"),
        ({"oneOf": [{"type": "string"}] * 9}, "one of 9"),
        ({"type": "array", "items": {"type": ["string", "integer"]}}, "list of (string or integer)"),
        ({"enum": ["a"]}, "string"),
        ({"const": 3}, "integer"),
        (True, "anything"),
        (False, "nothing"),
        ({}, "anything"),
        (3, "anything"),
    ],
)  # fmt: skip
def test_types_are_called_as_people_call_them(schema, words):
    assert type_of(schema, Thing={"type": "object"}, Code={"type": "string"}).type == words


@pytest.mark.parametrize(
    ("schema", "notes"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 9, "default": 3}, ("default 3", "1 to 9")),
        ({"type": "integer", "minimum": 0, "exclusiveMinimum": True}, ("more than 0",)),
        ({"type": "integer", "exclusiveMinimum": 0, "maximum": 5}, ("more than 0", "at most 5")),
        ({"type": "string", "minLength": 3, "maxLength": 3, "pattern": "^[A-Z]+$"}, ("3 characters", "matches ^[A-Z]+$")),
        ({"type": "array", "maxItems": 20, "uniqueItems": True}, ("at most 20 items", "no item twice")),
        ({"type": "string", "readOnly": True}, ("only in answers",)),
    ],
)  # fmt: skip
def test_limits_are_said_in_words(schema, notes):
    assert type_of(schema).notes == notes


def test_parts_of_all_of_are_one_object():
    found = read(with_schemas(Base={"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}, Whole={"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["name"], "properties": {"name": {"type": "string"}}}]}))

    whole = found.types[1].shape
    assert whole.notes == ("has everything of Base",)
    assert [(row.name, row.required) for row in whole.rows] == [("id", True), ("name", True)]


def test_what_is_said_beside_a_reference_by_means_of_all_of_is_said():
    """Before OpenAPI 3.1 nothing could be said beside a reference but so."""
    found = read(
        with_schemas(
            Base={"type": "object", "description": "A folder."},
            It={"properties": {"parent": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"description": "Where it lies.", "nullable": True}]}, "flows": {"allOf": [{"type": "array", "items": {"type": "string"}}, {"description": "What follows."}]}}},
            Part={"properties": {"it": {"allOf": [{"properties": {"id": {}}, "description": "The parent."}, {"description": "Where it lies."}]}}},
            Both={"allOf": [{"properties": {"a": {"type": "string"}}, "description": "First."}, {"properties": {"b": {"type": "string"}}, "description": "Second."}]},
        )
    )

    assert [(row.name, row.type, row.target, row.description) for row in found.types[1].shape.rows] == [("parent", "Base or null", "Base", "Where it lies."), ("flows", "list of string", "", "What follows.")]
    assert [row.description for row in found.types[2].shape.rows] == ["The parent.\n\nWhere it lies."]
    assert (found.types[3].shape.description, [row.name for row in found.types[3].shape.rows]) == ("First.\n\nSecond.", ["a", "b"])


def test_what_may_be_null_keeps_what_is_said_of_it():
    """So writes OpenAPI 3.1 what is optional, and so do the programs that write it."""
    name = {"anyOf": [{"type": "string", "maxLength": 9, "description": "What it is called."}, {"type": "null"}], "title": "Name"}
    mode = {"oneOf": [{"type": "null"}, {"type": "string", "enum": ["a", "b"]}], "description": "How."}
    found = read(with_schemas(It={"properties": {"name": name, "mode": mode}}))

    assert [(row.type, row.description, row.notes, row.values) for row in found.types[0].shape.rows] == [
        ("string or null", "What it is called.", ("at most 9 characters",), ()), ("string or null", "How.", (), ("a", "b")),
    ]  # fmt: skip


def test_what_is_said_of_items_is_said_of_the_list_that_has_no_entry_for_them():
    found = read(with_schemas(Tags={"type": "array", "description": "All tags.", "items": {"type": "string", "description": "A word."}}))

    assert found.types[0].shape.description == "All tags.\n\nA word."


def test_every_value_is_listed_where_a_type_is_declared_and_some_where_it_is_used():
    values = [f"v{n}" for n in range(200)] + ["A whole sentence, as long as those that explain a mistake, which would be of no use to anybody if it ended in the middle of what it says about it."]
    found = read(with_schemas(E={"type": "string", "enum": values}, O={"properties": {"used": {"$ref": "#/components/schemas/E"}, "own": {"type": "string", "enum": values}}}))

    used, own = found.types[1].shape.rows
    assert found.types[0].shape.values == own.values == tuple(values)
    assert (used.values, used.more_values) == (tuple(values[:60]), 141)


@pytest.mark.parametrize(
    "written",
    [{"example": "a-b", "schema": {"type": "string"}}, {"schema": {"type": "string", "example": "a-b"}}, {"schema": {"type": "string", "examples": ["a-b", "c"]}}, {"examples": {"one": {"value": "a-b"}}, "schema": {"type": "string"}}],
)
def test_an_example_of_a_parameter_is_shown_wherever_it_is_written(written):
    found = read({"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": [{"name": "x", "in": "query", **written}]}}}})

    assert next(found.operations).parts[0].shape.rows[0].notes == ("such as a-b",)


def test_a_callback_says_what_is_sent_and_what_it_wants_to_hear():
    sent = {"description": "The news.", "content": {"application/json": {"schema": {"type": "object", "properties": {"id": {"type": "string"}}}}}}
    found = read({"openapi": "3.0.0", "paths": {"/a": {"post": {"callbacks": {"news": {"{$request.body#/url}": {"post": {"summary": "News", "requestBody": sent, "responses": {"200": {"description": "Heard."}, "410": {"description": "No more."}}}}}}}}}})

    (part,) = next(found.operations).parts
    assert (part.title, part.detail, part.description) == ("Calls back: news", "POST {$request.body#/url}", "News\n\nThe news.\n\n- `200`: Heard.\n- `410`: No more.")


def test_variables_of_a_server_say_what_they_may_be_and_what_they_mean():
    found = read({"openapi": "3.0.0", "paths": {"/a": {"get": {}}}, "servers": [{"url": "{scheme}://a.example", "variables": {"scheme": {"enum": ["https", "http"], "default": "https", "description": "How to speak."}, "port": {"default": "443"}}}]})

    assert found.servers == (Fact("", "{scheme}://a.example", "- `scheme`: `https`, `http`. How to speak.\n- `port`: `443`"),)


def test_what_contains_itself_is_opened_once():
    found = read(with_schemas(Tree={"type": "object", "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}) | {"paths": {"/t": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}}}}}})

    (operation,) = found.operations
    shape = operation.parts[0].shape
    assert [(row.name, row.type, row.target, row.rows) for row in shape.rows] == [("name", "string", "", ()), ("children", "list of Tree", "Tree", ())]
    assert operation.parts[0].examples == (Example(text='{\n  "name": "string",\n  "children": []\n}', made=True),)


def test_references_to_other_documents_are_named_and_never_followed():
    found = read(with_schemas(Here={"properties": {"it": {"$ref": "https://example.org/other.yaml#/Thing"}, "file": {"$ref": "../secrets.yaml"}}}))

    assert [(row.type, row.notes) for row in found.types[0].shape.rows] == [
        ("Thing", ("https://example.org/other.yaml#/Thing is in another document",)),
        ("secrets.yaml", ("../secrets.yaml is in another document",)),
    ]
    assert found.complaints == ()
    assert "$ref" not in found.reference


def test_paths_and_operations_in_other_documents_are_one_complaint_with_the_line_of_the_first():
    found = read("openapi: 3.1.0\npaths:\n  /a: {$ref: ./paths/a.yaml}\n  /b:\n    get: {$ref: ./b.yaml}\n    put: {$ref: '#/x-put'}\nx-put: {summary: Put it}\n")

    assert [(operation.title, operation.summary, operation.description) for operation in found.operations] == [("GET /b", "", "`./b.yaml` is in another document"), ("PUT /b", "Put it", "")]
    message = "/a and 1 more are in other documents, which are not read, the first in ./paths/a.yaml"
    assert found.complaints == (Complaint("api-reference", message, 3, "bundle the definition into one file"),)


def test_a_path_in_another_document_is_a_complaint_that_names_it():
    found = read("openapi: 3.1.0\npaths:\n  /a: {$ref: ./paths/a.yaml}\n  /b: {get: {}}\n")

    assert found.complaints == (Complaint("api-reference", "/a is in another document, ./paths/a.yaml, which is not read", 3, "bundle the definition into one file"),)


def test_the_interactive_reference_is_given_a_definition_that_is_whole_and_asks_nobody():
    """Redoc shows nothing at all where one reference leads nowhere, and asks for examples and pictures that are elsewhere."""
    schemas = {"A": {"$ref": "#/components/schemas/Gone"}, "B": {"$ref": "#/components/schemas/B"}, "C": {"$ref": "#/components/schemas/D"}, "D": {"type": "string"}}
    tree = with_schemas(**schemas)
    tree["info"] = {"title": "T", "x-logo": {"url": "https://example.org/logo.png", "href": " JavaScript:alert(1)", "altText": "Logo"}, "contact": {"url": "ftp://example.org/"}}
    tree["components"]["examples"] = {"one": {"externalValue": "https://example.org/one.json"}}
    tree["servers"] = [{"url": "localhost:8080/v1"}]
    tree["info"]["description"] = {"$ref": "description.md"}
    schemas["D"]["properties"] = {"description": {"$ref": "other.yaml"}}

    whole = json.loads(read(tree).reference)

    assert whole["components"]["schemas"] == {
        "A": {"description": "#/components/schemas/Gone leads nowhere"}, "B": {"description": "#/components/schemas/B leads back to itself"}, "C": {"$ref": "#/components/schemas/D"},
        "D": {"type": "string", "properties": {"description": {"description": "other.yaml is in another document"}}},
    }  # fmt: skip
    assert whole["info"] == {"title": "T", "x-logo": {"href": "", "altText": "Logo"}, "contact": {"url": ""}, "description": "description.md is in another document"}
    assert whole["components"]["examples"] == {"one": {"value": "https://example.org/one.json"}}
    assert whole["servers"] == [{"url": "localhost:8080/v1"}]


def test_references_that_lead_nowhere_are_complaints_with_their_line():
    found = read("openapi: 3.1.0\npaths: {}\ncomponents:\n  schemas:\n    A: {$ref: '#/components/schemas/B'}\n    C: {$ref: '#/components/schemas/C'}\n")

    assert found.complaints == (
        Complaint("api-reference", "the reference #/components/schemas/B leads nowhere", 5, "refer to what is written in this definition"),
        Complaint("api-reference", "the reference #/components/schemas/C leads back to itself", 6, "refer to what is written in this definition"),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("openapi: 3.1.0\npaths: [a\n", Complaint("api-invalid", "the definition is not valid YAML: a list in [ ] is not closed", 3, "write the missing bracket")),
        ("- a\n- b\n", Complaint("api-invalid", "the definition is a list, not a mapping", 1, "begin with a line such as openapi: 3.1.0")),
        ("info: {title: x}\n", Complaint("api-invalid", "the definition has no key openapi, which says that it is openapi", 1, "begin with a line such as openapi: 3.1.0")),
        ("info: {}\nopenapi: '4'\n", Complaint("api-invalid", "openapi is '4', not a version such as 3.1.0", 2, "write openapi: 3.1.0")),
        ("openapi: 3.1.0\npaths: 3\n", Complaint("api-invalid", "paths is not a mapping", 2, "write paths: and below it a path such as /orders:")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_where_and_why(text, complaint):
    found = read(text)

    assert (found.shown, [(each.code, each.message, each.line) for each in found.complaints]) == (False, [(complaint.code, complaint.message, complaint.line)])
    assert found.complaints[0].hint


def test_a_part_that_is_wrong_spares_the_others():
    found = read("openapi: 3.0.0\npaths:\n  /a:\n    get: [x]\n    post: {responses: {}}\n  /b: 3\n")

    assert [operation.title for operation in found.operations] == ["POST /a"]
    assert [(each.message, each.line) for each in found.complaints] == [("get /a is not a mapping", 4), ("/b is not a mapping of methods to operations", 6)]


def test_values_of_the_wrong_type_are_taken_for_nothing():
    found = read({"openapi": 3.1, "info": [], "tags": {"a": 1}, "servers": {"a": 1}, "components": {"schemas": [1], "securitySchemes": 3}, "paths": {"/a": {"get": {"parameters": {"a": 1}, "responses": [1], "requestBody": "x", "tags": "q", "security": {"a": 1}, "callbacks": [], "summary": {"x": 1}}}}})

    assert [(operation.title, operation.parts, operation.summary) for operation in found.operations] == [("GET /a", (), "")]


def test_anchors_stay_when_others_are_added_and_are_never_shared():
    found = read({"openapi": "3.1.0", "paths": {"/a-b": {"get": {}}, "/a/b": {"get": {}}, "/{a}/b": {"get": {}}}})

    assert [operation.id for operation in found.operations] == ["get-a-b", "get-a-b-2", "get-a-b-3"]


def test_written_examples_go_before_made_ones():
    content = {"application/json": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}, "examples": {"one": {"summary": "First", "value": {"a": "x"}}, "two": {"$ref": "#/components/examples/Two"}}}}
    found = read({"openapi": "3.1.0", "paths": {"/a": {"post": {"requestBody": {"content": content}}}}, "components": {"examples": {"Two": {"value": "plain"}}}})

    (operation,) = found.operations
    assert operation.parts[0].examples == (Example(title="First", text='{\n  "a": "x"\n}'), Example(title="two", text="plain"))
