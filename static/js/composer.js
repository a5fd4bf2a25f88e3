/* The composer: Alt with an arrow moves the scene one is in. Everything else is the form's own. */
(() => {
  'use strict';
  let moved = null;
  document.addEventListener('keydown', event => {
    const by = { ArrowUp: 'up', ArrowDown: 'down' }[event.key], row = event.target.closest('[data-row]');
    if (!by || !event.altKey || event.ctrlKey || event.metaKey || !row) return;
    event.preventDefault();
    const at = Number(row.dataset.row), button = row.querySelector(`[name=change][value="${by}-${at}"]`);
    if (button.disabled) return;
    moved = by === 'up' ? at - 1 : at + 1;
    button.click();
  });
  /* What was moved keeps the focus, in its new place. */
  document.addEventListener('htmx:after:swap', () => {
    if (moved === null) return;
    document.querySelector(`[data-row="${moved}"] input[type=checkbox]`)?.focus();
    moved = null;
  });
})();
