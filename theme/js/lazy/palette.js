/**
 * The palette: an ARIA combobox in a dialog, over slim records of every entity; pages follow from Pagefind.
 *
 * An exact name comes first, then names that begin so, then the rest; typos are forgiven by length, so that "stars"
 * does not find "stores". Words such as `api:`, `@team` and `#tag` narrow.
 */
const PAUSE = 150;
const SHOWN = 12;
const { callboard } = window;
const normal = (text) => text.toLowerCase();

/** One edit from four letters on, two from seven on. */
const fuzzy = (term) => (term.length >= 7 ? 2 : term.length >= 4 ? 1 : 0);

class Entities {
  static async load(folder) {
    const [{ stamp, columns }] = await Promise.all([callboard.part(folder, "palette"), callboard.load(`${folder}minisearch.js`)]);
    return new Entities(folder, stamp, columns);
  }

  constructor(folder, stamp, columns) {
    this.folder = folder;
    this.stamp = stamp;
    this.records = [];
    const names = columns.names.split("\n");
    for (const [kind, namespace, count] of columns.groups) {
      for (let n = 0; n < count; n++) {
        const id = this.records.length;
        const owner = columns.owners[columns.owner[id]];
        this.records.push({ id, kind, namespace, name: names[id], owner, title: "", type: "", tags: "" });
      }
    }
    this.build();
  }

  build() {
    this.index = new window.MiniSearch({
      fields: ["name", "title", "tags"],
      tokenize: (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean),
    });
    this.index.addAll(this.records);
    this.byRef = new Map(this.records.map((record) => [`${record.kind}:${record.namespace}/${record.name}`, record]));
  }

  /** Titles, types and tags: they come after the names, and only of the same build. */
  async detail() {
    const found = await callboard.part(this.folder, "details", this.stamp);
    if (!found) return;
    const { types, type, titles, tags } = found.columns;
    for (const record of this.records) {
      Object.assign(record, { type: types[type[record.id]], title: titles[record.id], tags: tags[record.id] });
    }
    this.build();
  }

  /** Words that narrow, and the rest. */
  read(query) {
    const wanted = { kind: "", owner: "", tag: "", words: [] };
    for (const word of query.trim().split(/\s+/).filter(Boolean)) {
      const kind = word.match(/^([a-z]+):(.*)$/i);
      if (word.startsWith("@")) wanted.owner = normal(word.slice(1));
      else if (word.startsWith("#")) wanted.tag = normal(word.slice(1));
      else if (kind && this.records.some((record) => record.kind === normal(kind[1]))) {
        wanted.kind = normal(kind[1]);
        if (kind[2]) wanted.words.push(kind[2].split("/").at(-1));
      } else wanted.words.push(word);
    }
    return wanted;
  }

  find(query) {
    const wanted = this.read(query);
    const narrowed = wanted.kind || wanted.owner || wanted.tag;
    const text = wanted.words.join(" ");
    if (!text && !narrowed) return [];
    const fits = (record) =>
      (!wanted.kind || record.kind === wanted.kind) &&
      (!wanted.owner || normal(record.owner).split(/[:/]/).at(-1).startsWith(wanted.owner)) &&
      (!wanted.tag || record.tags.split(" ").some((tag) => tag.startsWith(wanted.tag)));
    if (!text) return this.records.filter(fits);
    const exact = normal(text);
    const rank = ({ name, title }) => {
      const own = normal(title);
      if (name === exact || own === exact) return 0;
      if (name.startsWith(exact) || own.startsWith(exact)) return 1;
      if (name.includes(exact) || own.includes(exact)) return 2;
      return 3;
    };
    const options = { prefix: true, boost: { name: 3, title: 2 }, combineWith: "AND" };
    let hits = this.index.search(text, options);
    if (!hits.some((hit) => fits(this.records[hit.id]))) hits = this.index.search(text, { ...options, fuzzy });
    const order = ["component", "api", "system", "template", "resource", "domain", "group", "user"];
    const weight = (record) => order.indexOf(record.kind) + 1 || order.length + 1;
    return hits
      .map((hit) => ({ record: this.records[hit.id], score: hit.score }))
      .filter(({ record }) => fits(record))
      .sort((a, b) => rank(a.record) - rank(b.record) || (rank(a.record) < 2 ? weight(a.record) - weight(b.record) : 0) || b.score - a.score || a.record.name.length - b.record.name.length)
      .map(({ record }) => record);
  }
}

