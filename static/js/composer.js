/* The composer: Alt with an arrow moves the scene one is in, and what was moved or added keeps the focus. The rest is the
   form's own. A form whose rows have moved is put in anew, since a morph would keep what was typed in its old place. */
(() => {
  'use strict';
  let next = null;
  document.addEventListener('keydown', event => {
    const by = { ArrowUp: 'up', ArrowDown: 'down' }[event.key], row = event.target.closest('[data-row]');
    if (!by || !event.altKey || event.ctrlKey || event.metaKey || !row) return;
    event.preventDefault();
    row.querySelector(`[name=change][value="${by}-${row.dataset.row}"]`).click();
  });
  document.addEventListener('click', event => {
    const [verb, at] = event.target.closest('[name=change]')?.value.split('-') ?? [];
    if (!verb) return;
    next = { up: Number(at) - 1, down: Number(at) + 1, remove: Number(at) }[verb] ?? null;
  });
  document.addEventListener('htmx:after:swap', () => {
    if (next === null || !document.querySelector('.composer')) return;
    const rows = document.querySelectorAll('[data-row]');
    rows[Math.min(next, rows.length - 1)]?.querySelector('input[type=checkbox]').focus({ preventScroll: false });
    next = null;
  });
})();
