// What the keyboard comes to on a page, one press of Tab after the other. Answers with the stops that there are to come
// to; with `at`, what is wrong with the stop that has the focus now.
({ at }) => {
  const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true }) && element.getClientRects().length > 0;
  const words = (element) => {
    const said = element.getAttribute("aria-label") || element.labels?.[0]?.innerText || element.innerText || element.name || "";
    return said.replace(/\s+/g, " ").trim();
  };
  const named = (element) => `<${element.localName}> ${words(element).slice(0, 40)}`;
  // One round button of a group is a stop, the others are reached with the arrows.
  const isOfAGroup = (element) => element.type === "radio" && element.name;
  const group = (element) => (isOfAGroup(element) ? [...document.getElementsByName(element.name)].find((one) => one.form === element.form) : element);

  if (!at) {
    const all = [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea, [tabindex='0']")];
    window.stops = all.filter((element) => shown(element) && !element.disabled && group(element) === element);
    window.before = null;
    // A date has a stop for its day, its month, its year and its calendar.
    const presses = (element) => ({ date: 4, "datetime-local": 7 })[element.type] ?? 1;
    return { stops: window.stops.length, presses: window.stops.reduce((sum, element) => sum + presses(element), 0) };
  }
  const element = document.activeElement;
  if (!element || element === document.body) return { number: -1, name: "", wrong: [] };
  const number = (window.stops ?? []).indexOf(group(element));
  const wrong = [];

  // Something of it is in the window, and nothing lies over it, once it has come to rest.
  for (const one of document.getAnimations()) one.finish();
  const looks = [element, ...(element.labels ?? [])];
  const seen = looks.flatMap((one) => [...one.getClientRects()]).some((box) => {
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (left >= right || top >= bottom) return false;
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return looks.some((one) => one.contains(hit) || hit?.contains(one));
  });
  if (!seen) wrong.push(`${named(element)} has the focus and cannot be seen`);
  if (!looks.some((one) => getComputedStyle(one).outlineStyle !== "none")) wrong.push(`${named(element)} does not show that it has the focus`);

  // Down the page: never back up in the same column. On a telephone the header breaks its one line in two, and keeps its order.
  const frame = element.getBoundingClientRect();
  const here = { name: named(element), number, left: frame.left, right: frame.right, top: frame.top + scrollY, bottom: frame.bottom + scrollY };
  const last = element.closest(".site-header") ? null : window.before;
  if (last && last.number >= 0 && number > last.number) {
    const sameColumn = here.left < last.right && last.left < here.right;
    if (sameColumn && here.bottom <= last.top) wrong.push(`${here.name} comes after ${last.name} and stands above it`);
  }
  window.before = here;
  return { number, name: words(element), wrong };
};
