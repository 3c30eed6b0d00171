"""Entity references: the names by which entities know each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

DEFAULT_NAMESPACE = "default"


def lower(text: str) -> str:
    """Lower case as Backstage's identity does it: without regard to the locale."""
    return text.lower()


def split_ref(text: str) -> tuple[str | None, str | None, str]:
    """Split ``[kind:][namespace/]name`` into its parts as written, missing ones as None.

    Backstage's rule (catalog-model ``entity/ref.ts``): the first ``:`` and the first ``/`` separate, a colon
    behind the slash belongs to the name, nothing is trimmed. Raises ValueError where a part is empty.
    """
    colon, slash = text.find(":"), text.find("/")
    if slash != -1 and colon > slash:
        colon = -1
    kind = text[:colon] if colon != -1 else None
    rest_from = colon + 1
    slash = text.find("/", rest_from)
    namespace = text[rest_from:slash] if slash != -1 else None
    name = text[slash + 1 :] if slash != -1 else text[rest_from:]
    if kind == "" or namespace == "" or name == "":
        raise ValueError(f"{text!r} is not of the form [kind:][namespace/]name")
    return kind, namespace, name


@dataclass(frozen=True, slots=True, order=True)
class EntityRef:
    """The identity of an entity: always complete, always lower case."""

    kind: str
    namespace: str
    name: str

    @classmethod
    def parse(cls, text: str, *, kind: str | None = None, namespace: str = DEFAULT_NAMESPACE) -> Self:
        """Read *text*, filling gaps with *kind* and *namespace*. Raises ValueError if it cannot be complete."""
        written_kind, written_namespace, name = split_ref(text)
        full_kind = written_kind or kind
        if full_kind is None:
            raise ValueError(f"{text!r} does not say which kind it means")
        return cls.of(full_kind, written_namespace or namespace, name)

    @classmethod
    def of(cls, kind: str, namespace: str, name: str) -> Self:
        """Make an identity of parts as they were written."""
        return cls(lower(kind), lower(namespace), lower(name))

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"

    @property
    def short(self) -> str:
        """As people write it: without the namespace where that is the default one."""
        return f"{self.kind}:{self.name}" if self.namespace == DEFAULT_NAMESPACE else str(self)
