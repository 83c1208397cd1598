// What the outbox seldom needs: to show mistakes, to fill a form again, to ask, to say how old a page is.
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

export function showMistakes(form, refusal) {
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
export function fillAgain(entry) {
  const form = [...document.querySelectorAll('form[data-outbox]')].find(one => one.dataset.outbox === entry.kind)
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

// A page that is older than it looks says since when.
function sayHowOld(at, zone) {
  const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }
  if (Date.now() - at > 12 * 3600_000) Object.assign(options, { weekday: 'short', day: 'numeric', month: 'short' })
  const line = Object.assign(document.createElement('p'), { className: 'kept-at', role: 'status' })
  line.textContent = `No signal. This page is as of ${new Intl.DateTimeFormat('en-GB', options).format(at)}.`
  document.querySelector('main').prepend(line)
}

// A screen kept since this morning is opened now.
function stampNow(zone) {
  const now = new Date().toLocaleString('sv', { timeZone: zone }).replace(' ', 'T').slice(0, 16)
  for (const field of document.querySelectorAll('form[data-outbox=visit] [name=held_at]')) {
    field.value = now
    const words = document.querySelectorAll('[href="#when"], #when summary span')
    for (const one of words) one.textContent = one.textContent.replace(/^.* \d\d:\d\d/, `Today ${now.slice(11)}`)
  }
}

export function comeOfAge(at, zone) {
  sayHowOld(at, zone)
  if (!location.hash.startsWith('#outbox=')) stampNow(zone)
}

// Signing out with something unsent: stay, keep it here for the next sign-in, or drop it.
export const askBeforeLeaving = entries => new Promise(answer => {
  const dialog = document.createElement('dialog')
  dialog.setAttribute('aria-labelledby', 'unsent')
  dialog.innerHTML = `<header><h2 id="unsent"></h2></header>
    <p>Kept, it waits on this device until you sign in here again. Nobody else can see or send it.</p>
    <p class="acts"><button class="btn main" value="stay">Stay signed in</button><button class="btn line" value="keep">Sign out and keep it</button><button class="btn danger" value="drop">Sign out and delete it</button></p>`
  dialog.querySelector('h2').textContent = entries.length === 1 ? '1 entry is not sent' : `${entries.length} entries are not sent`
  dialog.addEventListener('click', ({ target }) => target.value && dialog.close(target.value))
  dialog.addEventListener('close', () => { dialog.remove(); answer(dialog.returnValue || 'stay') })
  document.body.append(dialog)
  dialog.showModal()
})
