/**
 * The search page and its engine: Pagefind over the full text, or the titles of pages where it cannot run.
 *
 * The query and the filters live in the address, so that a search can be shared and the back button works.
 */
const { callboard } = window;
const STEP = 10;
const FILTERS = { section: "Section", kind: "Kind", type: "Type", owner: "Owner", lifecycle: "Lifecycle" };
let engine = null;

/** Pagefind, or null where it cannot run: from a file, without WebAssembly, or without an index. */
async function fullText(folder) {
  if (location.protocol === "file:" || typeof WebAssembly === "undefined") return null;
  try {
    const root = new URL("../../", new URL(folder, document.baseURI));
    const pagefind = await import(new URL("pagefind/pagefind.js", root).href);
    await pagefind.options({ baseUrl: root.pathname, excerptLength: 28, ranking: { metaWeights: { title: 5 } } });
    await pagefind.init();
    await pagefind.filters(); // counts come with results only after this
    return pagefind;
  } catch {
    return null;
  }
}

/** The titles and headings of pages, and the names of entities, in one index. */
async function titles(folder) {
  const [{ stamp, columns }] = await Promise.all([callboard.part(folder, "palette"), callboard.load(`${folder}minisearch.js`)]);
  const [details, pages] = await Promise.all([callboard.part(folder, "details", stamp), callboard.part(folder, "titles", stamp)]);
  const rows = (pages?.columns.rows ?? []).map(([route, title, ref, headings]) => ({ route, title, ref, headings, section: "docs" }));
  const names = columns.names.split("\n");
  let id = 0;
  for (const [kind, namespace, count] of columns.groups) {
    for (const end = id + count; id < end; id++) {
      const name = names[id];
      const title = details?.columns.titles[id] || name;
      rows.push({ route: `catalog/${namespace}/${kind}/${name}/`, title, ref: `${kind}:${namespace}/${name}`, headings: details?.columns.tags[id] ?? "", section: "catalog" });
    }
  }
  const index = new window.MiniSearch({ idField: "route", fields: ["title", "ref", "headings"], storeFields: ["route", "title", "ref", "headings", "section"] });
  index.addAll(rows);
  return { index, leftOut: pages?.columns.left_out ?? 0 };
}

function ready(folder) {
  engine ??= fullText(folder).then(async (pagefind) => ({ pagefind, titles: pagefind ? null : await titles(folder) }));
  return engine;
}

const fuzzy = (term) => (term.length >= 7 ? 2 : term.length >= 4 ? 1 : 0);

function byTitle({ index }, query) {
  const options = { prefix: true, boost: { title: 3 }, combineWith: "AND" };
  const exact = index.search(query, options);
  return exact.length ? exact : index.search(query, { ...options, fuzzy });
}

/** Pagefind leaves index.html away; where addresses are files it is put back. */
function address(url) {
  if (document.documentElement.dataset.links !== "files") return url;
  const [path, anchor] = url.split("#");
  return `${path.endsWith("/") ? `${path}index.html` : path}${anchor ? `#${anchor}` : ""}`;
}

