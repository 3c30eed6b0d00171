/**
 * <cb-graph> is a picture of relations: it can be taken along, and on its own page it can be explored.
 *
 * The picture is in the page; what it can do is loaded when somebody asks for it, or when the page is there for that.
 */
class Graph extends HTMLElement {
  connectedCallback() {
    if (this.hasAttribute("data-explore")) return this.ready("exploreGraph");
    const [box, root] = [this.querySelector(".graph-box"), this.querySelector(".g-root")];
    if (root && box.scrollWidth > box.clientWidth) {
      const [there, here] = [root.getBoundingClientRect(), box.getBoundingClientRect()];
      box.scrollLeft += there.left + there.width / 2 - here.left - here.width / 2;
    }
    for (const button of this.querySelectorAll("[data-download]")) {
      button.addEventListener("click", () => this.ready("downloadGraph", button.dataset.download));
    }
  }

  async ready(what, ...more) {
    await window.callboard.load(this.dataset.script);
    window.callboard[what](this, ...more);
  }
}

customElements.define("cb-graph", Graph);
