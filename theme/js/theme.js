// Set before the first paint, so that a chosen theme never flashes. It is inlined, and its hash stands in the policy.
try {
const chosen = localStorage.getItem("callboard:theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {}
