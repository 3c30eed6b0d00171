/**
 * <cb-reference> hands the definition of its page to the interactive reference, which lives in a sandboxed frame: it
 * cannot reach this page, nor anything else. Where it does not come, the plain pages are a link away.
 */
const PATIENCE = 30_000;
const COLOURS = { ink: "--ink", faint: "--ink-2", line: "--line", surface: "--surface", sunken: "--sunken", accent: "--accent", bad: "--bad", ok: "--ok" };

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

class Reference extends HTMLElement {
  connectedCallback() {
    this.status = this.querySelector("[role=status]");
    const loaded = window.callboard.load(this.dataset.definition).then(() => window.callboard.part(this.dataset.folder, "definition"));
    loaded.catch(() => this.fail(_("The definition cannot be loaded.")));
    this.frame = document.createElement("iframe");
    this.frame.className = "reference-frame";
    this.frame.title = this.dataset.title;
    this.frame.setAttribute("sandbox", "allow-scripts");
    window.addEventListener("message", ({ source, data }) => source === this.frame.contentWindow && this.hear(data, loaded));
    this.make();
    const again = () => this.make();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  /** The frame anew: what it draws does not change its colours. */
  make() {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.fail(_("The reference does not answer.")), PATIENCE);
    this.status.textContent = _("Opening the reference…");
    this.status.hidden = false;
    this.frame.remove();
    this.frame.src = window.callboard.address("assets/redoc/frame.html");
    this.append(this.frame);
  }

  async hear(data, loaded) {
    if (data?.ready) {
      const { columns } = await loaded;
      const style = getComputedStyle(document.body);
      this.frame.contentWindow?.postMessage({ definition: columns, colours: colours(), font: style.fontFamily, mono: style.getPropertyValue("--mono") }, "*");
    } else if (data?.shown) {
      clearTimeout(this.watch);
      this.status.hidden = true;
    } else if (/^(https?|mailto):/.test(data?.follow)) window.open(data.follow, "_blank", "noopener,noreferrer");
    else if (data?.error) this.fail(_("The reference cannot show this definition."));
  }

  fail(message) {
    clearTimeout(this.watch);
    this.frame.remove();
    this.status.textContent = message;
    this.status.hidden = false;
  }
}

customElements.define("cb-reference", Reference);
