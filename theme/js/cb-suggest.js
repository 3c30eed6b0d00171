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

class Suggest extends HTMLElement {
  async connectedCallback() {
    const words = decodeURIComponent(location.pathname).toLowerCase().split("/").filter((word) => word && !word.endsWith(".html"));
    const wanted = words.at(-1);
    if (!wanted) return;
    const root = document.documentElement.dataset.root ?? "";
    const found = await window.callboard.part(`${root}assets/search/`, "palette").catch(() => null);
    if (!found) return;
    const { groups, names } = found.columns;
    const all = names.split("\n");
    const near = [];
    let n = 0;
    for (const [kind, namespace, count] of groups) {
      for (const end = n + count; n < end; n++) {
        const name = all[n];
        const far = name.includes(wanted) || wanted.includes(name) ? 0.5 : distance(name, wanted);
        if (far <= Math.max(2, wanted.length / 3)) near.push([far, `${kind}:${name}`, `catalog/${namespace}/${kind}/${name}/`]);
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
    title.textContent = "Did you mean one of these?";
    this.append(title, list);
  }
}

customElements.define("cb-suggest", Suggest);
