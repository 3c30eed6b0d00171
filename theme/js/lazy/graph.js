/**
 * The graph that can be explored: neighbourhoods are loaded part by part, laid out by dagre, and drawn as the pages draw.
 *
 * Addresses are those of Backstage's page, and mean what they mean there: which relations are followed, how far, and
 * what is made one line. What is drawn is bounded; the rest is counted.
 */
const MOST = 150;
const FOLDS = 40;
const DEEPEST = 50;
const FACE = 12.5;
const LABEL = 170;
const HEIGHT = 30;
/** The length of an arrow's head. */
const HEAD = 7;
/** A picture is not made smaller than this before somebody wants it. */
const READABLE = 0.75;
const { callboard } = window;
const SVG = "http://www.w3.org/2000/svg";

/** Backstage's pairs: the relation that a line is drawn by, and the same from its other end. */
const PAIRS = [
  ["ownerOf", "ownedBy"],
  ["consumesApi", "apiConsumedBy"],
  ["apiProvidedBy", "providesApi"],
  ["hasPart", "partOf"],
  ["parentOf", "childOf"],
  ["hasMember", "memberOf"],
  ["dependsOn", "dependencyOf"],
];
const FAMILIES = { ownerOf: "own", hasPart: "part", parentOf: "team", hasMember: "team", consumesApi: "api", apiProvidedBy: "api", dependsOn: "use" };
const LEGEND = { use: _("depends on"), api: _("provides or consumes an API"), part: _("contains"), own: _("owns"), team: _("teams and people"), other: _("other relations") };
const WORDS = {
  ownerOf: _("owns"), ownedBy: _("is owned by"), hasPart: _("contains"), partOf: _("is part of"), parentOf: _("is above"), childOf: _("is below"),
  hasMember: _("has member"), memberOf: _("is member of"), consumesApi: _("consumes"), apiConsumedBy: _("is consumed by"),
  apiProvidedBy: _("is provided by"), providesApi: _("provides"), dependsOn: _("depends on"), dependencyOf: _("is used by"),
};
const pairOf = (type) => PAIRS.find((pair) => pair.includes(type)) ?? [type];
const familyOf = (types) => FAMILIES[pairOf(types[0])[0]] ?? "other";
const said = (type) => WORDS[type] ?? type.replace(/[A-Z]/g, (char) => ` ${char.toLowerCase()}`);
const full = (ref) => {
  const [, kind, namespace, name] = ref.match(/^(?:([^:/]+):)?(?:([^:/]+)\/)?(.+)$/) ?? [];
  return kind && name ? `${kind}:${namespace ?? "default"}/${name}`.toLowerCase() : "";
};
const parts = (ref) => {
  const [kind, rest] = ref.split(/:(.*)/s);
  const [namespace, name] = rest.split("/");
  return { kind, namespace, name };
};

/** FNV-1a, as the program that wrote the finders does it. */
function hashed(text) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}

/** Entities and their relations, as far as they are loaded. */
class Store {
  constructor({ url, finders, stamp }) {
    Object.assign(this, { url, stamp, finders: Number(finders) });
    this.nodes = new Map();
  }

  async part(name) {
    const found = await callboard.part(this.url, name, this.stamp);
    if (!found) throw new Error(_("the portal was built anew meanwhile"));
    return found.columns;
  }

  /** The entity *ref* with its relations; null where there is none. */
  async entity(ref) {
    if (this.nodes.get(ref)?.relations) return this.nodes.get(ref);
    let at = this.nodes.get(ref)?.at;
    if (at === undefined) {
      const { names, at: places } = await this.part(`find-${hashed(ref) % this.finders}`);
      at = places[names.split("\n").findIndex((name) => full(name) === ref)] ?? -1;
    }
    if (at < 0) return this.nodes.get(ref) ?? null;
    this.take(await this.part(`near-${at}`), at);
    return this.nodes.get(ref) ?? null;
  }

  take(columns, part) {
    const [titles, types] = [columns.titles.split("\n"), columns.types.split("\n")];
    const refs = columns.names.split("\n").map(full);
    refs.forEach((ref, n) => {
      const known = this.nodes.get(ref);
      const own = n < columns.own;
      if (known && !(own && !known.relations)) return;
      const at = own ? part : columns.at[n - columns.own];
      const node = { ref, ...parts(ref), title: titles[n] || parts(ref).name, type: types[n], icon: columns.icons[columns.icon[n]] || "puzzle-outline", at };
      if (own) {
        const row = columns.edges[n];
        node.relations = Array.from({ length: row.length / 2 }, (_, k) => ({ type: columns.relations[row[2 * k]], target: refs[row[2 * k + 1]] }));
        Object.assign(node, { about: columns.about[n], lifecycle: columns.lifecycles[n] });
      } else if (at < 0) node.relations = [];
      this.nodes.set(ref, node);
    });
  }
}

/** What the address says, as Backstage's page reads it. */
function readState() {
  const query = new URLSearchParams(location.search);
  const list = (name) => [...query].filter(([key]) => key.replace(/\[\d*\]$/, "") === name && key !== name).map(([, value]) => value);
  const depth = query.get("maxDepth");
  return {
    roots: list("rootEntityRefs").map(full).filter(Boolean),
    maxDepth: depth === null || depth === "∞" || !(Number(depth) > 0) ? Infinity : Number(depth),
    kinds: list("selectedKinds").map((kind) => kind.toLowerCase()),
    relations: list("selectedRelations"),
    unidirectional: query.get("unidirectional") !== "false",
    mergeRelations: query.get("mergeRelations") !== "false",
    direction: ["LR", "RL", "TB", "BT"].includes(query.get("direction")) ? query.get("direction") : "LR",
  };
}

