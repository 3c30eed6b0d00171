/**
 * Entities by name: slim records of all of them, and a matcher that forgives typing errors.
 *
 * An exact name comes first, then what is called so and is of the kind that the query names, then names that begin so,
 * then names that have the words, then names that have the text somewhere. What is not found so is read without words
 * such as "the", and then by the nearest words. `api:`, `@team` and `#tag` narrow.
 */
const { callboard } = window;
const SHOWN = 12;
const KIND_ORDER = ["component", "api", "system", "template", "resource", "domain", "group", "user"];
/** What people call kinds, besides their names and types. */
const CALLED = { group: ["team"], user: ["person"], template: ["scaffolder"] };
/** Places of records that are called exactly as the query says. */
const EXACT = 2;
const STOP = new Set("a an and are as at be by can do does for from how i in is it may my of on or our that the their this to was we what when where which who why will with you your".split(" "));

/** For comparing: lower case, without accents. */
const plain = (text) => (/[^\0-\x7f]/.test(text) ? text.normalize("NFD").replace(/\p{M}/gu, "") : text).toLowerCase();
/** Words of a name, also of one that is written in camel case. */
const words = (text) => plain(text.replace(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, "$1 ")).match(/[\p{L}\p{N}]+/gu) ?? [];
const joined = (text) => plain(text).replace(/[^\p{L}\p{N}]+/gu, "");
const shortName = (ref) => ref.split(/[:/]/).at(-1);
/** *list* of words without those that every text has; all of them where there are no others. */
const telling = (list) => {
  const left = list.filter((word) => !STOP.has(plain(word)));
  return left.length ? left : list;
};

/** Edits that a word may be away: one from four letters on, two from seven on, none for numbers; "stars" must not find "stores". */
const forgiven = (word) => (/^\d+$/.test(word) ? 0 : word.length >= 7 ? 2 : word.length >= 4 ? 1 : 0);

/**
 * Edits from *typed* to the nearest beginning of *word*, two letters exchanged counting as one; *limit* + 1 where
 * there are more.
 */
