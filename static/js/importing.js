/* The import button is off until the refused rows are left out. Without this file the browser asks for the tick itself. */
(() => {
  'use strict';
  const settle = () => {
    for (const form of document.querySelectorAll('form[data-off-until]')) {
      const box = form.elements.namedItem(form.dataset.offUntil);
      const button = form.querySelector('[type="submit"]');
      if (box && button && !form.classList.contains('htmx-request')) button.disabled = !box.checked;
    }
  };
  document.addEventListener('change', settle);
  document.addEventListener('htmx:after:swap', settle);
  window.addEventListener('pageshow', settle);   /* the browser may bring a ticked box back */
  settle();
})();