function address(state) {
  const query = [
    ...state.roots.map((ref) => ["rootEntityRefs[]", ref]),
    ["maxDepth", Number.isFinite(state.maxDepth) ? String(state.maxDepth) : "∞"],
    ...state.kinds.map((kind) => ["selectedKinds[]", kind]),
    ...state.relations.map((type) => ["selectedRelations[]", type]),
    ["unidirectional", String(state.unidirectional)],
    ["mergeRelations", String(state.mergeRelations)],
    ["direction", state.direction],
  ];
  return state.roots.length ? `?${query.map((pair) => pair.map(encodeURIComponent).join("=")).join("&")}` : location.pathname;
}

/** What is within reach, nearest first: breadth first, until there is more than can be drawn. */
async function reached(store, state) {
  const follows = ({ type, target }) =>
    (!state.relations.length || state.relations.includes(type)) && (!state.kinds.length || state.kinds.includes(parts(target).kind));
  const distance = new Map();
  const parent = new Map();
  let level = [];
  for (const ref of state.roots) {
    if (await store.entity(ref)) {
      distance.set(ref, 0);
      level.push(ref);
    }
  }
  const deepest = Math.min(state.maxDepth, DEEPEST);
  let depth = 1;
  for (; depth <= deepest && level.length && distance.size <= MOST; depth++) {
    await Promise.all([...new Set(level.map((ref) => store.nodes.get(ref)?.at))].map((at) => store.entity(level.find((ref) => store.nodes.get(ref)?.at === at))));
    const next = [];
    for (const ref of level) {
      for (const relation of (await store.entity(ref))?.relations ?? []) {
        if (!follows(relation) || distance.has(relation.target)) continue;
        distance.set(relation.target, depth);
        parent.set(relation.target, ref);
        next.push(relation.target);
      }
    }
    level = next;
  }
  return { distance, parent, follows, cut: level.length > 0 && depth <= deepest };
}

/** Those that are drawn, and folds of the others by what led to them. */
function folded({ distance, parent }) {
  const order = [...distance.keys()];
  if (order.length <= MOST) return { shown: order, folds: [], left: 0 };
  const shown = order.slice(0, MOST - FOLDS);
  const there = new Set(shown);
  const hidden = new Map();
  for (const ref of order.slice(shown.length)) {
    let above = parent.get(ref);
    while (!there.has(above)) above = parent.get(above);
    if (!hidden.has(above)) hidden.set(above, []);
    hidden.get(above).push(ref);
  }
  const groups = [...hidden].sort((a, b) => b[1].length - a[1].length);
  const single = groups.filter(([, refs]) => refs.length === 1).slice(0, FOLDS);
  const many = groups.filter(([, refs]) => refs.length > 1);
  const folds = many.slice(0, FOLDS - Math.min(single.length, FOLDS >> 1)).map(([under, refs]) => ({ under, refs }));
  const extra = single.slice(0, FOLDS - folds.length).flatMap(([, refs]) => refs);
  const drawn = shown.length + extra.length + folds.reduce((sum, { refs }) => sum + refs.length, 0);
  return { shown: [...shown, ...extra], folds, left: order.length - drawn };
}

/**
 * The lines between *shown*, each with the relations that it says.
 *
 * Merged, the two ends of one relation are one line, in the direction of its pair. Simplified, there is one line between
 * two entities, and none where both are nearer by another way; unmerged then leads away from what the graph is about.
 */
function linesOf(store, shown, distance, state, follows) {
  const there = new Set(shown);
  const lines = new Map();
  const put = (from, to, types) => {
    const [forward, backward] = [`${from}\n${to}`, `${to}\n${from}`];
    const key = state.unidirectional || state.mergeRelations ? (lines.has(backward) && !lines.has(forward) ? backward : forward) : forward;
    if (!lines.has(key)) lines.set(key, { from: key === forward ? from : to, to: key === forward ? to : from, types: new Set() });
    for (const type of types) lines.get(key).types.add(type);
  };
  for (const ref of shown) {
    for (const relation of store.nodes.get(ref).relations ?? []) {
      const { type, target } = relation;
      if (!there.has(target) || target === ref || !follows(relation)) continue;
      if (state.unidirectional && distance.get(ref) === distance.get(target) && distance.get(ref) > 0) continue;
      const pair = pairOf(type);
      if (state.mergeRelations) put(...(pair[0] === type ? [ref, target] : [target, ref]), pair);
      else if (!state.unidirectional || distance.get(ref) < distance.get(target)) put(ref, target, [type]);
      else if (!store.nodes.get(target).relations?.some((back) => back.target === ref && follows(back))) put(target, ref, [pair.find((other) => other !== type) ?? type]);
    }
  }
  return [...lines.values()].map((line) => ({ ...line, types: [...line.types] }));
}

const ruler = document.createElement("canvas").getContext("2d");

/** *text* as it fits into a box, and how wide it is. */
function fitted(text) {
  ruler.font = `500 ${FACE}px ${getComputedStyle(document.body).fontFamily}`;
  let shown = text;
  while (shown && ruler.measureText(shown).width > LABEL) shown = shown.slice(0, -2);
  shown = shown === text ? text : `${shown.trimEnd()}…`;
  return { label: shown, width: Math.ceil(ruler.measureText(shown).width) + 44 };
}

