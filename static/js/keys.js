/* Single letters: n logs, / searches, p presents, ? shows the keys. Never while someone types, and they can be switched off. */
(() => {
  'use strict';
  const off = () => document.body.dataset.keys === 'off';
  const typing = element => element?.closest?.('input:not([type=checkbox], [type=radio], [type=range], [type=submit], [type=button]), textarea, select, [contenteditable], [role=combobox], [role=listbox]');
  const show = () => { const keys = document.getElementById('keys-dialog'); if (keys && !keys.open) keys.showModal(); };
  const follow = key => { const link = document.querySelector(`[data-key="${CSS.escape(key)}"]`); link?.click(); return !!link; };
  const search = () => {
    const everything = document.querySelector('.top [data-search-all]');
    const field = document.querySelector('main [data-search]') ?? (everything?.offsetParent ? everything : null);
    if (!field) return follow('/');
    field.focus(); field.select?.();
    return true;
  };

  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (off() || typing(event.target) || document.querySelector('dialog[open]')) return;
    if (event.key === '?') { show(); event.preventDefault(); return; }
    if (event.key === '/') { if (search()) event.preventDefault(); return; }
    if (event.key.length === 1 && follow(event.key)) event.preventDefault();
  });
  document.addEventListener('click', event => { if (event.target.closest('[data-keys-open]')) show(); });
  document.addEventListener('change', event => {
    if (!event.target.matches('[data-keys-switch]')) return;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    const on = event.target.checked;
    if (on) delete document.body.dataset.keys; else document.body.dataset.keys = 'off';
    document.cookie = `keys=${on ? 'on' : 'off'}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  });

  /* A menu closes on Escape and when attention moves elsewhere. */
  const menus = () => document.querySelectorAll('details[data-menu][open]');
  document.addEventListener('click', event => { for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false; });
  document.addEventListener('focusin', event => { for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false; });
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    for (const menu of menus()) { menu.open = false; menu.querySelector('summary').focus(); }
  });
})();
