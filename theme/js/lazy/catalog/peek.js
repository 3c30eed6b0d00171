/** The panel beside the table: one entity, without leaving the list. */
class Peek {
  constructor(explorer) {
    this.explorer = explorer;
    this.panel = null;
    this.place = null;
  }

  get open() {
    return Boolean(this.panel);
  }

  close() {
    this.panel?.remove();
    this.panel = null;
    this.place = null;
    this.explorer.host.classList.remove("peeking");
  }

  toggle(n) {
    if (this.place === n) this.close();
    else this.show(n);
  }

  show(n) {
    const { columns, rows, host } = this.explorer;
    this.place = n;
    if (!this.panel) {
      this.panel = made("aside", { className: "peek" });
      this.panel.setAttribute("aria-label", "Side peek");
      host.querySelector(".explorer-body").append(this.panel);
      host.classList.add("peeking");
      this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.explorer.leave());
    }
    const { kind, many, hue } = columns.kinds[columns.kind[n]];
    const icon = made("span", { className: `kind k-${hue}` }, rows.drawn());
    rows.use(icon.querySelector("svg"), columns.icon(n));
    const close = made("button", { type: "button", className: "tool" }, "×");
    close.setAttribute("aria-label", "Close the side peek");
    close.addEventListener("click", () => this.explorer.leave());
    const about = made("p", { className: "peek-about" });
    rows.sentence(n).then((text) => this.place === n && (about.textContent = text));
    const [there, missing] = rows.sample.cells[1].querySelectorAll(".entity");
    const linked = (name) => columns.values(name, n).map((ref) => rows.entity(ref, there, missing));
    const facts = [
      ["Kind", [kind === "api" ? "API" : many.replace(/s$/, "")]],
      ["Type", [columns.value("type", n)]],
      ["Lifecycle", [columns.value("lifecycle", n)]],
      ["Owner", linked("owner")],
      ["System", linked("system")],
      ["Domain", linked("domain")],
      ["Namespace", [columns.namespace(n) === "default" ? "" : columns.namespace(n)]],
      ["Tags", columns.values("tag", n).flatMap((tag) => [made("span", { className: "tag" }, tag), " "])],
      ["Problems", [columns.worries[n] ? made("span", { className: "badge bad" }, String(columns.worries[n])) : ""]],
      ["Reference", [made("code", {}, columns.fullRef(n))]],
    ].filter(([, content]) => content.some((part) => part !== ""));
    this.panel.replaceChildren(
      made("div", { className: "peek-head" }, icon, made("h2", {}, made("a", { href: columns.url(n) }, columns.titles[n])), close),
      about,
      made("dl", { className: "facts" }, ...facts.map(([label, content]) => made("div", {}, made("dt", {}, label), made("dd", {}, ...content)))),
      made("p", { className: "more" }, made("a", { className: "button", href: columns.url(n) }, "Open")),
    );
  }
}
