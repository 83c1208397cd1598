// The outbox: what is written here leaves this device only once the server has answered for its key.
// Forms say data-outbox="visit"; without this module they are sent as any other form.
const NAME = 'outbox'
const SCHEMA = 2
const LOOK_MS = 2500 // how long somebody who has just saved waits for the server's answer
const ANSWER_MS = 20_000
const SOON_MS = 2_000
const LATER_MS = 60_000
const FAILURES = 3

const whose = document.querySelector('meta[name=person]')
export const me = whose?.content ?? ''
const root = document.documentElement
// What is seldom needed comes when it is: mistakes, forms filled again, signs of age, a question.
const script = document.querySelector('script[data-stops]')
const more = () => import(script.dataset.more)
const works = Boolean(me && 'indexedDB' in self && navigator.locks)

// --- The store. A newer schema takes over what an older one kept; nothing is ever dropped. ---

function upgrade(database, transaction, from) {
  const entries = database.createObjectStore('entries', { keyPath: 'key' })
  if (from !== 1) return
  // Schema 1 knew visits alone.
  transaction.objectStore('visits').getAll().onsuccess = found => {
    found.target.result.forEach((old, place) => entries.put({
      key: old.key, person: old.person, kind: 'visit', title: old.title ?? 'Visit', practice: old.practice ?? '',
      action: old.url, page: old.page ?? old.url, next: '/', data: old.data,
      recordedAt: new Date(old.at).toISOString(), order: place + 1,
      refusal: old.refused ? { code: 'refused', detail: 'The server refused this. Open it to see why.' } : null,
    }))
    database.deleteObjectStore('visits')
  }
}

const opened = version => new Promise((yes, no) => {
  const asked = indexedDB.open(NAME, version)
  asked.onupgradeneeded = event => upgrade(asked.result, asked.transaction, event.oldVersion)
  asked.onsuccess = () => {
    asked.result.onversionchange = () => asked.result.close()
    yes(asked.result)
  }
  asked.onerror = () => no(asked.error)
})

// A page kept since before an update may meet a store that is newer than itself.
const database = () => opened(SCHEMA).catch(error => {
  if (error.name === 'VersionError') return opened()
  throw error
})

async function within(mode, work) {
  const open = await database()
  try {
    return await new Promise((yes, no) => {
      const transaction = open.transaction('entries', mode, { durability: 'strict' })
      let told
      transaction.oncomplete = () => yes(told)
      transaction.onabort = transaction.onerror = () => no(transaction.error)
      work(transaction.objectStore('entries'), value => { told = value })
    })
  } finally {
    open.close()
  }
}

const everything = () => within('readonly', (store, tell) => {
  store.getAll().onsuccess = found => tell(found.target.result.sort((a, b) => a.order - b.order))
})

export const mine = async () => (await everything()).filter(entry => entry.person === me)
export const forget = key => within('readwrite', store => store.delete(key)).then(announce)

// Written once more under the same key it keeps its place.
const keep = entry => within('readwrite', store => {
  store.getAll().onsuccess = found => {
    const others = found.target.result
    const before = others.find(other => other.key === entry.key)
    const last = Math.max(0, ...others.map(other => other.order))
    store.put({ ...entry, order: before?.order ?? last + 1 })
  }
})

// Only if nobody wrote it anew while it was on its way.
const settle = (entry, change) => within('readwrite', store => {
  store.get(entry.key).onsuccess = found => {
    const now = found.target.result
    if (now?.recordedAt !== entry.recordedAt) return
    if (change) store.put({ ...now, ...change })
    else store.delete(entry.key)
  }
})

// --- Sending: one at a time on this device, in the order of each practice. ---

const told = new Map() // what the server said, by key
let token, signIn = false, silent = !navigator.onLine, waiting, pause = SOON_MS

const headers = () => ({ 'X-Outbox': '1', 'X-Outbox-Person': me, 'X-Outbox-Sent-At': new Date().toISOString() })
const limited = options => ({ ...options, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) })

async function freshToken() {
  const answer = await fetch('/outbox/token/', limited({ headers: headers() }))
  if (answer.status === 401) throw Object.assign(new Error('sign in'), { signIn: true })
  if (!answer.ok) throw new Error('no token')
  return (await answer.json()).token
}

