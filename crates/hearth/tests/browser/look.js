// What a page is looked at for, at one width and in one direction. Gives sentences; none is good.
const found = [];
const name = (element) => {
  const classes = element.getAttribute("class");
  const text = (element.textContent || element.getAttribute("name") || "").trim().slice(0, 40);
  return `<${element.localName}${element.id ? "#" + element.id : ""}${classes ? "." + classes : ""}> ${text}`;
};
const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
const spoken = (element) => element.closest(".hidden, .skip, thead") !== null; // for screen readers only
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) {
  const wide = [...document.body.querySelectorAll("*")]
    .filter((one) => shown(one) && !one.closest(".scroll, pre, .hidden") && (one.getBoundingClientRect().right > root.clientWidth + 1 || one.getBoundingClientRect().left < -1))
    .map(name).slice(-3);
  found.push(`the page is ${root.scrollWidth} wide in a window of ${root.clientWidth}: ${wide.join(" | ")}`);
}
for (const element of document.body.querySelectorAll("*")) {
  if (!shown(element) || element.closest("svg") || spoken(element)) continue;
  const style = getComputedStyle(element);
  if (style.display === "inline" || element.scrollWidth <= element.clientWidth + 1 || element.clientWidth === 0) continue;
  // What is cut, or runs out of its box; what may be scrolled is neither.
  if (["input", "select", "textarea", "option", "progress"].includes(element.localName)) continue;
  if (!["auto", "scroll"].includes(style.overflowX)) found.push(`${element.scrollWidth} in ${element.clientWidth}: ${name(element)}`);
}
// A short word that is broken: its column is too narrow.
for (const cell of document.querySelectorAll("td, th, dt, dd, button, .state, nav a, h1, h2, h3")) {
  if (!shown(cell) || spoken(cell)) continue;
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const word of node.data.matchAll(/(?<![^\s(])[A-Za-z\u0600-\u06ff]{2,12}(?=[\s,.;:)]|$)/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (tops.size > 1) found.push(`the word ${word[0]} is broken in ${name(cell)}`);
    }
  }
}
// Of elements one in the other, the innermost is the cause.
return found.slice(-6);
