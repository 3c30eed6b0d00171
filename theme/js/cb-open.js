/**
 * <cb-open> opens the palette instead of following its link to the search page.
 */
class Open extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const palette = document.querySelector("cb-palette");
      if (!palette?.open || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      palette.open();
    });
  }
}

customElements.define("cb-open", Open);
