/**
 * A picture over the whole window, in a dialog: fitted, or, when pressed again, in its own size where that is larger.
 */
const { callboard } = window;

/** What stands below or beside a picture as its words. */
function words(content) {
  if (content.closest(".cb-drawing")) return _("Diagram");
  const caption = content.closest("figure")?.querySelector("figcaption")?.textContent.trim();
  return caption || content.title || content.alt || "";
}

function opened(content) {
  const copy = content.cloneNode(true);
  for (const name of ["id", "class", "style", "loading", "title"]) copy.removeAttribute(name);
  if (copy.tagName === "svg") {
    const box = copy.viewBox.baseVal;
    // What is drawn in the page keeps its names there: two parts of one name would take each other's place.
    for (const part of copy.querySelectorAll("[id]")) part.removeAttribute("id");
    if (box?.width) Object.entries({ width: box.width, height: box.height }).forEach(([name, value]) => copy.setAttribute(name, value));
    copy.setAttribute("class", "zoom-drawn");
  } else copy.alt = content.alt;
  return copy;
}

callboard.enlarge = (content) => {
  const label = words(content);
  const dialog = document.createElement("dialog");
  dialog.className = "zoomed";
  dialog.setAttribute("aria-label", label || _("Picture"));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "palette-close";
  const word = document.createElement("span");
  word.className = "quiet";
  word.textContent = `${_("Close")} `;
  close.append(word, "esc");
  const stage = document.createElement("div");
  stage.className = "zoom-stage";
  stage.tabIndex = 0;
  stage.setAttribute("role", "group");
  stage.setAttribute("aria-label", _("Enlarged picture"));
  const picture = opened(content);
  stage.append(picture);
  const foot = document.createElement("p");
  foot.className = "zoom-words";
  foot.textContent = label === _("Diagram") ? "" : label;
  dialog.append(close, stage, foot);
  document.body.append(dialog);
  const own = content.closest(".cb-own-colours") ? "own" : "";
  if (own) stage.classList.add("zoom-paper");
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("a")) return;
    if (event.target.closest?.("img, svg")) stage.classList.toggle("zoom-full");
    else dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  // The close button would be the first to have the focus; the picture is what people came for.
  stage.focus();
};
