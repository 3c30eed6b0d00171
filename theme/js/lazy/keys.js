/**
 * The sheet of keyboard shortcuts: those of the rail's entries, and those that every page has.
 */
/** Keys of some pages, with what those pages have. */
const SOME = [
  [["j"], _("Next row"), "cb-catalog"],
  [["k"], _("Previous row"), "cb-catalog"],
  [["↵"], _("Open the entity"), "cb-catalog"],
  [["x"], _("Peek at it beside the list"), "cb-catalog"],
  [["f"], _("Search this manual"), "cb-find"],
  [["n"], _("Next page"), ".turn-next"],
  [["p"], _("Previous page"), ".turn-previous"],
];
const OTHERS = [
  [["s"], _("Star this entity")],
  [["y"], _("Copy the reference of this entity")],
  [["t"], _("Change the theme")],
  [["?"], _("This sheet")],
];

function element(tag, attributes, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

function row(keys, ...what) {
  const caps = keys.flatMap((key) => [" ", element("kbd", {}, key)]).slice(1);
  return element("div", {}, element("dt", {}, ...caps), element("dd", {}, ...what));
}

/** The dialog of *keys*, the element that follows the keys. */
callboard.makeSheet = (keys) => {
  const find = row(["/"], _("Search or jump"));
  find.firstChild.append(` ${_("or")} `, element("kbd", {}, "Ctrl"), " ", element("kbd", {}, "K"));
  const places = [...document.querySelectorAll(".rail a[data-key]")].map((link) =>
    row(["g", link.dataset.key], element("a", { href: link.getAttribute("href") }, link.textContent.trim())),
  );
  const some = SOME.filter(([, , there]) => document.querySelector(there));
  const list = element("dl", { class: "keys" }, find, ...places, ...[...some, ...OTHERS].map(([caps, what]) => row(caps, what)));
  const box = element("input", { type: "checkbox" });
  box.checked = keys.active;
  box.addEventListener("change", () => keys.choose(box.checked));
  const close = element("button", { type: "button", class: "button" }, _("Close"));
  const title = element("h2", { id: "cb-keys-title" }, _("Keyboard shortcuts"));
  const sheet = element("dialog", { class: "sheet", "aria-labelledby": "cb-keys-title" }, title, list, element("p", {}, element("label", {}, box, ` ${_("Single-key shortcuts")}`)), close);
  close.addEventListener("click", () => sheet.close());
  // Not into the element, which narrow screens hide.
  document.body.append(sheet);
  return sheet;
};
