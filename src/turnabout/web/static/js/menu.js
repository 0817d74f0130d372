// Closes an open menu with Escape, by pressing elsewhere, or when the keyboard moves on.
const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

for (const happening of ["pointerdown", "focusin"]) {
  document.addEventListener(happening, (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
}
