/**
 * The palette: an ARIA combobox in a dialog, over the records of every entity; pages follow from the full text.
 */
const PAUSE = 150;
const SHOWN = 12;
const NARROWED = 40;
const { callboard } = window;
const { plain, words, shortName } = callboard.text;

function drawn(shape, kind) {
  const box = element("span", `kind k-${kind}`);
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
    this.ready = callboard.entities(folder).then((found) => {
      this.entities = found;
      this.show();
      return found.detail().then(() => this.show());
    });
    this.ready.catch(() => this.say(_("The palette's data cannot be loaded. Enter searches everything.")));
  }

  make() {
    this.dialog = element("dialog", "palette");
    this.dialog.setAttribute("aria-label", _("Search or jump"));
    const box = element("div", "palette-box");
    box.append(drawn(ICONS.search, "search").firstChild);
    this.input = document.createElement("input");
    Object.assign(this.input, { type: "text", placeholder: _("Search or jump…"), autocomplete: "off", spellcheck: false });
    const attributes = {
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": "cb-palette-list",
      "aria-autocomplete": "list",
      "aria-label": _("Search or jump"),
      autocapitalize: "off",
      enterkeyhint: "go",
    };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    const close = element("button", "palette-close");
    close.type = "button";
    close.append(element("span", "quiet", `${_("Close")} `), "esc");
    close.addEventListener("click", () => this.dialog.close());
    box.append(this.input, close);
    this.list = element("div", "palette-list");
    this.list.id = "cb-palette-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", _("Results"));
    // What is pressed with the mouse does not take the focus from the field.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.empty = element("p", "palette-none");
    this.status = element("p", "quiet");
    this.status.setAttribute("role", "status");
    const foot = element("div", "palette-foot");
    for (const [keys, what] of [["↑ ↓", _("choose")], ["↵", pgettext("an entity", "open")], [/Mac|iP/.test(navigator.platform) ? "⌘ ↵" : "Ctrl ↵", _("in a new tab")], ["api:", _("a kind")], ["@", _("an owner")], ["#", _("a tag")]]) {
      const part = element("span", "");
      part.append(...keys.split(" ").map((key) => element("kbd", "", key)), what);
      foot.append(part);
    }
    this.dialog.append(box, this.list, this.empty, this.status, foot);
    document.body.append(this.dialog);
    this.input.addEventListener("input", () => this.show());
    this.dialog.addEventListener("keydown", (event) => this.press(event));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => this.back?.focus());
  }

  open(back, typed) {
    if (this.dialog.open) return;
    this.back = back;
    this.dialog.showModal();
    this.input.focus();
    if (typed) this.input.value = typed;
    else this.input.select();
    this.show();
  }

  press(event) {
    if (event.isComposing || (event.target !== this.input && event.key === "Enter")) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 };
    if (event.key in steps && this.options.length) {
      const next = this.chosen + steps[event.key];
      this.moved = true;
      const single = Math.abs(steps[event.key]) === 1;
      this.choose(single ? (next + this.options.length) % this.options.length : Math.min(Math.max(next, 0), this.options.length - 1));
    } else if (event.key === "Enter") {
      this.enter(event.ctrlKey || event.metaKey);
    } else return;
    event.preventDefault();
  }

  /** Whoever types faster than the data comes gets what the data says. */
  async enter(aside) {
    if (!this.entities) await this.ready.catch(() => {});
    const option = this.options[this.chosen];
    if (option) this.go(option, aside);
    else if (this.input.value.trim()) this.go({ url: this.everything(this.input.value) }, aside);
  }

  go(option, aside) {
    if (option.fill) {
      this.input.value = option.fill;
      this.input.focus();
      this.show();
    } else if (option.act) {
      option.act();
      this.dialog.close();
    } else if (aside) {
      window.open(option.url, "_blank", "noopener");
    } else {
      // Closed before leaving: whoever comes back, or stays because it is a heading of this page, sees the page.
      this.back = null;
      this.dialog.close();
      location.href = option.url;
    }
  }

  /** The address of the search page for *query*, what narrows as its filters. */
  everything(query) {
    const { text, kind, owners } = this.entities?.read(query) ?? { text: query.trim() };
    const asked = new URLSearchParams(text ? { query: text } : {});
    if (kind) asked.set("kind", kind);
    for (const owner of owners ?? []) asked.append("owner", owner);
    return `${this.searchPage}?${asked}`;
  }

  show() {
    const query = this.input.value;
    const turn = ++this.turn;
    clearTimeout(this.pause);
    this.busy(false);
    this.moved = false;
    if (!query.trim()) this.fill(this.starters(), "");
    else if (/(^|\s)[@#]$/.test(query) && this.entities) this.fill([this.offers(query)], "");
    else {
      const groups = this.matches(query);
      this.fill(groups, query);
      this.busy(true);
      this.pause = setTimeout(() => this.pages(query, groups, turn).finally(() => turn === this.turn && this.busy(false)), PAUSE);
    }
  }

  /** Whether more is on its way. */
  busy(waiting) {
    this.list.setAttribute("aria-busy", String(waiting));
  }

  matches(query) {
    const found = this.entities ? this.entities.find(query) : [];
    const shown = found.slice(0, this.entities?.read(query).narrowed ? NARROWED : SHOWN);
    const typed = plain(query.trim());
    const actions = this.actions().filter(({ title }) => ` ${plain(title)}`.includes(` ${typed}`));
    const asked = query.trim();
    const search = { title: _`Search everything for “${asked}”`, url: this.everything(query), icon: "search" };
    return [
      { title: _("Catalog"), note: found.length > shown.length ? shownOf(shown.length, found.length) : "", options: shown.map((record) => this.entity(record, /^\s*create:/i.test(query))) },
      { title: _("Actions"), options: actions.slice(0, 3) },
      { title: _("More"), options: [search] },
    ];
  }

  /** Owners for "@", tags for "#". */
  offers(query) {
    const tag = query.endsWith("#");
    const values = this.entities.common(tag ? ({ tags }) => tags.split(" ").filter(Boolean) : ({ owner }) => (owner ? [owner] : []));
    const options = values.map(([value, count]) => ({
      title: tag ? value : this.entities.nameOf(value),
      side: `${count}`,
      fill: `${query}${tag ? value : shortName(value)} `,
      icon: tag ? "tag" : value.split(":")[0],
    }));
    return { title: tag ? _("Tags") : _("Owners"), options };
  }

  starters() {
    const { ref } = document.documentElement.dataset;
    const known = (name) => (this.entities ? callboard.memory(name).read() : []).map((other) => this.entities.byRef.get(other)).filter(Boolean);
    const stars = known("stars");
    const recent = known("recent").filter((record) => record !== this.entities.byRef.get(ref) && !stars.includes(record));
    return [
      { title: _("Starred"), options: stars.slice(0, 6).map((record) => this.entity(record)) },
      { title: _("Recent"), options: recent.slice(0, 5).map((record) => this.entity(record)) },
      { title: _("Go to"), options: this.places() },
      { title: _("Actions"), options: this.acts() },
    ];
  }

  places() {
    return [...document.querySelectorAll(".rail li a")].map((link) => ({ title: link.textContent.trim(), url: link.href, shape: link.querySelector(".icon") }));
  }

  acts() {
    const { ref } = document.documentElement.dataset;
    const acts = [];
    if (ref) {
      const stars = callboard.memory("stars");
      const on = stars.read().includes(ref);
      const name = this.entities ? this.entities.nameOf(ref) : shortName(ref);
      acts.push({ title: on ? _`Remove the star of ${name}` : _`Star ${name}`, icon: "star", act: () => stars.write(on ? stars.read().filter((other) => other !== ref) : [...stars.read(), ref]) });
      if (navigator.clipboard) acts.push({ title: _("Copy the reference"), sub: ref, icon: "copy", act: () => navigator.clipboard.writeText(ref) });
    }
    if (this.entities?.kinds.has("template")) acts.push({ title: _("Create from a template"), icon: "template", fill: "create: " });
    if (document.querySelector("cb-theme")) acts.push({ title: _("Change the theme"), icon: "theme", act: () => document.querySelector("cb-theme").next() });
    return acts;
  }

  actions() {
    return [...this.places(), ...this.acts()];
  }

  /** The option that leads to *record*, or, to *create* from it, to the form of the template. */
  entity(record, create = false) {
    const { kind, namespace, name, owner, type } = record;
    return {
      title: this.entities.title(record),
      sub: record.title ? name : "",
      side: [type || kind, owner && this.entities.nameOf(owner)].filter(Boolean).join(" · "),
      url: callboard.address(create ? `create/templates/${namespace}/${name}/` : `catalog/${namespace}/${kind}/${name}/`),
      icon: kind,
    };
  }

  /** Pages of documentation, after a pause: from the full text where that can be, from titles where it cannot. */
  async pages(query, groups, turn) {
    const { text, kind, tag, owners } = this.entities ? this.entities.read(query) : { text: query.trim() };
    if (text.length < 2 || (kind && kind !== "api") || tag) return;
    await callboard.need("search").catch(() => {});
    const [pages, operations] = await Promise.all([
      kind ? null : callboard.findPages?.(this.folder, text, [...(owners ?? [])]).catch(() => null),
      owners ? [] : callboard.findOperations?.(this.folder, text).catch(() => []),
    ]);
    const { asked, pages: found = [] } = pages ?? {};
    if (!(found.length || operations?.length) || turn !== this.turn || !this.dialog.open) return;
    const called = (ref) => this.entities?.nameOf(ref) ?? shortName(ref);
    const options = found.flatMap(({ title, ref, owner, changed, url, parts }) => [
      {
        title,
        sub: ref && [called(ref), shortName(ref)].find((name) => name && name !== title),
        side: [owner && called(owner), changed && day(changed)].filter(Boolean).join(" · ") || _("page"),
        url,
        icon: "docs",
      },
      ...parts.map((part) => ({ title: part.title, url: part.url, icon: "part", inner: true })),
    ]);
    const calls = (operations ?? []).map(({ title, summary, ref, providers, consumers, url }) => ({
      title,
      sub: [called(ref), summary].filter(Boolean).join(" · "),
      side: [providers && _`by ${providers}`, consumers && _`for ${consumers}`].filter(Boolean).join(", "),
      url,
      icon: "api",
    }));
    const [catalog, ...rest] = groups;
    const keep = this.moved ? this.options[this.chosen] : null;
    this.fill([catalog, { title: _("API operations"), options: calls }, { title: _("Documentation"), note: asked === text ? "" : _`for “${asked}”`, options }, ...rest], query, keep);
  }

  /** Show *groups*; the option *keep*, or the first, is chosen. */
  fill(groups, query, keep = null) {
    this.options = [];
    const nodes = [];
    for (const { title, note, options } of groups) {
      if (!options.length) continue;
      const group = document.createElement("div");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", title);
      const heading = element("div", "palette-group", title);
      heading.setAttribute("aria-hidden", "true");
      if (note) heading.append(element("span", "palette-note", note));
      group.append(heading, ...options.map((option) => this.row(option, query)));
      nodes.push(group);
    }
    this.list.replaceChildren(...nodes);
    const found = this.options.filter(({ icon }) => icon !== "search").length;
    if (found) this.say("", ngettext(found, `${found} result`, `${found} results`));
    else this.say(this.entities ? _("Nothing by that name. Enter searches everything.") : _("Loading…"));
    this.choose(this.options.length ? Math.max(0, this.options.indexOf(keep)) : -1);
  }

  say(text, status = text) {
    this.empty.textContent = text;
    this.empty.hidden = !text;
    this.status.textContent = status;
  }

  row(option, query) {
    const number = this.options.push(option) - 1;
    const row = element(option.url ? "a" : "div", option.inner ? "palette-item palette-inner" : "palette-item");
    if (option.url) Object.assign(row, { href: option.url, tabIndex: -1 });
    row.id = `cb-option-${number}`;
    row.setAttribute("role", "option");
    const text = element("span", "palette-text");
    const title = element("span", "palette-title");
    title.append(...marked(option.title, option.icon === "search" ? "" : query));
    text.append(title, element("span", "palette-sub", option.sub ?? ""));
    const icon = ICONS[option.icon] ? option.icon : "other";
    const box = drawn(ICONS[icon], option.url && !option.shape ? icon : "plain");
    if (option.shape) box.replaceChildren(option.shape.cloneNode(true));
    row.append(box, text, element("span", "palette-side", option.side ?? ""));
    row.addEventListener("click", (event) => {
      if (option.url && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault();
      this.go(option, false);
    });
    row.addEventListener("pointermove", () => {
      this.moved = true;
      if (this.chosen !== number) this.choose(number, false);
    });
    return row;
  }

  choose(number, scroll = true) {
    this.chosen = number;
    for (const row of this.list.querySelectorAll("[role=option]")) row.setAttribute("aria-selected", String(row.id === `cb-option-${number}`));
    const row = document.getElementById(`cb-option-${number}`);
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
    if (number === 0) this.list.scrollTop = 0;
    else if (scroll) row?.scrollIntoView({ block: "nearest" });
  }
}

const shownOf = (shown, all) => _`${shown} of ${all}`;
const day = (date) => new Date(date).toLocaleDateString(DATES, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** *text* with the words of the query marked where words of it begin so. */
function marked(text, query) {
  const typed = query.trim().split(/\s+/).map((word) => word.replace(/^([a-z]+:|[@#])/i, "")).filter(Boolean);
  if (!typed.length) return [text];
  const pattern = new RegExp(`(${typed.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "gi");
  return text.split(pattern).map((part, n) => (n % 2 ? element("mark", "", part) : part));
}

let palette = null;
callboard.openPalette = (folder, searchPage, back, typed = "", hurry = false) => {
  palette ??= new Palette(folder, searchPage);
  palette.open(back, typed);
  if (hurry) palette.enter(false);
  callboard.need("search").catch(() => {});
};
