/**
 * The interactive reference of an API, for the page that frames this one. The frame is a place of its own: it has no
 * address, no storage and no network, and it is told the definition and the colours.
 *
 * Out: {ready: true} once, then {shown: true} or {error}, and {follow} for a link that leads out. In: {definition, colours, font, mono}.
 */
const LOADED = "img, picture, source, video, audio, track, image, feImage, form, input, button, select, textarea, style, link, meta, template";
const KEPT = new Set(["href", "title", "class", "colspan", "rowspan", "align", "start", "dir", "lang", "open"]);
const place = document.getElementById("drawing");
const parse = DOMParser.prototype.parseFromString;

/** What Redoc's own cleaner reads, without what it would leave in: what loads and what sends, names, styles, and odd addresses. */
DOMParser.prototype.parseFromString = function (text, type) {
  const found = parse.call(this, String(text).replace(/<(\/?)base\b/gi, "<$1span"), type);
  for (const element of found.querySelectorAll(LOADED)) element.remove();
  for (const element of found.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) if (!KEPT.has(name) || (name === "href" && !/^(https?:|mailto:|#)/i.test(value))) element.removeAttribute(name);
  }
  return found;
};

/** A link that leads out would end the reference, since the frame cannot go anywhere: the page around opens it. */
window.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  window.parent.postMessage({ follow: link.href }, "*");
}, true);

function theme({ ink, faint, line, surface, sunken, accent, bad, ok }, font, mono) {
  return {
    colors: { primary: { main: accent }, success: { main: ok }, error: { main: bad }, text: { primary: ink, secondary: faint }, border: { dark: line, light: line }, responses: { success: { backgroundColor: sunken }, error: { backgroundColor: sunken } } },
    schema: { nestedBackground: sunken, linesColor: line, typeNameColor: faint, typeTitleColor: ink, requireLabelColor: bad },
    typography: { fontSize: "14px", lineHeight: "1.55", fontFamily: font, headings: { fontFamily: font, fontWeight: "620" }, code: { fontFamily: mono, fontSize: "12.5px", backgroundColor: sunken, color: ink }, links: { color: accent, visited: accent, hover: accent } },
    sidebar: { width: "260px", backgroundColor: sunken, textColor: ink, activeTextColor: accent },
    rightPanel: { backgroundColor: "#1f1c19", textColor: "#ede9e2", width: "38%" },
    codeBlock: { backgroundColor: "#12110f" },
    fab: { backgroundColor: surface, color: accent },
  };
}

/** Where Redoc has colours of its own, which know only light paper; and its own link, which leads nowhere from here. */
function mend({ ink, faint, sunken, accent }) {
  const style = document.createElement("style");
  style.textContent = `
    body { margin: 0; }
    h5, h5 span { color: ${faint} !important; }
    .menu-content ~ div svg, .api-content svg polygon { fill: currentColor; }
    .react-tabs__tab { color: #ede9e2 !important; background: transparent !important; border: 1px solid #6b645a !important; }
    .react-tabs__tab--selected { color: #12110f !important; background: #ede9e2 !important; }
    table td, table th { color: ${ink}; }
    input { color: ${ink} !important; }
    a[href="#"][target] { pointer-events: none; color: ${faint} !important; }
    :focus-visible { outline: 2px solid ${accent}; }
    code { background: ${sunken} !important; color: ${ink} !important; }
    pre code, .redoc-json code { background: none !important; color: inherit !important; }
  `;
  document.head.append(style);
}

function show({ definition, colours, font, mono }) {
  mend(colours);
  document.documentElement.style.cssText = `background:${colours.surface};color:${colours.ink}`;
  window.Redoc.init(
    definition,
    { untrustedSpec: true, hideDownloadButton: true, nativeScrollbars: true, hideLoading: true, expandResponses: "200,201", theme: theme(colours, font, mono) },
    place,
    (error) => window.parent.postMessage(error ? { error: String(error?.message ?? error) } : { shown: true }, "*"),
  );
}

window.addEventListener("message", ({ source, data }) => {
  if (source !== window.parent || !data?.definition) return;
  try {
    show(data);
  } catch (error) {
    window.parent.postMessage({ error: String(error?.message ?? error) }, "*");
  }
});
window.parent.postMessage({ ready: true }, "*");
