// The team's day on a page that is left open: asked for again each minute, and when it is looked at
// anew. After five minutes without a hand on it the page rests, so that a forgotten session ends.
const EVERY_MS = 60_000
const RESTS_AFTER_MS = 300_000
const shown = document.querySelector('[data-now]')
let touched = Date.now(), asked = Date.now()

async function ask() {
  asked = Date.now()
  try {
    const answer = await fetch(shown.dataset.now, { headers: { Accept: 'text/html' }, redirect: 'error' })
    if (!answer.ok || shown.contains(document.activeElement)) return
    shown.innerHTML = await answer.text()
  } catch {
    // No signal: what is shown stays, and the next minute asks again.
  }
}

if (shown) {
  for (const kind of ['pointerdown', 'pointermove', 'keydown', 'scroll']) addEventListener(kind, () => { touched = Date.now() }, { passive: true })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return
    touched = Date.now()
    ask()
  })
  setInterval(() => {
    const rests = Date.now() - touched > RESTS_AFTER_MS
    if (document.visibilityState === 'visible' && !rests && Date.now() - asked >= EVERY_MS) ask()
  }, 5_000)
}
