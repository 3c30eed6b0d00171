/**
 * <cb-yours> shows on the home page what is the reader's own: what the team has that was chosen in the catalog, and stars.
 *
 * Both are known to this browser only. Without JavaScript, and for whoever has neither, it takes no room.
 */
class Yours extends HTMLElement {
  connectedCallback() {
    addEventListener("load", () => this.start(), { once: true });
    addEventListener("pageshow", ({ persisted }) => persisted && this.start());
    addEventListener("storage", () => this.start());
  }

  async start() {
    const { dataset } = document.documentElement;
    dataset.yours = ["me", "stars"].filter((name) => window.callboard.memory(name).read().length).join(" ");
    if (!dataset.yours) return;
    try {
      await window.callboard.need("catalog");
      await window.callboard.startYours(this);
    } catch {
      // Its columns may be gone where the page is an old one: the ways to the catalog stay.
    }
  }
}

customElements.define("cb-yours", Yours);
