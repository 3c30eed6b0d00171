// A 404 page is served at any depth, and where the portal's address is not configured only a script can find its
// root: the nearest folder above that has the build's record. It is inlined, with its hash in the policy.
(async () => {
const parts = location.pathname.split("/").slice(1, -1);
for (let n = parts.length; n >= 0; n--) {
const root = `/${parts.slice(0, n).map((part) => `${part}/`).join("")}`;
const record = await fetch(`${root}api/built.json`).then((answer) => answer.json()).catch(() => null);
if (record?.generator !== "callboard") continue;
// In the folder of the root itself the addresses are right as they are, and the scripts have run.
if (n === parts.length) return;
document.documentElement.dataset.root = root;
for (const element of document.querySelectorAll("[href]")) {
const value = element.getAttribute("href");
if (value && !/^([a-z]+:|\/|#)/i.test(value)) element.setAttribute("href", root + value.replace(/^\.\//, ""));
}
for (const old of document.querySelectorAll('script[src]:not([src^="/"])')) {
const script = document.createElement("script");
script.src = root + old.getAttribute("src");
old.replaceWith(script);
}
return;
}
})();
