/** What is the reader's own, on the home page: figures of what the chosen team or person has, and starred entities. */
const STARS = 8;

/** An icon by name: drawn where no style sheet has it. */
function glyph(columns, name) {
  if (!columns.shapes[name]) return made("i", { className: `icon i-${name}` });
  const [box, content] = columns.shapes[name];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [attribute, value] of [["class", "icon"], ["viewBox", box], ["aria-hidden", "true"]]) svg.setAttribute(attribute, value);
  svg.innerHTML = content;
  return svg;
}

const linked = (columns, n) =>
  made("a", { className: `entity k-${columns.kinds[columns.kind[n]].hue}`, href: columns.url(n), title: columns.ref(n) }, glyph(columns, columns.icon(n)), made("span", {}, columns.titles[n]));

/** So many of a kind, and the way to them. */
function figure(columns, number, { kind, many, written, hue }, url) {
  const content = [glyph(columns, columns.icons.get(kind)), made("b", {}, number.toLocaleString(LANGUAGE)), ` ${number === 1 ? written : many}`];
  return made("li", { className: `k-${hue}` }, made("a", { href: url }, ...content));
}

/** What the team or person *me* has. */
function team(columns, me, catalog) {
  const place = columns.find(me);
  if (place === undefined) return [made("p", { className: "empty-line" }, _`${me} is not in the catalog any more.`, " ", made("a", { href: catalog }, _("Choose again")))];
  const owned = columns.owned([me]);
  const list = made("ul", { className: "type-counts" });
  const worried = owned.filter((n) => columns.worries[n]).length;
  if (worried) {
    const words = made("a", { href: `${catalog}?user=owned&problems=any` }, glyph(columns, "alert-outline"), made("b", {}, worried.toLocaleString(LANGUAGE)), ` ${_("with problems")}`);
    list.append(made("li", { className: "worries" }, words));
  }
  columns.kinds.forEach((kind, number) => {
    const count = owned.filter((n) => columns.kind[n] === number).length;
    if (count) list.append(figure(columns, count, kind, `${catalog}?user=owned&kind=${kind.kind}`));
  });
  const none = made("p", { className: "empty-line" }, _("Owns nothing so far."));
  return [made("p", { className: "yours-who" }, linked(columns, place)), list.children.length ? list : none];
}

/** Starred entities, the last one first. */
function stars(columns, refs, catalog) {
  const places = refs.map((ref) => columns.find(ref)).filter((n) => n !== undefined).reverse();
  const items = places.slice(0, STARS).map((n) => made("li", {}, linked(columns, n)));
  const number = places.length.toLocaleString(LANGUAGE);
  if (places.length > STARS) items.push(made("li", {}, made("a", { href: `${catalog}?user=starred` }, _`All ${number}`)));
  if (!items.length) return [made("p", { className: "empty-line" }, _("What was starred is not in the catalog any more."))];
  return [made("ul", { className: "entities inline" }, ...items)];
}

callboard.startYours = async (host) => {
  const { data, stamp, catalog } = host.dataset;
  const found = await callboard.part(data, "columns", stamp);
  if (!found) return;
  const columns = new Columns(found.columns);
  const [me] = callboard.memory("me").read();
  if (me) host.querySelector(".yours-me > div").replaceChildren(...team(columns, me, catalog));
  host.querySelector(".yours-stars > div").replaceChildren(...stars(columns, callboard.memory("stars").read(), catalog));
};
