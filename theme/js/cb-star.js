/**
 * <cb-star data-ref> stars an entity, in this browser. Without JavaScript it is not shown.
 */
class Star extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.memory = window.callboard.memory("stars");
    this.button.addEventListener("click", () => this.change());
    addEventListener("storage", () => this.say());
    addEventListener("pageshow", () => this.say());
    this.say();
  }

  change() {
    const { ref } = this.dataset;
    const kept = this.memory.read();
    this.memory.write(kept.includes(ref) ? kept.filter((other) => other !== ref) : [...kept, ref]);
    this.say();
  }

  say() {
    this.button.setAttribute("aria-pressed", String(this.memory.read().includes(this.dataset.ref)));
  }
}

customElements.define("cb-star", Star);