function element(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function html(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** What a box stands for that holds *refs*. */
const moreOf = ({ length: number }) => _`${number} more`;
const foldOf = ({ title: rest, under: { title: name } }) => _`${rest} of ${name}`;
const entityAddress = ({ kind, namespace, name }) => callboard.address(`catalog/${namespace}/${kind}/${name}/`);

function entityLink(node) {
  const icon = element("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, element("use", { href: `#cb-p-${node.icon}` }));
  if (node.at < 0) return html("span", { class: "entity missing" }, icon, html("span", {}, node.title), html("span", { class: "missing-word" }, _("not in the catalog")));
  return html("a", { class: `entity k-${node.kind}`, href: entityAddress(node), title: node.ref }, icon, html("span", {}, node.title));
}

/** A line through *points*, which ends where the head of its arrow begins. */
function curve(points, flat) {
  const round = (number) => Math.round(number * 10) / 10;
  const [first, ...rest] = points;
  let path = `M${round(first.x)} ${round(first.y)}`;
  let from = first;
  for (const to of rest) {
    const [a, b] = flat
      ? [{ x: (from.x + to.x) / 2, y: from.y }, { x: (from.x + to.x) / 2, y: to.y }]
      : [{ x: from.x, y: (from.y + to.y) / 2 }, { x: to.x, y: (from.y + to.y) / 2 }];
    path += `C${[a, b, to].map(({ x, y }) => `${round(x)} ${round(y)}`).join(" ")}`;
    from = to;
  }
  return path;
}

/** *points* from the middle of one side to the middle of another; neighbours are joined without a detour. */
function docked(points, [start, end], flat) {
  const way = Math.sign(flat ? end.x - start.x : end.y - start.y) || 1;
  const side = (box, sign) => (flat ? { x: box.x + (sign * box.width) / 2, y: box.y } : { x: box.x, y: box.y + (sign * box.height) / 2 });
  const tip = side(end, -way);
  const last = flat ? { x: tip.x - way * HEAD, y: tip.y } : { x: tip.x, y: tip.y - way * HEAD };
  return [side(start, way), ...(points.length > 3 ? points.slice(1, -1) : []), last];
}

class Picture {
  /** Lay out *boxes* (of a store) and *lines* between them, by number. */
  constructor(boxes, lines, direction) {
    const graph = new window.dagre.graphlib.Graph();
    graph.setGraph({ rankdir: direction, nodesep: 10, ranksep: direction === "LR" || direction === "RL" ? 84 : 52, edgesep: 8, marginx: 12, marginy: 12 });
    graph.setDefaultEdgeLabel(() => ({}));
    const flat = direction === "LR" || direction === "RL";
    const widest = Math.max(...boxes.map((box) => box.width));
    boxes.forEach((box, n) => graph.setNode(String(n), { width: flat ? widest : box.width, height: HEIGHT }));
    lines.forEach((line) => graph.setEdge(String(line.source), String(line.target), {}));
    window.dagre.layout(graph);
    const { width, height } = graph.graph();
    Object.assign(this, { boxes, lines, width: Math.ceil(width), height: Math.ceil(height) });
    this.svg = element("svg", { class: "cb-graph", role: "group" });
    this.view = element("g");
    this.words = element("g", { class: "ge-words", "aria-hidden": "true" });
    this.svg.append(this.view);
    this.lineElements = lines.map((line) => {
      const ends = [graph.node(String(line.source)), graph.node(String(line.target))];
      return this.line(line, docked(graph.edge(String(line.source), String(line.target)).points, ends, flat), flat);
    });
    this.boxElements = boxes.map((box, n) => this.box(box, n, graph.node(String(n))));
    this.view.append(...this.lineElements, ...this.boxElements, this.words);
  }

  line(line, points, flat) {
    const [source, verb, target] = [this.boxes[line.source].title, line.words, this.boxes[line.target].title];
    const words = _`${source} ${verb} ${target}`;
    const path = curve(points, flat);
    const [a, b] = points.length > 2 ? Array(2).fill(points[points.length >> 1]) : points;
    this.words.append(element("text", { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 + 4, "text-anchor": "middle" }, line.words));
    return element("g", { class: `ge ge-one g-${line.family}`, "marker-end": "url(#cb-tip)" }, element("title", {}, words), element("path", { d: path }), element("path", { class: "ge-reach", d: path }));
  }

  box(box, n, { x, y, width }) {
    const classes = `gn k-${box.kind}${box.root ? " g-root" : ""}${box.refs ? " g-fold" : ""}${box.at < 0 ? " g-missing" : ""}`;
    const above = box.under?.title;
    const about = box.refs ? _`under ${above}` : box.at < 0 ? _("not in the catalog") : [box.kind, box.type].filter(Boolean).join(" · ");
    Object.assign(box, { x, y });
    return element(
      "a",
      { class: classes, transform: `translate(${Math.round(x - width / 2)} ${Math.round(y)})`, "data-n": n, href: box.refs || box.at < 0 ? "#" : entityAddress(box) },
      element("title", {}, `${box.title}: ${about}`),
      element("rect", { width }),
      element("use", { href: `#cb-p-${box.icon}` }),
      element("text", {}, box.label),
    );
  }
}

/** Moves and scales what is in *stage*; the picture is shown whole at first, where it can be read then. */
class Camera {
  constructor(stage) {
    this.stage = stage;
    this.at = { x: 0, y: 0, scale: 1 };
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.grab(event));
    stage.addEventListener("keydown", (event) => this.press(event));
    new ResizeObserver(() => this.untouched && this.begin()).observe(stage);
  }

  /** *middle* is where to look first, where the whole would be too small to read. */
  show(svg, width, height, middle = { x: width / 2, y: height / 2 }) {
    Object.assign(this, { svg, width, height, middle });
    for (const name of ["width", "height", "viewBox"]) svg.removeAttribute(name);
    svg.classList.add("stage-picture");
    svg.classList.remove("g-fits");
    this.begin();
  }

  fit(smallest = 0.1) {
    if (!this.svg) return;
    const { clientWidth, clientHeight } = this.stage;
    const whole = Math.min(clientWidth / this.width, clientHeight / this.height);
    const scale = Math.min(1.25, Math.max(smallest, whole));
    const place = (room, length, middle) => (length * scale <= room ? (room - length * scale) / 2 : Math.min(0, Math.max(room - length * scale, room / 2 - middle * scale)));
    this.set({ scale, x: place(clientWidth, this.width, this.middle.x), y: place(clientHeight, this.height, this.middle.y) });
    this.untouched = false;
  }

  begin() {
    this.fit(READABLE);
    this.untouched = true;
  }

  set(at) {
    this.at = { ...this.at, ...at };
    this.svg?.querySelector(":scope > g").setAttribute("transform", `translate(${this.at.x} ${this.at.y}) scale(${this.at.scale})`);
  }

  zoom(factor, x = this.stage.clientWidth / 2, y = this.stage.clientHeight / 2) {
    const scale = Math.min(3, Math.max(0.1, this.at.scale * factor));
    const ratio = scale / this.at.scale;
    this.untouched = false;
    this.set({ scale, x: x - (x - this.at.x) * ratio, y: y - (y - this.at.y) * ratio });
  }

  move(x, y) {
    this.untouched = false;
    this.set({ x: this.at.x + x, y: this.at.y + y });
  }

  /** The page scrolls by the wheel; with Ctrl, as for the page itself, the picture is scaled. */
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { left, top } = this.stage.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
  }

  grab(event) {
    if (event.button !== 0 || event.pointerType === "touch") return this.pinch(event);
    let [x, y, moved] = [event.clientX, event.clientY, false];
    const move = (next) => {
      if (!moved && Math.hypot(next.clientX - x, next.clientY - y) < 4) return;
      moved = true;
      this.stage.classList.add("stage-moving");
      this.move(next.clientX - x, next.clientY - y);
      [x, y] = [next.clientX, next.clientY];
    };
    const end = () => {
      removeEventListener("pointermove", move);
      this.stage.classList.remove("stage-moving");
      if (moved) addEventListener("click", (click) => (click.preventDefault(), click.stopPropagation()), { capture: true, once: true });
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end, { once: true });
  }

  /** One finger scrolls the page, two move and scale the picture. */
  pinch(event) {
    if (event.pointerType !== "touch") return;
    this.fingers ??= new Map();
    const { left, top } = this.stage.getBoundingClientRect();
    const place = ({ clientX, clientY }) => ({ x: clientX - left, y: clientY - top });
    this.fingers.set(event.pointerId, place(event));
    const measure = () => {
      const [a, b] = [...this.fingers.values()];
      return b && { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) };
    };
    const move = (next) => {
      if (!this.fingers.has(next.pointerId)) return;
      const before = measure();
      this.fingers.set(next.pointerId, place(next));
      const now = measure();
      if (!before || !now) return;
      this.move(now.x - before.x, now.y - before.y);
      this.zoom(now.apart / (before.apart || 1), now.x, now.y);
    };
    const end = (last) => {
      this.fingers.delete(last.pointerId);
      if (this.fingers.size) return;
      removeEventListener("pointermove", move);
      for (const name of ["pointerup", "pointercancel"]) removeEventListener(name, end);
    };
    if (this.fingers.size > 1) return;
    addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, end);
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (steps[event.key]) this.move(...steps[event.key]);
    else if (event.key === "+" || event.key === "=") this.zoom(1.25);
    else if (event.key === "-") this.zoom(0.8);
    else if (event.key === "0") this.fit();
    else return;
    event.preventDefault();
  }

  /** Bring the box at *x*, *y* into view, within so many pixels from the left. */
  reveal({ x, y }, clientWidth = this.stage.clientWidth) {
    const { clientHeight } = this.stage;
    const [left, top] = [this.at.x + x * this.at.scale, this.at.y + y * this.at.scale];
    const dx = left < 90 ? 90 - left : left > clientWidth - 90 ? clientWidth - 90 - left : 0;
    const dy = top < 30 ? 30 - top : top > clientHeight - 30 ? clientHeight - 30 - top : 0;
    if (dx || dy) this.move(dx, dy);
  }
}

