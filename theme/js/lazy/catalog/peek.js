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

  /** Whom it knows, counted: each number leads to where they are listed. */
  related(n) {
    const { columns } = this.explorer;
    const ref = columns.ref(n);
    const { kind } = columns.kinds[columns.kind[n]];
    const listed = (name) => `${callboard.address("catalog/")}?${name}=${encodeURIComponent(ref).replaceAll("%3A", ":").replaceAll("%2F", "/")}`;
    const counts = columns.related.map(([heading, numbers]) => [heading, numbers[n], columns.url(n)]);
    if (kind === "system" || kind === "domain") counts.push([_("Contains"), columns.having(kind, ref), listed(kind)]);
    if (kind === "group" || kind === "user") counts.push([_("Owns"), columns.having("owner", ref), listed("owner")]);
    if (kind === "group") counts.push([_("Members"), columns.members(n), columns.url(n)]);
    return counts.filter(([, number]) => number).map(([heading, number, href]) => [heading, [made("a", { href }, number.toLocaleString(LANGUAGE))]]);
  }

  show(n) {
    const { columns, rows, host } = this.explorer;
    this.place = n;
    if (!this.panel) {
      this.panel = made("aside", { className: "peek" });
      this.panel.setAttribute("aria-label", _("Side peek"));
      host.querySelector(".explorer-body").append(this.panel);
      host.classList.add("peeking");
      this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.explorer.leave());
    }
    const { written, hue } = columns.kinds[columns.kind[n]];
    const icon = made("span", { className: `kind k-${hue}` }, rows.drawn());
    rows.use(icon.querySelector("svg"), columns.icon(n));
    const close = made("button", { type: "button", className: "tool" }, "×");
    close.setAttribute("aria-label", _("Close the side peek"));
    close.addEventListener("click", () => this.explorer.leave());
    const about = made("p", { className: "peek-about" });
    rows.sentence(n).then((text) => this.place === n && (about.textContent = text));
    const [there, missing] = rows.sample.cells[1].querySelectorAll(".entity");
    const linked = (name) => columns.values(name, n).map((ref) => rows.entity(ref, there, missing));
    const facts = [
      [_("Kind"), [written]],
      [_("Type"), [columns.value("type", n)]],
      [_("Lifecycle"), [columns.value("lifecycle", n)]],
      [_("Owner"), linked("owner")],
      [_("System"), linked("system")],
      [_("Domain"), linked("domain")],
      ...this.related(n),
      [_("Namespace"), [columns.namespace(n) === "default" ? "" : columns.namespace(n)]],
      [_("Tags"), columns.values("tag", n).flatMap((tag) => [made("span", { className: "tag" }, tag), " "])],
      [_("Problems"), [columns.worries[n] ? made("span", { className: "badge bad" }, String(columns.worries[n])) : ""]],
      [_("Reference"), [made("code", {}, columns.fullRef(n))]],
    ].filter(([, content]) => content.some((part) => part !== ""));
    this.panel.replaceChildren(
      made("div", { className: "peek-head" }, icon, made("h2", {}, made("a", { href: columns.url(n) }, columns.titles[n])), close),
      about,
      made("dl", { className: "facts" }, ...facts.map(([label, content]) => made("div", {}, made("dt", {}, label), made("dd", {}, ...content)))),
      made("p", { className: "more" }, made("a", { className: "button", href: columns.url(n) }, _("Open"))),
    );
  }
}
