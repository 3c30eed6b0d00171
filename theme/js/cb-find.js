/**
 * <cb-find> opens the search of one manual: by "f", or instead of following its link to the search page.
 *
 * The dialog is loaded when it is first wanted, and what is typed until then is kept for it.
 */
class Find extends HTMLElement {
  connectedCallback() {
    this.link = this.querySelector("a");
    this.link.setAttribute("aria-haspopup", "dialog");
    this.link.setAttribute("aria-keyshortcuts", "F");
    this.link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.open();
    });
    for (const near of ["pointerenter", "focus"]) this.link.addEventListener(near, () => this.prepare().catch(() => {}), { once: true });
  }

  prepare() {
    return window.callboard.need("chooser", "find", "dialogs");
  }

  async open() {
    if (this.typed !== undefined) return;
    const back = document.activeElement;
    this.typed = "";
    const keep = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
      this.typed += event.key;
      event.preventDefault();
      event.stopPropagation();
    };
    document.addEventListener("keydown", keep, true);
    try {
      await this.prepare();
      window.callboard.openFind(this, back, this.typed);
    } catch {
      location.href = this.link.href;
    } finally {
      document.removeEventListener("keydown", keep, true);
      this.typed = undefined;
    }
  }
}

customElements.define("cb-find", Find);
