// A 404 page is served at any depth, and where the portal's address is not configured only a script can find its
// root: the nearest folder to the host's root that has the build's record. It is inlined, with its hash in the policy.
(async () => {
const parts = location.pathname.split("/").slice(1, -1);
for (let n = 0; n <= parts.length; n++) {
const root = `/${parts.slice(0, n).map((part) => `${part}/`).join("")}`;
const answer = await fetch(`${root}api/build.json`, { method: "HEAD" }).catch(() => null);
if (!answer?.ok) continue;
document.documentElement.dataset.root = root;
const mend = (element, name) => {
const value = element.getAttribute(name);
if (value && !/^([a-z]+:|\/|#)/i.test(value)) element.setAttribute(name, root + value.replace(/^\.\//, ""));
};
for (const element of document.querySelectorAll("[href]")) mend(element, "href");
for (const element of document.querySelectorAll("[data-data], [data-script], [data-pages], [data-url]"))
for (const name of ["data-data", "data-script", "data-pages", "data-url"]) mend(element, name);
for (const old of document.querySelectorAll("script[src]")) {
const script = document.createElement("script");
script.src = root + old.getAttribute("src");
if (n > 0 || parts.length > 0) old.replaceWith(script);
}
return;
}
})();