/** The headings of a result under which something was found; the mark of a permalink is not part of a heading. */
function sections({ sub_results: parts, meta }) {
  const named = parts.map((part) => ({ ...part, title: part.title.replace(/\s*[#¶]$/, "") }));
  return named.filter((part) => part.anchor && part.title !== meta.title);
}

/** Pages of documentation, for the palette. */
callboard.findPages = async (folder, query) => {
  const { pagefind, titles: index } = await ready(folder);
  if (!pagefind) {
    return byTitle(index, query)
      .filter((hit) => hit.section === "docs")
      .slice(0, 6)
      .map((hit) => ({ title: hit.title, sub: hit.ref.split(/[:/]/).at(-1), side: "page", url: callboard.address(hit.route) }));
  }
  const { results } = await pagefind.search(query, { filters: { section: "docs" } });
  const found = await Promise.all(results.slice(0, 5).map((result) => result.data()));
  return found.flatMap((page) => {
    const own = { title: page.meta.title, sub: (page.meta.ref ?? "").split(/[:/]/).at(-1), side: "page", url: address(page.url) };
    const parts = sections(page).slice(0, 1);
    return [own, ...parts.map((part) => ({ title: part.title, sub: page.meta.title, side: "section", url: address(part.url) }))];
  });
};

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** An excerpt of Pagefind: text with <mark>, taken apart rather than trusted. */
function excerpt(html) {
  const box = element("p", "result-text");
  const parsed = new DOMParser().parseFromString(html, "text/html").body;
  for (const node of parsed.childNodes) box.append(node.nodeName === "MARK" ? element("mark", "", node.textContent) : node.textContent);
  return box;
}

class Page {
  constructor(host) {
    this.host = host;
    this.input = host.querySelector("input[type=search]");
    this.status = host.querySelector("[role=status]");
    this.results = host.querySelector(".results");
    this.filters = host.querySelector(".search-filters");
    this.more = host.querySelector(".search-more");
    this.turn = 0;
    this.input.addEventListener("input", () => this.later());
    this.filters.addEventListener("change", () => this.run());
    this.more.querySelector("button").addEventListener("click", () => this.show(this.shown + STEP));
    addEventListener("popstate", () => this.read());
    this.read();
    this.input.focus();
  }

  read() {
    const query = new URLSearchParams(location.search);
    this.input.value = query.get("query") ?? query.get("q") ?? "";
    this.wanted = Object.fromEntries(Object.keys(FILTERS).map((name) => [name, query.getAll(name)]));
    this.run(false);
  }

  later() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.run(), 120);
  }

  /** What is chosen: the boxes that are there, and what the address asked for before they were. */
  chosen() {
    const boxes = [...this.filters.querySelectorAll("input")];
    if (!boxes.length) return this.wanted;
    const found = Object.fromEntries(Object.keys(FILTERS).map((name) => [name, []]));
    for (const box of boxes) if (box.checked) found[box.name].push(box.value);
    return found;
  }

  async run(remember = true) {
    const turn = ++this.turn;
    const query = this.input.value.trim();
    const chosen = this.chosen();
    this.wanted = chosen;
    if (remember) this.remember(query, chosen);
    const { pagefind, titles: index } = await ready(this.host.dataset.data);
    if (turn !== this.turn) return;
    const picked = Object.fromEntries(Object.entries(chosen).filter(([, values]) => values.length).map(([name, values]) => [name, { any: values }]));
    if (!query && !Object.keys(picked).length) {
      this.found = [];
      this.results.replaceChildren();
      this.more.hidden = true;
      this.status.textContent = "Type to search.";
      if (pagefind && !this.filters.childElementCount) this.facets(await pagefind.filters(), chosen);
      return;
    }
    if (pagefind) {
      const answer = await pagefind.search(query || null, { filters: picked });
      if (turn !== this.turn) return;
      this.found = answer.results.map((result) => () => result.data().then((data) => this.page(data)));
      this.facets(answer.totalFilters ?? answer.filters, chosen);
      this.note = "";
    } else {
      this.found = byTitle(index, query).map((hit) => async () => this.title(hit));
      this.note = `Titles and headings only: the full text needs a web server and WebAssembly.${index.leftOut ? ` ${index.leftOut} pages are left out.` : ""}`;
    }
    const number = this.found.length;
    this.status.textContent = [`${number.toLocaleString("en")} ${number === 1 ? "result" : "results"}${query ? ` for “${query}”` : ""}`, this.note].filter(Boolean).join(". ");
    await this.show(STEP);
  }

  remember(query, chosen) {
    const url = new URL(location.href);
    url.search = "";
    if (query) url.searchParams.set("query", query);
    for (const [name, values] of Object.entries(chosen)) for (const value of values) url.searchParams.append(name, value);
    try {
      history.replaceState(null, "", url);
    } catch {
      // A browser may refuse this for files; searching works all the same.
    }
  }

  async show(number) {
    const turn = this.turn;
    this.shown = number;
    const made = await Promise.all(this.found.slice(0, number).map((make) => make()));
    if (turn !== this.turn) return;
    this.results.replaceChildren(...made);
    this.more.hidden = this.found.length <= number;
  }

  facets(counts, chosen) {
    const groups = Object.entries(FILTERS)
      .filter(([name]) => Object.keys(counts[name] ?? {}).length > 1)
      .map(([name, label]) => this.facet(name, label, counts[name], chosen[name]));
    const focused = document.activeElement?.closest?.(".search-filters") ? [document.activeElement.name, document.activeElement.value] : null;
    this.filters.replaceChildren(...groups);
    if (focused) [...this.filters.querySelectorAll("input")].find((box) => box.name === focused[0] && box.value === focused[1])?.focus();
  }

  facet(name, label, counts, chosen) {
    const group = document.createElement("details");
    group.className = "facet";
    group.open = true;
    group.append(element("summary", "", label));
    const list = document.createElement("ul");
    const values = Object.entries(counts).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
    for (const [value, number] of values.filter(([value, n]) => n > 0 || chosen.includes(value)).slice(0, 20)) {
      const item = document.createElement("li");
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", name, value, checked: chosen.includes(value) });
      const line = document.createElement("label");
      line.append(box, element("span", "", value), element("span", "facet-count", number.toLocaleString("en")));
      item.append(line);
      list.append(item);
    }
    group.append(list);
    return group;
  }

  result(title, url, place, kind) {
    const item = element("li", "result");
    const box = document.createElement("span");
    box.className = `kind k-${ICONS[kind] ? kind : "other"}`;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    svg.innerHTML = ICONS[kind] ?? ICONS.other;
    box.append(svg);
    const text = document.createElement("div");
    const heading = document.createElement("h2");
    const link = document.createElement("a");
    link.href = url;
    link.textContent = title;
    heading.append(link);
    text.append(heading, element("p", "result-place", place));
    item.append(box, text);
    return [item, text];
  }

  page(data) {
    const { meta } = data;
    const place = [meta.section === "docs" ? "docs" : meta.kind, meta.ref, meta.owner && `owner ${meta.owner}`].filter(Boolean).join(" · ");
    const [item, text] = this.result(meta.title, address(data.url), place, meta.section === "docs" ? "docs" : meta.kind);
    text.append(excerpt(data.excerpt));
    const parts = sections(data).slice(0, 3);
    if (parts.length) {
      const list = element("ul", "result-parts");
      for (const part of parts) {
        const line = document.createElement("li");
        const link = document.createElement("a");
        link.href = address(part.url);
        link.textContent = part.title;
        line.append(link);
        list.append(line);
      }
      text.append(list);
    }
    return item;
  }

  title(hit) {
    const [item, text] = this.result(hit.title, callboard.address(hit.route), hit.ref, hit.section === "docs" ? "docs" : hit.ref.split(":")[0]);
    if (hit.headings) text.append(element("p", "result-text", hit.headings.slice(0, 200)));
    return item;
  }
}

callboard.startSearch = (host) => new Page(host);
