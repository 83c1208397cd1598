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
    dragged = grip.closest('[data-stop]')
    from = event.clientY
    moved = false
    before = order().join()
    grip.setPointerCapture(event.pointerId)
  })
  grip.addEventListener('pointermove', event => {
    if (!dragged || (!moved && Math.abs(event.clientY - from) < STILL)) return
    dragged.classList.add('dragged')
    put(dragged, event.clientY)
  })
  grip.addEventListener('pointerup', () => {
    dragged?.classList.remove('dragged')
    dragged = null
    if (order().join() !== before) send()
  })
  grip.addEventListener('pointercancel', () => { dragged?.classList.remove('dragged'); dragged = null })
  grip.addEventListener('keydown', event => {
    const way = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (way) { event.preventDefault(); step(grip, way) }
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); send() }
  })
}

if (list && form) list.querySelectorAll('[data-grip]').forEach(listen)
