/**
 * The explorer: what the address says is asked of the columns, and shown by facets, chips and rows.
 *
 * Rows that the page brought stay as long as nothing is narrowed. Facets and words change the address; the back button
 * undoes them. Keys: j and k move, Enter opens, s stars, x opens the side peek.
 */
/** Rows that are made at once, which is about a screen of them; the others follow when there is time, or on scrolling. */
const FIRST = 28;
const MORE = 50;
const whenIdle = window.requestIdleCallback ?? setTimeout;

class Explorer {
  constructor(host, columns) {
    this.host = host;
    this.columns = columns;
    this.kind = host.dataset.kind;
    this.input = host.querySelector(".filter-field input");
    this.status = host.querySelector("[role=status]");
    this.chips = host.querySelector(".filters");
    this.table = host.querySelector(".table-box");
    this.none = host.querySelector(".no-match");
    this.more = host.querySelector(".more-rows");
    this.pager = host.querySelector(".pager");
    this.stars = callboard.memory("stars");
    this.me = callboard.memory("me");
    this.yours();
    this.rows = new Rows(this);
    this.facets = [...host.querySelectorAll("details[data-facet]")].map((box) => new FacetBox(this, box));
    this.menus = new Menus(this);
    this.peek = new Peek(this);
    const early = this.early();
    this.listen();
    this.read();
    if (early.length) {
      for (const act of early) act();
      this.show("replaceState");
    }
    this.rows.star((n) => this.starred(n));
    whenIdle(() => this.columns.texts);
  }

  /** What was typed and chosen while the script was still on its way. */
  early() {
    const acts = this.facets.flatMap(({ name, list }) =>
      [...list.querySelectorAll("input")].filter((box) => box.checked !== box.defaultChecked).map(({ value, checked }) => () => this.choose(name, value, checked)),
    );
    const { value } = this.input;
    if (value)
      acts.push(() => {
        this.input.value = this.state.text = value;
      });
    return acts;
  }

