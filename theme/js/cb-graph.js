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
    box.addEventListener("pointerover", ({ target }) => target.matches(".ge path") && !target.firstChild && this.tell(target));
    for (const button of this.querySelectorAll("[data-download]")) {
      button.addEventListener("click", () => this.ready("downloadGraph", button.dataset.download));
    }
  }

  /** Say of *line* what it joins: the boxes that are nearest to its ends. */
  tell(line) {
    const boxes = [...this.querySelectorAll(".gn")].map((box) => [box.querySelector("rect").getBoundingClientRect(), box]);
    const name = (at) => {
      const { x, y } = line.getPointAtLength(at).matrixTransform(line.getScreenCTM());
      const apart = ([{ left, right, top, bottom }]) => Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
      const [, box] = boxes.reduce((best, one) => (apart(one) < apart(best) ? one : best));
      return box.querySelector("title, text").textContent;
    };
    const family = [...line.parentNode.classList].find((one) => one.startsWith("g-"));
    const words = this.querySelector(`.graph-legend .${family}`)?.closest("li").textContent.trim();
    const title = document.createElementNS(line.namespaceURI, "title");
    title.textContent = `${name(0)} → ${name(line.getTotalLength())}: ${words}`;
    line.append(title);
  }

  async ready(what, ...more) {
    await window.callboard.need("graph", "dialogs");
    window.callboard[what](this, ...more);
  }
}

customElements.define("cb-graph", Graph);
