/**
 * <cb-suggest> names the pages whose addresses are nearest to the one that was not found.
 *
 * Without JavaScript the link to the search page stands alone.
 */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}

/** What the last parts of the address may name, the last one first. */
function wanted() {
  let path = location.pathname;
  try {
    path = decodeURIComponent(path);
  } catch {
    // An address may hold a percent sign that means nothing.
  }
  const words = path.toLowerCase().split("/").map((word) => word.replace(/(^index)?\.html$/, ""));
  return words.filter(Boolean).reverse().slice(0, 3);
}

class Suggest extends HTMLElement {
  async connectedCallback() {
    const words = wanted();
    if (!words.length) return;
    const found = await window.callboard.part(window.callboard.data, "palette").catch(() => null);
    if (!found) return;
    const { groups, names } = found.columns;
    const all = names.split("\n");
    const near = [];
    let n = 0;
    for (const [kind, namespace, count] of groups) {
      for (const end = n + count; n < end; n++) {
        const name = all[n];
        const far = words.map((word, place) => {
          if (name === word) return place;
          if (word.length > 3 && (name.includes(word) || (name.length > 3 && word.includes(name)))) return place + 0.5;
          const edits = Math.abs(name.length - word.length) > 4 ? 9 : distance(name, word);
          return edits <= Math.max(2, word.length / 3) ? place + edits : 99;
        });
        if (Math.min(...far) < 9) near.push([Math.min(...far), `${kind}:${name}`, `catalog/${namespace}/${kind}/${name}/`]);
      }
    }
    near.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
    if (!near.length) return;
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.append(
      ...near.slice(0, 6).map(([, label, route]) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = window.callboard.address(route);
        link.textContent = label;
        item.append(link);
        return item;
      }),
    );
    const title = document.createElement("p");
    title.textContent = _("Did you mean one of these?");
    this.append(title, list);
  }
}

customElements.define("cb-suggest", Suggest);
