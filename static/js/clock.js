/* The clock of the speaker's notes: the time of day, and how long this window has been open. */
const begun = Date.now(), two = value => String(value).padStart(2, '0');
const tick = () => {
  const now = new Date(), seconds = Math.floor((Date.now() - begun) / 1000);
  document.getElementById('notes-clock').textContent = `${two(now.getHours())}:${two(now.getMinutes())}`;
  document.getElementById('notes-since').textContent = `${Math.floor(seconds / 60)}:${two(seconds % 60)} since this window opened`;
};
tick();
setInterval(tick, 1000);
document.addEventListener('htmx:after:swap', tick);
