/**
 * The search of one manual: a combobox in a dialog. Without words it lists the manual's pages; with words, pages whose
 * titles have them at once, and after a pause what the full text says, each page with its parts.
 */
const { callboard } = window;
const PAUSE = 120;
const PARTS = 3;

function element(tag, className, ...content) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
}

/** *parts* of an excerpt from a little before its first mark on: a line shows no more than its beginning. */
function fromMark([first, ...parts]) {
  if (typeof first !== "string" || !parts.length || first.length < 48) return [first, ...parts].filter(Boolean);
  return [`…${first.slice(-40).replace(/^\S*\s/, " ")}`, ...parts];
}

function drawn(name) {
  const box = element("span", `kind k-${name}`);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [attribute, value] of [["viewBox", "0 0 24 24"], ["class", "icon"], ["aria-hidden", "true"]]) svg.setAttribute(attribute, value);
  svg.innerHTML = ICONS[name];
  box.append(svg);
  return box;
}

const wordsOf = (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/** *text* with what begins like a word of the query marked. */
function marked(text, query) {
  const words = wordsOf(query);
  if (!words.length) return [text];
  return text.split(new RegExp(`(?<![\\p{L}\\p{N}])(${words.join("|")})`, "giu")).map((part, n) => (n % 2 ? element("mark", "", part) : part));
}

class Find {
  constructor({ dataset, link }) {
    this.data = dataset;
    this.everywhere = link.href.split("?")[0];
    this.pages = this.known();
    this.options = [];
    this.turn = 0;
    this.make();
    callboard.need("search").catch(() => {});
  }

  /** Pages of the manual, as its navigation names them, each with the section that it is in. */
  known() {
    const sections = (link) => {
      const found = [];
      for (let at = link.closest("ul"); at; at = at.parentElement.closest("ul")) {
        const title = at.parentElement.matches("details") && at.parentElement.querySelector(":scope > summary");
        if (title) found.unshift(title.textContent.trim());
      }
      return found.join(" › ");
    };
    const links = [...document.querySelectorAll(".manual-nav a:not([rel])")];
    return links.map((link) => ({ title: link.textContent.trim(), url: link.href, sub: sections(link), icon: "docs" }));
  }

  make() {
    const { title } = this.data;
    const label = _`Search in ${title}`;
    this.dialog = element("dialog", "palette find");
    this.dialog.setAttribute("aria-label", label);
    const box = element("div", "palette-box");
    this.input = document.createElement("input");
    Object.assign(this.input, { type: "text", placeholder: `${label}…`, autocomplete: "off", spellcheck: false });
    const attributes = { role: "combobox", "aria-expanded": "true", "aria-controls": "cb-find-list", "aria-autocomplete": "list", "aria-label": label, autocapitalize: "off", enterkeyhint: "go" };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    const close = element("button", "palette-close", element("span", "quiet", `${_("Close")} `), "esc");
    close.type = "button";
    close.addEventListener("click", () => this.dialog.close());
    box.append(drawn("search").firstChild, this.input, close);
    this.list = element("div", "palette-list");
    this.list.id = "cb-find-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", _("Results"));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.empty = element("p", "palette-none");
    this.status = element("p", "quiet");
    this.status.setAttribute("role", "status");
    const foot = element("div", "palette-foot");
    for (const [keys, what] of [["↑ ↓", _("choose")], ["↵", pgettext("an entity", "open")], ["Ctrl ↵", _("in a new tab")]]) {
      foot.append(element("span", "", ...keys.split(" ").map((key) => element("kbd", "", key)), what));
    }
    this.note = element("span", "find-note");
    foot.append(this.note);
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
    const last = this.options.length - 1;
    if (event.key in steps && last >= 0) {
      const step = steps[event.key];
      const next = this.chosen + step;
      this.choose(Math.abs(step) === 1 ? (next + last + 1) % (last + 1) : Math.min(Math.max(next, 0), last));
    } else if (event.key === "Enter") {
      this.enter(event.ctrlKey || event.metaKey);
    } else return;
    event.preventDefault();
  }

  /** Whoever is faster than the search gets what it finds. */
  async enter(aside) {
    if (this.options.length === 1 && this.pending) await this.pending;
    if (this.options[this.chosen]) this.go(this.options[this.chosen], aside);
  }

  go({ url }, aside) {
    if (aside) return window.open(url, "_blank", "noopener");
    this.back = null;
    this.dialog.close();
    location.href = url;
  }

  show() {
    const query = this.input.value.trim();
    const turn = ++this.turn;
    clearTimeout(this.pause);
    const words = wordsOf(query);
    const titled = this.pages.filter(({ title }) => words.every((word) => wordsOf(title).some((own) => own.startsWith(word))));
    this.fill([{ title: _("Pages"), options: titled }], query, words.length > 0);
    this.pending = words.length
      ? new Promise((done) => {
          this.pause = setTimeout(() => this.search(query, titled, turn).finally(done), PAUSE);
        })
      : null;
  }

  async search(query, titled, turn) {
    let found;
    try {
      await callboard.need("search");
      found = await callboard.findInManual(callboard.data, document.documentElement.dataset.ref, query);
    } catch {
      if (turn === this.turn) this.say(_("The text cannot be searched now. Titles are."));
      return;
    }
    if (turn !== this.turn || !this.dialog.open) return;
    const sections = new Map(this.pages.map(({ url, sub }) => [url, sub]));
    const options = found.pages.flatMap(({ title, url, text, parts }) => {
      const page = new URL(url, document.baseURI).href;
      const shown = parts.slice(0, PARTS);
      return [
        { title, sub: sections.get(page) ?? "", url: page, icon: "docs", text: shown.length ? [] : text },
        ...shown.map((part) => ({ title: part.title, url: part.url, icon: "part", text: part.text, inner: true })),
      ];
    });
    const there = new Set(options.map(({ url }) => url));
    const keep = this.chosen < this.options.length - 1 ? this.options[this.chosen].url : "";
    this.fill([{ title: _("Pages"), options: titled.filter(({ url }) => !there.has(url)) }, { title: _("In the text"), options }], query, false, keep);
    this.note.textContent = found.note;
  }

  /** Show *groups*, and the way to search everything; the option that was chosen stays so. */
  fill(groups, query, more, keep = "") {
    this.options = [];
    const everything = { title: _`Search everything for “${query}”`, url: `${this.everywhere}?query=${encodeURIComponent(query)}`, icon: "search" };
    const nodes = [];
    for (const { title, options } of [...groups, { title: _("More"), options: query ? [everything] : [] }]) {
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
    const number = this.options.length - (query ? 1 : 0);
    this.say(number || more ? "" : _("Nothing in this manual has these words."), more && !number ? _("Searching…") : ngettext(number, `${number} result`, `${number} results`));
    this.choose(Math.max(0, this.options.findIndex(({ url }) => url === keep)));
  }

  say(text, status = text) {
    this.empty.textContent = text;
    this.empty.hidden = !text;
    this.status.textContent = status;
  }

  row({ title, sub, url, icon, text = [], inner }, query) {
    const number = this.options.push({ url }) - 1;
    const row = element("a", inner ? "palette-item palette-inner" : "palette-item");
    Object.assign(row, { href: url, tabIndex: -1, id: `cb-find-${number}` });
    row.setAttribute("role", "option");
    const line = element("span", "palette-text", element("span", "palette-title", ...marked(title, icon === "search" ? "" : query)), element("span", "palette-sub", sub ?? ""));
    const lines = element("span", "find-lines", line);
    if (text.length) lines.append(element("span", "find-text", ...fromMark(text)));
    row.append(drawn(icon), lines);
    row.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.go({ url }, false);
    });
    row.addEventListener("pointermove", () => this.chosen !== number && this.choose(number, false));
    return row;
  }

  choose(number, scroll = true) {
    this.chosen = number;
    for (const row of this.list.querySelectorAll("[role=option]")) row.setAttribute("aria-selected", String(row.id === `cb-find-${number}`));
    const row = document.getElementById(`cb-find-${number}`);
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
    if (number === 0) this.list.scrollTop = 0;
    else if (scroll) row?.scrollIntoView({ block: "nearest" });
  }
}

let find = null;
callboard.openFind = (host, back, typed) => {
  find ??= new Find(host);
  find.open(back, typed);
};