class Explorer {
  constructor(host) {
    this.host = host;
    const find = (selector) => host.querySelector(selector);
    Object.assign(this, {
      stage: find(".stage-view"), peek: find(".stage-peek"), status: find(".stage-status"), form: find(".explore-form"),
      facts: find(".explore-facts"), about: find(".explore-about"), chips: find(".explore-roots"), legend: find(".graph-legend"),
    });
    this.store = new Store(host.dataset);
    this.camera = new Camera(this.stage);
    this.map = { svg: this.stage.querySelector("svg"), facts: [...this.facts.childNodes], legend: [...this.legend.childNodes], about: this.about.textContent, label: this.stage.getAttribute("aria-label") };
    this.choices = Object.fromEntries(["selectedKinds", "selectedRelations"].map((name) => [name, [...this.form.querySelectorAll(`[name="${name}"]`)]]));
    if (matchMedia("(min-width: 64rem)").matches) find(".explore-side").open = true;
    this.form.addEventListener("change", () => this.go(this.chosen()));
    this.stage.addEventListener("click", (event) => this.click(event));
    this.stage.addEventListener("focusin", ({ target }) => target.dataset.n !== undefined && target.matches(":focus-visible") && this.focus(Number(target.dataset.n)));
    this.stage.addEventListener("pointerover", ({ target }) => this.light(target.closest("[data-n]")));
    this.stage.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    this.peek.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    for (const button of host.querySelectorAll("[data-zoom]")) {
      const zoom = { in: () => this.camera.zoom(1.25), out: () => this.camera.zoom(0.8), fit: () => this.camera.fit() };
      button.addEventListener("click", zoom[button.dataset.zoom]);
    }
    for (const button of host.querySelectorAll("[data-download]")) button.addEventListener("click", () => callboard.downloadGraph(host, button.dataset.download, this.drawn));
    addEventListener("popstate", () => this.show());
    new Finder(host, (ref) => this.go({ ...this.state, roots: [ref], maxDepth: Number.isFinite(this.state.maxDepth) ? this.state.maxDepth : 2 }));
    this.show();
  }

