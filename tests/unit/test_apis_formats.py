"""What AsyncAPI, GraphQL and protobuf definitions say."""

from __future__ import annotations

import json

import pytest

from callboard.apis import describe
from callboard.apis.asyncapi import MESSAGES
from callboard.model.api import ApiDescription, Complaint, Fact, Part, Shape


def read(text: str, type: str) -> ApiDescription:
    found = describe(text, type)
    assert found is not None
    return found


def outline(found: ApiDescription) -> list[tuple[str, list[str]]]:
    return [(group.title, [operation.title for operation in group.operations]) for group in found.groups]


# -- AsyncAPI -------------------------------------------------------------------------------------------------------------

EVENTS = """\
asyncapi: 3.0.0
info: {title: Events, version: 1.2.0}
defaultContentType: application/json
servers: {main: {host: "broker.example.org:9092", protocol: kafka, security: [{$ref: "#/components/securitySchemes/cert"}]}}
channels:
  orders:
    address: shop.orders.{region}
    title: Orders
    parameters: {region: {enum: [eu, us], description: Where.}}
    bindings: {kafka: {partitions: 6}}
    messages:
      placed: {$ref: "#/components/messages/Placed"}
      raw: {name: Raw, payload: {schemaFormat: application/vnd.apache.avro;version=1.9.0, schema: {type: record, name: Raw}}}
  silent: {address: shop.silent, messages: {placed: {$ref: "#/components/messages/Placed"}}}
operations:
  tellOrders:
    action: send
    summary: Tells what was ordered.
    channel: {$ref: "#/channels/orders"}
    messages: [{$ref: "#/channels/orders/messages/placed"}]
components:
  securitySchemes: {cert: {type: X509}}
  messages: {Placed: {title: An order was placed, payload: {$ref: "#/components/schemas/Order"}, examples: [{name: one, payload: {id: 7}}]}}
  schemas: {Order: {type: object, properties: {id: {type: integer}}}}
"""


def test_channels_of_asyncapi_3_have_operations_with_their_messages():
    found = read(EVENTS, "asyncapi")

    assert (found.edition, found.title, found.version, outline(found)) == ("AsyncAPI 3.0.0", "Events", "1.2.0", [("Orders", ["SEND tellOrders"]), ("shop.silent", ["CHANNEL shop.silent"])])
    assert found.servers == (Fact("main", "broker.example.org:9092", "Protocol: kafka\n\nAuthorisation: cert"),)
    assert found.security == (Fact("cert", "Client certificate (X.509)"),)
    group, _ = found.groups
    assert (group.detail, group.facts) == ("shop.orders.{region}", (Fact("kafka", "partitions 6"),))
    address, message = group.operations[0].parts
    assert address == Part(title="Parameters of the address", shape=Shape(rows=(Shape(name="region", type="string", required=True, description="Where.", values=("eu", "us")),)))
    assert (message.title, message.detail, message.shape.type, [example.text for example in message.examples]) == ("Message: An order was placed", "application/json", "Order", ['{\n  "id": 7\n}'])


def test_a_message_in_another_schema_language_is_shown_as_its_text():
    found = read(EVENTS.replace("    messages: [{$ref: \"#/channels/orders/messages/placed\"}]\n", ""), "asyncapi")

    part = found.groups[0].operations[0].parts[2]
    assert (part.title, part.shape, part.examples[0].title, json.loads(part.examples[0].text)) == (
        "Message: Raw", None, "Schema, application/vnd.apache.avro;version=1.9.0", {"type": "record", "name": "Raw"},
    )  # fmt: skip


def test_an_operation_that_neither_sends_nor_receives_is_a_complaint_and_has_no_word_of_its_own():
    found = read(EVENTS.replace("action: send", "action: cb-main"), "asyncapi")

    assert [operation.verb for operation in found.operations][0] == "OPERATION"
    assert [(each.code, each.message) for each in found.complaints] == [("api-invalid", "the operation tellOrders says neither that it sends nor that it receives")]


