// The keys of the review: each element says its own in data-key. A button or link is pressed, a field gets the focus.
document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.key === "Escape" && at.blur) { at.blur(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || at.matches("input, select, textarea")) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("button, a, summary")) wanted.click(); else wanted.focus();
  if (wanted.matches("summary")) wanted.parentElement.querySelector("input[name=words]").focus();
});