  chosen() {
    const { elements } = this.form;
    const picked = (name) => {
      const values = this.choices[name].filter((box) => box.checked).map((box) => box.value);
      return values.length === this.choices[name].length ? [] : values;
    };
    const depth = elements.maxDepth.value;
    return {
      ...this.state,
      maxDepth: depth === "∞" ? Infinity : Number(depth),
      direction: elements.direction.value,
      unidirectional: elements.unidirectional.checked,
      mergeRelations: elements.mergeRelations.checked,
      kinds: picked("selectedKinds"),
      relations: picked("selectedRelations"),
    };
  }

  go(state) {
    if (state.roots.length) history.pushState(null, "", address(state));
    else history.pushState(null, "", location.pathname);
    this.show();
  }

  /** The form says what the address says. */
  fill() {
    const { elements } = this.form;
    const depth = Number.isFinite(this.state.maxDepth) ? String(this.state.maxDepth) : "∞";
    if (![...elements.maxDepth.options].some(({ value }) => value === depth)) elements.maxDepth.append(new Option(depth, depth));
    elements.maxDepth.value = depth;
    elements.direction.value = this.state.direction;
    elements.unidirectional.checked = this.state.unidirectional;
    elements.mergeRelations.checked = this.state.mergeRelations;
    for (const [name, values] of [["selectedKinds", this.state.kinds], ["selectedRelations", this.state.relations]]) {
      for (const box of this.choices[name]) box.checked = !values.length || values.includes(box.value);
    }
    for (const field of elements) field.disabled = !this.state.roots.length;
  }

  async show() {
    this.state = readState();
    this.fill();
    this.close();
    const round = (this.round = (this.round ?? 0) + 1);
    if (!this.state.roots.length) return this.showMap();
    try {
      if (!window.dagre) await callboard.load(`${this.host.dataset.url}../dagre.js`);
      const found = await reached(this.store, this.state);
      if (round === this.round) this.draw(found);
    } catch (error) {
      if (round === this.round) this.fail(error.message);
    }
  }

  fail(reason) {
    this.status.textContent = _`This cannot be shown: ${reason}. Load the page again.`;
  }

  showMap() {
    this.chips.replaceChildren();
    this.about.textContent = this.map.about;
    this.facts.replaceChildren(...this.map.facts);
    this.legend.replaceChildren(...this.map.legend);
    this.status.textContent = "";
    this.drawn = null;
    this.host.dataset.name = "systems";
    this.stage.setAttribute("aria-label", this.map.label);
    const { svg } = this.map;
    if (!svg) return this.stage.replaceChildren();
    this.stage.replaceChildren(svg);
    if (!svg.querySelector(":scope > g:only-child")) {
      this.map.size = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
      svg.append(element("g", {}, ...svg.childNodes));
    }
    this.camera.show(svg, ...this.map.size);
  }

  draw(found) {
    const { roots } = this.state;
    const { shown, folds, left } = folded(found);
    if (!shown.length) {
      this.stage.replaceChildren();
      this.facts.replaceChildren();
      this.chips.replaceChildren();
      this.about.textContent = "";
      const names = roots.join(", ");
      this.status.textContent = _`${names}: not in the catalog.`;
      return;
    }
    const nodes = shown.map((ref) => this.store.nodes.get(ref));
    const number = new Map(shown.map((ref, n) => [ref, n]));
    const boxes = [
      ...nodes.map((node) => ({ ...node, ...fitted(node.title), root: found.distance.get(node.ref) === 0 })),
      ...folds.map(({ under, refs }) => ({ refs, under: this.store.nodes.get(under), title: moreOf(refs), ...fitted(`+${moreOf(refs)}`), kind: "other", icon: "dots-horizontal" })),
    ];
    const lines = [
      ...linesOf(this.store, shown, found.distance, this.state, found.follows).map(({ from, to, types }) => ({ source: number.get(from), target: number.get(to), types, family: familyOf(types), words: this.words(types, from, to) })),
      ...folds.map(({ under }, n) => ({ source: number.get(under), target: shown.length + n, types: [], family: "other", words: _("is related to") })),
    ];
    const picture = new Picture(boxes, lines, this.state.direction);
    this.drawn = picture;
    this.host.dataset.name = roots[0];
    const name = nodes.filter(({ ref }) => roots.includes(ref)).map(({ title }) => title).join(", ");
    const label = _`What ${name} is related to`;
    picture.svg.setAttribute("aria-label", label);
    this.stage.setAttribute("aria-label", label);
    this.stage.replaceChildren(picture.svg);
    this.camera.show(picture.svg, picture.width, picture.height, boxes[0]);
    this.tell(boxes, lines, folds, left, found.cut);
  }

