/* A grid of cells ([data-grid] holding .cell[data-r][data-c]): one stop for Tab, arrows move, Enter opens; the two names light up. */
(() => {
  'use strict';
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const cells = grid => [...grid.querySelectorAll('.cell[data-r]')];
  const at = (grid, r, c) => grid.querySelector(`.cell[data-r="${r}"][data-c="${c}"]`);
  const stop = (grid, cell) => { for (const one of cells(grid)) one.tabIndex = one === cell ? 0 : -1; };
  const light = (grid, cell) => {
    for (const head of grid.querySelectorAll('th[data-i]')) head.classList.toggle('on', !!cell && (head.dataset.i === cell.dataset.r || head.dataset.i === cell.dataset.c));
  };

  function prepare(grid) {
    if (grid.dataset.ready) return;
    grid.dataset.ready = 'yes';
    const first = grid.querySelector('.cell[aria-current]') ?? grid.querySelector('.cell[data-r]');
    if (first) stop(grid, first);
    grid.addEventListener('pointerover', event => light(grid, event.target.closest('.cell')));
    grid.addEventListener('pointerleave', () => light(grid, null));
    grid.addEventListener('focusin', event => light(grid, event.target.closest('.cell')));
    grid.addEventListener('focusout', () => light(grid, null));
    grid.addEventListener('click', event => {
      const cell = event.target.closest('.cell');
      if (!cell) return;
      for (const one of cells(grid)) one.removeAttribute('aria-current');
      cell.setAttribute('aria-current', 'true');
      stop(grid, cell);
    });
    grid.addEventListener('keydown', event => {
      const cell = event.target.closest('.cell'), step = STEPS[event.key];
      if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
      let to = null;
      if (step) to = at(grid, +cell.dataset.r + step[0], +cell.dataset.c + step[1]);
      else if (event.key === 'Home') to = at(grid, cell.dataset.r, 0);
      else if (event.key === 'End') to = cells(grid).filter(one => one.dataset.r === cell.dataset.r).pop();
      else return;
      if (to) { stop(grid, to); to.focus(); }
      event.preventDefault();
    });
  }

  const all = () => document.querySelectorAll('[data-grid]').forEach(prepare);
  all();
  document.addEventListener('htmx:after:swap', all);
})();
