// The page of the outbox: what waits on this device, what the server refused and why.
const outbox = await import(document.querySelector('script[src*="js/outbox."]').src)
const list = document.querySelector('#waiting')
const shape = document.querySelector('#entry')
const headline = document.querySelector('h1')
const nothing = headline.textContent
const dialog = document.querySelector('dialog#discard')
let doomed

const zone = document.querySelector('meta[name=person]').dataset.zone
const clock = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone })

function row(entry, place) {
  const made = shape.content.cloneNode(true)
  const at = name => made.querySelector(name)
  at('h2').textContent = entry.title
  at('.when').textContent = `Written ${clock.format(new Date(entry.recordedAt))}`
  at('.says').textContent = entry.says ?? ''
  at('.why').textContent = entry.refusal ? entry.refusal.detail : ''
  at('.why').hidden = !entry.refusal
  at('.says').hidden = !entry.says
  at('.open').href = `${entry.page}#outbox=${entry.key}`
  at('.open').setAttribute('aria-label', `Open and correct: ${entry.title}`)
  at('.discard').setAttribute('aria-label', `Discard: ${entry.title}`)
  at('.discard').addEventListener('click', () => { doomed = entry.key; dialog.showModal() })
  return made
}

function draw({ entries, state }) {
  const refused = entries.filter(entry => entry.refusal)
  const unsent = entries.filter(entry => !entry.refusal)
  list.replaceChildren(...[...refused, ...unsent].map(row))
  headline.textContent = [
    refused.length && `${refused.length} ${refused.length === 1 ? 'needs' : 'need'} you`,
    unsent.length && `${unsent.length} to send`,
  ].filter(Boolean).join(', ') || nothing
  document.querySelector('#none').hidden = entries.length > 0
  document.querySelector('#sending').hidden = unsent.length === 0
  document.querySelector('#sign-in').hidden = state !== 'signin'
  document.querySelector('#send').hidden = state === 'signin'
}

addEventListener('outbox', event => draw(event.detail))
document.querySelector('#send').addEventListener('click', outbox.flush)
document.querySelector('#discard-it').addEventListener('click', async () => {
  await outbox.forget(doomed)
  dialog.close()
  headline.focus?.()
})
outbox.show()