  words(types, from, to) {
    const merged = this.state.mergeRelations ? types.filter((type) => pairOf(type)[0] === type || !types.includes(pairOf(type)[0])) : types;
    const there = new Set((this.store.nodes.get(from).relations ?? []).filter(({ target }) => target === to).map(({ type }) => type));
    return merged.map((type) => (this.state.mergeRelations && !there.has(type) && this.inverse(type, from, to) ? said(pairOf(type)[1]) : said(type))).reduce((first, second) => _`${first} and ${second}`);
  }

  /** Whether *type* leads from *to* to *from*: a line that says two things says each in its own direction. */
  inverse(type, from, to) {
    return pairOf(type).length === 2 && (this.store.nodes.get(to).relations ?? []).some((relation) => relation.type === type && relation.target === from);
  }

  tell(boxes, lines, folds, left, cut) {
    const roots = boxes.filter(({ root }) => root);
    this.about.textContent = "";
    this.chips.replaceChildren(
      ...roots.map((node) => {
        const { title: name } = node;
        const button = html("button", { type: "button", "aria-label": _`Leave out ${name}`, title: _("Leave out") }, "×");
        button.addEventListener("click", () => this.go({ ...this.state, roots: this.state.roots.filter((ref) => ref !== node.ref) }));
        return html("li", {}, entityLink(node), button);
      }),
    );
    const folded = folds.reduce((sum, { refs }) => sum + refs.length, 0);
    const boxed = cut ? _`at least ${folded} in boxes with their number` : _`${folded} in boxes with their number`;
    const rest = [folded && boxed, left && _`${left} not drawn`].filter(Boolean).join(", ");
    const number = boxes.length - folds.length;
    this.status.textContent = `${ngettext(number, `${number} entity`, `${number} entities`)}${rest ? `; ${rest}` : ""}`;
    const families = Object.keys(LEGEND).filter((family) => lines.some((line) => line.family === family));
    this.legend.replaceChildren(
      ...families.map((family) => {
        const sample = element("svg", { class: "cb-graph", width: 26, height: 8, "aria-hidden": "true" }, element("g", { class: `ge g-${family}`, "marker-end": "url(#cb-tip)" }, element("path", { d: "M0 4h19" })));
        return html("li", {}, sample, LEGEND[family]);
      }),
    );
    const end = (box) => (box.refs ? foldOf(box) : entityLink(box));
    const facts = new Map();
    for (const { source, words, target } of lines) {
      const key = `${source} ${words}`;
      if (!facts.has(key)) facts.set(key, { source, words, targets: [] });
      facts.get(key).targets.push(boxes[target]);
    }
    const rows = [...facts.values()].map(({ source, words, targets }) =>
      html("tr", {}, html("td", {}, end(boxes[source])), html("td", {}, words), html("td", {}, html("ul", {}, ...targets.map((box) => html("li", {}, end(box)))))),
    );
    const head = html("thead", {}, html("tr", {}, ...[_("From"), _("Relation"), _("To")].map((word) => html("th", { scope: "col" }, word))));
    const table = html("table", { class: "rows" }, html("caption", { class: "quiet" }, _("The same in words")), head, html("tbody", {}, ...rows));
    this.facts.replaceChildren(...(rows.length ? [html("section", { class: "table-box graph-table", tabindex: "0", "aria-label": _("The same in words") }, table)] : []));
  }

  /** A plain click chooses; with a key, or by another button, the link is followed. */
  click(event) {
    const target = event.target.closest("[data-n]");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.choose(Number(target.dataset.n));
  }

  focus(n) {
    this.camera.reveal(this.drawn.boxes[n]);
    this.light(this.drawn.boxElements[n]);
  }

  /** The lines of one box stand out, with their words. */
  light(target) {
    if (!this.drawn) return;
    const n = target ? Number(target.dataset.n) : -1;
    this.drawn.svg.classList.toggle("g-lit", n >= 0);
    this.drawn.lines.forEach((line, k) => [this.drawn.lineElements[k], this.drawn.words.children[k]].forEach((one) => one.classList.toggle("ge-lit", line.source === n || line.target === n)));
    const near = new Set(this.drawn.lines.filter((line) => line.source === n || line.target === n).flatMap((line) => [line.source, line.target]));
    this.drawn.boxElements.forEach((box, k) => box.classList.toggle("gn-lit", near.has(k) || k === n));
  }

  async choose(n) {
    const box = this.drawn.boxes[n];
    this.back = this.drawn.boxElements[n];
    const heading = html("h2", { tabindex: "-1" }, box.refs ? foldOf(box) : box.title);
    const close = html("button", { type: "button", class: "tool", "aria-label": _("Close"), title: _("Close") }, "×");
    close.addEventListener("click", () => this.close());
    const content = box.refs ? this.peekFold(box) : await this.peekEntity(box);
    this.peek.replaceChildren(html("div", { class: "stage-head" }, heading, close), ...content);
    this.peek.hidden = false;
    const room = this.stage.clientWidth - this.peek.offsetWidth;
    if (room > 320) this.camera.reveal(box, room - 24);
    heading.focus({ preventScroll: true });
  }

