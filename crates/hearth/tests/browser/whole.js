// What a page is asked once, whatever its width. Gives sentences; none is good.
const found = [];
const check = (is_good, told) => { if (!is_good) found.push(told); };
const all = (selector) => [...document.querySelectorAll(selector)];
const navigation = performance.getEntriesByType("navigation")[0];
check(navigation && navigation.responseStatus < 400, `status ${navigation && navigation.responseStatus}`);
check(all("h1").length === 1, `${all("h1").length} headings of the first rank`);
check(document.documentElement.lang !== "", "no language");
check(["ltr", "rtl"].includes(document.documentElement.dir), "no direction");
check(document.title.trim() !== "", "no title");
const ids = all("[id]").map((element) => element.id);
check(new Set(ids).size === ids.length, `ids that are not unique: ${ids.filter((id, place) => ids.indexOf(id) !== place)}`);
for (const table of all("table")) check(table.querySelector("th[scope]"), "a table without header cells");
for (const svg of all("svg")) {
  const has_name = svg.getAttribute("aria-label") || svg.getAttribute("aria-labelledby") || svg.querySelector(":scope > title");
  check(svg.closest("[aria-hidden=true]") || has_name, "a drawing without a name");
}
for (const control of all("input:not([type=hidden]), select, textarea")) {
  check(control.labels.length > 0 || control.getAttribute("aria-label"), `no label: ${control.name}`);
}
let rank = 0;
for (const heading of all("h1, h2, h3, h4, h5, h6")) {
  const own = Number(heading.localName[1]);
  check(own <= rank + 1, `a heading of rank ${own} after ${rank}: ${heading.textContent}`);
  rank = own;
}
for (const link of all("a[href^='#']")) check(document.getElementById(decodeURIComponent(link.hash.slice(1))), `no place ${link.hash}`);
check(all("script").length === 0 && all("[onclick], [onload], [onerror]").length === 0, "a script");
return found;
