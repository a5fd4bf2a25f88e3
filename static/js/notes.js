/* The presenter's second window: follows the stage over a channel of this browser, and says what comes next. */
const $ = id => document.getElementById(id);
const item = words => { const made = document.createElement('li'); made.textContent = words; return made; };
const number = new Intl.NumberFormat('en');

const channel = new BroadcastChannel('tracker-stage');
const follow = async () => {
  const answer = await fetch($('stage-notes').dataset.film);
  if (!answer.ok) throw new Error(answer.statusText);
  const { months } = await answer.json();
  const whole = month => `${month.required ? `${number.format(month.together)} ` : ''}${month.sentence}`;
  const show = at => {
    const month = months[at], next = months[at + 1];
    $('notes-month').textContent = month.name;
    $('notes-sentence').textContent = whole(month);
    $('notes-said').replaceChildren(...[month.compared.map(([words]) => words).join(''), month.caption, ...month.more].filter(Boolean).map(item));
    $('notes-told').replaceChildren(...month.told.map(([near, title, who]) => item(`${near ? 'Near miss' : 'Quick win'}: ${title}, ${who}`)));
    $('notes-next').textContent = next ? `${next.name}: ${whole(next)} ${next.caption}` : 'This is the newest day.';
  };
  channel.addEventListener('message', ({ data }) => {
    if (data.left) $('notes-link').textContent = 'The stage was closed.';
    if (data.shows === undefined) return;
    const at = months.findIndex(month => month.on === data.shows);
    if (at < 0) { $('notes-link').textContent = 'The stage shows another picture. Open the notes from there again.'; return; }
    show(at);
    $('notes-link').textContent = data.playing ? 'The stage plays.' : 'The stage stands still.';
  });
  channel.postMessage({ asks: true });
};
for (const button of document.querySelectorAll('[data-do]')) button.addEventListener('click', () => channel.postMessage({ does: button.dataset.do }));
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('button, a, input') && event.key === ' ') return;
  const does = { ArrowLeft: 'back', ArrowRight: 'on', ' ': 'play' }[event.key];
  if (does) { channel.postMessage({ does }); event.preventDefault(); }
});
follow().catch(() => { $('notes-link').textContent = 'The notes did not arrive. Reload this window.'; });