def test_asyncapi_2_keeps_its_words_and_takes_what_traits_say():
    found = read("""\
asyncapi: 2.6.0
channels:
  scans/{depot}:
    parameters: {depot: {schema: {type: string, minLength: 3}}}
    subscribe:
      traits: [{summary: From a trait., description: Long.}]
      summary: Its own.
      message: {oneOf: [{name: A, payload: {type: string}}, {name: B, headers: {type: object, properties: {key: {type: string}}}}]}
    publish: {message: {$ref: "#/components/messages/Gone"}}
""", "asyncapi")  # fmt: skip

    assert outline(found) == [("scans/{depot}", ["PUBLISH scans/{depot}", "SUBSCRIBE scans/{depot}"])]
    _, subscribe = found.operations
    assert (subscribe.summary, subscribe.description) == ("Its own.", "Long.")
    assert [part.title for part in subscribe.parts] == ["Parameters of the address", "Message: A", "Message: B", "Message: B, headers"]
    assert [each.message for each in found.complaints] == ["the reference #/components/messages/Gone leads nowhere"]


def test_what_only_a_protocol_knows_is_said_of_servers_channels_and_messages():
    found = read("""\
asyncapi: 2.6.0
servers: {main: {url: "a.example:{port}", protocol: kafka, variables: {port: {enum: ["1883", "8883"], description: Plain or secure.}}}}
channels:
  scans:
    bindings: {ws: {query: {type: object, properties: {top: {type: boolean, description: Only the top.}}}}}
    subscribe:
      bindings: {kafka: {groupId: {type: string, enum: [mine, ours]}, clientId: c}}
      message:
        description: A scan.
        payload: {type: string}
        correlationId: {location: "$message.header#/id", description: Which order.}
        bindings: {http: {headers: {properties: {Trailer: {type: string}}}}}
""", "asyncapi")  # fmt: skip

    assert found.servers == (Fact("main", "a.example:{port}", "- `port`: `1883`, `8883`. Plain or secure.\n\nProtocol: kafka"),)
    assert found.groups[0].facts == (Fact("ws", "query", "- `query.top`: Only the top."),)
    (operation,) = found.operations
    assert operation.facts == (Fact("kafka", "groupId mine, ours, clientId c"),)
    assert operation.parts[0].description == "A scan.\n\n- correlationId: `$message.header#/id` Which order.\n- http: headers\n  - `headers.Trailer`: string"


def test_a_key_in_a_header_is_said_in_words():
    found = read("asyncapi: 3.0.0\nchannels: {c: {address: c}}\ncomponents: {securitySchemes: {k: {type: httpApiKey, in: header, name: X-Key}}}\n", "asyncapi")

    assert found.security == (Fact("k", "API key in header X-Key"),)


def test_messages_beyond_those_that_are_shown_are_counted():
    messages = [{"name": f"m{n}", "payload": {"type": "string"}} for n in range(MESSAGES + 3)]
    found = read(json.dumps({"asyncapi": "2.6.0", "channels": {"c": {"publish": {"message": {"oneOf": messages}}}}}), "asyncapi")

    assert len(next(found.operations).parts) == MESSAGES
    assert [(each.code, each.message) for each in found.complaints] == [("api-limit", "3 operations, types and fields of the definition are not shown")]


# -- GraphQL ----------------------------------------------------------------------------------------------------------------

GRAPH = '''\
schema { query: Root }
"""Where everything begins."""
type Root {
  "One order."
  order(id: ID!, deep: Boolean = false): Order
  orders: [Order!]! @deprecated(reason: "Use search")
}
extend type Root { search(text: String!): [Result!]! }
interface Node { id: ID! }
type Order implements Node @key(fields: "id") { id: ID! state: State! parent: Order lines(first: Int = 10): [Line!]! }
type Line { amount: Int! }
enum State { OPEN "It is over." CLOSED @deprecated }
union Result = Order | Elsewhere
input Filter { state: State! = OPEN text: String! }
scalar Date
'''


