/**
 * The search of one manual: a combobox in a dialog. Without words it lists the manual's pages; with words, pages whose
 * titles have them at once, and after a pause what the full text says, each page with its parts.
 */
const { callboard } = window;
const PAUSE = 120;
const PARTS = 3;
const { Chooser, drawn, element } = callboard.chooser;

/** *parts* of an excerpt from a little before its first mark on: a line shows no more than its beginning. */
function fromMark([first, ...parts]) {
  if (typeof first !== "string" || !parts.length || first.length < 48) return [first, ...parts].filter(Boolean);
  return [`…${first.slice(-40).replace(/^\S*\s/, " ")}`, ...parts];
}

const wordsOf = (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/** *text* with what begins like a word of the query marked. */
function marked(text, query) {
  const words = wordsOf(query);
  if (!words.length) return [text];
  return text.split(new RegExp(`(?<![\\p{L}\\p{N}])(${words.join("|")})`, "giu")).map((part, n) => (n % 2 ? element("mark", "", part) : part));
}

class Find extends Chooser {
  constructor({ dataset: { title }, link }) {
    super("cb-find", _`Search in ${title}`, "palette find");
    this.everywhere = link.href.split("?")[0];
    this.pages = this.known();
    this.note = element("span", "find-note");
    this.foot.append(this.note);
    callboard.need("search").catch(() => {});
  }

  /** Pages of the manual, as its navigation names them, each with the section that it is in. */
  known() {
    const sections = (link) => {
      const found = [];
      for (let at = link.closest("ul"); at; at = at.parentElement.closest("ul")) {
        const title = at.parentElement.matches("details") && at.parentElement.querySelector(":scope > summary");
        if (title) found.unshift(title.textContent.trim());
      }
      return found.join(" › ");
    };
    const links = [...document.querySelectorAll(".manual-nav a:not([rel])")];
    return links.map((link) => ({ title: link.textContent.trim(), url: link.href, sub: sections(link), icon: "docs" }));
  }

  /** Whoever is faster than the search gets what it finds. */
  async enter(aside) {
    if (this.options.length === 1 && this.pending) await this.pending;
    if (this.options[this.chosen]) this.go(this.options[this.chosen], aside);
  }

  show() {
    const query = this.input.value.trim();
    const turn = ++this.turn;
    clearTimeout(this.pause);
    const words = wordsOf(query);
    const titled = this.pages.filter(({ title }) => words.every((word) => wordsOf(title).some((own) => own.startsWith(word))));
    this.fill([{ title: _("Pages"), options: titled }], query, words.length > 0);
    this.pending = words.length
      ? new Promise((done) => {
          this.pause = setTimeout(() => this.search(query, titled, turn).finally(done), PAUSE);
        })
      : null;
  }

  async search(query, titled, turn) {
    let found;
    try {
      await callboard.need("search");
      found = await callboard.findInManual(callboard.data, document.documentElement.dataset.ref, query);
    } catch {
      if (turn === this.turn) this.say(_("The text cannot be searched now. Titles are."));
      return;
    }
    if (turn !== this.turn || !this.dialog.open) return;
    const sections = new Map(this.pages.map(({ url, sub }) => [url, sub]));
    const options = found.pages.flatMap(({ title, url, text, parts }) => {
      const page = new URL(url, document.baseURI).href;
      const shown = parts.slice(0, PARTS);
      return [
        { title, sub: sections.get(page) ?? "", url: page, icon: "docs", text: shown.length ? [] : text },
        ...shown.map((part) => ({ title: part.title, url: part.url, icon: "part", text: part.text, inner: true })),
      ];
    });
    const there = new Set(options.map(({ url }) => url));
    const keep = this.chosen < this.options.length - 1 ? this.options[this.chosen].url : "";
    this.fill([{ title: _("Pages"), options: titled.filter(({ url }) => !there.has(url)) }, { title: _("In the text"), options }], query, false, keep);
    this.note.textContent = found.note;
  }

  /** Show *groups*, and the way to search everything; the option that was chosen stays so. */
  fill(groups, query, more, keep = "") {
    const everything = { title: _`Search everything for “${query}”`, url: `${this.everywhere}?query=${encodeURIComponent(query)}`, icon: "search" };
    this.replace([...groups, { title: _("More"), options: query ? [everything] : [] }], query);
    const number = this.options.length - (query ? 1 : 0);
    this.say(number || more ? "" : _("Nothing in this manual has these words."), more && !number ? _("Searching…") : ngettext(number, `${number} result`, `${number} results`));
    this.choose(Math.max(0, this.options.findIndex(({ url }) => url === keep)));
  }

  row({ title, sub = "", icon, text = [] }, query) {
    const words = element("span", "palette-title", ...marked(title, icon === "search" ? "" : query));
    const lines = element("span", "find-lines", element("span", "palette-text", words, element("span", "palette-sub", sub)));
    if (text.length) lines.append(element("span", "find-text", ...fromMark(text)));
    return [drawn(icon), lines];
  }
}

let find = null;
callboard.openFind = (host, back, typed) => {
  find ??= new Find(host);
  find.open(back, typed);
};
