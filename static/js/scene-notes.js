/* The speaker's notes of the scenes: they follow the stage over a channel of this browser. */
const $ = id => document.getElementById(id);
const channel = new BroadcastChannel('tracker-scenes');
const say = words => { $('notes-link').textContent = words; };
channel.addEventListener('message', async ({ data }) => {
  if (data.left) say('The stage was closed.');
  if (!data.shows) return;
  const address = new URL(data.shows, location.href);
  if (address.pathname !== location.pathname) { say('The stage shows another story. Open the notes from there again.'); return; }
  if (address.href !== location.href) {
    await htmx.ajax('GET', address.href, { target: '#scenes-notes', swap: 'outerHTML' });
    history.replaceState(null, '', address);
  }
  say('The notes follow the stage.');
});
channel.postMessage({ asks: true });
document.addEventListener('click', event => {
  const button = event.target.closest('[data-do]');
  if (button) channel.postMessage({ does: button.dataset.do });
});
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('button, a, input') && event.key === ' ') return;
  const does = { ArrowLeft: 'back', PageUp: 'back', ArrowRight: 'on', PageDown: 'on', ' ': 'on' }[event.key];
  if (does) { channel.postMessage({ does }); event.preventDefault(); }
});