def test_fields_of_the_roots_of_graphql_are_operations_with_a_call():
    found = read(GRAPH, "graphql")

    assert outline(found) == [("Queries", ["QUERY order", "QUERY orders", "QUERY search"])]
    order, orders, _ = found.operations
    assert order.parts == (
        Part(title="Arguments", shape=Shape(rows=(Shape(name="id", type="ID!", required=True), Shape(name="deep", type="Boolean", notes=("default false",))))),
        Part(
            title="Result",
            shape=Shape(
                type="Order",
                target="Order",
                rows=(
                    Shape(name="id", type="ID!"),
                    Shape(name="state", type="State!", target="State", values=("OPEN", "CLOSED")),
                    Shape(name="parent", type="Order", target="Order"),
                    Shape(name="lines", type="[Line!]!", target="Line", notes=("takes first: Int = 10",)),
                ),
            ),
        ),
    )
    assert order.examples[0].text == "query Order($id: ID!) {\n  order(id: $id) {\n    id\n    state\n    parent {\n      id\n      state\n    }\n    lines {\n      amount\n    }\n  }\n}"
    assert (orders.deprecated, orders.reason) == (True, "Use search")


def test_types_of_graphql_come_by_kind_and_those_written_elsewhere_have_no_link():
    found = read(GRAPH, "graphql")

    assert [(type.kind, type.name) for type in found.types] == [
        ("type", "Order"), ("type", "Line"), ("interface", "Node"), ("input", "Filter"), ("enum", "State"), ("union", "Result"), ("scalar", "Date"),
    ]  # fmt: skip
    shapes = {type.name: type.shape for type in found.types}
    assert shapes["Order"].notes == ("implements Node", "@key")
    assert [(row.type, row.target) for row in shapes["Result"].rows] == [("Order", "Order"), ("Elsewhere", "")]
    assert [(row.name, row.required, row.notes) for row in shapes["Filter"].rows] == [("state", False, ("default OPEN",)), ("text", True, ())]
    assert [(row.name, row.description, row.deprecated) for row in shapes["State"].rows] == [("OPEN", "", False), ("CLOSED", "It is over.", True)]


def test_comments_describe_a_schema_that_has_no_descriptions():
    found = read("# An order.\n# It has lines.\ntype Order {\n  id: ID! # not this\n  # What it costs\n  price: Int\n}\n", "graphql")

    (order,) = found.types
    assert (order.shape.description, [row.description for row in order.shape.rows]) == ("An order.\nIt has lines.", ["", "What it costs"])


def test_the_answer_to_an_introspection_is_a_schema():
    from graphql import build_schema, introspection_from_schema

    answer = {"data": introspection_from_schema(build_schema("type Query { order(id: ID!): String }"))}

    assert outline(read(json.dumps(answer), "graphql")) == [("Queries", ["QUERY order"])]


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("type A {\n  b:\n}\n", "the definition is not valid GraphQL: expected Name, found '}'", 3),
        ("type A { a: " + "[" * 5000 + "Int" + "]" * 5000 + " }", "the definition is not valid GraphQL: document is nested too deeply. Parsing aborted", 0),
        ('{"__schema": 3}', None, 1),
        ("directive @a on FIELD\n", "the definition declares no type", 1),
    ],
)
def test_what_is_no_graphql_says_where_and_why(text, message, line):
    found = read(text, "graphql")

    assert not found.shown
    assert message is None or [(each.code, each.message) for each in found.complaints] == [("api-invalid", message)]
    assert line == 0 or found.complaints[0].line == line


def test_what_is_said_of_arguments_is_said_where_their_field_is_declared():
    found = read('type Query { a: A }\ntype A { """A picture.""" url("""In\n    pixels.""" size: Int, scale: Int): String }\n', "graphql")

    assert [row.description for row in found.types[0].shape.rows] == ["A picture.\n\n- `size`: In pixels."]
    assert [row.description for row in next(found.operations).parts[0].shape.rows] == ["A picture."]


