/* The stage: plays the film of the track, by button, key, slider and drag. The server drew one month; pose.js knows every time. */
const $ = id => document.getElementById(id);
const screen_ = $('stage-screen'), NS = 'http://www.w3.org/2000/svg';
const still = matchMedia('(prefers-reduced-motion: reduce)');
const PER_MONTH = 1300, IDLE = 3000;
const number = new Intl.NumberFormat('en');
const make = (name, attributes, parent) => {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
};
/* Only what changed is written: most of a picture stands still from one frame to the next. */
const known = new WeakMap();
const put = (element, name, value) => {   // true and false are classes
  let has = known.get(element);
  if (!has) known.set(element, has = {});
  if (has[name] === value) return;
  has[name] = value;
  if (typeof value === 'boolean') element.classList.toggle(name, value); else element.setAttribute(name, value);
};
const show = (element, visible) => put(element, 'visibility', visible ? 'visible' : 'hidden');

const load = async () => {
  const inside = $('stage-film');   // one file to take along has its film and its poses in it
  if (inside) { const { read, pose, height } = globalThis.stagePose; start(JSON.parse(inside.textContent), read, pose, height); return; }
  const [{ read, pose, height }, answer] = await Promise.all([import(screen_.dataset.pose), fetch(screen_.dataset.film)]);
  if (!answer.ok) throw new Error(answer.statusText);
  start(await answer.json(), read, pose, height);
};

