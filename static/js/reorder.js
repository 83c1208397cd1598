// Moves the stops of a day by dragging a grip, or by the arrow keys and Enter on it. The buttons beside it need no script.
const list = document.querySelector('[data-reorder]')
const form = document.querySelector('[data-order]')
const stops = () => [...list.querySelectorAll('[data-stop]')]
const order = () => stops().map(stop => stop.dataset.stop)
const STILL = 4

let before, dragged, from, moved

function send() {
  const fixed = (form.dataset.before ?? '').split(',').filter(Boolean)
  const now = [...fixed, ...order()].join(',')
  if (now === form.elements.order.value) return
  form.elements.order.value = now
  list.setAttribute('aria-busy', 'true')
  form.requestSubmit()
}

function put(stop, y) {
  const others = stops().filter(other => other !== stop)
  const below = others.find(other => { const box = other.getBoundingClientRect(); return y < box.top + box.height / 2 })
  if (below !== stop.nextElementSibling) { list.insertBefore(stop, below ?? null); moved = true }
}

function step(grip, way) {
  const stop = grip.closest('[data-stop]')
  const other = way < 0 ? stop.previousElementSibling : stop.nextElementSibling
  if (!other) return
  way < 0 ? other.before(stop) : other.after(stop)
  grip.focus()
}

function listen(grip) {
  grip.hidden = false
  grip.addEventListener('pointerdown', event => {
    if (event.button) return
    event.preventDefault()
    dragged = grip.closest('[data-stop]')
    from = event.clientY
    moved = false
    before = order().join()
  })
  grip.addEventListener('keydown', event => {
    const way = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (way) { event.preventDefault(); step(grip, way) }
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); send() }
  })
}

// A stop that changes places loses hold of the pointer, so the document listens for where it goes and ends.
function follow() {
  document.addEventListener('pointermove', event => {
    if (!dragged || (!moved && Math.abs(event.clientY - from) < STILL)) return
    dragged.classList.add('dragged')
    put(dragged, event.clientY)
  })
  document.addEventListener('pointerup', () => {
    if (!dragged) return
    dragged.classList.remove('dragged')
    dragged = null
    if (order().join() !== before) send()
  })
  document.addEventListener('pointercancel', () => { dragged?.classList.remove('dragged'); dragged = null })
}

if (list && form) {
  follow()
  list.querySelectorAll('[data-grip]').forEach(listen)
}
