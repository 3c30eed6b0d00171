/**
 * Pictures of articles that are shown smaller than they are, and drawings, can be enlarged. Without JavaScript they
 * stand as they are. What enlarges them is loaded with the first that is.
 */
const manual = document.querySelector("cb-find");

/** A picture that is a link, or in one, leads there; a small one is a sign in the text. */
function gains(picture) {
  if (picture.closest("a, button, summary, .cb-drawn, .tabbed-labels")) return false;
  const { naturalWidth: width, naturalHeight: height } = picture;
  const box = picture.getBoundingClientRect();
  if (!width || box.width < 120 || box.height < 60) return false;
  return /\.svg(?:[?#]|$)/i.test(picture.src) || width > box.width * 1.1 || height > box.height * 1.1;
}

function open(content) {
  window.callboard.need("zoom", "dialogs").then(() => window.callboard.enlarge(content), () => {});
}

/** Put *picture* into a button. */
function offer(picture) {
  if (!gains(picture)) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "zoom";
  button.title = _("Enlarge");
  button.setAttribute("aria-haspopup", "dialog");
  if (!picture.alt) button.setAttribute("aria-label", _("Enlarge this picture"));
  picture.replaceWith(button);
  button.append(picture);
  button.addEventListener("click", () => open(picture));
}

/** A drawing has links of its own, so its button stands beside it. */
window.callboard.offerZoom = (figure) => {
  if (!manual || figure.querySelector(".zoom-drawing")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "zoom-drawing";
  button.textContent = _("Enlarge");
  button.setAttribute("aria-haspopup", "dialog");
  button.addEventListener("click", () => open(figure.querySelector(".cb-drawn > :is(img, svg)")));
  figure.append(button);
};

if (manual) {
  for (const picture of document.querySelectorAll(".prose img")) {
    if (picture.complete) offer(picture);
    else picture.addEventListener("load", () => offer(picture), { once: true });
  }
  for (const figure of document.querySelectorAll(".prose .cb-drawing")) window.callboard.offerZoom(figure);
}
