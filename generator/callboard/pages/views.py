"""What each page template may use. These classes are the contract with theme authors.

docs/reference/views.md is generated from them, and pages are rendered with StrictUndefined, so a template cannot use a
name that is not declared here. Every address in a view is relative to the page that shows it, and safe to put in an
``href``: what repositories wrote has passed routes.safe_url.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from markupsafe import Markup


def doc(text: str, **arguments: Any) -> Any:
    """A field and its sentence in the reference of theme authors."""
    return field(metadata={"doc": text}, **arguments)


@dataclass(frozen=True, slots=True)
class Link:
    label: str = doc("Text to show.")
    url: str = doc("The address; empty where there is nothing to go to, then the label stands alone.", default="")
    icon: str = doc("Name of an icon, or empty.", default="")
    hint: str = doc("More about it, for a tooltip or a second line.", default="")
    external: bool = doc("Whether it leads out of the portal.", default=False)
    current: bool = doc("Whether this is where the reader is.", default=False)


@dataclass(frozen=True, slots=True)
class EntityLink:
    """An entity as it is named everywhere: icon, title, and where it leads."""

    title: str = doc("What people call it.")
    ref: str = doc("Its reference, without the default namespace.")
    url: str = doc("Its page; empty where it is not in the catalog.")
    icon: str = doc("Icon of its kind or type.")
    kind: str = doc("Lower case, such as ``component``; also the name of its hue.")
    detail: str = doc("Its type, or empty.", default="")
    description: str = doc("May be empty.", default="")
    twin: str = doc("By what it is referred to, where another of its kind has the same title; else empty.", default="")

    @property
    def missing(self) -> bool:
        return not self.url

    @property
    def hidden_name(self) -> bool:
        """Whether the title is not the name by which it is referred to."""
        return self.ref.partition(":")[2] != self.title


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, absolute in the page; a script makes it relative."""

    iso: str = doc("For the ``datetime`` attribute.")
    text: str = doc("As people read it, in UTC.")


@dataclass(frozen=True, slots=True)
class Problem:
    severity: str = doc("``error``, ``warning`` or ``info``.")
    code: str = doc("Stable, to search for.")
    message: str = doc("One sentence.")
    hint: str = doc("What to do; may be empty.")
    place: str = doc("Repository, file, line and column.")
    url: str = doc("The place at its host, or empty.")
    edit_url: str = doc("Where to edit it, or empty.")
    entity: EntityLink | None = doc("What it is about, where that is known.", default=None)


@dataclass(frozen=True, slots=True)
class Fact:
    """A word and what there is to say."""

    label: str = doc("The word.")
    text: str = doc("Plain text.", default="")
    links: tuple[Link | EntityLink, ...] = doc("Shown instead of the text where there are any.", default=())


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that can be followed."""

    label: str = doc("What is counted.")
    value: str = doc("The figure.")
    url: str = doc("Where it leads, or empty.", default="")
    icon: str = doc("Name of an icon, or empty.", default="")
    hue: str = doc("A kind whose hue it takes, or empty.", default="")
    detail: str = doc("A word on it.", default="")
    share: int = doc("Per cent, for a bar; -1 for none.", default=-1)


@dataclass(frozen=True, slots=True)
class Card:
    """A card of an entity page; plugins make these."""

    title: str = doc("Heading of the card.")
    facts: tuple[Fact, ...] = doc("Rows of the card.", default=())
    text: str = doc("A paragraph.", default="")
    source: str = doc("Where the facts come from and how old they are, such as ``GitHub, 6 hours ago``.", default="")


@dataclass(frozen=True, slots=True)
class RailEntry:
    """A section of the portal, in the rail of every page."""

    label: str = doc("What it is called.")
    url: str = doc("Its page.")
    icon: str = doc("Name of an icon.")
    key: str = doc("The key that goes there after ``g``.")
    current: bool = doc("Whether the page belongs to it.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds every page."""

    site_title: str = doc("The portal's name.")
    title: str = doc("The page's title, without the portal's.")
    description: str = doc("For search engines and previews; may be empty.")
    language: str = doc("For ``<html lang>``.")
    direction: str = doc("Of writing: ``ltr``, or ``rtl`` for a language that is written from right to left.")
    root: str = doc("The portal's root, such as ``../../``; empty on the home page.")
    home_url: str = doc("The home page.")
    search_url: str = doc("The search page.")
    health_url: str = doc("The health page.")
    navigation: tuple[RailEntry, ...] = doc("Entries of the rail: only what exists.")
    breadcrumb: tuple[Link, ...] = doc("Where the reader is, outermost first, the page itself left out.")
    icon_url: str = doc("The logo, or the theme's own mark, for the browser's tabs.")
    stylesheet: str = doc("The one style sheet.")
    extra_styles: tuple[str, ...] = doc("The organisation's own.")
    script: str = doc("The one script.")
    full_text: bool = doc("Whether there is a full-text index.")
    theme_script: Markup = doc("The inline script that sets the theme before the first paint.")
    policy: Markup = doc("The content security policy.")
    logo_url: str = doc("The organisation's logo, or empty.")
    canonical: str = doc("Absolute address of the page, or empty.")
    links: str = doc("``folders`` or ``files``, for scripts that write addresses.")
    route: str = doc("The page's own path below the root.")
    ref: str = doc("Full reference of the entity that the page is about, or empty.", default="")
    search: SearchMark | None = doc("How the page is indexed; none if it is not.", default=None)
    alternates: tuple[Link, ...] = doc("The same in another format, such as JSON.", default=())


