// "semua" in a day's head ticks everybody shown; a second press unticks. Without it the boxes work one by one.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tick-day]");
  if (!button) return;
  const boxes = [...document.querySelectorAll(`input[name='hadir'][data-day='${button.dataset.tickDay}']`)];
  const all = boxes.every((box) => box.checked);
  boxes.forEach((box) => { box.checked = !all; });
  document.getElementById("kehadiran")?.dispatchEvent(new Event("change", { bubbles: true }));
});