  listen() {
    this.input.addEventListener("input", () => {
      this.state.text = this.input.value;
      this.show("replaceState");
    });
    this.input.addEventListener("keydown", (event) => this.typed(event));
    this.chips.addEventListener("click", ({ target }) => this.drop(target.closest("button")));
    this.none.querySelector("button").addEventListener("click", () => this.clear());
    this.more.querySelector("button").addEventListener("click", () => this.extend());
    this.end = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && whenIdle(() => this.extend()), { rootMargin: "600px 0px" });
    this.heads();
    this.who();
    this.fold();
    this.rows.body.addEventListener("click", ({ target }) => {
      const star = target.closest(".star");
      if (star) this.star(this.rows.places.get(star.closest("tr")));
    });
    addEventListener("popstate", () => this.read());
    addEventListener("pageshow", ({ persisted }) => persisted && this.remembered());
    addEventListener("storage", () => this.remembered());
    document.addEventListener("keydown", (event) => this.press(event));
  }

  /** Headings of columns sort. */
  heads() {
    const names = [...SORTS];
    this.sorts = new Map();
    for (const head of this.table.querySelectorAll("thead th")) {
      const name = names.shift();
      if (!name) break;
      const button = made("button", { type: "button", className: "sort" }, ...head.childNodes);
      button.addEventListener("click", () => {
        const { sort } = this.state;
        this.state.sort = sort === name ? `-${name}` : sort === `-${name}` ? "" : name;
        this.show("pushState");
      });
      head.append(button);
      this.sorts.set(name, head);
    }
  }

  /** A person or a team, chosen once, whose things are "yours". */
  who() {
    const field = this.host.querySelector(".who input");
    if (!field) return;
    const groups = (n) => ["group", "user"].includes(this.columns.kinds[this.columns.kind[n]].kind);
    const people = Array.from({ length: this.columns.size }, (_, n) => n).filter(groups);
    const called = (n) => (this.columns.titles[n].toLowerCase() === this.columns.names[n] ? this.columns.titles[n] : `${this.columns.titles[n]} (${this.columns.names[n]})`);
    const say = () => {
      const place = this.columns.find(this.me.read()[0] ?? "");
      field.value = place === undefined ? "" : called(place);
    };
    field.addEventListener("focus", () => {
      const list = this.host.querySelector("#cb-who");
      if (!list.children.length) list.append(...people.map((n) => made("option", { value: called(n) }, this.columns.kinds[this.columns.kind[n]].kind)));
    });
    field.addEventListener("change", () => {
      const typed = plain(field.value.trim());
      const place = people.find((n) => plain(called(n)) === typed) ?? people.find((n) => [this.columns.names[n], plain(this.columns.titles[n])].includes(typed));
      if (typed && place === undefined) return say();
      this.me.write(place === undefined ? [] : [this.columns.fullRef(place)]);
      if (place !== undefined) this.state.choose("user", "owned");
      else this.state.choose("user", "owned", false);
      this.yours();
      this.show("pushState");
      return say();
    });
    say();
  }

  /** On narrow screens facets are behind a button. */
  fold() {
    const button = this.host.querySelector(".facets-fold");
    button.addEventListener("click", () => button.setAttribute("aria-expanded", String(this.host.classList.toggle("unfolded"))));
  }

  /** What only this browser knows of entities. */
  yours() {
    const { columns } = this;
    const places = (refs) => refs.map((ref) => columns.find(ref)).filter((n) => n !== undefined);
    const starred = new Set(places(this.stars.read()));
    this.starred = (n) => starred.has(n);
    const owned = columns.owned(this.me.read());
    columns.own("user", ["owned", "starred", "recent"], (value) => (value === "owned" ? owned : value === "starred" ? starred : places(callboard.memory("recent").read())));
    columns.labels.user ??= ["owned", "starred", "recent"].map((value) => this.host.querySelector(`[data-facet=user] input[value=${value}] + span`).textContent);
  }

  remembered() {
    this.yours();
    this.rows.star((n) => this.starred(n));
    this.show();
  }

  read() {
    this.state = State.read(location.search, this.columns);
    if (this.kind) this.state.chosen.delete("kind");
    this.input.value = this.state.text;
    this.show();
  }

  /** The state as an address below the catalog's index, where kinds are written out. */
  get shared() {
    const state = State.read(this.state.search, this.columns);
    if (this.kind) state.only("kind", this.kind);
    return state.search;
  }

  choose(name, value, on) {
    if (name === "kind" && this.kind) {
      const kinds = new Set([this.kind]);
      if (on) kinds.add(value);
      else kinds.delete(value);
      return this.elsewhere(kinds);
    }
    this.state.choose(name, value, on);
    return this.show("pushState");
  }

  only(name, value) {
    if (name === "kind" && this.kind) return this.elsewhere(new Set([value]));
    this.state.only(name, value);
    return this.show("pushState");
  }

  /** A page of one kind has that kind's name: other kinds are shown by the index. */
  elsewhere(kinds) {
    const state = State.read(this.state.search, this.columns);
    if (kinds.size) state.chosen.set("kind", kinds);
    location.href = callboard.address("catalog/") + state.search;
  }

  drop(button) {
    if (!button) return;
    if (button.classList.contains("drop-all")) {
      this.clear();
      return;
    }
    const { name, value } = button.dataset;
    if (name === "q") this.input.value = this.state.text = "";
    else this.state.choose(name, value, false);
    this.show("pushState");
    (this.chips.querySelector("button") ?? this.input).focus();
  }

  clear() {
    this.state.text = this.input.value = "";
    this.state.chosen.clear();
    this.show("pushState");
    this.input.focus();
  }

  /** Ask and show; *how* an entry of the history is made, if any. */
  show(how = "") {
    const { state, columns } = this;
    const chosen = new Map([...state.chosen].map(([name, values]) => [name, new Set([...values])]));
    if (this.kind) chosen.set("kind", new Set([this.kind]));
    const { found, counts } = columns.ask({ text: state.text, chosen, sort: state.sort });
    this.found = found;
    this.counts = counts;
    const plainPage = !state.narrowed && !state.sort;
    this.limit = FIRST;
    this.plainPage = plainPage;
    this.shown = plainPage ? this.rows.served : found;
    // The page's own rows are all there until something is narrowed for the first time.
    if (!plainPage || this.drawn) this.draw();
    for (const facet of this.facets) facet.show(columns.facets[facet.name].values, columns.labels[facet.name], counts[facet.name], chosen.get(facet.name) ?? new Set());
    this.say();
    this.chip();
    for (const [name, head] of this.sorts) {
      const sorted = state.sort.replace("-", "") === name;
      if (sorted) head.setAttribute("aria-sort", state.sort.startsWith("-") ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    if (how) this.remember(how);
  }

  draw() {
    this.drawn = true;
    const all = this.shown.length;
    this.rows.show(this.shown.slice(0, this.limit));
    this.more.hidden = all <= this.limit;
    // Observed anew, it tells at once whether the end of the rows is still near.
    this.end.disconnect();
    if (!this.more.hidden) this.end.observe(this.more);
    if (this.pager) this.pager.hidden = !this.plainPage || !this.more.hidden;
    this.table.hidden = all === 0;
    this.none.hidden = all > 0;
    if (!all) this.none.querySelector("a").href = `${this.host.dataset.search}?query=${encodeURIComponent(this.state.text.trim())}`;
    if (!all) this.none.querySelector("span").hidden = !this.state.text.trim();
  }

  extend() {
    if (this.more.hidden) return;
    this.limit += MORE;
    this.draw();
  }

  say() {
    const total = this.kind ? this.columns.kinds.find(({ kind }) => kind === this.kind).count : this.columns.size;
    const [shown, all] = [this.shown.length, total].map((value) => value.toLocaleString(LANGUAGE));
    const text = shown === all ? all : _`${shown} of ${all}`;
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  chip() {
    const { state, columns } = this;
    const chip = (name, label, value, text) => {
      const button = made("button", { type: "button" }, made("span", { className: "chip-name" }, label), " ", made("span", {}, text));
      Object.assign(button.dataset, { name, value });
      const facet = label.toLowerCase();
      button.setAttribute("aria-label", _`Remove the filter ${facet}: ${text}`);
      return made("li", {}, button);
    };
    const chips = [];
    if (state.text.trim()) chips.push(chip("q", _("Words"), "", state.text.trim()));
    for (const { name, label } of this.facets) {
      for (const value of state.chosen.get(name) ?? []) {
        const place = columns.facets[name].values.indexOf(value);
        chips.push(chip(name, label, value, place < 0 ? columns.label(name, value) : columns.labels[name][place]));
      }
    }
    if (chips.length > 1) chips.push(made("li", {}, made("button", { type: "button", className: "drop-all" }, _("Clear all"))));
    this.chips.replaceChildren(...chips);
    const button = this.host.querySelector(".facets-fold span");
    const number = [...state.chosen.values()].reduce((sum, values) => sum + values.size, 0);
    button.textContent = number ? _`Filters (${number})` : _("Filters");
    const others = State.read(state.search, columns);
    others.chosen.delete("kind");
    for (const link of this.host.querySelectorAll(".kinds a")) link.search = others.search;
  }

  remember(how) {
    const url = new URL(location.href);
    url.search = this.state.search;
    try {
      if (url.href !== location.href) history[how](null, "", url);
    } catch {
      // A browser may refuse this for files; the filter works all the same.
    }
  }

  // -- keys ---------------------------------------------------------------------------------------------------------

  typed(event) {
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "Enter" && this.found.length === 1) location.href = this.columns.url(this.found[0]);
    else if (event.key === "Escape" && this.input.value) {
      this.input.value = this.state.text = "";
      this.show("replaceState");
    } else return;
    event.preventDefault();
  }

  /** The row that has the focus. */
  get current() {
    return this.rows.body.contains(document.activeElement) ? document.activeElement.closest("tr") : null;
  }

  move(step) {
    const rows = [...this.rows.body.rows];
    const at = this.current ? rows.indexOf(this.current) : -1;
    const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
    next?.querySelector("a.name").focus();
    next?.scrollIntoView({ block: "nearest" });
    if (next && this.peek.open) this.peek.show(this.rows.places.get(next));
  }

  /** Close the side peek; the focus goes back to its row. */
  leave() {
    const row = this.rows.rows.get(this.peek.place);
    this.peek.close();
    row?.querySelector("a.name").focus();
  }

  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    if (event.key === "Escape" && this.peek.open) {
      this.leave();
      return;
    }
    if (!document.querySelector("cb-keys")?.active) return;
    const row = this.current ?? (event.target.closest?.(".peek") ? this.rows.rows.get(this.peek.place) : null);
    const place = row && this.rows.places.get(row);
    if (event.key === "j") this.move(1);
    else if (event.key === "k") this.move(-1);
    else if (event.key === "s" && row) this.star(place);
    else if (event.key === "x" && row) this.peek.toggle(place);
    else return;
    event.preventDefault();
  }

  star(n) {
    const ref = this.columns.fullRef(n);
    const kept = this.stars.read();
    this.stars.write(kept.includes(ref) ? kept.filter((other) => other !== ref) : [...kept, ref]);
    this.yours();
    this.rows.starred(this.rows.rows.get(n), this.starred(n));
    const { chosen } = this.state;
    if (chosen.has("user")) this.show();
    else {
      this.counts = this.columns.ask({ text: this.state.text, chosen: this.kind ? new Map([...chosen, ["kind", new Set([this.kind])]]) : chosen, sort: this.state.sort }).counts;
      const yours = this.facets.find(({ name }) => name === "user");
      yours?.show(this.columns.facets.user.values, this.columns.labels.user, this.counts.user, new Set());
    }
  }
}

callboard.startCatalog = async (host) => {
  const found = await callboard.part(host.dataset.data, "columns", host.dataset.stamp);
  // A page of another build than the columns keeps its own rows.
  if (found) new Explorer(host, new Columns(found.columns));
};
