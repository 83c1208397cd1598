// The same as marking.py, on the device: nothing about a patient leaves it.
const WINDOW = 60
const UNDECOMPOSED = Object.fromEntries([...'ßøØłŁæÆœŒđĐðÐþÞı−'].map((c, i) => [c, 'soOlLaAoOdDdDtTi-'[i]]))
const PLACED = [[/^\p{M}$/u, ''], [/^\p{Cf}$/u, ''], [/^\p{Ll}$/u, 'x'], [/^\p{L}$/u, 'X'], [/^\p{Pd}$/u, '-'], [/^\p{Zs}$/u, ' '], [/^[\p{Pi}\p{Pf}]$/u, "'"]]

const isAscii = text => !/[^\x00-\x7f]/.test(text)
const lists = Object.fromEntries(Object.entries(RULES.lists).map(([name, words]) => [name, new Set(words.split(' '))]))

// The shorthand of the rules, as rules.py writes it out.
function writtenOut(shorthand) {
  const part = /\{([a-z_]+)\}/g
  while (shorthand.search(part) >= 0) shorthand = shorthand.replace(part, (_, name) => `(?:${RULES.parts[name]})`)
  const anyCase = words => words.replace(/[A-Za-z]/g, letter => `[${letter.toUpperCase()}${letter.toLowerCase()}]`)
  return shorthand.replace(/<([^<>]+)>/g, (_, words) => `(?:${anyCase(words)})`)
}

const read = (shorthand, flags) => shorthand && new RegExp(writtenOut(shorthand), flags)
const compiled = rule => ({
  kind: rule.kind,
  pattern: read(`(${rule.after ?? ''})(?:${rule.pattern})`, 'g'),
  unless: read(rule.unless), not_between: read(rule.not_between), not_after: read(rule.not_after), not_before: read(rule.not_before), near: read(rule.near),
  known: Object.entries(rule.known ?? {}), unknown: Object.entries(rule.unknown ?? {}),
})
let rules

function digit(character) {
  let value = 0
  while (/^\p{Nd}$/u.test(String.fromCodePoint(character.codePointAt(0) - value - 1))) value++
  return String(value % 10)
}

function letterFor(character) {
  if (isAscii(character)) return character
  const [simple] = UNDECOMPOSED[character] ?? character.normalize('NFKD')
  if (isAscii(simple)) return simple
  if (/^\p{Nd}$/u.test(simple)) return digit(simple)
  for (const [category, letter] of PLACED) if (category.test(simple)) return letter
  return '¤'
}

// A text in ASCII, and where in the original each of its characters stood and ended.
function plainOf(text) {
  let plain = ''
  const places = [], ends = []
  let place = 0
  for (const character of text) {
    const letter = letterFor(character)
    if (letter) {
      plain += letter
      places.push(place)
      ends.push(place + character.length)
    }
    place += character.length
  }
  return { plain, places, ends }
}

const lessALetter = word => [...word].map((_, at) => word.slice(0, at) + word.slice(at + 1))
const SHORTEST_SLIP = 5
const almost = {}

// One letter more, less, other or swapped: what is left without one letter is the same.
function isAlmost(word, name) {
  if (word.length < SHORTEST_SLIP) return false
  almost[name] ??= new Set([...lists[name]].filter(known => known.length >= SHORTEST_SLIP).flatMap(known => [known, ...lessALetter(known)]))
  return [word, ...lessALetter(word)].some(part => almost[name].has(part))
}

function isIn(name, word, mayBeAlmost) {
  if (word === undefined) return false
  if (name.startsWith('small_')) return lists[name].has(word)
  const small = word.toLowerCase()
  return lists[name].has(small) || (mayBeAlmost && (word[0] !== small[0] || name.startsWith('slip_')) && isAlmost(small, name))
}

const isKnown = (pairs, match) => pairs.every(([name, group]) => isIn(name, match[group], true))
const isUnknown = (pairs, match) => !pairs.some(([name, group]) => isIn(name, match[group], false))

function holds(rule, match, text, start, end) {
  const before = text.slice(Math.max(0, start - WINDOW), start), after = text.slice(end, end + WINDOW)
  if (!isKnown(rule.known, match) || !isUnknown(rule.unknown, match)) return false
  if (rule.unless?.test(text.slice(start, end)) || rule.not_between?.test(match[1]) || rule.not_after?.test(before) || rule.not_before?.test(after)) return false
  return !rule.near || rule.near.test(before) || rule.near.test(after)
}

function spans(rule, text, found) {
  rule.pattern.lastIndex = 0
  for (let match; (match = rule.pattern.exec(text));) {
    const start = match.index + match[1].length, end = match.index + match[0].length
    const holding = holds(rule, match, text, start, end)
    if (holding) found.push({ start, end, kind: rule.kind })
    rule.pattern.lastIndex = holding ? end : match.index + 1
  }
}

// Every place that identifies a patient, in order, none over another.
export function marksIn(text) {
  const { plain, places, ends } = plainOf(text)
  const found = []
  rules ??= RULES.rule.map(compiled)
  for (const rule of rules) spans(rule, plain, found)
  found.sort((a, b) => a.start - b.start || a.end - b.end || (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0))
  const marks = []
  for (const mark of found) {
    const last = marks.at(-1)
    if (last && mark.start < last.end) last.end = Math.max(last.end, mark.end)
    else marks.push(mark)
  }
  return marks.map(({ start, end, kind }) => ({ start: places[start], end: ends[end - 1], kind }))
}

const joined = words => words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
const SHOWN = 80

function quoted(found) {
  let left = SHOWN
  const shown = []
  for (const words of new Set(found.map(one => one.trim().split(/\s+/).join(' ')))) {
    if (left <= 1) break
    const letters = [...words]
    const some = letters.length <= left ? letters : [...letters.slice(0, left - 1), '…']
    shown.push(`“${some.join('')}”`)
    left -= some.length
  }
  return shown.join(', ')
}

// What to tell the author, as refusing.py says it on the server; nothing where the text may stand.
export function refusalOf(text) {
  const marks = marksIn(text)
  if (!marks.length) return ''
  const kinds = [...new Set(marks.map(mark => RULES.kinds[mark.kind]))]
  const words = quoted(marks.map(mark => text.slice(mark.start, mark.end)))
  return `This looks like ${joined(kinds)}: ${words}. Please take it out: no patient is named here.`
}