function drawn(shape, kind) {
  const box = document.createElement("span");
  box.className = `kind k-${kind}`;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = shape;
  box.append(svg);
  return box;
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

class Palette {
  constructor(folder, searchPage) {
    this.folder = folder;
    this.searchPage = searchPage;
    this.options = [];
    this.chosen = -1;
    this.turn = 0;
    this.make();
    this.ready = Entities.load(folder).then((entities) => {
      this.entities = entities;
      this.show();
      return entities.detail().then(() => this.show());
    });
    this.ready.catch(() => this.say("The palette's data cannot be loaded."));
  }

  make() {
    this.dialog = element("dialog", "palette");
    this.dialog.setAttribute("aria-label", "Search or jump");
    const box = element("div", "palette-box");
    box.append(drawn(ICONS.search, "search").firstChild);
    this.input = document.createElement("input");
    Object.assign(this.input, { type: "text", placeholder: "Search or jump…", autocomplete: "off", spellcheck: false });
    const attributes = {
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": "cb-palette-list",
      "aria-autocomplete": "list",
      "aria-label": "Search or jump",
      enterkeyhint: "go",
    };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    box.append(this.input);
    this.list = element("div", "palette-list");
    this.list.id = "cb-palette-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Results");
    this.status = element("p", "quiet");
    this.status.setAttribute("role", "status");
    const foot = element("div", "palette-foot");
    for (const [key, what] of [["↑↓", "choose"], ["↵", "open"], ["api:", "a kind"], ["@", "an owner"], ["#", "a tag"]]) {
      const part = element("span", "");
      part.append(element("kbd", "", key), ` ${what}`);
      foot.append(part);
    }
    this.dialog.append(box, this.list, this.status, foot);
    document.body.append(this.dialog);
    this.input.addEventListener("input", () => this.show());
    this.dialog.addEventListener("keydown", (event) => this.press(event));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => this.back?.focus());
  }

  open(back) {
    if (this.dialog.open) return;
    this.back = back;
    this.dialog.showModal();
    this.input.select();
    this.show();
  }

  press(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 };
    if (event.key in steps && this.options.length) {
      const next = this.chosen + steps[event.key];
      const single = Math.abs(steps[event.key]) === 1;
      this.choose(single ? (next + this.options.length) % this.options.length : Math.min(Math.max(next, 0), this.options.length - 1));
    } else if (event.key === "Enter" && !event.isComposing) {
      this.go(event.ctrlKey || event.metaKey);
    } else return;
    event.preventDefault();
  }

  go(aside) {
    const option = this.options[this.chosen];
    if (!option) {
      if (this.input.value.trim()) location.href = `${this.searchPage}?query=${encodeURIComponent(this.input.value.trim())}`;
      return;
    }
    if (option.act) {
      this.dialog.close();
      option.act();
    } else if (aside) window.open(option.url, "_blank", "noopener");
    else location.href = option.url;
  }

  show() {
    const query = this.input.value;
    const turn = ++this.turn;
    clearTimeout(this.pause);
    const groups = query.trim() ? this.matches(query) : this.starters();
    this.fill(groups, query);
    if (query.trim().length > 1) this.pause = setTimeout(() => this.pages(query, groups, turn), PAUSE);
  }

  matches(query) {
    const entities = this.entities ? this.entities.find(query).slice(0, SHOWN) : [];
    const words = normal(query.trim());
    const actions = this.actions().filter((action) => normal(action.title).includes(words)).slice(0, 3);
    return [
      { title: "Catalog", options: entities.map((record) => this.entity(record)) },
      { title: "Actions", options: actions },
    ];
  }

  starters() {
    const { ref } = document.documentElement.dataset;
    const recent = this.entities ? callboard.memory("recent").read().filter((other) => other !== ref) : [];
    const known = recent.map((other) => this.entities.byRef.get(other)).filter(Boolean);
    return [
      { title: "Recent", options: known.slice(0, 5).map((record) => this.entity(record)) },
      { title: "Go to", options: this.actions() },
    ];
  }

  actions() {
    const { ref } = document.documentElement.dataset;
    const go = [...document.querySelectorAll(".rail li a")].map((link) => ({ title: link.textContent.trim(), sub: "", side: "page", url: link.href, icon: "action", kind: "other" }));
    const acts = [{ title: "Change the theme", act: () => document.querySelector("cb-theme")?.next() }];
    if (ref && navigator.clipboard) acts.unshift({ title: "Copy the reference of this entity", sub: ref, act: () => navigator.clipboard.writeText(ref) });
    return [...go, ...acts.map((act) => ({ sub: "", side: "action", icon: "action", kind: "other", ...act }))];
  }

  entity(record) {
    const { kind, namespace, name, title, owner, type } = record;
    return {
      title: title || name,
      sub: title ? name : "",
      side: [type || kind, owner.split(/[:/]/).at(-1)].filter(Boolean).join(" · "),
      url: callboard.address(`catalog/${namespace}/${kind}/${name}/`),
      icon: ICONS[kind] ? kind : "other",
      kind: ICONS[kind] ? kind : "other",
    };
  }

  /** Pages of documentation, after a pause: from the full text where that can be, from titles where it cannot. */
  async pages(query, groups, turn) {
    const found = await window.callboard.findPages?.(this.folder, query).catch(() => null);
    if (!found?.length || turn !== this.turn || !this.dialog.open) return;
    const options = found.slice(0, 6).map((page) => ({ ...page, icon: "docs", kind: "docs" }));
    const more = { title: `Search everything for “${query.trim()}”`, sub: "", side: "", url: `${this.searchPage}?query=${encodeURIComponent(query.trim())}`, icon: "search", kind: "other" };
    const [catalog, ...rest] = groups;
    this.fill([catalog, { title: "Documentation", options }, ...rest, { title: "More", options: [more] }], query, this.chosen);
  }

  fill(groups, query, keep = 0) {
    this.options = [];
    const nodes = [];
    for (const { title, options } of groups) {
      if (!options.length) continue;
      const group = document.createElement("div");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", title);
      const heading = element("div", "palette-group", title);
      heading.setAttribute("aria-hidden", "true");
      group.append(heading, ...options.map((option) => this.row(option, query)));
      nodes.push(group);
    }
    this.list.replaceChildren(...nodes);
    if (!this.options.length) this.say(this.entities ? "Nothing by that name. Enter searches everything." : "Loading…");
    else this.status.textContent = `${this.options.length} results`;
    this.choose(this.options.length ? Math.min(Math.max(keep, 0), this.options.length - 1) : -1);
  }

  say(text) {
    this.list.replaceChildren(element("p", "palette-none", text));
    this.status.textContent = text;
  }

  row(option, query) {
    const number = this.options.push(option) - 1;
    const row = element("div", "palette-item");
    row.id = `cb-option-${number}`;
    row.setAttribute("role", "option");
    const text = element("span", "palette-text");
    const title = element("span", "palette-title");
    title.append(...marked(option.title, query));
    text.append(title, element("span", "palette-sub", option.sub));
    row.append(drawn(ICONS[option.icon] ?? ICONS.other, option.kind), text, element("span", "palette-side", option.side));
    row.addEventListener("click", (event) => {
      this.choose(number);
      this.go(event.ctrlKey || event.metaKey);
    });
    row.addEventListener("pointermove", () => this.chosen !== number && this.choose(number, false));
    return row;
  }

  choose(number, scroll = true) {
    this.chosen = number;
    [...this.list.querySelectorAll("[role=option]")].forEach((row, n) => row.setAttribute("aria-selected", String(n === number)));
    const row = document.getElementById(`cb-option-${number}`);
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
    if (scroll) row?.scrollIntoView({ block: "nearest" });
  }
}

/** *text* with the words of the query marked. */
function marked(text, query) {
  const words = query.trim().split(/\s+/).map((word) => word.replace(/^([a-z]+:|[@#])/i, "")).filter(Boolean);
  if (!words.length) return [text];
  const pattern = new RegExp(`(${words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "gi");
  return text.split(pattern).map((part, n) => {
    if (n % 2 === 0) return part;
    const mark = document.createElement("mark");
    mark.textContent = part;
    return mark;
  });
}

let palette = null;
callboard.openPalette = (folder, searchPage, back) => {
  palette ??= new Palette(folder, searchPage);
  palette.open(back);
  const own = document.querySelector("cb-palette");
  const script = document.querySelector("cb-search")?.dataset.script ?? own.dataset.pages;
  if (script && !callboard.findPages) callboard.load(script);
};
