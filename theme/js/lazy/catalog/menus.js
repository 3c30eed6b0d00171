/** The menus above the table: saved views, what rows show, and downloads. */
const COLUMNS = { owner: _("Owner"), type: _("Type"), lifecycle: _("Lifecycle"), system: _("Part of"), tag: _("Tags") };

function made(tag, properties, ...content) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...content);
  return element;
}

/** What a browser keeps for all pages, set by the inline script before the first paint. */
function keep(name, value) {
  if (value) document.documentElement.dataset[name] = value;
  else delete document.documentElement.dataset[name];
  try {
    if (value) localStorage.setItem(`callboard:${name}`, value);
    else localStorage.removeItem(`callboard:${name}`);
  } catch {
    // Storage may be refused; the choice then lasts for this page.
  }
}

class Menus {
  constructor(explorer) {
    this.explorer = explorer;
    this.views = callboard.memory("views");
    for (const menu of explorer.host.querySelectorAll("details.menu")) {
      const content = menu.querySelector(".menu-box");
      const opened = () => menu.open && this[menu.dataset.menu](content);
      menu.addEventListener("toggle", opened);
      opened(); // by whoever was faster than this script
      menu.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !menu.open) return;
        menu.open = false;
        menu.querySelector("summary").focus();
        event.preventDefault();
      });
      document.addEventListener("click", ({ target }) => !menu.contains(target) && (menu.open = false));
    }
  }

  /** Saved views: each an address with a name. */
  saved(content) {
    const kept = this.views.read();
    const redraw = (views) => {
      this.views.write(views);
      this.saved(content);
    };
    const list = kept.map(([name, search]) => {
      const link = made("a", { href: callboard.address("catalog/") + search }, name);
      const drop = made("button", { type: "button", className: "drop", title: _("Forget this view") }, "×");
      drop.setAttribute("aria-label", _`Forget the view ${name}`);
      drop.addEventListener("click", (event) => {
        event.stopPropagation();
        redraw(kept.filter(([other]) => other !== name));
      });
      return made("li", {}, link, drop);
    });
    const field = made("input", { type: "text", placeholder: _("Name of this view"), maxLength: 60, autocomplete: "off" });
    field.setAttribute("aria-label", _("Name of this view"));
    const form = made("form", { className: "menu-form" }, field, made("button", { className: "button" }, _("Save")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const name = field.value.trim();
      if (name) redraw([...kept.filter(([other]) => other !== name), [name, this.explorer.shared]]);
    });
    const hint = made("p", { className: "detail" }, kept.length ? "" : _("A view keeps filters and order under a name, in this browser. Its address can be shared."));
    content.replaceChildren(...(list.length ? [made("ul", { className: "menu-list" }, ...list)] : [hint]), form);
  }

  /** Columns and density. */
  columns(content) {
    const hidden = new Set((document.documentElement.dataset.hide ?? "").split(" ").filter(Boolean));
    const check = (label, checked, act) => {
      const box = made("input", { type: "checkbox", checked });
      box.addEventListener("change", () => act(box.checked));
      return made("li", {}, made("label", {}, box, made("span", {}, label)));
    };
    const unused = new Set(content.closest(".unused")?.dataset.hide.split(" "));
    const columns = Object.entries(COLUMNS).filter(([name]) => !unused.has(name)).map(([name, label]) =>
      check(label, !hidden.has(name), (on) => {
        if (on) hidden.delete(name);
        else hidden.add(name);
        keep("hide", [...hidden].join(" "));
      }),
    );
    const roomy = check(_("More room between rows"), document.documentElement.dataset.rows === "roomy", (on) => keep("rows", on ? "roomy" : ""));
    content.replaceChildren(made("ul", { className: "menu-list" }, ...columns), made("ul", { className: "menu-list" }, roomy));
  }

  /** What is shown, as a file. */
  download(content) {
    const list = content.querySelector("ul");
    if (list.children.length > 1) return;
    const offer = (label, act) => {
      const button = made("button", { type: "button" }, label);
      button.addEventListener("click", act);
      return made("li", {}, button);
    };
    list.prepend(
      offer(_("These rows as CSV"), () => this.save("catalog.csv", "text/csv", csv(this.records()))),
      offer(_("These rows as JSON"), () => this.save("catalog.json", "application/json", JSON.stringify(this.records(), null, 2))),
    );
  }

  records() {
    const { columns, found } = this.explorer;
    return found.map((n) => ({
      ref: columns.fullRef(n),
      kind: columns.kinds[columns.kind[n]].kind,
      namespace: columns.namespace(n),
      name: columns.names[n],
      title: columns.titles[n],
      type: columns.value("type", n),
      lifecycle: columns.value("lifecycle", n),
      owners: columns.values("owner", n),
      system: columns.value("system", n),
      domain: columns.value("domain", n),
      tags: columns.values("tag", n),
      problems: columns.worries[n] ?? 0,
      url: new URL(columns.url(n), document.baseURI).href,
    }));
  }

  save(name, type, text) {
    const url = URL.createObjectURL(new Blob([text], { type }));
    made("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

/** Records as CSV (RFC 4180). What a spreadsheet would take for a formula is kept a text by a quote before it. */
function csv(records) {
  const cell = (value) => {
    const text = Array.isArray(value) ? value.join(" ") : String(value);
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const names = Object.keys(records[0] ?? { ref: "" });
  return [names, ...records.map((record) => names.map((name) => record[name]))].map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
}
