/**
 * Diagrams of Mermaid, where a page has any: one frame, which nobody sees, draws them all, and the page shows pictures.
 *
 * The frame is sandboxed (architecture, decision 12): it cannot reach this page, and it is told nothing but the text and
 * the colours. Without JavaScript, and where a text cannot be drawn, the text stays.
 */
const PATIENCE = 20_000;
const LONGEST = 2_000_000;
/** What stands around a picture in its box, in pixels; and how far a picture is made smaller to fit its room. */
const AROUND = 66;
const SMALLEST = 0.75;
const COLOURS = { ink: "--ink", faint: "--ink-3", line: "--line-strong", surface: "--surface", sunken: "--sunken", accent: "--accent", soft: "--accent-soft", note: "--warn-soft" };
const texts = [...document.querySelectorAll(".prose pre.mermaid")];

/** The theme's colours as rgb(): what draws knows no other functions. */
function colours() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const found = {};
  for (const [name, token] of Object.entries(COLOURS)) {
    probe.style.color = `var(${token})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

class Diagram {
  constructor(text) {
    this.text = text;
    this.source = text.textContent;
  }

  show({ svg, width, height }) {
    if (typeof svg !== "string" || svg.length > LONGEST || !(width > 0 && height > 0)) return;
    if (!this.picture) this.make();
    this.picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    this.picture.width = width;
    this.picture.height = height;
    const room = this.room - AROUND;
    const fits = height > room && height * SMALLEST <= room;
    this.picture.style.maxBlockSize = fits ? `${room}px` : "";
    this.picture.style.inlineSize = fits ? "auto" : "";
  }

  /** The picture takes the place that was kept for it, so that what follows moves as little as it can. */
  make() {
    const figure = document.createElement("figure");
    figure.className = "cb-drawing";
    this.room = this.text.offsetHeight;
    figure.style.minBlockSize = `${this.room}px`;
    const box = document.createElement("div");
    box.className = "cb-drawn";
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", _("Diagram"));
    this.picture = document.createElement("img");
    this.picture.alt = _("Diagram of the text that follows");
    const details = document.createElement("details");
    details.className = "cb-drawing-text";
    const summary = document.createElement("summary");
    summary.textContent = _("Text of this diagram");
    this.text.replaceWith(figure);
    details.append(summary, this.text);
    box.append(this.picture);
    figure.append(box, details);
    window.callboard.offerZoom?.(figure);
  }
}

class Frame {
  constructor(diagrams) {
    this.diagrams = diagrams;
    this.round = 0;
    this.element = document.createElement("iframe");
    this.element.className = "cb-drawing-frame";
    this.element.setAttribute("sandbox", "allow-scripts");
    this.element.setAttribute("aria-hidden", "true");
    this.element.tabIndex = -1;
    this.element.title = _("Draws the diagrams of this page");
    this.element.src = window.callboard.address("assets/mermaid/frame.html");
    window.addEventListener("message", (event) => event.source === this.element.contentWindow && this.hear(event.data));
    document.body.append(this.element);
    this.watch = setTimeout(() => this.element.remove(), PATIENCE);
  }

  hear(data) {
    if (data?.ready) {
      clearTimeout(this.watch);
      this.ask();
      return;
    }
    const [round, number] = Array.isArray(data?.id) ? data.id : [];
    if (round === this.round) this.diagrams[number]?.show(data);
  }

  ask() {
    this.round += 1;
    const said = { dark: dark(), colours: colours(), font: getComputedStyle(document.body).fontFamily };
    this.diagrams.forEach((diagram, number) => {
      this.element.contentWindow?.postMessage({ id: [this.round, number], text: diagram.source, ...said }, "*");
    });
  }
}

const system = matchMedia("(prefers-color-scheme: dark)");
const dark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";

if (texts.length) {
  const frame = new Frame(texts.map((text) => new Diagram(text)));
  system.addEventListener("change", () => frame.ask());
  new MutationObserver(() => frame.ask()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
}
