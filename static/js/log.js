// A screen that logs something is opened at the door, perhaps from a copy this device kept hours ago.
// Such a copy gets the present time; a page fresh from the server has it. Its key is the outbox's work.
const STALE_MS = 5 * 60_000 // by as much two clocks may differ

const form = document.querySelector('form[data-log]')
const field = name => form.elements.namedItem(name)

// The time on the wall where the person works, as the field of a date and a time holds it.
function wallTime(moment, zone) {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).formatToParts(moment)
  const of = Object.fromEntries(parts.map(part => [part.type, part.value]))
  return `${of.year}-${of.month}-${of.day}T${of.hour}:${of.minute}`
}

function stamp(moment) {
  if (field('taken_at')) field('taken_at').value = moment.toISOString()
  if (field('held_at')) field('held_at').value = wallTime(moment, form.dataset.zone)
  tellWhen()
}

// The folded fields say what is in them.
function tellWhen() {
  const at = field('held_at')?.value
  if (!at) return
  const [day, time] = at.split('T')
  const today = day === wallTime(new Date(), form.dataset.zone).split('T')[0]
  const words = today ? 'Today' : new Date(`${day}T12:00`).toLocaleDateString('en', { day: 'numeric', month: 'short' })
  const how = form.querySelector('[name=channel]:checked')?.parentElement.textContent.trim().toLowerCase()
  for (const told of document.querySelectorAll('[data-when]')) told.textContent = [`${words} ${time}`, how].filter(Boolean).join(', ')
}

const isStale = () => Date.now() - Date.parse(form.dataset.madeAt) > STALE_MS
// An entry opened from the outbox keeps the time it was written with.
if (form?.dataset.log === 'fresh' && !location.hash.startsWith('#outbox=') && isStale()) stamp(new Date())
form?.addEventListener('input', event => {
  if (['held_at', 'channel'].includes(event.target.name)) tellWhen()
})
