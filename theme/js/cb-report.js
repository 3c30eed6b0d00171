/**
 * What is selected in the article is quoted in a report about the page. Without JavaScript the report has the page only.
 */
const QUESTION = encodeURIComponent(_("What is wrong, or missing?"));
const LONGEST = 600;
const link = document.querySelector(".cb-report");
const written = link?.href;

function quoted() {
  const selection = getSelection();
  const inside = selection.rangeCount && document.querySelector(".prose")?.contains(selection.getRangeAt(0).commonAncestorContainer);
  const text = inside ? selection.toString().trim().slice(0, LONGEST) : "";
  return text ? `${text.replace(/^/gm, "> ")}\n\n` : "";
}

for (const sign of ["pointerdown", "focus", "click"]) {
  link?.addEventListener(sign, () => {
    link.href = written.replace(QUESTION, encodeURIComponent(quoted()) + QUESTION);
  });
}
