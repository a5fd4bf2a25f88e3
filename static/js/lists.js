/* Lists by keyboard: j and k (or the arrows, once a row has the focus) go through the rows, Enter opens, x chooses. */
(() => {
  'use strict';
  const rows = () => [...document.querySelectorAll('[data-rows] :is(tbody tr, li)[id]')];
  const link = row => row?.querySelector(':is(th, .t) a');
  const here = () => document.activeElement?.closest?.('[data-rows] :is(tbody tr, li)[id]');
  const typing = element => element?.closest?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
  const boxes = () => [...document.querySelectorAll('[data-rows] input[name=id]')];

  const go = by => {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(here());
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
    link(next)?.focus();
    next.scrollIntoView({ block: 'nearest' });
    return true;
  };
  const tell = () => {
    const chosen = boxes().filter(box => box.checked).length;
    for (const bar of document.querySelectorAll('[data-chosen]')) bar.textContent = chosen === 1 ? 'One chosen' : `${chosen} chosen`;
    const all = document.querySelector('[data-choose-all]');
    if (all) { all.checked = chosen > 0 && chosen === boxes().length; all.indeterminate = chosen > 0 && !all.checked; }
  };
  const choose = () => {
    const box = here()?.querySelector('input[name=id]');
    if (!box) return false;
    box.checked = !box.checked;
    tell();
    return true;
  };

  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector('dialog[open]')) return;
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (arrow && here()) { if (go(arrow)) event.preventDefault(); return; }
    if (document.body.dataset.keys === 'off') return;
    const by = { j: 1, k: -1 }[event.key];
    if (by ? go(by) : event.key === 'x' && !event.repeat && choose()) event.preventDefault();
  });
  document.addEventListener('change', event => {
    if (event.target.matches('[data-choose-all]')) for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.closest('[data-rows]')) tell();
  });
  /* a browser that goes back ticks the boxes again, and a list that was swapped may keep them */
  addEventListener('pageshow', tell);
  document.addEventListener('htmx:after:swap', tell);
})();
