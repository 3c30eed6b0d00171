// Set before the first paint, so that a chosen theme never flashes, and chosen rows never jump. It is inlined, and its hash stands in the policy.
try {
const { dataset } = document.documentElement;
if (location.search) dataset.asked = "";
for (const name of ["theme", "rows", "hide"]) {
const kept = localStorage.getItem(`callboard:${name}`);
if (kept) dataset[name] = kept;
}
} catch {}
