/**
 * The search page and its engines: Pagefind over the full text, or names, titles and headings where it cannot run.
 *
 * The query and the filters live in the address, so that a search can be shared and the back button works.
 */
const { callboard } = window;
const STEP = 10;
/** Pages that the search of one manual shows. */
const SHOWN = 8;
/** Pages that the palette chooses from. */
const LOOKED = 6;
const FILTERS = { section: _("Section"), kind: _("Kind"), type: _("Type"), owner: _("Owner"), lifecycle: _("Lifecycle"), manual: _("Manual") };
const SECTIONS = { catalog: _("Catalog"), docs: _("Documentation"), apis: _("APIs"), templates: _("Templates"), owners: _("Owners") };
const SECTION_OF_KIND = { api: "apis", template: "templates", group: "owners", user: "owners" };
const KINDS = { api: "API", airesource: "AI resource" };

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const kindName = (kind) => KINDS[kind] ?? capital(kind);
const shortName = (ref) => ref.split(/[:/]/).at(-1);
/** How a value of a filter is called. */
const valueName = { section: (value) => SECTIONS[value] ?? capital(value), kind: kindName, owner: shortName, manual: shortName };

/** How many results there are, for *query* where there is one. */
function count(number, query) {
  const shown = number.toLocaleString(LANGUAGE);
  if (!query) return ngettext(number, `${shown} result`, `${shown} results`);
  return ngettext(number, `${shown} result for “${query}”`, `${shown} results for “${query}”`);
}

function element(tag, className, ...content) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
}

/** *text* with the words of *query* marked where they begin a word. */
function marked(text, query) {
  const words = query.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1);
  if (!words.length) return [text];
  const parts = text.split(new RegExp(`(?<![\\p{L}\\p{N}])(${words.join("|")})`, "giu"));
  return parts.map((part, n) => (n % 2 ? element("mark", "", part) : part));
}

/** An excerpt of Pagefind: text with <mark>, taken apart rather than trusted. */
function excerpt(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html").body;
  return [...parsed.childNodes].map((node) => (node.nodeName === "MARK" ? element("mark", "", node.textContent) : node.textContent));
}

/** The id that Markdown gives a heading; search/data.py leaves those away. */
const slug = (text) => text.normalize("NFKD").replace(/[^\0-\x7f]|[^\w\s-]/g, "").trim().toLowerCase().replace(/[-\s]+/g, "-");

/** Pagefind leaves index.html away; where addresses are files it is put back. */
function address(url) {
  if (document.documentElement.dataset.links !== "files") return url;
  const [path, anchor] = url.split("#");
  return `${path.endsWith("/") ? `${path}index.html` : path}${anchor ? `#${anchor}` : ""}`;
}

/** Whether the written word *own* is another form of *word*, or begins with it. */
function like(word, own) {
  const stem = (each) => each.replace(/ies$/, "y").replace(/(?:ing|es|ed|s|e)$/, "");
  return own.startsWith(word) || (word.length > 3 && stem(own) === stem(word));
}

/**
 * The class of a result for *query*: called exactly so, entities first; called so and of the kind that is named;
 * having every word in its title; the rest.
 */
function rank({ title, name, kind, type, section }, query) {
  const { plain, words, joined, telling, names } = callboard.text;
  const docs = section === "docs";
  const called = [title, name].filter(Boolean);
  if (called.some((each) => plain(each) === plain(query) || joined(each) === joined(query))) return docs ? 1 : 0;
  const asked = words(query);
  const rest = asked.filter((word) => !names(word, { kind, type })).join("");
  if (!docs && rest && called.some((each) => joined(each) === rest)) return 2;
  // "OpenShift" is what people write in one word, or in two.
  const own = called.flatMap((each) => [...words(each), ...words(plain(each))]);
  return asked.length && telling(asked).every((word) => own.some((other) => like(word, other))) ? 3 : 4;
}

/** Texts of all *words* but one, the shortest first: it tells the least. */
function lacking(words) {
  const order = words.length > 1 && words.length < 7 ? [...words.keys()].sort((a, b) => words[a].length - words[b].length || a - b) : [];
  return order.map((left) => words.filter((_, n) => n !== left).join(" "));
}

/** The words of names, titles and headings, for queries that are spelled otherwise. */
class Spelling {
  static async load(folder) {
    return new Spelling((await callboard.part(folder, "words")).columns.words.split(/\s/));
  }

