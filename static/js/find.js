// Finds as one types: on the Find page in its own box, on any other by Ctrl K in a dialog over the page.
const address = document.querySelector('script[data-find]').dataset.find
const ownBox = document.querySelector('.finder input')
const PAUSE = 160
let dialog, box, found, waiting, asking, shownFor

function build() {
  dialog = document.createElement('dialog')
  dialog.className = 'palette'
  dialog.setAttribute('aria-label', 'Find')
  dialog.innerHTML = `<form method="get" role="search"><label class="search"><span class="sr">Name, NPI, practice, phone, town or ZIP</span>
    <input type="search" name="q" maxlength="200" autocomplete="off" spellcheck="false" placeholder="Name, NPI, practice, phone, town or ZIP"></label></form>
    <div class="found stack" aria-live="polite"></div>`
  dialog.firstElementChild.action = address
  box = dialog.querySelector('input')
  found = dialog.querySelector('.found')
  box.addEventListener('input', soon)
  dialog.firstElementChild.addEventListener('submit', goToFirst)
  dialog.addEventListener('keydown', step)
  dialog.addEventListener('click', event => event.target === dialog && dialog.close())
  document.body.append(dialog)
}

function soon() {
  clearTimeout(waiting)
  waiting = setTimeout(look, PAUSE)
}

async function look() {
  asking?.abort()
  asking = new AbortController()
  try {
    const asked = box.value
    const url = asked ? `${address}?q=${encodeURIComponent(asked)}` : address
    const answer = await fetch(url, { headers: { 'HX-Request': 'true' }, signal: asking.signal })
    if (answer.redirected) return location.assign(address)
    found.innerHTML = await answer.text()
    shownFor = asked
    if (ownBox) history.replaceState(null, '', url)
  } catch (error) {
    if (error.name !== 'AbortError') found.textContent = 'No answer from the server.'
  }
}

const rows = () => [...found.querySelectorAll('a.row')]

// Enter opens the first row, once the rows are those for what the box says; before that, the Find page.
function goToFirst(event) {
  const first = rows()[0]
  if (!first || shownFor !== box.value || !shownFor) return
  event.preventDefault()
  location.assign(first.href)
}

function step(event) {
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!way) return
  event.preventDefault()
  const stops = [box, ...rows()]
  stops.at((stops.indexOf(document.activeElement) + way) % stops.length)?.focus()
}

if (ownBox) {
  box = ownBox
  found = document.querySelector('#found')
  box.addEventListener('input', soon)
}

addEventListener('keydown', event => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 'k') return
  event.preventDefault()
  if (ownBox) return ownBox.focus(), ownBox.select()
  if (!dialog) build()
  if (!dialog.open) dialog.showModal()
  box.select()
  look()
})
