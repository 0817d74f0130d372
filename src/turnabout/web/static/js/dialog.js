// Lifts a question that opens in place into a modal dialog; without this script it stays in place.
function lift(shell) {
  const summary = shell.querySelector(":scope > summary");
  const panel = shell.querySelector(":scope > .dialog-panel");
  const title = panel.querySelector("h2");
  panel.querySelector("[data-dismiss]").hidden = false;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  if (title) {
    title.id ||= `dialog-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    dialog.setAttribute("aria-labelledby", title.id);
  }
  dialog.append(panel);
  shell.after(dialog);
  summary.setAttribute("aria-haspopup", "dialog");
  summary.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-dismiss]")) dialog.close();
  });
  dialog.addEventListener("close", () => summary.focus());
}

function start(root) {
  for (const shell of root.querySelectorAll("[data-dialog]:not([data-lifted])")) {
    shell.dataset.lifted = "";
    lift(shell);
  }
}

start(document);
document.addEventListener("htmx:load", (event) => start(event.target));
