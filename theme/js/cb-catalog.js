/**
 * <cb-catalog> is a page of the catalog: plain rows, which a script filters over the whole catalog once the page is there.
 *
 * Without JavaScript the rows are whole, and the filters are hidden. Facets stay folded as a reader left them.
 */
class Catalog extends HTMLElement {
  connectedCallback() {
    if (!this.querySelector("tbody tr")) return;
    const folded = window.callboard.memory("facets");
    const kept = new Map(folded.read());
    for (const facet of this.querySelectorAll("details[data-facet]")) {
      const { facet: name } = facet.dataset;
      if (kept.has(name)) facet.open = kept.get(name);
      facet.addEventListener("toggle", () => folded.write([...new Map(folded.read()).set(name, facet.open)]));
    }
    if (location.search) this.start();
    else if (document.readyState === "complete") this.start();
    else addEventListener("load", () => this.start(), { once: true });
  }

  async start() {
    try {
      await window.callboard.need("catalog", "dialogs");
      await window.callboard.startCatalog(this);
    } catch {
      // Its columns may be gone where the page is an old one: the rows that it brought stay.
    } finally {
      // Rows are kept back until they are those that the address asks for.
      delete document.documentElement.dataset.asked;
    }
  }
}

customElements.define("cb-catalog", Catalog);
