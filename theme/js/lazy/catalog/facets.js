/** One facet: its values with their counts, those of most entities first; many of them fold behind a button. */
const SHOWN = 10;
const MOST = 200;

class FacetBox {
  constructor(explorer, box) {
    this.explorer = explorer;
    this.box = box;
    this.name = box.dataset.facet;
    this.label = box.querySelector("summary").textContent.trim();
    this.list = box.querySelector("ul");
    this.more = box.querySelector(".facet-more");
    this.items = new Map();
    this.whole = false;
    this.words = "";
    for (const item of this.list.children) {
      const { value } = item.querySelector("input");
      this.items.set(value, this.prepared(item, value));
    }
    this.more?.addEventListener("click", () => this.unfold());
    this.list.addEventListener("change", ({ target }) => explorer.choose(this.name, target.value, target.checked));
    this.list.addEventListener("click", ({ target }) => target.matches(".only") && explorer.only(this.name, target.dataset.value));
  }

  /** A row for a value, with a button that chooses nothing but it. */
  prepared(item, value) {
    const [text, count] = item.querySelectorAll("span");
    const only = document.createElement("button");
    only.type = "button";
    only.className = "only";
    only.tabIndex = -1;
    only.dataset.value = value;
    only.textContent = _("only");
    const called = text.textContent;
    only.setAttribute("aria-label", _`Only ${called}`);
    item.append(only);
    return { item, box: item.querySelector("input"), count };
  }

  row(value, label) {
    if (!this.items.has(value)) {
      const item = document.createElement("li");
      const text = document.createElement("span");
      const count = document.createElement("span");
      const box = document.createElement("input");
      const line = document.createElement("label");
      count.className = "facet-count";
      text.textContent = label;
      text.title = label;
      box.type = "checkbox";
      box.value = value;
      line.append(box, text, count);
      item.append(line);
      this.items.set(value, this.prepared(item, value));
    }
    return this.items.get(value);
  }

  /** Show every value, and a field to find one among many. */
  unfold() {
    this.whole = true;
    const find = document.createElement("input");
    find.type = "search";
    find.className = "facet-find";
    const { label } = this;
    const facet = label.toLowerCase();
    find.placeholder = _`Find in ${facet}…`;
    find.setAttribute("aria-label", _`Find in ${label}`);
    find.addEventListener("input", () => {
      this.words = plain(find.value);
      this.show(...this.last);
    });
    find.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
    this.more.remove();
    this.list.before(find);
    this.show(...this.last);
    find.focus();
  }

  show(values, labels, counts, chosen) {
    this.last = [values, labels, counts, chosen];
    const rows = values.map((value, n) => ({ value, label: labels[n], count: counts[n], chosen: chosen.has(value) }));
    for (const value of chosen) if (!values.includes(value)) rows.push({ value, label: this.explorer.columns.label(this.name, value), count: 0, chosen: true });
    const there = this.name === "user" ? rows : rows.filter((row) => row.count || row.chosen);
    if (this.name !== "user") there.sort((a, b) => b.count - a.count || before(a.label.toLowerCase(), b.label.toLowerCase()) || before(a.value, b.value));
    const fitting = this.words ? there.filter((row) => plain(row.label).includes(this.words)) : there;
    const shown = this.whole ? fitting.slice(0, MOST) : fitting.filter((row, n) => n < SHOWN || row.chosen);
    const items = shown.map(({ value, label, count, chosen: on }) => {
      const row = this.row(value, label);
      row.box.checked = on;
      row.count.textContent = count.toLocaleString(LANGUAGE);
      row.item.classList.toggle("none", count === 0 && !on);
      return row.item;
    });
    if (items.length !== this.list.children.length || items.some((item, n) => item !== this.list.children[n])) {
      const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
      this.list.replaceChildren(...items);
      focused?.focus({ preventScroll: true });
    }
    if (!this.whole && this.more) {
      this.more.hidden = there.length <= items.length;
      const number = there.length.toLocaleString(LANGUAGE);
      this.more.textContent = _`All ${number}`;
    }
    if (this.name !== "user") this.box.hidden = there.length === 0;
    this.box.classList.toggle("narrows", chosen.size > 0);
  }
}
