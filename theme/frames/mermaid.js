/**
 * Draws diagrams of Mermaid for the page that frames this one. The frame is a place of its own: it has no address, no
 * storage and no network, and what leaves it is shown as a picture, in which nothing can run.
 *
 * In: {id, text, dark, colours, font}. Out: {ready: true} once, then {id, svg, width, height} or {id, error}.
 */
const LONGEST = 2e6;
const place = document.getElementById("drawing");
let turn = Promise.resolve();

function variables({ dark, colours, font }) {
  const { ink, faint, line, surface, sunken, accent, soft, note } = colours;
  return {
    darkMode: dark,
    fontFamily: font,
    fontSize: "14px",
    background: surface,
    primaryColor: soft,
    primaryTextColor: ink,
    primaryBorderColor: accent,
    secondaryColor: sunken,
    secondaryTextColor: ink,
    secondaryBorderColor: line,
    tertiaryColor: surface,
    tertiaryTextColor: ink,
    tertiaryBorderColor: line,
    lineColor: faint,
    textColor: ink,
    titleColor: ink,
    nodeTextColor: ink,
    edgeLabelBackground: surface,
    clusterBkg: sunken,
    clusterBorder: line,
    noteBkgColor: note,
    noteTextColor: ink,
    noteBorderColor: line,
    labelBoxBkgColor: sunken,
    actorLineColor: faint,
    signalColor: faint,
    signalTextColor: ink,
    loopTextColor: ink,
  };
}

async function draw({ text, dark, colours, font }) {
  window.mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    deterministicIds: true,
    logLevel: 5,
    theme: "base",
    themeVariables: variables({ dark, colours, font }),
    fontFamily: font,
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    class: { htmlLabels: false },
  });
  const { svg } = await window.mermaid.render("diagram", text, place);
  place.innerHTML = svg;
  const drawn = place.querySelector("svg");
  const box = drawn.viewBox.baseVal;
  const width = Math.ceil(box.width);
  const height = Math.ceil(box.height);
  drawn.removeAttribute("style");
  drawn.setAttribute("width", width);
  drawn.setAttribute("height", height);
  const written = new XMLSerializer().serializeToString(drawn);
  place.replaceChildren();
  if (!(width > 0 && height > 0) || written.length > LONGEST) throw new Error("nothing that can be shown");
  return { svg: written, width, height };
}

window.addEventListener("message", ({ source, data }) => {
  if (source !== window.parent) return;
  turn = turn
    .then(() => draw(data))
    .catch((error) => ({ error: String(error?.message ?? error) }))
    .then((answer) => window.parent.postMessage({ id: data.id, ...answer }, "*"));
});
window.parent.postMessage({ ready: true }, "*");
