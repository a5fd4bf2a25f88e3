/* The momentum page: months by key, by the slider and by a drag on the chart; one department in focus; full screen.
   The server draws every picture. This file asks for the next one, and where nothing but time changed, nodes stay. */
(() => {
  'use strict';
  const $ = id => document.getElementById(id);
  const months = () => $('momentum-on');
  const go = index => {
    const list = months(), at = Math.min(list.options.length - 1, Math.max(0, index));
    if (at === list.selectedIndex) return;
    list.selectedIndex = at;
    list.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const show = () => { const scrub = $('scrub'), list = months(); if (scrub && list) scrub.value = list.selectedIndex; };

  document.addEventListener('input', event => { if (event.target.id === 'scrub') go(Number(event.target.value)); });

  const indexAt = (chart, event) => {
    const box = chart.getBoundingClientRect(), scale = chart.viewBox.baseVal.width / box.width;
    const x = (event.clientX - box.left) * scale, left = Number(chart.dataset.left), right = Number(chart.dataset.right);
    return Math.round((x - left) / (right - left) * (months().options.length - 1));
  };
  let dragged = null;
  document.addEventListener('pointerdown', event => {
    const chart = event.target.closest('#momentum-chart');
    if (!chart || event.target.closest('a')) return;
    dragged = chart; go(indexAt(chart, event));
  });
  document.addEventListener('pointermove', event => { if (dragged) go(indexAt($('momentum-chart'), event)); });
  document.addEventListener('pointerup', () => { dragged = null; });

  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea, dialog')) return;
    const here = months().selectedIndex;
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: months().options.length - 1 }[event.key];
    if (to !== undefined) { go(to); event.preventDefault(); }
    else if (event.key === 'f') full();
  });

  const full = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  document.addEventListener('click', event => { if (event.target.closest('[data-full]')) full(); });

  const focus = (node, on) => {
    const track = node.closest('svg');
    track.classList.toggle('focus-one', on);
    for (const tie of track.querySelectorAll('.tie-path')) tie.classList.toggle('on', on && (tie.dataset.a === node.dataset.id || tie.dataset.b === node.dataset.id));
  };
  for (const [name, on] of [['pointerover', true], ['pointerout', false], ['focusin', true], ['focusout', false]]) {
    document.addEventListener(name, event => { const node = event.target.closest('.track .node'); if (node) focus(node, on); });
  }
  document.addEventListener('htmx:after:swap', show);
  show();
})();
