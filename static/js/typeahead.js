/* A list of boxes to tick becomes a field to type in: type, arrow, Enter. The boxes stay the form's own fields. */
(() => {
  'use strict';
  let count = 0;
  const el = (tag, props, ...kids) => { const e = document.createElement(tag); for (const k in props) k in e ? e[k] = props[k] : e.setAttribute(k, props[k]); e.append(...kids); return e; };
  const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

  function enhance(field) {
    const list = field.querySelector('.boxes'), boxes = list ? [...list.querySelectorAll('input[type=checkbox]')] : [];
    if (!boxes.length || field.querySelector('.picker')) return;
    const id = `pick-${++count}`, legend = field.querySelector('legend');
    const items = boxes.map((box, i) => {
      const name = box.closest('label').textContent.trim();
      return { box, name, find: plain(`${name} ${box.dataset.also ?? ''}`), id: `${id}-${i}` };
    });
    const input = el('input', { type: 'text', id, role: 'combobox', autocomplete: 'off', spellcheck: false, 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': `${id}-list` });
    input.setAttribute('aria-label', legend ? legend.textContent.trim() : field.dataset.placeholder);
    const described = [field.getAttribute('aria-describedby'), `${id}-picked`].filter(Boolean).join(' ');
    input.setAttribute('aria-describedby', described);
    if (field.getAttribute('aria-invalid')) { input.setAttribute('aria-invalid', 'true'); field.removeAttribute('aria-invalid'); }
    const options = el('ul', { id: `${id}-list`, className: 'options', role: 'listbox', hidden: true });
    options.setAttribute('aria-label', input.getAttribute('aria-label'));
    const well = el('div', { className: 'well' }, input), live = el('p', { className: 'vh', id: `${id}-picked` });
    const status = el('p', { className: 'vh', role: 'status' });
    let at = -1, seen = [];

    const chips = () => {
      well.querySelectorAll('.picked').forEach(chip => chip.remove());
      const picked = items.filter(item => item.box.checked);
      for (const item of picked) {
        const drop = el('button', { type: 'button', textContent: '×' });
        drop.setAttribute('aria-label', `Remove ${item.name}`);
        drop.addEventListener('click', event => { event.stopPropagation(); set(item, false); input.focus(); });
        input.before(el('span', { className: 'picked' }, item.name, drop));
      }
      input.placeholder = picked.length ? '' : field.dataset.placeholder ?? '';
      live.textContent = picked.length ? `Chosen: ${picked.map(item => item.name).join(', ')}` : 'None chosen';
    };
    const set = (item, on) => {
      item.box.checked = on;
      item.box.dispatchEvent(new Event('change', { bubbles: true }));
      item.box.dispatchEvent(new Event('input', { bubbles: true }));
      chips();
      status.textContent = `${item.name} ${on ? 'added' : 'removed'}`;
    };
    const hide = () => { options.hidden = true; at = -1; input.setAttribute('aria-expanded', 'false'); input.removeAttribute('aria-activedescendant'); };
    const point = to => {
      at = seen.length ? (to + seen.length) % seen.length : -1;
      seen.forEach((item, i) => { const o = document.getElementById(item.id); o?.setAttribute('aria-selected', i === at); if (i === at) o?.scrollIntoView({ block: 'nearest' }); });
      if (at < 0) input.removeAttribute('aria-activedescendant'); else input.setAttribute('aria-activedescendant', seen[at].id);
    };
    const show = () => {
      const words = plain(input.value.trim());
      const rank = item => item.find.startsWith(words) ? 0 : item.find.includes(` ${words}`) ? 1 : 2;
      seen = items.filter(item => !item.box.checked && item.find.includes(words)).sort((a, b) => rank(a) - rank(b)).slice(0, 60);
      options.replaceChildren(...seen.map(item => el('li', { id: item.id, role: 'option', 'aria-selected': 'false' }, item.name)));
      if (!seen.length) options.append(el('li', { className: 'none', role: 'option', 'aria-disabled': 'true' }, words ? 'No match' : 'All are chosen'));
      options.hidden = false; input.setAttribute('aria-expanded', 'true');
      point(words && seen.length ? 0 : -1);
    };
    const pick = item => { set(item, true); input.value = ''; hide(); input.focus(); };

    input.addEventListener('input', show);
    input.addEventListener('keydown', event => {
      if (event.isComposing) return;
      if (event.key === 'ArrowDown') { if (options.hidden) show(); point(at + 1); event.preventDefault(); }
      else if (event.key === 'ArrowUp') { if (options.hidden) show(); point(at < 0 ? -1 : at - 1); event.preventDefault(); }
      else if (event.key === 'Enter' && !options.hidden && (at >= 0 || input.value.trim())) { if (at >= 0) pick(seen[at]); event.preventDefault(); }
      else if (event.key === 'Enter' && input.value.trim()) { show(); event.preventDefault(); }
      else if (event.key === 'Tab' && !options.hidden && at >= 0 && input.value.trim()) { pick(seen[at]); event.preventDefault(); }
      else if (event.key === 'Escape' && !options.hidden) { hide(); event.preventDefault(); event.stopPropagation(); }
      else if (event.key === 'Backspace' && !input.value) { const last = items.filter(item => item.box.checked).pop(); if (last) set(last, false); }
    });
    well.addEventListener('click', event => { if (event.target === well || event.target === input) { input.focus(); show(); } });
    options.addEventListener('mousedown', event => event.preventDefault());       /* the field keeps the focus */
    options.addEventListener('click', event => { const item = seen.find(one => one.id === event.target.closest('[role=option]')?.id); if (item) pick(item); });
    input.addEventListener('blur', () => { hide(); input.value = ''; });
    field.closest('form')?.addEventListener('reset', () => setTimeout(chips));

    list.hidden = true;
    list.after(el('div', { className: 'picker' }, well, options, live, status));
    if (list.id) { const old = list.id; list.removeAttribute('id'); input.id = old; }
    chips();
  }

  const all = root => root?.querySelectorAll?.('[data-typeahead]').forEach(enhance);
  all(document);
  document.addEventListener('htmx:after:process', event => all(event.target));
  document.addEventListener('htmx:after:swap', () => all(document));
})();
