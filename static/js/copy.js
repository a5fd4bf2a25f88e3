/* Copies the text of a field that stands selected and readable on the page anyway. */
(() => {
  'use strict';
  document.addEventListener('focusin', event => { if (event.target.matches('[data-copy-from]')) event.target.select(); });
  document.addEventListener('click', async event => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    try { await navigator.clipboard.writeText(field.value); button.textContent = 'Copied'; }
    catch { field.focus(); field.select(); button.textContent = 'Selected: press Ctrl+C'; }
  });
})();
