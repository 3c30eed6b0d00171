/**
 * <cb-palette> opens the palette: by "/" or Ctrl-K, or instead of following its link to the search page.
 *
 * The palette itself is loaded when it is first wanted. Without JavaScript the link leads to the search page.
 */
class Palette extends HTMLElement {
  connectedCallback() {
    this.link = this.querySelector("a");
    this.link.setAttribute("aria-haspopup", "dialog");
    this.link.setAttribute("aria-keyshortcuts", "/ Control+K Meta+K");
    this.link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.open();
    });
    for (const near of ["pointerenter", "focus"]) this.link.addEventListener(near, () => this.prepare().catch(() => {}), { once: true });
    document.addEventListener("keydown", (event) => this.press(event), true);
    this.remember();
  }

  press(event) {
    if (this.early !== undefined) return this.keep(event);
    const chord = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && this.single();
    if ((!chord && !slash) || document.querySelector("dialog[open]:not(.palette)")) return;
    event.preventDefault();
    this.open();
  }

  single() {
    try {
      return localStorage.getItem("callboard:keys") !== "off";
    } catch {
      return true;
    }
  }

  prepare() {
    return window.callboard.need("entities", "chooser", "palette", "dialogs");
  }

  /** What is typed while the palette is still on its way is not lost. */
  keep(event) {
    if (this.early === null || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") this.hurry = true;
    else if (event.key === "Backspace") this.early = this.early.slice(0, -1);
    else if (event.key === "Escape") this.early = null;
    else if (event.key.length === 1) this.early += event.key;
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async open() {
    if (this.early !== undefined) return;
    const back = document.activeElement;
    this.early = "";
    this.hurry = false;
    try {
      await this.prepare();
    } catch {
      location.href = this.link.href;
      return;
    } finally {
      [this.typed, this.early] = [this.early, undefined];
    }
    if (this.typed !== null) window.callboard.openPalette(window.callboard.data, this.link.href, back, this.typed, this.hurry);
  }

  /** Keep the last entities that were looked at, for the empty palette. */
  remember() {
    const { ref, route } = document.documentElement.dataset;
    if (!ref || !route.startsWith("catalog/")) return;
    const memory = window.callboard.memory("recent");
    memory.write([ref, ...memory.read().filter((other) => other !== ref)].slice(0, 8));
  }
}

customElements.define("cb-palette", Palette);