def test_directives_of_a_schema_have_entries():
    found = read('type Query { a: Int }\n"""Who may."""\ndirective @may("""A role.""" role: String! = "all") repeatable on FIELD_DEFINITION | OBJECT\n', "graphql")

    rows = (Shape(name="role", type="String!", description="A role.", notes=('default "all"',)),)
    assert [(type.id, type.kind, type.name, type.shape) for type in found.types] == [
        ("directive-may", "directive", "@may", Shape(description="Who may.", notes=("on FIELD_DEFINITION, OBJECT",), rows=rows)),
    ]  # fmt: skip


@pytest.mark.parametrize(("type", "text"), [("graphql", "enum E { %s }"), ("grpc", "enum E { %s }")])
def test_an_enumeration_is_listed_whole_where_it_is_declared(type, text):
    """Languages and countries have more values than there is room for fields."""
    values = " ".join(f"V{n}" if type == "graphql" else f"V{n} = {n};" for n in range(1_000))
    found = read(text % values, type)

    assert [row.name for row in found.types[0].shape.rows] == [f"V{n}" for n in range(1_000)]


def test_values_beyond_those_that_are_listed_are_counted_where_they_are_missing():
    found = read(f"enum E {{ {' '.join(f'V{n}' for n in range(2_000))} }}", "graphql")

    assert (len(found.types[0].shape.rows), found.types[0].shape.more, found.left_out) == (1_500, 500, 500)


# -- protobuf -------------------------------------------------------------------------------------------------------------

PROTO = """\
// Orders of the shop.
syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";
option (some.option) = { a: 1 b { c: "}" } };

// Takes orders.
service Orders {
  // Reads one.
  rpc Get(GetRequest) returns (Order) { option (google.api.http) = { get: "/v1/orders/{id}" additional_bindings { post: "/v1/orders:get" } }; }
  rpc Watch(stream GetRequest) returns (stream .shop.v1.Order.Change) { option deprecated = true; }
}

message GetRequest { string id = 1; }

/* An order.
 * It has lines. */
message Order {
  // Detached, because a line is empty.

  string id = 1; // Its number.
  repeated Line lines = 2 [(x).y = {a: [1, 2]}, deprecated = true];
  map<string, Line> by_name = 3;
  oneof paid { google.protobuf.Timestamp paid_at = 4; bool never = 5; }
  optional State state = 6;
  reserved 8, 10 to max; reserved "old";
  message Line { int32 amount_in_cents = 1; Order order = 2; }
  enum Change { CHANGE_UNKNOWN = 0; CHANGE_GONE = -1 [deprecated = true]; }
  message message { string message = 1; string oneof = 2; string reserved = 3; }
}
enum State { option allow_alias = true; OPEN = 0; // Still open.
  CLOSED = 0x1; reserved 5; }
extend google.protobuf.FieldOptions { string hint = 50000; }
"""


