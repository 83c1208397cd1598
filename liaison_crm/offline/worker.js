// The service worker. What stands above is written by the server: the version of the static files,
// their addresses, and the page for a place that is not on this device.
const FILES = `files-${VERSION}`
const WHO = 'pages-who'
const LIMIT_MS = 2000
const FRESH_MS = 10 * 60_000
const OLD_MS = 7 * 24 * 3600_000
const MOST_BYTES = 4_000_000
const MOST_PAGES = 150
const AWAY = new Set([502, 503, 504])
// Pages about sign-in, secrets and the desk, and what is no page at all, stay off the device.
const NEVER = /^\/(account|you|admin|api|demo|import|static|outbox\/token|offline|sw\.js)(\/|$)/
const HASHED = /\.[0-9a-f]{12}\.\w+$/

addEventListener('install', event => event.waitUntil(install()))
addEventListener('activate', event => event.waitUntil(clients.claim()))
addEventListener('message', event => {
  if (event.data?.keep === 'day') event.waitUntil(keepDay().catch(() => {}))
  if (event.data?.forget === 'pages') event.waitUntil(forgetPages())
})
addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== location.origin) return
  if (request.mode === 'navigate') {
    if (request.method !== 'GET') event.respondWith(fetch(request).catch(noSignal))
    else if (!NEVER.test(url.pathname) || isSignIn(url)) event.respondWith(page(event, url))
  } else if (request.method === 'GET' && url.pathname.startsWith(STATIC)) event.respondWith(file(request, url))
})

// --- Static files: by their hash they never change. Pages kept under an older version still find theirs. ---

async function install() {
  const cache = await caches.open(FILES)
  await Promise.all([SHELL, ...SHELF].map(async address => {
    const known = HASHED.test(address) && await caches.match(address)
    await (known ? cache.put(address, known) : cache.add(new Request(address, { cache: 'no-cache' })))
  }))
  await skipWaiting()
}

async function file(request, url) {
  const copy = await caches.match(request, { ignoreVary: true })
  if (copy && HASHED.test(url.pathname)) return copy
  try {
    const response = await fetch(request)
    if (response.ok && response.type === 'basic') await (await caches.open(FILES)).put(request, response.clone())
    return response
  } catch (error) {
    if (copy) return copy
    throw error
  }
}

// --- Pages: from the server within two seconds, else the last good copy, marked with its moment. ---

const isSignIn = url => url.pathname === SIGN_IN

async function page(event, url) {
  const copy = await copyOf(url)
  const network = fetch(event.request)
  event.waitUntil(network.then(response => note(url, response.clone())).catch(() => {}))
  try {
    const response = await (copy ? Promise.race([network, tooLong()]) : network)
    return copy && AWAY.has(response.status) ? marked(copy) : response
  } catch {
    return copy ? marked(copy) : noSignal()
  }
}

const tooLong = () => new Promise((_, no) => setTimeout(() => no(new Error('slow')), LIMIT_MS))
const noSignal = async () => await caches.match(SHELL) ?? Response.error()

async function marked(copy) {
  const text = await copy.text()
  return new Response(text.replace('<html ', `<html data-kept-at="${copy.headers.get('X-Kept-At')}" `), { headers: copy.headers })
}

// The same screen is reached with more in its address than makes a difference.
function nameOf(url) {
  const name = new URL(url.pathname + url.search, location.origin)
  name.searchParams.delete('next')
  if (name.pathname !== LOG) return name.href
  for (const part of ['plan', 'practice']) {
    if (name.searchParams.has(part)) return `${location.origin}${LOG}?${part}=${name.searchParams.get(part)}`
  }
  return name.href
}

// --- Whose pages they are: one person's at a time. ---

async function person() {
  return (await caches.match('/who', { cacheName: WHO }))?.text()
}

// One after the other: what one request has kept, the next must not take for a stranger's.
let turn = Promise.resolve()
const become = somebody => (turn = turn.catch(() => {}).then(() => change(somebody)))

async function change(somebody) {
  if (await person() === somebody) return
  await forgetPages()
  await (await caches.open(WHO)).put('/who', new Response(somebody))
}

async function forgetPages() {
  for (const name of await caches.keys()) if (name.startsWith('pages-')) await caches.delete(name)
}

async function copyOf(url) {
  const somebody = await person()
  return somebody && caches.match(nameOf(url), { cacheName: `pages-${somebody}`, ignoreVary: true })
}

async function note(url, response) {
  if (isSignIn(url) && response.ok) return forgetPages()
  const somebody = response.headers.get('X-Person')
  if (!somebody || response.type !== 'basic' || response.status !== 200) return 0
  if (!response.headers.get('Content-Type')?.startsWith('text/html')) return 0
  await become(somebody)
  if (NEVER.test(url.pathname) || response.headers.get('Cache-Control')?.includes('no-store')) return 0
  const headers = new Headers(response.headers)
  for (const name of ['Content-Encoding', 'Content-Length']) headers.delete(name)
  headers.set('X-Kept-At', new Date().toISOString())
  headers.set('X-Kept-By', VERSION)
  const text = await response.text()
  await (await caches.open(`pages-${somebody}`)).put(nameOf(url), new Response(text, { headers }))
  return text.length
}

// --- The day, fetched one page after the other once Today is there. ---

async function keepDay() {
  const answer = await fetch(DAY, { headers: { 'X-Outbox': '1' }, cache: 'no-store' })
  if (answer.status === 401) return forgetPages()
  if (!answer.ok) return
  const day = await answer.json()
  await become(day.person)
  let bytes = 0
  for (const address of day.pages) {
    const url = new URL(address, location.origin)
    const copy = await copyOf(url)
    if (copy && age(copy) < FRESH_MS && copy.headers.get('X-Kept-By') === VERSION) continue
    const response = await fetch(url, { redirect: 'manual', cache: 'no-store' })
    if (await person() !== day.person) return
    if (response.type === 'opaqueredirect') continue
    bytes += await note(url, response)
    if (bytes > MOST_BYTES) break
  }
  await tidy(day.person)
}

const age = copy => Date.now() - Date.parse(copy.headers.get('X-Kept-At'))

async function tidy(somebody) {
  const cache = await caches.open(`pages-${somebody}`)
  const copies = await Promise.all((await cache.keys()).map(async key => ({ key, copy: await cache.match(key) })))
  copies.sort((a, b) => age(a.copy) - age(b.copy))
  const gone = copies.filter(({ copy }, place) => place >= MOST_PAGES || age(copy) > OLD_MS)
  await Promise.all(gone.map(({ key }) => cache.delete(key)))
  const older = copies.some(one => !gone.includes(one) && one.copy.headers.get('X-Kept-By') !== VERSION)
  if (older) return
  for (const name of await caches.keys()) if (name.startsWith('files-') && name !== FILES) await caches.delete(name)
}
