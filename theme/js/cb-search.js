/**
 * <cb-search> is the search page: Pagefind where it can run, titles where it cannot.
 *
 * Without JavaScript the page says so, and leads to the catalog and the docs.
 */
class Search extends HTMLElement {
  async connectedCallback() {
    await window.callboard.need("search");
    window.callboard.startSearch(this);
  }
}

customElements.define("cb-search", Search);