function edits(typed, word, limit) {
  const width = Math.min(word.length, typed.length + limit);
  let before = null;
  let row = Array.from({ length: width + 1 }, (_, n) => n);
  for (let i = 1; i <= typed.length; i++) {
    const next = [i];
    for (let j = 1; j <= width; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (typed[i - 1] === word[j - 1] ? 0 : 1));
      if (before && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    if (Math.min(...next) > limit) return limit + 1;
    [before, row] = [row, next];
  }
  return Math.min(limit + 1, ...row);
}

/** The letters of *word* as bits, to see at a glance that two words have too few in common. */
function letters(word) {
  let bits = 0;
  for (let n = 0; n < word.length; n++) bits |= 1 << (word.charCodeAt(n) & 31);
  return bits;
}

function more(bits, limit) {
  let left = bits;
  for (let n = 0; n <= limit; n++) {
    if (!left) return false;
    left &= left - 1;
  }
  return true;
}

const drawers = new WeakMap();
/** *all* with the letters of each, kept for the next query. */
function lettered(all) {
  const size = all.size ?? all.length;
  if (drawers.get(all)?.length !== size) drawers.set(all, [...all].map((word) => [word, letters(word)]));
  return drawers.get(all);
}

/** Those of *all* that *typed* may be meant for, each with how far away it is. */
function nearest(typed, all) {
  const limit = forgiven(typed);
  const bits = letters(typed);
  const found = new Map();
  for (const [word, own] of lettered(all)) {
    if (word.length < typed.length - limit || more(bits & ~own, limit)) continue;
    const far = edits(typed, word, limit);
    if (far <= limit) found.set(word, far);
  }
  return found;
}

/** The kind that a prefix asks for: "create:" lists what can be made, "team:" groups. */
const kindOf = (prefix) => ({ create: "template", team: "group", person: "user" })[plain(prefix)] ?? plain(prefix);

/** What a kind and a type are called. */
const calls = ({ kind, type }) => [kind, plain(type), ...(CALLED[kind] ?? [])].filter(Boolean);
/** Whether *word* names the kind or the type of a record. */
const names = (word, record) => calls(record).some((call) => call === word || `${call}s` === word);

const order = ({ kind }) => KIND_ORDER.indexOf(kind) + 1 || KIND_ORDER.length + 1;

callboard.text = { plain, words, joined, telling, forgiven, nearest, names, shortName };

class Entities {
  static async load(folder) {
    const [{ stamp, columns }] = await Promise.all([callboard.part(folder, "palette"), callboard.load(`${folder}minisearch.js`)]);
    return new Entities(folder, stamp, columns);
  }

  constructor(folder, stamp, columns) {
    this.folder = folder;
    this.stamp = stamp;
    this.records = [];
    const names = columns.names.split("\n");
    for (const [kind, namespace, count] of columns.groups) {
      for (let n = 0; n < count; n++) {
        const id = this.records.length;
        const owner = columns.owners[columns.owner[id]];
        this.records.push({ id, kind, namespace, name: names[id], owner, title: "", type: "", tags: "" });
      }
    }
    this.kinds = new Set(this.records.map((record) => record.kind));
    this.byRef = new Map(this.records.map((record) => [`${record.kind}:${record.namespace}/${record.name}`, record]));
    this.build();
  }

  build() {
    this.words = new Set();
    this.said = null;
    const keep = (word) => (this.words.add(word), word);
    this.index = new window.MiniSearch({ fields: ["name", "title", "tags"], tokenize: words, processTerm: keep, searchOptions: { processTerm: (word) => word } });
    this.index.addAll(this.records);
    for (const record of this.records) {
      record.keys = [...new Set([plain(record.name), plain(record.title)])].filter(Boolean);
      record.joins = [...new Set([joined(record.name), joined(record.title)])].filter(Boolean);
    }
  }

  /** Titles, types and tags: they come after the names, and only of the same build. */
  detail() {
    this.detailed ??= callboard.part(this.folder, "details", this.stamp).then((found) => {
      if (!found) return;
      const { types, type, titles, tags } = found.columns;
      for (const record of this.records) {
        Object.assign(record, { type: types[type[record.id]], title: titles[record.id], tags: tags[record.id] });
      }
      this.build();
    });
    return this.detailed;
  }

  title(record) {
    return record.title || record.name;
  }

  /** How people call whom *ref* names. */
  nameOf(ref) {
    const record = this.byRef.get(ref.includes("/") ? ref : ref.replace(":", ":default/"));
    return record ? this.title(record) : shortName(ref);
  }

  /** What narrows, and the words that are left. */
  read(query) {
    const wanted = { kind: "", owners: null, tag: "", words: [] };
    for (const word of query.trim().split(/\s+/).filter(Boolean)) {
      const [, kind, rest] = word.match(/^([a-z]+):(.*)$/i) ?? [];
      if (word.startsWith("@")) wanted.owners = this.ownersCalled(word.slice(1));
      else if (word.startsWith("#")) wanted.tag = plain(word.slice(1));
      else if (kind && this.kinds.has(kindOf(kind))) {
        wanted.kind = kindOf(kind);
        if (rest) wanted.words.push(shortName(rest));
      } else wanted.words.push(word);
    }
    wanted.text = wanted.words.join(" ");
    wanted.narrowed = Boolean(wanted.kind || wanted.owners || wanted.tag);
    return wanted;
  }

  /** Owners whose name or title begins with *text*. */
  ownersCalled(text) {
    const wanted = joined(text);
    const all = [...new Set(this.records.map(({ owner }) => owner).filter(Boolean))];
    return new Set(all.filter((owner) => [shortName(owner), this.nameOf(owner)].some((name) => joined(name).startsWith(wanted))));
  }

  fits(record, { kind, owners, tag }) {
    return (!kind || record.kind === kind) && (!owners || owners.has(record.owner)) && (!tag || record.tags.split(" ").some((each) => each.startsWith(tag)));
  }

  /** Records for *query*, best first. */
  find(query) {
    return this.matches(query).map(({ record }) => record);
  }

  /** Records for *query* with their places, best first; up to EXACT they are called just so. */
  matches(query) {
    const wanted = this.read(query);
    const fitting = (found) => found.filter(({ record }) => this.fits(record, wanted));
    if (!wanted.text) return wanted.narrowed ? fitting(this.records.map((record) => ({ record, place: EXACT + 1 }))) : [];
    const telltale = telling(wanted.words);
    const unkind = telltale.filter((word) => !this.saying(plain(word)));
    const readings = [wanted.words, telltale, ...(unkind.length ? [unkind] : [])].map((list) => list.join(" "));
    for (const look of [(text) => this.called(text), (text) => this.meant(text)]) {
      for (const text of new Set(readings)) {
        const found = fitting(look(text));
        if (found.length) return found.sort((a, b) => a.place - b.place || (a.place <= EXACT + 1 ? order(a.record) - order(b.record) : 0) || b.score - a.score || a.record.name.length - b.record.name.length || a.record.id - b.record.id);
      }
    }
    return [];
  }

  /** Records that are called *text*, or begin so, or have its words, or have it somewhere; also of the kind it names. */
  called(text) {
    const whole = plain(text);
    const run = joined(text);
    const place = ({ keys, joins, namespace, name }, score) => {
      if (keys.includes(whole) || `${namespace}/${name}` === whole) return 0;
      if (joins.includes(run)) return 1;
      if (keys.some((key) => key.startsWith(whole))) return EXACT + 1;
      return score ? EXACT + 2 : EXACT + 3;
    };
    const found = new Map([...this.named(text)].map(([id, score]) => [id, { record: this.records[id], score, place: place(this.records[id], score) }]));
    for (const each of this.ofKind(text)) if (!(found.get(each.record.id)?.place <= each.place)) found.set(each.record.id, each);
    return [...found.values()];
  }

  /** Records of the kind or type that one word of *text* names, called as the other words say: "tracking system". */
  ofKind(text) {
    const all = words(text);
    const found = [];
    for (const said of all.length > 1 ? new Set(all) : []) {
      const rest = all.filter((word) => word !== said);
      if (!rest.length || !this.saying(said)) continue;
      for (const [id, score] of this.named(rest.join(" "))) {
        const record = this.records[id];
        if (names(said, record)) found.push({ record, score, place: record.joins.includes(rest.join("")) ? EXACT : EXACT + 2 });
      }
    }
    return found;
  }

  /** Whether *word* names a kind or a type of any record. */
  saying(word) {
    this.said ??= new Set(this.records.flatMap(calls));
    return this.said.has(word) || (word.endsWith("s") && this.said.has(word.slice(0, -1)));
  }

  /** Every record that has the words, or the text somewhere in its name, with a score. */
  named(text) {
    const found = new Map();
    if (words(text).length) for (const { id, score } of this.index.search(text, { prefix: true, boost: { name: 3, title: 2 }, combineWith: "AND" })) found.set(id, score);
    const whole = joined(text);
    if (whole.length > 2) for (const { id, joins } of this.records) if (!found.has(id) && joins.some((name) => name.includes(whole))) found.set(id, 0);
    return found;
  }

  /** Records by the words that are nearest to those of *text*; of equally near ones, those that have no others first. */
  meant(text) {
    const typed = words(text);
    const near = typed.map((word) => nearest(word, this.words));
    if (!near.length || near.some((candidates) => !candidates.size)) return [];
    const queries = near.map((candidates) => ({ combineWith: "OR", queries: [...candidates.keys()] }));
    const found = this.index.search({ combineWith: "AND", queries }).map(({ id, score, match }) => {
      const far = near.reduce((sum, candidates) => sum + Math.min(...Object.keys(match).map((word) => candidates.get(word) ?? 9)), 0);
      return { record: this.records[id], score: score - 1000 * far, far };
    });
    const least = Math.min(...found.map(({ far }) => far));
    const whole = ({ name, title }) => [name, title].some((each) => words(each).length === typed.length);
    return found.map(({ record, score, far }) => ({ record, score, place: far === least && whole(record) ? EXACT : EXACT + 2 }));
  }

  /** Owners or tags, those of the most entities first. */
  common(values) {
    const counts = new Map();
    for (const record of this.records) for (const value of values(record)) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, SHOWN);
  }
}

let entities = null;
callboard.entities = (folder) => {
  entities ??= Entities.load(folder);
  entities.catch(() => (entities = null));
  return entities;
};