  constructor(words) {
    this.words = words;
    this.all = new Set(words);
  }

  known(word) {
    return this.all.has(word) || this.words.some((other) => like(word, other));
  }

  /** Whether some word begins as *word* does: its other forms may be in texts. */
  begun(word) {
    const beginning = word.slice(0, Math.max(3, Math.ceil(word.length / 2)));
    return this.words.some((other) => other.startsWith(beginning));
  }

  /** *query* with words that are near for those that are *nowhere*; itself where there are none. */
  corrected(query, nowhere) {
    const { words, forgiven } = callboard.text;
    const typed = words(query);
    const written = [];
    for (let n = 0; n < typed.length; n++) {
      const both = typed[n] + (typed[n + 1] ?? "");
      if (typed[n + 1] && this.all.has(both)) {
        written.push(both);
        n += 1;
      } else if (!forgiven(typed[n]) || !nowhere.includes(typed[n]) || this.known(typed[n])) written.push(typed[n]);
      else written.push(this.near(typed[n]) ?? this.parted(typed[n]) ?? typed[n]);
    }
    return written.join(" ");
  }

  /** *typed* with neighbours that are one word here written so, and which words those are. */
  together(typed) {
    const written = [];
    const whole = [];
    for (let n = 0; n < typed.length; n++) {
      const both = typed[n] + (typed[n + 1] ?? "");
      const one = typed[n + 1] && this.all.has(both);
      if (one) whole.push(both);
      written.push(one ? both : typed[n]);
      n += one ? 1 : 0;
    }
    return { text: written.join(" "), whole };
  }

  /** The nearest word; of equally near ones the most used. */
  near(word) {
    return [...callboard.text.nearest(word, this.words)].sort(([, far], [, further]) => far - further)[0]?.[0];
  }

  /** Two words that were written as one. */
  parted(word) {
    for (let n = 3; n <= word.length - 3; n++) {
      const halves = [word.slice(0, n), word.slice(n)];
      if (halves.every((half) => this.all.has(half))) return halves.join(" ");
    }
    return null;
  }
}

/** Parts of a page as they come; of an API, which has many, those with the most of the query first. */
function byWeight(parts, section) {
  if (section !== "apis") return parts;
  const weight = ({ weighted_locations: found = [] }) => new Set(found.map(({ word }) => word)).size * 100 + found.reduce((sum, { balanced_score: score }) => sum + score, 0) / 100;
  return [...parts].sort((a, b) => weight(b) - weight(a));
}

/** Searches every word of every page. */
class FullText {
  /** Null where it cannot run: from a file, without WebAssembly, or without an index. */
  static async load(folder) {
    const root = new URL("../../", new URL(folder, document.baseURI));
    const pagefind = await import(new URL("pagefind/pagefind.js", root).href);
    await pagefind.options({ baseUrl: root.pathname, excerptLength: 28, ranking: { metaWeights: { title: 6, name: 8, summary: 2, of: 0.5 } } });
    await pagefind.init();
    return new FullText(pagefind, folder);
  }

  constructor(pagefind, folder) {
    this.pagefind = pagefind;
    this.folder = folder;
    this.note = "";
    /** Whether counting costs nothing. */
    this.counting = false;
  }

  /**
   * Results, each to be made when it is shown; if *counted*, how many there are of each value of each filter; and what
   * was asked: *query*, or what it was taken for where its words are nowhere and *literal* is not set.
   */
  async search(query, chosen, { counted = true, literal = false, number = STEP } = {}) {
    if (counted) await this.counts();
    const filters = Object.fromEntries(Object.entries(chosen).filter(([, values]) => values.length).map(([name, values]) => [name, { any: values }]));
    const { asked, answer, first } = await this.answer(query, filters, { number, literal, counted });
    const counts = { ...answer.filters };
    if (counted) {
      // What the other values of a filter would give is known only without that filter.
      for (const name of Object.keys(filters)) {
        const { [name]: _, ...others } = filters;
        counts[name] = (await this.ask(asked, others)).filters[name];
      }
    }
    const best = first.map((result, n) => ({ result, n })).sort((a, b) => rank(a.result, asked) - rank(b.result, asked) || a.n - b.n);
    const rest = answer.results.slice(first.length).map((result) => () => result.data().then((data) => this.result(data, asked)));
    return { asked, counts, results: [...best.map(({ result }) => async () => result), ...rest] };
  }

