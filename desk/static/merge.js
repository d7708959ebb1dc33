// Two versions of a text that began as the same one become one text: what either has changed stays, once.
const MOST_CELLS = 4_000_000; // of a table that compares two texts; beyond, the middle counts as one change

/** `base` is what both began with. Where both have changed the same place, theirs comes first. */
export function merged(base, theirs, mine) {
  if (theirs === mine || theirs === base) return mine;
  if (mine === base) return theirs;
  const words = pieces(base);
  const [a, b] = [changes(words, pieces(theirs)), changes(words, pieces(mine))];
  let [at, made] = [0, ""];
  while (a.length || b.length) {
    const from = Math.min(a[0]?.from ?? Infinity, b[0]?.from ?? Infinity);
    const [left, right, to] = together(a, b, from);
    made += words.slice(at, from).join("") + both(written(words, left, from, to), written(words, right, from, to), words.slice(from, to).join(""));
    at = to;
  }
  return made + words.slice(at).join("");
}

/** Words and what stands between them. */
function pieces(text) {
  return text.match(/\s+|[^\s]+/g) ?? [];
}

/** What turns one row of pieces into the other: [{from, to, put}], in order, none touching the next. */
function changes(old, fresh) {
  let begin = 0;
  while (begin < old.length && begin < fresh.length && old[begin] === fresh[begin]) begin += 1;
  let [i, j] = [old.length, fresh.length];
  while (i > begin && j > begin && old[i - 1] === fresh[j - 1]) [i, j] = [i - 1, j - 1];
  const [one, two] = [old.slice(begin, i), fresh.slice(begin, j)];
  if (!one.length && !two.length) return [];
  if (one.length * two.length > MOST_CELLS) return [{ from: begin, to: i, put: two.join("") }];
  return compared(one, two, begin);
}

/** By the longest row of pieces that both have in common. */
function compared(one, two, begin) {
  const width = two.length + 1;
  const common = new Uint32Array((one.length + 1) * width);
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = two.length - 1; j >= 0; j -= 1) {
      const best = one[i] === two[j] ? common[(i + 1) * width + j + 1] + 1 : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
      common[i * width + j] = best;
    }
  }
  const found = [];
  let [i, j, open] = [0, 0, null];
  while (i < one.length || j < two.length) {
    if (i < one.length && j < two.length && one[i] === two[j]) {
      [i, j, open] = [i + 1, j + 1, null];
      continue;
    }
    if (!open) found.push((open = { from: begin + i, to: begin + i, put: "" }));
    const takes = j < two.length && (i === one.length || common[i * width + j + 1] >= common[(i + 1) * width + j]);
    if (takes) open.put += two[j++];
    else open.to = begin + ++i;
  }
  return found;
}

/** Takes from both rows all changes that touch one another from `from` on: theirs, mine, and where they end. */
function together(a, b, from) {
  const [left, right] = [[], []];
  let to = from;
  for (;;) {
    if (a.length && a[0].from <= to) left.push(a[0]);
    else if (b.length && b[0].from <= to) right.push(b[0]);
    else return [left, right, to];
    const one = a.length && left.at(-1) === a[0] ? a.shift() : b.shift();
    to = Math.max(to, one.to);
  }
}

/** What this side has made of the pieces from `from` to `to`. */
function written(words, made, from, to) {
  let [at, text] = [from, ""];
  for (const one of made) {
    text += words.slice(at, one.from).join("") + one.put;
    at = one.to;
  }
  return text + words.slice(at, to).join("");
}

function both(theirs, mine, old) {
  if (mine === old) return theirs;
  if (theirs === old || mine.startsWith(theirs)) return mine;
  if (theirs.startsWith(mine)) return theirs;
  const apart = !theirs || !mine || /\s$/.test(theirs) || /^\s/.test(mine) ? "" : "\n";
  return theirs + apart + mine;
}
