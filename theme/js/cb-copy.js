/**
 * <cb-copy data-text> copies a text and says so. Without JavaScript it is not shown.
 */
class Copy extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard) return this.remove();
    this.word = this.querySelector(".copy-word");
    this.before = this.word.textContent;
    this.querySelector("button").addEventListener("click", () => this.copy());
  }

  async copy() {
    await navigator.clipboard.writeText(this.dataset.text);
    this.word.textContent = _("Copied");
    this.word.setAttribute("role", "status");
    setTimeout(() => (this.word.textContent = this.before), 1500);
  }
}

customElements.define("cb-copy", Copy);
