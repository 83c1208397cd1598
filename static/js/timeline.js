// The timeline goes on in place: another kind replaces it, earlier events join below. Without this
// module its links open the page at the timeline.
const line = document.querySelector('#timeline')
let busy = false

const chosen = () => line.querySelector('.kinds [aria-current]')
const showChosen = () => {
  const kinds = line.querySelector('.kinds')
  kinds.scrollLeft = chosen().offsetLeft - (kinds.clientWidth - chosen().offsetWidth) / 2
}

async function follow(link) {
  const answer = await fetch(link.href)
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText)
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const there = page.querySelector('#timeline')
  if (link.rel === 'next') goOn(there)
  else {
    line.replaceChildren(...there.childNodes)
    history.replaceState(history.state, '', link.href)
    chosen().focus()
    showChosen()
  }
}

function goOn(there) {
  const earlier = [...there.querySelectorAll('.timeline > li')]
  line.querySelector('.timeline').append(...earlier)
  const [here, next] = [line, there].map(place => place.querySelector('[rel=next]'))
  if (next) here.replaceWith(next)
  else here.remove()
  const first = earlier[0]
  first?.setAttribute('tabindex', '-1')
  first?.focus({ preventScroll: true })
}

line?.addEventListener('click', async event => {
  const link = event.target.closest('.kinds a, [rel=next]')
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  if (busy) return
  busy = true
  line.setAttribute('aria-busy', 'true')
  try {
    await follow(link)
  } catch {
    location.assign(link.href)
  } finally {
    busy = false
    line.removeAttribute('aria-busy')
  }
})
if (line) showChosen()
