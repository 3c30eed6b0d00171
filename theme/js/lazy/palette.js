/**
 * The palette: an ARIA combobox in a dialog, over the records of every entity; pages follow from the full text.
 */
const PAUSE = 150;
const SHOWN = 12;
const NARROWED = 40;
const { callboard } = window;
const { plain, words, shortName } = callboard.text;
const { Chooser, drawn, element } = callboard.chooser;

class Palette extends Chooser {
  constructor(folder, searchPage) {
    super("cb-palette", _("Search or jump"), "palette", [["api:", _("a kind")], ["@", _("an owner")], ["#", _("a tag")]]);
    this.folder = folder;
    this.searchPage = searchPage;
    this.ready = callboard.entities(folder).then((found) => {
      this.entities = found;
      this.show();
      return found.detail().then(() => this.show());
    });
    this.ready.catch(() => this.say(_("The palette's data cannot be loaded. Enter searches everything.")));
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
    } else super.go(option, aside);
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
    this.replace(groups, query);
    const found = this.options.filter(({ icon }) => icon !== "search").length;
    if (found) this.say("", ngettext(found, `${found} result`, `${found} results`));
    else this.say(this.entities ? _("Nothing by that name. Enter searches everything.") : _("Loading…"));
    this.choose(this.options.length ? Math.max(0, this.options.indexOf(keep)) : -1);
  }

  row({ title, sub = "", side = "", url, icon, shape }, query) {
    const box = drawn(icon, url && !shape ? "" : "plain");
    if (shape) box.replaceChildren(shape.cloneNode(true));
    const words = element("span", "palette-title", ...marked(title, icon === "search" ? "" : query));
    return [box, element("span", "palette-text", words, element("span", "palette-sub", sub)), element("span", "palette-side", side)];
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
