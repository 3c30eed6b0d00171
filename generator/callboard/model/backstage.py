"""Entities in the shape that Backstage's catalog API gives them, for programs that already read that."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any

from callboard.model.catalog import Catalog
from callboard.model.entity import Entity

NAMESPACE = uuid.UUID("6f0a3c1e-2f0d-5b0e-9a53-6d1f5f0c7a11")
"""The namespace of our own from which uids are derived."""


def stable_json(value: object) -> str:
    """JSON with sorted keys and no white space: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=str)


def uid(entity: Entity) -> str:
    """An id that follows from the reference alone, where Backstage draws a random one (backstage.md S20)."""
    return str(uuid.uuid5(NAMESPACE, str(entity.ref)))


def entity_json(entity: Entity, catalog: Catalog) -> dict[str, Any]:
    """*entity* with uid, etag, relations, and its status where its last good version is shown.

    The etag is the SHA-1 of the stable JSON without uid and etag (Backstage's ``generateStableHash``).
    """
    body: dict[str, Any] = {
        "apiVersion": entity.value["apiVersion"],
        "kind": entity.value["kind"],
        "metadata": finite(entity.metadata),
    }
    if "spec" in entity.value:
        body["spec"] = finite(entity.value["spec"])
    body["relations"] = [
        {"type": relation.type, "targetRef": str(relation.target)} for relation in catalog.relations.get(entity.ref, ())
    ]
    if entity.stale:
        item = {"type": "backstage.io/catalog-processing", "level": "error", "message": entity.stale.error}
        body["status"] = {"items": [item]}
    etag = hashlib.sha1(stable_json(body).encode(), usedforsecurity=False).hexdigest()
    body["metadata"] = {"namespace": entity.namespace, **body["metadata"], "uid": uid(entity), "etag": etag}
    return body


def finite(value: Any) -> Any:
    """*value* with infinities and NaN as null, as JavaScript's JSON has them."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value
