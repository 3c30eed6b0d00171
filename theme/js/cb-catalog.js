/**
 * <cb-catalog> narrows its table by words and by facets, with the state in the address.
 *
 * The rows are plain HTML in the page. Without JavaScript the list is whole, and the filters are hidden.
 * Within a facet any chosen value fits, across facets all must. Backstage's filters[kind]=… are read too.
 */
class Catalog extends HTMLElement {
  connectedCallback() {
    this.rows = [...this.querySelectorAll("tbody tr")];
    this.input = this.querySelector("input[type=search]");
    if (!this.rows.length) return;
    this.status = this.querySelector("[role=status]");
    this.chips = this.querySelector(".filters");
    this.boxes = [...this.querySelectorAll("[data-facet] input")];
    this.none = this.querySelector(".no-match");
    this.texts = this.rows.map((row) => row.textContent.toLowerCase());
    this.input.addEventListener("input", () => this.apply());
    this.addEventListener("change", () => this.apply());
    this.none.querySelector("button").addEventListener("click", () => this.clear());
    this.chips.addEventListener("click", (event) => this.drop(event.target.closest("button")));
    addEventListener("popstate", () => this.read());
    this.read();
  }

  facet(box) {
    return box.closest("[data-facet]").dataset.facet;
  }

  read() {
    const query = new URLSearchParams(location.search);
    this.input.value = query.get("q") ?? query.get("filters[text]") ?? "";
    for (const box of this.boxes) {
      const name = this.facet(box);
      const wanted = [...query.getAll(name), ...query.getAll(`filters[${name}]`)];
      box.checked = wanted.some((value) => value.toLowerCase() === box.value.toLowerCase());
    }
    this.apply(false);
  }

  chosen() {
    const found = new Map();
    for (const box of this.boxes) {
      if (!box.checked) continue;
      const name = this.facet(box);
      found.set(name, [...(found.get(name) ?? []), box.value]);
    }
    return found;
  }

  apply(remember = true) {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = this.chosen();
    let shown = 0;
    this.rows.forEach((row, n) => {
      const fits =
        words.every((word) => this.texts[n].includes(word)) &&
        [...chosen].every(([name, values]) => {
          const own = row.dataset[name].split("|");
          return values.some((value) => own.includes(value));
        });
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    const total = Number(this.dataset.total).toLocaleString("en");
    this.status.textContent = shown === Number(this.dataset.total) ? total : `${shown.toLocaleString("en")} of ${total}`;
    this.none.hidden = shown > 0;
    this.querySelector(".table-box").hidden = shown === 0;
    this.show(chosen);
    if (remember) this.remember(chosen);
  }

  show(chosen) {
    const buttons = [...chosen].flatMap(([name, values]) =>
      values.map((value) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.name = name;
        button.dataset.value = value;
        button.textContent = value;
        button.setAttribute("aria-label", `Remove the filter ${name}: ${value}`);
        item.append(button);
        return item;
      }),
    );
    this.chips.replaceChildren(...buttons);
    this.chips.hidden = buttons.length === 0;
  }

  drop(button) {
    if (!button) return;
    const box = this.boxes.find((b) => this.facet(b) === button.dataset.name && b.value === button.dataset.value);
    box.checked = false;
    this.apply();
    (this.chips.querySelector("button") ?? this.input).focus();
  }

  clear() {
    this.input.value = "";
    for (const box of this.boxes) box.checked = false;
    this.apply();
    this.input.focus();
  }

  remember(chosen) {
    const url = new URL(location.href);
    url.search = "";
    if (this.input.value) url.searchParams.set("q", this.input.value);
    for (const [name, values] of chosen) for (const value of values) url.searchParams.append(name, value);
    try {
      history.replaceState(null, "", url);
    } catch {
      // A browser may refuse this for files; the filter works all the same.
    }
  }
}

customElements.define("cb-catalog", Catalog);
