/**
 * <cb-code> and highlighted blocks of articles get a button that copies them. Without JavaScript there is none.
 */
const ICON = "M9 9h11v11H9zM5 15V4h11"; // two sheets, drawn as lines

function addButton(box) {
  const code = box.querySelector(".code pre, pre");
  if (!code || !navigator.clipboard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-code";
  button.setAttribute("aria-label", "Copy this code");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICON);
  svg.append(path);
  button.append(svg);
  button.addEventListener("click", async () => {
    const copy = code.cloneNode(true);
    for (const mark of copy.querySelectorAll(".cb-mark")) mark.remove();
    await navigator.clipboard.writeText(copy.textContent.replace(/\n$/, ""));
    button.classList.add("done");
    button.setAttribute("aria-label", "Copied");
    setTimeout(() => {
      button.classList.remove("done");
      button.setAttribute("aria-label", "Copy this code");
    }, 1500);
  });
  box.append(button);
}

class Code extends HTMLElement {
  connectedCallback() {
    addButton(this);
  }
}

customElements.define("cb-code", Code);
for (const box of document.querySelectorAll(".prose div.highlight")) addButton(box);
