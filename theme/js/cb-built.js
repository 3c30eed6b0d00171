/**
 * <cb-built> says how old the portal is, from the build's record; and times of the page become relative.
 *
 * Pages carry no build time, so that an unchanged night changes no page. Without JavaScript, or from a file, the
 * link to the health page stands. The absolute time stays in the tooltip.
 */
const STEPS = [
  [60, "second", 1],
  [3600, "minute", 60],
  [86400, "hour", 3600],
  [2592000, "day", 86400],
  [31536000, "month", 2592000],
  [Infinity, "year", 31536000],
];

function relative(then, now = Date.now()) {
  const seconds = (then - now) / 1000;
  const [, unit, size] = STEPS.find(([limit]) => Math.abs(seconds) < limit);
  return new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

class Built extends HTMLElement {
  async connectedCallback() {
    for (const time of document.querySelectorAll("time[title]")) time.textContent = relative(new Date(time.dateTime));
    if (location.protocol === "file:") return;
    try {
      const record = await (await fetch(window.callboard.address("api/built.json"))).json();
      const at = new Date(record.built_at);
      const link = this.querySelector("a");
      const { repositories, entities } = record.counts;
      const [when, from, of] = [relative(at), ngettext(repositories, `${repositories} repository`, `${repositories} repositories`), ngettext(entities, `${entities} entity`, `${entities} entities`)];
      link.textContent = _`Built ${when} from ${from}, ${of}`;
      const moment = at.toLocaleString(DATES, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
      link.title = _`${moment} UTC`;
      const hours = (Date.now() - at) / 3600000;
      this.dataset.age = hours > 72 ? "old" : hours > 36 ? "ageing" : "fresh";
    } catch {
      // The record may be unreachable; the link stays as it is.
    }
  }
}

customElements.define("cb-built", Built);
