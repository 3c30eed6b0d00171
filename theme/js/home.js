// Room for what is the reader's own is there before the first paint, so that nothing moves when it comes. It is inlined on the home page, with its hash in the policy.
try {
const { dataset } = document.documentElement;
const place = new URL(dataset.root || "./", document.baseURI).pathname;
dataset.yours = ["me", "stars"].filter((name) => JSON.parse(localStorage.getItem(`callboard:${place}:${name}`))?.length).join(" ");
} catch {}
