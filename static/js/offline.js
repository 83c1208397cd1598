// The page for a place that is not on this device: it lists those that are, and looks for signal.
const again = () => location.reload()
document.querySelector('#again').addEventListener('click', again)
// Signal that comes back takes nobody back to a page he is on his way from.
let leaving = false
addEventListener('beforeunload', () => { leaving = true })
addEventListener('online', () => leaving || again())
const theme = document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1]
if (theme) document.documentElement.dataset.theme = theme

const KINDS = /^\/($|follow-ups\/$|issues\/$|visits\/new\/$|practices\/\d+\/$|physicians\/\d+\/$)/
const list = document.querySelector('#pages')

async function rows(cache) {
  for (const { url } of await cache.keys()) {
    const { pathname, search } = new URL(url)
    if (search || !KINDS.test(pathname)) continue
    const text = await (await cache.match(url)).text()
    const title = new DOMParser().parseFromString(text.slice(0, 4000), 'text/html').title.split(' · ')[0]
    const line = document.createElement('li')
    const link = Object.assign(document.createElement('a'), { className: 'row', href: pathname })
    link.append(Object.assign(document.createElement('b'), { textContent: title }))
    line.append(link)
    list.append(line)
  }
  document.querySelector('#kept').hidden = !list.children.length
}

for (const name of await caches.keys()) {
  if (/^pages-(?!who$)/.test(name)) await rows(await caches.open(name))
}
