/* A file that was made while somebody waited comes by itself. Without this file its link does. */
(() => {
  'use strict';
  document.addEventListener('htmx:after:swap', () => document.querySelector('#making-show [data-take]')?.click());
})();
