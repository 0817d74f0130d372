// A toast goes when it is closed, never by itself: nobody has to read against a clock.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toast] [data-dismiss]");
  if (button) button.closest("[data-toast]").remove();
});
