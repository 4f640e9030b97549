// Says each time also in the reader's own zone, where that is another one: beside it, or when it is pointed at.
for (const time of document.querySelectorAll("time[data-zone]")) {
  const at = new Date(time.dateTime);
  const show = (timeZone) => at.toLocaleString(undefined, { timeZone, dateStyle: "medium", timeStyle: "short" });
  const own = show(undefined);
  if (own === show(time.dataset.zone)) continue;
  if (!time.classList.contains("both")) {
    time.title = `${own} in your time`;
    continue;
  }
  const added = document.createElement("span");
  added.className = "soft";
  added.textContent = ` (${own} in your time)`;
  time.after(added);
}
