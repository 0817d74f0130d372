// What a page owes whoever opens it, beyond what axe looks at. Answers with sentences, one for each thing to change.
({ source, isPhone }) => {
  const wrong = [];
  const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true }) && element.getClientRects().length > 0;
  const named = (element) => {
    const words = (element.innerText || element.getAttribute("aria-label") || element.name || element.id || "").trim().slice(0, 40);
    return `<${element.localName}> ${words}`;
  };
  const all = (query, root = document) => [...root.querySelectorAll(query)];

  // One heading, a title, nothing wider than the screen.
  const headings = all("h1");
  if (headings.length !== 1) wrong.push(`${headings.length} h1 instead of one`);
  if (!document.title.replace("· Turnabout", "").trim()) wrong.push("no title");
  const tooWide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (tooWide > 0) wrong.push(`${tooWide} px wider than the screen`);

  // Targets that a finger meets, and a focus that the eye finds. Links inside a sentence may be as high as the line.
  const targets = all("a[href], button, summary, input:not([type=hidden]), select, textarea").filter(shown);
  for (const element of targets) {
    if (element.closest(".visually-hidden, .skip-link")) continue;
    const isInline = element.localName === "a" && getComputedStyle(element).display === "inline";
    const boxes = [element, ...(element.labels ?? [])].map((one) => one.getBoundingClientRect());
    const height = Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top));
    const width = Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left));
    const alone = isInline && element.closest("p, li, td, th, dd, h1, h2, h3")?.innerText.trim() === element.innerText.trim();
    if ((!isInline || alone) && (height < 23.5 || width < 23.5)) wrong.push(`${named(element)} is ${Math.round(width)} x ${Math.round(height)} px`);
  }
  for (const element of targets) {
    if (element.disabled) continue;
    element.focus({ focusVisible: true, preventScroll: true });
    if (document.activeElement !== element) continue;
    const looks = [element, ...(element.labels ?? [])].map((one) => getComputedStyle(one));
    if (!looks.some((look) => look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2)) wrong.push(`${named(element)} does not show its focus`);
  }
  document.activeElement?.blur();
  // Whoever speaks to the browser says what is written on the button.
  const plain = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();
  for (const element of all("a[aria-label], button[aria-label], summary[aria-label]").filter(shown)) {
    if (!plain(element.getAttribute("aria-label")).includes(plain(element.innerText))) wrong.push(`${named(element)} is called something else`);
  }
  if (isPhone) return wrong;

  // As the server wrote it, before any script: every verb is a link or a button of a form.
  const written = new DOMParser().parseFromString(source, "text/html");
  const offered = (element) => !element.closest("[hidden], [data-dismiss]");
  for (const button of all("button", written).filter(offered)) {
    if (!button.form || (button.type !== "submit" && button.type !== "reset")) wrong.push(`${named(button)} needs a script`);
  }
  for (const link of all("a", written).filter(offered)) {
    const to = link.getAttribute("href");
    if (!to || to === "#" || to.startsWith("javascript:")) wrong.push(`${named(link)} leads nowhere`);
    if (to?.startsWith("#") && to.length > 1 && !written.getElementById(to.slice(1))) wrong.push(`${named(link)} leads to a missing ${to}`);
  }
  for (const control of all("input:not([type=hidden]), select, textarea", written).filter(offered)) {
    if (!control.form) wrong.push(`${named(control)} belongs to no form`);
  }
  for (const form of all("form", written).filter(offered)) {
    const isSent = [...form.elements].some((element) => element.type === "submit");
    if (!isSent) wrong.push(`form ${form.getAttribute("action")} has no button`);
    if (form.method === "post" && !form.elements.csrfmiddlewaretoken) wrong.push(`form ${form.getAttribute("action")} has no token`);
  }
  for (const element of all("*", written)) {
    for (const attribute of element.attributes) {
      if (/^on[a-z]+$/.test(attribute.name) || attribute.name === "style") wrong.push(`${named(element)} has ${attribute.name}=`);
    }
  }
  const primary = all('main .button[data-kind="primary"], main .choice-list-choice[data-kind="primary"]').filter(shown);
  if (primary.length > 1) wrong.push(`${primary.length} primary actions: ${primary.map((one) => one.innerText).join(" / ")}`);
  const ids = all("[id]", written).map((element) => element.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length) wrong.push(`id used twice: ${[...new Set(twice)].join(", ")}`);
  return wrong;
};
