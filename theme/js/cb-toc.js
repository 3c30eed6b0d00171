/**
 * <cb-toc> marks the part of the article that is being read, and keeps the mark in sight; so does the navigation
 * with the page that is shown. Without JavaScript both are plain lists of links.
 */

/** Scroll *box*, and nothing else, so that *item* is in the middle of it where it was out of sight. */
function keepInSight(box, item) {
  if (!box || !item || box.scrollHeight <= box.clientHeight) return;
  const [outer, inner] = [box.getBoundingClientRect(), item.getBoundingClientRect()];
  if (inner.top < outer.top + 40 || inner.bottom > outer.bottom - 40) box.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
}

class Toc extends HTMLElement {
  connectedCallback() {
    this.links = new Map();
    for (const link of this.querySelectorAll("a")) {
      const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (heading) this.links.set(heading, link);
    }
    this.watcher = new IntersectionObserver(() => this.mark(), { rootMargin: "-80px 0px -60% 0px" });
    for (const heading of this.links.keys()) this.watcher.observe(heading);
    // The last parts of an article may be too short to come to the top.
    this.end = new IntersectionObserver(() => this.mark());
    const foot = document.querySelector(".article-foot");
    if (foot) this.end.observe(foot);
    this.mark();
  }

  disconnectedCallback() {
    this.watcher.disconnect();
    this.end.disconnect();
  }

  mark() {
    let current = null;
    const root = document.documentElement;
    const ended = root.scrollHeight > innerHeight + 4 && scrollY + innerHeight >= root.scrollHeight - 4;
    const line = ended ? innerHeight : 140;
    for (const heading of this.links.keys()) if (heading.getBoundingClientRect().top < line) current = heading;
    for (const [heading, link] of this.links) {
      link.classList.toggle("seen", heading === current);
      if (heading === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    keepInSight(this, this.links.get(current));
  }
}

customElements.define("cb-toc", Toc);
keepInSight(document.querySelector(".manual-inner"), document.querySelector(".manual-nav [aria-current]"));