  async peekEntity(box) {
    const node = (await this.store.entity(box.ref)) ?? box;
    const counts = new Map();
    for (const { type } of node.relations ?? []) counts.set(type, (counts.get(type) ?? 0) + 1);
    const owner = (node.relations ?? []).filter(({ type }) => type === "ownedBy").map(({ target }) => this.store.nodes.get(target));
    const facts = [
      [_("Kind"), [node.kind]],
      [_("Type"), [node.type]],
      [_("Lifecycle"), [node.lifecycle]],
      [_("Owner"), owner.filter(Boolean).map(entityLink)],
      [_("Relations"), [[...counts].map(([type, count]) => `${said(type)} ${count}`).join(", ")]],
    ].filter(([, values]) => values[0]);
    const root = html("button", { type: "button", class: "button" }, _("Explore from here"));
    root.addEventListener("click", () => this.go({ ...this.state, roots: [node.ref] }));
    const add = html("button", { type: "button", class: "button quiet-button" }, _("Add to the graph"));
    add.addEventListener("click", () => this.go({ ...this.state, roots: [...new Set([...this.state.roots, node.ref])] }));
    const open = html("a", { class: "button", href: entityAddress(node) }, _("Open its page"));
    return [
      ...(node.about ? [html("p", {}, node.about)] : []),
      html("dl", { class: "facts" }, ...facts.map(([label, values]) => html("div", {}, html("dt", {}, label), html("dd", {}, ...values)))),
      html("p", { class: "stage-actions" }, ...(node.at < 0 ? [_("It is not in the catalog.")] : box.root ? [open] : [open, root, add])),
    ];
  }

  peekFold(box) {
    const list = html("ul", { class: "entities" }, ...box.refs.slice(0, 200).map((ref) => html("li", {}, entityLink(this.store.nodes.get(ref)))));
    const { title: name } = box.under;
    const root = html("button", { type: "button", class: "button" }, _`Explore from ${name}`);
    root.addEventListener("click", () => this.go({ ...this.state, roots: [box.under.ref], maxDepth: 1 }));
    return [list, html("p", { class: "stage-actions" }, root)];
  }

  close() {
    if (this.peek.hidden) return;
    const held = this.peek.contains(document.activeElement);
    this.peek.hidden = true;
    if (held && this.back?.isConnected) this.back.focus({ preventScroll: true });
  }
}

const refOf = ({ kind, namespace, name }) => `${kind}:${namespace}/${name}`;

