/* Links with data-dialog open their page's fragment in the one native dialog; without JavaScript they are ordinary links.
   A form inside answers 422 (itself again), 204 with tracker:done (close, announce), or HX-Redirect. */
(() => {
  'use strict';
  const $ = id => document.getElementById(id);
  const dialog = () => $('dialog'), body = () => $('dialog-body');
  let opener = null, shown = '', touched = false;

  const load = url => {
    shown = url; touched = false;
    const waiting = document.createElement('p');
    waiting.className = 'waiting'; waiting.textContent = 'One moment';
    body().replaceChildren(waiting);
    body().setAttribute('aria-busy', 'true');
    return htmx.ajax('GET', url, { target: '#dialog-body' });
  };
  const open = link => {
    const url = link.getAttribute('href');
    opener = link;
    if (!(touched && shown === url)) load(url);           /* what was typed and not sent is still there */
    dialog().setAttribute('aria-label', link.dataset.dialog || link.textContent.trim() || 'Form');
    if (!dialog().open) dialog().showModal();
    dialog().prepend($('problem'));                       /* messages must be seen above the page behind */
  };
  const closed = () => {
    dialog().after($('problem')); $('problem').replaceChildren();
    document.querySelector('main')?.before($('problem'));
    if (!touched) { shown = ''; body().replaceChildren(); }
    if (opener?.isConnected) opener.focus();
  };
  const say = (message, url, cheer) => {
    if (!message) return;
    const list = document.createElement('ul'), item = document.createElement('li'), close = document.createElement('button');
    if (cheer) item.className = 'cheer';
    const text = document.createElement('span');
    text.textContent = message;
    item.append(text);
    if (url) { const link = document.createElement('a'); link.href = url; link.textContent = 'Open it'; item.append(link); }
    close.type = 'button'; close.className = 'close'; close.setAttribute('aria-label', 'Close message'); close.textContent = '×';
    close.addEventListener('click', () => { list.remove(); rest($('main')); });
    item.append(close); list.append(item);
    $('said').replaceChildren(list);
  };
  const problem = text => {
    const box = document.createElement('div'), line = document.createElement('p');
    line.textContent = text; box.append(line);
    $('problem').replaceChildren(box);
  };
  /* Focus never falls to the top of the page: it goes to what stands where the pressed button stood. */
  const rest = place => {
    const here = place?.matches('li, tr') ? place.querySelector('a, button') : null;
    if (here) { here.focus(); return; }
    if (place && !place.hasAttribute('tabindex')) place.tabIndex = -1;
    place?.focus({ preventScroll: true });
  };
  let held = [], link = null;
  document.addEventListener('htmx:before:swap', () => {
    held = []; link = document.activeElement?.getAttribute('href');
    for (let one = document.activeElement; one && one !== document.body; one = one.parentElement) if (one.id) held.push(one.id);
  });
  document.addEventListener('htmx:after:swap', () => {
    if (document.activeElement !== document.body || dialog()?.open) return;
    const place = $(held.find(one => $(one)) ?? 'main');
    const same = link && place.querySelector(`a[href="${CSS.escape(link)}"]`);
    if (same) same.focus(); else rest(place);
  });

  const listens = event => [...document.querySelectorAll('[hx-trigger], [data-refresh-on]')].some(element =>
    !dialog().contains(element) && `${element.getAttribute('hx-trigger') ?? ''} ${element.dataset.refreshOn ?? ''}`.split(/[\s,]+/).includes(event));

  document.addEventListener('click', event => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest('a[data-dialog]');
    if (link && window.htmx && dialog()?.showModal) { event.preventDefault(); open(link); return; }
    if (event.target.closest('dialog [data-dialog-close]')) event.target.closest('dialog').close();
    const cancel = event.target.closest('dialog#dialog [data-dialog-cancel]');
    if (cancel) { event.preventDefault(); touched = false; dialog().close(); }
  });
  document.addEventListener('input', event => { if (body()?.contains(event.target)) touched = true; });
  document.addEventListener('close', event => { if (event.target.id === 'dialog') closed(); }, true);

  document.addEventListener('htmx:after:swap', () => {
    const inside = body();
    if (!inside || !dialog().open) return;
    inside.removeAttribute('aria-busy');
    const wrong = inside.querySelector('.wrongs');
    const first = wrong ?? inside.querySelector('[autofocus]');
    if (wrong || !inside.contains(document.activeElement)) (first ?? inside.querySelector('input:not([type=hidden]), select, textarea, a, button'))?.focus();
  });
  document.addEventListener('tracker:done', event => {
    const { message, url, event: name, cheer } = event.detail ?? {};
    touched = false;
    if (dialog()?.open) dialog().close();
    if (name && !listens(name)) {
      try { sessionStorage.setItem('said', JSON.stringify({ message, cheer })); } catch { /* the page itself says it */ }
      location.assign(url);
      return;
    }
    $('problem')?.replaceChildren();
    say(message, url === location.pathname ? '' : url, cheer);
  });
  try {                                                   /* said on the page before this one */
    const kept = JSON.parse(sessionStorage.getItem('said') ?? 'null');
    sessionStorage.removeItem('said');
    if (kept) say(kept.message, '', kept.cheer);
  } catch { /* a browser that keeps nothing */ }
  document.addEventListener('htmx:before:request', () => { $('problem')?.replaceChildren(); });
  document.addEventListener('htmx:error', event => {
    const error = event.detail?.error;
    if (error instanceof TypeError || error?.name === 'AbortError' || error === 'timeout') problem('The server cannot be reached. Nothing was lost; try again in a moment.');
    body()?.removeAttribute('aria-busy');
  });
})();