@dataclass(frozen=True, slots=True)
class SearchMark:
    """What the full-text index takes from a page besides its text."""

    title: str = doc("The result's title.")
    filters: tuple[tuple[str, str], ...] = doc("Name and value of each filter.")
    meta: tuple[tuple[str, str], ...] = doc("Name and value of what results show.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRow:
    """One row of a table of entities."""

    entity: EntityLink = doc("The entity.")
    owners: tuple[EntityLink, ...] = doc("Its owners.", default=())
    unowned: bool = doc("Whether it should have an owner, and none is written.", default=False)
    type: str = doc("May be empty.", default="")
    lifecycle: str = doc("May be empty.", default="")
    system: EntityLink | None = doc("The system that it is part of.", default=None)
    tags: tuple[str, ...] = doc("May be empty.", default=())
    problems: int = doc("How many problems it has, notes apart.", default=0)
    stale: bool = doc("Whether its last good version is shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRow:
    """A system and what it holds, on the home page."""

    entity: EntityLink = doc("The system.")
    owners: tuple[EntityLink, ...] = doc("Its owners.")
    counts: tuple[Link, ...] = doc("Such as ``4 components``.")
    problems: int = doc("Problems of it and of what it holds.")


@dataclass(frozen=True, slots=True)
class DomainSection:
    """A domain and its systems."""

    entity: EntityLink | None = doc("The domain; none for systems without one.")
    systems: tuple[SystemRow, ...] = doc("By title.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """The home page."""

    template: ClassVar[str] = "pages/home.html"

    frame: Frame = doc("What surrounds the page.")
    description: str = doc("The portal's sentence; may be empty.")
    yours_script: Markup = doc("The inline script that keeps room for what is the reader's own.")
    data: str = doc("Folder of the columns of the whole catalog, of this build.")
    stamp: str = doc("The build that the columns must be of.")
    catalog_url: str = doc("The catalog.")
    kinds: tuple[Tile, ...] = doc("How many of each kind.")
    coverage: tuple[Tile, ...] = doc("How much is owned, documented and described.")
    domains: tuple[DomainSection, ...] = doc("The organisation in one look: domains that have systems, then systems without one.")
    empty_domains: tuple[EntityLink, ...] = doc("Domains without systems.")
    loose: tuple[EntityRow, ...] = doc("Components, APIs and resources that are part of nothing: the first of them.")
    loose_count: int = doc("How many of those there are.")
    attention: tuple[Problem, ...] = doc("The worst problems.")
    problem_count: int = doc("How many problems there are, notes apart.")
    documents: tuple[ManualRow, ...] = doc("Manuals, the most recently changed first.")
    teams: tuple[Link, ...] = doc("Groups that own something, with how much.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualRow:
    """A manual in a list."""

    title: str = doc("Its title.")
    url: str = doc("Its first page.")
    entity: EntityLink = doc("What it documents.")
    owners: tuple[EntityLink, ...] = doc("Its owners.")
    pages: int = doc("How many pages it has.")
    changed: Moment | None = doc("Its last change, where history is known.")
    stale: bool = doc("Whether its last good version is shown.")


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str = doc("As it stands in the address, such as ``group:payments``.")
    label: str = doc("What it is called.")
    count: int = doc("How many entities have it; -1 where only the reader's browser knows.")
    chosen: bool = doc("Whether the page shows only what has it.", default=False)


@dataclass(frozen=True, slots=True)
class Facet:
    """Values of one property with their counts, to filter the catalog by."""

    name: str = doc("The property, such as ``owner``; also its name in the address.")
    label: str = doc("What it is called.")
    values: tuple[FacetValue, ...] = doc("The most frequent ones, the most first.")
    total: int = doc("How many values there are in all.", default=0)
    open: bool = doc("Whether it is unfolded at first.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogView:
    """The catalog index, or the part of it that is of one kind."""

    template: ClassVar[str] = "pages/catalog.html"

    frame: Frame = doc("What surrounds the page.")
    heading: str = doc("Such as ``Components``.")
    kind: str = doc("Lower case; empty for the index of everything.")
    kinds: tuple[Link, ...] = doc("All, and each kind with its count.")
    rows: tuple[EntityRow, ...] = doc("At most 250.")
    first: int = doc("The place of the first row in the columns of the whole catalog.")
    total: int = doc("How many there are in all.")
    facets: tuple[Facet, ...] = doc("For the filter, which needs a script.")
    unused: tuple[str, ...] = doc("Columns that nothing in the whole catalog fills: they are not shown.")
    blank: EntityRow = doc("A row that has one of everything, from which the script makes rows.")
    search_url: str = doc("The search page, for words that the filter does not find.")
    json_url: str = doc("Every entity, in Backstage's form.")
    data: str = doc("Folder of the columns of the whole catalog, of this build.")
    stamp: str = doc("The build that the columns must be of.")
    pages: tuple[Link, ...] = doc("The parts of a long list; empty for a short one.")


@dataclass(frozen=True, slots=True)
class RelationGroup:
    """Relations of one type, with names instead of references."""

    heading: str = doc("Such as ``Depends on``.")
    type: str = doc("The relation, such as ``dependsOn``.")
    entities: tuple[EntityLink, ...] = doc("Its targets; those that are missing have no address.")


@dataclass(frozen=True, slots=True)
class Empty:
    """What would be here, and how to make it so."""

    title: str = doc("What is missing.")
    text: str = doc("One sentence.")
    yaml: str = doc("What to add to the descriptor.")
    url: str = doc("Where to edit the descriptor, or empty.", default="")
    place: str = doc("The descriptor's file; empty where the lines belong into another one.", default="")


@dataclass(frozen=True, slots=True)
class Holding:
    """A table of what belongs to an entity."""

    heading: str = doc("Such as ``Contains``.")
    rows: tuple[EntityRow, ...] = doc("By kind and title; of very many, the first.")
    total: int = doc("How many there are.")
    url: str = doc("Where all of them are listed, or empty.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """What a group or person has, counted in one way."""

    label: str = doc("The way, such as ``Directly`` or ``With the teams below``.")
    counts: tuple[Tile, ...] = doc("How much of each type; empty where there is little.")
    lives: tuple[Tile, ...] = doc("How much in each lifecycle; empty where it is one.")
    owned: tuple[EntityRow, ...] = doc("What is owned; of very much, the first.")
    total: int = doc("How much is owned.")
    rest: Link | None = doc("Where all of it is listed, where that can be said.")
    worries: int = doc("How much of it has problems.")
    worries_url: str = doc("The catalog with what has problems, or empty.")
    documents: tuple[Link, ...] = doc("Manuals of what is owned, by title; of very many, the first.")
    documented: int = doc("How many manuals there are.")
    members: tuple[EntityLink, ...] = doc("The people; of very many, the first.")
    people: int = doc("How many people.")


@dataclass(frozen=True, slots=True)
class Legend:
    """How a kind of line looks in a picture, and what it says."""

    family: str = doc("``use``, ``api``, ``part``, ``own``, ``team`` or ``other``; the class is ``g-`` and this.")
    label: str = doc("What such a line says.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Relations, drawn."""

    svg: Markup = doc("The picture; its boxes are links.")
    label: str = doc("What it shows, in words.")
    icons: tuple[str, ...] = doc("Names of the icons that it uses, for the page's sprite.")
    legend: tuple[Legend, ...] = doc("The kinds of lines in it.")
    folded: int = doc("How many entities are in it by number only.")


@dataclass(frozen=True, slots=True)
class GraphFact:
    """Lines of a picture that begin or end at one box and say the same, in words."""

    sources: tuple[tuple[EntityLink, int], ...] = doc("Where they begin, each with how many relations its line stands for.")
    words: str = doc("Such as ``depends on``.")
    targets: tuple[tuple[EntityLink, int], ...] = doc("Where they end, the same way.")


@dataclass(frozen=True, slots=True)
class FoldedBox:
    """What one box of a picture stands for."""

    title: str = doc("Such as ``37 more of Checkout``.")
    entities: tuple[EntityLink, ...] = doc("All of them; of very many, the first.")
    more: int = doc("How many others there are.", default=0)
    url: str = doc("Where to see them.", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityHeader:
    """The top of an entity's pages."""

    entity: EntityLink = doc("The entity.")
    name: str = doc("As written.")
    full_ref: str = doc("Complete and lower case, for copying.")
    kind: str = doc("As written, such as ``Component``.")
    kind_url: str = doc("Its kind in the catalog.")
    namespace: str = doc("Empty for the default one.")
    type: str = doc("May be empty.")
    lifecycle: str = doc("May be empty.")
    owners: tuple[EntityLink, ...] = doc("Groups and people.")
    summary: Markup = doc("The description as HTML; may be empty.")
    tabs: tuple[Link, ...] = doc("The pages of this entity.")
    actions: tuple[Link, ...] = doc("Edit, view source and the like.")
    warning: str = doc("Why what is shown is not of today, or empty.")
    warning_since: Moment | None = doc("Since when.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeNode:
    """A group and those below it."""

    entity: EntityLink = doc("The group.")
    detail: str = doc("Such as ``4 members, owns 12``.")
    members: int = doc("How many people are in it.")
    owned: int = doc("How much it owns, with everything below it.")
    children: tuple[TreeNode, ...] = doc("The groups below it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityView:
    """The overview of one entity."""

    template: ClassVar[str] = "pages/entity.html"

    frame: Frame = doc("What surrounds the page.")
    header: EntityHeader = doc("The top.")
    about: tuple[Fact, ...] = doc("What is known about it.")
    relations: tuple[RelationGroup, ...] = doc("Each type that it has, in a fixed order.")
    apis: tuple[Holding, ...] = doc("APIs that it provides and consumes; for an API, who does.")
    holdings: tuple[Holding, ...] = doc("What a system or domain holds.")
    estates: tuple[Estate, ...] = doc("What a group or person has, counted in one way or two; the first is shown first.")
    tree: tuple[TreeNode, ...] = doc("The groups below a group.")
    owners: tuple[OwnerCard, ...] = doc("Who owns it.")
    links: tuple[Link, ...] = doc("``metadata.links``.")
    tags: tuple[Link, ...] = doc("Each leads to the catalog.")
    labels: tuple[Fact, ...] = doc("``metadata.labels``.")
    annotations: tuple[Fact, ...] = doc("``metadata.annotations``, our own left out.")
    source: tuple[Fact, ...] = doc("Where it is declared, at which commit.")
    picture: Picture | None = doc("What it is related to, or what it holds; none where that is nothing.")
    picture_links: tuple[Link, ...] = doc("Where to see more of that.")
    problems: tuple[Problem, ...] = doc("What is wrong with it.")
    empty: tuple[Empty, ...] = doc("What would be good to add.")
    cards: tuple[Card, ...] = doc("What plugins add.")


@dataclass(frozen=True, slots=True)
class OwnerCard:
    """An owner with its people."""

    entity: EntityLink = doc("The group or user.")
    members: tuple[EntityLink, ...] = doc("At most eight.")
    more: int = doc("How many more there are.")
    email: str = doc("``mailto:`` address, or empty.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionView:
    """The definition of an API, as text."""

    template: ClassVar[str] = "pages/definition.html"

    frame: Frame = doc("What surrounds the page.")
    header: EntityHeader = doc("The top.")
    format: str = doc("Such as ``openapi``.")
    html: Markup = doc("Highlighted, or plain where it is large.")
    lines: int = doc("How long it is.")
    cut: int = doc("How many of its lines are not shown here.")
    raw_url: str = doc("The whole definition as a file.")
    raw_name: str = doc("What that file is called when it is saved.")
    back: Link | None = doc("The page that shows what the text means; none where it is not understood.")
    problems: tuple[Problem, ...] = doc("Why it cannot be shown as anything but text.")
    providers: tuple[EntityLink, ...] = doc("Who provides it.")
    consumers: tuple[EntityLink, ...] = doc("Who consumes it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiShape:
    """A property, a parameter, a field, or the whole of a body."""

    name: str = doc("Empty for one of several alternatives, and for a whole.")
    type: str = doc("Such as ``list of Order``.")
    url: str = doc("Where that type has its own entry, or empty.")
    required: bool = doc("Whether it must be there.")
    deprecated: bool = doc("Whether it is on its way out.")
    about: Markup = doc("Its description; may be empty.")
    notes: tuple[str, ...] = doc("Such as ``at least 1``.")
    values: tuple[str, ...] = doc("The values that it may have, where those are listed.")
    more_values: int = doc("How many values are not shown.")
    rows: tuple[ApiShape, ...] = doc("What is inside it.")
    more: int = doc("How many of those are not shown.")
    label: str = doc("How much is inside, such as ``4 fields``.")


@dataclass(frozen=True, slots=True)
class ApiExample:
    title: str = doc("May be empty.")
    html: Markup = doc("Highlighted text.")
    made: bool = doc("Whether it follows from the types, so that nobody wrote it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiPart:
    """Parameters, a body, an answer, a message."""

    title: str = doc("Such as ``Request``.")
    code: str = doc("Status of an answer, or empty.")
    tone: str = doc("``ok``, ``info``, ``bad`` or empty: what that status means.")
    detail: str = doc("Such as the media type.")
    line: Markup = doc("The first words of its description, for a place where only words may stand; may be empty.")
    about: Markup = doc("Its description; may be empty.")
    required: bool = doc("Whether it must be there.")
    shape: ApiShape | None = doc("What it is made of.")
    examples: tuple[ApiExample, ...] = doc("Of the whole.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiFact:
    label: str = doc("The word; may be empty.")
    text: str = doc("What there is to say.")
    url: str = doc("Where it leads, or empty.")
    about: Markup = doc("More about it; may be empty.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiOperation:
    """Something that can be asked of an API, or that it tells."""

    id: str = doc("Its anchor.")
    verb: str = doc("Such as ``GET`` or ``SEND``.")
    tone: str = doc("Name of the verb's hue.")
    name: str = doc("Path, address or name.")
    summary: str = doc("May be empty.")
    about: Markup = doc("Its description; may be empty.")
    deprecated: bool = doc("Whether it is on its way out.")
    reason: str = doc("Why; may be empty.")
    facts: tuple[ApiFact, ...] = doc("Such as what authorises it.")
    parts: tuple[ApiPart, ...] = doc("What goes in, and what comes out.")
    answers: tuple[ApiPart, ...] = doc("Those parts that have a status.")
    examples: tuple[ApiExample, ...] = doc("How to call it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiGroup:
    """Operations that belong together: a tag, a channel, a service."""

    id: str = doc("Its anchor.")
    title: str = doc("What it is called.")
    detail: str = doc("A line below the title; may be empty.")
    about: Markup = doc("Its description; may be empty.")
    facts: tuple[ApiFact, ...] = doc("What else is known.")
    operations: tuple[ApiOperation, ...] = doc("In the order of the definition.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiType:
    """A type with a name."""

    id: str = doc("Its anchor.")
    kind: str = doc("Such as ``schema`` or ``enum``.")
    name: str = doc("What it is called.")
    shape: ApiShape = doc("What it is made of.")
    examples: tuple[ApiExample, ...] = doc("An example.")


@dataclass(frozen=True, slots=True)
class ApiNavLink:
    """An operation or a type in the list of everything."""

    label: str = doc("Its name.")
    url: str = doc("Where it is.")
    verb: str = doc("May be empty.", default="")
    tone: str = doc("Name of the verb's hue.", default="")
    summary: str = doc("May be empty.", default="")
    deprecated: bool = doc("Whether it is on its way out.", default=False)


@dataclass(frozen=True, slots=True)
class ApiNavGroup:
    """A group in the list of everything."""

    title: str = doc("What it is called.")
    url: str = doc("Where it is.")
    count: int = doc("How much is in it.")
    links: tuple[ApiNavLink, ...] = doc("What is in it; empty where it is on another page and there is much of it.")
    current: bool = doc("Whether it is on the page that is shown.", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiView:
    """A page of the description of an API."""

    template: ClassVar[str] = "pages/api.html"

    frame: Frame = doc("What surrounds the page.")
    header: EntityHeader = doc("The top.")
    title: str = doc("What the definition calls it, or the title of the group that is shown.")
    first: bool = doc("Whether this is the API's first page.")
    edition: str = doc("Format and its version, such as ``OpenAPI 3.1.0``.")
    version: str = doc("Of the API; may be empty.")
    summary: str = doc("May be empty.")
    about: Markup = doc("Its description; may be empty.")
    servers: tuple[ApiFact, ...] = doc("Where it is.")
    security: tuple[ApiFact, ...] = doc("How callers show who they are.")
    facts: tuple[ApiFact, ...] = doc("Contact, licence and the like.")
    notes: tuple[ApiFact, ...] = doc("What there is to say of servers and of ``security`` that is too much for a card.")
    count: str = doc("How much there is, such as ``9 operations, 16 types``.")
    navigation: tuple[ApiNavGroup, ...] = doc("Everything there is.")
    listed: tuple[ApiNavGroup, ...] = doc("The same for the first page of an API that has several; else empty.")
    groups: tuple[ApiGroup, ...] = doc("The groups of this page.")
    types: tuple[ApiType, ...] = doc("The types of this page.")
    problems: tuple[Problem, ...] = doc("What is wrong with the definition.")
    text_url: str = doc("The definition as text.")
    raw_url: str = doc("The definition as a file.")
    raw_name: str = doc("What that file is called when it is saved.")
    reference_url: str = doc("The interactive reference, or empty.")
    home_url: str = doc("The API's first page.")
    previous: Link | None = doc("The page before, of an API that has several.")
    next: Link | None = doc("The page after.")
    providers: tuple[EntityLink, ...] = doc("Who provides it.")
    consumers: tuple[EntityLink, ...] = doc("Who consumes it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiReferenceView:
    """The interactive reference of an API, in a frame of its own."""

    template: ClassVar[str] = "pages/reference.html"

    frame: Frame = doc("What surrounds the page.")
    title: str = doc("The API.")
    back_url: str = doc("The plain pages of the API.")
    script: str = doc("What opens the frame.")
    folder: str = doc("The folder of the definition's data.")
    definition_url: str = doc("The definition as data.")


@dataclass(frozen=True, slots=True)
class NavNode:
    """An entry of a manual's navigation."""

    title: str = doc("Its title.")
    url: str = doc("Its page; empty for a section.")
    current: bool = doc("Whether it is the page that is shown.")
    open: bool = doc("Whether the page that is shown lies below it.")
    external: bool = doc("Whether it leads out of the manual.")
    children: tuple[NavNode, ...] = doc("What lies below it.")


@dataclass(frozen=True, slots=True)
class HeadingNode:
    """An entry of On this page."""

    title: str = doc("The heading.")
    url: str = doc("Its anchor.")
    children: tuple[HeadingNode, ...] = doc("What lies below it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """The record of a decision."""

    title: str = doc("Without its number.")
    url: str = doc("Its page.")
    number: str = doc("May be empty.")
    status: str = doc("A word or two; empty where the record does not say.")
    state: str = doc("``proposed``, ``accepted``, ``rejected``, ``deprecated``, ``superseded``, or ``other``.")
    about: str = doc("The whole of its status, where it says more than the word.")
    date: Moment | None = doc("When it was decided, as the record says.")
    changed: Moment | None = doc("When its page was last changed, where it says no date.")
    superseded_by: tuple[Link, ...] = doc("The records that took its place.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocsPageView:
    """A page of a manual."""

    template: ClassVar[str] = "pages/docs_page.html"

    frame: Frame = doc("What surrounds the page.")
    manual_title: str = doc("The manual's title.")
    manual_url: str = doc("The manual's first page.")
    find_url: str = doc("The search page, for this manual only.")
    entity: EntityLink = doc("What it documents.")
    owners: tuple[EntityLink, ...] = doc("Its owners.")
    heading: str = doc("A heading for pages whose text has none; otherwise empty.")
    html: Markup = doc("The article.")
    decision: DecisionRow | None = doc("What the page says of itself, where it is the record of a decision.")
    decisions_url: str = doc("The list of decisions that it belongs to; empty where there is none.")
    decisions: tuple[DecisionRow, ...] = doc("The decisions of a folder of records, on the page of that folder.")
    navigation: tuple[NavNode, ...] = doc("The manual's navigation.")
    headings: tuple[HeadingNode, ...] = doc("On this page.")
    previous: Link | None = doc("The page before.")
    next: Link | None = doc("The page after.")
    edit_url: str = doc("Where to edit it, or empty.")
    view_url: str = doc("Its source, or empty.")
    issue_url: str = doc("Where to report a problem with it, filled in; empty where there is no such place.")
    issue_label: str = doc("What following that does.")
    issue_icon: str = doc("Icon of that.")
    changed: Moment | None = doc("The last change, where history is known.")
    changed_by: str = doc("Its author; empty where authors are not shown.")
    stale: str = doc("Why what is shown is not of today, or empty.")
    stale_since: Moment | None = doc("Since when.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocsIndexView:
    """Every manual."""

    template: ClassVar[str] = "pages/docs_index.html"

    frame: Frame = doc("What surrounds the page.")
    manuals: tuple[ManualRow, ...] = doc("By title, at most 200.")
    total: int = doc("How many there are in all.")
    pages: tuple[Link, ...] = doc("The parts of a long list; empty for a short one.")
    undocumented: int = doc("How many components have no documentation.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRow:
    row: EntityRow = doc("The API.")
    edition: str = doc("Format and its version, such as ``OpenAPI 3.1.0``; its type where it is not understood.")
    version: str = doc("Of the API; may be empty.")
    operations: int = doc("How many it has; -1 where nobody knows.")
    url: str = doc("Its description, or empty.")
    providers: tuple[EntityLink, ...] = doc("Who provides it.")
    consumers: tuple[EntityLink, ...] = doc("Who consumes it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApisView:
    """Every API."""

    template: ClassVar[str] = "pages/apis.html"

    frame: Frame = doc("What surrounds the page.")
    apis: tuple[ApiRow, ...] = doc("By title, at most 100.")
    total: int = doc("How many there are in all.")
    pages: tuple[Link, ...] = doc("The parts of a long list; empty for a short one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersView:
    """Groups, people, and what nobody owns."""

    template: ClassVar[str] = "pages/owners.html"

    frame: Frame = doc("What surrounds the page.")
    tree: tuple[TreeNode, ...] = doc("Groups without a parent, and what is below them.")
    picture: Picture | None = doc("The same, drawn; none where no group is below another.")
    people: tuple[EntityLink, ...] = doc("Users, at most 100.")
    people_total: int = doc("How many there are in all.")
    people_url: str = doc("The list of them all.")
    unowned: tuple[EntityRow, ...] = doc("What nobody owns, or an owner that does not exist; at most 200.")
    unowned_total: int = doc("How many there are in all.")
    unowned_url: str = doc("The catalog, filtered to them all, which needs a script.")


@dataclass(frozen=True, slots=True)
class TemplateCard:
    entity: EntityLink = doc("The template.")
    url: str = doc("Its page under Create.")
    type: str = doc("What it makes.")
    owners: tuple[EntityLink, ...] = doc("Its owners.")
    tags: tuple[str, ...] = doc("Its tags.")
    steps: int = doc("How many steps it has.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateView:
    """Every template."""

    template: ClassVar[str] = "pages/create.html"

    frame: Frame = doc("What surrounds the page.")
    templates: tuple[TemplateCard, ...] = doc("By title.")


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str = doc("The key.")
    title: str = doc("What the form calls it.")
    type: str = doc("Such as ``text``.")
    required: bool = doc("Whether it must be filled in.")
    description: str = doc("May be empty.")
    default: str = doc("May be empty.")


@dataclass(frozen=True, slots=True)
class ParameterGroup:
    title: str = doc("A step of the form.")
    parameters: tuple[Parameter, ...] = doc("Its fields.")


@dataclass(frozen=True, slots=True)
class Step:
    name: str = doc("What it is called.")
    action: str = doc("What it runs, such as ``fetch:template``.")
    condition: str = doc("When it runs; empty for always.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateView:
    """One template: what it asks and what it does."""

    template: ClassVar[str] = "pages/template.html"

    frame: Frame = doc("What surrounds the page.")
    header: EntityHeader = doc("The top.")
    groups: tuple[ParameterGroup, ...] = doc("What it asks.")
    steps: tuple[Step, ...] = doc("What it does.")


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind or a relation, to choose what is drawn."""

    value: str = doc("As Backstage's addresses write it.")
    label: str = doc("What it is called.")
    icon: str = doc("Name of an icon, or empty.", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityGraphView:
    """What is near an entity, drawn, and the same in words."""

    template: ClassVar[str] = "pages/entity_graph.html"

    frame: Frame = doc("What surrounds the page.")
    header: EntityHeader = doc("The top.")
    about: str = doc("What is drawn, in a sentence.")
    picture: Picture = doc("The picture.")
    facts: tuple[GraphFact, ...] = doc("What its lines say.")
    folds: tuple[FoldedBox, ...] = doc("What its boxes with numbers stand for.")
    filters: tuple[Link, ...] = doc("Other views of the same, on the page for exploring.")
    explorer_url: str = doc("The same on the page for exploring.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphView:
    """The page for exploring relations; without a script it is the map of all systems."""

    template: ClassVar[str] = "pages/graph.html"

    frame: Frame = doc("What surrounds the page.")
    about: str = doc("What is drawn, in a sentence.")
    picture: Picture | None = doc("All systems; none where there are none.")
    facts: tuple[GraphFact, ...] = doc("What the lines of the map say.")
    folds: tuple[FoldedBox, ...] = doc("What its boxes with numbers stand for.")
    maps: tuple[EntityLink, ...] = doc("Domains and systems, whose pages show what they contain.")
    kinds: tuple[Choice, ...] = doc("Kinds of the catalog.")
    relations: tuple[Choice, ...] = doc("Types of relations in the catalog.")
    icons: tuple[str, ...] = doc("Names of the icons of its entities, which the script draws.")
    data_url: str = doc("The folder of the data.")
    finders: int = doc("How many files say where an entity is.")
    stamp: str = doc("Which build the data is of.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    """The search page."""

    template: ClassVar[str] = "pages/search.html"

    frame: Frame = doc("What surrounds the page.")
    catalog_url: str = doc("Where to go without scripts.")
    docs_url: str = doc("Where to go without scripts.")
    full_text: bool = doc("Whether there is a full-text index.")


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    heading: str = doc("An owner or a repository.")
    entity: EntityLink | None = doc("The owner, where it is one; it may be missing.")
    anchor: str = doc("For links to this group.")
    problems: tuple[Problem, ...] = doc("Errors first; where there are very many, the first of them.")
    total: int = doc("How many there are.")


@dataclass(frozen=True, slots=True)
class RepositoryRow:
    name: str = doc("Such as ``acme/shop``.")
    url: str = doc("Its address, or empty.")
    branch: str = doc("May be empty.")
    commit: str = doc("The first ten characters; may be empty.")
    commit_url: str = doc("The commit at its host, or empty.")
    changed: Moment | None = doc("When that commit was made.")
    error: str = doc("Why it could not be read, or empty.")
    since: Moment | None = doc("Since when its last good state is shown.")


@dataclass(frozen=True, slots=True)
class SourceRow:
    id: str = doc("Its place in the configuration.")
    description: str = doc("What is configured.")
    error: str = doc("What went wrong, or empty.")
    repositories: tuple[RepositoryRow, ...] = doc("What it gave.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthView:
    """Every problem of the build, and the state of every source."""

    template: ClassVar[str] = "pages/health.html"

    frame: Frame = doc("What surrounds the page.")
    built: Moment = doc("When this was built.")
    version: str = doc("Of Callboard.")
    figures: tuple[Tile, ...] = doc("How many errors, warnings and notes.")
    by_owner: tuple[ProblemGroup, ...] = doc("Errors and warnings by owner.")
    by_repository: tuple[ProblemGroup, ...] = doc("Everything by repository, notes included.")
    skipped: tuple[Fact, ...] = doc("Files that were left out on purpose.")
    sources: tuple[SourceRow, ...] = doc("Every source.")
    isolation: tuple[str, ...] = doc("What confined the documentation builds.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFoundView:
    """The page for addresses that lead nowhere; it is served at any depth."""

    template: ClassVar[str] = "pages/404.html"

    frame: Frame = doc("What surrounds the page.")
    root_script: Markup = doc("The inline script that finds the portal's root, where no address is configured; else empty.")


VIEWS: tuple[type, ...] = (
    HomeView,
    CatalogView,
    EntityView,
    DefinitionView,
    ApiView,
    ApiReferenceView,
    DocsIndexView,
    DocsPageView,
    ApisView,
    OwnersView,
    CreateView,
    TemplateView,
    SearchView,
    EntityGraphView,
    GraphView,
    HealthView,
    NotFoundView,
)
"""Every view that has a template."""


@dataclass(frozen=True, slots=True)
class Swatch:
    """A colour of the theme."""

    name: str = doc("Its custom property, without the dashes.")
    use: str = doc("What it is for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaletteRow:
    """What the palette's script draws for one thing that is found, for the style page."""

    title: str = doc("Its name, after the part that was typed.")
    icon: str = doc("Its icon.")
    hue: str = doc("The kind whose hue its icon has, or ``plain``.")
    found: str = doc("The part of its name that was typed, or empty.", default="")
    sub: str = doc("What it is beside its name.", default="")
    side: str = doc("Type and owner, at the other end.", default="")
    url: str = doc("Where it leads; empty for what is done here.", default="")
    inner: bool = doc("Whether it is a heading of the page above it.", default=False)
    chosen: bool = doc("Whether Enter takes it.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaletteGroup:
    """Rows of one sort, for the style page."""

    title: str = doc("Such as ``Catalog``.")
    rows: tuple[PaletteRow, ...] = doc("What is found.")
    note: str = doc("How many are left out, or empty.", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleView:
    """Every part of the theme in every state, for those who change it."""

    template: ClassVar[str] = "pages/style.html"

    frame: Frame = doc("What surrounds the page.")
    grounds: tuple[Swatch, ...] = doc("Grounds and lines.")
    inks: tuple[Swatch, ...] = doc("Text, the accent, and the colours of states.")
    sizes: tuple[str, ...] = doc("The scale of type.")
    kinds: tuple[EntityLink, ...] = doc("An entity of each kind.")
    missing: EntityLink = doc("One that is not in the catalog.")
    lifecycles: tuple[str, ...] = doc("Every lifecycle that has a colour, and one that has none.")
    rows: tuple[EntityRow, ...] = doc("Rows of a table: whole, with problems, stale, without an owner, with much in them.")
    header: EntityHeader = doc("The top of an entity's page, with everything that it may have.")
    facts: tuple[Fact, ...] = doc("Rows of a card.")
    tiles: tuple[Tile, ...] = doc("Figures.")
    groups: tuple[TreeNode, ...] = doc("A tree of groups.")
    problems: tuple[Problem, ...] = doc("One of each severity.")
    picture: Picture | None = doc("A picture of relations of this portal, where it has one.")
    graph_lines: tuple[GraphFact, ...] = doc("The same in words.")
    folds: tuple[FoldedBox, ...] = doc("What a box stands for.")
    api_part: ApiPart = doc("A body of an API, with an example.")
    api_facts: tuple[ApiFact, ...] = doc("What else an API says.")
    api_nav: tuple[ApiNavGroup, ...] = doc("A list of operations.")
    parts: tuple[Link, ...] = doc("The parts of a long list.")
    palette: tuple[PaletteGroup, ...] = doc("Rows of the palette: entities, pages with their headings, what can be done.")
    verbs: tuple[tuple[str, str], ...] = doc("Each verb with the name of its hue.")
    changed: Moment = doc("A time.")
