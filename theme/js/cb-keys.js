/**
 * <cb-keys> opens the sheet of shortcuts, and follows the single keys that it lists.
 *
 * Single keys are off while somebody types, and can be switched off for good (WCAG 2.1.4).
 */
/** What keys press on a page of a manual. */
const DOCS = { f: "cb-find a", n: ".turn-next", p: ".turn-previous" };
const SWITCH = "callboard:keys";

class Keys extends HTMLElement {
  connectedCallback() {
    this.pending = 0;
    this.active = this.remembered();
    this.querySelector("button").addEventListener("click", () => this.open());
    document.addEventListener("keydown", (event) => this.press(event));
  }

  remembered() {
    try {
      return localStorage.getItem(SWITCH) !== "off";
    } catch {
      return true;
    }
  }

  /** Switch single keys on or off. */
  choose(active) {
    this.active = active;
    try {
      localStorage.setItem(SWITCH, active ? "on" : "off");
    } catch {
      // Storage may be refused; the switch then lasts for this page.
    }
  }

  /** The sheet is in a script of its own: few pages ever show it. */
  async open() {
    await window.callboard.need("keys", "dialogs");
    this.sheet ??= window.callboard.makeSheet(this);
    this.sheet.showModal();
  }

  press(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!this.active || document.querySelector("dialog[open]")) return;
    const after = Date.now() - this.pending < 1200;
    this.pending = 0;
    if (after) {
      document.querySelector(`.rail a[data-key="${CSS.escape(event.key)}"]`)?.click();
    } else if (event.key === "g") {
      this.pending = Date.now();
    } else if (event.key === "?") {
      this.open();
    } else if (event.key === "t") {
      document.querySelector("cb-theme")?.next();
    } else if (event.key === "y") {
      document.querySelector("cb-copy button")?.click();
    } else if (event.key in DOCS) {
      document.querySelector(DOCS[event.key])?.click();
    } else if (event.key === "s" && document.querySelector("cb-star")) {
      document.querySelector("cb-star button").click();
    } else {
      return;
    }
    event.preventDefault();
  }
}

customElements.define("cb-keys", Keys);
