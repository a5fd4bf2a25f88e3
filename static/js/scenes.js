/* The scenes on the stage: by key, by the speaker's window, and full screen. The server draws each; htmx swaps it in,
   so that the browser stays in full screen. */
const $ = id => document.getElementById(id);
const screen_ = () => $('scenes-screen');
const places = () => [...screen_().querySelectorAll('.places a')];
const here = () => Number(screen_().dataset.number);
const go = number => {
  const list = places(), to = Math.min(list.length, Math.max(1, number));
  if (to !== here()) list[to - 1].click();
};

/* The speaker's second window. */
const channel = new BroadcastChannel('tracker-scenes');
const tell = () => channel.postMessage({ shows: screen_().dataset.notes });
channel.addEventListener('message', ({ data }) => {
  if (data.asks) tell();
  if (data.does) go(here() + (data.does === 'on' ? 1 : -1));
});
addEventListener('pagehide', () => channel.postMessage({ left: true }));

document.addEventListener('htmx:after:swap', () => {
  $('scenes-said').textContent = screen_().dataset.said;
  tell();
});

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || document.querySelector('dialog[open]') || event.target.closest('input, select, textarea')) return;
  if (event.key === ' ' && event.target.closest('button, a')) return;
  const to = { ArrowRight: here() + 1, PageDown: here() + 1, ' ': here() + 1, ArrowLeft: here() - 1, PageUp: here() - 1, Home: 1, End: Infinity }[event.key];
  if (to !== undefined) { go(to); event.preventDefault(); }
});
document.addEventListener('click', event => {
  if (event.target.closest('[data-full]')) document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
});

/* The pointer and the controls fade in full screen while nobody moves. */
let idle;
const wake = () => {
  document.body.classList.remove('idle', 'full');
  clearTimeout(idle);
  idle = setTimeout(() => { document.body.classList.add('idle'); document.body.classList.toggle('full', document.fullscreenElement !== null); }, 3000);
};
for (const name of ['pointermove', 'pointerdown', 'focusin']) document.addEventListener(name, wake);
wake();
tell();
