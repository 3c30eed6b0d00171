/**
 * What the palette and the search of a manual share: an ARIA combobox in a dialog, whose options stand in groups.
 *
 * Options are objects with a url; who extends this says what is in the list (show), how an option is drawn (row) and
 * what Enter does (enter).
 */
const element = (tag, className, ...content) => {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
};

/** An icon in its box; *name* is a kind, or what scripts draw themselves. */
const drawn = (name, hue = "") => {
  const known = name in ICONS ? name : "other";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [attribute, value] of [["viewBox", "0 0 24 24"], ["class", "icon"], ["aria-hidden", "true"]]) svg.setAttribute(attribute, value);
  svg.innerHTML = ICONS[known];
  return element("span", `kind k-${hue || known}`, svg);
};

class Chooser {
  options = [];
  chosen = -1;
  turn = 0;

  /** *id* begins the ids of the options; *hints* are keys and what they do, besides choosing and opening. */
  constructor(id, label, className, hints = []) {
    this.id = id;
    this.dialog = element("dialog", className);
    this.dialog.setAttribute("aria-label", label);
    this.input = document.createElement("input");
    Object.assign(this.input, { type: "text", placeholder: `${label}…`, autocomplete: "off", spellcheck: false });
    const attributes = {
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": `${id}-list`,
      "aria-autocomplete": "list",
      "aria-label": label,
      autocapitalize: "off",
      enterkeyhint: "go",
    };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    const close = element("button", "palette-close", element("span", "quiet", `${_("Close")} `), "esc");
    close.type = "button";
    close.addEventListener("click", () => this.dialog.close());
    this.list = element("div", "palette-list");
    this.list.id = `${id}-list`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", _("Results"));
    // What is pressed with the mouse does not take the focus from the field.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.empty = element("p", "palette-none");
    this.status = element("p", "quiet");
    this.status.setAttribute("role", "status");
    const aside = /Mac|iP/.test(navigator.platform) ? "⌘ ↵" : "Ctrl ↵";
    const keys = [["↑ ↓", _("choose")], ["↵", pgettext("an entity", "open")], [aside, _("in a new tab")], ...hints];
    this.foot = element("div", "palette-foot", ...keys.map(([pressed, what]) => element("span", "", ...pressed.split(" ").map((key) => element("kbd", "", key)), what)));
    this.dialog.append(element("div", "palette-box", drawn("search").firstChild, this.input, close), this.list, this.empty, this.status, this.foot);
    document.body.append(this.dialog);
    this.input.addEventListener("input", () => this.show());
    this.dialog.addEventListener("keydown", (event) => this.press(event));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => this.back?.focus());
  }

  open(back, typed) {
    if (this.dialog.open) return;
    this.back = back;
    this.dialog.showModal();
    this.input.focus();
    if (typed) this.input.value = typed;
    else this.input.select();
    this.show();
  }

  press(event) {
    if (event.isComposing || (event.target !== this.input && event.key === "Enter")) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 };
    const { length } = this.options;
    if (event.key in steps && length) {
      const step = steps[event.key];
      const next = this.chosen + step;
      this.moved = true;
      this.choose(Math.abs(step) === 1 ? (next + length) % length : Math.min(Math.max(next, 0), length - 1));
    } else if (event.key === "Enter") {
      this.enter(event.ctrlKey || event.metaKey);
    } else return;
    event.preventDefault();
  }

  go({ url }, aside) {
    if (aside) return window.open(url, "_blank", "noopener");
    // Closed before leaving: whoever comes back, or stays because it is a heading of this page, sees the page.
    this.back = null;
    this.dialog.close();
    location.href = url;
  }

  /** Put the options of *groups*, whose words are of *query*, in the place of those before. */
  replace(groups, query) {
    this.options = [];
    const shown = groups.filter(({ options }) => options.length).map(({ title, note, options }) => {
      const heading = element("div", "palette-group", title);
      heading.setAttribute("aria-hidden", "true");
      if (note) heading.append(element("span", "palette-note", note));
      const group = element("div", "", heading, ...options.map((option) => this.option(option, query)));
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", title);
      return group;
    });
    this.list.replaceChildren(...shown);
  }

  option(option, query) {
    const number = this.options.push(option) - 1;
    const row = element(option.url ? "a" : "div", option.inner ? "palette-item palette-inner" : "palette-item", ...this.row(option, query));
    if (option.url) Object.assign(row, { href: option.url, tabIndex: -1 });
    row.id = `${this.id}-${number}`;
    row.setAttribute("role", "option");
    row.addEventListener("click", (event) => {
      if (option.url && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault();
      this.go(option, false);
    });
    row.addEventListener("pointermove", () => {
      this.moved = true;
      if (this.chosen !== number) this.choose(number, false);
    });
    return row;
  }

  say(text, status = text) {
    this.empty.textContent = text;
    this.empty.hidden = !text;
    this.status.textContent = status;
  }

  choose(number, scroll = true) {
    this.chosen = number;
    const row = document.getElementById(`${this.id}-${number}`);
    for (const other of this.list.querySelectorAll("[role=option]")) other.setAttribute("aria-selected", String(other === row));
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
    if (number === 0) this.list.scrollTop = 0;
    else if (scroll) row?.scrollIntoView({ block: "nearest" });
  }
}

window.callboard.chooser = { Chooser, drawn, element };
