/**
 * The columns of the whole catalog, and what can be asked of them: which entities fit, in which order, and how many
 * there would be for each value of each facet.
 *
 * Within a facet any chosen value fits, across facets all must. What a facet offers follows the choices of the others.
 */
const { callboard } = window;
const NONE = -1;

/** For comparing: lower case, without accents. */
const plain = (text) => (/[^\0-\x7f]/.test(text) ? text.normalize("NFD").replace(/\p{M}/gu, "") : text).toLowerCase();
const before = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
/** Calls *act* with each number of *found*: one, a list, or NONE. */
const each = (found, act) => {
  if (typeof found === "number") {
    if (found !== NONE) act(found);
  } else for (const number of found) act(number);
};

class Columns {
  constructor({ kinds, names, titles, facets, words, worries, silent, above, icons, shapes, related, about }) {
    this.kinds = kinds.map(([kind, count, many, ownable, hue, written]) => ({ kind, count, many, ownable, hue, written }));
    this.kind = this.kinds.flatMap(({ count }, n) => Array(count).fill(n));
    this.size = this.kind.length;
    this.names = names.split("\n");
    this.titles = titles.split("\n").map((title, n) => title || this.names[n]);
    this.facets = { kind: { values: this.kinds.map(({ kind }) => kind), of: this.kind }, ...facets };
    this.namespaces = this.facets.namespace;
    this.words = words;
    this.worries = worries;
    this.above = above;
    this.icons = new Map(icons);
    this.shapes = shapes;
    this.related = related;
    this.about = about;
    this.orders = new Map();
    this.silent = new Uint8Array(this.size);
    let place = 0;
    for (const step of silent) this.silent[(place += step)] = 1;
    this.places = new Map(this.names.map((_, n) => [this.ref(n), n]));
    this.labels = {};
    for (const name of Object.keys(this.facets)) this.labels[name] = this.facets[name].values.map((value) => this.label(name, value));
  }

  /** Whether the title is not the name by which an entity is referred to. */
  hidden(n) {
    return this.ref(n).split(":")[1] !== this.titles[n];
  }

  /** The reference of an entity, without the default namespace, as facets write it. */
  ref(n) {
    const namespace = this.namespace(n);
    return `${this.kinds[this.kind[n]].kind}:${namespace === "default" ? "" : `${namespace}/`}${this.names[n].toLowerCase()}`;
  }

  fullRef(n) {
    return `${this.kinds[this.kind[n]].kind}:${this.namespace(n)}/${this.names[n].toLowerCase()}`;
  }

  namespace(n) {
    return this.namespaces.values[this.namespaces.of[n]];
  }

  /** The place of the entity of a full reference, if it is in the catalog. */
  find(full) {
    return this.places.get(full.replace(":default/", ":"));
  }

  url(n) {
    return callboard.address(`catalog/${this.namespace(n)}/${this.kinds[this.kind[n]].kind}/${this.names[n].toLowerCase()}/`);
  }

  /** The icon of an entity's type, or of its kind. */
  icon(n) {
    const { kind } = this.kinds[this.kind[n]];
    return this.icons.get(`${kind} ${this.value("type", n).toLowerCase()}`) ?? this.icons.get(kind);
  }

  /** Values of a facet that an entity has, as they stand in addresses. */
  values(name, n) {
    const found = [];
    each(this.facets[name].of[n], (number) => found.push(this.facets[name].values[number]));
    return found;
  }

  value(name, n) {
    return this.values(name, n)[0] ?? "";
  }

  /** What a value of a facet is called. */
  label(name, value) {
    if (name === "kind") return this.kinds.find(({ kind }) => kind === value)?.many ?? value;
    if (name === "problems") return this.words[value] ?? value;
    if (name !== "owner" && name !== "system" && name !== "domain") return value;
    const place = this.places.get(value);
    return place === undefined ? value.split(/[:/]/).at(-1) : this.titles[place];
  }

  /** What a facet's values are for an entity, for people. */
  said(name, n) {
    const found = [];
    each(this.facets[name].of[n], (number) => found.push(this.labels[name][number]));
    return found;
  }

  /** A facet that only this browser knows: entities by value. */
  own(name, values, has) {
    const of = Array(this.size).fill(NONE);
    values.forEach((value, number) => {
      for (const n of has(value)) of[n] = of[n] === NONE ? number : [].concat(of[n], number);
    });
    this.facets[name] = { values, of };
  }

