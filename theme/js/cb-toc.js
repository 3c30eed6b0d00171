/**
 * <cb-toc> marks the part of the article that is being read. Without JavaScript it is a plain list of links.
 */
class Toc extends HTMLElement {
  connectedCallback() {
    this.links = new Map();
    for (const link of this.querySelectorAll("a")) {
      const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (heading) this.links.set(heading, link);
    }
    this.watcher = new IntersectionObserver(() => this.mark(), { rootMargin: "-80px 0px -60% 0px" });
    for (const heading of this.links.keys()) this.watcher.observe(heading);
    this.mark();
  }

  disconnectedCallback() {
    this.watcher.disconnect();
  }

  mark() {
    let current = null;
    for (const heading of this.links.keys()) if (heading.getBoundingClientRect().top < 140) current = heading;
    for (const [heading, link] of this.links) {
      link.classList.toggle("seen", heading === current);
      if (heading === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
}

customElements.define("cb-toc", Toc);