const start = (data, read, pose, height) => {
  const film = read(data), { last } = film, months = data.months;
  const track = $('stage-track'), chart = $('stage-chart'), scrub = $('stage-scrub');
  const [left, right] = [Number(chart.dataset.left), Number(chart.dataset.right)];
  const line = $('stage-line').getAttribute('d').match(/-?[\d.]+/g)?.map(Number) ?? [];
  const x = t => last ? left + (right - left) * t / last : right;

  const drawn = { ties: [], batons: [], nodes: [] };
  $('stage-ties').replaceChildren();
  for (const tie of film.ties) {
    const [faint, live] = ['tie tie-path open', 'tie tie-path'].map(name => make('path', { class: name, d: tie.path, visibility: 'hidden' }, $('stage-ties')));
    drawn.ties.push({ faint, live });
  }
  $('stage-batons').replaceChildren();
  for (const { near } of film.batons) {
    const ring = near ? null : make('circle', { class: 'pulse', visibility: 'hidden' }, $('stage-batons'));
    const body = near ? make('path', { class: 'near mark', d: 'M0 -13L13 0L0 13L-13 0Z', visibility: 'hidden' }, $('stage-batons'))
      : make('circle', { class: 'win mark', r: 9, visibility: 'hidden' }, $('stage-batons'));
    drawn.batons.push({ body, ring });
  }
  for (const { id } of film.nodes) {
    const node = $(`stage-node-${id || 'others'}`);
    drawn.nodes.push({ node, body: node.querySelector('.body'), ring: node.querySelector('.ring') });
  }
  const marks = [...chart.querySelectorAll('[data-at]')].map(mark => ({ mark, at: Number(mark.dataset.at) }));
  const flags = [...chart.querySelectorAll('[data-flag]')].map(flag => ({ flag, at: Number(flag.dataset.flag) }));

  /* ---- one time: while it plays, batons run in every frame, and what moves by a fraction of a pixel takes
     turns, ties and nodes in one frame, the chart in the next: to paint all of it in each is too much for a plain machine */
  const TIES = 1, CHART = 2, ALL = TIES | CHART;
  let t = data.at, resting = true, playing = false, shown = data.at, reached = -1;
  const past = document.querySelector('#stage-past rect'), [rail, now_, dot] = ['stage-rail', 'stage-now', 'stage-dot'].map($);
  const drawTies = ({ ties, nodes }) => {
    ties.forEach((tie, at) => {
      const { faint, live } = drawn.ties[at];
      show(live, tie.width > 0.01); show(faint, tie.faint > 0.01);
      if (tie.width > 0.01) { put(live, 'stroke-width', tie.width.toFixed(2)); put(live, 'stroke-opacity', tie.opacity.toFixed(3)); }
      if (tie.faint > 0.01) { put(faint, 'stroke-opacity', tie.faint.toFixed(3)); put(faint, 'quiet', tie.quiet); put(faint, 'open', !tie.quiet); }
    });
    nodes.forEach(({ radius, opacity }, at) => {
      const { node, body, ring } = drawn.nodes[at];
      put(body, 'r', radius.toFixed(2)); put(ring, 'r', (radius + 5).toFixed(2)); put(node, 'opacity', opacity.toFixed(3));
      put(node, 'closed', opacity < 0.01);
    });
  };
  const drawBatons = ({ batons }) => {
    batons.forEach((baton, at) => {
      const { body, ring } = drawn.batons[at];
      show(body, !!baton);
      if (ring) show(ring, !!baton?.ring);
      if (!baton) return;
      put(body, 'transform', `translate(${baton.x.toFixed(1)} ${baton.y.toFixed(1)})`); put(body, 'opacity', baton.opacity.toFixed(3));
      if (baton.ring) { put(ring, 'cx', baton.x.toFixed(1)); put(ring, 'cy', baton.y.toFixed(1)); put(ring, 'r', (9 + 30 * baton.ring).toFixed(1)); put(ring, 'opacity', (1 - baton.ring).toFixed(3)); }
    });
  };
  const drawChart = () => {
    const here = x(t).toFixed(1);
    put(past, 'width', here); put(rail, 'x2', here);
    put(now_, 'x1', here); put(now_, 'x2', here);
    if (dot) { put(dot, 'cx', here); put(dot, 'cy', height(line, t).toFixed(1)); }
    if (Math.floor(t + 0.02) !== reached) {
      reached = Math.floor(t + 0.02);
      for (const { mark, at } of marks) put(mark, 'future', at > reached);
      for (const { flag, at } of flags) put(flag, 'off', at > reached);
    }
    if (scrub) scrub.value = t;
  };
  const draw = (parts = ALL) => {
    const now = pose(film, t, resting);
    drawBatons(now);
    if (parts & TIES) drawTies(now);
    if (parts & CHART) drawChart();
    const month = Math.round(t);
    if (month !== shown) { shown = month; words(months[month]); tell(); }
  };

  /* ---- the words of a month */
  const address = (link, on) => {
    if (!link) return;
    const url = new URL(link.href);
    url.searchParams.set('on', on);
    link.href = url.pathname + url.search + url.hash;
  };
  /* Words with a link where they lead anywhere. */
  const lead = (href, words) => {
    if (!href) return words;
    const made = document.createElement('a');
    made.href = href; made.textContent = words;
    return made;
  };
  const told = ([near, title, departments, href]) => {
    const item = document.createElement('li'), text = document.createElement('p'), bold = document.createElement('b');
    const icon = make('svg', { class: 'mark', viewBox: '0 0 20 20', 'aria-hidden': 'true' }, item), kind = document.createElement('span'), who = document.createElement('span');
    make(near ? 'path' : 'circle', near ? { class: 'near', d: 'M10 1l9 9-9 9-9-9z' } : { class: 'win', cx: 10, cy: 10, r: 8 }, icon);
    kind.className = 'vh'; kind.textContent = near ? 'Near miss: ' : 'Quick win: ';
    bold.append(lead(href, title)); who.textContent = departments;
    text.append(kind, bold, who); item.append(text);
    return item;
  };
  const piece = ([words, href]) => {   // of what was shown then and is known now: its numbers open their pages
    if (!href) return words;
    const link = document.createElement('a');
    link.href = href; link.textContent = words;
    return link;
  };
  const words = month => {
    $('stage-month').textContent = month.name;
    if ($('stage-number')) { $('stage-number').textContent = number.format(month.together); if (month.number) $('stage-number').href = month.number; }
    $('stage-sentence').textContent = month.sentence;
    $('stage-compared').replaceChildren(...month.compared.map(piece));
    $('stage-caption').textContent = month.caption;
    $('stage-told').replaceChildren(...month.told.map(told));
    const rest = $('stage-rest');
    rest.replaceChildren();
    if (month.counted > month.told.length) {
      rest.append(lead(month.rest, `${number.format(month.counted)} ${month.counted === 1 ? 'moment' : 'moments'} this month`));
    }
    scrub?.setAttribute('aria-valuetext', `${month.name}: ${month.together} of ${month.required} pairs`);
    address($('stage-table'), month.on); address($('stage-notes'), month.on);
    const part = document.querySelector('[data-on]');
    if (part) part.value = month.on;
  };
  /* Spoken only while the film stands still. */
  const speak = () => {
    const month = months[shown];
    $('stage-said').textContent = [`${month.name}.`, `${$('stage-number') ? number.format(month.together) : ''} ${month.sentence}`, month.compared.map(([words]) => words).join(''), month.caption, ...month.more].filter(Boolean).join(' ');
  };

  /* ---- playing and going */
  let frame = 0, from = 0;
  const rest = to => {
    cancelAnimationFrame(frame);
    playing = false; resting = true; t = Math.min(last, Math.max(0, Math.round(to)));
    screen_.classList.remove('playing');
    draw(); speak(); tell();
    if (location.protocol === 'file:') return;   // a file has no address to keep the month in
    const url = new URL(location.href);
    url.searchParams.set('on', months[t].on);
    url.searchParams.delete('play');
    history.replaceState(null, '', url);
  };
  const play = () => {
    if (!last) return;
    if (t >= last) t = 0;
    playing = true; resting = still.matches;
    screen_.classList.add('playing'); $('stage-said').textContent = '';
    from = performance.now() - t * PER_MONTH;
    let turn = CHART;
    const step = now => {
      const time = Math.max(0, now - from) / PER_MONTH;
      if (time >= last + 0.5) { rest(last); return; }
      t = Math.min(last, still.matches ? Math.floor(time) : time);
      draw(turn ^= ALL);
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    tell();
  };
  const toggle = () => playing ? rest(t) : play();
  const scan = to => { cancelAnimationFrame(frame); playing = false; resting = still.matches; t = still.matches ? Math.round(to) : to; screen_.classList.remove('playing'); draw(); };
  const step = by => rest(by > 0 ? Math.floor(t + 1e-6) + by : Math.ceil(t - 1e-6) + by);
  const flag = by => {
    const there = flags.map(({ at }) => at).filter(at => by > 0 ? at > t : at < t);
    if (there.length) rest(by > 0 ? Math.min(...there) : Math.max(...there));
  };

  /* ---- the presenter's second window */
  const channel = new BroadcastChannel('tracker-stage');
  const tell = () => channel.postMessage({ shows: months[shown].on, at: shown, playing });
  channel.addEventListener('message', ({ data: said }) => {
    if (said.asks) tell();
    if (said.does === 'play') toggle();
    if (said.does === 'back') step(-1);
    if (said.does === 'on') step(1);
  });
  addEventListener('pagehide', () => channel.postMessage({ left: true }));

  /* ---- hands */
  $('stage-play').addEventListener('click', toggle);
  for (const button of screen_.querySelectorAll('[data-step]')) button.addEventListener('click', () => step(Number(button.dataset.step)));
  $('stage-full').addEventListener('click', () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  scrub?.addEventListener('input', () => scan(Number(scrub.value)));
  scrub?.addEventListener('change', () => rest(Number(scrub.value)));
  const timeAt = event => {
    const box = chart.getBoundingClientRect(), at = (event.clientX - box.left) * chart.viewBox.baseVal.width / box.width;
    return Math.min(last, Math.max(0, (at - left) / (right - left) * last));
  };
  let dragging = false;
  chart.addEventListener('pointerdown', event => { dragging = last > 0; if (dragging) { chart.setPointerCapture(event.pointerId); scan(timeAt(event)); event.preventDefault(); } });
  chart.addEventListener('pointermove', event => { if (dragging) scan(timeAt(event)); });
  for (const name of ['pointerup', 'pointercancel']) chart.addEventListener(name, () => { if (dragging) { dragging = false; rest(t); } });

  document.addEventListener('keydown', event => {
    const on = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') || on.closest('select, textarea, input:not(#stage-scrub)')) return;
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (by && (on === scrub || event.key === 'ArrowLeft' || event.key === 'ArrowRight')) event.shiftKey ? flag(by) : step(by);
    else if (event.key === 'Home') rest(0);
    else if (event.key === 'End') rest(last);
    else if (event.key === 'PageUp' || event.key === 'PageDown') step(event.key === 'PageUp' ? 12 : -12);
    else if (event.key === ' ' && !on.closest('button, summary')) { if (!event.repeat) toggle(); } else return;
    event.preventDefault();
  });

  /* A department in focus: what does not touch it fades. */
  for (const { node } of drawn.nodes) {
    const focus = on => {
      track.classList.toggle('focus-one', on);
      film.ties.forEach(({ a, b }, at) => {
        for (const path of Object.values(drawn.ties[at])) path.classList.toggle('on', on && (a === node.dataset.id || b === node.dataset.id));
      });
    };
    for (const [name, on] of [['pointerenter', true], ['pointerleave', false], ['focus', true], ['blur', false]]) node.addEventListener(name, () => focus(on));
  }

  draw();
  tell();
  $('stage-play').disabled = last === 0;
  if (new URLSearchParams(location.search).has('play')) play();
  performance.mark('stage ready');
};

/* The pointer hides while nobody moves it; in full screen the controls fade with it. */
let idle;
const wake = () => {
  document.body.classList.remove('idle', 'full');
  clearTimeout(idle);
  idle = setTimeout(() => { document.body.classList.add('idle'); document.body.classList.toggle('full', document.fullscreenElement !== null); }, IDLE);
};
for (const name of ['pointermove', 'pointerdown', 'focusin']) document.addEventListener(name, wake);
wake();

load().catch(() => { $('problem').textContent = 'The film did not arrive. This month stands; reload the page to play.'; });