  /** *chosen* and, if it is a person, the teams of theirs; if it is a team, those below it. */
  people(chosen) {
    const place = this.find(chosen);
    if (place === undefined) return [];
    const found = new Set([place]);
    if (this.kinds[this.kind[place]].kind === "user") for (const team of this.above[place] ?? []) found.add(team);
    else {
      const group = this.facets.kind.values.indexOf("group");
      for (let grown = -1; grown !== found.size; ) {
        grown = found.size;
        for (const [n, parents] of Object.entries(this.above)) if (this.kind[n] === group && parents.some((parent) => found.has(parent))) found.add(Number(n));
      }
    }
    return [...found];
  }

  /** How many entities have the value *ref* of a facet. */
  having(name, ref) {
    const number = this.facets[name]?.values.indexOf(ref) ?? -1;
    let found = 0;
    if (number >= 0) for (const has of this.facets[name].of) each(has, (one) => (found += one === number ? 1 : 0));
    return found;
  }

  /** People who are members of a group. */
  members(n) {
    const user = this.facets.kind.values.indexOf("user");
    return Object.entries(this.above).filter(([below, parents]) => this.kind[below] === user && parents.includes(n)).length;
  }

  /** What *chosen*, people or teams, own, with what belongs to them. */
  owned(chosen) {
    const mine = new Set(chosen.flatMap((ref) => this.people(ref)).map((n) => this.ref(n)));
    const found = [];
    const { values, of } = this.facets.owner;
    if (mine.size) of.forEach((has, n) => {
      let own = false;
      each(has, (number) => (own ||= mine.has(values[number])));
      if (own) found.push(n);
    });
    return found;
  }

  /** What the text filter looks into. */
  get texts() {
    this.made ??= this.titles.map((title, n) =>
      plain([title, this.names[n], ...this.said("owner", n), this.value("type", n), ...this.said("system", n), ...this.values("tag", n)].join("\n")),
    );
    return this.made;
  }

  /** Every entity, sorted by *sort*, such as "name" or "-owner"; the catalog's own order without it. */
  order(sort) {
    if (!this.orders.has(sort)) {
      const order = Array.from({ length: this.size }, (_, n) => n);
      const name = sort.replace("-", "");
      if (name) {
        const keys = order.map((n) => plain(name === "name" ? this.titles[n] : name in this.facets ? (this.said(name, n)[0] ?? "") : ""));
        const sign = sort.startsWith("-") ? -1 : 1;
        order.sort((a, b) => (keys[a] === "") - (keys[b] === "") || sign * before(keys[a], keys[b]) || a - b);
      }
      this.orders.set(sort, order);
    }
    return this.orders.get(sort);
  }

  /**
   * Entities that fit, and for each facet how many there are of each of its values when all the other facets are as
   * they are chosen. *chosen*: for each facet the values that it is narrowed to.
   */
  ask({ text, chosen, sort }) {
    const words = plain(text).split(/\s+/).filter(Boolean);
    const texts = words.length ? this.texts : [];
    const facets = Object.entries(this.facets).map(([name, { values, of }]) => {
      const wanted = chosen.get(name);
      const flags = wanted && Uint8Array.from(values, (value) => (wanted.has(value) ? 1 : 0));
      return { of, flags, counts: new Uint32Array(values.length), name };
    });
    const narrowing = facets.filter(({ flags }) => flags);
    const found = [];
    const count = ({ of, counts }, n) => {
      const has = of[n];
      if (typeof has === "number") {
        if (has !== NONE) counts[has] += 1;
      } else for (const number of has) counts[number] += 1;
    };
    for (const n of this.order(sort)) {
      if (!words.every((word) => texts[n].includes(word))) continue;
      let failed = null;
      let failures = 0;
      for (const facet of narrowing) {
        const has = facet.of[n];
        if (typeof has === "number" ? has !== NONE && facet.flags[has] : has.some((number) => facet.flags[number])) continue;
        failed = facet;
        failures += 1;
        if (failures > 1) break;
      }
      if (failures === 0) {
        found.push(n);
        for (const facet of facets) count(facet, n);
      } else if (failures === 1) count(failed, n);
    }
    return { found, counts: Object.fromEntries(facets.map(({ name, counts }) => [name, counts])) };
  }
}
