/** What the address says: words, the chosen values of each facet, the order. */
const FACETS = ["user", "kind", "type", "owner", "lifecycle", "system", "domain", "tag", "namespace", "problems"];
/** Names of Backstage's own filters, where they are called otherwise. */
const ALIASES = { text: "q", owners: "owner", lifecycles: "lifecycle", tags: "tag", types: "type", kinds: "kind", namespaces: "namespace", systems: "system", domains: "domain" };
const SORTS = ["name", "owner", "type", "lifecycle", "system"];

class State {
  /** From *search*, the part of an address after its path. */
  static read(search, columns) {
    const state = new State();
    for (const [written, value] of new URLSearchParams(search)) {
      const inside = /^filters\[(\w+)\](?:\[\d*\])?$/.exec(written)?.[1] ?? written;
      const name = ALIASES[inside] ?? inside;
      if (name === "q") state.text = value;
      else if (name === "sort" && SORTS.includes(value.replace(/^-/, ""))) state.sort = value;
      else if (FACETS.includes(name)) state.choose(name, State.known(name, value, columns));
    }
    return state;
  }

  constructor() {
    this.text = "";
    this.sort = "";
    this.chosen = new Map();
  }

  /** *value* as the columns write it: references without their default parts, titles as references. */
  static known(name, value, columns) {
    const { values } = columns.facets[name] ?? { values: [] };
    const lower = value.toLowerCase();
    const forms = [lower, lower.replace(":default/", ":"), ...["group", "user", "system", "domain"].map((kind) => `${kind}:${lower.replace(/^default\//, "")}`)];
    const exact = values.find((own) => own === value) ?? values.find((own) => forms.includes(own.toLowerCase()));
    if (exact) return exact;
    const called = columns.labels[name]?.findIndex((label) => label.toLowerCase() === lower) ?? -1;
    return called >= 0 ? values[called] : value;
  }

  choose(name, value, on = true) {
    if (name === "user" && value === "all") return;
    const values = this.chosen.get(name) ?? new Set();
    if (on) values.add(value);
    else values.delete(value);
    if (values.size) this.chosen.set(name, values);
    else this.chosen.delete(name);
  }

  only(name, value) {
    this.chosen.set(name, new Set([value]));
  }

  get narrowed() {
    return Boolean(this.text.trim()) || this.chosen.size > 0;
  }

  /** For an address; facets in their order, so that equal states have equal addresses. */
  get search() {
    const query = new URLSearchParams();
    if (this.text.trim()) query.set("q", this.text.trim());
    for (const name of FACETS) for (const value of [...(this.chosen.get(name) ?? [])].sort(before)) query.append(name, value);
    if (this.sort) query.set("sort", this.sort);
    const written = query.toString().replaceAll("%3A", ":").replaceAll("%2F", "/");
    return written ? `?${written}` : "";
  }
}
