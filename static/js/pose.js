/* How the stage looks at any time of its film: numbers only. The same time gives the same numbers, whichever way one came. */
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
const mix = (from, to, share) => share ? from + (to - from) * share : from;

/* A run is a place and a row of values; unrolled, every month has its row. */
const unroll = (runs, width, count) => {
  const rows = [];
  for (let at = 0; at < runs.length; at += width + 1) {
    const until = runs[at + width + 1] ?? count, row = runs.slice(at + 1, at + 1 + width);
    while (rows.length < until) rows.push(row);
  }
  return rows;
};
const QUIET = 2, OPEN = 3;
const faint = look => look === QUIET || look === OPEN ? 1 : 0;
const numbers = path => path.match(/-?[\d.]+/g).map(Number);

export const read = data => {
  const count = data.months.length;
  return {
    last: count - 1,
    nodes: data.nodes.map(([id, runs]) => ({ id, radius: unroll(runs, 1, count).map(row => row[0]) })),
    ties: data.ties.map(([a, b, path, runs]) => ({ a, b, path, bend: numbers(path), rows: unroll(runs, 3, count) })),
    batons: data.batons.map(([when, tie, back, near, behind, at]) => ({ when, tie, back, near, behind, at })),
  };
};

/* A point of a cubic curve, at a share of its parameter. */
export const along = (c, share) => {
  const rest = 1 - share, [p, q, r, s] = [rest ** 3, 3 * rest ** 2 * share, 3 * rest * share ** 2, share ** 3];
  return [p * c[0] + q * c[2] + r * c[4] + s * c[6], p * c[1] + q * c[3] + r * c[5] + s * c[7]];
};

/* A baton leaves before its day and arrives on it; a near miss stops half-way. At rest the month's own stand at their ends. */
const LEAVES = 0.9, GONE = 0.55, RING = 0.5, ARRIVES = 0.84, STOPS = 0.56, BEHIND = 0.09, FARTHEST = 0.1;
const run = (film, baton, t, resting) => {
  const d = t - baton.when, end = Math.max(FARTHEST, (baton.near ? STOPS : ARRIVES) - BEHIND * baton.behind);
  if (resting ? baton.at !== t : d <= -LEAVES || d >= GONE) return null;
  const go = resting ? 1 : clamp((d + LEAVES) / LEAVES, 0, 1), far = go * go * (3 - 2 * go) * end;
  const [x, y] = along(film.ties[baton.tie].bend, baton.back ? 1 - far : far);
  const ring = !resting && !baton.near && d > 0 && d < RING ? d / RING : 0;
  return { x, y, opacity: resting ? 1 : clamp(1 - (d - 0.2) / 0.35, 0, 1), ring };
};

/* The whole picture at a time in months; `resting`: a month that stands still. */
export const pose = (film, t, resting = false) => {
  const i = clamp(Math.floor(t), 0, film.last), j = Math.min(i + 1, film.last), share = clamp(t - i, 0, 1);
  return {
    nodes: film.nodes.map(node => {
      const from = node.radius[i], to = node.radius[j];
      return { radius: mix(from || to, to || from, share), opacity: mix(from ? 1 : 0, to ? 1 : 0, share) };
    }),
    ties: film.ties.map(tie => {
      const [look, width, opacity] = tie.rows[i], [then, wide, full] = tie.rows[j];
      const near = share < 0.5 ? look : then, other = share < 0.5 ? then : look;
      return {
        width: mix(width, wide, share), opacity: mix(opacity, full, share),
        faint: mix(faint(look), faint(then), share), quiet: (faint(near) ? near : other) === QUIET,
      };
    }),
    batons: film.batons.map(baton => run(film, baton, t, resting)),
  };
};

/* The height of the momentum line at a time: its own cubic between two months, so the point lies on the line. */
export const height = (line, t) => {
  const last = (line.length - 2) / 6, i = Math.min(Math.floor(t), last - 1);
  return i < 0 ? line[1] : along(line.slice(6 * i, 6 * i + 8), t - i)[1];
};
