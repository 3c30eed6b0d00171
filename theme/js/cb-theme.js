/**
 * <cb-theme> changes between the system's theme, light and dark, and remembers the choice.
 *
 * Without JavaScript it is not shown, and the system's preference decides.
 */
class Theme extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.next());
    this.say();
  }

  next() {
    const root = document.documentElement;
    const order = ["", "light", "dark"];
    const chosen = order[(order.indexOf(root.dataset.theme ?? "") + 1) % order.length];
    if (chosen) root.dataset.theme = chosen;
    else delete root.dataset.theme;
    try {
      if (chosen) localStorage.setItem("callboard:theme", chosen);
      else localStorage.removeItem("callboard:theme");
    } catch {
      // Storage may be refused; the choice then lasts for this page.
    }
    this.say();
  }

  say() {
    const labels = { light: _("Theme: light"), dark: _("Theme: dark") };
    const label = labels[document.documentElement.dataset.theme] ?? _("Theme: as the system");
    this.button.setAttribute("aria-label", label);
    this.button.title = label;
  }
}

customElements.define("cb-theme", Theme);
