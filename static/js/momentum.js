/* The momentum page: months by key, by the slider and by a drag on the chart; one department in focus; full screen.
   The server draws every picture. This file asks for the next one, and where nothing but time changed, nodes stay. */
(() => {
  'use strict';
  const $ = id => document.getElementById(id);
  const months = () => $('momentum-on');
  const show = () => { const scrub = $('scrub'); if (scrub) scrub.value = months().selectedIndex; };
  const go = index => {
    const list = months(), at = Math.min(list.options.length - 1, Math.max(0, index));
    if (at === list.selectedIndex) return;
    list.selectedIndex = at;
    show();
    list.dispatchEvent(new Event('change', { bubbles: true }));
  };

  document.addEventListener('input', event => { if (event.target.id === 'scrub') go(Number(event.target.value)); });

  const indexAt = (chart, event) => {
    const box = chart.getBoundingClientRect(), scale = chart.viewBox.baseVal.width / box.width;
    const x = (event.clientX - box.left) * scale, left = Number(chart.dataset.left), right = Number(chart.dataset.right);
    return Math.round((x - left) / (right - left) * (months().options.length - 1));
  };
  let dragging = false;
  document.addEventListener('pointerdown', event => {
    const chart = event.target.closest('#momentum-chart');
    if (!chart) return;
    dragging = true; go(indexAt(chart, event)); event.preventDefault();
  });
  document.addEventListener('pointermove', event => { if (dragging) go(indexAt($('momentum-chart'), event)); });
  for (const name of ['pointerup', 'pointercancel']) document.addEventListener(name, () => { dragging = false; });

  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.target.closest('input, select, textarea, dialog') || document.querySelector('dialog[open]')) return;
    const here = months().selectedIndex;
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: months().options.length - 1 }[event.key];
    if (to !== undefined) { go(to); event.preventDefault(); }
  });

  document.addEventListener('click', event => {
    const step = event.target.closest('[data-step]');
    if (step && !(event.ctrlKey || event.metaKey || event.shiftKey)) { go(months().selectedIndex + Number(step.dataset.step)); event.preventDefault(); }
    if (event.target.closest('[data-full]')) document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  });

  /* A department in focus: what does not touch it fades. It stays in focus when the month changes. */
  let focused = '';
  const focus = () => {
    const track = $('momentum-track');
    track.classList.toggle('focus-one', focused !== '');
    for (const tie of track.querySelectorAll('.tie-path')) tie.classList.toggle('on', `#${tie.dataset.a}` === focused || `#${tie.dataset.b}` === focused);
  };
  for (const [name, on] of [['pointerover', true], ['pointerout', false], ['focusin', true], ['focusout', false]]) {
    document.addEventListener(name, event => {
      const node = event.target.closest?.('.track .node');
      if (node) { focused = on ? `#${node.dataset.id}` : ''; focus(); }
    });
  }
  document.addEventListener('htmx:after:swap', () => { show(); focus(); });

  /* In full screen the controls fade while nobody moves. */
  let idle;
  const wake = () => {
    document.body.classList.remove('idle');
    clearTimeout(idle);
    idle = setTimeout(() => document.body.classList.toggle('idle', document.fullscreenElement !== null), 3500);
  };
  for (const name of ['pointermove', 'keydown', 'focusin']) document.addEventListener(name, wake);
})();