  /** With *counted* every filter is there. Without, pages of documentation are told by the letter that their names begin with. */
  async ask(query, { section, ...others }, counted = true) {
    if (counted || section?.any.join() !== "docs") return this.pagefind.search(query || null, { filters: section ? { section, ...others } : others });
    const answer = await this.pagefind.search(query || null, { filters: others });
    return { ...answer, results: answer.results.filter(({ id }) => /^[a-z]/.test(id)) };
  }

  /** The answer to *query*, or, unless *literal*, to the first other reading that has one; with the first results made. */
  async answer(query, filters, { number, literal, counted }) {
    const read = async (asked) => {
      const answer = await this.ask(asked, filters, counted);
      const datas = await Promise.all(answer.results.slice(0, number).map((result) => result.data()));
      return { asked, answer, datas, first: datas.map((data) => this.result(data, asked)) };
    };
    const found = await read(query);
    const nowhere = literal || !query ? [] : await this.nowhere(query, found.datas);
    if (!nowhere.length && (found.datas.length || literal || !query)) return literal || !query ? found : this.titled(query, found, read);
    for (const asked of await this.readings(query, nowhere, found.datas.length)) {
      const other = await read(asked);
      if (other.datas.length) return other;
    }
    // What is left are pages that have the beginning of a word which nobody wrote.
    const none = nowhere.some((word) => this.spelling && !this.spelling.begun(word));
    return none ? { ...found, answer: { ...found.answer, results: [] }, first: [] } : found;
  }

  /** *found*, or, where no title has what *query* tells, the pages that are called so, or have a heading with what is one word there. */
  async titled(query, found, read) {
    const { words, telling } = callboard.text;
    const typed = words(query);
    const called = ({ first }, asked) => first.some((result) => rank(result, asked) < 4);
    if (typed.length < 2 || called(found, query)) return found;
    const shorter = telling(typed);
    const told = shorter.length < typed.length ? await read(shorter.join(" ")) : found;
    if (told !== found && called(told, told.asked)) return told;
    const { text, whole } = (await this.spelled())?.together(typed) ?? { whole: [] };
    if (!whole.length) return found;
    const joined = await read(text);
    const headed = joined.first.some(({ parts }) => parts.some(({ title }) => words(title).some((own) => whole.some((word) => like(word, own)))));
    return headed || called(joined, text) ? joined : found;
  }

  /** The words that there are; null where they cannot be loaded. */
  async spelled() {
    this.spelling ??= await Spelling.load(this.folder).catch(() => null);
    return this.spelling;
  }

  /** Words of *query* that are in none of the pages *datas*: those were found for parts of them. */
  async nowhere(query, datas) {
    const { words } = callboard.text;
    const typed = words(query);
    if (!datas.length && typed.length > 1) {
      // No page has all of them; there may be pages for each.
      const alone = await Promise.all(typed.map(async (word) => (await this.nowhere(word, await this.pages(word, 3))).length));
      return typed.filter((_, n) => alone[n]);
    }
    const said = [...new Set(datas.flatMap(({ meta, content }) => words(`${meta.title} ${meta.name ?? ""} ${meta.of ?? ""} ${content}`)))];
    return typed.filter((word) => !said.some((other) => like(word, other)));
  }

  async pages(query, number) {
    const { results } = await this.ask(query, {});
    return Promise.all(results.slice(0, number).map((result) => result.data()));
  }

  /** What *query* may mean: in words that there are, without those that are *nowhere* or that every text has, without one. */
  async readings(query, nowhere, found) {
    const { words, telling } = callboard.text;
    await this.spelled();
    const typed = words(query).join(" ");
    const corrected = this.spelling?.corrected(query, nowhere) ?? typed;
    const shorter = (text) => telling(text.split(" ")).join(" ");
    const some = words(query).filter((word) => !nowhere.includes(word)).join(" ");
    const readings = corrected === typed ? [] : [corrected];
    if (!found) readings.push(shorter(typed), shorter(corrected), ...lacking(shorter(corrected).split(" ")));
    if (nowhere.some((word) => this.spelling && !this.spelling.begun(word))) readings.push(some);
    return [...new Set(readings)].filter((reading) => reading && reading !== typed);
  }