/** The field that finds an entity to begin with: names come from the palette's data, when somebody types. */
class Finder {
  constructor(host, choose) {
    Object.assign(this, { folder: callboard.data, choose, input: host.querySelector(".explore-find input"), list: host.querySelector(".explore-found"), at: -1 });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": "cb-found", "aria-autocomplete": "list" })) this.input.setAttribute(name, value);
    this.list.setAttribute("role", "listbox");
    this.input.addEventListener("focus", () => this.load(), { once: true });
    this.input.addEventListener("input", () => this.find());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.fold(), 150));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("li")));
  }

  load() {
    this.loading ??= callboard.part(this.folder, "palette").then(async ({ stamp, columns }) => {
      const names = columns.names.split("\n");
      let n = 0;
      const all = columns.groups.flatMap(([kind, namespace, count]) => names.slice(n, (n += count)).map((name) => ({ kind, namespace, name, title: "" })));
      const details = await callboard.part(this.folder, "details", stamp);
      details?.columns.titles.forEach((title, k) => (all[k].title = title));
      return all;
    });
    return this.loading;
  }

  async find() {
    const typed = this.input.value.trim().toLowerCase();
    const all = typed ? await this.load() : [];
    if (this.input.value.trim().toLowerCase() !== typed) return;
    const rank = ({ name, title }) => (name === typed ? 0 : name.startsWith(typed) ? 1 : title.toLowerCase().startsWith(typed) ? 2 : name.includes(typed) ? 3 : title.toLowerCase().includes(typed) ? 4 : 9);
    const found = all.map((record) => [rank(record), record]).filter(([order]) => order < 9).sort((a, b) => a[0] - b[0]).slice(0, 10);
    this.at = -1;
    if (this.hurry && found.length) return this.take({ dataset: { ref: refOf(found[0][1]) } });
    this.list.replaceChildren(
      ...found.map(([, record], n) => {
        const { kind, namespace, name, title } = record;
        return html("li", { role: "option", id: `cb-found-${n}`, "data-ref": refOf(record), "aria-selected": "false" }, html("span", {}, title || name), html("span", { class: "detail" }, ` ${kind}${namespace === "default" ? "" : ` · ${namespace}`}`));
      }),
    );
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    if (found.length) this.point(0);
  }

  point(n) {
    const options = [...this.list.children];
    this.at = (n + options.length) % options.length;
    options.forEach((option, k) => option.setAttribute("aria-selected", String(k === this.at)));
    options[this.at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", options[this.at].id);
  }

  /** Who presses Enter before the names are there has chosen the first of them. */
  press(event) {
    this.hurry = this.list.hidden && event.key === "Enter";
    if (this.list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.point(this.at + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Enter") this.take(this.list.children[this.at]);
    else if (event.key === "Escape") this.fold();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(option) {
    if (!option) return;
    this.hurry = false;
    this.input.value = "";
    this.fold();
    this.choose(option.dataset.ref);
  }

  fold() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

const STYLES = ["transform", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "font-family", "font-size", "font-weight"];

const dipper = html("canvas", { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });

/** Colours as any program knows them. */
function plainColour(value) {
  if (!/^(?:oklch|oklab|color|lab|lch)/.test(value)) return value;
  dipper.fillStyle = value;
  dipper.fillRect(0, 0, 1, 1);
  const [red, green, blue] = dipper.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

/** The head of the arrow of *line*, drawn: not every program knows markers that take on a colour. */
function head(line, fill) {
  const length = line.getTotalLength();
  const [before, end] = [line.getPointAtLength(length - 1), line.getPointAtLength(length)];
  const [dx, dy] = [end.x - before.x, end.y - before.y].map((way) => way / (Math.hypot(end.x - before.x, end.y - before.y) || 1));
  const points = [[end.x - 3 * dy, end.y + 3 * dx], [end.x + HEAD * dx, end.y + HEAD * dy], [end.x + 3 * dy, end.y - 3 * dx]];
  return element("path", { d: `M${points.map((point) => point.map((at) => Math.round(at * 10) / 10).join(" ")).join("L")}z`, fill });
}

/** The picture as it is seen, as a file that stands alone: styles and icons in it, addresses whole. */
function standalone(host) {
  const svg = host.querySelector(".graph-box svg");
  const group = svg.querySelector(":scope > g[transform]");
  const copy = svg.cloneNode(true);
  const box = svg.querySelector(":scope > g:only-child")?.getBBox() ?? svg.getBBox();
  const [width, height] = [Math.ceil(box.width + 24), Math.ceil(box.height + 24)];
  const [before, after] = [svg.querySelectorAll("*"), copy.querySelectorAll("*")];
  before.forEach((one, n) => {
    const style = getComputedStyle(one);
    const made = after[n];
    if (["path", "rect", "text", "use"].includes(one.localName)) {
      for (const name of STYLES) {
        const value = style.getPropertyValue(name);
        if (value && (name === "transform" ? value !== "none" : one.localName === "text" || !name.startsWith("font"))) made.setAttribute(name, plainColour(value));
      }
    }
    if (one.localName === "rect") for (const name of ["y", "height", "rx"]) made.setAttribute(name, parseFloat(style.getPropertyValue(name)) || 0);
    if (one.localName === "a") made.setAttribute("href", one.href.baseVal && one.href.baseVal !== "#" ? new URL(one.href.baseVal, document.baseURI).href : "");
    if (one.localName === "path" && one.parentNode.hasAttribute("marker-end") && !one.matches(".ge-reach")) made.after(head(one, made.getAttribute("stroke")));
    for (const name of ["class", "marker-end"]) made.removeAttribute(name);
  });
  for (const hidden of [...svg.querySelectorAll(".ge-reach, .ge-words")].map((one) => [...before].indexOf(one))) after[hidden].remove();
  if (group) copy.querySelector(":scope > g").removeAttribute("transform");
  const symbols = new Set([...copy.querySelectorAll("use")].map((use) => use.getAttribute("href")));
  const ground = getComputedStyle(host.querySelector(".graph-box")).backgroundColor;
  const defs = element("defs", {}, ...[...symbols].map((href) => document.querySelector(href)?.cloneNode(true)).filter(Boolean));
  copy.prepend(defs, element("rect", { x: box.x - 12, y: box.y - 12, width, height, fill: plainColour(ground) }));
  for (const [name, value] of Object.entries({ xmlns: SVG, width, height, viewBox: `${box.x - 12} ${box.y - 12} ${width} ${height}` })) copy.setAttribute(name, value);
  copy.removeAttribute("class");
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}

/** What is drawn, as data: of the explored graph, or read back from the page. */
function described(host, drawn) {
  if (drawn) {
    const id = (box) => box.ref ?? `${box.title} of ${box.under.ref}`;
    return {
      nodes: drawn.boxes.map((box) => ({ id: id(box), title: box.refs ? box.title : box.title, ...(box.refs ? { entities: box.refs } : { kind: box.kind, type: box.type }) })),
      edges: drawn.lines.map((line) => ({ from: id(drawn.boxes[line.source]), to: id(drawn.boxes[line.target]), relations: line.types })),
    };
  }
  const id = (end) => {
    const [, namespace, kind, name] = end.querySelector("a")?.href.match(/\/([^/]+)\/([^/]+)\/([^/]+)\/(?:index\.html)?$/) ?? [];
    return name ? `${kind}:${namespace}/${name}` : end.textContent.trim();
  };
  const nodes = new Map();
  const edges = [];
  for (const { cells } of document.querySelectorAll(".graph-table tbody tr")) {
    const [sources, , targets] = [...cells].map((cell) => [...cell.querySelectorAll("li")]);
    for (const end of [...sources, ...targets]) nodes.set(id(end), { id: id(end), title: (end.querySelector("a") ?? end).textContent.trim() });
    for (const from of sources) for (const to of targets) edges.push({ from: id(from), to: id(to), relations: [cells[1].textContent] });
  }
  return { nodes: [...nodes.values()], edges };
}

const quoted = (text) => `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;

function dot({ nodes, edges }) {
  return [
    "digraph {",
    "  rankdir=LR; node [shape=box, style=rounded]",
    ...nodes.map(({ id, title }) => `  ${quoted(id)} [label=${quoted(title)}]`),
    ...edges.map(({ from, to, relations }) => `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(relations.join(" / "))}]`),
    "}",
    "",
  ].join("\n");
}

function save(content, name) {
  const url = URL.createObjectURL(content);
  html("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

callboard.downloadGraph = async (host, format, drawn) => {
  const name = `${(host.dataset.name || "graph").replace(/[^\w.-]+/g, "-")}.${format}`;
  if (format === "json") return save(new Blob([`${JSON.stringify(described(host, drawn), null, 1)}\n`], { type: "application/json" }), name);
  if (format === "dot") return save(new Blob([dot(described(host, drawn))], { type: "text/vnd.graphviz" }), name);
  const { text, width, height } = standalone(host);
  if (format === "svg") return save(new Blob([text], { type: "image/svg+xml" }), name);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const scale = Math.min(2, 8000 / Math.max(width, height));
  const canvas = html("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(blob, name), "image/png");
};

callboard.exploreGraph = (host) => new Explorer(host);
