// Keeps patients out of what is written, before it is sent or kept. The rules come when somebody starts to write;
// where they cannot be had, the server alone screens.
const PAUSE = 500
const source = document.querySelector('script[data-rules]').dataset.rules
const waiting = new WeakMap()
const passed = new WeakSet()
let rules, coming

const isScreened = control => control instanceof Element && control.matches('[data-screened]')
const fetchRules = () => (coming ??= import(source).then(loaded => (rules = loaded), () => (coming = undefined)))

// The line beside a field that is read out when it changes. It is there before it has something to say.
function lineFor(control) {
  const spot = control.closest('.note, .withicon') ?? control
  if (spot.nextElementSibling?.matches('.screened')) return spot.nextElementSibling
  const line = document.createElement('p')
  line.className = 'screened'
  line.id = `${control.id || control.name}_screened`
  line.setAttribute('role', 'status')
  spot.after(line)
  control.setAttribute('aria-describedby', `${control.getAttribute('aria-describedby') ?? ''} ${line.id}`.trim())
  return line
}

// Says beside the field what was found in it, and whether it may stand.
function mayStand(control) {
  clearTimeout(waiting.get(control))
  if (!rules) return true
  const line = lineFor(control), said = rules.refusalOf(control.value)
  if (line.textContent !== said) line.textContent = said
  if (said) control.setAttribute('aria-invalid', 'true')
  else if (line.dataset.said) control.removeAttribute('aria-invalid')
  line.dataset.said = said && 'yes'
  return !said
}

document.addEventListener('focusin', event => {
  if (!isScreened(event.target)) return
  lineFor(event.target)
  fetchRules()
})
document.addEventListener('change', event => isScreened(event.target) && mayStand(event.target))
document.addEventListener('input', event => {
  const control = event.target
  if (!isScreened(control)) return
  clearTimeout(waiting.get(control))
  // What was found goes at once when it is taken out; something new is said once the writer pauses.
  if (control.getAttribute('aria-invalid')) mayStand(control)
  else waiting.set(control, setTimeout(() => fetchRules().then(() => mayStand(control)), PAUSE))
})

function hold(event, found) {
  event.preventDefault()
  event.stopImmediatePropagation()
  const [first] = found, [mark] = rules.marksIn(first.value)
  first.closest('details')?.setAttribute('open', '')
  first.focus()
  first.setSelectionRange(mark.start, mark.end)
}

// First of all listeners, the outbox included: what names a patient is neither sent nor kept.
addEventListener('submit', event => {
  const form = event.target, written = [...form.elements].filter(control => isScreened(control) && control.value.trim())
  if (!written.length || passed.delete(form)) return
  if (rules) {
    const found = written.filter(control => !mayStand(control))
    if (found.length) hold(event, found)
    return
  }
  event.preventDefault()
  event.stopImmediatePropagation()
  fetchRules().then(() => {
    if (!rules) passed.add(form)
    form.requestSubmit(event.submitter)
  })
}, { capture: true })