  /** Of the whole portal. Loads every filter, as much again as the engine, without which results are not counted either. */
  async counts() {
    this.filters ??= this.pagefind.filters();
    const counts = await this.filters;
    this.counting = true;
    return counts;
  }

  result({ url, meta, excerpt: html, sub_results: parts }, query) {
    const own = meta.section !== "docs" && meta.summary;
    return {
      title: meta.title,
      name: meta.name ?? "",
      ref: meta.ref ?? "",
      section: meta.section,
      kind: meta.kind ?? "",
      type: meta.type ?? "",
      owner: meta.owner ?? "",
      changed: meta.changed ?? "",
      providers: meta.providers ?? "",
      consumers: meta.consumers ?? "",
      url: address(url),
      text: own ? marked(meta.summary, query) : excerpt(html),
      // The mark of a permalink is not part of a heading.
      parts: own
        ? []
        : byWeight(parts, meta.section).map((part) => ({ title: part.title.replace(/\s*[#¶]$/, ""), url: address(part.url), anchor: part.anchor, text: excerpt(part.excerpt) })).filter((part) => part.anchor && part.anchor.element !== "h1" && part.title !== meta.title),
    };
  }
}

let operations = null;
/** Everything that can be asked of APIs, with who provides and who consumes each. */
function operationsOf(folder) {
  operations ??= callboard.part(folder, "operations").then(({ columns }) =>
    columns.apis.flatMap(([ref, providers, consumers, rows]) => {
      const [kind, namespace, name] = ref.split(/[:/]/);
      const base = `catalog/${namespace}/${kind}/${name}/api/`;
      const own = (title) => `#${title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")}`;
      return rows.map(([title, summary, place]) => ({ title, summary, ref, providers, consumers, url: callboard.address(`${base}${place || own(title)}`) }));
    }),
  );
  operations.catch(() => (operations = null));
  return operations;
}

/** Operations for *query*, best first: those that are called so, then those that have every word. */
callboard.findOperations = async (folder, query, number = 6) => {
  const typed = query.trim().toLowerCase();
  const words = typed.split(/\s+/);
  const place = ({ title, summary }) => {
    const name = title.toLowerCase();
    if (name === typed || name.endsWith(` ${typed}`)) return 0;
    if (name.includes(typed)) return 1;
    if (words.every((word) => name.includes(word))) return 2;
    return words.every((word) => `${name} ${summary.toLowerCase()}`.includes(word)) ? 3 : 4;
  };
  const found = (await operationsOf(folder)).map((operation) => ({ operation, place: place(operation) })).filter((each) => each.place < 4);
  found.sort((a, b) => a.place - b.place || a.operation.title.length - b.operation.title.length);
  return found.slice(0, number).map(({ operation }) => operation);
};

/** Searches names, titles, summaries and headings, without a web server. */
class Titles {
  static async load(folder, why) {
    const entities = await callboard.entities(folder);
    await entities.detail();
    const [pages, about, asked] = await Promise.all([
      callboard.part(folder, "titles"),
      callboard.part(folder, "summaries", entities.stamp).catch(() => null),
      operationsOf(folder).catch(() => []),
    ]);
    return new Titles(entities, pages.columns, about?.columns.summaries ?? [], asked, why);
  }

  constructor(entities, { rows, left_out: leftOut }, summaries, asked, why) {
    this.entities = entities;
    this.counting = true;
    const pages = leftOut.toLocaleString(LANGUAGE);
    this.note = [_`Titles and headings only: ${why}.`, leftOut && ngettext(leftOut, `${pages} page is left out.`, `${pages} pages are left out.`)].filter(Boolean).join(" ");
    const about = (ref) => entities.byRef.get(ref) ?? { kind: "", type: "", owner: "" };
    this.items = [
      ...entities.records.map((record) => ({
        title: entities.title(record),
        name: record.title ? record.name : "",
        ref: `${record.kind}:${record.namespace}/${record.name}`,
        section: SECTION_OF_KIND[record.kind] ?? "catalog",
        kind: record.kind,
        type: record.type,
        owner: record.owner,
        url: callboard.address(`catalog/${record.namespace}/${record.kind}/${record.name}/`),
        summary: summaries[record.id] ?? "",
        headings: "",
        manual: "",
      })),
      ...rows.map(([route, title, ref, headings]) => {
        const { kind, type, owner } = about(ref);
        const section = route.startsWith("docs/") ? "docs" : (SECTION_OF_KIND[kind] ?? "catalog");
        return { title, name: "", ref, section, kind, type, owner, url: callboard.address(route), summary: "", headings: headings.replace(/\t.*/g, ""), lines: headings, manual: section === "docs" ? ref : "" };
      }),
      ...asked.map((operation) => ({ ...about(operation.ref), ...operation, name: "", section: "apis", headings: "", manual: "" })),
    ];
    this.index = new window.MiniSearch({ fields: ["title", "name", "headings", "summary"] });
    this.index.addAll(this.items.map((item, id) => ({ ...item, id })));
  }

  /** Items by their words; where there are none, by words that are nearly so. */
  found(query) {
    if (!query) return this.items;
    const options = { prefix: true, boost: { title: 4, name: 4, headings: 2 }, combineWith: "AND" };
    const exact = this.index.search(query, options);
    const hits = exact.length ? exact : this.index.search(query, { ...options, fuzzy: (term) => (term.length >= 4 ? 1 : 0) });
    return hits.map(({ id }) => this.items[id]);
  }

  async search(query, chosen) {
    const found = this.found(query)
      .map((item, n) => ({ item, n, place: query ? rank(item, query) : 0 }))
      .sort((a, b) => a.place - b.place || a.n - b.n)
      .map(({ item }) => item);
    const fits = (item, but = "") => Object.entries(chosen).every(([name, values]) => name === but || !values.length || values.includes(item[name]));
    const counts = {};
    for (const name of Object.keys(FILTERS)) {
      counts[name] = Object.fromEntries([...new Set(this.items.map((item) => item[name]).filter(Boolean))].map((value) => [value, 0]));
      for (const item of found) if (item[name] && fits(item, name)) counts[name][item[name]] += 1;
    }
    return { asked: query, counts, results: found.filter((item) => fits(item)).map((item) => async () => this.result(item, query)) };
  }

  async counts() {
    return (await this.search("", {})).counts;
  }

  result(item, query) {
    const text = item.summary || item.headings.replaceAll("\n", " · ");
    return { ...item, changed: "", text: text ? marked(text.length > 240 ? `${text.slice(0, 240)}…` : text, query) : [], parts: this.parts(item, query) };
  }

  /** Headings of a page that have a word of the query. */
  parts({ title, url, lines }, query) {
    const words = slug(query).split("-").filter(Boolean);
    const parts = (lines ?? "").split("\n").map((line) => line.split("\t"));
    const fits = (text) => text !== title && words.some((word) => `-${slug(text)}`.includes(`-${word}`));
    return parts.filter(([text]) => fits(text)).map(([text, id]) => ({ title: text, url: `${url}#${encodeURIComponent(id ?? slug(text))}`, text: [] }));
  }
}

let engine = null;
/** The best engine that can run here. */
async function start(folder, indexed) {
  await callboard.need("entities");
  if (location.protocol === "file:") return Titles.load(folder, _("the full text needs a web server"));
  if (typeof WebAssembly === "undefined") return Titles.load(folder, _("the full text needs WebAssembly"));
  if (!indexed) return Titles.load(folder, _("this portal has no full text"));
  return FullText.load(folder).catch(() => Titles.load(folder, _("the full text cannot be read")));
}

function ready(folder, indexed = true) {
  engine ??= start(folder, indexed);
  engine.catch(() => (engine = null));
  return engine;
}

/** Pages of documentation, for the palette. */
callboard.findPages = async (folder, query, owners) => {
  const engine = await ready(folder, document.querySelector("cb-palette").dataset.fullText !== "no");
  const found = await engine.search(query, { section: ["docs"], owner: owners }, { counted: false, number: LOOKED });
  const pages = await Promise.all(found.results.slice(0, 5).map((make) => make()));
  return { asked: found.asked, pages: pages.map(({ parts, ...page }) => ({ ...page, parts: parts.slice(0, 2) })) };
};

/** Pages of the manual of *ref* with their parts, for its own search; and whether only titles could be searched. */
callboard.findInManual = async (folder, ref, query) => {
  const engine = await ready(folder, document.querySelector("cb-palette").dataset.fullText !== "no");
  const { asked, results } = await engine.search(query, { manual: [ref] }, { counted: false, number: SHOWN });
  const note = results.length && asked !== query ? `${_`Results for “${asked}”.`} ` : "";
  return { pages: await Promise.all(results.slice(0, SHOWN).map((make) => make())), note: note + engine.note };
};

class Page {
  constructor(host) {
    this.host = host;
    this.input = host.querySelector("input[type=search]");
    this.status = host.querySelector("[role=status]");
    this.results = host.querySelector(".results");
    this.instead = host.querySelector(".search-instead");
    this.instead.addEventListener("click", () => this.insist());
    this.literal = null;
    this.fold = host.querySelector(".search-fold");
    this.filters = host.querySelector(".search-filters");
    this.more = host.querySelector(".search-more");
    this.found = [];
    this.turn = 0;
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && this.run());
    this.filters.addEventListener("change", () => this.choose());
    this.host.querySelector(".search-clear").addEventListener("click", () => this.clear());
    this.fold.addEventListener("click", () => this.unfold(this.fold.getAttribute("aria-expanded") !== "true"));
    this.more.querySelector("button").addEventListener("click", () => this.show(this.shown + STEP));
    addEventListener("popstate", () => this.read());
    this.read();
    if (!this.input.value) this.input.focus();
  }

  /** Search for what the address says. */
  read() {
    const query = new URLSearchParams(location.search);
    this.input.value = query.get("query") ?? query.get("q") ?? "";
    this.chosen = Object.fromEntries(Object.keys(FILTERS).map((name) => [name, query.getAll(name)]));
    this.run();
  }

  later() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => {
      this.remember("replaceState");
      this.run();
    }, 120);
  }

  choose() {
    for (const name of Object.keys(FILTERS)) this.chosen[name] = [...this.filters.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value);
    this.remember("pushState");
    this.run();
  }

  clear() {
    for (const name of Object.keys(FILTERS)) this.chosen[name] = [];
    this.remember("pushState");
    this.run();
    this.input.focus();
  }

  /** Search for what was typed, letter by letter. */
  insist() {
    this.literal = this.instead.value;
    this.run();
    this.input.focus();
  }

  unfold(open) {
    this.fold.setAttribute("aria-expanded", String(open));
    this.host.classList.toggle("unfolded", open);
  }

  remember(how) {
    const url = new URL(location.href);
    url.search = "";
    if (this.input.value.trim()) url.searchParams.set("query", this.input.value.trim());
    for (const [name, values] of Object.entries(this.chosen)) for (const value of values) url.searchParams.append(name, value);
    try {
      if (url.href !== location.href) history[how](null, "", url);
    } catch {
      // A browser may refuse this for files; searching works all the same.
    }
  }

  async run() {
    clearTimeout(this.pause);
    const turn = ++this.turn;
    const query = this.input.value.trim();
    const chosen = { ...this.chosen };
    const picked = Object.values(chosen).flat().length;
    const waiting = setTimeout(() => (this.status.textContent = _("Searching…")), 400);
    this.results.setAttribute("aria-busy", "true");
    try {
      const engine = await ready(callboard.data, this.host.dataset.fullText !== "no");
      const empty = !query && !picked;
      const literal = this.literal === query || query.includes('"');
      const search = async (counted) => (empty ? { asked: "", results: [], counts: counted && (await engine.counts()) } : engine.search(query, chosen, { literal, counted }));
      const counted = engine.counting;
      const { asked, results, counts } = await search(counted);
      if (turn !== this.turn) return;
      clearTimeout(waiting);
      if (counted) this.facets(counts, chosen);
      this.fold.querySelector("span").textContent = picked ? _`Filters (${picked})` : _("Filters");
      this.host.querySelector(".search-clear").hidden = !picked;
      this.found = results;
      const number = results.length;
      const said = empty ? _("Type to search") : count(number, number ? asked : query);
      this.status.textContent = [said, engine.note].filter(Boolean).join(". ");
      this.other = number && asked !== query ? query : "";
      if (number || empty) await this.show(STEP);
      else this.nothing(picked);
      if (turn === this.turn) this.results.setAttribute("aria-busy", "false");
      if (counted) return;
      // The first results do not wait for the filters.
      const { counts: later } = await search(true);
      if (turn === this.turn) this.facets(later, chosen);
    } catch {
      if (turn === this.turn) this.status.textContent = _("Searching is not possible now: a part of it cannot be loaded.");
    } finally {
      clearTimeout(waiting);
      if (turn === this.turn) this.results.setAttribute("aria-busy", "false");
    }
  }

  /** Show the first *number*. */
  async show(number) {
    const turn = this.turn;
    this.shown = number;
    const made = await Promise.all(this.found.slice(0, number).map((make) => make()));
    if (turn !== this.turn) return;
    this.offer(this.other);
    this.results.replaceChildren(...made.map((result) => this.item(result)));
    this.more.hidden = this.found.length <= number;
  }

  /** Where other words were searched for than *query*, its own are one press away. */
  offer(query) {
    this.instead.hidden = !query;
    this.instead.textContent = _`Search for “${query}” instead`;
    this.instead.value = query;
  }

  /** Nothing was found, not even by words that are near. */
  nothing(picked) {
    this.more.hidden = true;
    this.offer("");
    const advice = element("li", "search-none");
    if (picked) {
      const button = element("button", "button", _("Search without filters"));
      button.type = "button";
      button.addEventListener("click", () => this.clear());
      advice.append(element("p", "", _("Nothing with these filters.")), button);
    } else advice.append(element("p", "", _("No page has these words. Fewer or other words may find more.")));
    this.results.replaceChildren(advice);
  }

  /** Filters in their places: made once, afterwards only counts change. */
  facets(counts, chosen) {
    for (const [name, label] of Object.entries(FILTERS)) {
      const values = counts[name] ?? {};
      // Manuals are as many as components: only one that was come from is offered.
      const wanted = name === "manual" ? chosen[name] : [...new Set([...Object.keys(values), ...chosen[name]])];
      let group = this.filters.querySelector(`[data-filter=${name}]`);
      if (!group && wanted.length > (name === "manual" ? 0 : 1)) this.filters.append((group = this.facet(name, label, wanted)));
      if (!group) continue;
      let any = false;
      for (const line of group.querySelectorAll("li")) {
        const box = line.querySelector("input");
        const number = values[box.value] ?? 0;
        box.checked = chosen[name].includes(box.value);
        line.querySelector(".facet-count").textContent = number.toLocaleString(LANGUAGE);
        line.hidden = !number && !box.checked;
        any ||= !line.hidden;
      }
      group.hidden = !any;
    }
  }

  facet(name, label, values) {
    const called = valueName[name] ?? ((value) => value);
    const group = element("details", "facet", element("summary", "", label));
    group.dataset.filter = name;
    group.open = true;
    const list = document.createElement("ul");
    for (const value of values.sort((a, b) => called(a).localeCompare(called(b), LANGUAGE))) {
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", name, value });
      const line = document.createElement("label");
      line.append(box, element("span", "", called(value)), element("span", "facet-count"));
      list.append(element("li", "", line));
    }
    group.append(list);
    return group;
  }

  item({ title, name, ref, section, kind, type, owner, changed, providers, consumers, url, text, parts }) {
    const docs = section === "docs";
    const icon = docs ? "docs" : ICONS[kind] ? kind : "other";
    const box = element("span", `kind k-${icon}`);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [attribute, value] of [["viewBox", "0 0 24 24"], ["class", "icon"], ["aria-hidden", "true"]]) svg.setAttribute(attribute, value);
    svg.innerHTML = ICONS[icon];
    box.append(svg);
    const link = element("a", "", title);
    link.href = url;
    const place = element("p", "result-place");
    const [subject, who] = [shortName(ref), shortName(owner)];
    const facts = [docs ? _`Documentation of ${subject}` : [kindName(kind), type].filter(Boolean).join(" · "), owner && _`owner ${who}`, providers && _`provided by ${providers}`, consumers && _`used by ${consumers}`];
    place.append(facts.filter(Boolean).join(" · "));
    if (name && name !== title) place.prepend(element("code", "", name), " · ");
    if (changed) {
      const time = document.createElement("time");
      time.dateTime = changed;
      const when = new Date(changed).toLocaleDateString(DATES, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
      time.textContent = _`changed ${when}`;
      place.append(" · ", time);
    }
    const body = element("div", "", element("h2", "", link), place);
    if (text.length) body.append(element("p", "result-text", ...text));
    if (parts.length) {
      const list = element("ul", "result-parts");
      for (const part of parts.slice(0, 3)) {
        const inner = element("a", "", part.title);
        inner.href = part.url;
        list.append(element("li", "", inner));
      }
      body.append(list);
    }
    return element("li", "result", box, body);
  }
}

callboard.startSearch = (host) => new Page(host);