async function send(entry) {
  const body = new URLSearchParams([...entry.data, ['recorded_at', entry.recordedAt]])
  for (const again of [false, true]) {
    token ??= await freshToken()
    const answer = await fetch(entry.action, limited({ method: 'POST', body, headers: { ...headers(), 'X-CSRFToken': token } }))
    const said = await answer.json().catch(() => ({}))
    if (answer.status !== 403 || said.code !== 'csrf' || again) return { status: answer.status, said }
    token = undefined // it changes when somebody signs in
  }
}

// A refused entry waits for its person and holds nobody up: each says all that the server needs.
// One that could not be sent is waited for by the later ones of its practice.
async function sendAll() {
  const held = new Set()
  let failures = 0
  while (failures < FAILURES) {
    const entry = (await mine()).find(one => !one.refusal && !held.has(one.key) && !held.has(`at ${one.practice}`))
    if (!entry) return
    const { status, said } = await send(entry)
    silent = signIn = false
    told.set(entry.key, { status, said })
    if (status === 401) throw Object.assign(new Error('sign in'), { signIn: true })
    // What says neither is no answer of the site's own.
    if (!(said.location || said.code) || status === 429 || status >= 500 || (status === 403 && said.code === 'csrf')) {
      failures += 1
      held.add(entry.practice ? `at ${entry.practice}` : entry.key)
      continue
    }
    failures = 0
    pause = SOON_MS
    if (status < 300) await settle(entry)
    else await settle(entry, { refusal: { status, code: said.code, detail: said.detail, errors: said.errors ?? {} } })
    await announce()
  }
}

let running, again = false
export function flush() {
  again = Boolean(running)
  running ??= (async () => {
    do {
      again = false
      await navigator.locks.request(NAME, sendAll)
    } while (again)
  })().catch(error => {
    signIn = Boolean(error.signIn)
    silent = !signIn
    if (signIn) navigator.serviceWorker?.controller?.postMessage({ forget: 'pages' })
  }).finally(() => { running = undefined; return announce().then(tryLater) })
  return running
}

// The network coming back is not always told, and a server that comes back never is.
async function tryLater() {
  clearTimeout(waiting)
  const unsent = (await mine()).some(entry => !entry.refusal)
  if (!unsent) { pause = SOON_MS; return }
  waiting = setTimeout(() => document.visibilityState === 'visible' && flush(), pause)
  pause = Math.min(2 * pause, LATER_MS)
}

// --- What the page shows of it. ---

const others = 'BroadcastChannel' in self ? new BroadcastChannel(NAME) : null
others?.addEventListener('message', show)

async function announce() {
  others?.postMessage('changed')
  await show()
}

function words(entries) {
  const refused = entries.filter(entry => entry.refusal).length
  const unsent = entries.length - refused
  if (refused) return ['refused', `${refused} ${refused === 1 ? 'needs' : 'need'} you`]
  if (unsent && signIn) return ['signin', `Sign in to send ${unsent}`]
  if (unsent) return ['waiting', `${unsent} to send`]
  if (silent || !navigator.onLine || root.dataset.keptAt) return ['offline', 'No signal']
  return ['saved', 'All saved']
}

// What was logged without signal is done on Today at once.
const today = location.pathname === '/' && !location.search.includes('liaison') && document.querySelector('main')
async function showDone(entries) {
  const visits = entries.filter(entry => entry.kind === 'visit')
  if (!today || (!visits.length && !today.dataset.waiting)) return
  const { markDone } = await import(script.dataset.stops)
  markDone(today, visits)
}

export async function show() {
  const entries = await mine()
  const [state, text] = words(entries)
  for (const pill of document.querySelectorAll('[data-sync]')) {
    pill.hidden = false
    pill.dataset.sync = state
    pill.querySelector('span').textContent = text
  }
  await showDone(entries)
  dispatchEvent(new CustomEvent('outbox', { detail: { entries, state } }))
}

// --- Forms. ---

const pairsOf = (form, submitter) => [...new FormData(form, submitter)].filter(([name, value]) =>
  typeof value === 'string' && !['csrfmiddlewaretoken', 'recorded_at'].includes(name))
