/** Rows of the table, made from the page's template; those that the page brought are used where they fit. */
const TAGS = 4;

class Rows {
  constructor(explorer) {
    const { host } = explorer;
    this.columns = explorer.columns;
    this.data = host.dataset.data;
    this.stamp = host.dataset.stamp;
    this.body = host.querySelector("tbody");
    this.sample = host.querySelector("template").content.querySelector("tr");
    this.sprite = document.querySelector(".sprite");
    this.symbols = new Set([...this.sprite.querySelectorAll("symbol")].map(({ id }) => id));
    this.rows = new Map();
    this.places = new WeakMap();
    const rows = [...this.body.rows];
    /** Entities whose rows the page brought. */
    this.served = rows.map((_, n) => Number(host.dataset.first) + n);
    rows.forEach((row, n) => this.keep(row, this.served[n]));
    this.waiting = new Set();
    this.seen = new IntersectionObserver((entries) => this.near(entries), { rootMargin: "200px 0px" });
  }

  keep(row, n) {
    this.rows.set(n, row);
    this.places.set(row, n);
    const star = document.createElement("button");
    star.type = "button";
    star.className = "star";
    row.cells[0].append(star);
    this.starred(row, false);
  }

  starred(row, on) {
    const star = row.querySelector(".star");
    star.setAttribute("aria-pressed", String(on));
    const name = this.columns.titles[this.places.get(row)];
    star.setAttribute("aria-label", _`Star ${name}`);
  }

  /** Stars as they are kept. */
  star(has) {
    for (const [n, row] of this.rows) if ((row.querySelector(".star").getAttribute("aria-pressed") === "true") !== has(n)) this.starred(row, has(n));
  }

  drawn() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
    return svg;
  }

  /** Make *svg* show an icon, which is defined on the page where it was not yet; the style sheet has those without a shape. */
  use(svg, name) {
    const id = `cb-i-${name}`;
    if (!this.symbols.has(id)) {
      if (!this.columns.shapes[name]) {
        const glyph = document.createElement("i");
        glyph.className = `icon i-${name}`;
        svg.replaceWith(glyph);
        return;
      }
      const [box, content] = this.columns.shapes[name];
      const symbol = document.createElementNS("http://www.w3.org/2000/svg", "symbol");
      symbol.id = id;
      symbol.setAttribute("viewBox", box);
      symbol.innerHTML = content;
      this.sprite.append(symbol);
      this.symbols.add(id);
    }
    svg.querySelector("use").setAttribute("href", `#${id}`);
  }

  /** The row of an entity. */
  row(n) {
    if (!this.rows.has(n)) {
      const row = this.sample.cloneNode(true);
      this.fill(row, n);
      this.keep(row, n);
      if (!this.columns.silent[n]) this.seen.observe(row);
    }
    return this.rows.get(n);
  }

  fill(row, n) {
    const { columns } = this;
    const { kind, hue, ownable } = columns.kinds[columns.kind[n]];
    const [name, owner, type, lifecycle, system, tags] = row.cells;
    const link = name.querySelector("a");
    link.href = columns.url(n);
    if (columns.hidden(n)) link.title = columns.ref(n);
    else link.removeAttribute("title");
    link.querySelector(".kind").className = `kind k-${hue}`;
    this.use(link.querySelector(".kind svg"), columns.icon(n));
    link.querySelector(".name-word").textContent = columns.titles[n];
    const problems = columns.worries[n] ?? 0;
    const badge = link.querySelector(".badge.bad");
    if (problems) {
      const [number, word] = badge.childNodes;
      number.textContent = problems;
      word.textContent = ` ${ngettext(problems, `problem`, `problems`)}`;
      badge.title = ngettext(problems, `${problems} problem`, `${problems} problems`);
    } else badge.remove();
    if (!columns.values("problems", n).includes("stale")) link.querySelector(".badge.warn").remove();
    const about = link.querySelector(".name-about");
    if (columns.silent[n]) about.remove();
    else about.textContent = "\u00a0";
    const [there, missing] = owner.querySelectorAll(".entity");
    const owners = columns.values("owner", n);
    if (owners.length || !ownable) owner.replaceChildren(...owners.flatMap((ref) => [this.entity(ref, there, missing), " "]));
    else {
      const nobody = document.createElement("span");
      nobody.className = "nobody";
      nobody.textContent = _("nobody");
      owner.replaceChildren(nobody);
    }
    type.textContent = columns.value("type", n);
    const life = columns.value("lifecycle", n);
    if (life) {
      const known = ["production", "experimental", "deprecated"].includes(life.toLowerCase());
      lifecycle.firstElementChild.className = `chip life-${known ? life.toLowerCase() : "other"}`;
      lifecycle.firstElementChild.textContent = life;
    } else lifecycle.replaceChildren();
    const part = columns.value("system", n) || (kind === "system" || kind === "domain" ? columns.value("domain", n) : "");
    system.replaceChildren(...(part ? [this.entity(part, there, missing)] : []));
    const own = columns.values("tag", n);
    const [tag] = tags.querySelectorAll(".tag");
    const made = own.slice(0, TAGS).flatMap((text) => {
      const one = tag.cloneNode();
      one.textContent = text;
      return [one, " "];
    });
    if (own.length > TAGS) {
      const rest = document.createElement("span");
      rest.className = "detail";
      rest.textContent = `+${own.length - TAGS}`;
      made.push(rest);
    }
    tags.replaceChildren(...made);
  }

  /** An entity by name, as parts/entity.html writes it. */
  entity(ref, there, missing) {
    const place = this.columns.places.get(ref);
    const made = (place === undefined ? missing : there).cloneNode(true);
    const [text] = made.querySelectorAll("span");
    if (place === undefined) {
      this.use(made.querySelector("svg"), this.columns.icons.get(ref.split(":")[0]) ?? "puzzle-outline");
      text.textContent = ref;
      made.title = _`${ref} is not in the catalog`;
      return made;
    }
    made.className = `entity k-${this.columns.kinds[this.columns.kind[place]].hue}`;
    made.href = this.columns.url(place);
    if (this.columns.hidden(place)) made.title = ref;
    else made.removeAttribute("title");
    this.use(made.querySelector("svg"), this.columns.icon(place));
    text.textContent = this.columns.titles[place];
    return made;
  }

  show(found) {
    const rows = found.map((n) => this.row(n));
    if (rows.length !== this.body.rows.length || rows.some((row, n) => row !== this.body.rows[n])) this.body.replaceChildren(...rows);
  }

  /** What entities say of themselves comes with the rows that are seen, many rows in a file. */
  near(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.seen.unobserve(target);
      this.waiting.add(this.places.get(target));
    }
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.tell(), 60);
  }

  tell() {
    const files = new Map();
    for (const n of this.waiting) {
      const file = Math.floor(n / this.columns.about);
      files.set(file, [...(files.get(file) ?? []), n]);
    }
    this.waiting.clear();
    for (const [file, places] of files) {
      this.sentences(file).then((sentences) => {
        for (const n of places) this.rows.get(n).querySelector(".name-about").textContent = sentences[n % this.columns.about] || "\u00a0";
      });
    }
  }

  async sentences(file) {
    const found = await callboard.part(this.data, `about-${file}`, this.stamp).catch(() => null);
    return found?.columns ?? [];
  }

  async sentence(n) {
    if (this.columns.silent[n]) return "";
    return (await this.sentences(Math.floor(n / this.columns.about)))[n % this.columns.about] ?? "";
  }
}
