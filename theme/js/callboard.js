/**
 * What scripts of the portal share: loading a file once, and the columns that data scripts hand over.
 *
 * Data comes as scripts, because a page that was opened from a file may load nothing else.
 */
const parts = new Map();
const loading = new Map();

function load(url) {
  const address = new URL(url, document.baseURI).href;
  if (!loading.has(address)) {
    loading.set(
      address,
      new Promise((resolve, reject) => {
        const styles = address.endsWith(".css");
        const made = document.createElement(styles ? "link" : "script");
        // Scripts run in the order in which they were asked for, so that one may use what an earlier one defines.
        Object.assign(made, styles ? { rel: "stylesheet", href: address } : { src: address, async: false });
        made.addEventListener("load", resolve);
        made.addEventListener("error", () => {
          loading.delete(address);
          reject(new Error(`${address} cannot be loaded`));
        });
        document.head.append(made);
      }),
    );
  }
  return loading.get(address);
}

/** The portal's root, as this page sees it. */
const root = () => document.documentElement.dataset.root ?? "";

window.callboard = {
  load,

  /** Load parts of the theme that few pages use, by name (FILES stands where this script is put together). */
  need: (...names) => Promise.all(names.map((name) => load(`${root()}${FILES[name]}`))),

  /** Where the data of the palette and of the search is. */
  get data() {
    return `${root()}assets/search/`;
  },

  /** Called by data scripts. */
  take(name, stamp, columns) {
    parts.set(name, { stamp, columns });
  },

  /** The columns of *name*; null where they belong to another build than *stamp*. */
  async part(folder, name, stamp = null) {
    await load(`${folder}${name}.js`);
    const found = parts.get(name);
    return stamp === null || found.stamp === stamp ? found : null;
  },

  /** The address of a route of the portal, as this page writes addresses. */
  address(route) {
    const { links } = document.documentElement.dataset;
    const path = route.split("#");
    const file = links === "files" && (path[0] === "" || path[0].endsWith("/")) ? `${path[0]}index.html` : path[0];
    const written = file.split("/").map(encodeURIComponent).join("/");
    return `${root()}${written}${path[1] ? `#${path[1]}` : ""}` || "./";
  },

  /** Where this browser remembers things of this portal; other portals of one host are kept apart. */
  memory(name) {
    const key = `callboard:${new URL(root() || "./", document.baseURI).pathname}:${name}`;
    return {
      read() {
        try {
          return JSON.parse(localStorage.getItem(key)) ?? [];
        } catch {
          return [];
        }
      },
      write(value) {
        try {
          localStorage.setItem(key, JSON.stringify(value));
        } catch {
          // Storage may be refused; nothing is remembered then.
        }
      },
    };
  },
};
