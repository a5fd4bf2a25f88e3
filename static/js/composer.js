/* Forms of rows, the scenes of a presentation and the steps of a journey: Alt with an arrow moves the row one is in, and
   what was moved or added keeps the focus. The rest is the form's own. A form whose rows have moved is put in anew, since a morph would keep what was typed in its old place. */
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
    const button = event.target.closest('[name=change]'), [verb, at] = button?.value.split('-') ?? [];
    if (!verb) return;
    next = { up: Number(at) - 1, down: Number(at) + 1, remove: Number(at), add: button.hasAttribute('data-adds-last') ? Infinity : null }[verb] ?? null;
  });
  document.addEventListener('htmx:after:swap', () => {
    const rows = document.querySelectorAll('[data-row]');
    if (next === null || !rows.length) return;
    rows[Math.min(next, rows.length - 1)].querySelector('input[type=checkbox], input[type=text]').focus({ preventScroll: false });
    next = null;
  });
})();
