// J and K move through the rows of a list; another letter taps what carries it in the row, such as data-key="a".
// A button turns the keys off, and that is kept.
const card = document.querySelector('[data-keys]')
const button = card?.querySelector('[data-keys-switch]')
const marks = [...(card?.querySelectorAll('[data-row]') ?? [])]
const rows = marks.map(mark => mark.closest('tr, li'))
const OFF = `${card?.dataset.keys}-keys-off`

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
  marks[at].focus()
}

const moves = {
  j: () => move(rows[at].contains(document.activeElement) ? 1 : 0),
  k: () => move(-1),
}

const actOf = key => {
  if (moves[key]) return moves[key]
  const tapped = rows[at].querySelector(`[data-key="${CSS.escape(key)}"]`)
  return tapped && (() => tapped.click())
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
    if (!on || event.ctrlKey || event.metaKey || event.altKey || elsewhere(event.target)) return
    const act = actOf(event.key.toLowerCase())
    if (!act) return
    event.preventDefault()
    act()
  })
}
