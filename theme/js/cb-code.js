/**
 * <cb-code> and highlighted blocks of articles get a button that copies them, and, where a line is longer than the
 * block, one that wraps lines. The mark of a heading copies its address too. Without JavaScript there are none.
 */
const COPY = "M9 9h11v11H9zM5 15V4h11"; // two sheets, drawn as lines
const WRAP = "M4 6h16M4 12h13a3 3 0 0 1 0 6h-4m2-2-2 2 2 2M4 18h5"; // a line that turns back

function button(label, drawing) {
  const made = document.createElement("button");
  made.type = "button";
  made.setAttribute("aria-label", label);
  made.title = label;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", drawing);
  svg.append(path);
  made.append(svg);
  return made;
}

/** Say on *element* that it was copied, for a moment. */
function copied(element, className) {
  const before = element.getAttribute("aria-label");
  if (before === _("Copied")) return;
  element.dataset.copied = _("Copied");
  element.classList.toggle("done", className);
  element.setAttribute("aria-label", _("Copied"));
  setTimeout(() => {
    delete element.dataset.copied;
    element.classList.remove("done");
    element.setAttribute("aria-label", before);
  }, 1500);
}

/** What is in the block *code*, the marks of its notes left out. */
function textOf(code) {
  const copy = code.cloneNode(true);
  for (const mark of copy.querySelectorAll(".cb-mark")) mark.remove();
  return copy.textContent.replace(/\n$/, "");
}

function equip(box) {
  const code = box.querySelector(".code pre") ?? box.querySelector("pre");
  if (!code) return;
  const tools = document.createElement("div");
  tools.className = "code-tools";
  if (navigator.clipboard) {
    const copy = button(_("Copy this code"), COPY);
    copy.className = "copy-code";
    copy.addEventListener("click", () => navigator.clipboard.writeText(textOf(code)).then(() => copied(copy, true)));
    tools.append(copy);
  }
  // Whether a line is too long is asked when somebody comes near, not of every block of every page.
  const near = () => {
    if (tools.querySelector(".wrap-code") || code.scrollWidth <= code.clientWidth + 1) return;
    const wrap = button(_("Wrap long lines"), WRAP);
    wrap.className = "wrap-code";
    wrap.setAttribute("aria-pressed", "false");
    wrap.addEventListener("click", () => wrap.setAttribute("aria-pressed", String(box.classList.toggle("cb-wrapped"))));
    tools.prepend(wrap);
  };
  for (const sign of ["pointerenter", "focusin"]) box.addEventListener(sign, near);
  box.append(tools);
}

class Code extends HTMLElement {
  connectedCallback() {
    equip(this);
  }
}

customElements.define("cb-code", Code);
for (const box of document.querySelectorAll(".prose div.highlight")) equip(box);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".prose .headerlink");
  if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey) return;
  navigator.clipboard.writeText(link.href).then(() => copied(link), () => {});
});
