/* The wallboard: the film once, then each scene for a while, and again with fresh data. While the server is away it
   shows what it has, says from when that is, and asks again after every round. */
const board = document.getElementById('kiosk');
const still = matchMedia('(prefers-reduced-motion: reduce)');
const STAYS = 12_000, PER_MONTH = 1_300, PATIENCE = 10_000;
const number = new Intl.NumberFormat('en');
const wait = milliseconds => new Promise(done => { setTimeout(done, milliseconds); });
const { read, pose, height } = await import(board.dataset.pose);

const make = (name, attributes, parent) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  set(made, attributes);
  parent.append(made);
  return made;
};
const set = (element, attributes) => { for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value); };
const shown = (element, visible) => element.setAttribute('visibility', visible ? 'visible' : 'hidden');

/* What draws a time of the film into its station. */
const drawer = (station, data) => {
  const film = read(data), track = station.querySelector('.track svg'), chart = station.querySelector('.timeline svg');
  const [ties, batons] = ['.ties', '.batons'].map(name => track.querySelector(name));
  ties.replaceChildren(); batons.replaceChildren();
  const lines = film.ties.map(tie => make('path', { class: 'tie', d: tie.path }, ties));
  const marks = film.batons.map(({ near }) => near
    ? make('path', { class: 'near mark', d: 'M0 -13L13 0L0 13L-13 0Z' }, batons)
    : make('circle', { class: 'win mark', r: 9 }, batons));
  const nodes = [...track.querySelectorAll('.node')];
  const [left, right] = [Number(chart.dataset.left), Number(chart.dataset.right)];
  const line = chart.querySelector('.line').getAttribute('d').match(/-?[\d.]+/g)?.map(Number) ?? [];
  const [past, rail, now_, dot] = ['clipPath rect', '.rail.on', '.head-line', '.win.mark[id]'].map(name => chart.querySelector(name));
  const dots = [...chart.querySelectorAll('[data-at]')], flags = [...chart.querySelectorAll('[data-flag]')];
  const says = Object.fromEntries([...station.querySelectorAll('[data-says]')].map(element => [element.dataset.says, element]));
  let told = -1;
  const tell = month => {
    for (const [name, element] of Object.entries(says)) element.textContent = name === 'together' ? number.format(month.together) : month[name];
  };
  return {
    last: film.last,
    draw: (t, resting) => {
      const now = pose(film, t, resting), x = film.last ? left + (right - left) * t / film.last : right;
      now.ties.forEach(({ width, opacity, faint, quiet }, at) => {
        const live = width > 0.01;
        shown(lines[at], live || faint > 0.01);
        lines[at].setAttribute('class', live ? 'tie' : `tie ${quiet ? 'quiet' : 'open'}`);
        if (live) set(lines[at], { 'stroke-width': width.toFixed(2), 'stroke-opacity': opacity.toFixed(3) });
        else for (const name of ['stroke-width', 'stroke-opacity']) lines[at].removeAttribute(name);
      });
      now.batons.forEach((baton, at) => {
        shown(marks[at], !!baton);
        if (baton) set(marks[at], { transform: `translate(${baton.x.toFixed(1)} ${baton.y.toFixed(1)})`, opacity: baton.opacity.toFixed(3) });
      });
      now.nodes.forEach(({ radius, opacity }, at) => {
        set(nodes[at].querySelector('.body'), { r: radius.toFixed(2) }); set(nodes[at], { opacity: opacity.toFixed(3) });
        nodes[at].classList.toggle('closed', opacity < 0.01);
      });
      set(past, { width: x.toFixed(1) }); set(rail, { x2: x.toFixed(1) }); set(now_, { x1: x.toFixed(1), x2: x.toFixed(1) });
      if (dot) set(dot, { cx: x.toFixed(1), cy: height(line, t).toFixed(1) });
      for (const mark of dots) mark.classList.toggle('future', Number(mark.dataset.at) > t + 0.02);
      for (const flag of flags) flag.classList.toggle('off', Number(flag.dataset.flag) > t + 0.02);
      if (Math.round(t) !== told) tell(data.months[told = Math.round(t)]);
    },
  };
};
const play = (station, data) => new Promise(done => {
  const { last, draw } = drawer(station, data), begun = performance.now();
  const step = now => {
    const time = Math.max(0, now - begun) / PER_MONTH;
    if (time >= last) { draw(last, true); done(); return; }
    draw(still.matches ? Math.floor(time) : time, still.matches);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
});

/* ---- rounds */
const round = () => document.getElementById('kiosk-round');
const get = async address => {
  const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer;
};
const turn = to => { for (const station of round().querySelectorAll('.station')) station.classList.toggle('on', station === to); };
const said = words => { document.getElementById('kiosk-as-of').textContent = words; };

/* The next round comes whole or not at all; it takes the place of the last one while both show the same station. */
const refresh = async () => {
  try {
    const [page, data] = await Promise.all([get(board.dataset.fresh), get(board.dataset.film)]);
    const next = new DOMParser().parseFromString(await page.text(), 'text/html'), found = next.getElementById('kiosk-round');
    if (!found) throw new Error('This is another page.');
    if (next.getElementById('kiosk').dataset.version !== board.dataset.version) location.reload();
    const film = await data.json(), fresh = document.importNode(found, true), stations = fresh.querySelectorAll('.station');
    for (const station of stations) station.classList.toggle('on', station === stations[stations.length - 1]);
    round().replaceWith(fresh);
    said('');
    return film;
  } catch {
    const known = new Date(round().dataset.known);
    said(`Data from ${known.toLocaleString('en-GB', { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' })}`);
    return null;
  }
};

let film = await get(board.dataset.film).then(answer => answer.json()).catch(() => null);
for (;;) {
  for (const station of round().querySelectorAll('.station')) {
    turn(station);
    if (station.id === 'kiosk-film' && film) await play(station, film);
    await wait(STAYS);
  }
  film = await refresh() ?? film;
}