// The first words of a choice: "Good talk", without what they mean.
function label(control) {
  const texts = document.createTreeWalker(control.closest('label') ?? control, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) if (texts.currentNode.data.trim()) return texts.currentNode.data.trim()
}
// In words, for whoever looks at what waits: the choices made and what was typed.
const saidOn = form => [...form.elements].map(control => {
  if (control.type === 'checkbox') return control.checked && label(control)
  if (control.type === 'radio') return control.checked && !control.defaultChecked && label(control)
  if (control.type === 'select-one') return control.selectedOptions[0]?.textContent.trim()
  return ['text', 'textarea', 'date'].includes(control.type) && control.value.trim()
}).filter(Boolean).join(', ').slice(0, 300)
const hasFile = form => [...form.elements].some(control => control.type === 'file' && control.files.length)
const where = url => { const found = new URL(url, location); return found.origin === location.origin ? found.pathname + found.search : '/' }

// A place on this very page is gone to by loading it anew: it has changed.
function goTo(place) {
  if (!place.hash || place.href.split('#')[0] !== location.href.split('#')[0]) return location.assign(place)
  location.hash = place.hash
  location.reload()
}

async function capture(event) {
  const form = event.target
  if (event.defaultPrevented || !form.matches('form[data-outbox]') || !form.elements.client_key || hasFile(form)) return
  event.preventDefault()
  if (form.ariaBusy === 'true') return
  form.ariaBusy = 'true'
  const entry = {
    key: form.elements.client_key.value, person: me, kind: form.dataset.outbox,
    title: form.dataset.outboxTitle || document.title, practice: form.dataset.outboxPractice ?? '',
    action: where(event.submitter?.getAttribute('formaction') ?? form.action), page: where(location),
    next: where(form.dataset.outboxNext || form.elements.next?.value || '/'),
    data: pairsOf(form, event.submitter), says: saidOn(form),
    recordedAt: new Date().toISOString(), refusal: null,
  }
  try {
    await keep(entry)
  } catch {
    return form.submit() // a device that keeps nothing still sends
  }
  navigator.storage?.persist?.()
  if (navigator.onLine) await Promise.race([flush(), new Promise(wake => setTimeout(wake, LOOK_MS))])
  else await announce()
  const now = (await mine()).find(one => one.key === entry.key)
  if (now?.refusal) {
    form.ariaBusy = null
    return (await more()).showMistakes(form, now.refusal)
  }
  goTo(new URL(now ? entry.next : told.get(entry.key)?.said.location ?? entry.next, location))
}

// --- Signing out takes the pages off the device; what is not sent is asked about first. ---

async function signOut(form) {
  const pages = (await caches?.keys() ?? []).filter(name => name.startsWith('pages'))
  await Promise.all(pages.map(name => caches.delete(name)))
  form.submit()
}

async function leave(event) {
  const form = event.target
  if (event.defaultPrevented || !form.action.endsWith('/account/logout/')) return
  event.preventDefault()
  const entries = await mine()
  const said = entries.length ? await (await more()).askBeforeLeaving(entries) : 'keep'
  if (said === 'drop') for (const entry of entries) await forget(entry.key)
  if (said !== 'stay') await signOut(form)
}

async function refill() {
  const key = location.hash.match(/^#outbox=([\w-]+)$/)?.[1]
  const entry = key && (await mine()).find(one => one.key === key)
  return Boolean(entry && (await more()).fillAgain(entry))
}

// The server made a key with the page; a page that is shown again must not use it twice.
async function newKeys() {
  const kept = new Set((await mine()).map(entry => entry.key))
  for (const form of document.querySelectorAll('form[data-outbox]')) {
    const key = form.elements.client_key
    if (key && !kept.has(key.value)) key.value = crypto.randomUUID()
    form.ariaBusy = null
  }
}

async function settleIn() {
  const worker = navigator.serviceWorker
  await worker?.register('/sw.js', { updateViaCache: 'none' })
  if (today && !root.dataset.keptAt) (await worker?.ready)?.active.postMessage({ keep: 'day' })
}

if (works) {
  if (root.dataset.keptAt) more().then(it => it.comeOfAge(new Date(root.dataset.keptAt), whose.dataset.zone))
  addEventListener('submit', capture)
  addEventListener('submit', leave)
  addEventListener('online', flush)
  addEventListener('offline', () => { silent = true; show() })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && flush())
  addEventListener('pageshow', event => event.persisted && newKeys().then(flush))
  await newKeys().catch(() => {})
  if (!await refill().catch(() => true)) for (const words of document.querySelectorAll('[data-outbox-words]')) words.textContent = words.dataset.outboxWords
  const settled = () => settleIn().catch(() => {})
  if (document.readyState === 'complete') settled()
  else addEventListener('load', settled)
  mine().then(entries => entries.some(entry => !entry.refusal) ? flush() : show()).catch(() => {})
}
