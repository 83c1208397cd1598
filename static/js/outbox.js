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
    if (status === 429 || status >= 500 || (status === 403 && said.code === 'csrf') || (status === 200 && !said.location)) {
      failures += 1
      held.add(entry.practice ? `at ${entry.practice}` : entry.key)
      continue
    }
    failures = 0
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

export async function show() {
  const entries = await mine()
  const [state, text] = words(entries)
  for (const pill of document.querySelectorAll('[data-sync]')) {
    pill.hidden = false
    pill.dataset.sync = state
    pill.querySelector('span').textContent = text
  }
  dispatchEvent(new CustomEvent('outbox', { detail: { entries, state } }))
}

// --- Forms. ---

const pairsOf = (form, submitter) => [...new FormData(form, submitter)].filter(([name, value]) =>
  typeof value === 'string' && !['csrfmiddlewaretoken', 'recorded_at'].includes(name))
const label = control => (control.closest('label')?.textContent ?? '').trim().split('\n')[0]
// In words, for whoever looks at what waits: the choices made and what was typed.
const saidOn = form => [...form.elements].map(control => {
  if (['radio', 'checkbox'].includes(control.type)) return control.checked ? label(control) : ''
  if (control.type === 'select-one') return control.selectedOptions[0]?.textContent.trim()
  return ['text', 'textarea', 'date'].includes(control.type) ? control.value.trim() : ''
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
    return showMistakes(form, now.refusal)
  }
  goTo(new URL(now ? entry.next : told.get(entry.key)?.said.location ?? entry.next, location))
}

function list(texts, className = '') {
  const made = document.createElement('ul')
  made.className = `errorlist ${className}`
  made.append(...texts.map(text => {
    const line = document.createElement('li')
    line.append(Object.assign(document.createElement('span'), { textContent: text }))
    return line
  }))
  return made
}

function showMistakes(form, refusal) {
  for (const old of form.querySelectorAll('.errorlist')) old.remove()
  const whole = []
  let first
  for (const [name, texts] of Object.entries(refusal.errors)) {
    const controls = form.querySelectorAll(`[name="${CSS.escape(name)}"]:not([type=hidden])`)
    const place = controls[0]?.closest('fieldset, .field') ?? controls[0]?.closest('label')?.parentElement
    if (!place) { whole.push(...texts); continue }
    place.closest('details')?.setAttribute('open', '')
    place.append(list(texts))
    first ??= controls[0]
  }
  if (!Object.keys(refusal.errors).length) whole.push(refusal.detail)
  if (whole.length) {
    const alert = Object.assign(document.createElement('div'), { role: 'alert', tabIndex: -1 })
    alert.append(list(whole, 'nonfield'))
    form.prepend(alert)
    first = alert
  }
  first?.focus()
  first?.scrollIntoView({ block: 'center' })
}

// An entry opened from the outbox fills its form again, under its own key.
async function refill() {
  const key = location.hash.match(/^#outbox=([\w-]+)$/)?.[1]
  const entry = key && (await mine()).find(one => one.key === key)
  const form = entry && [...document.querySelectorAll('form[data-outbox]')].find(one => one.dataset.outbox === entry.kind)
  if (!form) return false
  const said = new Map()
  for (const [name, value] of entry.data) said.set(name, [...(said.get(name) ?? []), value])
  for (const control of form.elements) {
    if (!control.name || control.name === 'csrfmiddlewaretoken' || control.type === 'file') continue
    const values = said.get(control.name) ?? []
    if (['checkbox', 'radio'].includes(control.type)) control.checked = values.includes(control.value)
    else if (values.length) control.value = values[0]
    if (values.some(Boolean)) control.dispatchEvent(new Event('input', { bubbles: true }))
  }
  for (const folded of form.querySelectorAll('details')) {
    folded.open ||= [...folded.querySelectorAll('input, textarea')].some(one => one.checked && one.type === 'checkbox' || one.type === 'text' && one.value)
  }
  if (entry.refusal) showMistakes(form, entry.refusal)
  return true
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
  if (!entries.length) return signOut(form)
  const dialog = document.createElement('dialog')
  dialog.setAttribute('aria-labelledby', 'unsent')
  dialog.innerHTML = `<header><h2 id="unsent"></h2></header>
    <p>Kept, it waits on this device until you sign in here again. Nobody else can see or send it.</p>
    <p class="acts"><button class="btn main" value="stay">Stay signed in</button><button class="btn line" value="keep">Sign out and keep it</button><button class="btn danger" value="drop">Sign out and delete it</button></p>`
  dialog.querySelector('h2').textContent = entries.length === 1 ? '1 entry is not sent' : `${entries.length} entries are not sent`
  dialog.addEventListener('click', async ({ target: { value } }) => {
    if (!value) return
    dialog.close()
    if (value === 'drop') for (const entry of entries) await forget(entry.key)
    if (value !== 'stay') await signOut(form)
  })
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
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

if (works) {
  addEventListener('submit', capture)
  addEventListener('submit', leave)
  addEventListener('online', flush)
  addEventListener('offline', () => { silent = true; show() })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && flush())
  addEventListener('pageshow', event => event.persisted && newKeys().then(flush))
  await newKeys().catch(() => {})
  if (!await refill().catch(() => true)) for (const words of document.querySelectorAll('[data-outbox-words]')) words.textContent = words.dataset.outboxWords
  mine().then(entries => entries.some(entry => !entry.refusal) ? flush() : show()).catch(() => {})
}
