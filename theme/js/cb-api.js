/**
 * <cb-api> narrows the list of operations and types to those that have the words. Without JavaScript the list is whole.
 */
class Api extends HTMLElement {
  connectedCallback() {
    this.fold = this.querySelector(".api-fold");
    this.input = this.querySelector(".api-side input");
    this.status = this.querySelector(".api-side [role=status]");
    this.groups = [...this.querySelectorAll(".api-side .api-nav-group")];
    this.input.addEventListener("input", () => this.apply());
    if (matchMedia("(max-width: 56rem)").matches) this.fold.open = false;
  }

  apply() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const has = (node) => words.every((word) => node.textContent.toLowerCase().includes(word) || node.querySelector("a")?.title.toLowerCase().includes(word));
    let shown = 0;
    for (const group of this.groups) {
      const items = [...group.querySelectorAll("li")];
      const whole = has(group.firstElementChild);
      for (const item of items) {
        item.hidden = !whole && !has(item);
        shown += item.hidden ? 0 : 1;
      }
      group.hidden = !whole && items.every((item) => item.hidden);
    }
    this.status.textContent = words.length ? ngettext(shown, `${shown} shown`, `${shown} shown`) : "";
  }
}

customElements.define("cb-api", Api);