def test_services_messages_and_enums_of_protobuf_are_read_with_their_comments():
    found = read(PROTO, "grpc")

    assert (found.edition, found.description, outline(found)) == ("Protobuf, proto3", "Orders of the shop.", [("Orders", ["RPC Get", "RPC Watch"])])
    assert found.facts == (Fact("Package", "shop.v1"), Fact("Imports", "google/protobuf/timestamp.proto"))
    get, watch = found.operations
    assert (get.description, get.facts) == ("Reads one.", (Fact("HTTP", "GET /v1/orders/{id}"), Fact("HTTP", "POST /v1/orders:get")))
    assert (watch.deprecated, watch.facts, [part.shape.type for part in watch.parts], watch.parts[1].shape.target) == (
        True, (Fact("Streams", "Both sides stream"),), ["stream of GetRequest", "stream of shop.v1.Order.Change"], "Order.Change",
    )  # fmt: skip
    assert [(type.kind, type.name) for type in found.types] == [
        ("message", "GetRequest"), ("message", "Order"), ("message", "Order.Line"), ("message", "Order.message"), ("extension", "google.protobuf.FieldOptions"),
        ("enum", "State"), ("enum", "Order.Change"),
    ]  # fmt: skip
    order = next(type for type in found.types if type.name == "Order")
    assert (order.shape.description, order.shape.notes) == ("An order.\nIt has lines.", ("reserved: 8, 10 to max, old",))
    assert [(row.name, row.type, row.target, row.description, row.notes, row.deprecated) for row in order.shape.rows] == [
        ("id", "string", "", "Its number.", ("number 1",), False),
        ("lines", "list of Line", "Order.Line", "", ("number 2",), True),
        ("by_name", "map of string to Line", "Order.Line", "", ("number 3",), False),
        ("paid_at", "google.protobuf.Timestamp", "", "", ("number 4", "one of paid"), False),
        ("never", "bool", "", "", ("number 5", "one of paid"), False),
        ("state", "State", "State", "", ("number 6", "optional"), False),
    ]
    assert json.loads(order.examples[0].text) == {
        "id": "string", "lines": [{"amountInCents": 1}], "byName": {"name": {"amountInCents": 1}}, "paidAt": "2026-03-04T09:30:00Z", "state": "CLOSED",
    }  # fmt: skip
    state = next(type for type in found.types if type.name == "State")
    assert [(row.name, row.type, row.description) for row in state.shape.rows] == [("OPEN", "= 0", "Still open."), ("CLOSED", "= 0x1", "")]


def test_proto2_with_groups_defaults_and_extensions_is_read():
    found = read("""\
message A {
  required string name = 1 [default = "a\\"b"];
  repeated group Result = 2 { optional string url = 1; }
  extensions 100 to 199;
  extend B { optional int32 c = 126; }
}
""", "protobuf")  # fmt: skip

    types = {type.name: type.shape for type in found.types}
    assert [(row.name, row.type, row.required, row.notes) for row in types["A"].rows] == [("name", "string", True, ("number 1", 'default a\\"b')), ("result", "list of Result", False, ("number 2",))]
    assert set(types) == {"A", "A.Result", "B"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('syntax = "proto3";\nmessage A {\n  string name;\n}\n', Complaint("api-invalid", "the definition is not valid protobuf: ';' stands where '=' is expected", 3)),
        ("message A {", Complaint("api-invalid", "the definition is not valid protobuf: 'the end' stands where a field is expected", 1)),
        ("message A {}\n/* open", Complaint("api-invalid", "the definition is not valid protobuf: a comment is not closed", 2, "close it")),
        ("message A { string a = 1 [default = 'x]; }", Complaint("api-invalid", "the definition is not valid protobuf: a quoted text is not closed on its line", 1, "close it")),
        ("message A { " * 100, Complaint("api-invalid", "the definition is not valid protobuf: it is nested too deeply to be read", 1, "declare messages beside one another")),
        ("hello world", Complaint("api-invalid", "the definition is not valid protobuf: 'hello' stands where a message, an enum or a service is expected", 1)),
        ('syntax = "proto3";', Complaint("api-invalid", "the definition declares no service, no message and no enum", 1, "write a message or a service")),
    ],
)
def test_what_is_no_protobuf_says_where_and_why(text, complaint):
    assert read(text, "grpc").complaints == (complaint,)


def test_what_is_said_of_a_choice_is_said_with_its_first_field():
    found = read("message A {\n  // How it is sent.\n  oneof way {\n    // By road.\n    string road = 1;\n    string rail = 2;\n  }\n}\n", "grpc")

    assert [(row.name, row.description) for row in found.types[0].shape.rows] == [("road", "By road.\n\n`way`: How it is sent."), ("rail", "")]


def test_a_name_may_be_written_in_pieces():
    found = read("message A { optional . a . // here\n b.C c = 1; }\nextend . a .\n  B { optional string d = 2; }\n", "grpc")

    assert [(type.name, [(row.name, row.type) for row in type.shape.rows]) for type in found.types] == [("A", [("c", "a.b.C")]), (".a.B", [("d", "string")])]
