/**
 * <cb-keys> opens the sheet of shortcuts, and follows the single keys that it lists.
 *
 * Single keys are off while somebody types, and can be switched off for good (WCAG 2.1.4).
 */
const SWITCH = "callboard:keys";

class Keys extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.box = this.querySelector("input[type=checkbox]");
    this.pending = 0;
    this.box.checked = this.on();
    this.box.addEventListener("change", () => this.remember());
    this.querySelector("button.tool").addEventListener("click", () => this.dialog.showModal());
    this.dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.dialog.close();
    });
    document.addEventListener("keydown", (event) => this.press(event));
  }

  on() {
    try {
      return localStorage.getItem(SWITCH) !== "off";
    } catch {
      return true;
    }
  }

  remember() {
    try {
      localStorage.setItem(SWITCH, this.box.checked ? "on" : "off");
    } catch {
      // Storage may be refused; the switch then lasts for this page.
    }
  }

  press(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!this.box.checked || document.querySelector("dialog[open]")) return;
    const after = Date.now() - this.pending < 1200;
    this.pending = 0;
    if (after) {
      const link = this.dialog.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
      if (link) link.click();
    } else if (event.key === "g") {
      this.pending = Date.now();
    } else if (event.key === "?") {
      this.dialog.showModal();
    } else if (event.key === "t") {
      document.querySelector("cb-theme")?.next();
    } else if (event.key === "y") {
      document.querySelector("cb-copy button")?.click();
    } else {
      return;
    }
    event.preventDefault();
  }
}

customElements.define("cb-keys", Keys);
