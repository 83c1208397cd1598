// J and K move through the corrections that wait, A approves one, D opens it to be edited or declined.
// A button turns the keys off, and that is kept.
const card = document.querySelector('[data-keys]')
const button = card?.querySelector('[data-keys-switch]')
const rows = [...(card?.querySelectorAll('[data-row]') ?? [])]
const OFF = 'corrections-keys-off'

let on = !localStorage.getItem(OFF)
let at = 0

const show = () => {
  button.setAttribute('aria-pressed', on)
  button.textContent = on ? 'Keys on' : 'Keys off'
  rows.forEach((row, n) => row.classList.toggle('sel', on && n === at))
}

const move = step => {
  at = Math.min(Math.max(at + step, 0), rows.length - 1)
  show()
  rows[at].focus()
}

const acts = {
  j: () => move(rows[at].contains(document.activeElement) ? 1 : 0),
  k: () => move(-1),
  a: () => rows[at].querySelector('[data-approve]')?.click(),
  d: () => rows[at].querySelector('[data-decline]')?.click(),
}

const elsewhere = target => target.closest?.('input, select, textarea, dialog, [contenteditable]')

if (button && rows.length) {
  button.hidden = false
  show()
  button.addEventListener('click', () => {
    on = !on
    on ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, '1')
    show()
  })
  card.addEventListener('focusin', event => {
    const row = rows.findIndex(one => one.contains(event.target))
    if (row >= 0) at = row
    show()
  })
  document.addEventListener('keydown', event => {
    const act = acts[event.key.toLowerCase()]
    if (!on || !act || event.ctrlKey || event.metaKey || event.altKey || elsewhere(event.target)) return
    event.preventDefault()
    act()
  })
}
